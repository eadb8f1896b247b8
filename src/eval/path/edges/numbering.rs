//! Numbers the rules of a program and their edges, in the order of `digest::of_rules`.

use super::super::reach::{Found, Gathering, Root};
use super::super::signature::{self, Field};
use super::entries::{identity, is_entry, like};
use super::{DATED, Edges, Owner, TableEdges, has_end};
use crate::lower;
use crate::program::{Exception, Program};
use crate::source::Span;
use crate::table::Default as Miss;
use std::collections::{HashMap, HashSet};

impl Edges {
    /// Numbers the rules and edges of a program.
    pub fn of(program: &Program) -> Edges {
        let mut edges = Edges::default();
        let roots = edges.number_rules(program);
        edges.totals = vec![0; roots.len()];
        edges.entries = vec![0; roots.len()];
        let mut gathering = Gathering::new(program, compared(program));
        let mut found: Vec<(u32, Owner)> = Vec::new();
        for (rule, root) in (0..).zip(&roots) {
            let before = found.len();
            gathering.edges_of(root, &mut |edge, kind, span, own| {
                found.push((edge, Owner { rule, own, id: kind }));
                let owner = found.last_mut().map(|(_, owner)| owner);
                owner.into_iter().for_each(|owner| owner.id = identity(kind, program.sources.text(span), 0));
            });
            tell_apart(found.get_mut(before..).unwrap_or_default());
            edges.count_of(rule, found.get(before..).unwrap_or_default());
        }
        edges.number_values(program, &mut gathering, &mut found);
        let Found { conditions, equals, tiers, bounds, count } = gathering.found;
        (edges.conditions, edges.equals, edges.tiers, edges.bounds) = (conditions, equals, tiers, bounds);
        edges.plain = count;
        edges.keep_owners(found);
        edges.number_rows(program);
        edges.notices = edges.notices_of(program);
        edges.lines = super::super::reach::lines(program, &edges);
        edges.unused = super::super::reach::unused(program, &edges);
        edges.fields = super::super::reach::fields_read(program)
            .filter_map(|slot| Some(Field::new(program, slot, program.inputs.get(usize::from(slot))?)))
            .collect();
        edges
    }

    /// Numbers the rules in the order of `digest::of_rules`; what each is made of.
    fn number_rules<'p>(&mut self, program: &'p Program) -> Vec<Root<'p>> {
        let mut roots = Vec::new();
        for charge in &program.charges {
            self.charges.push(roots.len() as u32);
            roots.push(Root::Charge(charge));
            self.number_exceptions(&charge.exceptions, &mut roots);
            self.charges_end.push(roots.len() as u32);
        }
        program.definitions.iter().for_each(|definition| self.number_exceptions(&definition.exceptions, &mut roots));
        self.first_table = roots.len() as u32;
        for table in &program.tables {
            if let Miss::Refuse(_, _, span) = &table.default {
                self.refusing.push((*span, roots.len() as u32));
            }
            roots.push(Root::Values);
        }
        self.first_parameter = roots.len() as u32;
        roots.extend(program.parameters.iter().map(|_| Root::Values));
        self.first_total = roots.len() as u32;
        roots.extend(program.total.iter().map(Root::Total));
        let always = roots.len() as u32;
        roots.extend(program.round_total.iter().map(Root::Rounding));
        roots.extend(program.outputs.iter().map(|output| Root::Output(output.definition)));
        self.always = (always..roots.len() as u32).collect();
        roots.extend(program.flags.iter().chain(&program.refusals).map(Root::Notice));
        roots
    }

    fn number_exceptions<'p>(&mut self, all: &'p [Exception], roots: &mut Vec<Root<'p>>) {
        for exception in all {
            self.exceptions.insert(exception.span, roots.len() as u32);
            roots.push(Root::Exception(exception));
            self.number_exceptions(&exception.exceptions, roots);
        }
    }

    /// The dated values of parameters.
    fn number_values(&mut self, program: &Program, gathering: &mut Gathering<'_>, found: &mut Vec<(u32, Owner)>) {
        for (rule, parameter) in (self.first_parameter..).zip(&program.parameters) {
            let first = gathering.found.count;
            self.dated.push(first);
            let before = found.len();
            for value in &parameter.values {
                let edge = gathering.found.next();
                let words = format!("{} {}", value.period, program.sources.text(value.span));
                found.push((edge, Owner { rule, own: true, id: identity(DATED, &words, 0) }));
            }
            tell_apart(found.get_mut(before..).unwrap_or_default());
            self.count_of(rule, found.get(before..).unwrap_or_default());
        }
    }

    /// Counts the edges of a rule.
    fn count_of(&mut self, rule: u32, own: &[(u32, Owner)]) {
        if let Some((total, entries)) = self.totals.get_mut(rule as usize).zip(self.entries.get_mut(rule as usize)) {
            *total = own.len() as u64;
            *entries = own.iter().filter(|(_, owner)| is_entry(owner.id)).count() as u64;
        }
    }

    /// Sorts the owners by their edges.
    fn keep_owners(&mut self, mut found: Vec<(u32, Owner)>) {
        found.sort_by_key(|(edge, owner)| (*edge, owner.rule));
        let mut next = found.into_iter().peekable();
        for edge in 0..self.plain {
            self.starts.push(self.owners.len() as u32);
            while let Some((_, owner)) = next.next_if(|(of, _)| *of == edge) {
                self.owners.push(owner);
            }
        }
        self.starts.push(self.owners.len() as u32);
    }

    fn number_rows(&mut self, program: &Program) {
        self.count = self.plain;
        for (rule, table) in (self.first_table..).zip(&program.tables) {
            let rows = table.len() as u32;
            self.tables.push(TableEdges { first: self.count, rows });
            self.count = self.count.saturating_add(rows.saturating_mul(2));
            let ends = (0..rows).filter(|row| has_end(table, *row)).count();
            let counts = self.totals.get_mut(rule as usize).zip(self.entries.get_mut(rule as usize));
            if let Some((total, entries)) = counts {
                (*total, *entries) = (u64::from(rows).saturating_add(ends as u64), u64::from(rows));
            }
        }
    }

    fn notices_of(&self, program: &Program) -> Vec<(u32, u32)> {
        let first = self.totals.len().saturating_sub(program.flags.len()).saturating_sub(program.refusals.len());
        let notices = program.flags.iter().chain(&program.refusals).zip(first as u32..);
        notices.filter_map(|(notice, rule)| Some((self.condition(notice.when.span(), true)?, rule))).collect()
    }
}

/// The places where two values are compared by size as the code does it: what the evaluator can tell of.
fn compared(program: &Program) -> HashSet<Span> {
    let marks = program.code.marks.get_or_init(|| lower::marks(program, &program.code));
    let ops = program.code.ops.iter().zip(&marks.spans);
    ops.filter(|(op, _)| op.compared_by_size().is_some()).map(|(_, span)| *span).collect()
}

/// Gives those edges of one rule that say the same identities of their own.
fn tell_apart(found: &mut [(u32, Owner)]) {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    for (_, owner) in found {
        let count = seen.entry(owner.id).or_default();
        if *count > 0 {
            owner.id = like(owner.id, signature::fold(owner.id, *count));
        }
        *count = count.saturating_add(1);
    }
}
