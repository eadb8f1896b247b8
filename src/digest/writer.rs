//! The canonical bytes: words and texts behind their length, numbers as text, one after the other into a hash.
//!
//! They are gathered first: a hash takes many bytes at once much quicker than a few at a time.

use super::Digest;
use crate::value::{Number, Value};
use sha2::Digest as _;

/// From so many bytes on what was gathered goes into the hash, where digests follow one another.
const MANY: usize = 4096;

/// Takes the canonical form of something.
pub(super) struct Writer {
    /// What was not hashed yet.
    form: Vec<u8>,
    hash: sha2::Sha256,
}

impl Writer {
    /// Begins the form of something of a kind.
    pub(super) fn new(kind: &str) -> Writer {
        let mut writer = Writer::empty();
        writer.text(kind);
        writer
    }

    /// For the forms of many things one after the other.
    pub(super) fn empty() -> Writer {
        Writer { form: Vec::with_capacity(256), hash: sha2::Sha256::new() }
    }

    /// The digest of all that was written.
    pub(super) fn finish(mut self) -> Digest {
        self.take()
    }

    /// The digest of all that was written since the last one was taken.
    pub(super) fn take(&mut self) -> Digest {
        self.hash.update(&self.form);
        self.form.clear();
        Digest(self.hash.finalize_reset().into())
    }

    /// The bytes that `write` writes.
    pub(super) fn bytes_of(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer::empty();
        write(&mut writer);
        writer.form
    }

    /// What [`Writer::bytes_of`] gave.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.form.extend_from_slice(bytes);
    }

    /// A text behind its length, so that no two sequences of texts are the same bytes.
    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes(text.as_bytes());
    }

    /// A text that may be absent.
    pub(super) fn optional(&mut self, text: Option<&str>) {
        self.yes_no(text.is_some());
        text.into_iter().for_each(|text| self.text(text));
    }

    pub(super) fn count(&mut self, count: usize) {
        self.bytes(&(count as u64).to_le_bytes());
    }

    pub(super) fn yes_no(&mut self, answer: bool) {
        self.form.push(u8::from(answer));
    }

    /// Equal numbers have one text, with all their digits.
    pub(super) fn number(&mut self, number: &Number) {
        let start = self.form.len();
        self.count(0);
        let digits = self.form.len();
        number.with_decimals(0).append_to(&mut self.form);
        let length = (self.form.len().saturating_sub(digits) as u64).to_le_bytes();
        self.form.iter_mut().skip(start).zip(length).for_each(|(place, byte)| *place = byte);
    }

    pub(super) fn digest(&mut self, digest: Digest) {
        if self.form.len() >= MANY {
            self.hash.update(&self.form);
            self.form.clear();
        }
        self.bytes(&digest.0);
    }

    /// Digests in whose order nothing lies.
    pub(super) fn unordered(&mut self, mut digests: Vec<Digest>) {
        sort(&mut digests);
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

/// Puts digests in order; nearly all differ in the first eight bytes.
pub(super) fn sort(digests: &mut [Digest]) {
    let first = |digest: &Digest| digest.0.first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
    digests.sort_unstable_by(|one, other| first(one).cmp(&first(other)).then_with(|| one.cmp(other)));
}
