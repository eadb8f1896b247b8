//! Random tables over small domains: every kind of key, every hit policy, complete grids with faults, and rows without any order.

use super::oracle::between;
use ratewright::program::Period;
use ratewright::source::Span;
use ratewright::syntax::ast::Collect;
use ratewright::table::interval::Cut;
use ratewright::table::{
    Cell, Column, Default, Domain, Ends, HitPolicy, Index, Origin, Role, Rows, RowsBuilder, Table,
};
use ratewright::types::{EnumId, Type};
use ratewright::value::{Date, Number, TimeOfDay, Value};

/// A small generator of pseudo-random numbers (splitmix64), so that a seed names a table.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// What the keys of a column are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Number,
    Integer,
    Date,
    Time,
    Text,
    YesNo,
    Member,
}

/// A key column and its small world.
#[derive(Debug, Clone)]
pub struct KeyColumn {
    pub role: Role,
    pub kind: Kind,
    pub optional: bool,
    /// How many values its cells choose from.
    pub wide: usize,
    pub domain: Domain,
}

/// Texts, some of which begin with others.
const TEXTS: [&str; 6] = ["a", "ab", "b", "abc", "béb", "abd"];
/// Texts before, between and behind them, and behind all that begin with one of them.
const OTHER_TEXTS: [&str; 14] =
    ["", "a0", "aa", "aba", "abcd", "abdx", "abe", "ac", "b0", "bé", "béba", "béc", "c", "é"];

pub fn number(n: i64) -> Value {
    Value::Number(Number::from_i64(n))
}

pub fn day(n: usize) -> Date {
    Date::new(2026, 1, 1).unwrap().add_days(n as i64).unwrap()
}

impl KeyColumn {
    fn any(random: &mut Random, size: &Size, dated: bool) -> KeyColumn {
        use Kind::*;
        let choices: &[(Role, Kind)] = &[
            (Role::Exact, Text),
            (Role::Exact, Integer),
            (Role::Exact, YesNo),
            (Role::Exact, Member),
            (Role::Range, Number),
            (Role::Range, Number),
            (Role::Range, Integer),
            (Role::Range, Date),
            (Role::Range, Time),
            (Role::Range, Text),
            (Role::Break, Number),
            (Role::Break, Integer),
            (Role::NextRow, Number),
            (Role::NextRow, Date),
            (Role::LongestPrefix, Text),
        ];
        let (role, kind) = if dated { (Role::Valid, Date) } else { *random.one_of(choices) };
        let wide = match kind {
            YesNo => 2,
            Text => 2 + random.below(TEXTS.len() - 1),
            Time => 2 + random.below(size.wide.min(12) - 1),
            _ => 2 + random.below(size.wide - 1),
        };
        let optional = !dated && random.once_in(6);
        let mut column = KeyColumn { role, kind, optional, wide, domain: Domain::Named };
        column.domain = Domain::of(role, &column.ty(), wide);
        let bounded = matches!(kind, Number | Integer | Date | Time) && random.once_in(3);
        if bounded {
            let low = random.below(2);
            let high = (low + 1 + random.below(wide)).min(wide);
            let cut = |random: &mut Random, n| Cut::At(column.value(n), random.once_in(2));
            let (low, high) = (cut(random, low), cut(random, high));
            let ends = (random.once_in(4), random.once_in(4));
            let bounds = (if ends.0 { Cut::Start } else { low }, if ends.1 { Cut::End } else { high });
            // A declared range without any key is an error of its own.
            if column.keys().iter().any(|key| between(&bounds.0, &bounds.1, key)) {
                column.domain = Domain::Between(bounds.0, bounds.1);
            }
        }
        column
    }

    pub fn ty(&self) -> Type {
        let ty = match self.kind {
            Kind::Number => Type::Number,
            Kind::Integer => Type::Integer,
            Kind::Date => Type::Date,
            Kind::Time => Type::Time,
            Kind::Text => Type::Text,
            Kind::YesNo => Type::YesNo,
            Kind::Member => Type::Enum(EnumId(0)),
        };
        if self.optional { Type::Optional(ty.into()) } else { ty }
    }

    /// One of the values that cells name, by its number: they go up with it.
    pub fn value(&self, n: usize) -> Value {
        match self.kind {
            Kind::Number | Kind::Integer => number(n as i64),
            Kind::Date => Value::Date(day(n)),
            Kind::Time => Value::Time(TimeOfDay::new(8 + n as u8, 0, 0).unwrap()),
            Kind::Text => {
                let mut texts = TEXTS[..self.wide.min(TEXTS.len())].to_vec();
                texts.sort_unstable();
                Value::text(texts[n.min(texts.len() - 1)])
            }
            Kind::YesNo => Value::YesNo(n == 1),
            Kind::Member => Value::Member(n as u32),
        }
    }

    /// Every key of the world that cells could tell apart from another, and some that they could not.
    pub fn keys(&self) -> Vec<Value> {
        let wide = self.wide as i64;
        let mut keys: Vec<Value> = match self.kind {
            Kind::Number => (-1..=2 * wide + 1).map(|n| Value::Number(Number::ratio(n, 2).unwrap())).collect(),
            Kind::Integer => (-1..=wide + 1).map(number).collect(),
            Kind::Date => (-1..=wide + 1).map(|n| Value::Date(day(0).add_days(n).unwrap())).collect(),
            Kind::Time => (-1..=2 * wide + 1)
                .map(|n| Value::Time(TimeOfDay::from_seconds((8 * 3600 + n * 1800) as u32).unwrap()))
                .collect(),
            Kind::Text => TEXTS.iter().chain(&OTHER_TEXTS).map(|text| Value::text(text)).collect(),
            Kind::YesNo | Kind::Member => (0..self.wide).map(|n| self.value(n)).collect(),
        };
        if self.optional {
            keys.push(Value::Absent);
        }
        keys
    }

    /// A cell without regard to others.
    fn cell(&self, random: &mut Random) -> Cell {
        let value = |random: &mut Random| self.value(random.below(self.wide));
        match self.role {
            Role::Break | Role::NextRow => Cell::Value(value(random)),
            _ if random.once_in(7) => Cell::Any,
            Role::LongestPrefix if random.once_in(5) => Cell::Exactly(value(random).as_text().unwrap().into()),
            Role::LongestPrefix => Cell::Value(value(random)),
            Role::Exact if random.once_in(4) => Cell::OneOf((0..1 + random.below(3)).map(|_| value(random)).collect()),
            Role::Exact => Cell::Value(value(random)),
            Role::Range if random.once_in(8) => Cell::Value(value(random)),
            Role::Range => {
                let (low, high) = (random.below(self.wide), random.below(self.wide));
                let (low, high) = if random.once_in(20) { (low, high) } else { (low.min(high), low.max(high)) };
                let end = |random: &mut Random, n| (!random.once_in(6)).then(|| (self.value(n), random.once_in(2)));
                Cell::Range(Box::new(Ends { low: end(random, low), high: end(random, high) }))
            }
            Role::Valid => {
                let (from, until) = (random.below(self.wide), random.below(self.wide + 1));
                let end = |random: &mut Random, n| (!random.once_in(4)).then(|| day(n));
                Cell::Period(Period { from: end(random, from.min(until)), until: end(random, from.max(until)) })
            }
            Role::Value => unreachable!("keys only"),
        }
    }

    /// Cells that leave nothing out where that is possible, and do not meet: the bands of a rate sheet.
    fn bands(&self, random: &mut Random) -> Vec<Cell> {
        let mut cuts: Vec<usize> = (1..self.wide).filter(|_| random.once_in(2)).collect();
        cuts.insert(0, 0);
        let values = || cuts.iter().map(|n| self.value(*n));
        match self.role {
            Role::Break | Role::NextRow | Role::LongestPrefix => values().map(Cell::Value).collect(),
            Role::Exact => {
                let mut cells: Vec<Cell> = (0..self.wide).map(|n| Cell::Value(self.value(n))).collect();
                if random.once_in(3) && cells.len() > 2 {
                    cells.drain(..2);
                    cells.push(Cell::OneOf((0..2).map(|n| self.value(n)).collect()));
                }
                cells
            }
            Role::Range => {
                let upper = random.once_in(2);
                let ends = cuts.windows(2).map(|pair| (Some(pair[0]), Some(pair[1])));
                let last = cuts.last().copied();
                let (first, open) = (random.once_in(2), random.once_in(2));
                let first = first.then_some((None, Some(0)));
                let last = open.then_some((last, None));
                let end = |n: Option<usize>, included| n.map(|n| (self.value(n), included));
                let bands = first.into_iter().chain(ends).chain(last);
                bands
                    .map(|(low, high)| Cell::Range(Box::new(Ends { low: end(low, !upper), high: end(high, upper) })))
                    .collect()
            }
            Role::Valid => {
                let end = |n: &usize| Some(day(*n));
                let periods = cuts.windows(2).map(|pair| Period { from: end(&pair[0]), until: end(&pair[1]) });
                let last = Period { from: cuts.last().and_then(end), until: None };
                periods.chain([last]).map(Cell::Period).collect()
            }
            Role::Value => unreachable!("keys only"),
        }
    }
}

/// A table, the world of its keys, and the same table changed a little.
pub struct Sample {
    pub columns: Vec<KeyColumn>,
    pub table: Table,
    pub newer: Table,
}

/// How large tables are.
pub struct Size {
    /// How many values the cells of a column choose from, at most.
    pub wide: usize,
    /// How many keys the world may have.
    pub keys: usize,
    /// How many rows there may be.
    pub rows: usize,
}

/// Worlds of which every key is looked at; as many rows as a mask has bits, with some to add in the newer table.
pub const SMALL: Size = Size { wide: 6, keys: 1_000, rows: 60 };

/// Worlds of which some keys are looked at.
pub const LARGE: Size = Size { wide: 60, keys: usize::MAX, rows: 400 };

/// The table with this seed.
pub fn sample(seed: u64, size: &Size) -> Sample {
    let mut random = Random(seed.wrapping_mul(0x2545_F491_4F6C_DD1D));
    for _ in 0..3 {
        random.next();
    }
    let mut columns: Vec<KeyColumn> =
        (0..1 + random.below(4)).map(|_| KeyColumn::any(&mut random, size, false)).collect();
    if random.once_in(4) {
        columns.truncate(3);
        let place = random.below(columns.len() + 1);
        columns.insert(place, KeyColumn::any(&mut random, size, true));
    }
    while columns.iter().map(|column| column.keys().len()).product::<usize>() > size.keys {
        columns.pop();
    }
    let mut rows =
        if random.once_in(2) { grid(&columns, size, &mut random) } else { scattered(&columns, size, &mut random) };
    rows.truncate(size.rows);
    let values = 1 + random.below(2);
    let values_from = columns.len() as u16;
    let (policy, default) = (policy(&mut random, values_from), default(&mut random));
    let older = table(&columns, values, &policy, &default, &rows);
    let rows = changed(&columns, &rows, &mut random);
    // Now and then what is chosen of the rows that match, or what holds where none does, changes beside them.
    let policy = if random.once_in(8) { self::policy(&mut random, values_from) } else { policy };
    let default = if random.once_in(8) { self::default(&mut random) } else { default };
    let newer = table(&columns, values, &policy, &default, &rows);
    Sample { table: older, newer, columns }
}

fn default(random: &mut Random) -> Default {
    let refusal = |code: &str, message: &str| Default::Refuse(code.into(), message.into(), Span::default());
    match random.below(6) {
        0 | 1 => Default::Error,
        2 | 3 => Default::Row,
        4 => refusal("R1", "none"),
        _ => refusal(if random.once_in(2) { "R1" } else { "R2" }, if random.once_in(2) { "none" } else { "nothing" }),
    }
}

fn policy(random: &mut Random, values_from: u16) -> HitPolicy {
    let collect = [Collect::Sum, Collect::Min, Collect::Max, Collect::Count, Collect::List];
    match random.below(8) {
        0 | 1 => HitPolicy::Unique,
        2 => HitPolicy::First,
        3 => HitPolicy::Any,
        4 => HitPolicy::Priority(random.once_in(2), values_from),
        5 | 6 => HitPolicy::MostSpecific,
        _ => HitPolicy::Collect(*random.one_of(&collect)),
    }
}

fn scattered(columns: &[KeyColumn], size: &Size, random: &mut Random) -> Vec<(Vec<Cell>, i64)> {
    let row = |random: &mut Random| {
        let cells = columns.iter().map(|column| column.cell(random)).collect();
        (cells, random.below(4) as i64)
    };
    (0..random.below(14.max(size.rows / 12))).map(|_| row(random)).collect()
}

/// Every combination of the columns' bands, with a few faults.
fn grid(columns: &[KeyColumn], size: &Size, random: &mut Random) -> Vec<(Vec<Cell>, i64)> {
    let bands: Vec<Vec<Cell>> = columns.iter().map(|column| column.bands(random)).collect();
    let mut rows: Vec<Vec<Cell>> = vec![Vec::new()];
    for cells in &bands {
        let longer = |row: &Vec<Cell>| {
            cells.iter().map(|cell| [&row[..], std::slice::from_ref(cell)].concat()).collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(longer).take(size.rows).collect();
    }
    let faults = random.below(4);
    for _ in 0..faults {
        if rows.is_empty() {
            break;
        }
        let (row, column) = (random.below(rows.len()), random.below(columns.len()));
        match random.below(3) {
            0 => drop(rows.swap_remove(row)),
            1 => rows[row][column] = columns[column].cell(random),
            _ => rows.push(rows[row].clone()),
        }
    }
    rows.into_iter().map(|row| (row, random.below(3) as i64)).collect()
}

/// The rows with other values, other cells, in another order, one less, one more: or with nothing changed at all.
fn changed(columns: &[KeyColumn], rows: &[(Vec<Cell>, i64)], random: &mut Random) -> Vec<(Vec<Cell>, i64)> {
    let mut rows = rows.to_vec();
    for _ in 0..random.below(4) {
        if rows.is_empty() {
            break;
        }
        let (at, column) = (random.below(rows.len()), random.below(columns.len()));
        match random.below(5) {
            0 => rows[at].1 += 1,
            1 => rows[at].0[column] = columns[column].cell(random),
            2 => drop(rows.remove(at)),
            3 => rows.push((columns.iter().map(|column| column.cell(random)).collect(), 2)),
            _ => {
                let other = random.below(rows.len());
                rows.swap(at, other);
            }
        }
    }
    rows
}

fn table(
    columns: &[KeyColumn],
    values: usize,
    policy: &HitPolicy,
    default: &Default,
    rows: &[(Vec<Cell>, i64)],
) -> Table {
    let named = |at: usize, role, ty| Column { name: format!("c{at}"), role, ty, span: Span::default() };
    let keys = columns.iter().enumerate().map(|(at, column)| named(at, column.role, column.ty()));
    let value_columns = (0..values).map(|at| named(columns.len() + at, Role::Value, Type::Number));
    let mut builder = RowsBuilder::new(columns.len() + values);
    let mut push = |at: u32, cells: Vec<Cell>, value: i64| {
        // The second value follows from the first, but for rows that agree in it and not in the first.
        let numbers = [value, value / 2].into_iter().take(values).map(|value| Cell::Value(number(value)));
        builder.push(cells.into_iter().chain(numbers), Origin { number: at, ..Origin::default() });
    };
    for (at, (cells, value)) in (1..).zip(rows) {
        push(at, cells.clone(), *value);
    }
    if matches!(default, Default::Row) {
        push(rows.len() as u32 + 1, vec![Cell::Any; columns.len()], 1);
    }
    finished(keys.chain(value_columns).collect(), policy.clone(), default.clone(), builder.build())
}

/// A table ready for look-ups.
pub fn finished(columns: Vec<Column>, policy: HitPolicy, default: Default, rows: Rows) -> Table {
    let (name, index, span) = ("t".into(), Index::default(), Span::default());
    let mut table = Table { name, columns, policy, rows, default, index, span };
    table.index_rows();
    table
}
