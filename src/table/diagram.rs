//! Interval decision diagrams: what a table answers, as a graph in which nothing stands twice.
//!
//! A node looks at one column and leads each slab of its axis to another node or to an outcome. Columns are looked at in one order
//! on every way; neighbouring slabs that lead to the same place are one edge; a node with one edge is left out; two nodes with
//! the same edges are one node. So two diagrams in one arena mean the same exactly when they are the same reference.
//! After Calvanese, Dumas, Laurson, Maggi, Montali, Teinemaa: "Semantics and analysis of DMN decision tables", BPM 2016, and
//! Bryant: "Graph-based algorithms for Boolean function manipulation", 1986.

use super::hits::Secret;
use super::slots::Marks;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;

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

    /// Its place among the nodes, if it is a node.
    pub(super) fn as_node(self) -> Option<usize> {
        (self.0 & OUTCOME == 0).then_some(self.0 as usize)
    }
}

/// The slabs from the previous edge's end until this one's lead there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) until: u32,
    pub(super) to: Ref,
}

/// As one word.
impl Hash for Edge {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.until) << 32 | u64::from(self.to.0));
    }
}

/// A node has `count` edges from one place on.
#[derive(Debug, Clone, Copy)]
struct Node {
    from: usize,
    count: u32,
    level: u16,
}

/// A map with the quick hash of this module's numbers.
pub(super) type Memo<K, V> = HashMap<K, V, Secret>;

/// The nodes of one or several diagrams over the same columns in the same order.
#[derive(Debug, Default)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    /// The edges of all nodes, those of one side by side.
    edges: Vec<Edge>,
    /// The nodes by their level and edges.
    known: Marks,
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
                let hashed = self.known.hash(&(level, several));
                let is = |number: u32| self.get(Ref(number)) == Some((level, several));
                if let Some(known) = self.known.find(hashed, is) {
                    return Ref(known);
                }
                let number = self.nodes.len() as u32;
                self.nodes.push(Node { from: self.edges.len(), count: several.len() as u32, level });
                self.edges.extend_from_slice(several);
                self.known.insert(hashed, number);
                Ref(number)
            }
        }
    }

    /// The level and edges of a node; `None` for an outcome.
    pub(super) fn get(&self, place: Ref) -> Option<(u16, &[Edge])> {
        let node = self.nodes.get(place.as_node()?)?;
        Some((node.level, self.edges.get(self.edges_of(node))?))
    }

    fn edges_of(&self, node: &Node) -> Range<usize> {
        node.from..node.from.saturating_add(node.count as usize)
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
        let node = |place: Ref| place.as_node().and_then(|at| self.nodes.get(at));
        let (a, b) = (node(one), node(other));
        let Some(level) = a.into_iter().chain(b).map(|node| node.level).min() else { return Ref::NOTHING };
        let here = |node: Option<&Node>| node.filter(|node| node.level == level).map(|node| self.edges_of(node));
        let (mut a, mut b) = (here(a), here(b));
        let mut edges = Vec::new();
        while let (Some(x), Some(y)) = (self.first_edge(&a, one), self.first_edge(&b, other)) {
            let to = self.combine(x.to, y.to, memo, settle);
            let until = x.until.min(y.until);
            edges.push(Edge { until, to });
            for (edge, rest) in [(x, &mut a), (y, &mut b)] {
                if edge.until == until {
                    rest.iter_mut().for_each(|rest| rest.start = rest.start.saturating_add(1));
                }
            }
        }
        let made = self.node(level, &mut edges);
        memo.insert((one, other), made);
        made
    }

    /// The first of the edges that are left; where the place has none at the level, one that leads to itself for all slabs.
    fn first_edge(&self, rest: &Option<Range<usize>>, place: Ref) -> Option<Edge> {
        match rest {
            Some(rest) => self.edges.get(rest.clone())?.first().copied(),
            None => Some(Edge { until: u32::MAX, to: place }),
        }
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
        let mut mapped = edges.to_vec();
        mapped.iter_mut().for_each(|edge| edge.to = self.map(edge.to, memo, to));
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
