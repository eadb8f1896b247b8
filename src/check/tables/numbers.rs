//! Numbers in cells: in the column's unit, its currency or as a percent, and never guessed.
//!
//! The plain form (`12.50`) is read at once. Whatever else stands there is either a written unit, which is converted exactly, or a
//! mistake that is known by its looks: thousands marks, footnotes, exponents, no-break spaces.

use super::Problem;
use crate::diagnostic::codes;
use crate::types::{Base, Type, UnitExpr, Units};
use crate::value::Number;
use std::collections::HashMap;

/// How many decimals a price list has at most; more is a binary fraction that was written out.
const MOST_DECIMALS: usize = 12;

/// Reads the numbers of one column.
#[derive(Debug)]
pub(super) struct NumberReader {
    ty: Type,
    /// What a number in the unit written in a cell is multiplied by; found once for each unit.
    factors: HashMap<String, Result<Number, Problem>>,
}

/// A number, and whether its unit was written.
#[derive(Debug)]
pub(super) struct Read {
    pub number: Number,
    /// A unit other than the column's own was written.
    pub converted: bool,
    /// No unit was written.
    pub bare: bool,
    /// Decimals that look like a binary fraction: the number that was probably meant.
    pub suspicious: Option<String>,
}

impl NumberReader {
    pub(super) fn new(ty: &Type) -> Self {
        NumberReader { ty: ty.clone(), factors: HashMap::new() }
    }

    pub(super) fn read(&mut self, text: &str, units: &mut Units) -> Result<Read, Problem> {
        if self.ty == Type::Percent {
            return self.read_percent(text);
        }
        if let Ok(number) = Number::parse_literal(text) {
            return Ok(Read { bare: true, ..self.finish(text, number, false)? });
        }
        if let Some(hint) = mistaken(text).or_else(|| mistaken_before(text, ' ')) {
            return Err(hint);
        }
        if text.ends_with('%') {
            return Err(Problem::new(codes::BAD_CELL, "a percent in a column of numbers")
                .help("declare the column as `percent`, or write the fraction: `0.185` for 18.5%"));
        }
        let (text, sign) = match text.strip_prefix('$') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        if sign && !self.is_us_dollars(units) {
            return Err(Problem::new(codes::CELL_UNIT, "this column is not in US dollars")
                .help(format!("write the number alone; the column is {}", self.show(units))));
        }
        let end = text.find(|c: char| !(c.is_ascii_digit() || "+-._".contains(c))).unwrap_or(text.len());
        let (digits, unit) = text.split_at_checked(end).unwrap_or((text, ""));
        let Ok(number) = Number::parse_literal(digits) else { return Err(self.not_a_number(units)) };
        if unit.is_empty() {
            return self.finish(digits, number, false);
        }
        if !unit.starts_with(' ') && unit.contains(|c: char| c.is_ascii_digit()) && units.find(unit).is_none() {
            return Err(self.not_a_number(units));
        }
        if !unit.starts_with(' ') {
            return Err(Problem::new(codes::BAD_CELL, "this is not a number")
                .help(format!("between a number and its unit stands a space: `{digits} {unit}`"))
                .edit(format!("{digits} {unit}")));
        }
        let factor = self.factor(unit.trim(), units)?;
        let converted = factor != Number::ONE;
        let number = number.mul(&factor).map_err(|error| Problem::new(codes::BAD_CELL, error.to_string()))?;
        self.finish(digits, number, converted)
    }

    fn read_percent(&self, text: &str) -> Result<Read, Problem> {
        let digits = text.strip_suffix('%').map(|digits| digits.strip_suffix(' ').unwrap_or(digits));
        let number = Number::parse_literal(digits.unwrap_or(text));
        match (digits, number) {
            (Some(digits), Ok(number)) => {
                let fraction = number.div(&Number::from_i64(100));
                let fraction = fraction.map_err(|error| Problem::new(codes::BAD_CELL, error.to_string()))?;
                self.finish(digits, fraction, false)
            }
            (None, Ok(number)) => Err(percent_missing(text, &number)),
            (_, Err(_)) => Err(mistaken_before(text, '%').or_else(|| mistaken(text)).unwrap_or_else(|| {
                Problem::new(codes::BAD_CELL, "this is not a percent").help("a percent is written `18.5%`")
            })),
        }
    }

    fn finish(&self, text: &str, number: Number, converted: bool) -> Result<Read, Problem> {
        if self.ty == Type::Integer && !number.is_integer() {
            return Err(Problem::new(codes::BAD_CELL, "this column holds whole numbers")
                .help("write a whole number, or declare the column as `number`"));
        }
        let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let suspicious = (decimals > MOST_DECIMALS)
            .then(|| shortened(&Number::parse_literal(text).unwrap_or_else(|_| number.clone())));
        Ok(Read { number, converted, bare: false, suspicious })
    }

    /// What a number in the written unit is multiplied by to be in the column's.
    fn factor(&mut self, unit: &str, units: &mut Units) -> Result<Number, Problem> {
        if let Some(known) = self.factors.get(unit) {
            return known.clone();
        }
        let found = self.find_factor(unit, units);
        self.factors.insert(unit.to_string(), found.clone());
        found
    }

    fn find_factor(&self, unit: &str, units: &mut Units) -> Result<Number, Problem> {
        let written = parse_unit(unit, units);
        let Type::In(own) = self.ty.present() else {
            return Err(match written {
                Ok(_) => Problem::new(codes::CELL_UNIT, format!("this column is {} and has no unit", self.words()))
                    .help(format!("leave `{unit}` out, or give the column a type with a unit")),
                Err(_) => self.not_a_number(units),
            });
        };
        let (written, folded) = written?;
        let Some(factor) = units.conversion(&written, own) else {
            let (there, here) = (units.show(&written), units.show(own));
            let what = match (units.currency(&written), units.currency(own)) {
                (Some(_), Some(_)) => format!("an amount in {there} in a column in {here}"),
                _ => {
                    format!("`{there}` is {}, and the column is {}", units.dimension(&written).show(), self.show(units))
                }
            };
            return Err(Problem::new(codes::CELL_UNIT, what)
                .help("a currency is never converted and a unit only within its dimension"));
        };
        factor.mul(&folded).map_err(|error| Problem::new(codes::BAD_CELL, error.to_string()))
    }

    fn not_a_number(&self, units: &Units) -> Problem {
        Problem::new(codes::BAD_CELL, format!("this is not {}", self.show(units))).help(match self.ty.present() {
            Type::In(unit) => {
                format!("write a number such as `12.50`, with `{}` after it or without", units.show(unit))
            }
            Type::Integer => "write a whole number such as `12`".to_string(),
            _ => "write a number such as `12.50`".to_string(),
        })
    }

    fn words(&self) -> &'static str {
        if self.ty.present() == &Type::Integer { "a whole number" } else { "a plain number" }
    }

    fn show(&self, units: &Units) -> String {
        match self.ty.present() {
            Type::In(unit) => format!("a number of {}", units.show(unit)),
            Type::Integer => "a whole number".to_string(),
            _ => "a number".to_string(),
        }
    }

    fn is_us_dollars(&self, units: &Units) -> bool {
        match self.ty.present() {
            Type::In(unit) => matches!(units.currency(unit), Some(Base::Money(currency)) if currency.code() == "USD"),
            _ => false,
        }
    }
}

/// Reads `lb`, `USD per cwt`: the unit, and the number that folding units of one dimension gave.
fn parse_unit(text: &str, units: &mut Units) -> Result<(UnitExpr, Number), Problem> {
    let mut names = text.split(" per ").map(str::trim);
    let find = |name: &str, units: &mut Units| {
        let unit = units.find(name).map(UnitExpr::one);
        unit.ok_or_else(|| {
            let problem = Problem::new(codes::BAD_CELL, format!("`{name}` is not a unit"));
            match crate::diagnostic::did_you_mean(name, units.names()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            }
        })
    };
    let mut unit = find(names.next().unwrap_or_default(), units)?;
    let mut factor = Number::ONE;
    for name in names {
        let below = find(name, units)?;
        let product = units.product(&unit, &below, true).and_then(|(unit, by)| Ok((unit, factor.mul(&by)?)));
        (unit, factor) = product.map_err(|error| Problem::new(codes::BAD_CELL, error.to_string()))?;
    }
    Ok((unit, factor))
}

/// The number with the decimals that a binary fraction of its size can be trusted for.
fn shortened(number: &Number) -> String {
    let step = Number::from_scaled(1, 10).unwrap_or(Number::ONE);
    number.round_to(&step, crate::value::RoundingMode::HalfUp).unwrap_or_else(|_| number.clone()).to_string()
}

/// A mistaken number before a unit or a `%`, which stays as it is.
fn mistaken_before(text: &str, mark: char) -> Option<Problem> {
    let (number, rest) = text.split_at_checked(text.find(mark)?)?;
    let mut problem = mistaken(number.trim_end())?;
    let meant = problem.edit.take()?;
    let whole = format!("{meant}{rest}");
    problem.help = problem.help.map(|help| help.replace(&format!("`{meant}`"), &format!("`{whole}`")));
    Some(problem.edit(whole))
}

/// A text that is meant as a number and is not written as one, known by its looks.
fn mistaken(text: &str) -> Option<Problem> {
    let bad = |what: &str| Problem::new(codes::BAD_CELL, what);
    if let Some(odd) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        let clean: String = text.chars().filter(|c| !c.is_control()).collect();
        let title = format!("a control character (U+{:04X}) stands in this number", u32::from(odd));
        return Some(bad(&title).help("take it out").edit(clean));
    }
    if text.contains(char::is_control) {
        return Some(bad("a line break or tab stands in this number").help("write the number alone, on one line"));
    }
    if let Some(blank) = text.chars().find(|c| is_odd_blank(*c)) {
        let clean: String = text.chars().filter(|c| !is_odd_blank(*c)).collect();
        return Some(
            bad(&format!("an invisible character (U+{:04X}) stands in this number", u32::from(blank)))
                .help("take it out")
                .edit(clean),
        );
    }
    if let Some((number, _)) = text.split_once('[')
        && text.ends_with(']')
        && looks_numeric(number.trim())
    {
        return Some(
            bad("a footnote stands after this number").help("take the footnote out of the cell").edit(number.trim()),
        );
    }
    let starred = text.trim_end_matches(['*', '†', '‡', '¹', '²', '³']);
    if starred != text && looks_numeric(starred.trim()) {
        return Some(
            bad("a footnote mark stands after this number").help("take the mark out of the cell").edit(starred.trim()),
        );
    }
    let bare = text.trim_start_matches(['+', '-', '$']);
    if has_thousands_marks(bare) {
        let clean = text.replace(',', "");
        return Some(bad("a number is written without thousands marks").help(format!("write `{clean}`")).edit(clean));
    }
    let spaced = |mark: &char| bare.contains(*mark) && has_thousands_marks(&bare.replace(*mark, ","));
    if let Some(mark) = [' ', '\'', '’'].into_iter().find(spaced) {
        let clean = text.replace(mark, "");
        return Some(bad("a number is written without thousands marks").help(format!("write `{clean}`")).edit(clean));
    }
    if let Some((whole, decimals)) = bare.split_once(',')
        && all_digits(whole)
        && all_digits(decimals)
    {
        let clean = text.replace(',', ".");
        return Some(bad("the decimal mark is a point, not a comma").help(format!("write `{clean}`")).edit(clean));
    }
    if bare.to_ascii_lowercase().contains('e')
        && Number::parse_json(&bare.replace('+', "").to_ascii_lowercase()).is_ok()
    {
        let plain =
            Number::parse_json(&text.replace('+', "").to_ascii_lowercase()).map(|n| n.to_string()).unwrap_or_default();
        return Some(bad("a number is written without an exponent").help(format!("write `{plain}`")).edit(plain));
    }
    if let Some((digits, exponent)) = bare.split_once(['e', 'E'])
        && Number::parse_literal(digits).is_ok()
        && all_digits(exponent.trim_start_matches(['+', '-']))
    {
        return Some(bad("this is not a number written out").help("write all its digits, without an exponent"));
    }
    if bare.starts_with('.') && all_digits(bare.trim_start_matches('.')) {
        let clean = text.replacen('.', "0.", 1);
        return Some(bad("a number begins with a digit").help(format!("write `{clean}`")).edit(clean));
    }
    if let Some(whole) = bare.strip_suffix('.').filter(|whole| all_digits(whole)) {
        return Some(
            bad("a number ends with a digit").help(format!("write `{whole}`")).edit(text.trim_end_matches('.')),
        );
    }
    if let Some(inner) =
        text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|inner| looks_numeric(inner))
    {
        return Some(
            bad("a negative number is written with a minus sign")
                .help(format!("write `-{inner}`"))
                .edit(format!("-{inner}")),
        );
    }
    if let Some(rest) = text.strip_prefix(['−', '–']).filter(|rest| looks_numeric(rest)) {
        return Some(bad("this is a dash, not a minus sign").help(format!("write `-{rest}`")).edit(format!("-{rest}")));
    }
    if let Some(rest) = text.strip_prefix(['€', '£', '¥', '₹']).filter(|rest| looks_numeric(rest.trim())) {
        return Some(
            bad("a currency sign stands before this number")
                .help("write the number alone, or the currency after it: `12.50 EUR`")
                .edit(rest.trim()),
        );
    }
    None
}

/// Whether it is `1,665` or `1,665,000.25`.
pub(super) fn has_thousands_marks(text: &str) -> bool {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut more = groups.peekable();
    (1..=3).contains(&first.len())
        && all_digits(first)
        && more.peek().is_some()
        && more.all(|group| group.len() == 3 && all_digits(group))
}

/// Blanks that look like nothing or like a space.
pub(super) fn is_odd_blank(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' | '\u{200b}' | '\u{feff}' | '\u{3000}')
}

fn looks_numeric(text: &str) -> bool {
    Number::parse_literal(text).is_ok() || has_thousands_marks(text)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
/// Below one, a bare number may be a fraction or a small percent, and only its author knows which.
fn percent_missing(text: &str, number: &Number) -> Problem {
    let problem = Problem::new(codes::PERCENT_MISSING, "a percent without its `%`");
    let hundredfold = number.mul(&Number::from_i64(100)).ok().filter(|percent| percent.abs() < Number::from_i64(100));
    match hundredfold {
        Some(percent) if !number.is_zero() => problem.help(format!(
            "write `{percent}%` if this is a fraction, or `{text}%` if it is less than one percent; a column of fractions is declared as `number`"
        )),
        _ => problem.help(format!("write `{text}%`")).edit(format!("{text}%")),
    }
}
