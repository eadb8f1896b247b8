//! A mismatch as a line: what was told → JSON without what must not be kept.
//!
//! The fields are those of `ratewright replay --mismatches`, and after them who decided what. Words of either side may repeat what stands in the
//! input: they are redacted as the input is. Amounts and codes of charges are kept as they are.

use crate::redacting::{Redacting, Storable, TakenOut};
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::migrate::stage::{Because, Stage};
use ratewright::migrate::{Answer, Comparison, Observed};
use ratewright_sources::Moment;
use serde::Serialize;
use serde_json::value::RawValue;

/// A mismatch that waits to be written, as it was.
pub(super) struct Case {
    number: u64,
    at: Moment,
    id: Option<String>,
    key: Option<String>,
    segment: Option<String>,
    stage: Stage,
    because: Because,
    generation: u64,
    edition: Option<Digest>,
    /// Also where it refused.
    priced_by: Option<Edition>,
    input: String,
    legacy: Answer,
    candidate: Answer,
    comparison: Comparison,
}

#[derive(Serialize)]
struct Line<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment: Option<String>,
    time: Moment,
    input: &'a RawValue,
    legacy: Answer,
    candidate: Answer,
    comparison: Comparison,
    stage: Stage,
    because: Because,
    generation: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<Digest>,
    redacted: Taken<'a>,
}

/// Which fields were taken out.
#[derive(Serialize)]
struct Taken<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    erased: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<&'a str>,
}

impl<'a> Taken<'a> {
    fn of(taken: &'a TakenOut) -> Taken<'a> {
        let texts = |texts: &'a [String]| texts.iter().map(String::as_str).collect();
        Taken { erased: texts(&taken.erased), tokens: texts(&taken.tokens) }
    }
}

impl Case {
    /// None where the input cannot be written as JSON.
    pub(super) fn of(observed: &Observed<'_>, number: u64, at: Moment) -> Option<Case> {
        let subject = &observed.subject;
        Some(Case {
            number,
            at,
            id: subject.case_key().map(str::to_owned),
            key: subject.key().map(str::to_owned),
            segment: subject.segment().map(str::to_owned),
            stage: observed.stage,
            because: observed.decision.because,
            generation: observed.generation,
            edition: observed.edition,
            priced_by: observed.priced_by(),
            input: observed.input()?,
            legacy: observed.legacy.clone(),
            candidate: observed.candidate.to_answer(),
            comparison: observed.comparison.clone(),
        })
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let texts: usize = [&self.id, &self.key, &self.segment].into_iter().flatten().map(String::capacity).sum();
        let answers = [&self.legacy, &self.candidate].into_iter().map(bytes_of).fold(0, usize::saturating_add);
        let differences = self.comparison.differences.len().saturating_mul(400);
        [size_of::<Case>(), texts, answers, differences, self.input.capacity()]
            .into_iter()
            .fold(0, usize::saturating_add)
    }

    /// The edition that priced it, or refused to.
    pub(super) fn priced_by(&self) -> Option<&Edition> {
        self.priced_by.as_ref()
    }

    /// The line, with its end, without input and words where they are not to be kept; none where the input is no JSON.
    pub(super) fn line(&self, redacting: &Redacting, without_input: bool) -> Option<String> {
        let storable = match without_input {
            true => Storable::nothing(),
            false => redacting.of(self.input.clone()),
        };
        if !without_input && storable.redacted().is_none() {
            return None;
        }
        let taken = storable.taken()?;
        let line = Line {
            line: self.number,
            id: self.id.as_ref().map(|id| storable.words(id).into_owned()),
            key: self.key.as_ref().and_then(|customer| redacting.token(customer)),
            segment: self.segment.as_ref().map(|segment| storable.words(segment).into_owned()),
            time: self.at,
            input: serde_json::from_str(storable.input()).ok()?,
            legacy: storable.answer(&self.legacy),
            candidate: storable.answer(&self.candidate),
            comparison: storable.comparison(&self.comparison),
            stage: self.stage,
            because: self.because,
            generation: self.generation,
            edition: self.edition,
            redacted: Taken::of(&taken),
        };
        let mut text = serde_json::to_string(&line).ok()?;
        text.push('\n');
        Some(text)
    }
}

/// About how many bytes an answer takes in memory.
pub(crate) fn bytes_of(answer: &Answer) -> usize {
    match answer {
        Answer::Priced(prices) => {
            let lines: usize = prices.lines.iter().map(|line| line.charge.capacity().saturating_add(96)).sum();
            lines.saturating_add(prices.totals.len().saturating_mul(64))
        }
        Answer::Refused { code, words } => code.capacity().saturating_add(words.capacity()),
        Answer::Failed(words) => words.capacity(),
    }
}
