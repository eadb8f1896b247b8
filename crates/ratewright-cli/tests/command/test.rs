use crate::support::{Folder, PARCELS};

#[test]
fn tests_that_pass_are_counted() {
    let ran = Folder::with_parcels().run(&["test", "parcels.rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "1 test: 1 passed\n"));
    assert!(ran.out.starts_with("parcels.rules  ok  1 of 1 test passed\n  reached: 2 of 2 charges, "), "{}", ran.out);
}

fn failing() -> Folder {
    let folder = Folder::new();
    folder.write("parcels.rules", &PARCELS.replace("total is 6.60", "total is 6.61"));
    folder
}

#[test]
fn a_test_that_fails_shows_expected_got_and_difference() {
    let folder = failing();
    folder.write("more/parcels.rules", PARCELS);
    let ran = folder.run(&["test", "."]);
    assert_eq!((ran.code, ran.err.as_str()), (1, "2 tests: 1 passed, 1 failed\n"));
    let expected = "
  failed  three pounds  parcels.rules:16
    parcels.rules:19
      expected    total is 6.61 USD
      found       6.60 USD
      difference  -0.01 USD
";
    assert!(ran.out.contains(expected), "{}", ran.out);
}

#[test]
fn what_no_test_reaches_is_listed_on_request() {
    let folder = Folder::with_parcels();
    let line = "    not reached  the condition is never met  parcels.rules:12";
    let ran = folder.run(&["test", "parcels.rules", "--coverage"]);
    assert!(ran.out.lines().any(|found| found == line), "{}", ran.out);
    assert!(!folder.run(&["test", "parcels.rules"]).out.contains("not reached"));
}

#[test]
fn results_are_data_for_programs() {
    let ran = failing().run(&["test", "parcels.rules", "--format", "json"]);
    assert_eq!(ran.code, 1);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&report["passed"], &report["failed"]), (&0.into(), &1.into()));
    let failure = &report["rulesets"][0]["tests"][0]["failures"][0];
    assert_eq!(failure["place"], "parcels.rules:19");
    assert_eq!(failure["difference"], "-0.01 USD");
    assert_eq!(report["rulesets"][0]["coverage"]["charges"]["total"], 2);
}

#[test]
fn results_are_shown_by_continuous_integration() {
    let folder = failing();
    let ran = folder.run(&["test", "parcels.rules", "--format", "junit"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("<testsuite name=\"parcels\" tests=\"1\" failures=\"1\">"), "{}", ran.out);
    assert!(ran.out.contains("file=\"parcels.rules\" line=\"16\">"), "{}", ran.out);
    assert!(ran.out.contains("<failure message=\"expected total is 6.61 USD\">"), "{}", ran.out);
    let ran = folder.run(&["test", "parcels.rules", "--format", "github"]);
    let line = "::error file=parcels.rules,line=19,title=three pounds::expected total is 6.61 USD%0Afound 6.60 USD\n";
    assert_eq!(ran.out, line);
}

#[test]
fn a_rule_set_that_cannot_be_used_does_not_hide_the_others() {
    let folder = Folder::with_parcels();
    folder.write("broken.rules", "ruleset broken { currency USD }\ncharge A = b\n");
    folder.write("module.rules", "module m\nlet a = 3\n");
    folder.write("untested.rules", "ruleset u { currency USD }\ncharge A = 3 USD\n");
    let ran = folder.run(&["test", "."]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("error[RW0201]"), "{}", ran.err);
    assert!(ran.err.ends_with("1 test: 1 passed, 1 rule set cannot be used\n"), "{}", ran.err);
    assert!(ran.out.contains("parcels.rules  ok"), "{}", ran.out);
    assert!(ran.out.ends_with("untested.rules  no tests\n"), "{}", ran.out);
}
