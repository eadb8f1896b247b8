//! A quote as JSON text, written in one go: the same text as serde_json makes of it, in a fraction of the time.
//!
//! Names and punctuation between two values are one fixed piece. Only a text that has a character to escape is looked at closely.

use super::{BreakdownLine, ChargeLine, Data, Flag, Output, Quantity, Quote};
use crate::value::{Currency, Number};

impl Quote {
    /// Appends the quote as JSON: what `serde_json::to_writer` writes, quicker. Memory that the text has is used; where there is
    /// enough of it, nothing is allocated.
    ///
    /// ```
    /// let rules = ratewright::RuleSet::compile("ruleset r { currency USD }\ncharge A \"One\" = 1 USD")?;
    /// let quote = rules.quote_json("{}").unwrap();
    /// let mut text = Vec::new();
    /// quote.write_json(&mut text);
    /// assert_eq!(text, serde_json::to_vec(&quote).unwrap());
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let mut json = Json { out };
        json.named("{\"ruleset\":", self.rule_set());
        json.optional(",\"version\":", self.version());
        if let Some(edition) = self.edition() {
            json.raw(",\"edition\":\"");
            json.out.extend_from_slice(&edition.digits());
            json.raw("\"");
        }
        json.raw(",\"charges\":[");
        json.each(self.charges(), Json::charge);
        json.raw("],\"totals\":[");
        json.each(self.totals().iter(), |json, total| json.money("{\"amount\":\"", &total.amount, total.currency));
        json.list("],\"outputs\":[", self.outputs(), Json::output);
        json.list("],\"flags\":[", self.flags(), Json::flag);
        json.raw("]}");
    }
}

/// The text so far.
struct Json<'o> {
    out: &'o mut Vec<u8>,
}

impl Json<'_> {
    #[inline(always)]
    fn raw(&mut self, text: &'static str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// A fixed piece, and a text in quotation marks.
    #[inline]
    fn named(&mut self, before: &'static str, text: &str) {
        self.raw(before);
        self.text(text);
    }

    fn optional(&mut self, before: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.named(before, text);
        }
    }

    /// A text in quotation marks.
    #[inline]
    fn text(&mut self, text: &str) {
        self.out.push(b'"');
        // Every byte is looked at, for that goes many at a time.
        if text.bytes().fold(false, |found, byte| found | is_escaped(byte)) {
            text.bytes().for_each(|byte| self.escaped(byte));
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
        self.out.push(b'"');
    }

    #[cold]
    fn escaped(&mut self, byte: u8) {
        match byte {
            b'"' => self.raw("\\\""),
            b'\\' => self.raw("\\\\"),
            b'\n' => self.raw("\\n"),
            b'\r' => self.raw("\\r"),
            b'\t' => self.raw("\\t"),
            0x08 => self.raw("\\b"),
            0x0c => self.raw("\\f"),
            control if control < 0x20 => self.out.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
            other => self.out.push(other),
        }
    }

    /// Values with commas between them.
    fn each<T>(&mut self, all: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        for (index, one) in all.enumerate() {
            if index > 0 {
                self.raw(",");
            }
            write(self, one);
        }
    }

    /// A fixed piece and values, where there are any; the list stays open.
    fn list<T>(
        &mut self,
        before: &'static str,
        all: impl ExactSizeIterator<Item = T>,
        write: impl FnMut(&mut Self, T),
    ) {
        if all.len() > 0 {
            self.raw(before);
            self.each(all, write);
        }
    }

    /// A fixed piece up to the first digit, and the rest of an amount of money.
    #[inline]
    fn money(&mut self, before: &'static str, amount: &Number, currency: Currency) {
        self.raw(before);
        amount.with_decimals(currency.digits()).append_to(self.out);
        self.raw("\",\"currency\":\"");
        self.out.extend_from_slice(currency.code().as_bytes());
        self.raw("\"}");
    }

    fn quantity(&mut self, before: &'static str, quantity: Option<Quantity<'_>>) {
        if let Some(quantity) = quantity {
            self.raw(before);
            quantity.value.with_decimals(0).append_to(self.out);
            self.named("\",\"unit\":", quantity.unit);
            self.raw("}");
        }
    }

    fn charge(&mut self, line: ChargeLine<'_>) {
        self.named("{\"code\":", line.code());
        self.optional(",\"label\":", line.label());
        self.money(",\"amount\":{\"amount\":\"", line.amount(), line.currency());
        self.quantity(",\"quantity\":{\"value\":\"", line.quantity());
        self.quantity(",\"unit_price\":{\"value\":\"", line.unit_price());
        if line.breakdown().len() > 0 {
            self.list(",\"breakdown\":[", line.breakdown(), Json::part);
            self.raw("]");
        }
        if line.tags().len() > 0 {
            self.list(",\"tags\":[", line.tags(), Json::text);
            self.raw("]");
        }
        self.optional(",\"reason\":", line.reason());
        if let Some(item) = line.item() {
            self.raw(",\"item\":");
            Number::from_i64(i64::try_from(item).unwrap_or(i64::MAX)).with_decimals(0).append_to(self.out);
        }
        self.raw("}");
    }

    fn part(&mut self, part: BreakdownLine<'_>) {
        self.raw("{");
        if let Some(code) = part.code() {
            self.named("\"code\":", code);
            self.raw(",");
        }
        self.named("\"label\":", part.label());
        self.quantity(",\"quantity\":{\"value\":\"", part.quantity());
        self.quantity(",\"rate\":{\"value\":\"", part.rate());
        self.money(",\"amount\":{\"amount\":\"", part.amount(), part.currency());
        self.raw("}");
    }

    fn output(&mut self, output: Output<'_>) {
        self.named("{\"name\":", output.name());
        self.optional(",\"label\":", output.label());
        self.raw(",\"value\":");
        self.data(output.value());
        self.raw("}");
    }

    fn flag(&mut self, flag: Flag<'_>) {
        self.named("{\"code\":", flag.code());
        self.named(",\"message\":", flag.message());
        self.raw("}");
    }

    fn data(&mut self, data: Data<'_>) {
        match data {
            Data::Number(number) => {
                self.raw("\"");
                number.with_decimals(0).append_to(self.out);
                self.raw("\"");
            }
            Data::Money(money) => self.money("{\"amount\":\"", &money.amount, money.currency),
            Data::Quantity(quantity) => self.quantity("{\"value\":\"", Some(quantity)),
            Data::YesNo(true) => self.raw("true"),
            Data::YesNo(false) => self.raw("false"),
            Data::Text(text) => self.text(text),
            Data::Record(fields) => {
                self.raw("{");
                self.each(fields, |json, (name, value)| {
                    json.text(name);
                    json.raw(":");
                    json.data(value);
                });
                self.raw("}");
            }
            Data::List(values) => {
                self.raw("[");
                self.each(values, Json::data);
                self.raw("]");
            }
            Data::Absent => self.raw("null"),
        }
    }
}

fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}
