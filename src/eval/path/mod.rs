//! Which rules a case exercised, and which edges of them: program + input → path.
//!
//! [`Edges`] is what can be known of a program beforehand: its rules in the order of their digests, and every edge of each, that is a
//! side of a condition, the point where two compared values are equal, a row of a table and an end of it, a tier and its bound, a side
//! of a `minimum` or `maximum` of an amount, a dated value of a parameter.
//! A [`Path`] is what one evaluation met of them. Recording one allocates nothing once the path has been used.
//!
//! Invariant: the rules of a path are numbered as `digest::of_rules` lists them.

mod edges;
mod reach;
mod scout;
mod signature;
#[cfg(test)]
mod tests;
mod watch;

pub(crate) use edges::is_entry;
pub use edges::{Edge, Edges, Owner};
pub(crate) use reach::fields_read;
pub(crate) use scout::{Scout, Sights};
pub use signature::{SIGNATURE, fold};
pub(crate) use watch::Watch;

/// What one evaluation exercised. It is made by `migrate::Tracing`, and used again for the next case.
///
/// It is about the edition that it was made with: places of rules and edges, and the signature of the ways, mean nothing to another.
#[derive(Debug, Clone, Default)]
pub struct Path {
    /// A bit for each rule.
    rules: Vec<u64>,
    /// A bit for each edge.
    seen: Vec<u64>,
    /// The edges, in the order in which they were first met.
    touched: Vec<u32>,
    signature: u64,
    input: u64,
}

impl Path {
    /// The rules that were exercised, as places in `Edition::rule_digests`, ascending: charges that booked an amount, exceptions that held,
    /// tables of which a row was taken, parameters of which a value was, bounds of totals, outputs, flags that were raised, the refusal that refused.
    pub fn rules(&self) -> impl Iterator<Item = usize> + '_ {
        places(&self.rules)
    }

    /// Whether a rule was exercised.
    pub fn has_rule(&self, rule: usize) -> bool {
        bit(&self.rules, rule)
    }

    /// The edges that were met, as places in [`Edges`], each once.
    pub fn edges(&self) -> &[u32] {
        &self.touched
    }

    /// What tells this way through the rules from another one: which edges were met, however often and in whatever order. Two ways of
    /// one edition have the same with a chance of 1 in 2⁶⁴.
    pub fn signature(&self) -> u64 {
        self.signature
    }

    /// What tells this input from another one, as [`SIGNATURE`] says: of the fields that some rule reads, as far as they are not at their
    /// default. It is the same in every edition that reads the same fields.
    pub fn input(&self) -> u64 {
        self.input
    }

    /// Forgets everything, and makes room for a program's rules and edges.
    fn begin(&mut self, edges: &Edges) {
        for edge in self.touched.drain(..) {
            if let Some(word) = self.seen.get_mut(edge as usize / 64) {
                *word = 0;
            }
        }
        self.rules.clear();
        self.rules.resize(edges.rules().div_ceil(64), 0);
        self.seen.resize(edges.len().div_ceil(64), 0);
        self.signature = 0;
        self.input = 0;
    }

    fn take_rule(&mut self, rule: u32) {
        if let Some(word) = self.rules.get_mut(rule as usize / 64) {
            *word |= 1 << (rule % 64);
        }
    }

    #[inline]
    fn take_edge(&mut self, edge: u32) {
        let Some(word) = self.seen.get_mut(edge as usize / 64) else { return };
        let mask = 1 << (edge % 64);
        if *word & mask == 0 {
            *word |= mask;
            self.touched.push(edge);
            self.signature = self.signature.wrapping_add(fold(u64::from(edge).wrapping_add(1), 0));
        }
    }

    fn has_edge(&self, edge: u32) -> bool {
        bit(&self.seen, edge as usize)
    }
}

/// Whether a bit is set.
pub(crate) fn bit(words: &[u64], at: usize) -> bool {
    words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// The places of the bits that are set, ascending.
pub(crate) fn places(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let lowest = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left.wrapping_sub(1);
            Some(at.saturating_mul(64).saturating_add(lowest))
        })
    })
}
