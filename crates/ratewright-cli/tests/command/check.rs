use crate::support::{Folder, PARCELS, command_in, finish};

const BROKEN: &str = "ruleset broken { currency USD }\ncharge A = unknown_one\ncharge B = 1 USD + unknown_two\n";

#[test]
fn a_good_rule_set_has_no_problems() {
    let ran = Folder::with_parcels().run(&["check", "parcels.rules"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", "checked 1 file: no problems\n"));
}

#[test]
fn every_problem_of_every_file_is_shown_in_one_run() {
    let folder = Folder::with_parcels();
    folder.write("a/broken.rules", BROKEN);
    folder.write("b/broken.rules", &BROKEN.replace("unknown_one", "运费"));
    folder.write("target/not.rules", BROKEN);
    folder.write(".hidden/not.rules", BROKEN);
    let ran = folder.run(&["check", "."]);
    assert_eq!((ran.code, ran.err.as_str()), (1, "checked 3 files: 4 errors\n"), "{}", ran.out);
    for place in
        [" --> a/broken.rules:2:12", " --> a/broken.rules:3:20", " --> b/broken.rules:2:12", " --> b/broken.rules:3:20"]
    {
        assert!(ran.out.contains(place), "{place}\n{}", ran.out);
    }
    assert!(ran.out.contains("error[RW0201]: "), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}'), "colours although nobody sees them");
}

#[test]
fn problems_are_data_for_programs() {
    let folder = Folder::new();
    folder.write("broken.rules", BROKEN);
    let ran = folder.run(&["check", "broken.rules", "--format", "json"]);
    assert_eq!(ran.code, 1);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&report["files"], &report["errors"], &report["warnings"]), (&1.into(), &2.into(), &0.into()));
    let first = &report["problems"][0];
    assert_eq!(first["code"], "RW0201");
    assert_eq!(first["severity"], "error");
    let place = &first["primary"]["place"];
    assert_eq!((&place["path"], &place["line"], &place["column"]), (&"broken.rules".into(), &2.into(), &12.into()));
    assert_eq!((&place["start"], &place["end"]), (&43.into(), &54.into()));
}

#[test]
fn problems_annotate_a_workflow() {
    let folder = Folder::new();
    folder.write("broken.rules", BROKEN);
    let ran = folder.run(&["check", "broken.rules", "--format", "github"]);
    assert_eq!(ran.code, 1);
    let first = ran.out.lines().next().unwrap();
    assert!(
        first.starts_with("::error file=broken.rules,line=2,endLine=2,col=12,endColumn=23,title=RW0201::"),
        "{first}"
    );
}

#[test]
fn a_problem_of_a_shared_module_is_said_once_where_it_is() {
    let folder = Folder::new();
    folder.write("rules/shared.rules", "module shared\nlet fee = unknown_one\n");
    for name in ["rules/a.rules", "rules/b.rules"] {
        folder.write(name, "ruleset r { currency USD }\nimport \"shared.rules\"\ncharge A = fee\n");
    }
    let ran = folder.run(&["check", "rules"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out.matches(" --> rules/shared.rules:2:11").count(), 1, "{}", ran.out);
    assert!(ran.err.contains("checked 3 files: 1 error"), "{}", ran.err);
}

#[test]
fn a_module_that_nobody_imports_is_read_alone() {
    let folder = Folder::new();
    folder.write("good.rules", "module good\nlet a = 3\n");
    assert_eq!(folder.run(&["check", "good.rules"]).code, 0);
    folder.write("bad.rules", "module bad\nlet = 3\n");
    let ran = folder.run(&["check", "bad.rules"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains(" --> bad.rules:2:"), "{}", ran.out);
}

#[test]
fn what_cannot_be_read_is_a_wrong_command_line() {
    let folder = Folder::new();
    let ran = folder.run(&["check", "missing.rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: cannot read `missing.rules`: no such file\n"));
    let ran = folder.run(&["check", "."]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: there is no .rules file in `.`\n"));
    assert_eq!(folder.run(&["check"]).code, 2);
    assert_eq!(folder.run(&["check", "--colour"]).code, 2);
}

#[test]
fn colours_are_shown_when_asked_for_and_not_else() {
    let folder = Folder::new();
    folder.write("broken.rules", BROKEN);
    let always = folder.run(&["check", "broken.rules", "--color", "always"]);
    assert!(always.out.contains("\u{1b}[") && always.err.contains("\u{1b}["), "{always:?}");
    let never = folder.run(&["--color", "never", "check", "broken.rules"]);
    assert!(!never.out.contains('\u{1b}') && !never.err.contains('\u{1b}'));
    let mut command = folder.command(&["check", "broken.rules"]);
    command.env("NO_COLOR", "1").env("CLICOLOR_FORCE", "0");
    let without = finish(command, "");
    assert!(!without.out.contains('\u{1b}') && !without.err.contains('\u{1b}'));
    let forced = finish(
        {
            let mut command = folder.command(&["check", "broken.rules"]);
            command.env("CLICOLOR_FORCE", "1");
            command
        },
        "",
    );
    assert!(forced.out.contains("\u{1b}["), "{forced:?}");
}

#[test]
fn warnings_do_not_fail_a_check() {
    let folder = Folder::new();
    folder.write("a.rules", &PARCELS.replace("let billed", "let spare = 3 USD\nlet billed"));
    let ran = folder.run(&["check", "a.rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "checked 1 file: 1 warning\n"), "{}", ran.out);
    assert!(ran.out.contains("warning[RW0900]"), "{}", ran.out);
}

#[test]
fn a_contract_may_name_any_file_below_the_folder_that_the_command_runs_in() {
    let folder = Folder::new();
    folder.write("freight/parcels.rules", PARCELS);
    let contract =
        "ruleset acme extends parcels from \"../freight/parcels.rules\" { }\noverride charge FUEL = 5% of BASE\n";
    folder.write("contracts/acme.rules", contract);
    let ran = folder.run(&["check", "."]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "checked 2 files: no problems\n"), "{}", ran.out);
    folder.write("freight/parcels.rules", &PARCELS.replace("charge FUEL", "charge FUEL_OIL"));
    let ran = folder.run(&["check", "contracts"]);
    assert!(ran.out.contains("--> contracts/acme.rules:2:"), "{}", ran.out);
    let elsewhere = command_in(&folder.path("contracts"), &["check", "../freight"]);
    assert_eq!(finish(elsewhere, "").code, 0, "a file elsewhere can be checked, too");
}

#[test]
fn within_a_tree_of_rules_a_contract_may_name_any_file_of_the_tree() {
    let folder = Folder::new();
    folder.write("rules/freight/parcels.rules", PARCELS);
    folder.write("rules/contracts/acme.rules", "ruleset acme extends parcels from \"../freight/parcels.rules\" { }\n");
    let ran = finish(command_in(&folder.path("rules/contracts"), &["check", "acme.rules"]), "");
    assert_eq!((ran.code, ran.err.as_str()), (0, "checked 1 file: no problems\n"), "{}", ran.out);
}

#[test]
fn no_problem_hides_the_next() {
    let folder = Folder::new();
    folder.write(
        "a.rules",
        "ruleset a { currency USD }\ncharge A \"not closed = 3 USD\ncharge B = (1 USD + 2 USD\ncharge C = 2 USD × 3\n\
         charge D = 3 USD + 2 EUR\nchrage E = 1 USD\ncharge F = unknown\n",
    );
    let ran = folder.run(&["check", "a.rules"]);
    let found: Vec<&str> = ran.out.lines().filter_map(|line| line.trim().strip_prefix("--> a.rules:")).collect();
    assert_eq!(found, ["2:10", "3:12", "4:18", "5:20", "6:1", "7:12"], "{}", ran.out);
}

#[test]
fn editions_of_one_rule_set_follow_each_other() {
    let edition = |period: &str| {
        format!(
            "ruleset parcel \"Parcel\" {{\n    currency USD\n    effective {period}\n    priced on day\n}}\ninput {{ day : date }}\n\
             charge A = 1 USD\n"
        )
    };
    let folder = Folder::new();
    folder.write("a.rules", &edition("2026-01-01 through 2026-06-30"));
    folder.write("b.rules", &edition("2026-06-30 through 2026-12-31"));
    folder.write("c.rules", &edition("from 2027-02-01"));
    folder.write("other.rules", &edition("from 2020-01-01").replace("parcel", "other"));
    let ran = folder.run(&["check", "."]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "checked 4 files: 2 warnings\n"), "{}", ran.out);
    for words in [
        "warning[RW0926]: two editions of `parcel` hold on 2026-06-30",
        " --> b.rules:3:15",
        "a.rules holds on these days too",
        "warning[RW0927]: no edition of `parcel` holds from 2027-01-01 through 2027-01-31",
        " --> c.rules:3:15",
        "b.rules, ends earlier",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
}

#[test]
fn editions_that_supersede_one_another_may_hold_on_the_same_days() {
    let edition = |version: u32, supersedes: &str| {
        format!(
            "ruleset parcel \"Parcel\" version \"{version}\" {{\n    currency USD\n    priced on day\n    effective 2026-01-01 through 2026-12-31\n\
             {supersedes}}}\ninput {{ day : date }}\ncharge A = 1 USD\n"
        )
    };
    let folder = Folder::new();
    folder.write("a.rules", &edition(1, ""));
    folder.write("b.rules", &edition(2, "    supersedes \"1\" from 2026-03-01\n"));
    folder.write("c.rules", &edition(3, "    supersedes \"2\" from 2026-05-01\n"));
    let ran = folder.run(&["check", "."]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "checked 3 files: no problems\n"), "{}", ran.out);
    folder.write("d.rules", &edition(4, "    supersedes \"9\" from 2026-05-01\n"));
    let ran = folder.run(&["check", "."]);
    for words in [
        "warning[RW0926]: two editions of `parcel` hold from 2026-05-01 through 2026-12-31",
        " --> d.rules:5:5",
        "no file holds version \"9\"",
        "= help: name the version that is replaced, or add its file; there is \"1\" in a.rules, \"2\" in b.rules, \"3\" in c.rules",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
}

#[test]
fn editions_are_told_of_by_the_days_on_which_they_supersede() {
    let edition = |version: u32, period: &str| {
        format!(
            "ruleset parcel \"Parcel\" version \"{version}\" {{\n    currency USD\n    priced on day\n    effective {period}\n}}\n\
             input {{ day : date }}\ncharge A = 1 USD\n"
        )
    };
    let folder = Folder::new();
    folder.write("a.rules", &edition(1, "2026-01-01 through 2026-06-30"));
    folder.write("b.rules", &edition(2, "2026-01-01 through 2026-12-31\n    supersedes \"1\" from 2026-09-01"));
    let ran = folder.run(&["check", "."]);
    for words in
        ["warning[RW0927]: no edition of `parcel` holds from 2026-07-01 through 2026-08-31", " --> b.rules:5:5"]
    {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
}

#[test]
fn editions_that_a_service_refuses_are_warned_of() {
    let edition =
        |head: &str| format!("ruleset parcel \"Parcel\" {head} }}\ninput {{ day : date }}\ncharge A = 1 USD\n");
    let folder = Folder::new();
    folder.write("a.rules", &edition("version \"1\" { currency USD effective 2026-01-01 through 2026-06-30"));
    folder.write(
        "b.rules",
        &edition("version \"2\" { currency USD priced on day effective 2026-07-01 through 2026-12-31"),
    );
    let ran = folder.run(&["check", "."]);
    for words in [
        "warning[RW0928]: nothing says which edition of `parcel` prices an input",
        " --> a.rules:1:9",
        "write `priced on day` in the braces of the header",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
    assert!(!ran.out.contains("--> b.rules"), "{}", ran.out);
    folder.write(
        "a.rules",
        &edition("version \"2\" { currency USD priced on day effective 2026-01-01 through 2026-06-30"),
    );
    let ran = folder.run(&["check", "."]);
    for words in
        ["warning[RW0929]: two editions of `parcel` have the version \"2\"", " --> b.rules:1:9", "so has a.rules"]
    {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
    let year = "currency USD priced on day effective 2026-01-01 through 2026-12-31";
    folder.write("a.rules", &edition(&format!("version \"1\" {{ {year} supersedes \"2\" from 2026-03-01")));
    folder.write("b.rules", &edition(&format!("version \"2\" {{ {year} supersedes \"1\" from 2026-03-01")));
    let ran = folder.run(&["check", "."]);
    assert!(ran.out.contains("warning[RW0929]: editions of `parcel` supersede each other in a circle"), "{}", ran.out);
    assert!(ran.out.contains("b.rules supersedes this one, itself or through others"), "{}", ran.out);
}
