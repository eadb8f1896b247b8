//! What holds a release back although nothing differs: waivers of which nobody knows, drops, days to come, money, a log that is not whole.

use super::*;

/// Twenty cases of which one line differs by a cent, which a waiver covers until the end of November.
pub fn waived_folder() -> Folder {
    let folder = ready_folder();
    let recorded = folder.read("recorded.jsonl").replacen(r#""amount": "0.20 USD""#, r#""amount": "0.21 USD""#, 1);
    assert_ne!(recorded, folder.read("recorded.jsonl"));
    folder.write("recorded.jsonl", &recorded);
    let waiver = r#"[{"id": "W-3", "owner": "Dana Reyes", "reason": "a cent", "expires": "2026-11-30", "charges": ["FUEL"],
        "kinds": ["amount"], "cases": 5, "amount": "1.00 USD"}]"#;
    folder.write("waivers.json", waiver);
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--waivers", "waivers.json"];
    let written = ["--day", "2026-11-23", "--evidence", "known.json", "--findings", "found.json"];
    let ran = folder.run(&[&arguments[..], &written[..]].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    folder
}

#[test]
fn what_is_waived_by_nobody_knows_which_waiver_is_not_ready() {
    let folder = waived_folder();
    let on = |day: &str, findings: &[&str]| {
        let ran = report(&folder, &[&SHOWN[..4], &["--day", day], findings].concat());
        (ran.code, ran.out)
    };
    let (code, out) = on("2026-11-23", &["--findings", "found.json"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("\nReady: of 5 rules 3 agree with the old code, or differ as was agreed, and 2 are approved without being compared\n"), "{out}");
    assert!(out.contains("\n1 case in replay differs as was agreed, by 0.01 USD without signs\n"), "{out}");
    assert!(out.contains("✓ waivers still hold: each waiver that is in use still holds"), "{out}");
    // Without the findings nobody can see whether it still does, on whichever day.
    for day in ["2026-11-23", "2026-12-01"] {
        let (code, out) = on(day, &[]);
        assert_eq!(code, 1, "{out}");
        let words = "? waivers still hold: 1 case is waived in replay, and no findings say by which waivers: nobody can say \
                     that these waivers still hold; name the findings of the same runs (`--findings`)";
        assert!(out.contains(words), "{out}");
        assert!(out.contains("\nInsufficient evidence: "), "{out}");
    }
    let (code, out) = on("2026-12-01", &["--findings", "found.json"]);
    assert_eq!(code, 1);
    assert!(out.contains("✗ waivers still hold: W-3 ended on 2026-11-30"), "{out}");
    // Findings of another run, in which nothing was waived, do not say it either.
    let found = folder.read("found.json");
    let found = inner(&found, "findings");
    let none = found.replacen(r#""cases":1,"of_cases":5"#, r#""cases":0,"of_cases":5"#, 1);
    assert_ne!(none, found);
    folder.write("none.json", &findings_of(&none));
    assert_eq!(on("2026-11-23", &["--findings", "none.json"]).0, 1);
}

/// Each run of `replay` counts what it uses of a waiver from nothing: two runs of half a month do not have its caps twice.
#[test]
fn what_several_runs_use_of_a_waiver_is_held_against_its_caps_together() {
    let folder = waived_folder();
    let found = folder.read("found.json");
    let runs = |from: &str, to: &str| {
        let other = inner(&found, "findings").replacen(from, to, 1);
        assert_ne!(inner(&found, "findings"), other);
        folder.write("other.json", &findings_of(&other));
        let both = ["--day", "2026-11-23", "--findings", "found.json", "--findings", "other.json"];
        let ran = report(&folder, &[&SHOWN[..4], &both].concat());
        (ran.code, ran.out)
    };
    let used = r#""cases":1,"of_cases":5,"amount":{"amount":"0.01"#;
    // One and four are five, one cent and 99 are a dollar; one more is too many.
    let (code, out) = runs(used, r#""cases":4,"of_cases":5,"amount":{"amount":"0.99"#);
    assert!(out.contains("✓ waivers still hold") && code == 0, "{out}");
    let (code, out) = runs(used, r#""cases":5,"of_cases":5,"amount":{"amount":"0.99"#);
    let words = "✗ waivers still hold: 6 cases by W-3 in these runs together, which holds for 5: whoever owns it must raise its caps, or the rules be mended";
    assert!(out.contains(words) && code == 1, "{out}");
    let (code, out) = runs(used, r#""cases":4,"of_cases":5,"amount":{"amount":"1.00"#);
    let words = "✗ waivers still hold: 1.01 USD by W-3 in these runs together, which holds for 1.00 USD: ";
    assert!(out.contains(words) && code == 1, "{out}");
    // Whoever tightens a waiver means all of it: the run that had the wider cap does not.
    let (code, out) = runs(used, r#""cases":2,"of_cases":3,"amount":{"amount":"0.02"#);
    let words = "✓ waivers still hold: each waiver that is in use still holds; W-3 had other caps in these runs, 5 and 3 cases: the least hold\n";
    assert!(out.contains(words) && code == 0, "{out}");
    // It is listed once, with what both used.
    let listed = "\nwaivers\n  W-3 (Dana Reyes, until 2026-11-30): 3 of 3 cases, 0.03 USD of 1.00 USD, used up; its caps were 5 and 3 cases: the least hold\n";
    assert!(out.contains(listed), "{out}");
    assert!(out.contains("; waivers took up, line by line, W-3 0.03 USD\n"), "{out}");
    let (code, out) = runs(used, r#""cases":3,"of_cases":3,"amount":{"amount":"0.03"#);
    let words = "✗ waivers still hold: 4 cases by W-3 in these runs together, which holds for 3, the least of its caps in these runs: ";
    assert!(out.contains(words) && code == 1, "{out}");
}

/// The findings have lost one of 24 records; what somebody writes of drops does not undo that.
#[test]
fn facts_do_not_hide_what_was_counted() {
    let folder = ready_folder();
    folder.write("recorded.jsonl", &(folder.read("recorded.jsonl") + "\nno JSON\n"));
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"];
    let ran = folder.run(&[&arguments[..], &["--findings", "found.json"]].concat());
    assert_eq!(ran.code, 2, "{}", ran.err);
    let with_findings = [&SHOWN[..], &["--findings", "found.json"]].concat();
    for said in [r#""offered": 5, "dropped": 0"#, r#""offered": 1000000, "dropped": 0"#] {
        folder.write("facts.json", &folder.read("facts.json").replace(r#""offered": 1000, "dropped": 1"#, said));
        let ran = report(&folder, &with_findings);
        assert_eq!(ran.code, 1, "{}", ran.out);
        assert!(ran.out.contains("✗ few cases were dropped: 1 of 24 cases were dropped"), "{}", ran.out);
        folder.write("facts.json", &folder.read("facts.json").replace(said, r#""offered": 1000, "dropped": 1"#));
    }
    // Where more was lost than the findings know of, that counts.
    folder.write("facts.json", &folder.read("facts.json").replace(r#""dropped": 1"#, r#""dropped": 900"#));
    let report = json(&folder, &with_findings);
    assert_eq!((&report["offered"], &report["dropped"]), (&1000.into(), &900.into()));
}

#[test]
fn facts_that_are_kept_do_not_stop_the_clock() {
    let folder = waived_folder();
    let dated = folder.read("facts.json").replacen('{', r#"{"today": "2026-11-23", "#, 1);
    folder.write("facts.json", &dated);
    let on = |day: &str| {
        let all = ["--policy", "policy.json", "--facts", "facts.json", "--findings", "found.json", "--day", day];
        let ran = report(&folder, &all);
        (ran.code, ran.out, ran.err)
    };
    let (code, out, _) = on("2026-11-23");
    assert_eq!(code, 0, "{out}");
    assert!(!out.contains("The facts are of"), "{out}");
    // A week later the drill is too long ago and the waiver has ended, whatever the facts say of their day.
    let (code, out, _) = on("2026-12-02");
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("\nThe facts are of 2026-11-23, and the judgement is of 2026-12-02\n"), "{out}");
    assert!(out.contains("✗ waivers still hold: W-3 ended on 2026-11-30"), "{out}");
    assert!(out.contains("? going back was practised: going back was practised on 2026-11-20"), "{out}");
    let (code, _, err) = on("2026-11-22");
    assert_eq!(code, 2);
    let words = "`facts.json` cannot be used: it is of 2026-11-23, after the day of the judgement, 2026-11-22; name a later `--day`";
    assert!(err.contains(words), "{err}");
    // The day of the judgement is today where none is named, and not that of the facts.
    folder.write("facts.json", &dated.replace("2026-11-23", "2999-01-01"));
    let ran = report(&folder, &["--facts", "facts.json"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("it is of 2999-01-01, after the day of the judgement"), "{}", ran.err);
    // Days that are still to come were not seen.
    folder.write("facts.json", &dated.replace(r#""today": "2026-11-23", "#, "").replace("2026-11-22", "2027-11-22"));
    let (code, out, _) = on("2026-11-01");
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains(
            "on days: 13 of 30: let both run on; the days after 2026-11-01 through 2027-11-22 are still to come"
        ),
        "{out}"
    );
}

/// Twenty-two parcels, of 1 through 20, 70 and 80 lb at 2.20 USD: 792 USD, which are 79 draws of 10 USD on 23 cases.
#[test]
fn money_is_drawn_and_a_limit_is_raised_as_the_report_says() {
    let folder = ready_folder();
    let policy = |most: &str| {
        let rest = r#""distinct_cases_per_rule": 1, "distinct_cases_of_high_revenue": 10, "distinct_cases": 20"#;
        folder.write("policy.json", &format!(r#"{{"money_rate_at_most": "{most}", {rest}}}"#));
    };
    policy("20%");
    let ran = report(&folder, &SHOWN);
    assert_eq!(ran.code, 1, "{}", ran.out);
    let words = "? as much of the money agrees as is demanded: nobody drew the money in USD: gather with an interval of about a typical bill";
    assert!(ran.out.contains(words), "{}", ran.out);
    let replay = |more: &[&str]| {
        let all = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"];
        folder.run(&[&all[..], more].concat())
    };
    assert_eq!(replay(&["--intervals", "USD=10"]).code, 0);
    let ran = report(&folder, &SHOWN);
    assert_eq!(ran.code, 0, "{}", ran.out);
    // Of 23 clean draws, 0.9 × (1 − p)^−23 = 20 at p = 12.6 %.
    assert!(ran.out.contains("✓ as much of the money agrees as is demanded: at most 12."), "{}", ran.out);
    assert!(
        ran.out
            .contains("by 23 draws of 10 USD on distinct cases, of which 0 may fall on what differs; 20% may differ"),
        "{}",
        ran.out
    );
    let page = report(&folder, &[&SHOWN[..], &["--format", "html"]].concat()).out;
    assert!(page.contains(" of it differs, by 22 draws of 10.00 USD"), "{page}");
    policy("5%");
    let ran = report(&folder, &SHOWN);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("5% may differ: gather more cases, or with a smaller interval"), "{}", ran.out);

    // A limit below the demand says how it is raised, and what it says can be done.
    folder.write(
        "policy.json",
        r#"{"distinct_cases_per_rule": 1, "distinct_cases_of_high_revenue": 10, "distinct_cases": 20}"#,
    );
    assert_eq!(replay(&["--distinct-per-rule", "5"]).code, 0);
    let ran = report(&folder, &SHOWN);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(
        ran.out.contains(
            "no more than 5 are told apart: gather anew with a higher limit, `ratewright replay --distinct-per-rule N`"
        ),
        "{}",
        ran.out
    );
    assert_eq!(replay(&["--distinct-per-rule", "20"]).code, 0);
    assert_eq!(report(&folder, &SHOWN).code, 0);
    for (wrong, words) in [
        ("USD", "write a currency and how much"),
        ("USD=0", "such as `USD=100`"),
        ("USD=1,USD=2", "USD is named twice"),
    ] {
        let ran = replay(&["--intervals", wrong]);
        assert_eq!(ran.code, 2, "{wrong}");
        assert!(ran.err.contains(words), "{wrong}: {}", ran.err);
    }
}

#[test]
fn a_log_that_was_altered_keeps_a_release_back() {
    let folder = ready_folder();
    let log = std::fs::read_to_string(project().join("tests/migrate/stages.log")).unwrap();
    folder.write("stages.log", &log);
    let with_log = [&SHOWN[..], &["--log", "stages.log"]].concat();
    let ran = report(&folder, &with_log);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("\nstages so far\n"), "{}", ran.out);
    let page = report(&folder, &[&with_log[..], &["--format", "html"]].concat()).out;
    assert!(page.contains("<ol class=\"timeline\">\n<li class="), "{page}");
    let told = "✓ the log of stages is whole: 3 changes in the log, none of them altered: whole as far as the file can tell; \
                whether lines are missing at the end only an earlier head tells: give `--head`";
    assert!(ran.out.contains(told), "{}", ran.out);

    // With the head that was known, nothing is missing; of a log whose end was cut off only the head tells.
    let head = "f3172b1e9990df22514723d8dd505664aa06cb4725d6f54efacf6545505129b3";
    let with_head = [&with_log[..], &["--head", head]].concat();
    let ran = report(&folder, &with_head);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.contains("none of them altered, and f3172b1e9990 is among them, the last that was known"),
        "{}",
        ran.out
    );
    let cut: String = log.split_inclusive('\n').take(2).collect();
    folder.write("stages.log", &cut);
    assert_eq!(report(&folder, &with_log).code, 0);
    let ran = report(&folder, &with_head);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("✗ the log of stages is whole: no record has the digest f3172b1e9990"), "{}", ran.out);
    // In one that is empty nothing stands of this migration.
    folder.write("stages.log", "");
    let ran = report(&folder, &with_log);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("? the log of stages is whole: no change stands in it: "), "{}", ran.out);
    assert_eq!(report(&folder, &with_head).code, 1);

    folder.write("stages.log", &log.replacen("Ada", "Eve", 1));
    let ran = report(&folder, &with_log);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("✗ the log of stages is whole: line 1 was altered"), "{}", ran.out);
}

/// A difference that is in no sum: by how much money the release differs nobody knows.
#[test]
fn sums_that_are_not_whole_hold_it_back() {
    let folder = waived_folder();
    let ready = report(&folder, &[&SHOWN[..], &["--findings", "found.json"]].concat());
    assert_eq!(ready.code, 0, "{}", ready.out);
    let found = folder.read("found.json");
    let beyond = inner(&found, "findings").replacen(r#","days":"#, r#","beyond_sums":1,"days":"#, 1);
    assert!(beyond.contains("beyond_sums"));
    folder.write("beyond.json", &findings_of(&beyond));
    let all = [&SHOWN[..], &["--findings", "beyond.json"]].concat();
    let ran = report(&folder, &all);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    assert!(ran.out.contains("\nInsufficient evidence: "), "{}", ran.out);
    let words = "the difference of 1 case in replay has more digits than a sum can have: the sums are too small";
    assert!(ran.out.contains(&format!("\n{words}\n")), "{}", ran.out);
    assert!(ran.out.contains(&format!("? the sums are whole: {words}: find the amount")), "{}", ran.out);
    let data = json(&folder, &all);
    assert_eq!(data["findings"][0]["findings"]["beyond_sums"], 1);
    let sentences = data["compared"].as_array().unwrap();
    assert!(sentences.iter().any(|sentence| sentence == words), "{sentences:?}");
    assert!(report(&folder, &[&all[..], &["--format", "html"]].concat()).out.contains("the sums are too small"));
}
