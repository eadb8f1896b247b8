//! One column of conditions: its cells as sets of values, its key, and the columns that stand in for what no cell can say.
//!
//! A value that may be absent gets a column that asks whether it is given; a comparison with a computed value one that says on which side of
//! it the input lies; any other condition one that holds its answer.

use super::cells::{self, Literal};
use super::expression::{Level, Translator, Typed};
use super::feel::{self, Expression, Operator, Test};
use super::model::{Feel, InputClause};
use super::names::Names;
use super::report::Refused;
use super::scope::Scope;
use super::table::Frame;
use super::types::Type;
use super::values::{Edge, Interval, Point, Values};
use std::collections::BTreeSet;

/// A key column of the rules.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) ty: Type,
    /// What is looked up.
    pub(super) key: String,
    pub(super) domain: Values,
    /// One set for each rule.
    pub(super) cells: Vec<Values>,
}

/// The columns of one input clause.
pub(super) fn input(
    frame: &Frame<'_>,
    at: usize,
    clause: &InputClause,
    translator: &mut Translator<'_, '_>,
    names: &mut Names,
) -> Result<Vec<Column>, Refused> {
    let known = &translator.scope.known;
    let mut tests: Vec<(Option<Vec<Test>>, &Feel)> = Vec::new();
    for rule in &frame.table.rules {
        let cell = rule.inputs.get(at).ok_or_else(|| {
            Refused::new("a rule has fewer cells than the table has inputs", "give each rule a cell for each input")
                .at(rule.place)
        })?;
        tests.push((feel::unary_tests(&cell.text, known).map_err(|refused| refused.at(cell.place))?, cell));
    }
    if tests.iter().all(|(tests, _)| tests.is_none()) && clause.values.is_none() {
        return Ok(Vec::new());
    }
    let expression = feel::expression(&clause.expression.text, known)?;
    let value = translator.value(&expression)?;
    let stated = frame.input_types.get(at).and_then(Option::as_ref);
    if stated.is_some_and(|stated| stated.ty != value.ty) {
        return Err(Refused::new(
            format!("the input is {}, and its type says otherwise: that is null in DMN", value.ty.words()),
            "correct the type",
        ));
    }
    let title =
        clause.label.clone().filter(|label| !label.is_empty()).unwrap_or_else(|| clause.expression.text.clone());
    Clause { value, title }.columns(clause, &tests, translator, names)
}

struct Clause {
    value: Typed,
    title: String,
}

impl Clause {
    fn columns(
        &self,
        clause: &InputClause,
        tests: &[(Option<Vec<Test>>, &Feel)],
        translator: &mut Translator<'_, '_>,
        names: &mut Names,
    ) -> Result<Vec<Column>, Refused> {
        let all = self.value.ty.all();
        let (domain, limits) = match &all {
            Some(all) => self.domain(clause, all, translator)?,
            None => (Values::both(), None),
        };
        let mut keyed = Vec::new();
        let mut given = Vec::new();
        let mut asked: Vec<Column> = Vec::new();
        for (at, (tests, cell)) in tests.iter().enumerate() {
            if self.value.optional && tests.iter().flatten().any(excludes) {
                return Err(Refused::new(
                    format!(
                        "`{}` may be null, and whether null is none of what `not` excludes is not sure in DMN",
                        self.value.text
                    ),
                    "list what the cell includes, or make what it comes from complete",
                )
                .at(cell.place));
            }
            let (set, question) =
                self.cell(tests.as_deref(), all.as_ref()).map_err(|refused| refused.at(cell.place))?;
            let question = if question { tests.as_deref() } else { None };
            let is_any = tests.is_none();
            keyed.push(match &limits {
                Some(limits) => set.and(limits),
                None => set,
            });
            given.push(if is_any && limits.is_none() { Values::both() } else { Values::answer(true) });
            if let Some(tests) = question {
                self.ask(tests, at, &mut asked, translator, names).map_err(|refused| refused.at(cell.place))?;
            }
        }
        let rules = tests.len();
        let mut columns = Vec::new();
        if all.is_some() && keyed.iter().any(|set| !set.is_all()) {
            let whole = if self.value.optional { all.clone().unwrap_or_else(Values::both) } else { domain.clone() };
            columns.push(self.keyed(names.take(&self.title), keyed, &domain, whole)?);
        }
        if self.value.optional && given.iter().any(|set| !set.is_all()) {
            let name = names.take(&format!("{} given", self.title));
            let key = format!("{} is given", self.value.at(Level::Sum));
            columns.push(Column { name, ty: Type::YesNo, key, domain: Values::both(), cells: given });
        }
        for mut column in asked {
            column.cells.resize(rules, column.domain.clone());
            columns.push(column);
        }
        Ok(columns)
    }

    /// The set that a cell accepts, and whether it must be asked in a column of its own.
    fn cell(&self, tests: Option<&[Test]>, all: Option<&Values>) -> Result<(Values, bool), Refused> {
        let any = all.cloned().unwrap_or_else(Values::both);
        let Some(tests) = tests else { return Ok((any, false)) };
        let set = if all.is_some() { cells::set(tests, &self.value.ty)? } else { None };
        Ok(set.map_or((any, true), |set| (set, false)))
    }

    /// The column in which the input itself is looked up. Cells narrowed to the domain say the same of every value that comes; where a cell
    /// still names texts that it excludes, all texts that no cell names are looked up as one.
    fn keyed(&self, name: String, sets: Vec<Values>, domain: &Values, whole: Values) -> Result<Column, Refused> {
        let ty = self.value.ty.clone();
        let mut cells = Vec::new();
        for set in sets {
            cells.push(if cells::write(&set)?.is_some() { set } else { set.and(domain) });
        }
        let level = if self.value.optional { Level::Atom } else { Level::Loose };
        let mut key = self.value.at(level);
        if self.value.optional {
            key = format!("{key} otherwise {}", stand_in(&ty));
        }
        let mut writable = true;
        for set in &cells {
            writable &= cells::write(set)?.is_some();
        }
        if writable {
            return Ok(Column { name, ty, key, domain: whole, cells });
        }
        let mut named = BTreeSet::new();
        for set in cells.iter().chain([&whole]) {
            if let Values::Texts { named: texts, .. } = set {
                named.extend(texts.iter().cloned());
            }
        }
        let mut other = "(other)".to_owned();
        while named.contains(&other) {
            other.push('_');
        }
        let listed: Result<Vec<String>, Refused> =
            named.iter().map(|text| Literal::Text(text.clone()).write()).collect();
        let one_of = listed?.join(", ");
        let key = if self.value.optional { format!("({key})") } else { self.value.at(Level::Sum) };
        let key = format!("if {key} is one of ({one_of}) then {key} else {}", Literal::Text(other.clone()).write()?);
        let as_listed = |set: &Values| match set {
            Values::Texts { named: excluded, others: true } if !set.is_all() => {
                let rest = named.iter().filter(|text| !excluded.contains(*text)).cloned();
                Values::Texts { named: rest.chain([other.clone()]).collect(), others: false }
            }
            other => other.clone(),
        };
        // The column's own domain is closed: the named texts and the other one.
        let closed = Values::Texts { named: named.iter().cloned().chain([other.clone()]).collect(), others: false };
        let cells = cells.iter().map(as_listed).collect();
        Ok(Column { name, ty, key, domain: as_listed(&whole).and(&closed), cells })
    }

    /// The values that may come, and those to which the table limits itself, where they are fewer.
    fn domain(
        &self,
        clause: &InputClause,
        all: &Values,
        translator: &mut Translator<'_, '_>,
    ) -> Result<(Values, Option<Values>), Refused> {
        let domain = self.value.domain.clone().unwrap_or_else(|| all.clone());
        let Some(values) = &clause.values else { return Ok((domain, None)) };
        let tests =
            feel::unary_tests(&values.text, &translator.scope.known).map_err(|refused| refused.at(values.place))?;
        let Some(tests) = tests else { return Ok((domain, None)) };
        let (limits, _) = cells::allowed(&tests, &self.value.ty).map_err(|refused| refused.at(values.place))?;
        let limits = (!domain.within(&limits)).then_some(limits);
        Ok((domain, limits))
    }

    /// A column that holds the answer to a computed test.
    fn ask(
        &self,
        tests: &[Test],
        rule: usize,
        asked: &mut Vec<Column>,
        translator: &mut Translator<'_, '_>,
        names: &mut Names,
    ) -> Result<(), Refused> {
        if self.value.optional {
            return Err(super::expression::absent(&self.value));
        }
        let scope = Scope { input: Some(self.value.clone()), ..translator.scope.clone() };
        let mut inner = Translator { scope: &scope, types: translator.types, call: translator.call, notes: Vec::new() };
        if self.value.ty == Type::YesNo && tests.iter().any(computed) {
            return Err(Refused::new(
                "a computed yes/no in a column of yes/no: engines of DMN compare it, or take it for the answer",
                "write `? = (…)`, or make it an input of its own",
            ));
        }
        let (key, ty, set) = match self.against(tests, &mut inner)? {
            Some(found) => found,
            None => (inner.any_of(&self.value, tests)?.text, Type::YesNo, Values::answer(true)),
        };
        translator.notes.append(&mut inner.notes);
        let domain = if ty == Type::Number { Values::all_ordered() } else { Values::both() };
        let column = match asked.iter().position(|column| column.key == key) {
            Some(found) => asked.get_mut(found),
            None => {
                let name = names.take(&format!("{} test", self.title));
                asked.push(Column { name, ty, key, domain, cells: Vec::new() });
                asked.last_mut()
            }
        };
        if let Some(column) = column {
            column.cells.resize(rule, column.domain.clone());
            column.cells.push(set);
        }
        Ok(())
    }

    /// Comparisons with one computed value share a column: under zero where the input is less, over zero where it is greater; or, where
    /// there is no order, whether they are equal. So rules that divide at that value are known not to overlap.
    fn against(
        &self,
        tests: &[Test],
        inner: &mut Translator<'_, '_>,
    ) -> Result<Option<(String, Type, Values)>, Refused> {
        let ordered = matches!(self.value.ty, Type::Number | Type::Date | Type::Time);
        let mut bound = None;
        let Some(set) = compared(tests, ordered, &mut bound) else { return Ok(None) };
        let Some(bound) = bound else { return Ok(None) };
        let bound = inner.present(bound)?;
        if bound.ty != self.value.ty || !(ordered || matches!(bound.ty, Type::Text | Type::YesNo)) {
            return Ok(None);
        }
        let (value, bound) = (self.value.at(Level::Sum), bound.at(Level::Sum));
        Ok(Some(if ordered {
            (format!("if {value} < {bound} then -1 else if {value} > {bound} then 1 else 0"), Type::Number, set)
        } else {
            (format!("{value} is {bound}"), Type::YesNo, set)
        }))
    }
}

/// Whether a test is a value that is computed and does not ask about the input.
fn computed(test: &Test) -> bool {
    match test {
        Test::Value(value) => {
            let plain = matches!(value, Expression::Name(_) | Expression::Path(..) | Expression::YesNo(_));
            !plain && !value.asks()
        }
        Test::Not(tests) => tests.iter().any(computed),
        Test::Compare(..) | Test::Range { .. } => false,
    }
}

/// Whether a test names what it excludes.
fn excludes(test: &Test) -> bool {
    matches!(test, Test::Not(_) | Test::Compare(Operator::NotEqual, _))
}

/// Where a value stands to the one computed value that all tests compare it with; `None` where they ask something else.
fn compared<'t>(tests: &'t [Test], ordered: bool, bound: &mut Option<&'t Expression>) -> Option<Values> {
    let mut set = if ordered { Values::all_ordered() } else { Values::both() }.complement();
    for test in tests {
        let (operator, value) = match test {
            Test::Not(tests) => {
                set = set.or(&compared(tests, ordered, bound)?.complement());
                continue;
            }
            Test::Compare(operator, value) => (*operator, value),
            Test::Value(value) if !value.asks() => (Operator::Equal, value),
            _ => return None,
        };
        if bound.is_some_and(|bound| bound != value) {
            return None;
        }
        *bound = Some(value);
        let edge = |after| Some(Edge { point: Point::Number(0.into()), after });
        let interval = |low, high| Values::interval(Interval { low, high });
        set = set.or(&match (operator, ordered) {
            (Operator::Equal, false) => Values::answer(true),
            (Operator::NotEqual, false) => Values::answer(false),
            (_, false) => return None,
            (Operator::Less, _) => interval(None, edge(false)),
            (Operator::AtMost, _) => interval(None, edge(true)),
            (Operator::Greater, _) => interval(edge(true), None),
            (Operator::AtLeast, _) => interval(edge(false), None),
            (Operator::NotEqual, _) => interval(edge(false), edge(true)).complement(),
            _ => interval(edge(false), edge(true)),
        });
    }
    Some(set)
}

/// What is looked up where nothing is given; only rows that ask nothing of the value, or of its being given, can match then.
fn stand_in(ty: &Type) -> &'static str {
    match ty {
        Type::Text => "\"\"",
        Type::YesNo => "no",
        Type::Date => "2000-01-01",
        Type::Time => "00:00",
        Type::Number | Type::Opaque | Type::Record(_) | Type::List(_) => "0",
    }
}
