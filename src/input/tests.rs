//! The wire form of every type, through all three doors, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::program::{Domain, EnumType, ExprKind, Pattern, Period};
use crate::source::{SourceMap, Span};
use crate::types::{Base, EnumId, FieldType, Type, UnitExpr, Units};
use crate::value::{Date, Instant, Number, TimeOfDay, Zone};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

fn field(name: &str, ty: Type) -> InputField {
    let span = Span::default();
    InputField { name: name.into(), wire: name.into(), ty, domain: Domain::default(), default: None, label: None, span }
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

fn constant(value: Value, ty: Type) -> Expr {
    Expr::new(ExprKind::Constant(value), ty, Span::default())
}

fn default_of(expr: &Expr) -> Result<Value, EvalError> {
    match &expr.kind {
        ExprKind::Constant(value) => Ok(value.clone()),
        other => panic!("not a constant: {other:?}"),
    }
}

/// The three doors of a program, with memory that they share.
pub(super) struct Doors<'p> {
    program: &'p Program,
    form: Arc<InputForm>,
    memory: RefCell<InputMemory>,
}

type Slots = Result<Vec<Value>, EvalError>;

impl<'p> Doors<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Doors { program, form: Arc::new(InputForm::new(program)), memory: RefCell::default() }
    }

    fn binder(&self) -> Binder<'_> {
        Binder::new(self.program, &self.form, InputLimits::default(), &default_of)
    }

    pub(super) fn bind<I: Serialize + ?Sized>(&self, input: &I) -> Slots {
        self.binder().bind(&mut self.memory.borrow_mut(), input).map(<[_]>::to_vec)
    }

    pub(super) fn bind_json(&self, text: &str) -> Slots {
        self.binder().bind_json(&mut self.memory.borrow_mut(), text).map(<[_]>::to_vec)
    }

    fn bind_fields(&self, fields: &[(&str, &str)]) -> Slots {
        self.binder().bind_fields(&mut self.memory.borrow_mut(), fields).map(<[_]>::to_vec)
    }
}

/// An input with a field of every kind.
pub(super) fn program() -> Program {
    let mut units = Units::default();
    let usd = units.money(Currency::parse("USD").unwrap());
    units.money(Currency::parse("EUR").unwrap());
    let unit = |units: &mut Units, name: &str| UnitExpr::new(vec![(units.find(name).unwrap(), 1)]);
    let (lb, cwt) = (unit(&mut units, "lb"), unit(&mut units, "cwt"));
    let chosen = UnitExpr::new(vec![(units.add("invoice_currency", Base::Chosen(13), 1, Number::ONE), 1)]);
    let rate = units.product(&usd, &cwt, true).unwrap().0;
    let line_fields = vec![
        field("weight", Type::In(lb.clone())),
        field("note", Type::Text.optional()),
        InputField { default: Some(constant(number("1"), Type::Integer)), ..field("pieces", Type::Integer) },
        field("fee", Type::In(chosen).optional()),
    ];
    let of =
        |fields: &[InputField]| fields.iter().map(|f| FieldType { name: f.name.clone(), ty: f.ty.clone() }).collect();
    let line = Arc::new(RecordType { name: "Line".into(), fields: of(&line_fields) });
    let zip = Pattern { text: "[0-9]{5}".into(), regex: regex_lite::Regex::new("^(?:[0-9]{5})$").unwrap() };
    let (eur, gbp) = (Currency::parse("EUR").unwrap(), Currency::parse("GBP").unwrap());
    let inputs = vec![
        InputField {
            domain: Domain { low: Some((number("0.1"), true)), high: Some((number("150"), true)), ..Domain::default() },
            ..field("weight", Type::In(lb))
        },
        InputField { default: Some(constant(number("0"), Type::In(usd.clone()))), ..field("declared", Type::In(usd)) },
        field("rate", Type::In(rate).optional()),
        field("share", Type::Percent.optional()),
        field("factor", Type::Number.optional()),
        InputField {
            domain: Domain { matching: Some(zip), ..Domain::default() },
            ..field("origin", Type::Text.optional())
        },
        field("service", Type::Enum(EnumId(0)).optional()),
        InputField { wire: "shipDate".into(), ..field("ship_date", Type::Date.optional()) },
        field("pickup", Type::Time.optional()),
        field("at", Type::Instant.optional()),
        field("term", Type::Months.optional()),
        field("zone", Type::Zone.optional()),
        field("residential", Type::YesNo.optional()),
        InputField {
            domain: Domain { currencies: vec![eur, gbp], ..Domain::default() },
            ..field("invoice_currency", Type::Currency.optional())
        },
        InputField {
            default: Some(constant(Value::list([]), Type::List(Arc::new(Type::Record(line.clone()))))),
            ..field("lines", Type::List(Arc::new(Type::Record(line.clone()))))
        },
        field("codes", Type::List(Arc::new(Type::Text)).optional()),
        field("main", Type::Record(line.clone()).optional()),
    ];
    let member = |name: &str| (Arc::from(name), None);
    let service = EnumType {
        name: "Service".into(),
        members: vec![member("ground"), member("two_day"), member("overnight")],
        span: Span::default(),
    };
    Program {
        name: "test".into(),
        title: "test".into(),
        version: None,
        extends: None,
        effective: Period::default(),
        published: None,
        supersedes: None,
        effective_span: crate::source::Span::default(),
        name_span: crate::source::Span::default(),
        supersedes_span: None,
        currency: None,
        sources: Arc::new(SourceMap::default()),
        units,
        enums: vec![service],
        records: vec![line],
        record_fields: vec![line_fields],
        inputs,
        priced_on: None,
        locals: 0,
        definitions: vec![],
        parameters: vec![],
        tables: vec![],
        functions: vec![],
        hosts: vec![],
        tiers: vec![],
        calendars: vec![],
        windows: vec![],
        charges: vec![],
        total: vec![],
        outputs: vec![],
        flags: vec![],
        refusals: vec![],
        round_total: None,
        tests: vec![],
        texts: Default::default(),
        code: Default::default(),
    }
}

fn slot(program: &Program, name: &str) -> usize {
    program.inputs.iter().position(|f| f.name == name).unwrap()
}

#[track_caller]
fn json(text: &str) -> Result<Vec<Value>, EvalError> {
    let program = program();
    Doors::new(&program).bind_json(text)
}

/// The value of one field next to a weight.
#[track_caller]
fn one(name: &str, wire: &str, value: &str) -> Result<Value, EvalError> {
    let at = slot(&program(), name);
    json(&format!("{{\"weight\": 3, \"{wire}\": {value}}}")).map(|slots| slots[at].clone())
}

#[track_caller]
fn accepted(name: &str, value: &str) -> Value {
    one(name, name, value).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused(text: &str, path: &str, words: &str) {
    let error = json(text).expect_err("it should be refused");
    assert_eq!(error.path.as_deref(), Some(path), "{error}");
    assert!(error.message.contains(words), "`{}` lacks `{words}`", error.message);
}

#[test]
fn every_type_has_its_wire_form() {
    let weight = |text: &str| json(&format!("{{\"weight\": {text}}}")).unwrap()[0].clone();
    for text in [
        "3",
        "3.0",
        "\"3\"",
        "\"3 lb\"",
        "30e-1",
        "\"48 oz\"",
        "{\"value\": 3, \"unit\": \"lb\"}",
        "{\"unit\": \"oz\", \"value\": \"48\"}",
    ] {
        assert_eq!(weight(text), number("3"), "{text}");
    }
    // 1 kg is 1 / 0.45359237 lb by the definition of the pound
    assert_eq!(weight("\"1 kg\""), Value::Number(Number::ratio(100_000_000, 45_359_237).unwrap()));
    assert_eq!(accepted("declared", "{\"amount\": \"12.50\", \"currency\": \"USD\"}"), number("12.5"));
    assert_eq!(accepted("declared", "\"12.50 USD\""), number("12.5"));
    assert_eq!(accepted("rate", "\"42.10 USD per cwt\""), number("42.1"));
    assert_eq!(accepted("rate", "\"0.421 USD per lb\""), number("42.1"));
    assert_eq!(accepted("share", "\"18.5%\""), number("0.185"));
    assert_eq!(accepted("factor", "12345678901234567890123456789.01"), number("12345678901234567890123456789.01"));
    assert_eq!(accepted("origin", "\"06510\""), Value::text("06510"));
    assert_eq!(accepted("service", "\"two_day\""), Value::Member(1));
    assert_eq!(one("ship_date", "shipDate", "\"2026-01-05\"").unwrap(), Value::Date(Date::new(2026, 1, 5).unwrap()));
    assert_eq!(accepted("pickup", "\"08:00\""), Value::Time(TimeOfDay::new(8, 0, 0).unwrap()));
    let same_instant = accepted("at", "\"2026-03-03T20:59:40+01:00\"");
    assert_eq!(same_instant, accepted("at", "\"2026-03-03T19:59:40Z\""));
    assert_eq!(accepted("term", "\"3 months\""), Value::Months(3));
    assert_eq!(accepted("term", "\"1 year\""), Value::Months(12));
    assert_eq!(accepted("zone", "\"Europe/London\""), Value::Zone(Zone::named("Europe/London").unwrap()));
    assert_eq!(accepted("residential", "true"), Value::YesNo(true));
    assert_eq!(accepted("codes", "[\"a\", \"b\"]"), Value::list([Value::text("a"), Value::text("b")]));
    let line = Value::record([number("620"), Value::Absent, number("1"), Value::Absent]);
    assert_eq!(accepted("main", "{\"weight\": 620}"), line);
}

#[test]
fn what_is_not_sent_has_its_default_or_is_absent() {
    for text in ["{\"weight\": 3}", "{\"weight\": 3, \"declared\": null, \"share\": null, \"lines\": null}"] {
        let slots = json(text).unwrap();
        assert_eq!(slots[1], number("0"));
        assert_eq!(slots[3], Value::Absent);
        assert_eq!(slots[14], Value::list([]));
    }
}

#[test]
fn what_is_wrong_is_refused_with_its_path() {
    refused("{}", "weight", "missing; expected a quantity in lb");
    refused("{\"weight\": null}", "weight", "found null");
    refused("{\"weight\": 3, \"wieght\": 4}", "wieght", "did you mean `weight`?");
    refused("{\"weight\": 3, \"ship_date\": \"2026-01-05\"}", "ship_date", "it is sent as `shipDate`");
    refused("{\"weight\": 3, \"weight\": 3}", "weight", "sent twice");
    refused("{\"weight\": 151}", "weight", "must be from 0.1 lb through 150 lb, found 151 lb");
    refused("{\"weight\": \"3 in\"}", "weight", "expected a unit of mass such as lb, found in, a unit of length");
    refused("{\"weight\": \"3 lbz\"}", "weight", "did you mean");
    refused("{\"weight\": \"3lb\"}", "weight", "found the text \"3lb\"");
    refused("{\"weight\": \"1,000\"}", "weight", "separators");
    refused("{\"weight\": {\"value\": 3}}", "weight", "a part of the quantity is missing");
    refused("{\"weight\": {\"value\": 3, \"units\": \"lb\"}}", "weight.units", "no such field");
    refused("{\"weight\": true}", "weight", "found true");
    refused("{\"weight\": [3]}", "weight", "found a list");
    refused("{\"weight\": NaN}", "weight", "not JSON");
    refused("{\"weight\": 3, \"declared\": \"12.50 EUR\"}", "declared", "expected USD, found EUR");
    refused("{\"weight\": 3, \"declared\": \"12.50 JPY\"}", "declared", "expected USD, found JPY");
    refused("{\"weight\": 3, \"share\": 18.5}", "share", "does not say whether it is a percent or a fraction");
    refused("{\"weight\": 3, \"share\": \"0.185\"}", "share", "expected a percent");
    refused("{\"weight\": 3, \"origin\": 6510}", "origin", "in quotes");
    refused("{\"weight\": 3, \"origin\": \"6510\"}", "origin", "must match \"[0-9]{5}\"");
    refused("{\"weight\": 3, \"service\": \"grond\"}", "service", "did you mean \"ground\"?");
    refused(
        "{\"weight\": 3, \"origin\": \"\\ud800\"}",
        "origin",
        "an escape `\\u…` of a text is cut off, or is half of a pair",
    );
    refused("{\"weight\": 3, \"shipDate\": \"2026-02-30\"}", "shipDate", "expected a date");
    refused("{\"weight\": 3, \"at\": \"2026-03-03T19:59:40\"}", "at", "with its offset");
    refused("{\"weight\": 3, \"zone\": \"Europe/Londn\"}", "zone", "time zone");
    for (wrong, meant) in [("europe/london", "Europe/London"), ("utc", "UTC"), ("Europe/Londn", "Europe/London")] {
        let text = format!("{{\"weight\": 3, \"zone\": \"{wrong}\"}}");
        refused(&text, "zone", &format!("did you mean \"{meant}\"?"));
    }
    refused("{\"weight\": 3, \"residential\": \"yes\"}", "residential", "expected `true` or `false`");
    refused("{\"weight\": 3, \"invoice_currency\": \"USD\"}", "invoice_currency", "\"EUR\"");
    refused(
        "{\"weight\": 3, \"lines\": [{\"weight\": 1}, {\"weight\": 2}, {\"weight\": \"x\"}]}",
        "lines[2].weight",
        "found the text",
    );
    refused("{\"weight\": 3, \"lines\": [{\"weight\": 1, \"pieces\": 1.5}]}", "lines[0].pieces", "a whole number");
    refused("{\"weight\": 3, \"lines\": {}}", "lines", "expected a list, found an object");
    refused("{\"weight\": 3, \"codes\": [\"a\", null]}", "codes[1]", "found null");
    refused("{\"weight\": 1e400}", "weight", "exponent");
    refused("{\"weight\": 3", "", "not JSON");
    refused("{\"weight\": 3} x", "", "not JSON");
    refused("[]", "", "expected an object");
    refused("", "", "not JSON");
    refused(&format!("{{\"weight\": {}}}", "[".repeat(10_000)), "weight", "");
    refused(&format!("{{\"weight\": 3, \"lines\": {}}}", "[".repeat(10_000)), "lines[0]", "found a list");
    refused(&"[".repeat(10_000), "", "");
    refused(&format!("{{\"weight\": \"{}\"}}", "3".repeat(1_000_000)), "weight", "at most 10000 characters");
    refused(&format!("{{\"weight\": {}}}", "3".repeat(1_000_000)), "weight", "digits");
    refused(&format!("{{\"weight\": 3, \"{}\": 3}}", "x".repeat(1_000_000)), &"x".repeat(64), "no such field");
}

#[test]
fn an_amount_in_a_chosen_currency_must_agree_with_the_choice() {
    let text = |currency: &str| {
        format!(
            "{{\"weight\": 3, \"lines\": [{{\"weight\": 1, \"fee\": \"2.50 EUR\"}}], \"invoice_currency\": \"{currency}\"}}"
        )
    };
    assert_eq!(json(&text("EUR")).unwrap()[14].as_list().unwrap()[0].as_record().unwrap()[3], number("2.5"));
    refused(&text("GBP"), "lines[0].fee", "found an amount in EUR, but `invoice_currency` chooses GBP");
}

#[test]
fn flat_fields_name_their_place() {
    let program = program();
    let binder = Doors::new(&program);
    let slots = binder
        .bind_fields(&[
            ("weight", "3 lb"),
            ("lines.0.weight", "620"),
            ("lines[1].weight", "310"),
            ("lines[1].note", "fragile"),
            ("lines[2].weight", ""),
            ("residential", "yes"),
            ("share", ""),
            ("main", "{\"weight\": 5}"),
        ])
        .unwrap();
    let line = |weight: &str, note: Value| Value::record([number(weight), note, number("1"), Value::Absent]);
    assert_eq!(slots[14], Value::list([line("620", Value::Absent), line("310", Value::text("fragile"))]));
    assert_eq!((&slots[12], &slots[3], &slots[16]), (&Value::YesNo(true), &Value::Absent, &line("5", Value::Absent)));
    for (fields, path) in [
        (&[("weight", "3"), ("lines.x.weight", "1")][..], "lines.x.weight"),
        (&[("weight", "3"), ("lines.1.weight", "1")][..], "lines[0]"),
        (&[("weight", "3"), ("wight", "1")][..], "wight"),
        (&[("weight", "")][..], "weight"),
        (&[("weight", "3"), ("weight", "3")][..], "weight"),
        (&[("weight", "3"), ("lines.0.weight", "x")][..], "lines[0].weight"),
        (&[("weight", "3"), ("lines.999999999.weight", "x")][..], "lines.999999999.weight"),
    ] {
        let error = binder.bind_fields(fields).expect_err("refused");
        assert_eq!(error.path.as_deref(), Some(path), "{error}");
    }
}

#[test]
fn rust_values_go_in_directly() {
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Service {
        TwoDay,
    }
    #[derive(Serialize)]
    struct Line {
        weight: rust_decimal::Decimal,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }
    #[derive(Serialize)]
    struct Common {
        share: &'static str,
        residential: Option<bool>,
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Weight {
        Pounds(u8),
        Float(f64),
    }
    #[derive(Serialize)]
    struct Input {
        weight: Weight,
        service: Service,
        #[serde(flatten)]
        common: Common,
        #[serde(flatten)]
        more: BTreeMap<&'static str, f32>,
        lines: Vec<Line>,
        term: (),
    }
    let input = |weight| Input {
        weight,
        service: Service::TwoDay,
        common: Common { share: "18.5%", residential: None },
        more: BTreeMap::from([("factor", 0.1_f32)]),
        lines: vec![Line { weight: "620.50".parse().unwrap(), note: None }],
        term: (),
    };
    let program = program();
    let binder = Doors::new(&program);
    let slots = binder.bind(&input(Weight::Float(0.3))).unwrap();
    assert_eq!(slots[0], number("0.3"));
    assert_eq!(slots[3], number("0.185"));
    assert_eq!(slots[4], number("0.1"));
    assert_eq!(slots[6], Value::Member(1));
    assert_eq!(slots[14].as_list().unwrap()[0].as_record().unwrap()[0], number("620.5"));
    assert_eq!(binder.bind(&input(Weight::Pounds(3))).unwrap()[0], number("3"));
    for (weight, words) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (1e300, "float")] {
        let error = binder.bind(&input(Weight::Float(weight))).expect_err("refused");
        assert_eq!(error.path.as_deref(), Some("weight"));
        assert!(error.message.contains(words), "{error}");
    }
    let error =
        binder.bind(&serde_json::json!({"weight": 3, "lines": [{"weight": 1, "wieght": 2}]})).expect_err("refused");
    assert_eq!(error.path.as_deref(), Some("lines[0].wieght"));
    let error = binder.bind(&3).expect_err("refused");
    assert!(error.message.contains("expected an object"), "{error}");
}

/// A value of a type, where the type is one of the fields of the program.
fn value_of(ty: &Type) -> BoxedStrategy<Value> {
    let numbers = (any::<i64>(), 1_i64..1_000_000).prop_map(|(n, d)| Value::Number(Number::ratio(n, d).unwrap()));
    match ty {
        Type::Optional(inner) => prop_oneof![Just(Value::Absent), value_of(inner)].boxed(),
        Type::Number | Type::Percent | Type::In(_) => numbers.boxed(),
        Type::Integer => any::<i64>().prop_map(|n| Value::Number(Number::from_i64(n))).boxed(),
        Type::YesNo => any::<bool>().prop_map(Value::YesNo).boxed(),
        Type::Text => any::<String>().prop_map(|t| Value::text(&t)).boxed(),
        Type::Enum(_) => (0_u32..3).prop_map(Value::Member).boxed(),
        Type::Date => (-700_000_i64..2_000_000)
            .prop_map(|d| Value::Date(Date::new(1970, 1, 1).unwrap().add_days(d).unwrap()))
            .boxed(),
        Type::Time => (0_u32..86_400).prop_map(|s| Value::Time(TimeOfDay::from_seconds(s).unwrap())).boxed(),
        Type::Instant => {
            any::<i64>().prop_map(|n| Value::Instant(Instant::from_unix_nanoseconds(n.into()).unwrap())).boxed()
        }
        Type::Months => any::<i32>().prop_map(Value::Months).boxed(),
        Type::Zone => {
            prop_oneof![Just("Europe/London"), Just("UTC")].prop_map(|n| Value::Zone(Zone::named(n).unwrap())).boxed()
        }
        Type::Currency => {
            prop_oneof![Just("EUR"), Just("GBP")].prop_map(|c| Value::Currency(Currency::parse(c).unwrap())).boxed()
        }
        Type::List(inner) => prop::collection::vec(value_of(inner), 0..4).prop_map(Value::list).boxed(),
        Type::Record(record) => {
            let fields: Vec<_> = record.fields.iter().map(|f| value_of(&f.ty)).collect();
            fields.prop_map(Value::record).boxed()
        }
        Type::Row(_) | Type::Unknown => panic!("not an input"),
    }
}

fn any_input() -> impl Strategy<Value = Vec<Value>> {
    let program = program_without_domains();
    let fields: Vec<_> = program.inputs.iter().map(|f| value_of(&f.ty)).collect();
    fields
}

fn program_without_domains() -> Program {
    let mut program = program();
    program.inputs.iter_mut().for_each(|f| f.domain = Domain::default());
    program
}

/// The fields that a JSON value is as a row of a table; an empty list stands in its field as JSON.
fn flatten(heading: String, value: &serde_json::Value, fields: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::Null => {}
        serde_json::Value::Object(parts) => {
            parts.iter().for_each(|(name, part)| flatten(format!("{heading}.{name}"), part, fields))
        }
        serde_json::Value::Array(parts) if parts.is_empty() => fields.push((heading, "[]".to_string())),
        serde_json::Value::Array(parts) => {
            parts.iter().enumerate().for_each(|(index, part)| flatten(format!("{heading}[{index}]"), part, fields));
        }
        serde_json::Value::String(text) => fields.push((heading, text.clone())),
        other => fields.push((heading, other.to_string())),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(slots in any_input()) {
        let program = program_without_domains();
        let mut object = serde_json::Map::new();
        for (field, value) in program.inputs.iter().zip(&slots) {
            object.insert(field.wire.clone(), wire::json(&program, &field.ty, value));
        }
        let binder = Doors::new(&program);
        let object = serde_json::Value::Object(object);
        prop_assert_eq!(&binder.bind_json(&object.to_string()).unwrap(), &slots);
        prop_assert_eq!(&binder.bind(&object).unwrap(), &slots);
    }

    #[test]
    fn what_is_written_in_flat_fields_is_read_back(slots in any_input()) {
        let program = program_without_domains();
        let mut fields = Vec::new();
        for (field, value) in program.inputs.iter().zip(&slots) {
            flatten(field.wire.clone(), &wire::json(&program, &field.ty, value), &mut fields);
        }
        // An empty text is a field that is not sent: there is no other way to say so in a table of texts.
        prop_assume!(fields.iter().all(|(_, text)| !text.is_empty()));
        let fields: Vec<_> = fields.iter().map(|(heading, text)| (heading.as_str(), text.as_str())).collect();
        let binder = Doors::new(&program);
        prop_assert_eq!(&binder.bind_fields(&fields).unwrap(), &slots);
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,60}", name in "[a-z.\\[\\]0-9]{0,12}") {
        let program = program();
        let binder = Doors::new(&program);
        let _ = binder.bind_json(&text);
        let _ = binder.bind_fields(&[("weight", "3"), (&name, &text)]);
        let _ = binder.bind(&serde_json::json!({"weight": text}));
    }
}
