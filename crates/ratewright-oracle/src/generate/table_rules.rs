//! A rule set of one table: its keys are the inputs, and all that a look-up tells are the outputs.

use super::Program;
use super::choices::Choices;
use super::inputs::{Bounds, Field};
use super::types::Ty;
use super::writer::{Policy, Writer};

/// A random table, looked up.
pub fn table_program(c: &mut Choices) -> Program {
    let mut w = Writer::new(c);
    let mut text = "ruleset random.tables \"A table\" { currency USD }\n".to_owned();
    text.push_str(&w.enumeration());
    let (table, file) = w.table();
    let mut fields: Vec<Field> = Vec::new();
    let mut names = Vec::new();
    let Some(form) = w.tables.last().cloned() else { return finish(w, text, file, fields) };
    for ty in form.keys {
        let field = Field { name: w.fresh("in_"), ty: ty.clone(), bounds: w.bounds(&ty), ..Field::default() };
        names.push(field.name.clone());
        fields.push(field);
    }
    let on = if form.dated { " on look_up_day" } else { "" };
    if form.dated {
        fields.push(Field {
            name: "look_up_day".to_owned(),
            ty: Ty::Date,
            bounds: w.bounds(&Ty::Date),
            ..Field::default()
        });
    }
    text.push_str("input {\n");
    fields.iter().for_each(|field| text.push_str(&format!("  {field}\n")));
    text.push_str("}\n");
    text.push_str(&table);
    let look_up = format!("{}[{}]", form.name, names.join(", "));
    match form.policy {
        Policy::Count => text.push_str(&format!("output found = {look_up}\n")),
        Policy::Rows => {
            for (column, _) in &form.columns {
                text.push_str(&format!("output all_{column} = list of row.{column} for each row in {look_up}\n"));
            }
        }
        Policy::Row | Policy::Aggregate => {
            for (column, _) in &form.columns {
                text.push_str(&format!("output of_{column} = ({look_up}{on}).{column}\n"));
            }
            if form.policy == Policy::Row && w.c.once_in(3) {
                text.push_str(&format!("output matching = count of (rows of {look_up}{on})\n"));
            }
        }
    }
    text.push_str("charge C1 = 1 USD\n");
    finish(w, text, file, fields)
}

fn finish(w: Writer<'_>, text: String, file: Option<(String, String)>, fields: Vec<Field>) -> Program {
    let mut files = vec![("main.rules".to_owned(), text)];
    files.extend(file);
    let Writer { features, landmarks, enums, records, .. } = w;
    Program { files, features, fields, landmarks, enums, records }
}

impl Writer<'_> {
    /// A declared range at the table's own thresholds, at times.
    fn bounds(&mut self, ty: &Ty) -> Option<Bounds> {
        if !ty.is_ordered() || *ty == Ty::Text || !self.c.once_in(2) {
            return None;
        }
        let mut inside = self.rising_marks(ty, 2);
        inside.truncate(2);
        let (low, high) = (inside.first()?.literal(ty), inside.get(1)?.literal(ty));
        let text = self.c.among(
            format!(" from {low} through {high}"),
            &[format!(" over {low} until {high}"), format!(" from {low}")],
        );
        Some(Bounds { text, inside })
    }
}
