//! Random decision tables of every hit policy, against a reader of DMN's tables that knows nothing of rules: every point of a small world
//! gets the same answer, and a table is left out only where a point shows why. `PROPTEST_CASES` takes the long way.

use proptest::prelude::*;
use ratewright::RuleSet;
use ratewright_sheets::dmn;
use serde_json::{Value as Json, json};
use std::fmt::Write;

/// A cell of the column of numbers: bounds are whole, so that points at halves reach every region.
#[derive(Debug, Clone)]
enum Numbers {
    Any,
    Compare(&'static str, i64),
    Range(char, i64, i64, char),
    Listed(Vec<i64>),
    Outside(i64, i64),
    Not(Box<Numbers>),
}

/// A cell of the column of texts.
#[derive(Debug, Clone)]
enum Texts {
    Any,
    Listed(Vec<&'static str>),
    Not(Vec<&'static str>),
}

#[derive(Debug, Clone)]
struct Rule {
    number: Numbers,
    text: Texts,
    answer: Option<bool>,
    output: i64,
}

#[derive(Debug, Clone)]
struct Table {
    policy: &'static str,
    rules: Vec<Rule>,
    default: Option<i64>,
    limited: bool,
}

const OUTPUTS: [i64; 4] = [30, 10, 40, 20];

impl Numbers {
    fn write(&self) -> String {
        match self {
            Numbers::Any => "-".into(),
            Numbers::Compare(sign, bound) => format!("{sign} {bound}"),
            Numbers::Range(open, low, high, close) => format!("{open}{low}..{high}{close}"),
            Numbers::Listed(values) => values.iter().map(i64::to_string).collect::<Vec<_>>().join(", "),
            Numbers::Outside(low, high) => format!("<{low}, >={high}"),
            Numbers::Not(inner) => format!("not({})", inner.write()),
        }
    }

    /// Twice the value is a whole number.
    fn holds(&self, twice: i64) -> bool {
        match self {
            Numbers::Any => true,
            Numbers::Compare(sign, bound) => match *sign {
                "<" => twice < bound * 2,
                "<=" => twice <= bound * 2,
                ">" => twice > bound * 2,
                ">=" => twice >= bound * 2,
                _ => twice == bound * 2,
            },
            Numbers::Range(open, low, high, close) => {
                (twice > low * 2 || *open == '[' && twice == low * 2)
                    && (twice < high * 2 || *close == ']' && twice == high * 2)
            }
            Numbers::Listed(values) => values.iter().any(|value| twice == value * 2),
            Numbers::Outside(low, high) => twice < low * 2 || twice >= high * 2,
            Numbers::Not(inner) => !inner.holds(twice),
        }
    }
}

impl Texts {
    fn write(&self) -> String {
        let listed = |texts: &[&str]| texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(",");
        match self {
            Texts::Any => "-".into(),
            Texts::Listed(texts) => listed(texts),
            Texts::Not(texts) => format!("not({})", listed(texts)),
        }
    }

    fn holds(&self, text: &str) -> bool {
        match self {
            Texts::Any => true,
            Texts::Listed(texts) => texts.contains(&text),
            Texts::Not(texts) => !texts.contains(&text),
        }
    }
}

/// What DMN says of one point; `None` where the hit policy is broken there.
fn expected(table: &Table, twice: i64, text: &str, answer: bool) -> Option<Json> {
    let allowed = !table.limited || (2..=8).contains(&twice);
    let hits: Vec<i64> = table
        .rules
        .iter()
        .filter(|rule| {
            allowed
                && rule.number.holds(twice)
                && rule.text.holds(text)
                && rule.answer.is_none_or(|asked| asked == answer)
        })
        .map(|rule| rule.output)
        .collect();
    let rank = |output: &i64| OUTPUTS.iter().position(|value| value == output);
    let number = |value: i64| json!(value.to_string());
    let list = |hits: &[i64]| Json::Array(hits.iter().map(|hit| number(*hit)).collect());
    let mut ranked = hits.clone();
    ranked.sort_by_key(rank);
    if hits.is_empty() && !matches!(table.policy, "R" | "O" | "C" | "C#") {
        return Some(table.default.map_or(Json::Null, number));
    }
    Some(match table.policy {
        "U" if hits.len() > 1 => return None,
        "A" if hits.iter().any(|hit| *hit != hits[0]) => return None,
        "C#" => {
            let mut distinct = ranked.clone();
            distinct.dedup();
            if distinct.len() < hits.len() || hits.is_empty() && table.default.is_some() {
                return None;
            }
            number(hits.len() as i64)
        }
        "R" | "O" | "C" if hits.is_empty() && table.default.is_some() => return None,
        "U" | "A" | "F" => number(hits[0]),
        "P" => number(ranked[0]),
        "R" | "C" => list(&hits),
        "O" => list(&ranked),
        "C+" => number(hits.iter().sum()),
        "C<" => number(*hits.iter().min().unwrap()),
        _ => number(*hits.iter().max().unwrap()),
    })
}

fn model(table: &Table) -> String {
    let (policy, aggregation) = match table.policy {
        "U" => ("UNIQUE", ""),
        "A" => ("ANY", ""),
        "F" => ("FIRST", ""),
        "P" => ("PRIORITY", ""),
        "R" => ("RULE ORDER", ""),
        "O" => ("OUTPUT ORDER", ""),
        "C" => ("COLLECT", ""),
        "C+" => ("COLLECT", "SUM"),
        "C<" => ("COLLECT", "MIN"),
        "C>" => ("COLLECT", "MAX"),
        _ => ("COLLECT", "COUNT"),
    };
    let aggregation = if aggregation.is_empty() { String::new() } else { format!(" aggregation=\"{aggregation}\"") };
    let escape = |text: &str| text.replace('<', "&lt;").replace('>', "&gt;");
    let limits = if table.limited { "<inputValues><text>[1..4]</text></inputValues>" } else { "" };
    let default = table
        .default
        .map_or_else(String::new, |value| format!("<defaultOutputEntry><text>{value}</text></defaultOutputEntry>"));
    let mut rules = String::new();
    for rule in &table.rules {
        let answer = rule.answer.map_or("-".to_owned(), |answer| answer.to_string());
        let cells = [escape(&rule.number.write()), rule.text.write(), answer]
            .map(|cell| format!("<inputEntry><text>{cell}</text></inputEntry>"));
        let _ = write!(rules, "<rule>{}<outputEntry><text>{}</text></outputEntry></rule>", cells.concat(), rule.output);
    }
    format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="random">
        <inputData id="n" name="n"><variable name="n" typeRef="number"/></inputData>
        <inputData id="t" name="t"><variable name="t" typeRef="string"/></inputData>
        <inputData id="b" name="b"><variable name="b" typeRef="boolean"/></inputData>
        <decision id="d" name="d">
        <informationRequirement><requiredInput href="#n"/></informationRequirement>
        <informationRequirement><requiredInput href="#t"/></informationRequirement>
        <informationRequirement><requiredInput href="#b"/></informationRequirement>
        <decisionTable hitPolicy="{policy}"{aggregation}>
        <input><inputExpression><text>n</text></inputExpression>{limits}</input>
        <input><inputExpression><text>t</text></inputExpression></input>
        <input><inputExpression><text>b</text></inputExpression></input>
        <output><outputValues><text>30, 10, 40, 20</text></outputValues>{default}</output>
        {rules}</decisionTable></decision></definitions>"##
    )
}

fn numbers() -> impl Strategy<Value = Numbers> {
    let bound = 0..6_i64;
    let plain = prop_oneof![
        3 => Just(Numbers::Any),
        3 => (prop::sample::select(vec!["<", "<=", ">", ">="]), bound.clone()).prop_map(|(sign, bound)| Numbers::Compare(sign, bound)),
        3 => (prop::sample::select(vec!['[', '(', ']']), bound.clone(), 1..4_i64, prop::sample::select(vec![']', ')', '[']))
            .prop_map(|(open, low, length, close)| Numbers::Range(open, low, low + length, close)),
        2 => prop::collection::vec(bound.clone(), 1..3).prop_map(Numbers::Listed),
        1 => (bound.clone(), 1..3_i64).prop_map(|(low, length)| Numbers::Outside(low, low + length)),
    ];
    (plain, prop::bool::weighted(0.1)).prop_map(|(plain, not)| match plain {
        Numbers::Any => plain,
        plain if not => Numbers::Not(Box::new(plain)),
        plain => plain,
    })
}

fn texts() -> impl Strategy<Value = Texts> {
    let some = prop::collection::vec(prop::sample::select(vec!["A", "B", "C"]), 1..3);
    prop_oneof![3 => Just(Texts::Any), 3 => some.clone().prop_map(Texts::Listed), 1 => some.prop_map(Texts::Not)]
}

fn tables() -> impl Strategy<Value = Table> {
    let rule = (numbers(), texts(), prop::option::of(any::<bool>()), prop::sample::select(OUTPUTS.to_vec()))
        .prop_map(|(number, text, answer, output)| Rule { number, text, answer, output });
    let policy = prop::sample::select(vec!["U", "A", "F", "P", "R", "O", "C", "C+", "C<", "C>", "C#"]);
    (policy, prop::collection::vec(rule, 1..5), prop::option::weighted(0.3, Just(77)), prop::bool::weighted(0.2))
        .prop_map(|(policy, rules, default, limited)| Table { policy, rules, default, limited })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200), ..ProptestConfig::default() })]

    #[test]
    fn a_drafted_table_answers_as_dmn_does(table in tables()) {
        let draft = dmn::import(&model(&table)).unwrap();
        let mut points = Vec::new();
        for twice in -1..=15_i64 {
            for text in ["A", "B", "C", "D"] {
                for answer in [true, false] {
                    points.push((twice, text, answer, expected(&table, twice, text, answer)));
                }
            }
        }
        if let Some(left) = draft.left_out.first() {
            let broken = points.iter().any(|(_, _, _, expected)| expected.is_none());
            let never = left.why.contains("no rule of the table can match");
            prop_assert!(broken || never, "left out without a point that shows why: {left:?}\n{table:#?}");
            return Ok(());
        }
        let rules = RuleSet::compile(&draft.rules).unwrap();
        for (twice, text, answer, expected) in points {
            let n = if twice % 2 == 0 { (twice / 2).to_string() } else { format!("{}", twice as f64 / 2.0) };
            let sent = json!({ "n": n, "t": text, "b": answer });
            let fields = rules.input_schema();
            let known = fields["properties"].as_object().unwrap();
            let sent: serde_json::Map<_, _> = sent.as_object().unwrap().iter().filter(|(name, _)| known.contains_key(*name)).map(|(a, b)| (a.clone(), b.clone())).collect();
            let quote = serde_json::to_value(rules.quote_json(&Json::Object(sent).to_string()).unwrap()).unwrap();
            let actual = &quote["outputs"][0]["value"];
            prop_assert_eq!(Some(actual), expected.as_ref(), "n {} t {} b {}\n{}\n{}", n, text, answer, model(&table), draft.rules);
        }
    }
}
