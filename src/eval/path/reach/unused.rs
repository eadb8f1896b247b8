//! The rules that no quote can exercise, or that change nothing of what is compared.

use super::super::Edges;
use super::{Named, exception_parts, exception_rules, parts_of, refers_to};
use crate::program::{Charge, Expr, ExprKind, Program};
use std::collections::{BTreeSet, HashSet};

/// The rules that no quote can exercise: charges that others replace, tables and parameters, to which nothing that is priced refers.
pub(in crate::eval::path) fn unused(program: &Program, edges: &Edges) -> BTreeSet<u32> {
    not_reached(program, edges, true, &|_| false)
}

/// The charges, exceptions, tables and parameters that change nothing but flags, outputs and lines that are left out.
pub(in crate::eval::path) fn bearing_on_nothing_but(
    program: &Program,
    edges: &Edges,
    left_out: &dyn Fn(&str) -> bool,
) -> BTreeSet<u32> {
    not_reached(program, edges, false, &|charge| charge.listed && left_out(&charge.code))
}

/// The charges, exceptions, tables and parameters that are not reached from what is priced or refused, nor, `with` them, from flags and
/// outputs, without going through charges that are left out.
fn not_reached(
    program: &Program,
    edges: &Edges,
    with_flags_and_outputs: bool,
    left_out: &dyn Fn(&Charge) -> bool,
) -> BTreeSet<u32> {
    let mut used: BTreeSet<u32> = BTreeSet::new();
    let mut waiting: Vec<&Expr> = program.inputs.iter().filter_map(|field| field.default.as_ref()).collect();
    waiting.extend(&program.priced_on);
    waiting.extend(program.total.iter().map(|stage| &stage.bound));
    program.round_total.iter().for_each(|round| round.parts(&mut |part| waiting.push(part)));
    program.windows.iter().for_each(|windows| waiting.push(&windows.zone));
    let flags = program.flags.iter().filter(|_| with_flags_and_outputs);
    for notice in flags.chain(&program.refusals) {
        waiting.push(&notice.when);
        notice.message.parts(&mut |part| waiting.push(part));
    }
    let mut charges: Vec<u32> =
        (0..).zip(&program.charges).filter(|(_, charge)| charge.listed).map(|(id, _)| id).collect();
    let outputs = program.outputs.iter().filter(|_| with_flags_and_outputs);
    let mut named: Vec<Named> = outputs.map(|output| Named::Definition(output.definition.0)).collect();
    let (mut seen, mut seen_charges) = (HashSet::new(), HashSet::new());
    loop {
        for whole in waiting.drain(..) {
            whole.walk(&mut |expr| {
                refers_to(expr, &mut named);
                match &expr.kind {
                    ExprKind::Parameter(id, _) => drop(used.insert(edges.parameter(*id))),
                    ExprKind::Lookup { table, .. } => drop(used.insert(edges.table(*table))),
                    ExprKind::Charge(id) | ExprKind::IsApplied(id) => charges.push(id.0),
                    ExprKind::SumApplied(ids) => charges.extend(ids.iter().map(|id| id.0)),
                    _ => {}
                }
            });
        }
        if let Some(id) = charges.pop() {
            if let Some(charge) = program.charges.get(id as usize).filter(|_| seen_charges.insert(id))
                && !left_out(charge)
            {
                used.insert(edges.charge(id));
                exception_rules(&charge.exceptions, edges, &mut used);
                charge.parts(&mut |part| waiting.push(part));
            }
        } else if let Some(name) = named.pop() {
            if !seen.insert(name) {
                continue;
            }
            waiting = parts_of(program, name);
            if let Named::Definition(id) = name
                && let Some(definition) = program.definitions.get(id as usize)
            {
                definition.exceptions.iter().for_each(|exception| exception_parts(exception, true, &mut waiting));
                exception_rules(&definition.exceptions, edges, &mut used);
            }
        } else {
            return (0..edges.before_totals()).filter(|rule| !used.contains(rule)).collect();
        }
    }
}
