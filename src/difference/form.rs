//! What an expression means, without how it is written: the form in which two editions are compared.
//!
//! A form names what it refers to, counts quantities in base units, numbers locals by their depth, and lists the terms of sums and
//! the factors of products in an order that does not depend on the text. Equal forms are equal in meaning; the reverse is
//! approached, not promised. Each form keeps the place that it was read from.

use super::Kind;
use crate::source::Span;
use crate::value::Number;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What stands at a node of a form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Head {
    /// An operation, a constant, a piece of text.
    Word(String),
    /// A number in base units, and its dimension.
    Number(Number, String),
    /// Something that has a name in the rule set.
    Named(Kind, String),
}

/// How the parts of a node are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Order {
    /// Each part has its place.
    Fixed,
    /// A run of parts, of which some may be added or taken out.
    Run,
    /// A run in which the order means nothing.
    Free,
}

/// A node of a form.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub head: Head,
    pub parts: Vec<Form>,
    pub order: Order,
    /// The text that it was read from.
    pub span: Span,
    /// What it says, where no text does or the text is not for people.
    pub words: Option<String>,
    /// What a part of it is said to be in: `tier up to 10 GiB`.
    pub title: Option<String>,
    /// What it says with the words around it, which tell it from another whose text is the same: `under 10`.
    pub around: Option<String>,
    fingerprint: u64,
}

/// The smallest part that differs, on the sides that have it.
#[derive(Debug, Clone)]
pub(super) struct Changed<'f> {
    /// The titles of what it stands in, outer before inner.
    pub within: Vec<&'f str>,
    pub before: Option<&'f Form>,
    pub after: Option<&'f Form>,
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint && self.head == other.head && self.parts == other.parts
    }
}

impl Eq for Form {}

impl Form {
    pub fn new(head: Head, order: Order, mut parts: Vec<Form>, span: Span) -> Form {
        if order == Order::Free {
            parts.sort_by_key(|part| part.fingerprint);
        }
        let mut hasher = DefaultHasher::new();
        head.hash(&mut hasher);
        parts.iter().for_each(|part| part.fingerprint.hash(&mut hasher));
        Form { head, order, parts, span, words: None, title: None, around: None, fingerprint: hasher.finish() }
    }

    /// An operation on parts that each have their place.
    pub fn of(word: impl Into<String>, parts: Vec<Form>, span: Span) -> Form {
        Form::new(Head::Word(word.into()), Order::Fixed, parts, span)
    }

    /// A run of parts.
    pub fn run(word: impl Into<String>, parts: Vec<Form>, span: Span) -> Form {
        Form::new(Head::Word(word.into()), Order::Run, parts, span)
    }

    /// A number in base units, and its dimension.
    pub fn number(number: Number, dimension: String, span: Span) -> Form {
        Form::new(Head::Number(number, dimension), Order::Fixed, Vec::new(), span)
    }

    /// Parts in any order.
    pub fn free(word: impl Into<String>, parts: Vec<Form>, span: Span) -> Form {
        Form::new(Head::Word(word.into()), Order::Free, parts, span)
    }

    /// A node without parts.
    pub fn leaf(word: impl Into<String>, span: Span) -> Form {
        Form::of(word, Vec::new(), span)
    }

    /// Calls `visit` with all that the form refers to by name.
    pub fn references<'a>(&'a self, visit: &mut dyn FnMut(Kind, &'a str)) {
        if let Head::Named(kind, name) = &self.head {
            visit(*kind, name);
        }
        self.parts.iter().for_each(|part| part.references(visit));
    }

    /// The same, read from another place.
    pub fn at(self, span: Span) -> Form {
        Form { span, ..self }
    }

    /// The same with words of its own.
    pub fn saying(self, words: impl Into<String>) -> Form {
        Form { words: Some(words.into()), ..self }
    }

    /// The same with a title for its parts.
    pub fn titled(self, title: impl Into<String>) -> Form {
        Form { title: Some(title.into()), ..self }
    }

    /// The same with the words around it.
    pub fn around(self, words: impl Into<String>) -> Form {
        Form { around: Some(words.into()), ..self }
    }

    /// The smallest parts in which the newer form differs from this one; none where they are equal.
    pub fn changes<'f>(&'f self, newer: &'f Form) -> Vec<Changed<'f>> {
        let mut changes = Vec::new();
        self.compare(newer, &mut Vec::new(), &mut changes);
        changes
    }

    fn compare<'f>(&'f self, newer: &'f Form, within: &mut Vec<&'f str>, changes: &mut Vec<Changed<'f>>) {
        if self == newer {
            return;
        }
        let mut change = |before, after, within: &[&'f str]| {
            changes.push(Changed { within: within.to_vec(), before, after });
        };
        if self.head != newer.head || self.order != newer.order || self.words.is_some() {
            return change(Some(self), Some(newer), within);
        }
        let (mut pairs, shared) = match self.order {
            Order::Fixed => (self.parts.iter().map(Some).zip(newer.parts.iter().map(Some)).collect(), true),
            Order::Run => apart(&self.parts, &newer.parts),
            Order::Free => unshared(&self.parts, &newer.parts),
        };
        let in_place = self.order == Order::Fixed && self.parts.len() != newer.parts.len();
        let listed = self.parts.iter().chain(&newer.parts).all(|part| part.words.is_some() || part.title.is_some());
        if in_place || (!shared && !listed && pairs.iter().any(|(old, new)| old.is_none() || new.is_none())) {
            return change(Some(self), Some(newer), within);
        }
        let depth = within.len();
        within.extend(self.title.as_deref());
        for pair in pairs.drain(..) {
            match pair {
                (Some(old), Some(new)) => old.compare(new, within, changes),
                (before, after) => changes.push(Changed { within: within.clone(), before, after }),
            }
        }
        within.truncate(depth);
    }
}

/// Parts of an older and a newer form that belong together; one that stands alone was taken out or added.
type Pairs<'f> = Vec<(Option<&'f Form>, Option<&'f Form>)>;

/// What differs between two runs, and whether anything is the same: between the parts of a longest common run, those of one kind
/// are taken for the same part.
fn apart<'f>(old: &'f [Form], new: &'f [Form]) -> (Pairs<'f>, bool) {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (left, right) = (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(old, new)| old == new).count();
    let cut = |parts: &'f [Form]| parts.get(..parts.len().saturating_sub(end)).unwrap_or_default();
    let (mut old, mut new) = (cut(left), cut(right));
    let (mut pairs, mut shared) = (Vec::new(), start > 0 || end > 0);
    // The runs are short: the next part that both have is looked for from each place.
    while let Some((skipped, other)) = next_common(old, new) {
        shared = true;
        together(old.get(..skipped).unwrap_or_default(), new.get(..other).unwrap_or_default(), &mut pairs);
        old = old.get(skipped.saturating_add(1)..).unwrap_or_default();
        new = new.get(other.saturating_add(1)..).unwrap_or_default();
    }
    together(old, new, &mut pairs);
    (pairs, shared)
}

/// The first places, closest to the beginnings, where two runs have the same part.
fn next_common(old: &[Form], new: &[Form]) -> Option<(usize, usize)> {
    let places =
        old.iter().enumerate().filter_map(|(at, part)| Some((at, new.iter().position(|other| other == part)?)));
    places.min_by_key(|(at, other)| at.saturating_add(*other))
}

/// Pairs what is left of two runs: in order where they are equally long, else by what stands at the nodes.
fn together<'f>(old: &'f [Form], new: &'f [Form], pairs: &mut Pairs<'f>) {
    if old.len() == new.len() {
        pairs.extend(old.iter().map(Some).zip(new.iter().map(Some)));
        return;
    }
    let mut rest: Vec<&Form> = new.iter().collect();
    for part in old {
        let twin = rest.iter().position(|other| alike(part, other));
        pairs.push((Some(part), twin.map(|at| rest.remove(at))));
    }
    pairs.extend(rest.into_iter().map(|part| (None, Some(part))));
}

/// Whether two parts are likely one part that was changed.
fn alike(old: &Form, new: &Form) -> bool {
    old.words.is_none() && old.head == new.head && old.title == new.title
}

/// What differs between two sets of parts, in the order of the texts, and whether anything is the same.
fn unshared<'f>(old: &'f [Form], new: &'f [Form]) -> (Pairs<'f>, bool) {
    let mut rest: Vec<&Form> = new.iter().collect();
    let mut left = Vec::new();
    for part in old {
        match rest.iter().position(|other| *other == part) {
            Some(at) => {
                rest.remove(at);
            }
            None => left.push(part),
        }
    }
    let shared = left.len() < old.len();
    let place = |form: &&Form| (form.span.file, form.span.start);
    left.sort_by_key(place);
    rest.sort_by_key(place);
    if left.len() == rest.len() {
        return (left.into_iter().map(Some).zip(rest.into_iter().map(Some)).collect(), shared);
    }
    let mut pairs = Vec::new();
    for part in left {
        let twin = rest.iter().position(|other| alike(part, other));
        pairs.push((Some(part), twin.map(|at| rest.remove(at))));
    }
    pairs.extend(rest.into_iter().map(|part| (None, Some(part))));
    (pairs, shared)
}
