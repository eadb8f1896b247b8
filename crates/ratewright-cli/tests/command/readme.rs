//! What the README shows is what happens.

use crate::support::{command_in, finish, project};

fn readme() -> String {
    std::fs::read_to_string(project().join("README.md")).unwrap()
}

/// The fenced blocks of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_example_prints_what_it_says() {
    let text = readme();
    let rules = std::fs::read_to_string(project().join("docs/parcel.rules")).unwrap();
    let text = text.replacen(blocks(&text, "rules")[0], &rules, 1);
    let shown = blocks(&text, "console");
    let (command, output) = shown[0].split_once('\n').unwrap();
    let arguments = words(command.strip_prefix("$ ratewright ").unwrap());
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = finish(command_in(&project(), &arguments), "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    arguments.push("--explain");
    let explained = finish(command_in(&project(), &arguments), "");
    let tree = explained.out.strip_prefix(&format!("{}\n", ran.out)).unwrap();
    let new = text.replacen(&format!("{command}\n{output}"), &format!("{command}\n{}", ran.out), 1);
    let new = new.replacen(blocks(&text, "text")[0], tree, 1);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(project().join("README.md"), &new).unwrap();
    }
    assert_eq!(new, readme(), "`UPDATE=1 cargo test -p ratewright-cli` writes README.md anew");
}

#[test]
fn the_rule_set_of_the_example_is_sound() {
    for arguments in [&["check", "docs/parcel.rules"][..], &["test", "docs/parcel.rules"]] {
        let ran = finish(command_in(&project(), arguments), "");
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let ran = finish(command_in(&project(), &["check", "docs/parcel.rules"]), "");
    assert_eq!(ran.err, "checked 1 file: no problems\n");
}

#[test]
fn the_main_command_prices_the_shipments() {
    let command = blocks(&readme(), "sh")[0].trim().to_owned();
    let arguments = command.strip_prefix("cargo run --release -p ratewright-cli -- ").unwrap();
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let ran = finish(command_in(&project(), &arguments), "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let rows = std::fs::read_to_string(project().join(arguments[2])).unwrap().lines().count() - 1;
    assert_eq!(ran.err, format!("{rows} rows: {rows} quoted\n"));
    assert!(ran.out.contains("  Total                                          6662.53 USD\n"), "{}", ran.out);
}

#[test]
fn every_page_that_is_named_is_there() {
    for page in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "docs/command.md"] {
        let text = std::fs::read_to_string(project().join(page)).unwrap();
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if !link.starts_with("http") {
                let path = project().join(page).parent().unwrap().join(link.split('#').next().unwrap());
                assert!(path.exists(), "{page} names {link}");
            }
        }
    }
}

/// The words of a shell line with single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}
