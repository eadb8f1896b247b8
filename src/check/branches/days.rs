//! Keys within what is declared that no row of a dated or a collecting table has, or on a day on which none of them is in force.
//!
//! The table is looked at again where the bounds of the inputs are those of the look-up: only keys and days within them count, and only
//! what the conditions on the way to the look-up let through. Of a table of names or codes, which leave no gap by being left out, and of a
//! day without declared bounds nothing is said; nor of a collecting table whose own gaps are told already.

use super::reach::Reach;
use crate::check::tables::show;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{self, Comparison, Expr};
use crate::table::analysis::{Effort, Gap};
use crate::table::interval::Cut;
use crate::table::{Column, Domain, HitPolicy, Role, Table};
use crate::types::{TableId, Type};

/// How far a table is looked at for one look-up.
const EFFORT: Effort = Effort { steps: 1_000_000, findings: 20, hints: false };

/// A key of a look-up: the place of its column, the column and what is asked for.
pub(super) type Asked<'p> = (usize, &'p Column, &'p Expr);

impl<'p> Reach<'p> {
    /// Says so where the inputs bring keys that no row has, or on a day on which no row of them is in force.
    pub(super) fn without_rows(&mut self, id: TableId, table: &Table, asked: &[Asked<'p>]) {
        let dated = asked.iter().find(|(_, column, _)| column.role == Role::Valid);
        let collects = matches!(table.policy, HitPolicy::Collect(_));
        let bounded = || asked.iter().find(|(.., key)| self.bounds_of(key).is_some());
        let Some((valid, _, day)) = dated.or_else(|| bounded().filter(|_| collects)) else { return };
        let said = [true, false].iter().any(|above| self.said.contains(&(id.0, *valid, *above)));
        let Some(domains) = self.domains(table, asked, true).filter(|_| !said) else { return };
        let own = if dated.is_none() { self.domains(table, asked, false) } else { None };
        if own.is_some_and(|own| !table.analyse(&own, EFFORT).gaps.is_empty()) {
            return;
        }
        let gaps = table.analyse(&domains, EFFORT).gaps;
        for gap in gaps.iter().filter(|gap| !is_between_periods(table, gap, *valid)) {
            let keys = table.columns.iter().enumerate().filter(|(_, column)| column.role != Role::Value).zip(&gap.at);
            let (mut formulas, mut words) = (self.premises.clone(), Vec::new());
            for ((at, column), value) in keys {
                let key = asked.iter().find(|(place, ..)| *place == at).map(|(_, _, key)| *key);
                let (Some(key), Some(value)) = (key, value) else { continue };
                formulas.push(self.conditions.against(Comparison::Is, key, value.clone()));
                let shown = show(value, &column.ty, &self.program.units, &self.program.enums);
                let name = if column.role == Role::Valid { "on" } else { column.name.as_str() };
                words.push(format!("{name} {shown}"));
            }
            if self.conditions.example(&formulas, &mut self.budget).is_none() {
                continue;
            }
            let Some(declared) = self.conditions.declared(day) else { return };
            self.said.insert((id.0, *valid, true));
            let title = format!("the inputs reach beyond the rows of `{}`", table.name);
            let label = format!("no row matches {}", words.join(", "));
            let bounds = if declared.in_force { "within the rule set's period" } else { "within its declared bounds" };
            let rows = match dated {
                Some(_) => "none of its rows for these keys is in force then",
                None => "none of its rows has these keys",
            };
            let help = "let the declaration end where the rows do, add the rows, or say what holds there: `| otherwise || … |`";
            self.diagnostics.push(
                Diagnostic::warning(codes::INPUT_BEYOND, title, day.span(), label)
                    .also(table.span, rows)
                    .also(declared.span, bounds)
                    .help(help),
            );
            return;
        }
    }

    fn bounds_of(&self, key: &Expr) -> Option<Domain> {
        self.conditions.declared(key).and_then(|declared| bounds(&declared.domain))
    }

    /// Where keys are looked for: within the bounds of the inputs that they are, or by the table alone.
    fn domains(&self, table: &Table, asked: &[Asked<'p>], declared: bool) -> Option<Vec<Domain>> {
        let keys = table.columns.iter().enumerate().filter(|(_, column)| column.role != Role::Value);
        let domain = |(at, column): (usize, &Column)| {
            let members = match column.ty.present() {
                Type::Enum(id) => self.program.enums.get(id.0 as usize).map_or(0, |declared| declared.members.len()),
                _ => 0,
            };
            let key = asked.iter().find(|(place, ..)| *place == at).map(|(_, _, key)| *key);
            let bounds = key.filter(|_| declared).and_then(|key| self.bounds_of(key));
            match (Domain::of(column.role, &column.ty, members), bounds) {
                (Domain::Named, _) => None,
                (Domain::Reach, Some(bounds)) => Some(bounds),
                (Domain::Reach, None) if column.role == Role::Valid => None,
                (usual, _) => Some(usual),
            }
        };
        keys.map(domain).collect()
    }
}

/// The keys between two declared ends.
fn bounds(declared: &program::Domain) -> Option<Domain> {
    let ((low, low_included), (high, high_included)) = (declared.low.as_ref()?, declared.high.as_ref()?);
    Some(Domain::Between(Cut::At(low.clone(), !low_included), Cut::At(high.clone(), *high_included)))
}

/// Whether the gap is one of days between two periods of the same keys, which is told of the table itself.
fn is_between_periods(table: &Table, gap: &Gap, valid: usize) -> bool {
    let (Some(below), Some(above)) = (gap.below, gap.above) else { return false };
    let mut keys = (0_u16..).zip(&table.columns).filter(|(_, column)| column.role != Role::Value);
    gap.column == valid
        && keys.all(|(at, _)| usize::from(at) == valid || table.cell_id(below, at) == table.cell_id(above, at))
}
