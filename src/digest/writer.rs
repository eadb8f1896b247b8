//! The canonical bytes: words and texts behind their length, numbers as text, one after the other into a hash.

use super::Digest;
use crate::value::{Number, Value};
use sha2::Digest as _;

/// Takes the canonical form of something.
pub(super) struct Writer(sha2::Sha256);

impl Writer {
    /// Begins the form of something of a kind.
    pub(super) fn new(kind: &str) -> Writer {
        let mut writer = Writer(sha2::Sha256::new());
        writer.text(kind);
        writer
    }

    /// The digest of all that was written.
    pub(super) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }

    /// A text behind its length, so that no two sequences of texts are the same bytes.
    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    /// A text that may be absent.
    pub(super) fn optional(&mut self, text: Option<&str>) {
        self.yes_no(text.is_some());
        text.into_iter().for_each(|text| self.text(text));
    }

    pub(super) fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_le_bytes());
    }

    pub(super) fn yes_no(&mut self, answer: bool) {
        self.0.update([u8::from(answer)]);
    }

    /// Equal numbers have one text, with all their digits.
    pub(super) fn number(&mut self, number: &Number) {
        self.text(&number.to_string());
    }

    pub(super) fn digest(&mut self, digest: Digest) {
        self.0.update(digest.0);
    }

    /// Digests in whose order nothing lies.
    pub(super) fn unordered(&mut self, mut digests: Vec<Digest>) {
        digests.sort_unstable();
        self.count(digests.len());
        digests.into_iter().for_each(|digest| self.digest(digest));
    }

    /// A value of a type without members, records and lists, which are written by their names before they come here.
    pub(super) fn simple(&mut self, value: &Value) {
        match value {
            Value::Number(number) => {
                self.text("number");
                self.number(number);
            }
            Value::YesNo(answer) => self.text(if *answer { "yes" } else { "no" }),
            Value::Text(text) => {
                self.text("text");
                self.text(text);
            }
            Value::Date(date) => self.text(&format!("date {date}")),
            Value::Time(time) => self.text(&format!("time {}", time.seconds())),
            Value::Instant(instant) => self.text(&format!("instant {}", instant.unix_nanoseconds())),
            Value::Months(months) => self.text(&format!("months {months}")),
            Value::Zone(zone) => self.text(&format!("zone {}", zone.name())),
            Value::Currency(currency) => self.text(&format!("currency {currency}")),
            Value::Absent => self.text("absent"),
            // None comes here from a checked program; were there one, two of them must not look alike.
            Value::Member(_) | Value::Record(_) | Value::List(_) | Value::Row { .. } => {
                self.text(&format!("{value:?}"))
            }
        }
    }
}
