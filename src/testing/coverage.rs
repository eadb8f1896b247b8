//! What no test reached: charges, rows, branches of conditions, exceptions and tiers.

use crate::eval::Coverage as Reached;
use crate::program::{ChargeAmount, ChargeId, Exception, Expr, ExprKind, Program, TierRows};
use crate::source::Span;
use crate::types::TableId;
use std::collections::BTreeSet;

/// How much of a rule set its tests reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Charges that applied.
    pub charges: Reach,
    /// Rows of tables that gave a value.
    pub rows: Reach,
    /// Sides of conditions: each can be met and not met.
    pub branches: Reach,
    /// Exceptions that held.
    pub exceptions: Reach,
    /// Tiers that something lay in.
    pub tiers: Reach,
}

/// Of how many, which were not reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// How many there are.
    pub total: usize,
    /// Those that no test reached.
    pub missed: Vec<Missed>,
}

/// Something that no test reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// What it is: `BASE`, `row 12 of base_rate`, `is never met`.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

impl Reach {
    /// How many were reached.
    pub fn reached(&self) -> usize {
        self.total.saturating_sub(self.missed.len())
    }

    fn count(&mut self, reached: bool, span: Span, name: impl FnOnce() -> String) {
        self.total = self.total.saturating_add(1);
        if !reached {
            self.missed.push(Missed { name: name(), span });
        }
    }
}

/// What the tests of a program did not reach.
pub(super) fn of(program: &Program, reached: &Reached) -> Coverage {
    let mut coverage = Coverage::default();
    for (index, charge) in program.charges.iter().enumerate().filter(|(_, charge)| charge.listed) {
        let applied = reached.charges.contains(&ChargeId(index as u32));
        coverage.charges.count(applied, charge.span, || charge.code.to_string());
    }
    for (index, table) in program.tables.iter().enumerate() {
        for row in 0..table.len() as u32 {
            let (Some(span), Some(number)) = (table.row_span(row), table.row_number(row)) else { continue };
            let given = reached.rows.contains(&(TableId(index as u32), row));
            coverage.rows.count(given, span, || match (row as usize) < table.matchable() {
                true => format!("row {number} of {}", table.name),
                false => format!("`otherwise` of {}", table.name),
            });
        }
    }
    for span in conditions(program) {
        let (yes, no) = reached.conditions.get(&span).copied().unwrap_or_default();
        coverage.branches.count(yes, span, || "is never met".to_string());
        coverage.branches.count(no, span, || "is never not met".to_string());
    }
    let definitions = program.definitions.iter().map(|definition| &definition.exceptions);
    for exceptions in definitions.chain(program.charges.iter().map(|charge| &charge.exceptions)) {
        count_exceptions(&mut coverage.exceptions, exceptions, reached);
    }
    count_tiers(&mut coverage.tiers, program, reached);
    coverage
}

/// The places of all conditions that choose between two ways.
fn conditions(program: &Program) -> BTreeSet<Span> {
    let mut found = BTreeSet::new();
    program.parts(&mut |whole| {
        whole.walk(&mut |expr: &Expr| {
            if let ExprKind::If(parts) = &expr.kind {
                let [condition, ..] = &**parts;
                found.insert(condition.span());
            }
        });
    });
    for charge in program.charges.iter().filter(|charge| charge.listed) {
        found.extend(charge.when.iter().map(|when| when.span()));
        if let ChargeAmount::Group(group) = &charge.amount {
            found.extend(group.options.iter().filter_map(|option| option.when.as_ref()).map(|when| when.span()));
        }
    }
    found.extend(program.flags.iter().chain(&program.refusals).map(|notice| notice.when.span()));
    found
}

fn count_exceptions(reach: &mut Reach, exceptions: &[Exception], reached: &Reached) {
    for exception in exceptions {
        reach.count(reached.exceptions.contains(&exception.span), exception.span, || exception.name.clone());
        count_exceptions(reach, &exception.exceptions, reached);
    }
}

fn count_tiers(reach: &mut Reach, program: &Program, reached: &Reached) {
    for tiers in &program.tiers {
        let rows = match &tiers.rows {
            TierRows::Written(rows) => rows.as_slice(),
            TierRows::Each { tier, .. } => std::slice::from_ref(&**tier),
        };
        for (position, tier) in rows.iter().enumerate() {
            let name = || format!("tier {} of {}", position.saturating_add(1), tiers.name);
            reach.count(reached.tiers.contains(&tier.span), tier.span, name);
        }
    }
}
