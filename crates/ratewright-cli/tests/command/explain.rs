use crate::support::{Folder, command_in, finish, project};

#[test]
fn a_code_is_explained() {
    let ran = Folder::new().run(&["explain", "RW0201"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("RW0201 a name that is not known here\n\nEvery name is defined once"), "{}", ran.out);
    assert!(ran.out.contains("\nwrong\n    let billed = 3 lb\n"), "{}", ran.out);
    assert!(ran.out.contains("\nright\n    let billed = 3 lb\n"), "{}", ran.out);
}

#[test]
fn an_unknown_code_is_a_wrong_command_line() {
    let ran = Folder::new().run(&["explain", "RW9999"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(ran.err, "error: there is no code RW9999; `ratewright explain --list` lists those there are\n");
}

#[test]
fn all_codes_are_listed() {
    let ran = Folder::new().run(&["explain", "--list"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.lines().any(|line| line == "RW0201  a name that is not known here"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.starts_with("RW")), "{}", ran.out);
}

#[test]
fn the_page_of_codes_is_up_to_date() {
    let ran = finish(command_in(&project(), &["explain", "--all-markdown"]), "");
    let page = std::fs::read_to_string(project().join("docs/errors.md")).unwrap_or_default();
    assert!(
        ran.out == page,
        "docs/errors.md is out of date: cargo run -q -p ratewright-cli -- explain --all-markdown > docs/errors.md"
    );
}
