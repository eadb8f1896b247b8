//! A rule that agrees is ready only where cases came to the numbers of the sheet that are asked for; what is charged, and what old code answers, is worked
//! by hand.

use crate::tracing::{path, tracing};
use ratewright::Quote;
use ratewright::migrate::judgement::Gate;
use ratewright::migrate::{
    Answer, Approval, Case, ComparisonMemory, Counting, Evidence, Facts, Judgement, Measure, Path, Policy, Prices,
    Prober, Readiness, RuleJudgement, Said, Stratum, Tracing,
};
use ratewright::value::Date;

const BOUND: &str = "a minimum or maximum in it, or in what it refers to, was not seen both to apply and not to apply: probe it, or name an approver";

/// Takes down an input with what old code answers to it: lines of codes and amounts in USD.
fn take(evidence: &mut Evidence, tracing: &Tracing, input: &str, old: &[(&str, String)]) {
    let (mut quote, mut path) = (Quote::default(), Path::default());
    let priced = tracing.quote_json_into(&mut tracing.edition().context(), input, &mut quote, &mut path);
    let old: Answer = old
        .iter()
        .fold(Prices::new(), |prices, (code, amount)| prices.line(*code, format!("{amount} USD").parse().unwrap()))
        .into();
    let candidate = priced.as_ref().map(|()| Said::from(&quote)).unwrap_or_else(|error| panic!("{error}"));
    let comparison = Measure::exact().compare(&mut ComparisonMemory::default(), Said::from(&old), candidate);
    let case = Case { stratum: Stratum::Replay, path: &path, quote: Some(&quote), comparison: &comparison };
    evidence.record(tracing, case);
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn policy() -> Policy {
    Policy { distinct_cases_per_rule: 20, distinct_cases_of_high_revenue: 20, ..Policy::default() }
}

fn judged(evidence: &Evidence, tracing: &Tracing) -> Judgement {
    policy().judge(evidence, &Facts::new(day("2026-11-24"), tracing.edition()))
}

fn rule<'j>(judgement: &'j Judgement, name: &str) -> &'j RuleJudgement {
    judgement.rules.iter().find(|rule| rule.rule.name == name).unwrap()
}

/// What is said of the numbers of a rule.
fn numbers<'j>(judgement: &'j Judgement, name: &str) -> Vec<(Readiness, &'j str)> {
    let of = rule(judgement, name).reasons.iter().filter(|reason| reason.gate == Gate::Numbers);
    of.map(|reason| (reason.readiness, reason.words.as_str())).collect()
}

fn cents(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

const HEAD: &str =
    "ruleset t \"t\" { currency USD }\ninput { weight : mass in lb from 0 lb through 5000 lb  far : yes/no = no }\n";

/// Far parcels cost 50 USD, which is dearer than the minimum of A below 450 lb: that minimum stood on no bill.
#[test]
fn a_bound_of_an_option_is_seen_only_where_the_option_is_charged() {
    let tracing = tracing(&format!(
        "{HEAD}charge LINE = dearest of {{\n A weight * 10 USD per cwt minimum 45 USD\n B 50 USD when far\n}}"
    ));
    let mut evidence = Evidence::new(&tracing, Counting::default());
    for weight in 100..130 {
        take(&mut evidence, &tracing, &format!(r#"{{"weight": {weight}, "far": true}}"#), &[("LINE", cents(5000))]);
        // 10 cents for a pound.
        take(&mut evidence, &tracing, &format!(r#"{{"weight": {}}}"#, weight * 6), &[("LINE", cents(weight * 60))]);
    }
    let judgement = judged(&evidence, &tracing);
    assert_eq!(rule(&judgement, "LINE").readiness, Readiness::InsufficientEvidence);
    assert_eq!(numbers(&judgement, "LINE"), [(Readiness::InsufficientEvidence, BOUND)]);
    take(&mut evidence, &tracing, r#"{"weight": 100}"#, &[("LINE", cents(4500))]);
    let judgement = judged(&evidence, &tracing);
    assert_eq!((rule(&judgement, "LINE").readiness, numbers(&judgement, "LINE")), (Readiness::Ready, Vec::new()));
}

/// 0.099999 USD for 450 lb are 44.99955, which are booked as 45.00, as by a minimum of 45.
#[test]
fn a_bound_of_an_option_or_exception_is_seen_as_it_is_booked() {
    let amount = "0.099999 USD per lb * weight minimum 45 USD";
    for (text, name) in [
        (format!("charge LINE = 2 USD\nexception low to LINE = {amount} when weight > 0 lb"), "LINE / low"),
        (format!("charge LINE = dearest of {{\n A {amount}\n B 1 USD\n}}"), "LINE"),
        (format!("charge LINE = {amount}"), "LINE"),
        (format!("charge LINE = {amount}\nexception none to LINE = 0 USD when weight is 5000 lb"), "LINE"),
    ] {
        let tracing = tracing(&format!("{HEAD}{text}"));
        let mut evidence = Evidence::new(&tracing, Counting::default());
        for weight in 450..480 {
            take(&mut evidence, &tracing, &format!(r#"{{"weight": {weight}}}"#), &[("LINE", cents(weight * 10))]);
        }
        let judgement = judged(&evidence, &tracing);
        assert_eq!(rule(&judgement, name).figures[0].unexplained, 0);
        assert_eq!(numbers(&judgement, name), [(Readiness::InsufficientEvidence, BOUND)], "{text}");
        take(&mut evidence, &tracing, r#"{"weight": 449}"#, &[("LINE", cents(4500))]);
        assert_eq!(rule(&judged(&evidence, &tracing), name).readiness, Readiness::Ready, "{text}");
    }
}

/// A let and a function with a minimum; a refusal and a surcharge that apply only above it see it where they decide that they do not.
#[test]
fn a_bound_in_what_a_charge_refers_to_is_asked_of_it() {
    let functions = "function least(amount : money in USD) -> money in USD = amount minimum 45 USD\n";
    for text in [
        "let freight = weight * 10 USD per cwt minimum 45 USD\n".to_owned(),
        format!("{functions}let freight = least(weight * 10 USD per cwt)\n"),
    ] {
        let tracing = tracing(&format!(
            "{HEAD}{text}charge LINE = freight\ncharge HEAVY = 1% of LINE when freight > 50 USD\nrefuse TOO_MUCH \"no\" when freight > 400 USD"
        ));
        let mut evidence = Evidence::new(&tracing, Counting::default());
        for weight in 500..530 {
            let heavy = ("HEAVY", cents((weight + 5) / 10));
            let lines = [("LINE", cents(weight * 10)), heavy];
            let lines = if weight == 500 { &lines[..1] } else { &lines };
            take(&mut evidence, &tracing, &format!(r#"{{"weight": {weight}}}"#), lines);
        }
        let judgement = judged(&evidence, &tracing);
        assert_eq!(numbers(&judgement, "LINE"), [(Readiness::InsufficientEvidence, BOUND)], "{text}");
        assert_eq!(numbers(&judgement, "HEAVY"), [(Readiness::InsufficientEvidence, BOUND)], "{text}");
        take(&mut evidence, &tracing, r#"{"weight": 100}"#, &[("LINE", cents(4500))]);
        let judgement = judged(&evidence, &tracing);
        for name in ["LINE", "HEAVY", "TOO_MUCH"] {
            assert_eq!(numbers(&judgement, name), [], "{text}{name}");
        }
        assert_eq!(rule(&judgement, "HEAVY").readiness, Readiness::Ready, "{judgement}");
    }
}

/// Below 500 lb the exception prices; the charge's own amount only at 600 lb, where both sides agree.
#[test]
fn a_charge_is_exercised_where_its_own_amount_is_computed() {
    let tracing = tracing(&format!(
        "{HEAD}charge LINE = 0.10 USD per lb * weight\nexception low to LINE = 0.20 USD per lb * weight when weight < 500 lb"
    ));
    let names =
        |input: &str| -> Vec<String> { tracing.rules(&path(&tracing, input)).map(|rule| rule.name.clone()).collect() };
    assert_eq!(names(r#"{"weight": 499}"#), ["LINE / low"]);
    assert_eq!(names(r#"{"weight": 500}"#), ["LINE"]);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    for weight in 100..130 {
        take(&mut evidence, &tracing, &format!(r#"{{"weight": {weight}}}"#), &[("LINE", cents(weight * 20))]);
    }
    let judgement = judged(&evidence, &tracing);
    assert_eq!(rule(&judgement, "LINE / low").readiness, Readiness::Ready);
    let line = rule(&judgement, "LINE");
    assert_eq!(
        (line.readiness, line.reasons[0].words.as_str()),
        (Readiness::InsufficientEvidence, "it was never compared")
    );
    // A difference there is one of the exception, and where nobody charges anything that the rules do not, of the charge.
    take(&mut evidence, &tracing, r#"{"weight": 400}"#, &[("LINE", cents(4000))]);
    let judgement = judged(&evidence, &tracing);
    let readiness = |name: &str| rule(&judgement, name).readiness;
    assert_eq!((readiness("LINE"), readiness("LINE / low")), (Readiness::InsufficientEvidence, Readiness::NotReady));
    take(&mut evidence, &tracing, r#"{"weight": 600}"#, &[("LINE", cents(6100))]);
    assert_eq!(rule(&judged(&evidence, &tracing), "LINE").readiness, Readiness::NotReady);
}

const FUEL: &str = "ruleset t \"t\" { currency USD  priced on shipped }\ninput { shipped : date  weight : mass in lb from 1 lb through 5000 lb }\n\
    parameter fuel : percent {\n from 2026-01-01 10%\n from 2026-03-01 12%\n from 2026-09-01 15%\n from 2027-01-01 16%\n}\n\
    charge LINE = 1 USD per lb * weight\ncharge FUEL = fuel of LINE";

/// Shipments of spring: the value of autumn is in force on the day of the judgement, that of winter is past and that of 2027 to come.
#[test]
fn the_value_in_force_must_be_met() {
    let tracing = tracing(FUEL);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    let case = |evidence: &mut Evidence, shipped: &str, weight: i64, percent: i64| {
        let lines = [("LINE", cents(weight * 100)), ("FUEL", cents(weight * percent))];
        take(evidence, &tracing, &format!(r#"{{"shipped": "{shipped}", "weight": {weight}}}"#), &lines);
    };
    for weight in 100..130 {
        case(&mut evidence, "2026-04-01", weight, 12);
    }
    let facts = |today: &str| Facts::new(day(today), tracing.edition());
    let unseen = "the value in force since 2026-09-01 was never met: probe it, or name an approver";
    let counted = "3 of 4 values were never compared";
    let judgement = policy().judge(&evidence, &facts("2026-11-24"));
    assert_eq!(rule(&judgement, "fuel").readiness, Readiness::InsufficientEvidence);
    assert_eq!(numbers(&judgement, "fuel"), [(Readiness::InsufficientEvidence, unseen), (Readiness::Ready, counted)]);
    assert_eq!((rule(&judgement, "fuel").entries, rule(&judgement, "fuel").never_compared), (4, Some(3)));
    let read = Evidence::from_json(&evidence.to_json()).unwrap();
    assert_eq!(read, evidence, "a file knows when values are in force");
    assert_eq!(policy().judge(&read, &facts("2026-11-24")), judgement);
    // On a day of spring the value that was met is in force; somebody may answer for another.
    let of_spring = policy().judge(&evidence, &facts("2026-08-31"));
    assert_eq!(numbers(&of_spring, "fuel"), [(Readiness::Ready, counted)]);
    let fuel = tracing.edition().rule_digests().iter().find(|rule| rule.name == "fuel").unwrap();
    let approval = Approval { rule: fuel.digest, name: "fuel".to_owned(), approver: "Ida Falk".to_owned() };
    let approved = policy().judge(&evidence, &Facts { approvals: vec![approval], ..facts("2026-11-24") });
    assert_eq!(rule(&approved, "fuel").readiness, Readiness::Ready);
    assert_eq!(
        numbers(&approved, "fuel")[0].1,
        "the value in force since 2026-09-01 was never met; Ida Falk approves all the same"
    );
    // A probe comes to it; the policy names the rule that lacks it.
    let mut prober = Prober::new(&tracing);
    prober.lacking(&evidence, &policy(), day("2026-11-24"));
    let names: Vec<&str> = prober.rules().map(|rule| tracing.edition().rule_digests()[rule].name.as_str()).collect();
    assert_eq!(names, ["fuel"]);
    let probes = prober.probes(&mut |_| {});
    assert!(probes.probes.iter().any(|probe| probe.input.contains("2026-09-01")), "{:?}", probes.probes);
    case(&mut evidence, "2026-09-01", 100, 15);
    let judgement = policy().judge(&evidence, &facts("2026-11-24"));
    assert_eq!(numbers(&judgement, "fuel"), [(Readiness::Ready, "2 of 4 values were never compared")]);
}

const ROWS: &str = "ruleset t \"t\" { currency USD }\ninput { zone : integer from 1 through 5, n : integer from 1 through 5000 }\n\
    table rate { zone : integer -> price : money\n | zone || price |\n | 1 || 10 |\n | 2 || 20 |\n | 3 || 30 |\n | 4 || 40 |\n | 5 || 50 |\n}\n\
    tiers steps graduated over number { up to 100 1 USD  up to 1000 0.5 USD  above 0.25 USD }\n\
    charge ZONE = rate[zone].price\ncharge WEIGHT = steps(n)";

/// Zones 1 to 3 and numbers of the first tier alone: 2 of 5 rows, 2 of 3 tiers were never compared.
#[test]
fn what_was_never_compared_is_counted_and_may_be_demanded() {
    let tracing = tracing(ROWS);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    let case = |evidence: &mut Evidence, zone: i64, n: i64, price: i64| {
        let lines = [("ZONE", cents(zone * 1000)), ("WEIGHT", cents(price))];
        take(evidence, &tracing, &format!(r#"{{"zone": {zone}, "n": {n}}}"#), &lines);
    };
    for n in 40..70 {
        case(&mut evidence, n % 3 + 1, n, n * 100);
    }
    let judgement = judged(&evidence, &tracing);
    assert!(judgement.rules.iter().all(|rule| rule.readiness == Readiness::Ready), "{judgement}");
    assert_eq!(numbers(&judgement, "rate"), [(Readiness::Ready, "2 of 5 rows were never compared")]);
    assert_eq!(numbers(&judgement, "WEIGHT"), [(Readiness::Ready, "2 of 3 tiers were never compared")]);
    assert_eq!(numbers(&judgement, "ZONE"), []);
    let of_release = |judgement: &Judgement| {
        let reason = judgement.reasons.iter().find(|reason| reason.gate == Gate::Numbers);
        reason.map(|reason| (reason.readiness, reason.words.clone()))
    };
    let words = "2 rows of 1 table (rate), 2 tiers of 1 rule (WEIGHT) were never compared; none of them is demanded";
    assert_eq!(of_release(&judgement), Some((Readiness::Ready, words.to_owned())));
    // 3 of 5 are 60 %, 1 of 3 are 33 %.
    let judge = |evidence: &Evidence, least: &str| {
        let policy = Policy { rows_at_least: Some(least.parse().unwrap()), ..policy() };
        policy.judge(evidence, &Facts::new(day("2026-11-24"), tracing.edition()))
    };
    let demanded = judge(&evidence, "60%");
    assert_eq!(numbers(&demanded, "rate"), [(Readiness::Ready, "2 of 5 rows were never compared, and 60% are wanted")]);
    let missing = "2 of 3 tiers were never compared, and 60% are wanted: probe it, or name an approver";
    assert_eq!(numbers(&demanded, "WEIGHT"), [(Readiness::InsufficientEvidence, missing)]);
    assert_eq!(rule(&demanded, "WEIGHT").readiness, Readiness::InsufficientEvidence);
    assert_eq!(of_release(&demanded).unwrap().0, Readiness::InsufficientEvidence);
    assert_eq!(rule(&judge(&evidence, "61%"), "rate").readiness, Readiness::InsufficientEvidence);
    let mut prober = Prober::new(&tracing);
    let strict = Policy { rows_at_least: Some("90%".parse().unwrap()), ..policy() };
    prober.lacking(&evidence, &strict, day("2026-11-24"));
    let names: Vec<&str> = prober.rules().map(|rule| tracing.edition().rule_digests()[rule].name.as_str()).collect();
    assert_eq!(names, ["WEIGHT", "rate"]);
    // 100 at 1, 900 at 0.50 and 1,000 at 0.25 USD.
    case(&mut evidence, 4, 2000, 80_000);
    case(&mut evidence, 5, 50, 5_000);
    let judgement = judge(&evidence, "100%");
    assert_eq!(
        numbers(&judgement, "rate"),
        [(Readiness::Ready, "0 of 5 rows were never compared, and 100% are wanted")]
    );
    assert_eq!(numbers(&judgement, "WEIGHT")[0].0, Readiness::Ready);
    assert_eq!(of_release(&judgement), None);
}
