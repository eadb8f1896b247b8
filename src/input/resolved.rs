//! A struct that is sent again and again is read as the same data through a map that nothing is known of: the same slots or the
//! same error, in whatever order structs, skipped fields, texts and errors come.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::tests::{Doors, program};
use crate::value::{Date, Instant, Number, TimeOfDay, Value};
use proptest::option::of;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::ser::{Serialize, SerializeMap, Serializer};

#[derive(Clone, Debug, serde::Serialize)]
struct Sent {
    weight: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared: Option<Amount>,
    #[serde(serialize_with = "crate::input::decimal")]
    factor: Option<Decimal>,
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Service>,
    #[serde(rename = "shipDate", skip_serializing_if = "Option::is_none")]
    ship_date: Option<When>,
    pickup: Option<When>,
    at: Option<When>,
    residential: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_currency: Option<&'static str>,
    lines: Vec<Line>,
    codes: Option<Vec<When>>,
    main: Option<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<u8>,
}

#[derive(Clone, Debug, serde::Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    weight: Amount,
    pieces: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<Amount>,
}

/// Another struct of the same name, whose fields come in another order.
mod other {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Sent {
        pub residential: Option<bool>,
        pub origin: Option<String>,
        pub weight: super::Amount,
    }
}

#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Service {
    Ground,
    TwoDay,
    Overnight,
    Unheard,
}

#[derive(Clone, Debug, serde::Serialize)]
#[serde(untagged)]
enum Amount {
    Number(Number),
    Exact(#[serde(serialize_with = "crate::input::decimal")] Decimal),
    Integer(i64),
    Float(f64),
    Text(&'static str),
    Parts { value: Number, unit: &'static str },
}

#[derive(Clone, Debug, serde::Serialize)]
#[serde(untagged)]
enum When {
    Text(String),
    Date(Date),
    Time(TimeOfDay),
    Instant(Instant),
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            When::Text(text) => f.write_str(text),
            When::Date(date) => date.fmt(f),
            When::Time(time) => time.fmt(f),
            When::Instant(instant) => instant.fmt(f),
        }
    }
}

/// The same data as a map, nothing of which is a struct, an enum or a value of our own.
struct Mapped<'a, T>(&'a T);

impl Serialize for Mapped<'_, Sent> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Sent { weight, declared, factor, origin, service, ship_date, .. } = self.0;
        let Sent { pickup, at, residential, invoice_currency, lines, codes, main, unknown, .. } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("weight", &Mapped(weight))?;
        declared.iter().try_for_each(|v| map.serialize_entry("declared", &Mapped(v)))?;
        map.serialize_entry("factor", &factor.map(|v| v.to_string()))?;
        map.serialize_entry("origin", origin)?;
        let name = |service: &Service| match service {
            Service::Ground => "ground",
            Service::TwoDay => "two_day",
            Service::Overnight => "overnight",
            Service::Unheard => "unheard",
        };
        service.iter().try_for_each(|v| map.serialize_entry("service", name(v)))?;
        ship_date.iter().try_for_each(|v| map.serialize_entry("shipDate", &v.to_string()))?;
        map.serialize_entry("pickup", &pickup.as_ref().map(When::to_string))?;
        map.serialize_entry("at", &at.as_ref().map(When::to_string))?;
        map.serialize_entry("residential", residential)?;
        invoice_currency.iter().try_for_each(|v| map.serialize_entry("invoice_currency", v))?;
        map.serialize_entry("lines", &lines.iter().map(Mapped).collect::<Vec<_>>())?;
        let codes = codes.as_ref().map(|codes| codes.iter().map(When::to_string).collect::<Vec<_>>());
        map.serialize_entry("codes", &codes)?;
        map.serialize_entry("main", &main.as_ref().map(Mapped))?;
        unknown.iter().try_for_each(|v| map.serialize_entry("unknown", v))?;
        map.end()
    }
}

impl Serialize for Mapped<'_, other::Sent> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("residential", &self.0.residential)?;
        map.serialize_entry("origin", &self.0.origin)?;
        map.serialize_entry("weight", &Mapped(&self.0.weight))?;
        map.end()
    }
}

impl Serialize for Mapped<'_, Line> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Line { note, weight, pieces, fee } = self.0;
        let mut map = serializer.serialize_map(None)?;
        note.iter().try_for_each(|v| map.serialize_entry("note", v))?;
        map.serialize_entry("weight", &Mapped(weight))?;
        map.serialize_entry("pieces", &pieces.as_ref().map(Mapped))?;
        fee.iter().try_for_each(|v| map.serialize_entry("fee", &Mapped(v)))?;
        map.end()
    }
}

impl Serialize for Mapped<'_, Amount> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Amount::Integer(value) => serializer.serialize_i64(*value),
            Amount::Float(value) => serializer.serialize_f64(*value),
            Amount::Text(value) => serializer.serialize_str(value),
            Amount::Number(value) => serializer.serialize_str(&value.to_string()),
            Amount::Exact(value) => serializer.serialize_str(&value.to_string()),
            Amount::Parts { value, unit } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("unit", unit)?;
                map.serialize_entry("value", &value.to_string())?;
                map.end()
            }
        }
    }
}

fn amount() -> BoxedStrategy<Amount> {
    let texts = ["3", "3 lb", "48 oz", "12.50 USD", "2.50 EUR", "2.50 GBP", "3 in", "x", "1,000", "1/3", "", "151"];
    let decimal = (-1_000_000_i64..1_000_000, 0_u32..20).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale));
    let decimal = prop_oneof![decimal, Just(Decimal::MAX), Just(Decimal::new(1_500, 3))];
    let pounds = || (1_i64..1_500).prop_map(|tenths| Number::from_scaled(tenths.into(), 1).unwrap());
    let ratio = (1_i64..1_000, 1_i64..40).prop_map(|(a, b)| Number::ratio(a, b).unwrap());
    prop_oneof![
        5 => pounds().prop_map(Amount::Number),
        1 => ratio.prop_map(Amount::Number),
        2 => decimal.prop_map(Amount::Exact),
        3 => (1_i64..150).prop_map(Amount::Integer),
        1 => any::<i64>().prop_map(Amount::Integer),
        1 => (1_u8..150).prop_map(|n| Amount::Float(f64::from(n) / 8.0)),
        3 => proptest::sample::select(texts.to_vec()).prop_map(Amount::Text),
        1 => (pounds(), prop_oneof![Just("lb"), Just("oz"), Just("USD")])
            .prop_map(|(value, unit)| Amount::Parts { value, unit }),
    ]
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![4 => "[0-9]{5}", 1 => "[a-c]{0,3}", 1 => Just("x".repeat(100))].boxed()
}

/// A value for a field of type `kind`, most often one that fits.
fn when(kind: usize) -> BoxedStrategy<When> {
    let texts = ["2026-02-30", "2026-02-03", "08:00", "2026-03-03T19:59:40.5+01:00", "x"];
    let date = (-719_162_i32..=2_932_896).prop_map(|day| When::Date(Date::from_day_number(day).unwrap()));
    let time = (0_u32..86_400).prop_map(|seconds| When::Time(TimeOfDay::from_seconds(seconds).unwrap()));
    let instant =
        prop_oneof![any::<i64>().prop_map(i128::from), (0_i128..9_999).prop_map(|seconds| seconds * 1_000_000_000)];
    let instant = instant.prop_map(|since| When::Instant(Instant::from_unix_nanoseconds(since).unwrap()));
    let [dates, times, instants] = [0, 1, 2].map(|own| if own == kind { 40 } else { 1 });
    let texts = proptest::sample::select(texts.to_vec()).prop_map(|text| When::Text(text.to_string()));
    prop_oneof![2 => texts, dates => date, times => time, instants => instant].boxed()
}

fn line() -> BoxedStrategy<Line> {
    let pieces = prop_oneof![3 => (1_i64..9).prop_map(Amount::Integer), 1 => amount()];
    (of(text()), amount(), of(pieces), proptest::option::weighted(0.2, amount()))
        .prop_map(|(note, weight, pieces, fee)| Line { note, weight, pieces, fee })
        .boxed()
}

fn sent() -> BoxedStrategy<Sent> {
    let service = prop_oneof![
        3 => Just(Service::Ground), 3 => Just(Service::TwoDay), 3 => Just(Service::Overnight), 1 => Just(Service::Unheard)
    ];
    let date = prop_oneof![1 => "20[0-9]{2}-0[1-9]-[12][0-8]".prop_map(When::Text), 2 => when(0)];
    let declared = prop_oneof![3 => (1_i64..150).prop_map(Amount::Integer), 1 => amount()];
    let currency = prop_oneof![Just("EUR"), Just("GBP")];
    let factor = (any::<i64>(), 0_u32..28).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale));
    let lines = proptest::collection::vec(line(), 0..4);
    let codes = proptest::collection::vec(prop_oneof![text().prop_map(When::Text), when(0)], 0..3);
    let times = (of(when(1)), of(when(2)));
    let first = (amount(), of(declared), of(factor), of(text()), of(service), of(date), of(any::<bool>()));
    let unknown = proptest::option::weighted(0.05, any::<u8>());
    let second = (of(currency), lines, of(codes), of(line()), unknown, times);
    let both = (first.boxed(), second.boxed()).prop_map(|(first, second)| {
        let (weight, declared, factor, origin, service, ship_date, residential) = first;
        let (invoice_currency, lines, codes, main, unknown, (pickup, at)) = second;
        let (origin, ship_date) = (origin.filter(|text| text.len() == 5), ship_date);
        Sent {
            weight,
            declared,
            factor,
            origin,
            service,
            ship_date,
            pickup,
            at,
            residential,
            invoice_currency,
            lines,
            codes,
            main,
            unknown,
        }
    });
    both.boxed()
}

/// What a door gave: the slots, or the words, the path and the place of the error.
fn outcome(slots: Result<Vec<Value>, crate::eval::EvalError>) -> Result<Vec<Value>, String> {
    slots.map_err(|error| format!("{error:?}"))
}

proptest! {
    #[test]
    fn a_struct_that_comes_again_is_read_as_a_map(inputs in proptest::collection::vec((sent(), any::<bool>()), 1..6)) {
        let program = program();
        let known = Doors::new(&program);
        for (sent, is_other) in &inputs {
            let (struct_, map) = if *is_other {
                let Sent { residential, origin, weight, .. } = sent.clone();
                let sent = other::Sent { residential, origin, weight };
                (known.bind(&sent), Doors::new(&program).bind(&Mapped(&sent)))
            } else {
                (known.bind(sent), Doors::new(&program).bind(&Mapped(sent)))
            };
            prop_assert_eq!(outcome(struct_), outcome(map));
            // The same text in memory that holds other values, and in memory that holds none.
            let text = serde_json::to_string(sent).unwrap();
            prop_assert_eq!(outcome(known.bind_json(&text)), outcome(Doors::new(&program).bind_json(&text)));
        }
    }
}

/// A context may be used with one rule set after another.
#[test]
fn memory_of_another_edition_is_forgotten() {
    #[derive(serde::Serialize)]
    struct Input {
        a: u8,
        b: &'static str,
        c: Member,
    }
    #[derive(serde::Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Member {
        One,
    }
    let rules = |fields: &str, members: &str| {
        let text = format!("ruleset r {{ currency USD }} enum M {{ {members} }} input {{ {fields} }} charge A = 1 USD");
        crate::RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}"))
    };
    let one = rules("a : integer b : text c : M", "one, two");
    let two = rules("c : M d : text? b : text a : integer", "two, one");
    let mut context = one.context();
    let input = Input { a: 7, b: "text", c: Member::One };
    let (a, b) = (Value::Number(Number::from_i64(7)), Value::text("text"));
    for _ in 0..3 {
        assert_eq!(one.read_in(&mut context, &input).unwrap(), [a.clone(), b.clone(), Value::Member(0)]);
        let slots = [Value::Member(1), Value::Absent, b.clone(), a.clone()];
        assert_eq!(two.read_in(&mut context, &input).unwrap(), slots);
    }
}

/// A date of our own is held to its field's range, with the words that its text gets.
#[test]
fn our_own_dates_are_held_to_their_range() {
    #[derive(serde::Serialize)]
    struct Input<T> {
        day: T,
    }
    let text = "ruleset r { currency USD } input { day : date from 2026-01-01 until 2027-01-01 } charge A = 1 USD";
    let rules = crate::RuleSet::compile(text).unwrap_or_else(|rejected| panic!("{rejected}"));
    let mut context = rules.context();
    for (year, fits) in [(2025, false), (2026, true), (2027, false)] {
        let day = Date::new(year, 1, 1).unwrap();
        let own = rules.read_in(&mut context, &Input { day }).map(<[_]>::to_vec);
        assert_eq!(own, rules.read_in(&mut context, &Input { day: day.to_string() }).map(<[_]>::to_vec));
        assert_eq!(own.is_ok(), fits, "{own:?}");
    }
}

/// Records of more fields than one word has bits.
#[test]
fn a_field_that_is_missing_or_sent_twice_is_found_at_any_place() {
    let names: Vec<_> = (0..150).map(|n| format!("f{n}")).collect();
    let text = format!("ruleset r {{ currency USD }} input {{ {} : integer }} charge A = 1 USD", names.join(", "));
    let rules = crate::RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}"));
    let mut context = rules.context();
    let values: Vec<_> = (0..150).map(|n| Value::Number(Number::from_i64(n))).collect();
    for odd in [None, Some(0), Some(62), Some(63), Some(64), Some(65), Some(127), Some(128), Some(149)] {
        let sent: std::collections::BTreeMap<_, _> =
            names.iter().zip(0..150).filter(|(_, n)| Some(*n) != odd).collect();
        let read = rules.read_in(&mut context, &sent).map(<[_]>::to_vec);
        let Some(odd) = odd else {
            assert_eq!(read.unwrap(), values);
            continue;
        };
        assert_eq!(read.unwrap_err().path, Some(format!("f{odd}")));
        let all = names.iter().zip(0..150).map(|(name, n)| format!("\"{name}\": {n}")).collect::<Vec<_>>().join(", ");
        let twice = rules.read_json_in(&mut context, &format!("{{{all}, \"f{odd}\": 1}}")).unwrap_err();
        assert_eq!((twice.path, twice.message.as_str()), (Some(format!("f{odd}")), "this field is sent twice"));
    }
}
