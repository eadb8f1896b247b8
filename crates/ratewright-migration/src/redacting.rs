//! What of a case may be stored: its input without what is taken out, and everything else that is kept of it without that either.
//!
//! A case comes in as it was; ids, answers, comparisons, factors and explanations go out as they may be written to a file. Where nothing is to be
//! redacted nothing is changed. Of an input that is not understood nothing is kept, and of words about it neither. Invariant: where something was taken
//! out, no words stay that could show it in a form of their own, unless the redaction asks for them.

use crate::recorded::{Case, Input};
use ratewright::RuleSet;
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::migrate::cause::{Factor, Finding};
use ratewright::migrate::cluster::FieldValues;
use ratewright::migrate::{Answer, Comparison, Difference, Redacted, Redaction, RedactionKey, Stated};
use serde::Serialize;
use std::borrow::Cow;

/// What stands for what is not kept.
const NOTHING: &str = "…";

/// Of so many editions it is remembered whether the paths lead to their inputs.
const MOST_EDITIONS: usize = 16;

/// What is taken out of all cases.
#[derive(Debug, Clone, Default)]
pub struct Redacting(Option<(Redaction, RedactionKey)>);

/// What of one case may be stored.
#[derive(Debug, Clone)]
pub struct Storable {
    input: String,
    words: Words,
}

/// Which fields of an input were taken out, by their paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenOut {
    /// Those that are `null` now.
    pub erased: Vec<String>,
    /// Those in whose place a token stands.
    pub tokens: Vec<String>,
}

#[derive(Debug, Clone)]
enum Words {
    All,
    But(Box<Redacted>, Redaction),
    Nothing,
}

impl Redacting {
    /// Takes out what the redaction says, with the key of its tokens.
    pub fn new(redaction: Redaction, key: RedactionKey) -> Redacting {
        Redacting(Some((redaction, key)))
    }

    /// Whether anything is taken out.
    pub fn is_any(&self) -> bool {
        self.0.is_some()
    }

    /// What may be told of the fields of a case.
    pub fn fields(&self, fields: FieldValues) -> FieldValues {
        match &self.0 {
            Some((redaction, _)) => fields.without(|path| redaction.takes(path)),
            None => fields,
        }
    }

    /// The token of a text, by which one key is told from another.
    pub fn token(&self, text: &str) -> Option<String> {
        self.0.as_ref().map(|(_, key)| key.token(text))
    }

    /// What may be stored of a case with this input in JSON.
    ///
    /// ```
    /// use ratewright::migrate::{Answer, RedactionKey};
    /// use ratewright_migration::redacting::Redacting;
    ///
    /// let key = RedactionKey::new(b"0123456789abcdef0123456789abcdef").ok_or("too short")?;
    /// let redacting = Redacting::new(serde_json::from_str(r#"{"erased": ["customer"]}"#)?, key);
    /// let storable = redacting.of(r#"{"customer": "ACME", "weight": 3}"#.to_owned());
    /// assert_eq!(storable.input(), r#"{"customer":null,"weight":3}"#);
    /// assert_eq!(storable.answer(&Answer::refused("E9", "no contract of Acme Inc.")), Answer::refused("E9", "…"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(&self, input: String) -> Storable {
        let Some((redaction, key)) = &self.0 else { return Storable { input, words: Words::All } };
        match redaction.json(key, &input) {
            Ok(kept) => {
                Storable { input: kept.json().to_owned(), words: Words::But(Box::new(kept), redaction.clone()) }
            }
            Err(_) => Storable::nothing(),
        }
    }
}

/// Whether the paths of a redaction lead to inputs of the editions that price: each edition is checked once. Invariant: where that is not known nothing of a
/// case may be stored.
#[derive(Debug)]
pub(crate) struct Checking {
    redaction: Redaction,
    /// What was found of editions.
    known: Vec<(Digest, Option<String>)>,
    /// Whether the one that was asked for last is fine.
    is_fine: bool,
}

impl Checking {
    /// With the editions that are known at the start.
    ///
    /// # Errors
    /// A path leads to no input of one of them: which, for people.
    pub(crate) fn new<'e>(
        redaction: Redaction,
        editions: impl IntoIterator<Item = &'e Edition>,
    ) -> Result<Checking, String> {
        let is_fine = redaction.paths().next().is_none();
        let mut checking = Checking { redaction, known: Vec::new(), is_fine };
        for edition in editions {
            if let Some(astray) = checking.astray(Some(edition)) {
                return Err(astray);
            }
        }
        Ok(checking)
    }

    /// Why nothing of a case may be stored that an edition priced, or none did.
    pub(crate) fn astray(&mut self, edition: Option<&Edition>) -> Option<String> {
        let Some(edition) = edition else {
            let unknown = "no edition priced yet that shows whether the paths of the redaction lead to inputs";
            return (!self.is_fine).then(|| unknown.to_owned());
        };
        let digest = edition.digest();
        if !self.known.iter().any(|(known, _)| *known == digest) {
            if self.known.len() >= MOST_EDITIONS {
                self.known.remove(0);
            }
            let astray = self.redaction.check(edition.rules()).err().map(|unknown| unknown.to_string());
            self.known.push((digest, astray));
        }
        let astray = self.known.iter().find(|(known, _)| *known == digest).and_then(|(_, astray)| astray.clone());
        self.is_fine = astray.is_none();
        astray
    }
}

impl Storable {
    /// Of a case of which nothing may be stored: neither its input nor words about it.
    pub fn nothing() -> Storable {
        Storable { input: "null".to_owned(), words: Words::Nothing }
    }

    /// The input in JSON.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// What was taken out of the input; none where nothing is to be, and where it was not understood.
    pub fn redacted(&self) -> Option<&Redacted> {
        match &self.words {
            Words::But(redacted, _) => Some(redacted),
            Words::All | Words::Nothing => None,
        }
    }

    /// The paths of the fields that were taken out, erased or with a token in their place.
    pub fn paths(&self) -> Vec<String> {
        let taken = self.taken().map(|TakenOut { erased, tokens }| [erased, tokens].concat());
        taken.unwrap_or_default()
    }

    /// Which fields were taken out; none where nothing is to be.
    pub fn taken(&self) -> Option<TakenOut> {
        match &self.words {
            Words::All => None,
            Words::But(kept, _) => Some(TakenOut {
                erased: kept.erased().map(str::to_owned).collect(),
                tokens: kept.tokens().map(str::to_owned).collect(),
            }),
            Words::Nothing => Some(TakenOut { erased: vec!["…".to_owned()], tokens: Vec::new() }),
        }
    }

    /// A name of the case, such as its id or its segment, without those values that were taken out and are found in it.
    pub fn words<'w>(&self, words: &'w str) -> Cow<'w, str> {
        match &self.words {
            Words::All => Cow::Borrowed(words),
            Words::But(kept, _) => Cow::Owned(kept.words(words)),
            Words::Nothing => Cow::Borrowed(NOTHING),
        }
    }

    fn of_text(&self, text: &str) -> String {
        self.words(text).into_owned()
    }

    /// Whether words that could show what was taken out are not kept.
    fn is_silent(&self) -> bool {
        match &self.words {
            Words::All => false,
            Words::But(kept, redaction) => kept.is_any() && !redaction.keeps_words(),
            Words::Nothing => true,
        }
    }

    /// What somebody says of the case, who may show any of its values in any form.
    fn said(&self, words: &str) -> String {
        if self.is_silent() { NOTHING.to_owned() } else { self.of_text(words) }
    }

    /// How these rules came to their answer, as text; or, where they read what was taken out, that this is not kept.
    pub fn explanation(&self, text: &str, rules: &RuleSet) -> String {
        let read = match &self.words {
            Words::But(kept, _) if self.is_silent() => kept.read_by(rules),
            Words::All | Words::But(..) | Words::Nothing => Vec::new(),
        };
        if read.is_empty() {
            return self.of_text(text);
        }
        let read = read.join(", ");
        format!("not kept, since the rules read what is redacted: {read}; \"words\": true in the redaction keeps it")
    }

    /// An answer of either side. Charges and codes are not words about a case.
    pub fn answer(&self, answer: &Answer) -> Answer {
        match answer {
            Answer::Priced(_) => answer.clone(),
            Answer::Refused { code, words } => Answer::Refused { code: code.clone(), words: self.said(words) },
            Answer::Failed(words) => Answer::Failed(self.said(words)),
        }
    }

    /// A recorded case: with its input and answer, its id, key, segment and time as they may be stored.
    pub fn case(&self, case: &Case) -> Case {
        let text = |text: &Option<String>| text.as_deref().map(|text| self.of_text(text));
        Case {
            line: case.line,
            id: text(&case.id),
            key: text(&case.key),
            segment: text(&case.segment),
            time: text(&case.time),
            input: Input::Json(self.input.clone()),
            answer: case.answer.as_ref().map(|answer| self.answer(answer)),
        }
    }

    /// A comparison.
    pub fn comparison(&self, comparison: &Comparison) -> Comparison {
        let stated = |stated: &Stated| match stated {
            Stated::Nothing | Stated::Amount(_) => stated.clone(),
            Stated::Refused { code, words } => Stated::Refused { code: code.clone(), words: self.said(words) },
            Stated::Failed(words) => Stated::Failed(self.said(words)),
        };
        let difference = |one: &Difference| Difference {
            legacy: stated(&one.legacy),
            candidate: stated(&one.candidate),
            ..one.clone()
        };
        Comparison {
            differences: comparison.differences.iter().map(difference).collect(),
            more: comparison.more.clone(),
        }
    }

    /// Why a case differs.
    pub fn finding(&self, finding: Finding) -> Finding {
        if matches!(self.words, Words::All) {
            return finding;
        }
        // What was tried for a field that is taken out says which values it may have.
        let tried = |one: &Factor| match (&one.field, &self.words) {
            (Some(field), Words::But(_, redaction)) if redaction.takes(field) => {
                format!("with {field} changed, which is not stored")
            }
            _ => self.of_text(&one.tried),
        };
        let factor = |one: &Factor| Factor { tried: tried(one), ..one.clone() };
        let fields = finding.fields.without(|path| match &self.words {
            Words::But(_, redaction) => redaction.takes(path),
            Words::All | Words::Nothing => true,
        });
        Finding {
            fields,
            comparison: self.comparison(&finding.comparison),
            guess: finding.guess.iter().map(factor).collect(),
            others: finding.others.iter().map(factor).collect(),
            ..finding
        }
    }
}
