//! Answers of both sides: the parts add up, or the legacy's stands.

use super::*;

fn trusting(charges: &[&str]) -> Plan {
    Plan { trusted: charges.iter().map(|charge| (*charge).to_owned()).collect(), ..stages(Stage::Shadow) }
}

#[test]
fn trusted_charges_take_the_place_of_the_legacys_and_the_parts_add_up() {
    let door =
        door(trusting(&["FUEL", "TOLL"]), book("charge BASE = 99 USD\ncharge FUEL = 2 USD\ncharge TOLL = 0.50 USD"));
    let called = || Ok(invoice(&[("FUEL", "1.00 USD"), ("BASE", "10.00 USD")], Some("11.00 USD")));
    let priced = door.price(&mut MigrationContext::default(), &anyone(), &serde_json::json!({}), called);
    let parts: Vec<(&str, String, Side)> =
        priced.parts.iter().map(|part| (part.charge.as_str(), part.amount.to_string(), part.by)).collect();
    let expected = [
        ("FUEL", "2.00 USD".to_owned(), Side::Candidate),
        ("BASE", "10.00 USD".to_owned(), Side::Legacy),
        ("TOLL", "0.50 USD".to_owned(), Side::Candidate),
    ];
    assert_eq!(parts, expected);
    let invoice = priced.answer.unwrap();
    assert_eq!((priced.by, invoice.total.as_deref(), priced.standing), (By::Both, Some("12.50 USD"), None));
    assert_eq!(invoice.by, Some(vec![Side::Candidate, Side::Legacy, Side::Candidate]));
    assert!(priced.edition.is_some());
    // What is compared is what each side says by itself.
    let counts = door.counts();
    assert_eq!((counts.by_both, counts.compared, counts.not_composed), (1, 1, 0));
}

#[test]
fn what_cannot_be_put_together_stays_the_legacys() {
    let rules = "charge BASE = 10 USD\ncharge FUEL = 2 USD";
    let usual: &[(&str, &str)] = &[("BASE", "10.00 USD"), ("FUEL", "1.00 USD")];
    let group = || Measure::exact().stands_for("FRT", ["BASE", "FUEL"]);
    type Lines<'t> = &'t [(&'t str, &'t str)];
    type Case<'t> = (Measure, &'t [&'t str], &'t str, Lines<'t>, Option<&'t str>, &'t str);
    let cases: [Case<'_>; 10] = [
        (
            Measure::exact(),
            &["FUEL"],
            rules,
            usual,
            Some("11.50 USD"),
            "the old code's total of 11.50 USD is not the sum of its lines, 11.00 USD",
        ),
        (
            Measure::exact(),
            &["FUEL"],
            rules,
            &[],
            Some("11.00 USD"),
            "the old code's total of 11.00 USD is not the sum of its lines, 0.00 USD",
        ),
        (Measure::exact(), &["FUEL"], rules, &[], None, "the old code states neither lines nor totals"),
        (
            Measure::exact(),
            &["FUEL", "FEUL"],
            rules,
            usual,
            None,
            "`FEUL` is trusted, and the rules have no charge of this code",
        ),
        (
            Measure::exact().ignoring("FUEL"),
            &["FUEL"],
            rules,
            usual,
            None,
            "`FUEL` is trusted, and comparisons leave it out, so that nothing is known of it",
        ),
        (
            group(),
            &["FUEL"],
            rules,
            &[("FRT", "11.00 USD")],
            None,
            "`FUEL` is trusted and `BASE` is not, and one line of the old code is for both: trust both or neither",
        ),
        (
            Measure::exact().totals_only(),
            &["FUEL"],
            rules,
            usual,
            None,
            "the old code states no lines that trusted charges could be put beside",
        ),
        (
            Measure::exact(),
            &["FUEL"],
            "charge BASE = 10 USD\ncharge FUEL = 2 EUR",
            usual,
            None,
            "the rules charge FUEL in EUR, in which the old code charges nothing",
        ),
        (
            Measure::exact(),
            &["FUEL"],
            "charge BASE = 10 USD\ncharge FUEL = 2 USD\nrefuse NO \"not today\" when n is 1",
            usual,
            None,
            "refused: NO: not today",
        ),
        (
            Measure::exact(),
            &["FUEL"],
            "charge BASE = 10 USD\ncharge FUEL = 2 USD / (n - 1)",
            usual,
            None,
            "division by zero",
        ),
    ];
    for (measure, trusted, rules, lines, total, words) in cases {
        let door = door(trusting(trusted), book(rules)).measured_by(measure);
        let called = || Ok(invoice(lines, total));
        let priced = door.price(&mut MigrationContext::default(), &anyone(), &serde_json::json!({}), called);
        assert_eq!(
            (priced.answer, priced.by, priced.parts),
            (Ok(invoice(lines, total)), By::Legacy, vec![]),
            "{words}"
        );
        let standing = priced.standing.unwrap().to_string();
        assert!(standing.contains(words), "{standing:?} for {words:?}");
        let counts = door.counts();
        assert_eq!((counts.not_composed + counts.fell_back, counts.by_both), (1, 0), "{words}");
    }
    // A legacy that refuses stays with that.
    let door = door(trusting(&["FUEL"]), self::rules());
    let refused = || Err("too heavy".to_owned());
    let priced = door.price(&mut MigrationContext::default(), &anyone(), &serde_json::json!({}), refused);
    assert_eq!((priced.answer, priced.by), (Err("too heavy".to_owned()), By::Legacy));
    assert_eq!(priced.standing.unwrap().to_string(), "the old code refuses the input");
}

#[test]
fn whatever_is_trusted_the_total_is_the_legacys_less_what_it_charged_for_it_and_more_what_the_rules_do() {
    let cents =
        |cents: i64| format!("{}{}.{:02} USD", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
    let mut seed = 7_u64;
    let mut lot = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let codes = ["A", "B", "C", "D"];
    for round in 0..300 {
        let amounts: Vec<i64> = codes.iter().map(|_| lot(20_000) as i64 - 5_000).collect();
        let charges: Vec<String> =
            codes.iter().zip(&amounts).map(|(code, amount)| format!("charge {code} = {}", cents(*amount))).collect();
        let trusted: Vec<&str> = codes.iter().copied().filter(|_| lot(2) == 0).collect();
        let lines: Vec<(&str, i64)> =
            (0..lot(7)).map(|_| (["A", "B", "C", "D", "OLD"][lot(5) as usize], lot(9_000) as i64 - 2_000)).collect();
        let all: i64 = lines.iter().map(|(_, amount)| amount).sum();
        let door = door(trusting(&trusted), book(&charges.join("\n")));
        let called = || {
            let lines: Vec<(String, String)> =
                lines.iter().map(|(code, amount)| ((*code).to_owned(), cents(*amount))).collect();
            Ok(Invoice { lines, total: Some(cents(all)), by: None })
        };
        let priced = door.price(&mut MigrationContext::default(), &anyone(), &serde_json::json!({}), called);
        let before: i64 = lines.iter().filter(|(code, _)| trusted.contains(code)).map(|(_, amount)| amount).sum();
        let instead: i64 =
            codes.iter().zip(&amounts).filter(|(code, _)| trusted.contains(code)).map(|(_, amount)| amount).sum();
        assert_eq!(priced.answer.unwrap().total, Some(cents(all - before + instead)), "round {round}");
        assert_eq!(priced.by, if trusted.is_empty() { By::Legacy } else { By::Both }, "round {round}");
    }
}

#[test]
fn one_legacy_line_for_several_trusted_charges_gives_its_place_to_all_of_them() {
    let measure = Measure::exact().stands_for("FRT", ["BASE", "FUEL"]);
    let door = door(trusting(&["BASE", "FUEL"]), rules()).measured_by(measure);
    let called = || Ok(invoice(&[("FRT", "11.00 USD"), ("FEE", "3.00 USD"), ("FRT", "0.25 USD")], Some("14.25 USD")));
    let priced = door.price(&mut MigrationContext::default(), &anyone(), &serde_json::json!({}), called);
    let invoice = priced.answer.unwrap();
    let lines: Vec<&str> = invoice.lines.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!((lines, invoice.total.as_deref()), (vec!["BASE", "FUEL", "FEE"], Some("15.00 USD")));
}
