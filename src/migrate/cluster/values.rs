//! What the fields of one case say, as far as cases can have it in common: an input → a value for each field that is no list.
//!
//! A field that may not be told has no value here, and a long text none either. Reading costs about as much as the reading of a quote's input.

use crate::input::wire;
use crate::migrate::cause::inputs::{Leaf, leaves};
use crate::program::Program;
use crate::rule_set::{Context, RuleSet};
use crate::types::Type;
use crate::value::{Date, Instant, Number, TimeOfDay, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How many fields of an input are looked at.
const MOST_FIELDS: usize = 64;

/// How many bytes a text may have.
const LONGEST: usize = 64;

/// What a field says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    /// Nothing: it was not sent, and has no default.
    Nothing,
    YesNo(bool),
    /// A text, a member of an enumeration, or a name.
    Word(Box<str>),
    /// In the unit of its field.
    Number(Number),
    Date(Date),
    Time(TimeOfDay),
    Instant(Instant),
}

impl Said {
    /// Whether the values between two of them mean anything.
    pub(super) fn is_ordered(&self) -> bool {
        matches!(self, Said::Number(_) | Said::Date(_) | Said::Time(_) | Said::Instant(_))
    }

    /// Whether it is what a field says of which there is nothing to say: nothing, an empty text, zero.
    pub(super) fn is_nothing_much(&self) -> bool {
        match self {
            Said::Nothing => true,
            Said::Word(word) => word.is_empty(),
            Said::Number(number) => number.is_zero(),
            _ => false,
        }
    }
}

/// A field, and how its values are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldName {
    /// As rules write it.
    pub(super) path: String,
    /// As it is sent.
    sent: String,
    /// Of a number.
    #[serde(default, skip_serializing_if = "Unit::is_none")]
    unit: Unit,
}

/// What stands behind a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    #[default]
    None,
    Percent,
    /// A unit, after at least so many decimals.
    Of(String, u32),
}

impl Unit {
    fn is_none(&self) -> bool {
        *self == Unit::None
    }
}

impl FieldName {
    fn new(program: &Program, leaf: &Leaf) -> FieldName {
        let unit = match leaf.ty.present() {
            Type::Percent => Unit::Percent,
            Type::In(unit) => Unit::Of(program.units.show(unit), wire::decimals(program, unit)),
            _ => Unit::None,
        };
        FieldName { path: leaf.path.clone(), sent: leaf.sent.clone(), unit }
    }

    /// A value of the field in words: `5`, `96 in`, `17.5%`, `yes`.
    pub(super) fn words(&self, said: &Said) -> String {
        match (said, &self.unit) {
            (Said::Nothing, _) => "not given".to_owned(),
            (Said::YesNo(answer), _) => if *answer { "yes" } else { "no" }.to_owned(),
            (Said::Word(word), _) if word.is_empty() => "empty".to_owned(),
            (Said::Word(word), _) => word.to_string(),
            (Said::Number(number), Unit::None) => number.to_string(),
            (Said::Number(number), Unit::Percent) => {
                number.mul(&Number::from_i64(100)).map_or_else(|_| number.to_string(), |percent| format!("{percent}%"))
            }
            (Said::Number(number), Unit::Of(unit, decimals)) => format!("{} {unit}", number.to_text(*decimals)),
            (Said::Date(date), _) => date.to_string(),
            (Said::Time(time), _) => time.to_string(),
            (Said::Instant(instant), _) => instant.to_string(),
        }
    }
}

/// The fields of the inputs of a rule set that cases can have in common: all that stand in no list, the first 64 of them.
///
/// ```
/// use ratewright::{RuleSet, migrate::cluster::InputFields};
///
/// let rules = RuleSet::compile("ruleset r { currency USD }\ninput { zone : integer  note : text = \"\" }\ncharge BASE = 2 USD * zone")?;
/// let (fields, mut context) = (InputFields::of(&rules), rules.context());
/// let said = fields.of_json(&mut context, r#"{"zone": 5, "note": "for Ann"}"#).without(|path| path == "note");
/// assert_eq!(said.iter().collect::<Vec<_>>(), [("zone", "5".to_owned())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct InputFields {
    rules: RuleSet,
    leaves: Arc<[Leaf]>,
    names: Arc<[FieldName]>,
}

/// What the fields of one case say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(FieldName, Option<Said>)>", into = "Vec<(FieldName, Option<Said>)>")]
pub struct FieldValues {
    names: Arc<[FieldName]>,
    values: Vec<Option<Said>>,
}

impl Default for FieldValues {
    fn default() -> Self {
        FieldValues { names: Arc::from([]), values: Vec::new() }
    }
}

impl From<Vec<(FieldName, Option<Said>)>> for FieldValues {
    fn from(all: Vec<(FieldName, Option<Said>)>) -> Self {
        let (names, values): (Vec<FieldName>, Vec<Option<Said>>) = all.into_iter().unzip();
        FieldValues { names: names.into(), values }
    }
}

impl From<FieldValues> for Vec<(FieldName, Option<Said>)> {
    fn from(fields: FieldValues) -> Self {
        fields.names.iter().cloned().zip(fields.values).collect()
    }
}

impl InputFields {
    /// Those of a rule set.
    pub fn of(rules: &RuleSet) -> InputFields {
        let program = rules.program();
        let leaves: Vec<Leaf> =
            leaves(program).into_iter().filter(|leaf| !leaf.is_in_list()).take(MOST_FIELDS).collect();
        let names = leaves.iter().map(|leaf| FieldName::new(program, leaf)).collect();
        InputFields { rules: rules.clone(), leaves: leaves.into(), names }
    }

    /// What an input in JSON says; nothing where the rules cannot read it.
    pub fn of_json(&self, context: &mut Context, input: &str) -> FieldValues {
        self.rules.read_json_in(context, input).map(|slots| self.of_slots(slots)).unwrap_or_default()
    }

    /// The same of an input in flat text fields.
    pub fn of_fields(&self, context: &mut Context, fields: &[(&str, &str)]) -> FieldValues {
        self.rules.read_fields_in(context, fields).map(|slots| self.of_slots(slots)).unwrap_or_default()
    }

    /// What an input says that was read.
    pub(in crate::migrate) fn of_slots(&self, slots: &[Value]) -> FieldValues {
        let program = self.rules.program();
        let values = self.leaves.iter().map(|leaf| said(program, leaf.value(slots)?, &leaf.ty)).collect();
        FieldValues { names: self.names.clone(), values }
    }
}

impl FieldValues {
    /// Without the fields that may not be told, by their paths as they are sent.
    #[must_use]
    pub fn without(mut self, is_hidden: impl Fn(&str) -> bool) -> FieldValues {
        for (name, value) in self.names.iter().zip(&mut self.values) {
            if is_hidden(&name.sent) {
                *value = None;
            }
        }
        self
    }

    /// Each field that has a value, with it in words.
    pub fn iter(&self) -> impl Iterator<Item = (&str, String)> {
        self.all().filter_map(|(name, said)| Some((name.path.as_str(), name.words(said?))))
    }

    /// Each field, with its value where it has one.
    pub(super) fn all(&self) -> impl Iterator<Item = (&FieldName, Option<&Said>)> {
        self.names.iter().zip(self.values.iter().map(Option::as_ref))
    }
}

fn said(program: &Program, value: &Value, ty: &Type) -> Option<Said> {
    let word = |text: &str| (text.len() <= LONGEST).then(|| Said::Word(text.into()));
    match value {
        Value::Absent => Some(Said::Nothing),
        Value::YesNo(answer) => Some(Said::YesNo(*answer)),
        Value::Number(number) => Some(Said::Number(number.clone())),
        Value::Date(date) => Some(Said::Date(*date)),
        Value::Time(time) => Some(Said::Time(*time)),
        Value::Instant(instant) => Some(Said::Instant(*instant)),
        Value::Text(text) => word(text),
        Value::Member(_) | Value::Months(_) | Value::Zone(_) | Value::Currency(_) => {
            word(&wire::text(program, ty, value))
        }
        Value::Record(_) | Value::List(_) | Value::Row { .. } => None,
    }
}
