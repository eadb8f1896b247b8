//! The items of two editions side by side: those with one name are compared facet by facet, tables and parameters also by what
//! they hold, the others came or went.

use super::form::{self, Form};
use super::item::{self, Facet, Item};
use super::names::Names;
use super::tables::{self, Edition, TableChange};
use super::{
    Change, Detail, Difference, EditionName, How, Kind, affected, callers, order, parameters, reading, renamed,
};
use crate::program::Program;
use crate::source::Span;
use crate::types::Type;
use std::collections::HashMap;

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
    // What is told by nothing else is told here: nothing that differs is passed over.
    if !difference.changes_meaning() {
        difference.changes.extend(counted_otherwise.iter().map(|(kind, name)| unexplained(*kind, name)));
    }
    order::fold_rounding(&mut difference, &old_items, &new_items);
    order::order_of_refusals(&mut difference, &old_items, &new_items);
    difference.changes.sort_by_key(|change| (!change.meaning, change.kind));
    difference.affected = affected::find(&difference.changes, &new_items, &counted_otherwise, &renames);
    difference.moved = order::moved(&old_items, &new_items, &difference.changes);
    difference
}

/// An item whose text is the same and whose meaning is not, for a reason that no other change tells.
fn unexplained(kind: Kind, name: &str) -> Change {
    let detail = Detail { aspect: "the same words mean something else".into(), ..Detail::default() };
    Change {
        kind,
        name: name.to_string(),
        label: None,
        how: How::Changed,
        meaning: true,
        details: vec![detail],
        table: None,
        breaks: None,
        before_place: None,
        after_place: None,
    }
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
        // A base's item that a contract replaced: what replaced it is what changed.
        if item.hidden {
            return;
        }
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
            Kind::Input => callers::alone(side.program, item, removed),
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
            Kind::Input => {
                let fields = (self.old.program.inputs.get(old.index), self.new.program.inputs.get(new.index));
                callers::both(&details, renamed, (self.old.program, self.new.program), fields)
            }
            Kind::Enumeration => callers::members(&details),
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
        if old.aspect == item::OPTION_ORDER {
            return order::order_of_options(old, new).into_iter().collect();
        }
        let place = |form: Option<&Form>| form.map(|form| form.span).filter(|span| *span != Span::default());
        let changes = old.form.changes(&new.form);
        let detail = |change: &form::Changed<'_>| {
            let mut before = change.before.map(|form| text_of(self.old.program, form));
            let mut after = change.after.map(|form| text_of(self.new.program, form));
            let whole =
                (change.before.and_then(|form| form.around.clone()), change.after.and_then(|form| form.around.clone()));
            if let (true, (Some(old), Some(new))) = (before == after, whole) {
                (before, after) = (Some(old), Some(new));
            }
            let within = change.within.iter().filter(|title| before.as_deref() != Some(**title));
            Detail {
                aspect: old.aspect.clone(),
                within: within.map(ToString::to_string).collect(),
                before,
                after,
                before_place: place(change.before),
                after_place: place(change.after),
                because: None,
                words: old.words,
            }
        };
        order::moved_parts(changes.iter().map(detail).collect())
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
            Some(change) if !change.decided && change.rows_apart == (0, 0) && !change.reordered => (details, None),
            Some(change) => (details, Some(change)),
            None => {
                // The keys have nothing in common; that is said by the columns, and if not, by the table as a whole.
                if details.iter().all(|detail| detail.words) {
                    details.push(Detail { aspect: "cannot be compared key by key".into(), ..Detail::default() });
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
