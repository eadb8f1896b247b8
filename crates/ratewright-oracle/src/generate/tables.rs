//! Tables of each match kind and hit policy: inline, in CSV files, crosstabs, with periods; and look-ups of them.

use super::cells::{How, Key};
use super::types::Ty;
use super::writer::{Level, Piece, Policy, TableForm, Writer};

/// A table on its way to a text.
struct Draft {
    name: String,
    policy: &'static str,
    keys: Vec<Key>,
    values: Vec<(String, Ty)>,
    rows: Vec<(Vec<String>, Vec<String>)>,
    otherwise: Option<String>,
}

impl Writer<'_> {
    /// A table, and its text; a CSV file beside it where it has one.
    pub fn table(&mut self) -> (String, Option<(String, String)>) {
        let mut draft = match self.c.below(8) {
            0..=3 => self.unique_table(),
            4 => return (self.crosstab(), None),
            _ => self.table_of_many(),
        };
        if self.c.once_in(3) || self.needs_otherwise(&draft) {
            draft.otherwise = Some(self.otherwise(&draft));
        }
        let columns = self.columns(&draft);
        let policy = match draft.policy {
            "collect list" => Policy::Rows,
            "collect count" => Policy::Count,
            policy if policy.starts_with("collect") => Policy::Aggregate,
            _ => Policy::Row,
        };
        let dated = draft.keys.iter().any(|key| key.how == How::Valid);
        let keys = draft.keys.iter().filter(|key| key.how != How::Valid).map(|key| key.ty.clone()).collect();
        self.tables.push(TableForm { name: draft.name.clone(), keys, columns, policy, dated });
        self.has("table");
        self.write_table(&draft)
    }

    fn needs_otherwise(&self, draft: &Draft) -> bool {
        // A member without a row is an error where a look-up counts on one.
        let many = draft.policy != "unique" && !draft.policy.starts_with("collect");
        many && draft.rows.last().is_some_and(|row| row.0.iter().any(|cell| cell != "any"))
    }

    /// What can be read of a row.
    fn columns(&self, draft: &Draft) -> Vec<(String, Ty)> {
        let mut columns = draft.values.clone();
        if draft.otherwise.is_none() && draft.policy == "unique" {
            let read = |key: &&Key| matches!(key.how, How::Break | How::NextRow);
            columns.extend(draft.keys.iter().filter(read).map(|key| (key.name.clone(), key.ty.clone())));
        }
        columns
    }

    fn key(&mut self, among: &[How]) -> Key {
        let how = self.c.one_of(among).copied().unwrap_or(How::Exact);
        let ty = match how {
            How::Prefix => Ty::Text,
            How::Valid => Ty::Date,
            How::Exact => match self.c.below(5) {
                0 => self.some_enum().unwrap_or(Ty::YesNo),
                1 | 2 => Ty::Text,
                3 => Ty::Integer,
                _ => Ty::YesNo,
            },
            How::Range | How::Break | How::NextRow => match self.c.below(8) {
                0..=2 => self.some_quantity(),
                3 | 4 => Ty::Number,
                5 => Ty::Integer,
                6 => self.money(),
                _ if how == How::Range => self.c.among(Ty::Date, &[Ty::Time]),
                _ => Ty::Date,
            },
        };
        self.has(match how {
            How::Exact => "key exactly",
            How::Range => "key by range",
            How::Break => "key by break",
            How::NextRow => "key by next row",
            How::Prefix => "key by longest prefix",
            How::Valid => "rows with periods",
        });
        Key { name: if how == How::Valid { "valid".to_owned() } else { self.fresh("key_") }, ty, how }
    }

    fn values(&mut self) -> Vec<(String, Ty)> {
        let mut values = vec![(self.fresh("value_"), self.money())];
        for _ in 0..self.c.below(3) {
            let ty = match self.c.below(8) {
                0 => Ty::Percent,
                1 => Ty::Number,
                2 => Ty::Integer,
                3 => Ty::Text,
                4 => self.some_rate_type(),
                5 => self.some_quantity(),
                6 => self.some_enum().unwrap_or(Ty::YesNo),
                _ => self.c.among(Ty::YesNo, &[Ty::Date]),
            };
            values.push((self.fresh("value_"), ty));
        }
        self.c.shuffle(&mut values);
        values
    }

    /// Rows that cover what they should and overlap nowhere.
    fn unique_table(&mut self) -> Draft {
        use How::{Break, Exact, NextRow, Prefix, Range};
        let mut keys = vec![self.key(&[Range, Exact, Break, Prefix, NextRow, Range])];
        let chosen = keys.first().is_some_and(|key| matches!(key.how, Break | NextRow | Prefix));
        for _ in 0..self.c.below(3) {
            keys.push(self.key(if chosen { &[Exact, Range] } else { &[Exact, Range, Range] }));
        }
        if self.c.once_in(5) {
            keys.push(self.key(&[How::Valid]));
        }
        // Bands are whole only where the names before them are the same.
        keys.sort_by_key(|key| key.how != How::Exact);
        if chosen {
            // What is chosen among the rows whose other keys match stands last.
            keys.sort_by_key(|key| matches!(key.how, Break | NextRow | Prefix));
        }
        let values = self.values();
        let mut cells = Vec::new();
        self.grid(&keys, &mut Vec::new(), &mut cells);
        cells.truncate(60);
        let rows = cells
            .into_iter()
            .map(|cells| (cells, values.iter().map(|value| self.value_cell(&value.1)).collect()))
            .collect();
        self.has("table unique");
        Draft { name: self.fresh("table_"), policy: "unique", keys, values, rows, otherwise: None }
    }

    fn grid(&mut self, keys: &[Key], before: &mut Vec<String>, rows: &mut Vec<Vec<String>>) {
        let Some((key, others)) = keys.split_first() else {
            rows.push(before.clone());
            return;
        };
        let whole = !self.c.once_in(3);
        for cell in self.partition(key, whole) {
            before.push(cell);
            self.grid(others, before, rows);
            before.pop();
        }
    }

    /// Rows that may overlap, and a policy for it.
    fn table_of_many(&mut self) -> Draft {
        let policies = [
            "first",
            "any",
            "priority highest rank",
            "priority lowest rank",
            "most specific",
            "collect sum",
            "collect min",
            "collect max",
            "collect count",
            "collect list",
        ];
        let policy = self.c.one_of(&policies).copied().unwrap_or("first");
        let specific = policy == "most specific";
        let mut keys = vec![self.key(if specific { &[How::Exact] } else { &[How::Range, How::Exact] })];
        for _ in 0..self.c.below(2) {
            keys.push(self.key(if specific { &[How::Exact] } else { &[How::Range, How::Exact] }));
        }
        let mut values = match policy {
            "collect sum" => vec![(self.fresh("value_"), self.money())],
            "collect min" | "collect max" => vec![(self.fresh("value_"), self.some_magnitude())],
            _ => self.values(),
        };
        if policy.starts_with("priority") {
            values.push(("rank".to_owned(), Ty::Integer));
        }
        let same: Vec<String> = values.iter().map(|value| self.value_cell(&value.1)).collect();
        let mut rows: Vec<(Vec<String>, Vec<String>)> = Vec::new();
        for rank in 0..self.c.between(2, 5) {
            let cells: Vec<String> = keys.iter().map(|key| self.any_cell(key)).collect();
            if rows.iter().any(|row| row.0 == cells) {
                continue;
            }
            let mut row: Vec<String> = values.iter().map(|value| self.value_cell(&value.1)).collect();
            if policy == "any" {
                row.clone_from(&same);
            }
            if policy.starts_with("priority")
                && let Some(last) = row.last_mut()
            {
                *last = rank.to_string();
            }
            rows.push((cells, row));
        }
        self.has(match policy {
            "first" => "table first",
            "any" => "table any",
            "most specific" => "table most specific",
            "collect sum" => "table collect sum",
            "collect count" => "table collect count",
            "collect list" => "table collect list",
            "collect min" | "collect max" => "table collect min and max",
            _ => "table priority",
        });
        Draft { name: self.fresh("table_"), policy, keys, values, rows, otherwise: None }
    }

    fn otherwise(&mut self, draft: &Draft) -> String {
        let named = draft.keys.iter().find(|key| key.how != How::Valid);
        match named {
            Some(key) if self.c.once_in(2) => {
                self.has("refusing row");
                format!("refuse \"{}\" \"no rate for {{{}}}\"", self.fresh("R"), key.name)
            }
            _ => {
                self.has("otherwise row");
                draft.values.iter().map(|value| self.value_cell(&value.1)).collect::<Vec<_>>().join(" | ")
            }
        }
    }

    fn write_table(&mut self, draft: &Draft) -> (String, Option<(String, String)>) {
        let cells = || draft.rows.iter().flat_map(|row| row.0.iter().chain(&row.1));
        let plain = !cells().any(|cell| cell.contains('"'));
        let csv = (plain && draft.keys.iter().all(|key| key.how != How::Valid) && self.c.once_in(5))
            .then(|| format!("{}.csv", draft.name));
        let policy =
            if draft.policy == "unique" && self.c.once_in(2) { String::new() } else { format!(" {}", draft.policy) };
        let from = csv.as_ref().map(|path| format!(" from \"{path}\"")).unwrap_or_default();
        let mut text = format!("table {}{policy}{from} {{\n", draft.name);
        for key in &draft.keys {
            match key.how {
                How::Valid => text.push_str("  valid\n"),
                how => text.push_str(&format!("  {} : {}{}\n", key.name, key.ty, how.words())),
            }
        }
        for (name, ty) in &draft.values {
            text.push_str(&format!("  -> {name} : {ty}\n"));
        }
        let keys: Vec<&str> = draft.keys.iter().map(|key| key.name.as_str()).collect();
        let values: Vec<&str> = draft.values.iter().map(|value| value.0.as_str()).collect();
        let file = csv.map(|path| {
            self.has("table in a CSV file");
            let line = |cells: Vec<String>| cells.join(",") + "\n";
            let quoted = |cell: &String| if cell.contains(',') { format!("\"{cell}\"") } else { cell.clone() };
            let mut lines = line(keys.iter().chain(&values).map(|name| (*name).to_owned()).collect());
            for row in &draft.rows {
                lines.push_str(&line(row.0.iter().chain(&row.1).map(quoted).collect()));
            }
            (path, lines)
        });
        let reasons = file.is_none() && self.c.once_in(5);
        if file.is_none() {
            text.push_str(&format!(
                "\n  | {} || {} |{}\n",
                keys.join(" | "),
                values.join(" | "),
                if reasons { " because |" } else { "" }
            ));
            for (number, row) in draft.rows.iter().enumerate() {
                let reason = if reasons { format!(" \"sheet {number}\" |") } else { String::new() };
                text.push_str(&format!("  | {} || {} |{reason}\n", row.0.join(" | "), row.1.join(" | ")));
            }
        }
        if let Some(otherwise) = &draft.otherwise {
            let reason = if reasons && !otherwise.starts_with("refuse") { " |" } else { "" };
            text.push_str(&format!("  | otherwise || {otherwise} |{reason}\n"));
        }
        text.push_str("}\n");
        (text, file)
    }

    fn crosstab(&mut self) -> String {
        self.has("table crosstab");
        let down = self.key(&[How::Exact, How::Range]);
        let across = self.key(&[How::Break, How::Exact, How::NextRow]);
        let (name, value, ty) = (self.fresh("table_"), self.fresh("value_"), self.some_magnitude());
        let (rows, headings) = (self.partition(&down, true), self.partition(&across, true));
        let mut text = format!("table {name} crosstab {{\n  {} : {}{}\n", down.name, down.ty, down.how.words());
        text.push_str(&format!(
            "  across {} : {}{}\n  -> {value} : {ty}\n\n",
            across.name,
            across.ty,
            across.how.words()
        ));
        text.push_str(&format!("  | {} || {} |\n", down.name, headings.join(" | ")));
        for row in rows {
            let cells: Vec<String> = headings.iter().map(|_| self.value_cell(&ty)).collect();
            text.push_str(&format!("  | {row} || {} |\n", cells.join(" | ")));
        }
        self.tables.push(TableForm {
            name,
            keys: vec![down.ty, across.ty],
            columns: vec![(value, ty)],
            policy: Policy::Row,
            dated: false,
        });
        text + "}\n"
    }

    /// A look-up of the table.
    pub fn look_up(&mut self, table: &TableForm, depth: u32) -> String {
        self.used.insert(table.name.clone());
        let keys: Vec<String> = table.keys.iter().map(|key| self.expr(key, depth).text).collect();
        let look_up = format!("{}[{}]", table.name, keys.join(", "));
        if table.dated && (!self.priced || self.c.once_in(3)) {
            self.has("look-up on a date");
            return format!("({look_up} on {})", self.date_operand(depth));
        }
        look_up
    }

    /// A value of the type out of a table.
    pub fn table_value(&mut self, ty: &Ty, depth: u32) -> Option<Piece> {
        let wanted = |table: &TableForm| match table.policy {
            Policy::Count => Ty::Integer.fits(ty),
            Policy::Rows => false,
            Policy::Row | Policy::Aggregate => table.columns.iter().any(|column| column.1.fits(ty)),
        };
        let found: Vec<TableForm> = self.tables.iter().filter(|table| wanted(table)).cloned().collect();
        let table = self.c.one_of(&found)?.clone();
        self.has("look-up");
        let look_up = self.look_up(&table, depth);
        if table.policy == Policy::Count {
            return Some(Piece::new(look_up, Level::Primary));
        }
        let columns: Vec<&String> =
            table.columns.iter().filter(|column| column.1.fits(ty)).map(|column| &column.0).collect();
        let column = self.c.one_of(&columns)?;
        Some(Piece::primary(format!("{look_up}.{column}")))
    }
}
