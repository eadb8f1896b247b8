//! Interval decision diagrams: what a table answers, as a graph in which nothing stands twice.
//!
//! A node looks at one column and leads each slab of its axis to another node or to an outcome. Columns are looked at in one order
//! on every way; neighbouring slabs that lead to the same place are one edge; a node with one edge is left out; two nodes with
//! the same edges are one node. So two diagrams in one arena mean the same exactly when they are the same reference.
//! After Calvanese, Dumas, Laurson, Maggi, Montali, Teinemaa: "Semantics and analysis of DMN decision tables", BPM 2016, and
//! Bryant: "Graph-based algorithms for Boolean function manipulation", 1986.

use super::hits::Fold;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;
use std::sync::Arc;

/// A node, or an outcome: a number that whoever built the diagram knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Ref(u32);

const OUTCOME: u32 = 1 << 31;

impl Ref {
    /// No row.
    pub(super) const NOTHING: Ref = Ref::outcome(0);

    /// An outcome that no set of rows has.
    pub(super) const NOWHERE: Ref = Ref::outcome(OUTCOME.wrapping_sub(1));

    pub(super) const fn outcome(number: u32) -> Ref {
        Ref(number | OUTCOME)
    }

    /// The number of the outcome, if it is one.
    pub(super) fn as_outcome(self) -> Option<u32> {
        (self.0 & OUTCOME != 0).then_some(self.0 & !OUTCOME)
    }
}

/// The slabs from the previous edge's end until this one's lead there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Edge {
    pub(super) until: u32,
    pub(super) to: Ref,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Node {
    level: u16,
    edges: Arc<[Edge]>,
}

/// A map with the quick hash of this module's numbers.
pub(super) type Memo<K, V> = HashMap<K, V, BuildHasherDefault<Fold>>;

/// The nodes of one or several diagrams over the same columns in the same order.
#[derive(Debug, Default)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    known: Memo<Node, Ref>,
}

impl Arena {
    /// The node with these edges, which are in order; where they all lead to one place, that place.
    pub(super) fn node(&mut self, level: u16, edges: &mut Vec<Edge>) -> Ref {
        edges.dedup_by(|next, edge| {
            let same = next.to == edge.to;
            if same {
                edge.until = next.until;
            }
            same
        });
        match edges.as_slice() {
            [] => Ref::NOTHING,
            [only] => only.to,
            several => {
                let node = Node { level, edges: several.into() };
                if let Some(known) = self.known.get(&node) {
                    return *known;
                }
                let number = Ref(self.nodes.len() as u32);
                self.nodes.push(node.clone());
                self.known.insert(node, number);
                number
            }
        }
    }

    /// The level and edges of a node; `None` for an outcome.
    pub(super) fn get(&self, place: Ref) -> Option<(u16, &Arc<[Edge]>)> {
        match place.as_outcome() {
            Some(_) => None,
            None => self.nodes.get(place.0 as usize).map(|node| (node.level, &node.edges)),
        }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What `one` says, and where it says nothing what `other` says.
    pub(super) fn first_of(&mut self, one: Ref, other: Ref, memo: &mut Memo<(Ref, Ref), Ref>) -> Ref {
        self.combine(one, other, memo, &mut |one, other| {
            if one == Ref::NOTHING {
                Some(other)
            } else if one.as_outcome().is_some() || other == Ref::NOTHING || one == other {
                Some(one)
            } else {
                None
            }
        })
    }

    /// Both diagrams at once: `settle` says what comes of two places, or nothing where one has to look further; of two outcomes
    /// it always says something.
    pub(super) fn combine(
        &mut self,
        one: Ref,
        other: Ref,
        memo: &mut Memo<(Ref, Ref), Ref>,
        settle: &mut dyn FnMut(Ref, Ref) -> Option<Ref>,
    ) -> Ref {
        if let Some(settled) = settle(one, other) {
            return settled;
        }
        if let Some(known) = memo.get(&(one, other)) {
            return *known;
        }
        let (a, b) = (self.get(one), self.get(other));
        let level = match (&a, &b) {
            (Some((a, _)), Some((b, _))) => (*a).min(*b),
            (Some((level, _)), None) | (None, Some((level, _))) => *level,
            (None, None) => return Ref::NOTHING,
        };
        let edges_at = |found: Option<(u16, &Arc<[Edge]>)>| found.filter(|f| f.0 == level).map(|f| f.1.clone());
        let (a, b) = (edges_at(a), edges_at(b));
        let whole = |place: Ref| [Edge { until: u32::MAX, to: place }];
        let (whole_a, whole_b) = (whole(one), whole(other));
        let mut a = a.as_deref().unwrap_or(&whole_a).iter().peekable();
        let mut b = b.as_deref().unwrap_or(&whole_b).iter().peekable();
        let mut edges = Vec::new();
        while let (Some(x), Some(y)) = (a.peek().copied(), b.peek().copied()) {
            let to = self.combine(x.to, y.to, memo, settle);
            let until = x.until.min(y.until);
            edges.push(Edge { until, to });
            if x.until == until {
                a.next();
            }
            if y.until == until {
                b.next();
            }
        }
        let made = self.node(level, &mut edges);
        memo.insert((one, other), made);
        made
    }

    /// The diagram with every outcome replaced; `to` is asked once for each.
    pub(super) fn map(&mut self, from: Ref, memo: &mut Memo<Ref, Ref>, to: &mut dyn FnMut(u32) -> Ref) -> Ref {
        if let Some(known) = memo.get(&from) {
            return *known;
        }
        if let Some(outcome) = from.as_outcome() {
            let to = to(outcome);
            memo.insert(from, to);
            return to;
        }
        let Some((level, edges)) = self.get(from) else { return Ref::NOTHING };
        let edges = edges.clone();
        let mut mapped: Vec<Edge> =
            edges.iter().map(|edge| Edge { until: edge.until, to: self.map(edge.to, memo, to) }).collect();
        let made = self.node(level, &mut mapped);
        memo.insert(from, made);
        made
    }

    /// Where the slabs that `slab` gives for each level lead.
    #[cfg(test)]
    pub(super) fn follow(&self, mut place: Ref, slab: impl Fn(u16) -> u32) -> Ref {
        while let Some((level, edges)) = self.get(place) {
            let slab = slab(level);
            place = edges.iter().find(|edge| slab < edge.until).map_or(Ref::NOTHING, |edge| edge.to);
        }
        place
    }
}

/// The edges with the slabs of each.
pub(super) fn spans(edges: &[Edge]) -> impl Iterator<Item = (Range<u32>, Ref)> {
    edges.iter().scan(0, |from, edge| {
        let span = *from..edge.until;
        *from = edge.until;
        Some((span, edge.to))
    })
}
