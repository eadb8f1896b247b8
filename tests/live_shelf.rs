//! Which edition prices what: by the day in the input, by who supersedes whom, and as it was known on a day.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use ratewright::RuleSet;
use ratewright::live::{Choice, Edition, LiveContext, LiveError, Shelf, ShelfProblem, ShelfProblems};
use ratewright::value::Date;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn compiled(text: &str) -> Edition {
    Edition::new(RuleSet::compile(text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}")))
}

/// An edition of `parcel` that charges its price.
fn edition(version: &str, header: &str, price: u32) -> Edition {
    compiled(&format!(
        "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD  priced on shipped  {header} }}\n\
         input {{ shipped : date }}\ncharge BASE = {price} USD"
    ))
}

fn shelf(editions: &[Edition]) -> Result<Shelf, ShelfProblems> {
    editions.iter().fold(Shelf::builder(), |builder, edition| builder.with(edition.clone())).build()
}

/// 2026.1 for the year; 2026.2 corrects it from March on, and is known from 2 April; 2026.3 corrects that for May and June alone, and is
/// known from 20 May; 2027.1 follows, announced on 1 November.
fn corrected() -> Shelf {
    shelf(&[
        edition("2027.1", "effective 2027-01-01 through 2027-12-31  published 2026-11-01", 20),
        edition(
            "2026.3",
            "effective 2026-05-01 through 2026-06-30  published 2026-05-20  supersedes \"2026.2\" from 2026-05-10",
            13,
        ),
        edition("2026.1", "effective 2026-01-01 through 2026-12-31", 11),
        edition(
            "2026.2",
            "effective 2026-01-01 through 2026-12-31  published 2026-04-02  supersedes \"2026.1\" from 2026-03-01",
            12,
        ),
    ])
    .unwrap()
}

/// A business day, and the price on it: as known on 1 April, 2 April, 19 May, 20 May and 1 November, and today. Worked out by hand.
const PRICES: [(&str, [Option<u32>; 6]); 13] = [
    ("2025-12-31", [None, None, None, None, None, None]),
    ("2026-01-01", [Some(11), Some(11), Some(11), Some(11), Some(11), Some(11)]),
    ("2026-02-28", [Some(11), Some(11), Some(11), Some(11), Some(11), Some(11)]),
    ("2026-03-01", [Some(11), Some(12), Some(12), Some(12), Some(12), Some(12)]),
    ("2026-05-01", [Some(11), Some(12), Some(12), Some(12), Some(12), Some(12)]),
    ("2026-05-09", [Some(11), Some(12), Some(12), Some(12), Some(12), Some(12)]),
    ("2026-05-10", [Some(11), Some(12), Some(12), Some(13), Some(13), Some(13)]),
    ("2026-06-30", [Some(11), Some(12), Some(12), Some(13), Some(13), Some(13)]),
    ("2026-07-01", [Some(11), Some(12), Some(12), Some(12), Some(12), Some(12)]),
    ("2026-12-31", [Some(11), Some(12), Some(12), Some(12), Some(12), Some(12)]),
    ("2027-01-01", [None, None, None, None, Some(20), Some(20)]),
    ("2027-12-31", [None, None, None, None, Some(20), Some(20)]),
    ("2028-01-01", [None, None, None, None, None, None]),
];

const KNOWN: [Option<&str>; 6] =
    [Some("2026-04-01"), Some("2026-04-02"), Some("2026-05-19"), Some("2026-05-20"), Some("2026-11-01"), None];

#[test]
fn the_edition_in_force_prices_whatever_is_known() {
    let shelf = corrected();
    let mut context = LiveContext::new();
    for (shipped, prices) in PRICES {
        let input = format!(r#"{{"shipped": "{shipped}"}}"#);
        for (known_on, price) in KNOWN.iter().zip(prices) {
            let mut choice = Choice::rule_set("parcel");
            let mut found = shelf.edition("parcel", day(shipped));
            if let Some(known_on) = known_on {
                choice = choice.as_known_on(day(known_on));
                found = shelf.edition_as_known("parcel", day(shipped), day(known_on));
            }
            let what = format!("{shipped} as known on {known_on:?}");
            match (shelf.quote_json_in(&mut context, choice, &input), price) {
                (Ok(quote), Some(price)) => {
                    assert_eq!(quote.totals()[0].to_string(), format!("{price}.00 USD"), "{what}");
                    assert_eq!(quote.edition(), Some(found.unwrap().digest()), "{what}");
                    assert_eq!(quote, found.unwrap().quote_json(&input).unwrap(), "{what}");
                    assert_eq!(shelf.edition_for_json(choice, &input).unwrap(), found.unwrap(), "{what}");
                }
                (Err(error), None) => {
                    assert_eq!(found, None, "{what}");
                    assert!(matches!(error, LiveError::NotInForce { .. }), "{what}: {error}");
                    assert_eq!(shelf.edition_for_json(choice, &input), Err(error), "{what}");
                }
                (outcome, price) => panic!("{what}: {outcome:?}, expected {price:?}"),
            }
        }
    }
    let seasons: Vec<String> =
        shelf.timeline("parcel").map(|(days, edition)| format!("{} {days}", edition.version().unwrap())).collect();
    assert_eq!(
        seasons,
        [
            "2026.1 from 2026-01-01 through 2026-02-28",
            "2026.2 from 2026-03-01 through 2026-05-09",
            "2026.3 from 2026-05-10 through 2026-06-30",
            "2026.2 from 2026-07-01 through 2026-12-31",
            "2027.1 from 2027-01-01 through 2027-12-31",
        ]
    );
    assert_eq!(shelf.newest("parcel").unwrap().version(), Some("2027.1"));
}

#[test]
fn a_quote_that_is_used_again_is_empty_after_an_error() {
    let shelf = corrected();
    let (mut context, mut quote) = (LiveContext::new(), ratewright::Quote::default());
    shelf.quote_fields_into(&mut context, "parcel", &[("shipped", "2026-03-01")], &mut quote).unwrap();
    assert_eq!(quote.version(), Some("2026.2"));
    let error = shelf.quote_fields_into(&mut context, "parcel", &[("shipped", "2028-03-01")], &mut quote).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no edition of `parcel` is in force on 2028-03-01: what happens from 2026-01-01 through 2027-12-31 is priced"
    );
    assert_eq!((quote.version(), quote.edition(), quote.charges().len()), (None, None, 0));
    let choice = Choice::rule_set("parcel").as_known_on(day("2026-10-31"));
    let error = shelf.quote_fields(choice, &[("shipped", "2027-03-01")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no edition of `parcel` that was known on 2026-10-31 is in force on 2027-03-01: what happens from 2026-01-01 through 2026-12-31 is priced"
    );
    let late = shelf_of_one("published 2026-04-02");
    let choice = Choice::rule_set("parcel").as_known_on(day("2026-04-01"));
    let error = late.quote_fields(choice, &[("shipped", "2026-03-01")]).unwrap_err();
    assert_eq!(error.to_string(), "no edition of `parcel` was known on 2026-04-01");
    assert_eq!(
        late.quote_fields("parcels", &[]).unwrap_err().to_string(),
        "there is no rule set `parcels`: there is `parcel`"
    );
}

fn shelf_of_one(header: &str) -> Shelf {
    shelf(&[edition("1", header, 1)]).unwrap()
}

#[test]
fn one_edition_without_a_period_needs_no_day() {
    let plain = compiled("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 3 USD");
    let shelf = Shelf::builder().with(plain.clone()).build().unwrap();
    assert_eq!(shelf.quote_json("parcel", "{}").unwrap(), plain.quote_json("{}").unwrap());
    let problems = Shelf::builder()
        .with(plain.clone())
        .with(edition("2", "effective 2026-01-01 through 2026-12-31", 1))
        .build()
        .unwrap_err();
    assert!(problems.all().contains(&ShelfProblem::NotPricedOnADay { edition: plain }), "{problems}");
}

#[test]
fn one_edition_that_supersedes_another_prices_nothing_before_its_day() {
    let shelf = shelf_of_one("effective 2026-01-01 through 2026-12-31  supersedes \"0\" from 2026-03-01");
    assert!(shelf.quote_fields("parcel", &[("shipped", "2026-03-01")]).is_ok());
    let error = shelf.quote_fields("parcel", &[("shipped", "2026-02-28")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no edition of `parcel` is in force on 2026-02-28: what happens from 2026-03-01 through 2026-12-31 is priced"
    );
}

#[test]
fn what_is_wrong_names_the_editions_and_the_days() {
    let year = |version: &str, from: &str, through: &str, rest: &str| {
        edition(version, &format!("effective {from} through {through} {rest}"), 1)
    };
    let told = |editions: &[Edition]| shelf(editions).unwrap_err().to_string();
    let (first, second) = (year("1", "2026-01-01", "2026-06-30", ""), year("2", "2026-06-01", "2026-12-31", ""));
    assert_eq!(
        told(&[second.clone(), first.clone()]),
        "`parcel` \"1\" and `parcel` \"2\" both hold from 2026-06-01 through 2026-06-30: end one before the other begins, or let the \
         later say that it `supersedes` the earlier"
    );
    assert_eq!(
        told(&[year("3", "2026-07-02", "2026-12-31", ""), first.clone()]),
        "no edition of `parcel` holds on 2026-07-01: `parcel` \"1\" holds from 2026-01-01 through 2026-06-30, and `parcel` \"3\" from \
         2026-07-02 through 2026-12-31; let one of them hold these days too, or add an edition for them"
    );
    // Two editions that both supersede a third and not each other.
    let (one, other) = (
        year("2", "2026-03-01", "2026-12-31", "supersedes \"1\" from 2026-03-01"),
        year("3", "2026-04-01", "2026-12-31", "supersedes \"1\" from 2026-05-01"),
    );
    let problems = shelf(&[first.clone(), one.clone(), other.clone()]).unwrap_err();
    let [ShelfProblem::Overlap { before, after, days, astray: None }] = problems.all() else { panic!("{problems}") };
    assert_eq!((before, after, days.to_string()), (&one, &other, "from 2026-05-01 through 2026-12-31".to_string()));
    // It names a version that is not there.
    let astray = told(&[first.clone(), year("2", "2026-06-01", "2026-12-31", "supersedes \"0\" from 2026-06-10")]);
    assert_eq!(
        astray,
        "`parcel` \"1\" and `parcel` \"2\" both hold from 2026-06-10 through 2026-06-30: `parcel` \"2\" supersedes \"0\", of which \
         there is no edition; add that edition, or name the version that is replaced"
    );
    let told_twice = told(&[first.clone(), year("1", "2026-07-01", "2026-12-31", "")]);
    assert!(told_twice.starts_with("two editions are `parcel` \"1\": "), "{told_twice}");
    assert!(told_twice.ends_with("; leave one of them out, or give it another version"), "{told_twice}");
    let (a, b) = (
        year("a", "2026-01-01", "2026-12-31", "supersedes \"b\" from 2026-01-01"),
        year("b", "2026-01-01", "2026-12-31", "supersedes \"a\" from 2026-01-01"),
    );
    assert_eq!(
        told(&[b, a]),
        "`parcel` \"a\" supersedes `parcel` \"b\", and `parcel` \"b\" supersedes `parcel` \"a\", itself or through others; take `supersedes` out of the one that was \
         made first"
    );
    let problems = Shelf::builder().with(first).contract("ACME", "acme").base("basic").build().unwrap_err();
    assert_eq!(
        problems.to_string(),
        "the contract of customer `ACME` is `acme`, of which there is no edition; add an edition of it, or take the contract away \
         first\nthe base tariff is `basic`, of which there is no edition; add an edition of it, or name another base tariff"
    );
}

#[test]
fn editions_that_read_the_day_from_other_fields_must_agree_or_say_so() {
    let on = |version: &str, field: &str, period: &str, price: u32| {
        compiled(&format!(
            "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD  priced on {field}  effective {period} }}\n\
             input {{ ordered : date  shipped : date }}\ncharge BASE = {price} USD"
        ))
    };
    let shelf = shelf(&[
        on("2026", "ordered", "2026-01-01 through 2026-12-31", 10),
        on("2027", "shipped", "2027-01-01 through 2027-12-31", 11),
    ])
    .unwrap();
    let total = |ordered, shipped| {
        let fields = [("ordered", ordered), ("shipped", shipped)];
        shelf.quote_fields("parcel", &fields).map(|quote| quote.totals()[0].to_string())
    };
    assert_eq!(total("2026-12-01", "2026-12-05").unwrap(), "10.00 USD");
    // By the newer it is priced on its day of shipping, in its own period.
    assert_eq!(total("2026-12-31", "2027-01-02").unwrap(), "11.00 USD");
    assert_eq!(
        total("2027-01-02", "2026-12-31").unwrap_err().to_string(),
        "`parcel` \"2027\" prices this on 2026-12-31, when `parcel` \"2026\" is in force; but `parcel` \"2026\" prices it on 2027-01-02, \
         when it is not in force"
    );
}

#[test]
fn an_input_of_last_year_is_read_by_the_rules_of_last_year() {
    let with = |version: &str, field: &str, period: &str| {
        compiled(&format!(
            "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD  priced on shipped  effective {period} }}\n\
             input {{ shipped : date  {field} }}\ncharge BASE = 1 USD"
        ))
    };
    let shelf = shelf(&[
        with("2026", "zone : integer", "2026-01-01 through 2026-12-31"),
        with("2027", "postcode : text", "2027-01-01 through 2027-12-31"),
    ])
    .unwrap();
    let mut context = LiveContext::new();
    for _ in 0..2 {
        let mut quoted = |shipped: &str, field: &str| {
            let fields = [("shipped", shipped), (field, "7")];
            shelf.quote_fields_in(&mut context, "parcel", &fields).map(|quote| quote.version().unwrap().to_string())
        };
        assert_eq!(quoted("2026-05-01", "zone").unwrap(), "2026");
        assert_eq!(quoted("2027-05-01", "postcode").unwrap(), "2027");
        // The edition in force says what it misses, whichever other could read the input.
        let told = "`parcel` \"2027\": input not accepted: ";
        let error = quoted("2027-05-01", "zone").unwrap_err().to_string();
        assert!(error.starts_with(told), "{error}");
        let error = quoted("2026-05-01", "postcode").unwrap_err().to_string();
        assert!(error.starts_with("`parcel` \"2026\": input not accepted: "), "{error}");
        let error = quoted("2028-05-01", "zone").unwrap_err().to_string();
        assert!(error.starts_with("no edition of `parcel` is in force on 2028-05-01: what happens from "), "{error}");
        let error = quoted("someday", "zone").unwrap_err();
        assert!(error.pricing().is_some(), "{error}");
    }
}

#[test]
fn a_contract_lapses_to_the_base_only_where_the_shelf_says_so() {
    let of = |name: &str, period: &str, price: u32| {
        compiled(&format!(
            "ruleset {name} \"Parcels\" {{ currency USD  priced on shipped {period} }}\ninput {{ shipped : date }}\n\
             charge BASE = {price} USD"
        ))
    };
    let builder = Shelf::builder()
        .with(of("base", "", 10))
        .with(of("acme", "effective 2026-01-01 through 2026-06-30", 8))
        .base("base");
    let total = |shelf: &Shelf, customer: &str, shipped: &str| {
        let quote = shelf.quote_fields(Choice::customer(customer), &[("shipped", shipped)]);
        quote.map(|quote| quote.totals()[0].to_string()).map_err(|error| error.to_string())
    };
    let strict = builder.clone().contract("ACME", "acme").build().unwrap();
    let lapsing = builder.contract_or_base("ACME", "acme").build().unwrap();
    for shelf in [&strict, &lapsing] {
        assert_eq!(total(shelf, "ACME", "2026-06-30").unwrap(), "8.00 USD");
        assert_eq!(total(shelf, "Bolt", "2026-06-30").unwrap(), "10.00 USD");
        assert_eq!(shelf.contract("ACME"), Some("acme"));
    }
    assert_eq!(
        total(&strict, "ACME", "2026-07-01").unwrap_err(),
        "no edition of `acme` is in force on 2026-07-01: what happens from 2026-01-01 through 2026-06-30 is priced"
    );
    assert_eq!(total(&lapsing, "ACME", "2026-07-01").unwrap(), "10.00 USD");
}

#[test]
fn an_input_that_no_edition_reads_is_answered_by_the_newest_whichever_was_used_before() {
    let edition = |head: &str, more: &str| {
        compiled(&format!(
            "ruleset parcel \"Parcels\" {{ currency USD  priced on shipped  {head} }}\ninput {{ shipped : date  {more} }}\ncharge A = 1 USD"
        ))
    };
    let newest = edition("effective from 2026-03-01", "zone : text");
    let shelf = Shelf::builder()
        .with(edition("effective 2026-01-01 through 2026-02-28", ""))
        .with(newest.clone())
        .build()
        .unwrap();
    let mut context = LiveContext::new();
    let fresh = shelf.quote_json_in(&mut context, "parcel", r#"{"weight": 3}"#).unwrap_err();
    let LiveError::Pricing { edition, .. } = &fresh else { panic!("{fresh}") };
    assert_eq!(edition, &newest);
    shelf.quote_json_in(&mut context, "parcel", r#"{"shipped": "2026-01-10"}"#).unwrap();
    assert_eq!(shelf.quote_json_in(&mut context, "parcel", r#"{"weight": 3}"#).unwrap_err(), fresh);
}

#[test]
fn what_there_is_instead_is_named() {
    let words = |shelf: &Shelf, name: &str| shelf.quote_json(name, "{}").unwrap_err().to_string();
    assert_eq!(words(&Shelf::default(), "parcel"), "there is no rule set `parcel`: none has been published yet");
    let of = |names: &[&str]| {
        let editions =
            names.iter().map(|name| compiled(&format!("ruleset {name} \"P\" {{ currency USD }}\ncharge A = 1 USD")));
        editions.fold(Shelf::builder(), |shelf, edition| shelf.with(edition)).build().unwrap()
    };
    assert_eq!(words(&of(&["freight"]), "parcel"), "there is no rule set `parcel`: there is `freight`");
    let some = of(&["a", "b", "c", "d", "n", "y", "z"]);
    assert_eq!(words(&some, "m"), "there is no rule set `m`: there are, among others, `b`, `c`, `d`, `n`, `y` and `z`");
    assert_eq!(words(&some, "zz"), "there is no rule set `zz`: there are, among others, `n`, `y` and `z`");
    // As known on a day, there may be days between that nothing prices.
    let dated = |version: &str, head: &str| {
        compiled(&format!(
            "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD  priced on shipped  {head} }}\n\
             input {{ shipped : date }}\ncharge A = 1 USD"
        ))
    };
    let shelf = Shelf::builder()
        .with(dated("1", "effective 2026-01-01 through 2026-02-28"))
        .with(dated("2", "effective 2026-03-01 through 2026-03-31  published 2026-02-20"))
        .with(dated("3", "effective from 2026-04-01"))
        .build()
        .unwrap();
    let choice = Choice::rule_set("parcel").as_known_on(Date::parse("2026-02-01").unwrap());
    assert_eq!(
        shelf.quote_fields(choice, &[("shipped", "2026-03-10")]).unwrap_err().to_string(),
        "no edition of `parcel` that was known on 2026-02-01 is in force on 2026-03-10: what happens from 2026-01-01 through 2026-02-28 \
         and from 2026-04-01 is priced"
    );
    assert_eq!(
        shelf.quote_fields("parcel", &[("shipped", "2025-12-31")]).unwrap_err().to_string(),
        "no edition of `parcel` is in force on 2025-12-31: what happens from 2026-01-01 is priced"
    );
}
