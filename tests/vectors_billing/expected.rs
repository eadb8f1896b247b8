//! What a vector expects, held against the quote: the amount, and every figure of its breakdown.

use crate::mapping::Vector;
use crate::quoted::{Exact, Quoted, decimals};
use serde_json::Value as Json;

/// Collects what does not agree.
pub struct Findings<'v> {
    vector: &'v Vector,
    pub found: Vec<String>,
    /// How many figures were compared.
    pub compared: usize,
}

impl Findings<'_> {
    /// Figures must be equal; an expected figure that is cut off is compared at its own decimals.
    fn equal(&mut self, what: &str, actual: Exact, expected: &Json) {
        self.compared += 1;
        if actual != Exact::of(expected) {
            self.found.push(format!("{}: {what} is {actual}, expected {expected}", self.vector.id));
        }
    }

    fn rounded(&mut self, what: &str, actual: Exact, expected: &Json, at_most: u32) {
        self.compared += 1;
        let text = expected.as_str().unwrap();
        let places = decimals(text).min(at_most);
        if actual.rounded(places) != Exact::read(text).rounded(places) {
            self.found.push(format!("{}: {what} is {actual}, expected {expected}", self.vector.id));
        }
    }
}

/// What does not agree with the vector, and how many figures were compared.
pub fn differences<'v>(vector: &'v Vector, rules: &str, quote: &Quoted) -> Findings<'v> {
    let mut findings = Findings { vector, found: Vec::new(), compared: 0 };
    let amount = &vector.expected["amount"];
    match rules {
        "quantity_rounding" => findings.equal("the quantity", quote.number("rounded_quantity"), amount),
        "time_weighted" => findings.rounded("the average", quote.number("average"), amount, 10),
        "coefficient" => findings.rounded("the coefficient", quote.number("coefficient"), amount, 16),
        "proration_fraction" => findings.equal("the fraction", quote.number("fraction"), amount),
        "coupon" => findings.equal("the coupon", quote.number("coupon_in_cents"), amount),
        "proration_30" => findings.equal("the part", quote.sum("PART"), amount),
        "true_up" if vector.get("minimum_cents").is_some() => {
            findings.equal("the true-up", quote.sum("TRUE_UP").times(100), amount)
        }
        "true_up" => findings.equal("the true-up", quote.sum("TRUE_UP"), amount),
        "taxes" if vector.get("fees").is_some() => {
            findings.equal("fees and taxes", quote.number("total_cents"), amount)
        }
        "taxes" => findings.equal("the taxes", quote.number("tax_total"), amount),
        "proration" if in_cents(vector) => findings.equal("the part in cents", quote.total().times(100), amount),
        _ => findings.equal("the total", quote.total(), amount),
    }
    let breakdown = vector.expected["breakdown"].as_array().unwrap();
    for (at, line) in breakdown.iter().enumerate() {
        for (key, expected) in line.as_object().unwrap() {
            figure(&mut findings, rules, quote, at, line, key, expected);
        }
    }
    if rules == "proration_30" {
        findings.equal("the credit for the same days", quote.sum("CREDIT").minus(), amount);
        findings.equal("part and rest", quote.sum("PART").plus(quote.sum("REMAINDER")), &vector.pricing["amount"]);
    }
    if let Some(remaining) = vector.get("remaining_due") {
        findings.equal("what remains due", quote.number("remaining_due"), remaining);
    }
    findings
}

fn in_cents(vector: &Vector) -> bool {
    vector.get("period_amount_cents").or(vector.get("commitment_cents")).is_some()
}

/// One figure of a line of the breakdown.
fn figure(findings: &mut Findings, rules: &str, quote: &Quoted, at: usize, line: &Json, key: &str, expected: &Json) {
    let what = format!("{key} of breakdown {at}");
    let cents = |code: &str| quote.sum(code).times(100);
    match (rules, key) {
        ("graduated", _) => graduated(findings, quote, at, line, key, expected),
        ("tier_slice", "units") => findings.equal(&what, quote.number("units_in_tier"), expected),
        ("tier_slice", "unit_amount" | "percentage") => findings.equal(&what, quote.sum("UNITS"), expected),
        ("tier_slice" | "volume", "flat") => findings.equal(&what, quote.sum("FLAT"), expected),
        ("volume", "unit_amount") => findings.equal(&what, quote.sum("UNITS"), expected),
        ("volume", "units") => findings.equal(&what, quote.number("units"), expected),
        ("volume_tiers", _) => {} // its breakdown is that of `volume`, which prices the same vectors
        ("unit", "unrounded") => findings.equal(&what, quote.number("unrounded_amount"), expected),
        ("event_prices", "units") => findings.equal(&what, quote.number("units_used"), expected),
        ("percentage", "percentage") => findings.equal(&what, quote.sum("PERCENTAGE"), expected),
        ("percentage", "base") => findings.equal(&what, quote.number("percentage_base"), expected),
        ("percentage", "fixed") => findings.equal(&what, quote.sum("FIXED"), expected),
        ("percentage", "paid_events") => findings.equal(&what, quote.number("events_paid"), expected),
        ("percentage_per_event", "event") => {}
        ("percentage_per_event", "fee" | "base") => {
            let events = findings.vector.input["events"].as_array().unwrap();
            let event = events.iter().position(|event| *event == line["event"]).unwrap();
            let actual =
                if key == "fee" { quote.amounts("FEE")[event] } else { Exact::of(&quote.output("bases")[event]) };
            findings.equal(&what, actual, expected);
        }
        ("prorated_graduated", "tier") => findings.equal(&what, Exact::read(&(at + 1).to_string()), expected),
        ("prorated_graduated", "units") => {
            findings.equal(&what, Exact::of(&quote.output("units_by_tier")[at]), expected)
        }
        ("time_weighted", "part") => {
            findings.rounded(&what, Exact::of(&quote.output("parts")[at]["part"]), expected, 11)
        }
        ("time_weighted", "level") => findings.equal(&what, Exact::of(&quote.output("parts")[at]["level"]), expected),
        ("time_weighted", "seconds") => {
            findings.equal(&what, Exact::of(&quote.output("parts")[at]["lasted"]), expected)
        }
        ("proration", "precise_cents") => {
            findings.rounded(&what, quote.number("precise_amount").times(100), expected, 13)
        }
        ("proration", "item" | "fee") => findings.equal(&what, cents("PART"), expected),
        ("proration" | "true_up", "tax" | "taxes" | "tax_20") => match (rules, key) {
            ("proration", _) => findings.equal(&what, cents("TAX"), expected),
            (_, "tax_20") => findings.equal(&what, cents("TRUE_UP_TAX"), expected),
            _ => findings.equal(&what, quote.number("taxes").times(100), expected),
        },
        ("proration_fraction", "days") => findings.equal(&what, quote.number("stub_days"), expected),
        ("proration_fraction", "of") => findings.equal(&what, quote.number("full_days"), expected),
        ("true_up", "usage") => findings.equal(&what, cents("USAGE"), expected),
        ("true_up", "true_up") => findings.equal(&what, cents("TRUE_UP"), expected),
        ("true_up", "fees") => findings.equal(&what, quote.number("fees").times(100), expected),
        ("true_up", "credit_notes") => findings.equal(&what, cents("CREDIT").minus(), expected),
        ("true_up", "total" | "invoice_total_with_tax") => findings.equal(&what, quote.total().times(100), expected),
        ("coupon_tax", _) => coupon_tax(findings, quote, line, key, expected),
        ("taxes", _) => taxes(findings, quote, at, key, expected),
        ("blocks", _) => blocks(findings, quote, at, key, expected),
        _ => findings.found.push(format!("{}: nothing compares {key} of {rules}", findings.vector.id)),
    }
}

/// The tiers are the breakdown lines of the charge itself.
fn graduated(findings: &mut Findings, quote: &Quoted, at: usize, line: &Json, key: &str, expected: &Json) {
    let lines = quote.lines("USAGE");
    let Some(tier) = lines[0]["breakdown"].get(at) else {
        return findings.found.push(format!("{}: no tier {at} in the breakdown", findings.vector.id));
    };
    let (units, total) = (Exact::of(&tier["quantity"]), Exact::of(&tier["amount"]));
    let flat = if line["flat"].is_null() { Exact::read("0") } else { Exact::of(&line["flat"]) };
    match key {
        "tier" => findings.equal("the tier", Exact::read(&(at + 1).to_string()), expected),
        "units" => findings.equal("units of a tier", units, expected),
        "total" => findings.equal("total of a tier", total, expected),
        "unit_amount" => findings.equal("unit amount of a tier", total.plus(flat.minus()), expected),
        "flat" => findings.equal("flat fee of a tier", total.plus(Exact::of(&line["unit_amount"]).minus()), expected),
        other => findings.found.push(format!("{}: nothing compares {other}", findings.vector.id)),
    }
}

fn coupon_tax(findings: &mut Findings, quote: &Quoted, line: &Json, key: &str, expected: &Json) {
    let ids = findings.vector.pricing["lines"].as_array().unwrap();
    let at = line.get("line").map(|id| ids.iter().position(|l| l["id"] == *id).unwrap());
    match (key, at) {
        ("line", _) => {}
        ("coupon_cents", Some(at)) => {
            findings.equal("coupon of a line", Exact::of(&quote.output("line_coupon_cents")[at]), expected);
        }
        ("coupon", Some(at)) => {
            findings.equal("coupon of a line", Exact::of(&quote.output("line_coupon_cents")[at]), &scaled(expected));
        }
        ("tax", Some(at)) => findings.equal("tax of a line", Exact::of(&quote.output("line_tax")[at]), expected),
        ("fees", None) => findings.equal("the fees", quote.sum("LINE"), expected),
        ("coupons" | "coupon", None) => findings.equal("the coupons", quote.sum("COUPON").minus(), expected),
        ("subtotal", None) => findings.equal("the subtotal", quote.number("subtotal"), expected),
        ("tax", None) => findings.equal("the tax", quote.sum("TAX"), expected),
        (other, _) => findings.found.push(format!("{}: nothing compares {other}", findings.vector.id)),
    }
}

/// An amount of money as cents.
fn scaled(amount: &Json) -> Json {
    Exact::of(amount).times(100).to_string().into()
}

fn taxes(findings: &mut Findings, quote: &Quoted, at: usize, key: &str, expected: &Json) {
    match key {
        "t1" | "t2" => findings.equal(key, quote.amounts("TAX")[at].times(100), expected),
        "base" => findings.equal("the base of a tax", Exact::of(&quote.output("tax_bases")[at]), expected),
        "weighted_rate_percent" => findings.equal("the weighted rate", quote.number("weighted_rate"), expected),
        "fees" => findings.equal("the fees", quote.sum("LINE").times(100), expected),
        "tax" => findings.equal("the taxes", quote.sum("LINE_TAX").times(100), expected),
        other => findings.found.push(format!("{}: nothing compares {other}", findings.vector.id)),
    }
}

/// `FOO tier 2`, `FOO` with one amount or one for each tier, `total` and `blocks` of a tier.
fn blocks(findings: &mut Findings, quote: &Quoted, at: usize, key: &str, expected: &Json) {
    let lines = quote.lines("USAGE");
    let amounts = quote.output("tier_amounts");
    let unit = |name: &str| lines.iter().position(|line| line["reason"] == *name);
    if let Some((name, tier)) = key.split_once(" tier ") {
        let tier: usize = tier.parse().unwrap();
        let actual = Exact::of(&amounts[unit(name).unwrap()][tier - 1]);
        return findings.equal(key, actual, expected);
    }
    match (key, unit(key), expected) {
        ("total", _, _) => findings.equal("amount of a tier", Exact::of(&amounts[0][at]), expected),
        ("blocks", _, _) => {
            findings.equal("blocks of a tier", Exact::of(&quote.output("tier_blocks")[0][at]), expected)
        }
        (_, Some(unit), Json::Array(tiers)) => {
            for (tier, expected) in tiers.iter().enumerate() {
                findings.equal(key, Exact::of(&amounts[unit][tier]), expected);
            }
        }
        (_, Some(unit), _) => findings.equal(key, quote.amounts("USAGE")[unit], expected),
        _ => findings.found.push(format!("{}: nothing compares {key}", findings.vector.id)),
    }
}
