//! The rules of a program and their edges, numbered: which number an edge has, which rules an edge belongs to, and what it is.

mod entries;
mod numbering;

pub(crate) use entries::is_entry;

use super::signature::{self, Field};
use crate::eval::AtBound;
use crate::program::{ParameterId, Program};
use crate::source::Span;
use crate::table::{Cell, Role, Table};
use crate::types::TableId;
use crate::value::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// What an edge is, for its lasting identity.
pub(super) const NO: u64 = 1;
pub(super) const YES: u64 = 2;
pub(super) const EQUAL: u64 = 3;
pub(super) const TIER: u64 = 4;
pub(super) const TIER_BOUND: u64 = 5;
const DATED: u64 = 6;
const ROW: u64 = 7;
const ROW_END: u64 = 8;
pub(super) const APPLIES: u64 = 9;
pub(super) const EXACTLY: u64 = 10;
pub(super) const DOES_NOT_APPLY: u64 = 11;

/// The rules of a program and their edges. Made in time in proportion to the rules and the rows of tables.
#[derive(Debug, Clone, Default)]
pub struct Edges {
    /// How many edges each rule has.
    totals: Vec<u64>,
    /// How many entries of the sheet are among them.
    entries: Vec<u64>,
    charges: Vec<u32>,
    /// Where the exceptions of charges end, which stand behind each.
    charges_end: Vec<u32>,
    exceptions: SpanMap,
    first_table: u32,
    first_parameter: u32,
    first_total: u32,
    /// The rounding of totals and the outputs, which every quote has.
    always: Vec<u32>,
    /// The edge where a flag or refusal holds, and its rule.
    notices: Vec<(u32, u32)>,
    /// Where tables refuse, and the rule.
    refusing: Vec<(Span, u32)>,
    conditions: SpanMap,
    equals: SpanMap,
    tiers: SpanMap,
    bounds: SpanMap<(u32, bool)>,
    dated: Vec<u32>,
    tables: Vec<TableEdges>,
    /// Where the owners of each edge that is no row's begin; one more for the end.
    starts: Vec<u32>,
    owners: Vec<Owner>,
    /// How many edges are no row's.
    plain: u32,
    /// All edges.
    count: u32,
    /// The codes of lines, each with the rules that bear on its amount, the line's own first.
    lines: Vec<(Arc<str>, Box<[u32]>)>,
    fields: Vec<Field>,
    /// Rules that no quote can exercise.
    unused: BTreeSet<u32>,
}

/// The edges of a table: a row each, then the ends of each row.
#[derive(Debug, Clone, Copy)]
struct TableEdges {
    first: u32,
    rows: u32,
}

/// What an edge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edge {
    /// A side of a condition, by its place.
    Condition(Span, bool),
    /// The point where both sides of a comparison are equal.
    Equal(Span),
    /// A tier.
    Tier(Span),
    /// The quantity is the upper bound of a tier.
    TierBound(Span),
    /// Where an amount lies beside a `minimum` or `maximum`.
    Bound(Span, AtBound),
    /// A value of a parameter, by its place among them.
    Dated(ParameterId, u32),
    /// A row of a table.
    Row(TableId, u32),
    /// An end of what a row says.
    RowEnd(TableId, u32),
}

/// A rule that an edge belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The rule, as a place in `Edition::rule_digests`.
    pub rule: u32,
    /// Whether the edge stands in the rule itself, or in a let, function or tiers that its condition refers to; else in one that the rest of it refers to.
    pub own: bool,
    /// What tells the edge from the others of the rule in every edition that has the rule.
    pub id: u64,
}

impl Edges {
    /// How many rules there are.
    pub fn rules(&self) -> usize {
        self.totals.len()
    }

    /// How many edges there are, those that no input can reach among them.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many edges a rule has.
    pub fn of_rule(&self, rule: usize) -> u64 {
        self.totals.get(rule).copied().unwrap_or_default()
    }

    /// What each edge is that no row of a table is or has, in their order.
    pub(crate) fn plain_edges(&self) -> Vec<Edge> {
        let mut plain = vec![None; self.plain as usize];
        let mut put = |edge: u32, what: Edge| plain.get_mut(edge as usize).into_iter().for_each(|at| *at = Some(what));
        for (span, first) in &self.conditions {
            put(*first, Edge::Condition(*span, false));
            put(first.saturating_add(1), Edge::Condition(*span, true));
        }
        self.equals.iter().for_each(|(span, edge)| put(*edge, Edge::Equal(*span)));
        for (span, first) in &self.tiers {
            put(*first, Edge::Tier(*span));
            put(first.saturating_add(1), Edge::TierBound(*span));
        }
        for span in self.bounds.keys() {
            for at in AtBound::ALL {
                self.bound(*span, at).into_iter().for_each(|edge| put(edge, Edge::Bound(*span, at)));
            }
        }
        for (at, first) in self.dated.iter().enumerate() {
            let next = self.dated.get(at.saturating_add(1)).copied().unwrap_or(self.plain);
            let values = (*first..next).zip(0..);
            values.for_each(|(edge, value)| put(edge, Edge::Dated(ParameterId(at as u32), value)));
        }
        plain.into_iter().flatten().collect()
    }

    /// What an edge is, given [`Edges::plain_edges`]; none where the edge cannot be met: the end of a row that has none.
    pub(crate) fn edge(&self, program: &Program, plain: &[Edge], edge: u32) -> Option<Edge> {
        if let Some(what) = plain.get(edge as usize) {
            return Some(*what);
        }
        let at = self.tables.partition_point(|table| table.first <= edge).checked_sub(1)?;
        let (table, id) = (self.tables.get(at)?, TableId(at as u32));
        let place = edge.saturating_sub(table.first);
        match place.checked_sub(table.rows) {
            None => Some(Edge::Row(id, place)),
            Some(row) => has_end(program.tables.get(at)?, row).then_some(Edge::RowEnd(id, row)),
        }
    }

    /// Whether some quote may exercise a rule: not a charge that another one replaces, a table or a parameter to which nothing refers that
    /// is priced.
    pub fn is_used(&self, rule: usize) -> bool {
        u32::try_from(rule).is_ok_and(|rule| !self.unused.contains(&rule))
    }

    /// The charges, exceptions, tables and parameters that change nothing but flags, outputs and lines that are left out, by their codes.
    pub(crate) fn bearing_on_nothing_but(&self, program: &Program, left_out: &dyn Fn(&str) -> bool) -> BTreeSet<u32> {
        super::reach::bearing_on_nothing_but(program, self, left_out)
    }

    pub(super) fn before_totals(&self) -> u32 {
        self.first_total
    }

    /// The rules that bear on the amount of a line with this code: that which books it, its exceptions, and the tables and parameters that
    /// it refers to, directly or through lets, functions and tiers, but not through other charges. None where no rule books such a line.
    pub fn bearing_on(&self, code: &str) -> Option<&[u32]> {
        let at = self.lines.binary_search_by(|(known, _)| (**known).cmp(code)).ok()?;
        self.lines.get(at).map(|(_, rules)| &**rules)
    }

    /// Calls `each` with the rules that an edge belongs to, and with a number of each such pair below [`Edges::pairs`].
    pub(crate) fn owners(
        &self,
        program: &Program,
        edge: u32,
        mut each: impl FnMut(usize, u32, bool, &dyn Fn() -> u64),
    ) {
        if edge < self.plain {
            let at = |edge: u32| self.starts.get(edge as usize).copied().unwrap_or_default() as usize;
            let (from, to) = (at(edge), at(edge.saturating_add(1)));
            for (pair, owner) in (from..).zip(self.owners.get(from..to).unwrap_or_default()) {
                each(pair, owner.rule, owner.own, &|| owner.id);
            }
            return;
        }
        let Some(at) = self.tables.partition_point(|table| table.first <= edge).checked_sub(1) else { return };
        let (Some(edges), Some(table)) = (self.tables.get(at), program.tables.get(at)) else { return };
        let place = edge.saturating_sub(edges.first);
        let (kind, row) = if place < edges.rows { (ROW, place) } else { (ROW_END, place.saturating_sub(edges.rows)) };
        let id = || {
            // The rows of a crosstab that stand in one line have its words: they are counted.
            let span = table.row_span(row);
            let before = (0..row).rev().take_while(|before| span.is_some() && table.row_span(*before) == span).count();
            let words = span.map_or("", |span| program.sources.text(span));
            entries::identity(kind, words, before as u64)
        };
        let pair = self.owners.len().saturating_add(edge.saturating_sub(self.plain) as usize);
        each(pair, self.first_table.saturating_add(at as u32), true, &id);
    }

    /// What tells the edges of a rule apart.
    pub(crate) fn ids_of(&self, program: &Program, rule: usize) -> HashSet<u64> {
        let mut ids: HashSet<u64> =
            self.owners.iter().filter(|owner| owner.rule as usize == rule).map(|owner| owner.id).collect();
        let table = rule.checked_sub(self.first_table as usize);
        if let Some(edges) = table.and_then(|table| self.tables.get(table)) {
            let all = edges.first..edges.first.saturating_add(edges.rows.saturating_mul(2));
            all.for_each(|edge| {
                self.owners(program, edge, |_, _, _, id| {
                    ids.insert(id());
                })
            });
        }
        ids
    }

    /// What tells the fields that rules read, by which inputs are told apart, from those of another edition.
    pub(crate) fn fields_signature(&self) -> u64 {
        signature::of_fields(&self.fields)
    }

    /// How many pairs of an edge and a rule there are.
    pub(crate) fn pairs(&self) -> usize {
        self.owners.len().saturating_add(self.count.saturating_sub(self.plain) as usize)
    }

    pub(super) fn signature(&self, slots: &[Value]) -> u64 {
        signature::of(&self.fields, slots)
    }

    pub(super) fn charge(&self, charge: u32) -> u32 {
        self.charges.get(charge as usize).copied().unwrap_or(u32::MAX)
    }

    /// Where a rule is a charge, the exceptions that can take the place of its amount.
    pub(crate) fn exceptions_of(&self, rule: u32) -> std::ops::Range<u32> {
        let ends = self.charges.binary_search(&rule).ok().and_then(|charge| self.charges_end.get(charge).copied());
        let first = rule.saturating_add(1);
        first..ends.unwrap_or(first)
    }

    pub(super) fn exception(&self, span: Span) -> Option<u32> {
        self.exceptions.get(&span).copied()
    }

    pub(super) fn table(&self, table: TableId) -> u32 {
        self.first_table.saturating_add(table.0)
    }

    pub(super) fn parameter(&self, parameter: ParameterId) -> u32 {
        self.first_parameter.saturating_add(parameter.0)
    }

    pub(super) fn total_stage(&self, index: usize) -> u32 {
        self.first_total.saturating_add(index as u32)
    }

    pub(super) fn always(&self) -> impl Iterator<Item = u32> + '_ {
        self.always.iter().copied()
    }

    pub(super) fn notices(&self) -> &[(u32, u32)] {
        &self.notices
    }

    /// The table that refuses at a place.
    pub(super) fn refusing(&self, span: Option<Span>) -> Option<u32> {
        self.refusing.iter().find(|(at, _)| Some(*at) == span).map(|(_, rule)| *rule)
    }

    pub(crate) fn condition(&self, span: Span, answer: bool) -> Option<u32> {
        self.conditions.get(&span).map(|first| first.saturating_add(u32::from(answer)))
    }

    pub(crate) fn equal(&self, span: Span) -> Option<u32> {
        self.equals.get(&span).copied()
    }

    pub(crate) fn tier(&self, span: Span, bound: bool) -> Option<u32> {
        self.tiers.get(&span).map(|first| first.saturating_add(u32::from(bound)))
    }

    pub(crate) fn bound(&self, span: Span, at: AtBound) -> Option<u32> {
        let (first, has_line) = *self.bounds.get(&span)?;
        match at {
            AtBound::Applies => Some(first),
            AtBound::DoesNotApply => Some(first.saturating_add(1)),
            AtBound::Exactly => has_line.then(|| first.saturating_add(2)),
        }
    }

    pub(crate) fn dated(&self, parameter: ParameterId, index: usize) -> Option<u32> {
        self.dated.get(parameter.0 as usize).map(|first| first.saturating_add(index as u32))
    }

    pub(crate) fn row(&self, table: TableId, row: u32) -> Option<u32> {
        self.tables.get(table.0 as usize).map(|edges| edges.first.saturating_add(row))
    }

    pub(crate) fn row_end(&self, table: TableId, row: u32) -> Option<u32> {
        self.tables.get(table.0 as usize).map(|edges| edges.first.saturating_add(edges.rows).saturating_add(row))
    }
}

/// Whether a key can be an end of what a row says.
fn has_end(table: &Table, row: u32) -> bool {
    (0_u16..).zip(&table.columns).any(|(at, column)| match (table.cell(row, at), column.role) {
        (Some(Cell::Period(period)), Role::Valid) => period.from.is_some() || period.until.is_some(),
        (Some(Cell::Range(ends)), _) => [&ends.low, &ends.high].into_iter().flatten().any(|(_, own)| *own),
        (Some(Cell::Value(_)), Role::Break | Role::NextRow) => true,
        _ => false,
    })
}

/// Places to numbers.
pub(super) type SpanMap<T = u32> = HashMap<Span, T, BuildHasherDefault<SpanHasher>>;

/// A hasher for places of rules, which nobody chooses to collide.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SpanHasher(u64);

impl Hasher for SpanHasher {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, word: u32) {
        self.0 = (self.0.rotate_left(21) ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
