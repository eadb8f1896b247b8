//! The tests that stand in a rule set, run by the oracle: what is given becomes the input, what is expected is held against the answer.

use super::pricing::{Pricing, Scope};
use super::rules::Rules;
use super::value::{Answer, Problems, Value};
use crate::outcome::{Line, Outcome};
use num_rational::BigRational;
use ratewright::syntax::ast::{Expect, ExpectKind, Expr, ExprKind, Test, TypeKind};

/// What came of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// What does not hold, in words; empty where all does.
    pub failures: Vec<String>,
}

/// The input that a test gives, ready to be priced.
pub struct Case<'o>(Answer<Pricing<'o>>);

impl<'o> Case<'o> {
    pub(crate) fn of_test(rules: &'o Rules, test: Option<&Test>) -> Self {
        let given = test.map(|test| test.given.as_slice()).unwrap_or_default();
        let mut pricing = Pricing::new(rules);
        let input = rules.inputs.iter().map(|field| {
            let sent = given.iter().find(|(name, _)| name.text == field.name.text);
            let value = match sent {
                Some((_, value)) => match (pricing.value(value, &Scope::default())?, &field.ty.kind) {
                    // The name of a currency or a zone is what the type makes of a text or a name.
                    (Value::Text(zone), TypeKind::Name(name)) if name == "zone" => Value::Zone(zone),
                    (value, _) => pricing.typed(value, &field.ty)?,
                },
                None => match (pricing.default_of(field)?, &field.ty.kind) {
                    (Some(default), _) => default,
                    (None, TypeKind::Optional(_)) => Value::Absent,
                    (None, _) => return Err(Problems::failed("input not accepted")),
                },
            };
            Ok((field.name.text.clone(), value))
        });
        let input: Answer<_> = input.collect();
        let ready = input.and_then(|input| {
            pricing.input = input;
            pricing.check_ranges()?;
            pricing.check_in_force()?;
            Ok(pricing)
        });
        Case(ready)
    }

    /// The input as it is sent; nothing where there is none.
    pub fn json(&self) -> Option<serde_json::Value> {
        let pricing = self.0.as_ref().ok()?;
        let mut fields = serde_json::Map::new();
        for field in &pricing.rules.inputs {
            let value = pricing.input.get(&field.name.text).and_then(|value| pricing.datum(value).ok())?;
            let name = field.wire.as_ref().map_or(&field.name.text, |wire| &wire.text);
            fields.insert(name.clone(), value.to_json());
        }
        Some(serde_json::Value::Object(fields))
    }

    /// What pricing comes to.
    pub fn price(&self) -> super::Answer {
        super::pricing::told(self.0.as_ref().map_err(Clone::clone).and_then(Pricing::quote))
    }

    /// The value of a definition as rules write it.
    ///
    /// # Errors
    /// What failed, in the words of the reference.
    pub fn shown(&self, name: &str) -> Result<String, String> {
        let shown = self.0.as_ref().map_err(Clone::clone).and_then(|pricing| {
            let value = pricing.definition(name, &Scope::default())?;
            Ok(pricing.shown(&value))
        });
        shown.map_err(|problems| problems.0.first().map(|problem| problem.words.clone()).unwrap_or_default())
    }

    /// What a test expects and does not find.
    fn failures(&self, test: &Test) -> Vec<String> {
        let priced = self.price().outcome;
        let mut failures = Vec::new();
        for expect in &test.expects {
            match self.holds(expect, &priced) {
                Ok(true) => {}
                Ok(false) => failures.push(format!("{:?} does not hold: {priced}", short(expect))),
                Err(problems) => failures.push(format!("{:?}: {:?}", short(expect), problems.0)),
            }
        }
        failures
    }

    fn holds(&self, expect: &Expect, outcome: &Outcome) -> Answer<bool> {
        let failed = |words: &str| match outcome {
            Outcome::Failed(found) => found == words,
            Outcome::Refused { .. } => words == "refused",
            Outcome::Quote(_) => false,
        };
        match (&expect.kind, outcome) {
            (ExpectKind::Error(words), _) => return Ok(failed(&words.text)),
            (ExpectKind::Refusal(wanted), Outcome::Refused { code, .. }) => return Ok(*code == wanted.text),
            _ => {}
        }
        let Outcome::Quote(quote) = outcome else { return Ok(false) };
        let pricing = self.0.as_ref().map_err(Clone::clone)?;
        let lines = |code: &str| quote.lines.iter().filter(|line| line.code == code).collect::<Vec<_>>();
        match &expect.kind {
            ExpectKind::Charge { code, amount, by } => {
                let lines = lines(&code.text);
                let priced = match amount {
                    Some(amount) => pricing.adds_up(&lines, amount)?,
                    None => true,
                };
                let rows: Vec<_> = lines.iter().filter_map(|line| line.rows.as_ref()).flatten().collect();
                let by = by.as_ref().is_none_or(|(table, row)| rows.iter().any(|(t, r)| *t == table.text && r == row));
                Ok(!lines.is_empty() && priced && by)
            }
            ExpectKind::NoCharge(code) => Ok(lines(&code.text).is_empty()),
            ExpectKind::Total(amount) => {
                let wanted = pricing.value(amount, &Scope::default())?;
                let currency = pricing.currency_of(&wanted)?;
                let total = quote.totals.iter().find(|total| total.currency == currency);
                Ok(total.is_some_and(|total| pricing.amount_of(&wanted).is_ok_and(|wanted| wanted == total.amount)))
            }
            ExpectKind::Flag(code, wanted) => Ok(quote.flags.iter().any(|(raised, _)| *raised == code.text) == *wanted),
            // The words of explanations are the engine's own.
            ExpectKind::Explanation(code, _) => Ok(!lines(&code.text).is_empty()),
            ExpectKind::That(condition) => pricing.yes(condition, &Scope::default()),
            ExpectKind::Refusal(_) | ExpectKind::Error(_) => Ok(false),
        }
    }
}

impl Pricing<'_> {
    /// Whether lines are these amounts, or add up to this one.
    fn adds_up(&self, lines: &[&Line], expected: &Expr) -> Answer<bool> {
        let expected = match &expected.kind {
            ExprKind::List(_) => self.elements_of(expected, &Scope::default())?,
            _ => {
                let sum: BigRational = lines.iter().map(|line| &line.amount.amount).sum();
                return Ok(self.amount_of(&self.value(expected, &Scope::default())?)? == sum);
            }
        };
        let expected = expected.iter().map(|amount| self.amount_of(amount)).collect::<Answer<Vec<_>>>()?;
        Ok(expected.iter().eq(lines.iter().map(|line| &line.amount.amount)))
    }
}

fn short(expect: &Expect) -> String {
    format!("{:?}", expect.kind).chars().take(160).collect()
}

/// Runs the tests that a rule set writes out.
pub(crate) fn run(rules: &Rules) -> Vec<TestResult> {
    let tests = rules.tests.iter().filter(|test| test.file.is_none());
    let result = |test: &Test| TestResult {
        name: test.name.text.clone(),
        failures: Case::of_test(rules, Some(test)).failures(test),
    };
    tests.map(result).collect()
}
