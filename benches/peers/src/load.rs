//! W5: how long rules take from their text until they can be used, and what is kept of them.
//!
//! A rule is `tier = T and lo <= amount < hi and country in (a, b) -> amount × pct`. Written as rules one by one, and as rows of a table where an
//! engine has tables. Each form is loaded several times in turn; what is loaded is asked once, and all must give the same sum.

use crate::turns::{Stopwatch, in_words, median};
use crate::workloads::Random;
use crate::{rhai, zen};
use allocation_counter::measure;
use datalogic_rs::bumpalo::Bump;
use ratewright::{Compiler, RuleSet};
use rust_decimal::Decimal;
use std::any::Any;
use std::fmt::Write;

const TIERS: [&str; 4] = ["BRONZE", "SILVER", "GOLD", "PLATINUM"];
const COUNTRIES: [&str; 20] = [
    "AT", "BE", "BG", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "LT", "LU", "LV", "NL", "PL",
    "SE",
];
const ROUNDS: usize = 5;

/// Who asks: tier, amount in whole dollars, country.
type Asked = (&'static str, i64, &'static str);

const ASKED: Asked = ("GOLD", 4_321, "FR");

struct Rule {
    tier: &'static str,
    low: i64,
    high: i64,
    countries: [&'static str; 2],
    /// Whole percents.
    percent: i64,
}

fn rules(count: usize) -> Vec<Rule> {
    let mut random = Random::new(9);
    let rule = |_| {
        let (low, first) = (random.between(0, 999) * 10, random.between(0, 19) as usize);
        let second = (first + random.between(1, 19) as usize) % 20;
        Rule {
            tier: random.one_of(&TIERS),
            low,
            high: low + random.between(1, 50) * 10,
            countries: [COUNTRIES[first], COUNTRIES[second]],
            percent: random.between(1, 30),
        }
    };
    (0..count).map(rule).collect()
}

/// What all rules that hold come to, in cents.
fn by_hand(rules: &[Rule], (tier, amount, country): Asked) -> i64 {
    let holds = |rule: &&Rule| {
        rule.tier == tier && rule.low <= amount && amount < rule.high && rule.countries.contains(&country)
    };
    rules.iter().filter(holds).map(|rule| amount * rule.percent).sum()
}

fn join(rules: &[Rule], line: impl FnMut((usize, &Rule)) -> String) -> String {
    rules.iter().enumerate().map(line).collect()
}

const HEAD: &str = "currency USD }
enum Tier { BRONZE, SILVER, GOLD, PLATINUM }
enum Country { AT, BE, BG, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, LT, LU, LV, NL, PL, SE }
input { tier : Tier  amount : money  country : Country }
";

fn our_charges(rules: &[Rule]) -> String {
    let charge = |(at, rule): (usize, &Rule)| {
        let Rule { tier, low, high, countries: [a, b], percent } = rule;
        format!(
            "charge R{at} = {percent}% of amount when tier is {tier} and amount >= {low} USD and amount < {high} USD \
             and country is one of ({a}, {b})\n"
        )
    };
    format!("ruleset bench.load \"Rules\" {{ {HEAD}{}", join(rules, charge))
}

fn our_table(rules: &[Rule]) -> String {
    let mut text = format!("ruleset bench.load \"Rules\" {{ {HEAD}");
    text += "table shares collect sum {\n  tier : Tier\n  amount : money by range\n  country : Country\n  -> share : percent\n\n";
    text += "  | tier | amount | country || share |\n";
    text += &join(rules, |(_, Rule { tier, low, high, countries: [a, b], percent })| {
        format!("  | {tier} | {low} until {high} | {a}, {b} || {percent}% |\n")
    });
    text + "}\ncharge SHARES = shares[tier, amount, country].share of amount\n"
}

/// A table without a row for the keys gives no quote: nothing is due.
fn our_answer(rules: &RuleSet, (tier, amount, country): Asked) -> i64 {
    let input = serde_json::json!({ "tier": tier, "amount": amount, "country": country });
    match rules.quote(&input) {
        Ok(quote) => crate::exact(quote.totals()[0].amount.to_decimal().unwrap(), 2).unwrap(),
        Err(error) if error.kind == ratewright::ErrorKind::NoRow => 0,
        Err(error) => panic!("{input}: {error}"),
    }
}

fn zen_table(rules: &[Rule]) -> String {
    let row = |rule: &Rule| {
        let [a, b] = rule.countries;
        serde_json::json!({
            "_id": "", "t": format!("'{}'", rule.tier), "a": format!("[{}..{})", rule.low, rule.high),
            "c": format!("'{a}', '{b}'"), "r": format!("amount * 0.{:02}", rule.percent),
        })
    };
    let input = |id, field| serde_json::json!({ "id": id, "name": field, "field": field });
    let table = serde_json::json!({ "id": "rules", "name": "rules", "type": "decisionTableNode", "content": {
        "hitPolicy": "collect", "rules": rules.iter().map(row).collect::<Vec<_>>(),
        "inputs": [input("t", "tier"), input("a", "amount"), input("c", "country")], "outputs": [input("r", "share")],
    } });
    zen::graph(vec![table]).to_string()
}

fn zen_expressions(rules: &[Rule]) -> String {
    let expression = |(at, rule): (usize, &Rule)| {
        let Rule { tier, low, high, countries: [a, b], percent } = rule;
        let condition =
            format!("tier == '{tier}' and amount >= {low} and amount < {high} and country in ['{a}', '{b}']");
        (format!("r{at}"), format!("{condition} ? amount * 0.{percent:02} : null"))
    };
    let list: Vec<(String, String)> = rules.iter().enumerate().map(expression).collect();
    let list: Vec<(&str, &str)> = list.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    zen::graph(vec![zen::expressions("rules", false, &list)]).to_string()
}

fn zen_answer(decision: &zen_engine::Decision, (tier, amount, country): Asked) -> i64 {
    let input = serde_json::json!({ "tier": tier, "amount": amount, "country": country });
    let result = zen::run(decision, input.into()).to_value();
    fn sum(value: &serde_json::Value) -> f64 {
        match value {
            serde_json::Value::Array(list) => list.iter().map(sum).sum(),
            serde_json::Value::Object(map) => map.values().map(sum).sum(),
            other => other.as_f64().unwrap_or_default(),
        }
    }
    crate::nearest(sum(&result), 2).unwrap()
}

fn rhai_script(rules: &[Rule]) -> String {
    let rule = |(_, Rule { tier, low, high, countries: [a, b], percent }): (usize, &Rule)| {
        format!(
            "if tier == \"{tier}\" && amount >= {low} && amount < {high} && (country == \"{a}\" || country == \"{b}\") \
             {{ total += amount * 0.{percent:02}; }}\n"
        )
    };
    format!("let total = 0.0;\n{}total", join(rules, rule))
}

fn cel_sources(rules: &[Rule]) -> Vec<String> {
    let rule = |Rule { tier, low, high, countries: [a, b], percent }: &Rule| {
        format!(
            "tier == '{tier}' && amount >= {low}.0 && amount < {high}.0 && country in ['{a}', '{b}'] ? amount * 0.{percent:02} : 0.0"
        )
    };
    rules.iter().map(rule).collect()
}

fn datalogic_sources(rules: &[Rule]) -> Vec<String> {
    let rule = |rule: &Rule| {
        let var = |name: &str| serde_json::json!({ "var": name });
        serde_json::json!({ "if": [{ "and": [
            { "==": [var("tier"), rule.tier] }, { ">=": [var("amount"), rule.low] }, { "<": [var("amount"), rule.high] },
            { "in": [var("country"), rule.countries] },
        ] }, { "*": [var("amount"), rule.percent as f64 / 100.0] }, 0] })
        .to_string()
    };
    rules.iter().map(rule).collect()
}

type Loaded = Box<dyn Any>;

/// A form of the rules: what loads it, and what asks it.
struct Form<'a> {
    name: &'static str,
    load: Box<dyn Fn() -> Loaded + 'a>,
    ask: Box<dyn Fn(&Loaded) -> i64 + 'a>,
}

fn form<'a, T: 'static>(name: &'static str, load: impl Fn() -> T + 'a, ask: impl Fn(&T) -> i64 + 'a) -> Form<'a> {
    Form {
        name,
        load: Box::new(move || Box::new(load())),
        ask: Box::new(move |loaded| ask(loaded.downcast_ref().unwrap())),
    }
}

fn forms(rules: &[Rule]) -> Vec<Form<'static>> {
    let ours = |text: String| move || Compiler::new().source("main.rules", &text).compile("main.rules").unwrap();
    let (table, expressions) = (zen_table(rules), zen_expressions(rules));
    let (script, programs, logic) = (rhai_script(rules), cel_sources(rules), datalogic_sources(rules));
    let rhai_answer = |script: &::rhai::AST| {
        let (tier, amount, country) = ASKED;
        let mut scope = ::rhai::Scope::new();
        scope.push("tier", tier.to_string()).push("amount", Decimal::from(amount)).push("country", country.to_string());
        let total = rhai::engine().eval_ast_with_scope::<Decimal>(&mut scope, script).unwrap();
        crate::exact(total, 2).unwrap()
    };
    let cel_answer = |programs: &Vec<::cel::Program>| {
        let (tier, amount, country) = ASKED;
        let mut context = ::cel::Context::default();
        context.add_variable("tier", tier).unwrap();
        context.add_variable("amount", amount as f64).unwrap();
        context.add_variable("country", country).unwrap();
        let value = |program: &::cel::Program| match program.execute(&context).unwrap() {
            ::cel::Value::Float(value) => value,
            other => panic!("{other:?}"),
        };
        crate::nearest(programs.iter().map(value).sum(), 2).unwrap()
    };
    let logic_answer = |rules: &Vec<datalogic_rs::Logic>| {
        let (tier, amount, country) = ASKED;
        let input = serde_json::json!({ "tier": tier, "amount": amount, "country": country }).to_string();
        let engine = datalogic_rs::Engine::new();
        let value =
            |rule: &datalogic_rs::Logic| engine.evaluate(rule, input.as_str(), &Bump::new()).unwrap().as_f64().unwrap();
        crate::nearest(rules.iter().map(value).sum(), 2).unwrap()
    };
    vec![
        form("ratewright, a charge each", ours(our_charges(rules)), |rules| our_answer(rules, ASKED)),
        form("ratewright, a table", ours(our_table(rules)), |rules| our_answer(rules, ASKED)),
        form("zen-engine, a decision table", move || zen::decision(&table), |decision| zen_answer(decision, ASKED)),
        form(
            "zen-engine, an expression each",
            move || zen::decision(&expressions),
            |decision| zen_answer(decision, ASKED),
        ),
        form("rhai, one script", move || long_scripts().compile(&script).unwrap(), rhai_answer),
        form(
            "cel, a program each",
            move || programs.iter().map(|text| ::cel::Program::compile(text).unwrap()).collect::<Vec<_>>(),
            cel_answer,
        ),
        form(
            "datalogic-rs, a rule each",
            move || {
                let engine = datalogic_rs::Engine::new();
                logic.iter().map(|text| engine.compile(text.as_str()).unwrap()).collect::<Vec<_>>()
            },
            logic_answer,
        ),
    ]
}

fn long_scripts() -> ::rhai::Engine {
    rhai::engine()
}

/// Nanoseconds on a processor until so many rules can be used, and bytes kept. The system counts in steps of some milliseconds, so a few
/// rules are loaded many times over.
fn measured(form: &Form<'_>, count: usize) -> (f64, i64) {
    let times = 20_000_usize.div_ceil(count);
    let watch = Stopwatch::start();
    (0..times).for_each(|_| drop((form.load)()));
    let spent = watch.seconds() * 1e9 / times as f64;
    let mut loaded = None;
    let kept = measure(|| loaded = Some((form.load)()));
    (spent, kept.bytes_current)
}

pub fn print() {
    let mut table = String::from(
        "\n| W5 load | 10 rules | 100 | 1,000 | 10,000 | bytes a rule kept, of 10,000 |\n|---|---:|---:|---:|---:|---:|\n",
    );
    let counts = [10, 100, 1_000, 10_000];
    let all: Vec<Vec<Form<'_>>> = counts
        .iter()
        .map(|count| {
            let rules = rules(*count);
            let (forms, expected) = (forms(&rules), by_hand(&rules, ASKED));
            forms.iter().for_each(|form| assert_eq!((form.ask)(&(form.load)()), expected, "{}", form.name));
            forms
        })
        .collect();
    // Forms take turns, so that whatever else the machine does meets all of them.
    let mut times = vec![vec![Vec::new(); counts.len()]; all[0].len()];
    let mut kept = vec![0; all[0].len()];
    for _ in 0..ROUNDS {
        for (size, forms) in all.iter().enumerate() {
            for (at, form) in forms.iter().enumerate() {
                let (spent, bytes) = measured(form, counts[size]);
                times[at][size].push(spent);
                kept[at] = bytes / counts[size] as i64;
            }
        }
    }
    for (at, form) in all[0].iter().enumerate() {
        write!(table, "| {} |", form.name).unwrap();
        times[at].iter().for_each(|times| write!(table, " {} |", in_words(median(times.clone()))).unwrap());
        writeln!(table, " {} |", kept[at]).unwrap();
    }
    println!("{table}");
}
