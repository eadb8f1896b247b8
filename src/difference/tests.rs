//! Pairs of rule sets, and what is said to have changed between them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;

const HEADER: &str = r#"
ruleset parcel "Parcels" version "1" { currency USD  effective 2026-01-01 through 2026-12-31  priced on day }
enum Service { ground "Ground", air "Air" }
record Line { weight : mass in lb }
"#;

const INPUT: &str =
    "input { day : date  service : Service  zone : integer  weight : mass in lb  lines : list of Line }";

fn compiled(text: &str) -> RuleSet {
    RuleSet::compile(text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"))
}

/// Everything that is said about a pair of rule sets, line by line.
fn told(old: &str, new: &str) -> Vec<String> {
    let difference = compiled(old).difference(&compiled(new));
    let mut lines = Vec::new();
    for change in &difference.changes {
        let how = match &change.how {
            How::Added => "added".to_string(),
            How::Removed => "removed".to_string(),
            How::Changed => "changed".to_string(),
            How::Renamed(was) => format!("renamed from {was}"),
        };
        let kind = if change.meaning || change.how != How::Changed {
            change.kind.to_string()
        } else {
            format!("words of {}", change.kind)
        };
        lines.push(format!("{kind} {} {how}", change.name).replace("header  ", "header "));
        for detail in &change.details {
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_string());
            let within = detail.within.iter().map(|one| format!("{one}: ")).collect::<String>();
            let because = detail.because.iter().map(|text| format!(" because {text}")).collect::<String>();
            let (before, after) = (side(&detail.before), side(&detail.after));
            lines.push(format!("  {}: {within}{before} → {after}{because}", detail.aspect));
        }
        for one in change.table.iter().flat_map(|table| &table.boxes) {
            let keys: Vec<String> = one.keys.iter().map(|(name, keys)| format!("{name} {keys}")).collect();
            let values: Vec<String> =
                one.values.iter().map(|value| format!("{} {} → {}", value.column, value.before, value.after)).collect();
            lines.push(format!("  [{}] {}", keys.join("; "), values.join(", ").trim()));
        }
        lines.extend(change.breaks.iter().map(|breaks| format!("  breaks: {breaks}")));
    }
    for affected in &difference.affected {
        let items: Vec<String> = affected.items.iter().map(|(kind, name)| format!("{kind} {name}")).collect();
        lines.push(format!("through {} {}: {}", affected.through.0, affected.through.1, items.join(", ")));
    }
    lines.extend(difference.moved.iter().map(|(kind, name)| format!("moved {kind} {name}")));
    lines
}

/// A rule set of the common header and input, and items.
fn rules(items: &str) -> String {
    format!("{HEADER}{INPUT}\n{items}")
}

#[track_caller]
fn check(old: &str, new: &str, lines: &[&str]) {
    assert_eq!(told(&rules(old), &rules(new)), lines);
}

#[test]
fn order_layout_comments_and_equal_units_are_no_change() {
    let old = "
        charge BASE = 2.50 USD per lb * weight + 1 USD when weight > 50 lb and zone is 3
        let heaviest = greatest of line.weight for each line in lines
        function fee(w : mass in lb) = w * 0.10 USD per lb rounded to 0.01 USD
        charge FEE = fee(heaviest)";
    let new = "
        # heavier
        function fee(weight_of_one : mass in lb) = weight_of_one * 0.10 USD per lb rounded to 0.01 USD
        charge BASE =
            1 USD + weight * 250 USD per cwt    # turned around
            when weight > 800 oz and zone is 3
        charge FEE = fee(heaviest)
        let heaviest = greatest of one.weight for each one in lines";
    check(old, new, &["moved charge BASE", "moved let heaviest"]);
}

#[test]
fn a_formula_is_told_by_its_smallest_changed_part() {
    let old = "charge BASE = 2.50 USD per lb * weight + 1 USD less 10% minimum 8 USD when weight > 50 lb and zone is 3";
    let new = "charge BASE = 2.75 USD per lb * weight + 1 USD less 12% minimum 8 USD when weight > 60 lb and zone is 3";
    check(
        old,
        new,
        &[
            "charge BASE changed",
            "  amount: 2.50 USD per lb → 2.75 USD per lb",
            "  amount: 10% → 12%",
            "  when: 50 lb → 60 lb",
        ],
    );
    // A term and a stage more, a link of a condition less.
    let new = "charge BASE = 2.50 USD per lb * weight + 1 USD + 0.20 USD less 10% less 1 USD minimum 8 USD when weight > 50 lb";
    check(
        old,
        new,
        &[
            "charge BASE changed",
            "  amount: - → 0.20 USD",
            "  amount: - → less 1 USD",
            "  when: weight > 50 lb and zone is 3 → weight > 50 lb",
        ],
    );
}

#[test]
fn what_only_depends_on_a_change_is_told_apart() {
    let old = "
        parameter rate : USD per lb { from 2026-01-01 2.50 USD per lb  from 2026-04-01 2.60 USD per lb because \"index\" }
        let price = rate * weight
        charge BASE = price
        charge FUEL = 10% of BASE
        charge FLAT = 3 USD
        output shown = price";
    let new = &old.replace("2.60 USD per lb because \"index\"", "2.70 USD per lb because \"index 2\"");
    check(
        old,
        new,
        &[
            "parameter rate changed",
            "  from 2026-04-01: 2.60 USD per lb → 2.70 USD per lb because index 2",
            "through parameter rate: output shown, charge BASE, charge FUEL",
        ],
    );
}

#[test]
fn a_new_name_for_the_same_thing_is_recognised() {
    let old = "
        let price = rates[service].rate * weight
        table rates unique { service : Service -> rate : USD per lb
          | service || rate |
          | ground || 2 |
          | air || 5 |
        }
        charge BASE \"Base\" = price minimum 3 USD
        output price_shown = price";
    let new = &old.replace("rates", "tariff").replace("price ", "amount ").replace("= price", "= amount");
    check(old, new, &["table tariff renamed from rates", "let amount renamed from price"]);
    let new = &old.replace("charge BASE", "charge FREIGHT");
    check(old, new, &["charge FREIGHT renamed from BASE"]);
}

#[test]
fn inputs_say_what_a_caller_runs_into() {
    let old = "input { day : date  weight : mass in lb from 1 lb through 150 lb  note : text  zone : integer }";
    let new = "input { day : date  weight : mass in kg from 1 lb through 150 lb  note : text?  carrier : text  area : integer? }";
    let charge = "\ncharge BASE = 1 USD";
    let header = HEADER.replace("  lines : list of Line", "");
    let lines = told(&format!("{header}{old}{charge}"), &format!("{header}{new}{charge}"));
    assert_eq!(
        lines,
        [
            "input weight changed",
            "  type: lb → kg",
            "  breaks: what a caller sends is read as kg, no longer as lb",
            "input note changed",
            "  type: text → text?",
            "input zone removed",
            "  type: integer → -",
            "  breaks: a caller that still sends `zone` is refused",
            "input carrier added",
            "  type: - → text",
            "  breaks: a caller must now send `carrier`",
            "input area added",
            "  type: - → integer?",
        ]
    );
}

#[test]
fn tables_are_compared_by_the_keys_that_answer_otherwise() {
    let table = |rows: &str| {
        format!(
            "table rates unique {{ zone : integer by range  weight : mass in lb by range -> price : money
              | zone | weight || price |\n{rows}\n }}
            charge BASE = rates[zone, weight].price"
        )
    };
    let old = table(
        "| 1 through 3 | from 0 until 500 || 42.10 |
         | 1 through 3 | from 500 until 1000 || 40.00 |
         | 4 | any || 50.00 |",
    );
    // The same otherwise: rows turned around, one cut in two, and zone 4 by another notation.
    let same = table(
        "| 4 through 4 | any || 50.00 |
         | 1 through 3 | from 500 until 1000 || 40.00 |
         | 1 through 2 | from 0 until 500 || 42.10 |
         | 3 | from 0 until 500 || 42.10 |",
    );
    check(&old, &same, &[]);
    let new = table(
        "| 1 through 2 | from 0 until 500 || 42.10 |
         | 3 | from 0 until 500 || 43.00 |
         | 1 through 3 | from 500 until 2000 || 40.00 |
         | 4 | any || 50.00 |",
    );
    check(
        &old,
        &new,
        &[
            "table rates changed",
            "  [zone 1 through 2; weight 1000 until 2000 lb] no row → 40.00 USD",
            "  [zone 3; weight 0 until 500 lb] price 42.10 USD → 43.00 USD",
            "  [zone 3; weight 1000 until 2000 lb] no row → 40.00 USD",
            "through table rates: charge BASE",
        ],
    );
}

#[test]
fn the_rest_of_a_rule_set_is_compared_too() {
    let old = "
        unit seat plural seats
        unit pallet = 48 seat
        calendar holidays { 25 December, 2026-04-03 }
        windows peak in zone \"Europe/London\" { Monday through Friday 08:00 until 20:00 except on holidays }
        tiers plan graduated over seat { up to 10 20.00 USD per seat  above 15.00 USD per seat }
        charge SEATS \"Seats\" = plan(2 pallet) because \"Terms 1\"
        charge EXTRA = dearest of { SIZE \"Size\" 31.00 USD when weight > 48 lb  ZONE 55.00 USD when zone > 4 }
        exception gold to SEATS = 0 USD when zone is 9
        total minimum 10 USD as TRUE_UP \"Minimum\"
        flag HEAVY \"heavy\" when weight > 50 lb
        refuse FAR \"too far\" when zone > 8
        refuse ODD \"odd\" when zone < 0
        output open = instant of day at 12:00 in zone \"Europe/London\" is within peak";
    let new = old
        .replace("48 seat", "50 seat")
        .replace("25 December, ", "25 December, 26 December, ")
        .replace("20:00", "18:00")
        .replace("15.00 USD per seat", "14.00 USD per seat")
        .replace("31.00 USD when weight > 48 lb", "33.00 USD when weight > 48 lb")
        .replace("\"Terms 1\"", "\"Terms 2\"")
        .replace("zone is 9", "zone is 8")
        .replace("minimum 10 USD", "minimum 12 USD")
        .replace("weight > 50 lb", "weight >= 50 lb")
        .replace("refuse FAR \"too far\" when zone > 8", "")
        .replace("when zone < 0", "when zone < 0\nrefuse FAR \"too far\" when zone > 8");
    check(
        old,
        &new,
        &[
            "header changed",
            "  order of refusals: FAR, ODD → ODD, FAR",
            "unit pallet changed",
            "  size: 48 seat → 50 seat",
            "tiers plan changed",
            "  tier: above: 15.00 USD per seat → 14.00 USD per seat",
            "calendar holidays changed",
            "  day: - → 26 December",
            "windows peak changed",
            "  hours: Monday through Friday 08:00 until 20:00 except on holidays → Monday through Friday 08:00 until 18:00 except on holidays",
            "charge SEATS changed",
            "  exception gold, when: 9 → 8",
            "  because: \"Terms 1\" → \"Terms 2\"",
            "charge EXTRA changed",
            "  amount: option SIZE: 31.00 USD → 33.00 USD",
            "total TRUE_UP changed",
            "  minimum: 10 USD → 12 USD",
            "flag HEAVY changed",
            "  when: weight > 50 lb → weight >= 50 lb",
            "through windows peak: output open",
            "moved refusal FAR",
        ],
    );
}

#[test]
fn a_header_is_compared_and_a_common_rounding_told_once() {
    let old = rules("charge A = 1 USD\ncharge B = 2 USD");
    let new = old
        .replace("2026-12-31", "2027-01-31")
        .replace("priced on day", "priced on day  rounding half even to 0.05 USD");
    let new = new.replace("version \"1\"", "version \"2\"");
    assert_eq!(
        told(&old, &new),
        [
            "header changed",
            "  version: \"1\" → \"2\"",
            "  effective: from 2026-01-01 through 2026-12-31 → from 2026-01-01 through 2027-01-31",
            "  rounding: half up to 0.01 → half even to 0.05 USD",
        ]
    );
    assert_eq!(
        told(&old, &old.replace("version \"1\"", "version \"2\"")),
        ["words of header changed", "  version: \"1\" → \"2\""]
    );
}

#[test]
fn tests_of_both_editions_run_on_the_rules_of_both() {
    let old = rules(
        "charge BASE = 2 USD per lb * weight\nlet heavy = weight > 50 lb
        test \"two\" { given day = 2026-02-01, service = air, zone = 1, weight = 2 lb, lines = []\n expect total is 4 USD }
        test \"same\" { given day = 2026-02-01, service = air, zone = 1, weight = 0 lb, lines = []\n expect total is 0 USD }
        test \"heavy\" { given day = 2026-02-01, service = air, zone = 1, weight = 2 lb, lines = []\n expect heavy is no }",
    );
    let new = rules(
        "charge BASE = 3 USD per lb * weight
        test \"same\" { given day = 2026-02-01, service = air, zone = 1, weight = 0 lb, lines = []\n expect total is 0 USD }
        test \"two\" { given day = 2026-02-01, service = air, zone = 1, weight = 2 lb, lines = []\n expect total is 6 USD }",
    );
    let retest = compiled(&old).retest(&compiled(&new));
    let word = |verdict: &Verdict| match verdict {
        Verdict::Passed => "passed".to_string(),
        Verdict::Failed(failures) => format!("{} / {}", failures[0].expected, failures[0].found),
        Verdict::DoesNotApply(why) => format!("does not apply: {why}"),
    };
    let lines: Vec<String> = retest
        .tests
        .iter()
        .map(|one| format!("{:?} {}: {} | {}", one.edition, one.name, word(&one.before), word(&one.after)))
        .collect();
    assert_eq!(
        lines,
        [
            "Older two: passed | total is 4.00 USD / 6.00 USD",
            "Older same: passed | passed",
            "Older heavy: passed | does not apply: there is nothing called `heavy`",
            "Newer two: total is 6.00 USD / 4.00 USD | passed",
        ]
    );
}

#[test]
fn the_effect_is_summed_by_currency_charge_and_key() {
    let text = "ruleset r { currency USD }
        input { weight : mass in lb  zone : text }
        charge BASE \"Base\" = 2 USD per lb * weight
        charge FAR = 3 USD when zone is \"B\"
        refuse HEAVY \"too heavy\" when weight > 50 lb";
    let (old, new) = (
        compiled(text),
        compiled(&text.replace("2 USD", "2.10 USD").replace("50 lb", "40 lb").replace("3 USD when", "2 USD when")),
    );
    let mut effect = effect::Effect::new(&["zone".to_string()], 2);
    for (weight, zone) in [(10, "A"), (5, "B"), (45, "A"), (60, "A"), (20, "B"), (0, "A")] {
        let input = format!("{{\"weight\": {weight}, \"zone\": \"{zone}\"}}");
        effect.add(&[zone], &old.quote_json(&input), &new.quote_json(&input));
    }
    let sum = |sum: &effect::Sum| format!("{} → {} {}", sum.before, sum.after, sum.currency);
    // 45 lb is refused now, 60 lb by both. 10 lb: 20 → 21; 5 lb: 10 + 3 → 10.50 + 2; 20 lb: 40 + 3 → 42 + 2; 0 lb: 0.
    assert_eq!((effect.inputs, effect.priced, effect.changed, effect.up_and_down), (6, 4, 3, (2, 1)));
    assert_eq!(sum(&effect.totals[0]), "76 → 77.5 USD");
    let charges: Vec<String> =
        effect.charges.iter().map(|one| format!("{} {} {}", one.code, one.changed, sum(&one.sum))).collect();
    assert_eq!(charges, ["BASE 3 70 → 73.5 USD", "FAR 2 6 → 4 USD"]);
    let groups: Vec<String> = effect.keys[0]
        .groups
        .iter()
        .map(|one| format!("{} {} of {} {}", one.value, one.changed, one.priced, sum(&one.totals[0])))
        .collect();
    assert_eq!(groups, ["A 1 of 2 20 → 21 USD", "B 2 of 2 56 → 56.5 USD"]);
    let largest: Vec<(usize, String)> = effect.largest.iter().map(|one| (one.input, sum(&one.total))).collect();
    assert_eq!(largest, [(0, "20 → 21 USD".to_string()), (4, "43 → 44 USD".to_string())]);
    let failures: Vec<_> = effect.failures.iter().map(|one| (one.input, one.before.is_some(), one.is_same())).collect();
    assert_eq!(failures, [(2, false, false), (3, true, true)]);
    // +5 %, -3.8 %, +2.3 %: in the classes from 5 until 10, from -5 until -2, and from 2 until 5.
    assert_eq!(effect.classes, [0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0]);
}

#[test]
fn bounds_that_widen_break_nobody() {
    let field =
        |bounds: &str| format!("{HEADER}input {{ day : date  weight : mass in lb {bounds} }}\ncharge A = 1 USD");
    let breaks = |old: &str, new: &str| {
        let difference = compiled(&field(old)).difference(&compiled(&field(new)));
        difference.changes[0].breaks.clone().unwrap_or_default()
    };
    assert_eq!(breaks("from 1 lb through 50 lb", "from 1 lb through 60 lb"), "");
    assert_eq!(breaks("from 1 lb through 50 lb", "from 1 lb"), "");
    let narrower = "some values that a caller sends may now be refused";
    assert_eq!(breaks("from 1 lb through 60 lb", "from 1 lb through 800 oz"), narrower);
    assert_eq!(breaks("from 1 lb", "over 1 lb"), narrower);
    assert_eq!(breaks("", "from 1 lb"), narrower);
}

#[test]
fn keys_of_enumerations_and_of_one_edition_are_named() {
    let table = |keys: &str, rows: &str| {
        format!(
            "table rates unique {{ {keys} -> price : money\n{rows}\n | otherwise || refuse \"NONE\" \"no rate\" |\n }}"
        )
    };
    let old = table("service : Service", "| service || price |\n| ground || 2 |\n| air || 5 |");
    let new = table(
        "service : Service  zone : integer",
        "| service | zone || price |\n| air | any || 5 |\n| ground | 7 || 3 |\n| ground | 8 || 2 |",
    );
    let look_up = "charge BASE = rates[service].price";
    let lines = told(
        &rules(&format!("{old}\n{look_up}")),
        &rules(&format!("{new}\n{}", look_up.replace("[service]", "[service, zone]"))),
    );
    assert_eq!(
        lines,
        [
            "table rates changed",
            "  key zone: - → integer",
            "  [service ground; zone up to 6, from 9] 2.00 USD → refused, NONE: no rate",
            "  [service ground; zone 7] price 2.00 USD → 3.00 USD",
            "charge BASE changed",
            "  amount: - → zone",
        ]
    );
    let reworded = old.replace("no rate", "we have no rate");
    check(
        &format!("{old}\n{look_up}"),
        &format!("{reworded}\n{look_up}"),
        &["words of table rates changed", "  otherwise, message: \"no rate\" → \"we have no rate\""],
    );
}

#[test]
fn a_contract_is_compared_with_its_base() {
    let base = rules("charge BASE = 2 USD per lb * weight\ncharge FEE = 3 USD");
    let contract =
        "ruleset acme extends parcel from \"base.rules\" \"Parcels\" { effective 2026-01-01 through 2026-12-31 }
        override charge BASE = base.BASE less 38%
        remove charge FEE";
    let compiler = crate::Compiler::new().source("base.rules", &base).source("acme.rules", contract);
    let difference = compiled(&base).difference(&compiler.compile("acme.rules").unwrap());
    let found: Vec<String> = difference
        .changes
        .iter()
        .flat_map(|change| change.details.iter().map(move |detail| (change, detail)))
        .map(|(change, detail)| format!("{} {}: {:?} → {:?}", change.kind, change.name, detail.before, detail.after))
        .collect();
    for line in [
        "charge BASE: Some(\"2 USD per lb * weight\") → Some(\"base.BASE less 38%\")",
        "charge FEE: Some(\"3 USD\") → None",
    ] {
        assert!(found.iter().any(|one| one == line), "{found:#?}");
    }
}

#[test]
fn keys_that_start_with_a_prefix_are_told_without_longer_ones() {
    let table = |rows: &str| {
        format!(
            "table rates unique {{ lane : text by longest prefix -> price : money\n | lane || price |\n{rows}\n }}
            let price = rates[\"ABX\"].price"
        )
    };
    let rows = "| AB || 1 |\n| ABC || 2 |\n| any || 3 |";
    let old = table(rows);
    let box_of = |was: &str, is: &str, told: &str| {
        check(&old, &table(&rows.replace(was, is)), &["table rates changed", told]);
    };
    box_of("any || 3", "any || 5", "  [lane anything but AB…] price 3.00 USD → 5.00 USD");
    box_of("AB || 1", "AB || 5", "  [lane AB… but not ABC…] price 1.00 USD → 5.00 USD");
    box_of("ABC || 2", "ABC || 5", "  [lane ABC…] price 2.00 USD → 5.00 USD");
    box_of("| ABC || 2 |", "| ABC || 2 |\n| AC || 4 |", "  [lane AC…] price 3.00 USD → 4.00 USD");
}

#[test]
fn the_order_of_options_is_told_where_amounts_can_be_equal() {
    let old = "charge EXTRA = dearest of { SIZE \"Size\" 31.00 USD when weight > 48 lb  ZONE \"Zone\" 31.00 USD }";
    let new = "charge EXTRA = dearest of { ZONE \"Zone\" 31.00 USD  SIZE \"Size\" 31.00 USD when weight > 48 lb }";
    let aspect = super::item::OPTION_ORDER;
    let order = format!("  {aspect}: SIZE, ZONE → ZONE, SIZE");
    check(old, new, &["charge EXTRA changed", &order]);
    // An option more leaves the others in their order.
    let more = new.replace("of { ZONE", "of { ODD 1 USD  ZONE");
    assert!(told(&rules(new), &rules(&more)).iter().all(|line| !line.contains(aspect)));
    let (before, after) = (compiled(&rules(old)), compiled(&rules(new)));
    let mut effect = effect::Effect::new(&[], 1);
    let input = |weight: u32| {
        format!("{{\"day\": \"2026-02-01\", \"service\": \"air\", \"zone\": 1, \"weight\": {weight}, \"lines\": []}}")
    };
    for weight in [50, 10] {
        effect.add(&[], &before.quote_json(&input(weight)), &after.quote_json(&input(weight)));
    }
    assert_eq!((effect.priced, effect.changed, effect.told_otherwise), (2, 0, 1));
}

#[test]
fn words_beside_an_equal_text_are_told() {
    let old = "
        unit seat plural seats
        tiers plan graduated over seat { up to 10 2.00 USD per seat  above 1.00 USD per seat }
        charge BASE = plan(20 seat)
        charge COLL = 3 USD when zone is 3
        charge FUEL = 10% of sum of applied (BASE, COLL)
        let weights = list of line.weight for each line in lines sorted by line.weight
        output both = weight > 5 lb and zone is 3 and day is 2026-02-03";
    let change = |was: &str, is: &str, lines: &[&str]| check(old, &old.replace(was, is), lines);
    change(
        "up to 10",
        "under 10",
        &["tiers plan changed", "  tier: up to 10 → under 10", "through tiers plan: charge BASE, charge FUEL"],
    );
    change(
        "sorted by line.weight",
        "sorted by line.weight descending",
        &["let weights changed", "  value: sorted by line.weight → sorted by line.weight descending"],
    );
    change("(BASE, COLL)", "(BASE)", &["charge FUEL changed", "  amount: COLL → -"]);
    change(
        "weight > 5 lb and zone is 3 and",
        "zone is 3 and weight > 5 lb and",
        &["output both changed", "  value: zone is 3 → zone is 3, in another place"],
    );
}

#[test]
fn tables_that_collect_are_compared_by_what_their_rows_come_to() {
    let rows = "| 1 || 1 |\n| 1 || 2 |\n| 2 || 4 |";
    let table = |how: &str, rows: &str| {
        format!("table fees collect {how} {{ zone : integer -> fee : money\n| zone || fee |\n{rows}\n }}\n")
    };
    let sum = table("sum", rows);
    let change = |how: &str, was: &str, is: &str, told: &[&str]| {
        let lines: Vec<&str> = std::iter::once("table fees changed").chain(told.iter().copied()).collect();
        check(&table(how, rows), &table(how, &rows.replace(was, is)), &lines);
    };
    change("sum", "1 || 2 ", "1 || 2.50 ", &["  [zone 1] fee 3.00 USD → 3.50 USD"]);
    change("max", "1 || 2 ", "1 || 2.50 ", &["  [zone 1] fee 2.00 USD → 2.50 USD"]);
    change("count", "| 1 || 2 |\n", "", &["  [zone 1] rows 2 → 1"]);
    change("sum", "| 2 || 4 |", "", &["  [zone 2] 4.00 USD → no row"]);
    change("list", "| 2 || 4 |", "", &["  [zone 2] 4.00 USD → nothing"]);
    // Another way to the same sum, and a lower value that is not the greatest.
    check(&sum, &table("sum", &rows.replace("1 || 1 ", "1 || 1.75 ").replace("1 || 2 ", "1 || 1.25 ")), &[]);
    check(&table("max", rows), &table("max", &rows.replace("1 || 1 ", "1 || 0.50 ")), &[]);
    let told = ["table fees changed", "  hit policy: collect sum → collect max", "  [zone 1] fee 3.00 USD → 2.00 USD"];
    check(&sum, &table("max", rows), &told);
    // Rules that take the rows one by one see each of them.
    let each = "let most = greatest of row.fee for each row in rows of fees[zone]\n";
    let (old, new) = (
        format!("{sum}{each}"),
        format!("{}{each}", sum.replace("1 || 1 ", "1 || 1.75 ").replace("1 || 2 ", "1 || 1.25 ")),
    );
    check(&old, &new, &["table fees changed", "  [zone 1] 1.00 USD; 2.00 USD → 1.75 USD; 1.25 USD"]);
}

#[test]
fn each_edition_of_a_table_is_read_by_its_own_hit_policy() {
    let table = |policy: &str| {
        let rows = "| zone || fee |\n| any || 1 |\n| 3 || 5 |";
        format!("table fees {policy} {{ zone : integer -> fee : money\n{rows}\n}}\n")
    };
    let (closest, first) = (table("most specific"), table("first"));
    let told = ["table fees changed", "  hit policy: most specific → first", "  [zone 3] fee 5.00 USD → 1.00 USD"];
    check(&closest, &first, &told);
    let told = ["table fees changed", "  hit policy: first → most specific", "  [zone 3] fee 1.00 USD → 5.00 USD"];
    check(&first, &closest, &told);
}
