//! The rules of a release, each with its words, its place, what was judged of it and the money that went through it.

use super::words;
use crate::load;
use ratewright::digest::RuleKind;
use ratewright::live::Edition;
use ratewright::migrate::evidence::Money;
use ratewright::migrate::judgement::Gate;
use ratewright::migrate::{Evidence, Judgement, Readiness, RuleJudgement, Stratum};
use ratewright::program::{Charge, Exception, Program, TemplatePiece};
use ratewright::source::Span;
use ratewright::value::Currency;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

/// A rule of the release.
pub struct Rule {
    /// What was judged of it.
    pub judgement: RuleJudgement,
    /// What its author calls it.
    pub label: Option<String>,
    /// `path:line`, where it has a place.
    pub place: Option<String>,
    /// The money that went through it.
    pub money: Vec<(Stratum, Currency, Money)>,
    /// How many cases it has of those that are wanted, in percent; up to 100.
    pub progress: u64,
    /// Whether comparing answers can say anything of it.
    pub compared: bool,
    /// Which of its mismatches follow from another charge, in words.
    pub follows: Option<String>,
    /// The numbers of the clusters in which a charge differs that it bears on.
    pub bears_on: BTreeSet<usize>,
}

impl Rule {
    /// Its code or name.
    pub fn name(&self) -> &str {
        &self.judgement.rule.name
    }

    /// Its reasons in words, those first that keep it from being ready.
    pub fn reasons(&self) -> impl Iterator<Item = (Readiness, &str)> {
        let open = |is_open: bool| {
            let of = move |reason: &&ratewright::migrate::judgement::Reason| {
                (reason.readiness != Readiness::Ready) == is_open
            };
            self.judgement.reasons.iter().filter(of).map(|reason| (reason.readiness, reason.words.as_str()))
        };
        open(true).chain(open(false))
    }

    /// The first of its reasons; of a rule that is ready also what of it was never compared.
    pub fn why(&self) -> String {
        let first = self.reasons().next().map(|(_, words)| words);
        let of_numbers = self.judgement.reasons.iter().filter(|reason| reason.gate == Gate::Numbers);
        let numbers = of_numbers.filter(|_| self.judgement.readiness == Readiness::Ready);
        first.into_iter().chain(numbers.map(|reason| reason.words.as_str())).collect::<Vec<_>>().join("; ")
    }

    /// What of it was not seen that is asked of it, without what to do.
    pub fn unseen(&self) -> impl Iterator<Item = &str> {
        let open = self.judgement.reasons.iter().filter(|reason| reason.readiness != Readiness::Ready);
        let words = open.filter(|reason| reason.gate == Gate::Numbers).map(|reason| reason.words.as_str());
        words.map(|words| words.split_once(": ").map_or(words, |(unseen, _)| unseen))
    }

    /// `FUEL: not ready: 12 mismatches …`
    pub fn in_one_line(&self) -> String {
        let label = self.label.as_ref().map(|label| format!(" {label}")).unwrap_or_default();
        let reason = Some(self.why()).filter(|why| !why.is_empty()).map(|why| format!(": {why}")).unwrap_or_default();
        let follows = self.follows.as_ref().map(|follows| format!("; {follows}")).unwrap_or_default();
        format!(
            "{} {}{label}: {}{reason}{follows}",
            words::kind(self.judgement.rule.kind),
            self.name(),
            self.judgement.readiness
        )
    }
}

/// All of them.
pub fn rules(path: &Path, edition: &Edition, evidence: &Evidence, judgement: &Judgement) -> Vec<Rule> {
    let declared = declared(edition.rules().program());
    let known: HashMap<_, _> = evidence.rules().iter().map(|known| (&known.rule, known)).collect();
    let rule = |judgement: &RuleJudgement| {
        let (label, span) =
            declared.get(&(judgement.rule.kind, judgement.rule.name.clone())).cloned().unwrap_or_default();
        let strata = known.get(&judgement.rule).map(|known| &known.strata);
        let money = strata.into_iter().flat_map(|strata| strata.iter()).flat_map(|(stratum, counts)| {
            counts.money.iter().map(move |(currency, money)| (stratum, *currency, money.clone()))
        });
        Rule {
            label,
            place: span.map(|span| load::line_of(path, edition.rules(), span)),
            money: money.collect(),
            progress: progress(judgement),
            compared: known.get(&judgement.rule).is_none_or(|known| known.compared),
            judgement: judgement.clone(),
            follows: None,
            bears_on: BTreeSet::new(),
        }
    };
    judgement.rules.iter().map(rule).collect()
}

/// How far the demand on cases is met.
fn progress(judgement: &RuleJudgement) -> u64 {
    let cases = judgement.reasons.iter().find(|reason| reason.gate == Gate::Cases);
    let part = cases.and_then(|reason| {
        let (found, wanted) = reason.found.zip(reason.wanted)?;
        found.saturating_mul(100).checked_div(wanted)
    });
    match judgement.readiness {
        Readiness::Ready => 100,
        _ => part.unwrap_or(0).min(100),
    }
}

type Declared = HashMap<(RuleKind, String), (Option<String>, Option<Span>)>;

/// What the rules of a program are called by their authors, and where they stand.
fn declared(program: &Program) -> Declared {
    let mut declared = Declared::new();
    for charge in &program.charges {
        declared.insert((RuleKind::Charge, charge.code.to_string()), (label(charge), Some(charge.span)));
        exceptions(&charge.code, &charge.details.exceptions, &mut declared);
    }
    for definition in &program.definitions {
        exceptions(&definition.name, &definition.exceptions, &mut declared);
    }
    for table in &program.tables {
        declared.insert((RuleKind::Table, table.name.clone()), (None, Some(table.span)));
    }
    for parameter in &program.parameters {
        declared.insert((RuleKind::Parameter, parameter.name.clone()), (None, Some(parameter.span)));
    }
    for stage in &program.total {
        let label = stage.label.as_ref().map(ToString::to_string);
        declared.insert((RuleKind::Total, stage.code.to_string()), (label, Some(stage.span)));
    }
    for output in &program.outputs {
        let span = program.definitions.get(output.definition.0 as usize).map(|definition| definition.span);
        declared.insert((RuleKind::Output, output.name.clone()), (output.label.clone(), span));
    }
    for (kind, notices) in [(RuleKind::Flag, &program.flags), (RuleKind::Refusal, &program.refusals)] {
        for notice in notices {
            declared.insert((kind, notice.code.to_string()), (words_of(&notice.message.pieces), Some(notice.span)));
        }
    }
    declared
}

fn exceptions(owner: &str, all: &[Exception], declared: &mut Declared) {
    for exception in all {
        let name = format!("{owner} / {}", exception.name);
        exceptions(&name, &exception.exceptions, declared);
        declared.insert((RuleKind::Exception, name), (exception.label.clone(), Some(exception.span)));
    }
}

fn label(charge: &Charge) -> Option<String> {
    charge.details.label.as_ref().and_then(|label| words_of(&label.pieces))
}

/// A text with `…` where a value is filled in.
fn words_of(pieces: &[TemplatePiece]) -> Option<String> {
    let words: Vec<&str> = pieces
        .iter()
        .map(|piece| match piece {
            TemplatePiece::Text(text) => &**text,
            TemplatePiece::Fill(_) => "…",
        })
        .collect();
    let words = words.concat();
    (!words.trim().is_empty()).then_some(words)
}
