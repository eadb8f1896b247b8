//! What is said of conditions against all inputs: random conditions over small domains, each input tried.
//!
//! A generator writes if-chains, groups, charges, exceptions and refusals whose conditions test five small inputs, two of them optional, in
//! every form that the language has for it, and decides the same conditions by itself for each of the 576 inputs. Of a branch that
//! no input takes it must be said, of every other one it must not; and the engine takes the branch that the oracle takes. By default
//! 256 rule sets are tried; `PROPTEST_CASES=20000` takes the long way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use proptest::prelude::*;
use ratewright::RuleSet;
use ratewright::diagnostic::Diagnostic;
use std::collections::BTreeSet;
use std::fmt::Write;

/// One input.
#[derive(Debug, Clone, Copy)]
struct Input {
    zone: u8,
    gold: bool,
    weight: i64,
    member: Option<u8>,
    level: Option<i64>,
}

const ZONES: [&str; 3] = ["A", "B", "C"];
const OPERATORS: [&str; 6] = ["<", "<=", ">", ">=", "is", "is not"];

fn inputs() -> Vec<Input> {
    let mut all = Vec::new();
    for zone in 0..3 {
        for gold in [false, true] {
            for weight in 1..=6 {
                for member in [None, Some(0), Some(1), Some(2)] {
                    for level in [None, Some(1), Some(2), Some(3)] {
                        all.push(Input { zone, gold, weight, member, level });
                    }
                }
            }
        }
    }
    all
}

impl Input {
    fn json(&self) -> String {
        let mut text =
            format!(r#"{{"zone": "{}", "gold": {}, "weight": {}"#, ZONES[self.zone as usize], self.gold, self.weight);
        if let Some(member) = self.member {
            write!(text, r#", "member": "{}""#, ZONES[member as usize]).unwrap();
        }
        if let Some(level) = self.level {
            write!(text, r#", "level": {level}"#).unwrap();
        }
        text + "}"
    }
}

/// A condition, as it is written and as it is meant.
#[derive(Debug, Clone)]
enum C {
    Zone(u8, bool),
    ZoneAmong(Vec<u8>, bool),
    Gold(bool),
    /// `weight + shift OP limit`, the limit in halves.
    Weight(i64, usize, i64),
    /// The constant first.
    Turned(usize, i64),
    Between(i64, i64, bool, bool),
    /// `member is given`, under a name: what is asked directly, the rules know from then on.
    MemberGiven,
    /// `member is given and member is X`, under a name.
    Member(u8),
    /// `(member otherwise X) is Y`
    MemberOr(u8, u8),
    /// `(level otherwise N) OP M`
    Level(i64, usize, i64),
    And(Box<C>, Box<C>),
    Or(Box<C>, Box<C>),
    Not(Box<C>),
}

fn compared(operator: usize, a: i64, b: i64) -> bool {
    match OPERATORS[operator] {
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        ">=" => a >= b,
        "is" => a == b,
        _ => a != b,
    }
}

fn halves(number: i64) -> String {
    if number % 2 == 0 { format!("{}", number / 2) } else { format!("{}.5", number / 2) }
}

impl C {
    fn holds(&self, i: &Input) -> bool {
        match self {
            C::Zone(zone, is) => (i.zone == *zone) == *is,
            C::ZoneAmong(zones, is) => zones.contains(&i.zone) == *is,
            C::Gold(bare) => i.gold == *bare,
            C::Weight(shift, operator, limit) => compared(*operator, 2 * (i.weight + shift), *limit),
            C::Turned(operator, limit) => compared(*operator, *limit, 2 * i.weight),
            C::Between(low, high, low_in, high_in) => {
                let above = if *low_in { i.weight >= *low } else { i.weight > *low };
                above && if *high_in { i.weight <= *high } else { i.weight < *high }
            }
            C::MemberGiven => i.member.is_some(),
            C::Member(zone) => i.member == Some(*zone),
            C::MemberOr(instead, zone) => i.member.unwrap_or(*instead) == *zone,
            C::Level(instead, operator, limit) => compared(*operator, i.level.unwrap_or(*instead), *limit),
            C::And(a, b) => a.holds(i) && b.holds(i),
            C::Or(a, b) => a.holds(i) || b.holds(i),
            C::Not(a) => !a.holds(i),
        }
    }

    /// The conditions in it, itself included.
    fn parts<'c>(&'c self, parts: &mut Vec<&'c C>) {
        parts.push(self);
        match self {
            C::And(a, b) | C::Or(a, b) => {
                a.parts(parts);
                b.parts(parts);
            }
            C::Not(a) => a.parts(parts),
            _ => {}
        }
    }

    fn text(&self) -> String {
        match self {
            C::Zone(zone, is) => format!("zone {} {}", if *is { "is" } else { "is not" }, ZONES[*zone as usize]),
            C::ZoneAmong(zones, is) => {
                let names: Vec<_> = zones.iter().map(|zone| ZONES[*zone as usize]).collect();
                format!("zone {} one of ({})", if *is { "is" } else { "is not" }, names.join(", "))
            }
            C::Gold(true) => "gold".into(),
            C::Gold(false) => "gold is no".into(),
            C::Weight(0, operator, limit) => format!("weight {} {}", OPERATORS[*operator], halves(*limit)),
            C::Weight(shift, operator, limit) => {
                format!("weight + {shift} {} {}", OPERATORS[*operator], halves(*limit))
            }
            C::Turned(operator, limit) => format!("{} {} weight", halves(*limit), OPERATORS[*operator]),
            C::Between(low, high, true, true) => format!("weight is from {low} through {high}"),
            C::Between(low, high, true, false) => format!("weight is {low} until {high}"),
            C::Between(low, high, false, true) => format!("weight is over {low} up to {high}"),
            C::Between(low, high, false, false) => format!("weight is over {low} until {high}"),
            C::MemberGiven => "is_member".into(),
            C::Member(zone) => format!("member_{}", ZONES[*zone as usize]),
            C::MemberOr(instead, zone) => {
                format!("(member otherwise Zone.{}) is {}", ZONES[*instead as usize], ZONES[*zone as usize])
            }
            C::Level(instead, operator, limit) => {
                format!("(level otherwise {instead}) {} {limit}", OPERATORS[*operator])
            }
            C::And(a, b) => format!("({} and {})", a.text(), b.text()),
            C::Or(a, b) => format!("({} or {})", a.text(), b.text()),
            C::Not(a) => format!("not ({})", a.text()),
        }
    }
}

fn condition() -> impl Strategy<Value = C> {
    let leaf = prop_oneof![
        (0..3_u8, any::<bool>()).prop_map(|(zone, is)| C::Zone(zone, is)),
        (prop::collection::btree_set(0..3_u8, 1..3), any::<bool>())
            .prop_map(|(zones, is)| C::ZoneAmong(zones.into_iter().collect(), is)),
        any::<bool>().prop_map(C::Gold),
        (0..3_i64, 0..6_usize, 0..16_i64).prop_map(|(shift, op, limit)| C::Weight(shift, op, limit)),
        (0..6_usize, 0..14_i64).prop_map(|(op, limit)| C::Turned(op, limit)),
        (0..5_i64, 2..4_i64, any::<bool>(), any::<bool>()).prop_map(|(a, n, x, y)| C::Between(a, a + n, x, y)),
        Just(C::MemberGiven),
        (0..3_u8).prop_map(C::Member),
        (0..3_u8, 0..3_u8).prop_map(|(a, b)| C::MemberOr(a, b)),
        (1..5_i64, 0..6_usize, 0..5_i64).prop_map(|(a, op, b)| C::Level(a, op, b)),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| C::And(a.into(), b.into())),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| C::Or(a.into(), b.into())),
            inner.prop_map(|a| C::Not(a.into())),
        ]
    })
}

/// What stands in a rule set, by kind.
#[derive(Debug, Clone)]
struct Rules {
    chain: Vec<C>,
    first: Vec<C>,
    first_when: C,
    dearest: Vec<C>,
    exceptions: Vec<C>,
    refusals: Vec<C>,
}

fn rules() -> impl Strategy<Value = Rules> {
    let some = |count: std::ops::Range<usize>| prop::collection::vec(condition(), count);
    (some(2..5), some(2..5), condition(), some(1..3), some(2..4), some(0..3)).prop_map(
        |(chain, first, first_when, dearest, exceptions, refusals)| Rules {
            chain,
            first,
            first_when,
            dearest,
            exceptions,
            refusals,
        },
    )
}

/// The text with a name for each line that holds a condition.
fn written(rules: &Rules) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut names = Vec::new();
    let mut line = |name: String, written: String| {
        text.push_str(&written);
        text.push('\n');
        names.push(name);
    };
    let plain = |written: &str| (String::new(), written.to_string());
    let mut lines = vec![
        plain("ruleset r \"R\" { currency USD }"),
        plain("enum Zone { A, B, C }"),
        plain("input { zone : Zone, gold : yes/no, member : Zone?"),
        plain("  weight : integer from 1 through 6"),
        plain("  level : integer? from 1 through 3 }"),
        plain("let is_member = member is given"),
        plain("let member_A = member is given and member is A"),
        plain("let member_B = member is given and member is B"),
        plain("let member_C = member is given and member is C"),
        plain("let chain ="),
    ];
    for (at, c) in rules.chain.iter().enumerate() {
        let start = if at == 0 { "if" } else { "else if" };
        lines.push((format!("chain {at}"), format!("  {start} {} then {at}", c.text())));
    }
    lines.push(("chain else".into(), format!("  else {}", rules.chain.len())));
    lines.push(plain("output taken = chain"));
    lines.push(plain("charge FIRST = first of {"));
    for (at, c) in rules.first.iter().enumerate() {
        lines.push((format!("first {at}"), format!("  F{at} {}.00 USD when {}", at + 1, c.text())));
    }
    lines.push(plain("}"));
    lines.push(("first when".into(), format!("  when {}", rules.first_when.text())));
    lines.push(plain("charge DEAREST = dearest of {"));
    for (at, c) in rules.dearest.iter().enumerate() {
        lines.push((format!("dearest {at}"), format!("  D{at} {}.00 USD when {}", at + 1, c.text())));
    }
    lines.push(plain("}"));
    lines.push(plain("charge PLAIN = 1 USD"));
    for (at, c) in rules.exceptions.iter().enumerate() {
        lines.push((format!("exception {at}"), format!("exception e{at} to PLAIN = 2 USD when {}", c.text())));
    }
    for (at, c) in rules.refusals.iter().enumerate() {
        lines.push((format!("refusal {at}"), format!("refuse R{at} \"no\" when {}", c.text())));
    }
    lines.into_iter().for_each(|(name, written)| line(name, written));
    (text, names)
}

fn held<'a>(c: &C, set: &[&'a Input]) -> Vec<&'a Input> {
    set.iter().copied().filter(|i| c.holds(i)).collect()
}

fn rest<'a>(c: &C, set: &[&'a Input]) -> Vec<&'a Input> {
    set.iter().copied().filter(|i| !c.holds(i)).collect()
}

/// What is to be said: the name of the line and what of it, by trying all inputs.
fn expected(rules: &Rules, all: &[Input]) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    let whole: Vec<&Input> = all.iter().collect();

    let mut left = whole.clone();
    for (at, c) in rules.chain.iter().enumerate() {
        if held(c, &left).is_empty() {
            said.insert(format!("chain {at} never"));
            continue;
        }
        let after = rest(c, &left);
        if after.is_empty() {
            said.insert(format!("chain {at} always"));
            break;
        }
        left = after;
    }

    let decide = |said: &mut BTreeSet<String>, name: &str, c: &C, around: &[&Input], left: &[&Input]| {
        let never = held(c, left).is_empty();
        if never {
            said.insert(format!("{name} never"));
        } else if rest(c, around).is_empty() {
            said.insert(format!("{name} always"));
        }
        never
    };
    let mut left = whole.clone();
    for (at, c) in rules.refusals.iter().enumerate() {
        decide(&mut said, &format!("refusal {at}"), c, &whole, &left);
        left = rest(c, &left);
    }
    let accepted = left;
    if !decide(&mut said, "first when", &rules.first_when, &whole, &whole) {
        let around = held(&rules.first_when, &whole);
        let mut left = around.clone();
        for (at, c) in rules.first.iter().enumerate() {
            decide(&mut said, &format!("first {at}"), c, &around, &left);
            left = rest(c, &left);
        }
    }
    for (at, c) in rules.dearest.iter().enumerate() {
        decide(&mut said, &format!("dearest {at}"), c, &whole, &whole);
    }
    let mut open: Vec<(usize, &C)> = Vec::new();
    for (at, c) in rules.exceptions.iter().enumerate() {
        if !decide(&mut said, &format!("exception {at}"), c, &whole, &whole) {
            open.push((at, c));
        }
    }
    for (later, (at, c)) in open.iter().enumerate() {
        for (before, other) in &open[..later] {
            let both = held(other, &held(c, &whole));
            if both.is_empty() {
                continue;
            }
            let shown = both.iter().any(|i| accepted.iter().any(|other| std::ptr::eq(*i, *other)));
            if shown || rest(other, &held(c, &whole)).is_empty() {
                said.insert(format!("exception {at} meets {before}"));
            } else if rest(c, &held(other, &whole)).is_empty() {
                said.insert(format!("exception {before} meets {at}"));
            }
        }
    }
    said
}

/// What is said, in the same words.
fn said(diagnostics: &[Diagnostic], rule_set: &RuleSet, names: &[String]) -> BTreeSet<String> {
    let line = |span| {
        let place = rule_set.sources().line_of(span);
        let line: usize = place.rsplit_once(':').unwrap().1.parse().unwrap();
        names[line - 1].clone()
    };
    let mut said = BTreeSet::new();
    for found in diagnostics {
        let primary = line(found.primary.span);
        let words = match (found.code.0, found.title.as_str()) {
            (920 | 921, "an alternative that never holds") => continue,
            (920, "an `else` that is never reached") => format!("{} always", line(found.secondary[0].span)),
            (920 | 921, _) => format!("{primary} never"),
            (922, _) => format!("{primary} always"),
            (923, _) => {
                let other = line(found.secondary[0].span);
                format!("{primary} meets {}", other.trim_start_matches("exception "))
            }
            _ => continue,
        };
        assert!(said.insert(words), "said twice: {found:?}");
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_of_branches_is_what_all_inputs_show(rules in rules()) {
        let (text, names) = written(&rules);
        let rule_set = RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
        let all = inputs();
        for found in rule_set.warnings().iter().filter(|found| found.title == "an alternative that never holds") {
            let written = rule_set.sources().text(found.primary.span);
            let mut parts = Vec::new();
            // Without conditions around them or before them.
            rules.dearest.iter().chain(&rules.exceptions).for_each(|c| c.parts(&mut parts));
            let line = &names[rule_set.sources().line_of(found.primary.span).rsplit_once(':').unwrap().1.parse::<usize>().unwrap() - 1];
            if line.starts_with("dearest") || line.starts_with("exception") {
                let bare = |text: &str| text.trim_start_matches('(').trim_end_matches(')').to_string();
                let part = parts.iter().find(|c| bare(&c.text()) == bare(written)).unwrap();
                prop_assert!(!all.iter().any(|input| part.holds(input)), "{written} holds\n{text}");
            }
        }
        let expected = expected(&rules, &all);
        let said = said(rule_set.warnings(), &rule_set, &names);
        prop_assert_eq!(&expected, &said, "{}", text);

        for input in all.iter().step_by(37) {
            let refused = rules.refusals.iter().any(|c| c.holds(input));
            let meet = rules.exceptions.iter().filter(|c| c.holds(input)).count() > 1;
            match rule_set.quote_json(&input.json()) {
                Ok(quote) => {
                    prop_assert!(!refused && !meet, "{input:?} is priced\n{text}");
                    let taken = rules.chain.iter().position(|c| c.holds(input)).unwrap_or(rules.chain.len());
                    let output = quote.output("taken").unwrap();
                    let output = serde_json::to_string(&output).unwrap();
                    prop_assert_eq!(output.trim_matches('"'), taken.to_string());
                    let option = rules.first.iter().position(|c| c.holds(input)).filter(|_| rules.first_when.holds(input));
                    let amount = option.map(|at| format!("{}.00 USD", at + 1));
                    let booked = quote.charges().find(|line| line.code() == "FIRST");
                    prop_assert_eq!(booked.map(|line| line.money().to_string()), amount);
                }
                Err(error) => prop_assert!(refused || meet, "{input:?}: {error}\n{text}"),
            }
        }
    }
}
