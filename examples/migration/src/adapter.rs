//! Between old code and everything else: an input in words → the record that old code reads, and what it answers → amounts.
//!
//! It knows what the letters of old code mean. Whoever records, answers probes or runs both sides asks through here.

use crate::legacy::{Inv, Shp, ltl_rate};
use ratewright::migrate::{Answer, Prices};
use ratewright::quote::Money;
use serde_json::Value;

/// What old code answers: an invoice, or the code of an error.
pub type Legacy = Result<Inv, &'static str>;

/// Asks old code. None where the input is not one that it could be given.
pub fn ask(input: &Value) -> Option<Legacy> {
    Some(ltl_rate(&record(input)?))
}

/// What an answer of old code says.
pub fn answer(legacy: Result<&Inv, &&'static str>) -> Answer {
    match legacy {
        Err(code) => Answer::refused(*code, ""),
        Ok(invoice) => priced(invoice).map_or_else(|| Answer::failed("an amount that is no amount"), Answer::from),
    }
}

/// Amounts as old code prints them on invoices: with two decimals.
fn priced(invoice: &Inv) -> Option<Prices> {
    let amount = |amount: f64| format!("{amount:.2} USD").parse::<Money>().ok();
    let prices =
        invoice.ln.iter().try_fold(Prices::new(), |prices, (code, value)| Some(prices.line(*code, amount(*value)?)));
    Some(prices?.total(amount(invoice.tot)?))
}

/// The record of old code.
fn record(input: &Value) -> Option<Shp> {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    let yes = |name: &str| input.get(name).and_then(Value::as_bool).unwrap_or(false);
    let lines = input.get("lines")?.as_array()?.iter();
    let line = |line: &Value| {
        let class = line.get("class")?.as_str()?.strip_prefix('c')?.parse().ok()?;
        Some((class, quantity(line.get("weight")?, "lb")?))
    };
    Some(Shp {
        ship_dt: text("ship_date")?.to_owned(),
        pu_ts: text("picked_up")?.parse::<jiff::Timestamp>().ok()?.as_second(),
        cust_typ: match text("contract") {
            Some("regional") => 'R',
            Some("national") => 'X',
            _ => 'N',
        },
        svc: match text("service") {
            Some("guaranteed") => 'G',
            Some("expedited") => 'E',
            _ => 'S',
        },
        zn: input.get("zone")?.to_string().trim_matches('"').parse().ok().filter(|zone| (1..=9).contains(zone))?,
        itm: lines.map(line).collect::<Option<_>>()?,
        len: input.get("length").map_or(Some(48.0), |length| quantity(length, "in"))?,
        res: yes("residential"),
        lg: yes("liftgate"),
        hz: yes("hazmat"),
        isl: yes("island"),
    })
}

/// `96` or `"96 in"`.
fn quantity(value: &Value, unit: &str) -> Option<f64> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.trim_end_matches(unit).trim().parse().ok()
}
