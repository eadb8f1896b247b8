//! Names that stand in each other's place: `rates[destination, origin]` for a table of `origin` and `destination`.

use super::Look;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Arithmetic, Expr, ExprKind as K};
use crate::source::Span;
use crate::types::Type;

impl Look<'_> {
    pub(super) fn names(&mut self) {
        let mut swapped: Vec<(Span, String)> = Vec::new();
        let mut crossed: Vec<(Span, String, String)> = Vec::new();
        let program = self.program;
        program.parts(&mut |whole: &Expr| {
            whole.walk(&mut |expr| match &expr.kind {
                K::Lookup { table, keys, .. } => {
                    let Some(table) = program.tables.get(table.0 as usize) else { return };
                    let columns: Vec<&str> = table.keys().map(|(_, column)| column.name.as_str()).collect();
                    let asked: Vec<Option<String>> = keys.iter().map(|key| self.name(key.as_ref()?)).collect();
                    if let Some((one, other)) = exchanged(&columns, &asked) {
                        swapped.push((expr.span(), format!("`{one}` and `{other}` of `{}`", table.name)));
                    }
                }
                K::Arithmetic(Arithmetic::Multiply, one, other) => {
                    crossed.extend(self.crossed(one, other).or_else(|| self.crossed(other, one)));
                }
                _ => {}
            });
        });
        for (span, keys) in swapped {
            let title = format!("{keys} are looked up with each other's keys");
            let label = "in the other order than the table's columns";
            self.say(
                Diagnostic::warning(codes::KEYS_SWAPPED, title, span, label)
                    .help("write the keys in the order of the columns"),
            );
        }
        for (span, column, input) in crossed {
            let title = format!("the column `{column}` is multiplied with the input `{input}`");
            let label = format!("there is an input `{column}` and a column `{input}` as well");
            self.say(
                Diagnostic::warning(codes::KEYS_SWAPPED, title, span, label).help(format!("is `{column}` meant?")),
            );
        }
    }

    /// The name that an expression is: of an input, a definition, or a field.
    fn name(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            K::Input(slot) => self.program.inputs.get(usize::from(*slot)).map(|input| input.name.clone()),
            K::Definition(id) => self.program.definitions.get(id.0 as usize).map(|known| known.name.clone()),
            K::Field(inner, field) => match inner.ty.present() {
                Type::Record(record) => record.fields.get(usize::from(*field)).map(|field| field.name.clone()),
                _ => None,
            },
            K::Scale(inner, _) => self.name(inner),
            _ => None,
        }
    }

    /// A column times an input, where the input of the column's name is there, and the column of the input's name.
    fn crossed(&self, column: &Expr, input: &Expr) -> Option<(Span, String, String)> {
        let column = if let K::Scale(inner, _) = &column.kind { inner } else { column };
        let (K::Column(row, at), K::Input(_)) = (&column.kind, &input.kind) else { return None };
        let Type::Row(table) = row.ty.present() else { return None };
        let table = self.program.tables.get(table.0 as usize)?;
        let read = &table.columns.get(usize::from(*at))?.name;
        let input_name = self.name(input)?;
        let is_input = |name: &str| self.program.inputs.iter().any(|input| input.name == name);
        let is_column = table.columns.iter().any(|column| column.name == input_name);
        let crossed = *read != input_name && is_input(read) && is_column;
        crossed.then(|| (column.span(), read.clone(), input_name))
    }
}

/// Two columns of which each is asked for by the name of the other.
fn exchanged<'c>(columns: &[&'c str], asked: &[Option<String>]) -> Option<(&'c str, &'c str)> {
    let pairs = || columns.iter().zip(asked).enumerate();
    pairs().find_map(|(at, (column, name))| {
        let name = name.as_deref()?;
        let (_, (other, back)) = pairs().skip(at.saturating_add(1)).find(|(_, (other, _))| **other == name)?;
        (back.as_deref() == Some(*column) && name != *column).then_some((*column, *other))
    })
}
