//! What changed in meaning between two editions of a rule set: two compiled programs in, a [`Difference`] as plain data out.
//!
//! Order, layout, comments and units that mean the same are no change. A changed formula is told by its smallest changed part, a
//! table by the keys that answer otherwise, a parameter by its periods; what only depends on a change is told apart from it.
//! Invariant: where there is no [`Change`] of meaning, every input gets the same charges, totals and refusals from both.

mod affected;
pub mod effect;
mod form;
mod item;
mod names;
mod parameters;
mod reading;
mod renamed;
mod retest;
mod tables;
#[cfg(test)]
mod tests;
mod words;

pub use affected::Affected;
pub use retest::{Edition as TestEdition, Retest, Retested, Verdict};
pub use tables::{BoxChange, TableChange, ValueChange};

use crate::program::Program;
use crate::rule_set::RuleSet;
use crate::source::Span;
use crate::types::Type;
use form::Form;
use item::{Facet, Item};
use names::Names;
use std::collections::HashMap;
use std::fmt;
use tables::Edition;

/// What can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The header: version, period, rounding, currency.
    Header,
    /// A field of the input.
    Input,
    /// An enumeration.
    Enumeration,
    /// A record type.
    Record,
    /// A declared unit.
    Unit,
    /// A parameter.
    Parameter,
    /// A table.
    Table,
    /// Tiers.
    Tiers,
    /// A calendar.
    Calendar,
    /// Windows.
    Windows,
    /// A function.
    Function,
    /// A function of the embedding program.
    HostFunction,
    /// A let.
    Let,
    /// A charge.
    Charge,
    /// A bound on a total.
    Total,
    /// An output.
    Output,
    /// A flag.
    Flag,
    /// A refusal.
    Refusal,
}

impl Kind {
    /// Its word, for one and for many.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Header => ("header", "headers"),
            Kind::Input => ("input", "inputs"),
            Kind::Enumeration => ("enum", "enums"),
            Kind::Record => ("record", "records"),
            Kind::Unit => ("unit", "units"),
            Kind::Parameter => ("parameter", "parameters"),
            Kind::Table => ("table", "tables"),
            Kind::Tiers => ("tiers", "tiers"),
            Kind::Calendar => ("calendar", "calendars"),
            Kind::Windows => ("windows", "windows"),
            Kind::Function => ("function", "functions"),
            Kind::HostFunction => ("host function", "host functions"),
            Kind::Let => ("let", "lets"),
            Kind::Charge => ("charge", "charges"),
            Kind::Total => ("total", "totals"),
            Kind::Output => ("output", "outputs"),
            Kind::Flag => ("flag", "flags"),
            Kind::Refusal => ("refusal", "refusals"),
        }
    }

    /// Whether a caller sees its name, so that a new name is a change for him.
    fn is_seen(self) -> bool {
        matches!(self, Kind::Input | Kind::Charge | Kind::Total | Kind::Output | Kind::Flag | Kind::Refusal)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().0)
    }
}

/// What changed between two editions of a rule set.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// Name and version of the older edition.
    pub before: EditionName,
    /// Name and version of the newer edition.
    pub after: EditionName,
    /// What changed, by kind and then in the order of the rules.
    pub changes: Vec<Change>,
    /// What did not change itself and depends on something that did.
    pub affected: Vec<Affected>,
    /// Items that are the same and stand elsewhere among the others.
    pub moved: Vec<(Kind, String)>,
    /// What is the same, by kind.
    pub same: Vec<(Kind, usize)>,
    /// The rows of the tables that are the same.
    pub same_rows: usize,
}

/// What an edition is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditionName {
    /// The dotted name.
    pub name: String,
    /// The title.
    pub title: String,
    /// The version.
    pub version: Option<String>,
}

/// How an item changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
    /// It has another name, the older one here, and is the same in all else.
    Renamed(String),
}

/// An item that changed.
#[derive(Debug, Clone)]
pub struct Change {
    /// What it is.
    pub kind: Kind,
    /// Its name in the newer edition; of what is gone, in the older.
    pub name: String,
    /// Its label.
    pub label: Option<String>,
    /// How it changed.
    pub how: How,
    /// Whether a price, a refusal or the form of the input or the quote can depend on it. Of what is only words, none does.
    pub meaning: bool,
    /// What exactly changed.
    pub details: Vec<Detail>,
    /// The keys of a table that answer otherwise.
    pub table: Option<TableChange>,
    /// What a caller who sends inputs for the older edition runs into.
    pub breaks: Option<String>,
    /// Its place in the older edition.
    pub before_place: Option<Span>,
    /// Its place in the newer edition.
    pub after_place: Option<Span>,
}

/// One thing that changed about an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// What it is about: `when`, `amount`, `from 2026-04-01`; empty where the item says it.
    pub aspect: String,
    /// What it stands in, outer before inner: `tier up to 10 GiB`.
    pub within: Vec<String>,
    /// The older text or value; absent where there was none.
    pub before: Option<String>,
    /// The newer text or value; absent where there is none.
    pub after: Option<String>,
    /// The place of the older text.
    pub before_place: Option<Span>,
    /// The place of the newer text.
    pub after_place: Option<Span>,
    /// The reason that the newer edition gives.
    pub because: Option<String>,
    /// No price depends on it: a label, a reason.
    pub words: bool,
}

impl Difference {
    /// Whether some input may be priced otherwise, or read otherwise.
    pub fn changes_meaning(&self) -> bool {
        self.changes.iter().any(|change| change.meaning)
    }
}

impl RuleSet {
    /// What changed in meaning from this edition of a rule set to a newer one. The prices of real inputs are compared by
    /// [`effect::Effect`], the tests of both by [`RuleSet::retest`].
    ///
    /// Cost: reads both programs once; tables take the steps of their diagrams.
    ///
    /// ```
    /// use ratewright::RuleSet;
    ///
    /// let older = RuleSet::compile(r#"
    ///     ruleset parcel { currency USD }
    ///     input { weight : mass in lb }
    ///     parameter rate = 2.50 USD per lb
    ///     charge BASE = rate * weight
    ///     charge HEAVY = 5 USD when weight > 50 lb
    /// "#)?;
    /// let newer = RuleSet::compile(r#"
    ///     ruleset parcel { currency USD }
    ///     input { weight : mass in lb }
    ///     charge HEAVY = 5 USD when weight > 960 oz     # 60 lb
    ///     charge BASE = weight * rate                   # moved, and turned around
    ///     parameter rate = 2.75 USD per lb
    /// "#)?;
    /// let difference = older.difference(&newer);
    /// let rate = &difference.changes[0].details[0];
    /// assert_eq!((rate.before.as_deref(), rate.after.as_deref()), (Some("2.50 USD per lb"), Some("2.75 USD per lb")));
    /// let heavy = &difference.changes[1].details[0];
    /// assert_eq!((heavy.before.as_deref(), heavy.after.as_deref()), (Some("50 lb"), Some("960 oz")));
    /// assert_eq!(difference.changes.len(), 2);
    /// assert_eq!(difference.affected[0].items, [(ratewright::difference::Kind::Charge, "BASE".to_string())]);
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn difference(&self, newer: &RuleSet) -> Difference {
        compare(self.program(), newer.program())
    }
}

/// What changed from one program to another.
pub fn compare(older: &Program, newer: &Program) -> Difference {
    let old_names = Names::of_program(older, &HashMap::new());
    let old_items = item::items(older, &old_names);
    let renames = renamed::find(older, newer, &old_names, &old_items);
    let new_names = Names::of_program(newer, &renames);
    let new_items = item::items(newer, &new_names);
    let mut comparison = Comparison {
        old: Side { program: older, names: &old_names },
        new: Side { program: newer, names: &new_names },
        difference: Difference { before: edition(older), after: edition(newer), ..Difference::default() },
        counted_otherwise: Vec::new(),
    };
    for pair in pairs(&old_items, &new_items) {
        match pair {
            (Some(old), Some(new)) => {
                // A name that was changed stands in the newer items as it was: shown is what it is now.
                let kind = renamed::names_kind(new.kind);
                let now = renames.iter().find(|((known, _), was)| *known == kind && **was == new.name);
                comparison.both(old, new, now.map(|((_, now), _)| now.clone()));
            }
            (Some(old), None) => comparison.alone(old, How::Removed),
            (None, Some(new)) => comparison.alone(new, How::Added),
            (None, None) => {}
        }
    }
    let (mut difference, counted_otherwise) = (comparison.difference, comparison.counted_otherwise);
    fold_rounding(&mut difference, &old_items, &new_items);
    order_of_refusals(&mut difference, &old_items, &new_items);
    difference.changes.sort_by_key(|change| (!change.meaning, change.kind));
    difference.affected = affected::find(&difference.changes, &new_items, &counted_otherwise, &renames);
    difference.moved = moved(&old_items, &new_items, &difference.changes);
    difference
}

fn edition(program: &Program) -> EditionName {
    EditionName { name: program.name.clone(), title: program.title.clone(), version: program.version.clone() }
}

#[derive(Clone, Copy)]
struct Side<'p> {
    program: &'p Program,
    names: &'p Names,
}

/// The items of both by kind and name: the older in their order, each newer one after the one that it follows.
fn pairs<'i>(old: &'i [Item], new: &'i [Item]) -> Vec<(Option<&'i Item>, Option<&'i Item>)> {
    let key = |item: &Item| (item.kind, item.name.clone());
    let newer: HashMap<_, &Item> = new.iter().map(|item| (key(item), item)).collect();
    let older: HashMap<_, &Item> = old.iter().map(|item| (key(item), item)).collect();
    let mut pairs: Vec<_> = old.iter().map(|item| (Some(item), newer.get(&key(item)).copied())).collect();
    pairs.extend(new.iter().filter(|item| !older.contains_key(&key(item))).map(|item| (None, Some(item))));
    pairs
}

struct Comparison<'p> {
    old: Side<'p>,
    new: Side<'p>,
    difference: Difference,
    /// Items with the same text that mean something else, because something that they name does.
    counted_otherwise: Vec<(Kind, String)>,
}

impl Comparison<'_> {
    fn same(&mut self, kind: Kind) {
        match self.difference.same.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.difference.same.push((kind, 1)),
        }
    }

    fn alone(&mut self, item: &Item, how: How) {
        let removed = how == How::Removed;
        let side = if removed { self.old } else { self.new };
        let details = item.facets.iter().filter(|facet| !facet.words).filter_map(|facet| {
            let text = text_of(side.program, &facet.form);
            let (before, after) = if removed { (Some(text), None) } else { (None, Some(text)) };
            let place = Some(facet.form.span).filter(|span| *span != Span::default());
            let (before_place, after_place) = if removed { (place, None) } else { (None, place) };
            let told = match item.kind {
                Kind::Charge => matches!(&*facet.aspect, "amount" | "when"),
                Kind::Input | Kind::Record => !facet.aspect.ends_with("name on the wire"),
                _ => !facet.aspect.is_empty(),
            };
            let detail =
                Detail { aspect: facet.aspect.clone(), before, after, before_place, after_place, ..Detail::default() };
            told.then_some(detail)
        });
        let breaks = match item.kind {
            Kind::Input => breaks_alone(side.program, item, removed),
            _ => None,
        };
        self.difference.changes.push(Change {
            kind: item.kind,
            name: item.name.clone(),
            label: item.label.clone(),
            how,
            meaning: true,
            details: details.collect(),
            table: None,
            breaks,
            before_place: item.span.filter(|_| removed),
            after_place: item.span.filter(|_| !removed),
        });
    }

    fn both(&mut self, old: &Item, new: &Item, now: Option<String>) {
        let mut details = self.facets(old, new);
        let mut table = None;
        match old.kind {
            Kind::Parameter => details.extend(self.parameter(old, new)),
            Kind::Table => {
                let (more, change) = self.table(old, new);
                details.extend(more);
                table = change;
            }
            _ => {}
        }
        let meaning = details.iter().any(|detail| !detail.words) || table.is_some();
        let renamed = now.is_some();
        if details.is_empty() && table.is_none() && !renamed {
            if !new.hidden {
                self.same(old.kind);
            }
            if let (Kind::Table, Some(table)) = (old.kind, self.new.program.tables.get(new.index)) {
                self.difference.same_rows = self.difference.same_rows.saturating_add(table.matchable());
            }
            return;
        }
        let breaks = match old.kind {
            Kind::Input => breaks_both(&details, renamed),
            Kind::Enumeration => breaks_members(&details),
            _ => None,
        };
        let how = if renamed && !meaning { How::Renamed(old.name.clone()) } else { How::Changed };
        self.difference.changes.push(Change {
            kind: new.kind,
            name: now.unwrap_or_else(|| new.name.clone()),
            label: new.label.clone(),
            meaning: meaning || (renamed && old.kind.is_seen()),
            how,
            details,
            table,
            breaks,
            before_place: old.span,
            after_place: new.span,
        });
    }

    /// What differs, facet by facet.
    fn facets(&mut self, old: &Item, new: &Item) -> Vec<Detail> {
        let mut details = Vec::new();
        let mut same_text = false;
        for facet in &old.facets {
            match new.facets.iter().find(|other| other.aspect == facet.aspect) {
                Some(other) => {
                    let found = self.facet(facet, other);
                    same_text |= found.iter().any(|detail| detail.before == detail.after);
                    details.extend(found.into_iter().filter(|detail| detail.before != detail.after));
                }
                None => details.push(self.one_sided(facet, true)),
            }
        }
        let known = |facet: &&Facet| old.facets.iter().all(|other| other.aspect != facet.aspect);
        details.extend(new.facets.iter().filter(known).map(|facet| self.one_sided(facet, false)));
        if same_text && details.iter().all(|detail| detail.words) {
            self.counted_otherwise.push((new.kind, new.name.clone()));
        }
        details
    }

    fn facet(&self, old: &Facet, new: &Facet) -> Vec<Detail> {
        let place = |form: Option<&Form>| form.map(|form| form.span).filter(|span| *span != Span::default());
        let changes = old.form.changes(&new.form);
        let detail = |change: &form::Changed<'_>| Detail {
            aspect: old.aspect.clone(),
            within: change.within.iter().map(ToString::to_string).collect(),
            before: change.before.map(|form| text_of(self.old.program, form)),
            after: change.after.map(|form| text_of(self.new.program, form)),
            before_place: place(change.before),
            after_place: place(change.after),
            because: None,
            words: old.words,
        };
        changes.iter().map(detail).collect()
    }

    fn one_sided(&self, facet: &Facet, removed: bool) -> Detail {
        let side = if removed { self.old } else { self.new };
        let text = Some(text_of(side.program, &facet.form));
        let place = Some(facet.form.span).filter(|span| *span != Span::default());
        let none = Detail { aspect: facet.aspect.clone(), words: facet.words, ..Detail::default() };
        match removed {
            true => Detail { before: text, before_place: place, ..none },
            false => Detail { after: text, after_place: place, ..none },
        }
    }

    fn parameter(&self, old: &Item, new: &Item) -> Vec<Detail> {
        let (Some(older), Some(newer)) =
            (self.old.program.parameters.get(old.index), self.new.program.parameters.get(new.index))
        else {
            return Vec::new();
        };
        let before = reading::Reading::new(self.old.program, self.old.names);
        let after = reading::Reading::new(self.new.program, self.new.names);
        let mut details = parameters::compare((&before, older), (&after, newer));
        if details.is_empty() {
            details = parameters::reasons(older, newer);
        }
        details
    }

    fn table(&self, old: &Item, new: &Item) -> (Vec<Detail>, Option<TableChange>) {
        let (Some(older), Some(newer)) =
            (self.old.program.tables.get(old.index), self.new.program.tables.get(new.index))
        else {
            return (Vec::new(), None);
        };
        let old = Edition { program: self.old.program, names: self.old.names, table: older };
        let new = Edition { program: self.new.program, names: self.new.names, table: newer };
        let type_words = |edition: Edition<'_>, ty: &Type| item::type_words(edition.program, edition.names, ty);
        let mut details = tables::declarations(old, new, &type_words);
        match tables::compare(old, new) {
            Some(change) if change.decided && change.boxes.is_empty() => (details, None),
            Some(change) if !change.decided && change.rows_apart == (0, 0) => (details, None),
            Some(change) => (details, Some(change)),
            None => {
                // The keys have nothing in common; that is said by the columns, and if not, by the table as a whole.
                if details.iter().all(|detail| detail.words) {
                    details.push(Detail { aspect: "keys".into(), ..Detail::default() });
                }
                (details, None)
            }
        }
    }
}

/// The words of a form: its own, or those of the text.
fn text_of(program: &Program, form: &Form) -> String {
    match &form.words {
        Some(words) => words.clone(),
        None => crate::syntax::on_one_line(program.sources.text(form.span)),
    }
}

/// What a caller of the older edition runs into with an input that only one edition has.
fn breaks_alone(program: &Program, item: &Item, removed: bool) -> Option<String> {
    let field = program.inputs.get(item.index)?;
    let optional = field.default.is_some() || matches!(field.ty, Type::Optional(_));
    match removed {
        true => Some(format!("a caller that still sends `{}` is refused", field.wire)),
        false if optional => None,
        false => Some(format!("a caller must now send `{}`", field.wire)),
    }
}

fn breaks_both(details: &[Detail], renamed: bool) -> Option<String> {
    let has = |aspect: &str| details.iter().find(|detail| detail.aspect == aspect);
    if let Some(name) = has("name on the wire") {
        let (before, after) = (name.before.as_deref().unwrap_or(""), name.after.as_deref().unwrap_or(""));
        return Some(format!("a caller must send {after} instead of {before}"));
    }
    if let Some(ty) = has("type") {
        let (before, after) = (ty.before.as_deref().unwrap_or(""), ty.after.as_deref().unwrap_or(""));
        let wider = after == format!("{before}?") || (before, after) == ("integer", "number");
        return (!wider).then(|| format!("what a caller sends is read as {after}, no longer as {before}"));
    }
    if has("default").is_some_and(|detail| detail.after.is_none()) {
        return Some("a caller must now send it".to_string());
    }
    let narrower = ["lowest", "highest", "pattern", "currencies"].iter().filter_map(|aspect| has(aspect));
    if narrower.clone().any(|detail| detail.after.is_some()) {
        return Some("some values that a caller sends may now be refused".to_string());
    }
    renamed.then(|| "a caller must send it under its new name".to_string())
}

fn breaks_members(details: &[Detail]) -> Option<String> {
    let gone: Vec<&str> = details
        .iter()
        .filter(|detail| detail.aspect == "member")
        .filter_map(|detail| detail.before.as_deref())
        .collect();
    (!gone.is_empty()).then(|| format!("a caller that sends {} is refused", gone.join(" or ")))
}

/// Where every charge is rounded otherwise in the same way, the header says so once.
fn fold_rounding(difference: &mut Difference, old: &[Item], new: &[Item]) {
    let rounded = |items: &[Item]| {
        items
            .iter()
            .filter(|item| item.kind == Kind::Charge && item.facets.iter().any(|facet| facet.aspect == "rounding"))
            .count()
    };
    let is_rounding = |detail: &Detail| detail.aspect == "rounding";
    let found: Vec<Detail> = difference
        .changes
        .iter()
        .filter(|change| change.kind == Kind::Charge && change.how == How::Changed)
        .flat_map(|change| change.details.iter().filter(|detail| is_rounding(detail)).cloned())
        .collect();
    let Some(first) = found.first().cloned() else { return };
    let alike = found.iter().all(|detail| (&detail.before, &detail.after) == (&first.before, &first.after));
    if !alike || found.len() < rounded(old).min(rounded(new)).max(1) {
        return;
    }
    for change in
        difference.changes.iter_mut().filter(|change| change.kind == Kind::Charge && change.how == How::Changed)
    {
        change.details.retain(|detail| !is_rounding(detail));
        change.meaning = change.details.iter().any(|detail| !detail.words);
    }
    difference
        .changes
        .retain(|change| change.how != How::Changed || !change.details.is_empty() || change.table.is_some());
    let detail = Detail { aspect: "rounding".into(), before_place: None, after_place: None, ..first };
    in_header(difference, detail);
}

fn in_header(difference: &mut Difference, detail: Detail) {
    if let Some(header) = difference.changes.iter_mut().find(|change| change.kind == Kind::Header) {
        header.details.push(detail);
        header.meaning = true;
        return;
    }
    difference.changes.push(Change {
        kind: Kind::Header,
        name: String::new(),
        label: None,
        how: How::Changed,
        meaning: true,
        details: vec![detail],
        table: None,
        breaks: None,
        before_place: None,
        after_place: None,
    });
}

/// The first refusal that holds is the one that is told, so that their order means something.
fn order_of_refusals(difference: &mut Difference, old: &[Item], new: &[Item]) {
    let order = |items: &[Item], other: &[Item]| -> Vec<String> {
        let there = |item: &&Item| other.iter().any(|one| one.kind == Kind::Refusal && one.name == item.name);
        items.iter().filter(|item| item.kind == Kind::Refusal).filter(there).map(|item| item.name.clone()).collect()
    };
    let (before, after) = (order(old, new), order(new, old));
    if before != after {
        let detail = Detail {
            aspect: "order of refusals".into(),
            before: Some(before.join(", ")),
            after: Some(after.join(", ")),
            ..Detail::default()
        };
        in_header(difference, detail);
    }
}

/// The items that are the same and do not stand where the others of both editions do.
fn moved(old: &[Item], new: &[Item], changes: &[Change]) -> Vec<(Kind, String)> {
    let placed = |items: &[Item]| {
        let mut placed: Vec<_> = items
            .iter()
            .filter(|item| !item.hidden)
            .filter_map(|item| Some((item.span.map(|span| (span.file, span.start))?, (item.kind, item.name.clone()))))
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, key)| key).collect::<Vec<_>>()
    };
    let places: HashMap<_, usize> = placed(new).into_iter().enumerate().map(|(at, key)| (key, at)).collect();
    let common: Vec<_> = placed(old).into_iter().filter_map(|key| Some((*places.get(&key)?, key))).collect();
    let kept = longest_rising(&common.iter().map(|(at, _)| *at).collect::<Vec<_>>());
    common
        .into_iter()
        .enumerate()
        .filter(|(at, _)| kept.binary_search(at).is_err())
        .map(|(_, (_, key))| key)
        .filter(|(kind, name)| {
            !changes.iter().any(|change| change.kind == *kind && change.name == *name && change.meaning)
        })
        .collect()
}

/// The positions of a longest run of rising numbers.
fn longest_rising(numbers: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new(); // for each length the position of the lowest end
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers.get(*end).is_some_and(|known| known < number));
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = Vec::new();
    let mut next = ends.last().copied();
    while let Some(at) = next {
        kept.push(at);
        next = before.get(at).copied().flatten();
    }
    kept.reverse();
    kept
}
