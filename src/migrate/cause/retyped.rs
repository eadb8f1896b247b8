//! Rule sets with one number written otherwise: place and figures → the rules compiled anew, kept for other cases.
//!
//! All finders that were cloned share them. Invariant: those that are kept have, as is estimated from their texts, no more bytes than [`ROOM`] together.

use crate::rule_set::RuleSet;
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many numbers are tried for a charge of a case.
const MOST: usize = 24;

/// What is kept has so many bytes at most. Where there is no room for another, all of it goes.
const ROOM: usize = 64 << 20;

/// Where so many rule sets have no room together, each case would wait for too long until they are compiled: nothing is tried.
const LEAST: usize = 10;

/// A rule set has no more bytes than so many for each of its texts, and so many beside.
const OF_TEXT: usize = 16;
const BESIDE: usize = 64 << 10;

/// Rule sets with another number.
#[derive(Clone)]
pub(super) struct Retyped {
    pub(super) rules: RuleSet,
    known: Arc<Mutex<Known>>,
    /// How many numbers are tried.
    pub(super) most: usize,
    /// How many rule sets are kept.
    kept: usize,
}

/// By place and figures; none of what does not compile.
type Known = BTreeMap<(Span, String), Option<RuleSet>>;

impl Retyped {
    pub(super) fn of(rules: &RuleSet) -> Self {
        Retyped::within(rules, ROOM)
    }

    fn within(rules: &RuleSet, room: usize) -> Self {
        let kept = room.checked_div(bytes_of(rules)).unwrap_or_default();
        let most = if kept >= LEAST { MOST.min(kept) } else { 0 };
        Retyped { rules: rules.clone(), known: Arc::default(), most, kept }
    }

    /// The rule set with other figures at a place; none where it does not compile.
    pub(super) fn with(&self, span: Span, figures: &str) -> Option<RuleSet> {
        let key = (span, figures.to_owned());
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return found.clone();
        }
        let sources = &self.rules.program().sources;
        let (file, main) = (sources.file(span.file)?, sources.file(self.rules.program().name_span.file)?);
        let (before, after) = (file.text.get(..span.start as usize)?, file.text.get(span.end as usize..)?);
        let compiler = self.rules.compiler().source(&file.name, &format!("{before}{figures}{after}"));
        let compiled = compiler.compile(&main.name).ok();
        let mut known = known();
        if known.len() >= self.kept {
            known.clear();
        }
        known.insert(key, compiled.clone());
        compiled
    }
}

/// About how many bytes a rule set has, and no fewer: its texts are most of what it keeps.
fn bytes_of(rules: &RuleSet) -> usize {
    let texts: usize = rules.program().sources.files().map(|(_, file)| file.text.len()).sum();
    texts.saturating_mul(OF_TEXT).saturating_add(BESIDE)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use allocation_counter::measure;
    use std::fmt::Write;

    fn with_charges(count: usize) -> String {
        let mut text = "ruleset r { currency USD }\ninput { w : mass in lb }\n".to_owned();
        for n in 0..count {
            writeln!(text, "charge C{n} \"The charge of {n}\" = 1.25 USD per lb * w + {n} USD when w > {n} lb")
                .unwrap();
        }
        text
    }

    fn with_terse_charges(count: usize) -> String {
        let mut text = "ruleset r { currency USD }\n".to_owned();
        (0..count).for_each(|n| writeln!(text, "charge C{n}=1 USD").unwrap());
        text
    }

    fn with_rows(count: usize) -> String {
        let mut text = "ruleset r { currency USD }\ninput { n : integer }\ntable t {\n  n : integer -> price : USD\n  | n || price |\n".to_owned();
        (0..count).for_each(|n| writeln!(text, "  | {n} || {n}.25 |").unwrap());
        text + "}\ncharge A = t[n].price\n"
    }

    #[test]
    fn no_rule_set_has_more_bytes_than_are_estimated() {
        for text in [with_charges(1), with_charges(400), with_terse_charges(4_000), with_rows(1), with_rows(2_000)] {
            let mut rules = None;
            let kept = measure(|| rules = RuleSet::compile(&text).ok()).bytes_current;
            let (kept, estimated) = (usize::try_from(kept).unwrap(), bytes_of(&rules.unwrap()));
            assert!(
                kept <= estimated && estimated <= kept * 20,
                "{} bytes of text: {kept}, not {estimated}",
                text.len()
            );
        }
    }

    #[test]
    fn what_is_kept_has_room_however_many_numbers_are_tried() {
        let rules = RuleSet::compile(&with_charges(2)).unwrap();
        let text = &rules.program().sources.files().next().unwrap().1.text;
        let start = u32::try_from(text.find("1.25").unwrap()).unwrap();
        let span = Span::new(rules.program().name_span.file, start, start + 4);
        let retyped = Retyped::within(&rules, 12 * bytes_of(&rules));
        let kept = measure(|| {
            for n in 0..60 {
                assert!(retyped.with(span, &format!("{n}.75")).is_some());
                assert!(retyped.known.lock().unwrap().len() <= 12);
            }
        });
        assert!(usize::try_from(kept.bytes_current).unwrap() <= 12 * bytes_of(&rules), "{kept:?}");
        // Once compiled it is not compiled again.
        assert!(measure(|| drop(retyped.with(span, "59.75"))).count_total < 10);
    }

    #[test]
    fn of_large_texts_nothing_is_tried() {
        let rules = RuleSet::compile(&with_rows(50)).unwrap();
        let most = |room: usize| Retyped::within(&rules, room * bytes_of(&rules)).most;
        assert_eq!([most(9), most(10), most(24), most(100)], [0, 10, 24, 24]);
        // In texts of 400 KB there is room for ten.
        const { assert!((ROOM / LEAST - BESIDE) / OF_TEXT > 400_000) };
    }
}
