//! A quote: charges line by line, totals, outputs and flags, as plain data.
//!
//! In JSON, an amount of money is `{"amount": "12.50", "currency": "USD"}` with at least the currency's digits, a quantity
//! `{"value": "3", "unit": "lb"}`, a plain number a string, a date or instant ISO 8601, a member of an enumeration its name. No
//! number passes through a binary float. The charges of one currency add up to its total.
//!
//! A quote is compact: a line is a small record of numbers and ids, its words are read from the rule set's (`words`), and what
//! few lines have lies beside them. It is read through views (`line`, `output`), the evaluator writes it (`writing`), and it is written as JSON through serde (`wire`) or at once (`json`).

mod json;
mod line;
mod money;
mod output;
mod text;
mod wire;
mod words;
mod writing;

use crate::digest::Digest;
use crate::value::{Currency, Number};
use std::fmt;
use std::sync::Arc;

pub use line::{BreakdownLine, ChargeLine, Quantity};
pub use money::NotMoney;
pub(crate) use output::Node;
pub use output::{Data, Elements, Fields, Flag, Output};
pub use text::one_line;
pub use words::Texts;
pub(crate) use words::{ChargeWords, OutputWords, ROUNDING_CODE, TagsId, TextId, Words};
pub(crate) use writing::{LineParts, Measure, PartOfLine};

use line::{Line, Shown};
use output::{RaisedFlag, StoredOutput};
use words::TextList;
use writing::Totals;

/// What a rule set makes of an input.
///
/// It is made anew by [`RuleSet::quote`](crate::RuleSet::quote), or in its own memory by
/// [`RuleSet::quote_into`](crate::RuleSet::quote_into). Two quotes are equal where they say the same, whatever made them.
///
/// ```
/// let rules = ratewright::RuleSet::compile(r#"
///     ruleset parcel "Parcels" version "7" { currency USD }
///     input { weight : mass in lb }
///     charge BASE "Transportation" = 2.50 USD per lb * weight
///     charge FUEL "Fuel" = 10% of BASE because "Tariff 4" tagged energy
///     output billed = weight
///     flag HEAVY "more than 20 lb" when weight > 20 lb
/// "#)?;
/// let quote = rules.quote_json(r#"{"weight": 30}"#).unwrap();
///
/// let lines: Vec<String> = quote.charges().map(|line| format!("{} {}", line.code(), line.money())).collect();
/// assert_eq!(lines, ["BASE 75.00 USD", "FUEL 7.50 USD"]);
/// assert_eq!(quote.totals()[0].to_string(), "82.50 USD");
/// assert_eq!(quote.output("billed").unwrap().to_string(), "30 lb");
/// assert_eq!(quote.flags().next().unwrap().message(), "more than 20 lb");
/// assert_eq!((quote.rule_set(), quote.version()), ("parcel", Some("7")));
///
/// let fuel = quote.lines("FUEL").next().unwrap();
/// assert_eq!((fuel.label(), fuel.reason()), (Some("Fuel"), Some("Tariff 4")));
/// assert_eq!(fuel.tags().collect::<Vec<_>>(), ["energy"]);
/// # Ok::<(), ratewright::Rejected>(())
/// ```
#[derive(Clone, Default)]
pub struct Quote {
    /// The fixed words; none in a quote that says nothing.
    texts: Option<Arc<Texts>>,
    /// The edition that made it.
    edition: Option<Digest>,
    /// The words made for this quote.
    made: TextList,
    lines: Vec<Line>,
    /// Whether a line was written before one of an earlier charge.
    disordered: bool,
    /// The parts of lines, those of one line together.
    parts: Vec<PartOfLine>,
    /// The quantities and unit prices that lines show.
    shown: Vec<Shown>,
    totals: Totals,
    outputs: Vec<StoredOutput>,
    /// The values of the outputs.
    nodes: Vec<Node>,
    flags: Vec<RaisedFlag>,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much of the currency.
    pub amount: Number,
    /// The currency.
    pub currency: Currency,
}

impl Quote {
    /// The name of the rule set; empty where nothing has been priced.
    pub fn rule_set(&self) -> &str {
        self.texts.as_deref().map_or("", Texts::name)
    }

    /// The version of the rule set.
    pub fn version(&self) -> Option<&str> {
        self.texts.as_deref().and_then(Texts::version)
    }

    /// The digest of the edition that priced it: of quotes made by an [`Edition`](crate::live::Edition), a shelf of them or a live book; none
    /// in a quote of a plain [`RuleSet`](crate::RuleSet), which has not made its digest.
    ///
    /// ```
    /// use ratewright::{RuleSet, live::Edition};
    ///
    /// let rules = RuleSet::compile("ruleset r { currency USD }\ncharge A = 1 USD")?;
    /// let edition = Edition::new(rules.clone());
    /// assert_eq!(edition.quote_json("{}").unwrap().edition(), Some(rules.digest()));
    /// assert_eq!(rules.quote_json("{}").unwrap().edition(), None);
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn edition(&self) -> Option<Digest> {
        self.edition
    }

    /// The lines, in the order of the rules.
    pub fn charges(&self) -> impl ExactSizeIterator<Item = ChargeLine<'_>> + DoubleEndedIterator + Clone {
        self.lines.iter().map(|line| ChargeLine { quote: self, line })
    }

    /// The line at a place, from 0; in the time of one step, however many there are.
    pub(crate) fn charge_at(&self, place: usize) -> Option<ChargeLine<'_>> {
        self.lines.get(place).map(|line| ChargeLine { quote: self, line })
    }

    /// The lines with a code.
    pub fn lines<'q>(&'q self, code: &'q str) -> impl Iterator<Item = ChargeLine<'q>> {
        self.charges().filter(move |line| line.code() == code)
    }

    /// The total of each currency, in the order in which the currencies occur; of the rule set's own where there is no line.
    pub fn totals(&self) -> &[Money] {
        self.totals.as_slice()
    }

    /// The total in a currency.
    pub fn total(&self, currency: Currency) -> Option<&Number> {
        self.totals().iter().find(|total| total.currency == currency).map(|total| &total.amount)
    }

    /// The named outputs, in the order of the rules.
    pub fn outputs(&self) -> impl ExactSizeIterator<Item = Output<'_>> + Clone {
        self.outputs.iter().map(|output| Output { quote: self, output })
    }

    /// The output with a name.
    pub fn output(&self, name: &str) -> Option<Data<'_>> {
        self.outputs().find(|output| output.name() == name).map(Output::value)
    }

    /// The flags that were raised, in the order of the rules.
    pub fn flags(&self) -> impl ExactSizeIterator<Item = Flag<'_>> + Clone {
        self.flags.iter().map(|flag| Flag { quote: self, flag })
    }

    /// A fixed text.
    fn text(&self, id: TextId) -> &str {
        self.texts.as_deref().map_or("", |texts| texts.text(id))
    }

    /// A text, where there is one.
    fn words(&self, words: Words) -> Option<&str> {
        match words {
            Words::Absent => None,
            Words::Fixed(id) => Some(self.text(id)),
            Words::Made(place) => Some(self.made.get(place)),
        }
    }
}

impl PartialEq for Quote {
    fn eq(&self, other: &Self) -> bool {
        (self.rule_set(), self.version(), self.edition) == (other.rule_set(), other.version(), other.edition)
            && self.totals() == other.totals()
            && self.charges().eq(other.charges())
            && self.outputs().eq(other.outputs())
            && self.flags().eq(other.flags())
    }
}

impl Eq for Quote {}

impl fmt::Debug for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quote")
            .field("rule_set", &self.rule_set())
            .field("version", &self.version())
            .field("edition", &self.edition)
            .field("charges", &self.charges().collect::<Vec<_>>())
            .field("totals", &self.totals())
            .field("outputs", &self.outputs().collect::<Vec<_>>())
            .field("flags", &self.flags().collect::<Vec<_>>())
            .finish()
    }
}
