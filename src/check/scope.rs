//! What an expression can see besides the rule set's names: local slots, and what is known to be given or applied.

use crate::types::Type;

/// A local name with its slot.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    pub name: String,
    pub slot: u16,
    pub ty: Type,
}

/// Something a condition has established.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    /// The value at this path is given.
    Given(Vec<String>),
    /// The charge with this code is applied.
    Applied(String),
}

/// The local names and facts at one place of the rules. Slots are reused once a name is out of sight.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    locals: Vec<Local>,
    /// What is known, with how many names were in sight then: a later name that hides an earlier one is another value.
    facts: Vec<(Fact, usize)>,
    next: u16,
    most: u16,
    /// Within an exception: what it replaces, whose name stands for the value without exceptions.
    pub replaces: Option<String>,
}

/// A place to return to with [`Scope::reset`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    locals: usize,
    facts: usize,
    next: u16,
}

impl Scope {
    pub fn bind(&mut self, name: &str, ty: Type) -> u16 {
        let slot = self.next;
        self.next = self.next.saturating_add(1);
        self.most = self.most.max(self.next);
        self.locals.push(Local { name: name.to_string(), slot, ty });
        slot
    }

    pub fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|local| local.name == name)
    }

    pub fn local_names(&self) -> impl Iterator<Item = &str> {
        self.locals.iter().map(|local| local.name.as_str())
    }

    pub fn learn(&mut self, facts: Vec<Fact>) {
        let seen = self.locals.len();
        self.facts.extend(facts.into_iter().map(|fact| (fact, seen)));
    }

    pub fn knows(&self, fact: &Fact) -> bool {
        let hidden = |seen: usize| match fact {
            Fact::Given(path) => self.locals.iter().skip(seen).any(|local| path.first() == Some(&local.name)),
            Fact::Applied(_) => false,
        };
        self.facts.iter().any(|(known, seen)| known == fact && !hidden(*seen))
    }

    pub fn mark(&self) -> Mark {
        Mark { locals: self.locals.len(), facts: self.facts.len(), next: self.next }
    }

    pub fn reset(&mut self, mark: Mark) {
        self.locals.truncate(mark.locals);
        self.facts.truncate(mark.facts);
        self.next = mark.next;
    }

    /// How many slots a frame needs.
    pub fn slots(&self) -> u16 {
        self.most
    }
}

impl Scope {
    /// Forgets what was learnt since the mark, and keeps the names.
    pub fn reset_facts(&mut self, mark: Mark) {
        self.facts.truncate(mark.facts);
    }
}
