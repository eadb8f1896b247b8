//! Rules that try to get through the checker, or to price wrongly: each is refused with a reason, or priced exactly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use ratewright::RuleSet;

/// The rules with a header, on a thread as small as a host's may be.
fn compile(rules: &str) -> Result<RuleSet, Vec<String>> {
    let text = format!("ruleset hostile \"Hostile\" {{ currency USD }}\n{rules}");
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            RuleSet::compile(&text).map_err(|rejected| {
                let say = |d: &ratewright::diagnostic::Diagnostic| {
                    format!("{} at `{}`", d.title, rejected.sources.text(d.primary.span))
                };
                rejected.diagnostics.iter().map(say).collect()
            })
        })
        .unwrap()
        .join()
        .unwrap()
}

/// The rules do not compile, and say so with these words.
#[track_caller]
fn refused(rules: &str, words: &str) {
    match compile(rules) {
        Ok(_) => panic!("accepted: {rules}"),
        Err(said) => assert!(said.iter().any(|line| line.contains(words)), "{said:#?}\n{rules}"),
    }
}

/// The total, or the error, of an input.
#[track_caller]
fn total(rules: &str, input: &str) -> String {
    let rules = compile(rules).unwrap_or_else(|said| panic!("{said:#?}\n{rules}"));
    match rules.quote_json(input) {
        Ok(quote) => {
            quote.totals().iter().map(|t| format!("{} {}", t.amount, t.currency)).collect::<Vec<_>>().join(", ")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_list_of_nothing_known_is_no_amount() {
    refused("charge A = sum of []", "what is this list empty of?");
    refused("let none = []\noutput first_one = first of none if any", "what is this list empty of?");
    let walk = |state: &str| {
        format!(
            "input {{ amounts : list of money }}
            let w = walk x in amounts carrying {state} {{ next seen = concatenated(seen, [x]) }}
            charge A = sum of w.final.seen"
        )
    };
    refused(&walk("seen = []"), "what is this list empty of?");
    assert_eq!(total(&walk("seen : list of money = []"), r#"{"amounts":["5","6"]}"#), "11 USD");
    assert_eq!(total("charge A = 1 USD + sum of (if no then [3 USD] else [])", "{}"), "1 USD");
}

#[test]
fn what_a_condition_has_established_ends_with_it() {
    let leak = "input { a : money?  b : money?  c : money?  amounts : list of money }
        charge A = if a is given and b is given
            then (sum of a for each a in amounts where c is given) + c
            else 0 USD";
    refused(leak, "`c` may be absent");
    let hidden = "record Line { note : money? }
        input { note : money?  lines : list of Line }
        charge A = if note is given then sum of note for each note in (list of l.note for each l in lines) else 0 USD";
    refused(hidden, "cannot be summed");
    let seen_again = "input { a : money?  amounts : list of money }
        charge A = if a is given then (sum of a for each a in amounts) + a else 0 USD";
    assert_eq!(total(seen_again, r#"{"a":"1","amounts":["2","3"]}"#), "6 USD");
}

#[test]
fn base_is_a_word_of_contracts() {
    refused("let x = 5 USD\ncharge A = base.x", "there is no base here at `base.x`");
}

#[test]
fn a_member_is_one_of_its_own_enumeration() {
    let rules = |member: &str| {
        format!(
            "enum Service {{ ground, air }}\nenum Loyalty {{ gold }}\ninput {{ service : Service }}
            let best : Service = air\ncharge A = 1 USD when service is {member}"
        )
    };
    refused(&rules("Service.best"), "`best` is not a member of Service");
    refused(&rules("Service.gold"), "`gold` is not a member of Service");
    assert_eq!(total(&rules("Service.air or service is best"), r#"{"service":"air"}"#), "1 USD");
}

#[test]
fn an_exception_that_nothing_asks_for_is_refused() {
    refused("charge A = 5 USD\nexception foo to foo = 0 USD when yes", "never asked for");
    let two = "charge A = 5 USD\nexception a to b = 0 USD when yes\nexception b to a = 1 USD when yes";
    refused(two, "never asked for");
    let round = format!("{two}\nexception a to A = 2 USD when yes");
    refused(&round, "is an exception to itself");
    let chain = "charge A = 5 USD\nexception a to A = 2 USD when yes\nexception b to a = 1 USD when yes";
    assert_eq!(total(chain, "{}"), "1 USD");
}

#[test]
fn tiers_price_what_is_counted_with_what_can_be_added() {
    refused("tiers t graduated over number { above \"abc\" flat }\noutput o : text = t(3)", "a tier cannot cost text");
    refused("tiers t graduated over text { above 1 USD flat }\ncharge A = t(\"a\")", "tiers cannot be over text");
    refused("tiers t graduated over number? { above 1 USD flat }\ncharge A = t(1)", "tiers cannot be over");
    let maybe = "record Step { limit : number?  flat : money? }\ninput { steps : list of Step }
        tiers t(steps : list of Step) graduated over number { each step in steps { up to step.limit  step.flat flat } }
        charge A = t(3, steps) otherwise 0 USD";
    refused(maybe, "a tier cannot cost money in USD, or absent");
    let same_name = "input { quantity : number }
        tiers t graduated over number { up to quantity 1 USD flat  above 2 USD flat }\ncharge A = t(3)";
    assert_eq!(total(same_name, r#"{"quantity":2}"#), "3 USD");
}

#[test]
fn the_power_of_a_unit_is_exact_or_refused() {
    let product = |count: usize| vec!["1 m"; count].join(" * ");
    let rules = format!("let a = {}\nlet b = a * a * a * a * a * a * a * a\noutput o = b * 1 m", product(16));
    refused(&rules, "cannot be multiplied");
    let rules = format!("let a = {}\ncharge A = a / a * 7 USD", product(12));
    assert_eq!(total(&rules, "{}"), "7 USD");
}

#[test]
fn a_pool_names_each_part_once() {
    refused("let a = 5\nlet r = draw 6 from (a, a) in order\noutput o = r.a.taken", "`.a` would mean two things");
    refused("let left = 5\nlet r = draw 6 from (left) in order\noutput o = r.left", "`.left` would mean two things");
}

/// All that is said about rules that do not compile, a line each.
fn said(rules: &str) -> Vec<String> {
    compile(rules).err().unwrap_or_default()
}

#[test]
fn a_broken_declaration_is_reported_once_and_not_where_it_is_used() {
    let input = "input {\n  a : number\n  b : number from\n  c : number\n}\ncharge A = (a + b + c) * 1 USD
        test \"x\" { given a = 1, c = 2 expect total is 1 USD }";
    let lines = said(input);
    assert!(lines.iter().all(|line| line.starts_with("expected")), "{lines:#?}");
    let table = "input { k : number }\ntable t { k : number -> v money\n | k || v |\n | 1 || 1 |\n}\ncharge A = t[k].v";
    assert_eq!(said(table).len(), 1, "{:#?}", said(table));
    let record = "record Node {\n next : Node?\n}\ninput { node : Node }\ncharge A = 1 USD when node.next is given";
    assert_eq!(said(record), ["the record `Node` holds itself at `Node`"]);
    let both = "let a = 3 +\ncharge A = b * 1 USD";
    assert!(said(both).iter().any(|line| line == "there is nothing called `b` at `b`"), "{:#?}", said(both));
}

#[test]
fn the_step_of_a_rounding_is_above_zero() {
    let rules = "input { step : money }\ncharge A = (1 USD / 3) rounded to step";
    assert_eq!(total(rules, r#"{"step":"0.05"}"#), "0.35 USD");
    assert!(total(rules, r#"{"step":-1}"#).contains("the step of a rounding is below zero"));
    assert!(total(rules, r#"{"step":0}"#).contains("division by zero"));
}

#[test]
fn an_interval_of_millennia_ends_at_the_limit_of_lists() {
    let rules = "windows day in zone \"Europe/London\" { every day 08:00 until 20:00 }
        charge A = (count of split 1000-01-02T00:00:00Z until 9990-12-30T00:00:00Z by day) * 1 USD";
    assert!(total(rules, "{}").contains("a list has more than"));
    // 1,461 days of one opening and one closing each, and what lies before the first opening
    let four_years = rules.replace("1000-01-02", "2001-01-01").replace("9990-12-30", "2005-01-01");
    assert_eq!(total(&four_years, "{}"), "2923 USD");
}

/// The total where charges are rounded as the header says.
#[track_caller]
fn rounded(rounding: &str, rules: &str) -> String {
    let text =
        format!("ruleset hostile \"Hostile\" {{ currency USD\n rounding {rounding} }}\nunit cent = 0.01 USD\n{rules}");
    match RuleSet::compile(&text) {
        Ok(rules) => {
            rules.quote_json("{}").unwrap().totals().iter().map(|t| format!("{} {}", t.amount, t.currency)).collect()
        }
        Err(rejected) => rejected.diagnostics.iter().map(|d| d.title.clone()).collect(),
    }
}

#[test]
fn the_step_of_the_header_is_money_of_the_rule_set() {
    let rules = "charge A = 1.013 USD\ncharge B = 1.013 USD";
    assert_eq!(rounded("half up to 5 cent", rules), "2 USD");
    assert_eq!(rounded("half up to 5 cent on the total", rules), "2.05 USD");
    assert_eq!(rounded("half up to 0.05 USD on the total", rules), "2.05 USD");
    assert!(rounded("half up to 0.05 EUR", rules).contains("the step of the rounding must be money in USD"));
    assert_eq!(rounded("half up to 0 USD", rules), "the step of a rounding must be above zero");
    assert_eq!(rounded("half up to A", rules), "the step to which charges are rounded depends on a charge");
}

#[test]
fn a_pricing_date_may_be_computed_from_a_booked_charge() {
    let text = "ruleset hostile \"Hostile\" { currency USD  priced on due }
        input { ordered : date }
        charge A = 1.005 USD
        let due = if A is 1.01 USD then ordered else ordered - 1 year
        parameter fee : money { from 2026-01-01 2 USD }
        charge B = fee";
    let quote = RuleSet::compile(text).unwrap().quote_json(r#"{"ordered":"2026-01-01"}"#).unwrap();
    assert_eq!(quote.totals()[0].amount.to_string(), "3.01");
}

#[test]
fn an_equals_sign_is_no_comparison_where_nothing_can_be_compared() {
    let help = |rules: &str| {
        let text = format!("ruleset hostile \"Hostile\" {{ currency USD }}\n{rules}\n");
        let rejected = RuleSet::compile(&text).err().unwrap();
        rejected.diagnostics.iter().filter_map(|d| d.help.clone()).collect::<String>()
    };
    assert_eq!(help("input { a : number }\ncharge A = 1 USD when a = 3"), "values are compared with `is`");
    assert!(!help("input { a : number }\ncharge A = 1 USD when a > 2 and = 3").contains("compared"));
    assert!(!help("charge = 3 USD").contains("compared"));
}

#[test]
fn more_names_than_one_place_can_hold_are_refused() {
    let fields: String = (0..70_000).map(|n| format!("  f{n} : number = 0\n")).collect();
    let text = format!("ruleset r \"R\" {{ currency USD }}\ninput {{\n{fields}}}\ncharge A = (f0 + f69999) * 1 USD\n");
    let rejected = ratewright::RuleSet::compile(&text).unwrap_err();
    assert!(rejected.diagnostics.iter().any(|d| d.code.to_string() == "RW0418"), "{}", rejected.diagnostics.len());
}
