//! What is demanded of a release beside its rules: each demand with its numbers.

use super::*;

#[test]
fn each_demand_on_a_release_is_told_with_its_numbers() {
    let tracing = tracing(RULES);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    gather(&mut evidence, &tracing, Stratum::Traffic, 80, 40, 0);
    let good = facts(&tracing);
    let told = |facts: Facts, gate| {
        let judgement = policy().judge(&evidence, &facts);
        let (readiness, words) = reason(&judgement.reasons, gate);
        assert_eq!(judgement.readiness, readiness, "{words}");
        (readiness, words.to_owned())
    };
    let (missing, wrong) = (Readiness::InsufficientEvidence, Readiness::NotReady);
    let expect =
        |facts: Facts, gate, readiness, words: &str| assert_eq!(told(facts, gate), (readiness, words.to_owned()));
    expect(
        Facts { offered: 0, dropped: 0, ..good.clone() },
        Gate::Drops,
        missing,
        "nothing was offered for comparison, or nobody has counted it",
    );
    expect(
        Facts { dropped: 11, ..good.clone() },
        Gate::Drops,
        wrong,
        "11 of 10,000 cases were dropped, and 0.1% may be: what was dropped may be just what differs; find out why, and gather anew",
    );
    expect(
        Facts { p99_microseconds: None, ..good.clone() },
        Gate::Latency,
        missing,
        "nobody has measured what the comparison adds to calls; 5 µs are allowed",
    );
    expect(
        Facts { p99_microseconds: Some(6), ..good.clone() },
        Gate::Latency,
        wrong,
        "the comparison adds 6 µs to the slowest hundredth of calls, and 5 µs are allowed",
    );
    expect(
        Facts { drill: None, ..good.clone() },
        Gate::Drill,
        missing,
        "going back has not been practised: practise it",
    );
    expect(
        Facts { drill: Some((day("2026-11-15"), 12)), ..good.clone() },
        Gate::Drill,
        missing,
        "going back was practised on 2026-11-15 and took 12 s: that must be within the last 7 days; practise it again",
    );
    expect(
        Facts { drill: Some((day("2026-11-24"), 12)), ..good.clone() },
        Gate::Drill,
        missing,
        "going back was practised on 2026-11-24 and took 12 s: that must be within the last 7 days; practise it again",
    );
    expect(
        Facts { drill: Some((day("2026-11-16"), 61)), ..good.clone() },
        Gate::Drill,
        wrong,
        "going back was practised on 2026-11-16 and took 61 s, and 60 s are allowed",
    );
    expect(
        Facts { effective_dates: 0, ..good.clone() },
        Gate::Shadow,
        missing,
        "both sides ran beside each other on first days of another edition: 0 of 1: let both run on",
    );
    expect(
        Facts { shadow: Some((day("2026-11-02"), day("2026-11-20"))), ..good.clone() },
        Gate::Shadow,
        missing,
        "both sides ran beside each other at ends of months: 0 of 1: let both run on",
    );
    let other = self::tracing(&RULES.replace("1 USD when far", "2 USD when far"));
    let judgement = policy().judge(&evidence, &Facts { release: other.edition().rule_digests().to_vec(), ..good });
    assert_eq!(
        reason(&judgement.reasons, Gate::Digests),
        (missing, "the evidence is of other rules: 1 of 2 are those of this release; carry it over")
    );
    assert_eq!((rule(&judgement, "BASE").readiness, rule(&judgement, "FAR").readiness), (Readiness::Ready, missing));
}

/// Counted on a calendar.
#[test]
fn ends_of_months_are_counted() {
    let tracing = tracing(RULES);
    let evidence = Evidence::new(&tracing, Counting::default());
    for (from, through, days, ends) in [
        ("2026-02-01", "2026-02-27", 27, 0),
        ("2026-02-01", "2026-02-28", 28, 1),
        ("2026-01-31", "2026-01-31", 1, 1),
        ("2026-01-31", "2026-02-28", 29, 2),
        ("2026-11-15", "2027-02-14", 92, 3),
        ("2026-02-02", "2026-02-01", 0, 0),
    ] {
        let today = day("2027-03-01");
        let facts = Facts { today, shadow: Some((day(from), day(through))), ..facts(&tracing) };
        let judgement = policy().judge(&evidence, &facts);
        let found: Vec<_> = judgement
            .reasons
            .iter()
            .filter(|reason| reason.gate == Gate::Shadow)
            .filter_map(|reason| reason.found)
            .collect();
        assert_eq!(found, [days, ends, days.min(1)], "{from} through {through}");
    }
}
