//! The page of a report holds everything, loads nothing, and runs nothing but its own, whatever rules, old code and people say.

use super::{FINDINGS, FOUND, RULES, folder_of, json, report};
use crate::support::{findings_of, inner, read_page};
use serde_json::Value;

const MARKUP: &str = "\"'><img src=x onerror=alert(2)><script>alert(3)</script>\u{7}]]>&lt;";

/// Puts markup into every text that is free; how many there are.
fn spoil(value: &mut Value) -> u32 {
    match value {
        Value::Array(all) => all.iter_mut().map(spoil).sum(),
        Value::Object(fields) => fields
            .iter_mut()
            .map(|(name, value)| match value {
                Value::String(text)
                    if matches!(
                        name.as_str(),
                        "key"
                            | "input"
                            | "tried"
                            | "explanation"
                            | "words"
                            | "owner"
                            | "reason"
                            | "code"
                            | "charge"
                            | "failed"
                    ) =>
                {
                    text.push_str(MARKUP);
                    1
                }
                value => spoil(value),
            })
            .sum(),
        _ => 0,
    }
}

#[test]
fn the_page_needs_nothing_and_runs_nothing_but_its_own() {
    let hostile = RULES.replace("\"Over 50 lb\"", "\"<script>alert(1)</script>\"");
    let folder = folder_of(&hostile);
    // The findings as if they were of these rules, with markup in all that people and old code say.
    let edition = json(&folder, &FOUND)["rule_set"]["edition"].clone();
    let mut found: Value = serde_json::from_str(inner(FINDINGS, "findings")).unwrap();
    let said = spoil(&mut found);
    assert!(said > 100, "{said}");
    found["rules"]["edition"] = edition;
    found["dropped"] = serde_json::json!({ MARKUP: 3 });
    folder.write("found.json", &findings_of(&found.to_string()));
    let ran = report(&folder, &[&FOUND[..], &["--output", "report.html"]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    let page = folder.read("report.html");
    let (text, elements) = read_page(&page);
    assert!(text.contains("Not ready: 4 of 6 rules differ from the old code; 2 more need evidence"), "{text}");
    assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && text.contains("&lt;img src=x"));
    assert!(!page.contains("<img") && !page.contains("onerror=alert(2)>"), "{page}");
    assert!(
        page.contains("content=\"default-src 'none'; style-src 'sha256-") && page.contains("; script-src 'sha256-")
    );
    for forbidden in ["http:", "https:", "@import", "url(", "//"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let named = |element: &str| element.split([' ', '\n']).next().unwrap().to_owned();
    assert_eq!(elements.iter().filter(|element| named(element) == "script").count(), 1);
    let mut ids = std::collections::BTreeSet::new();
    let (mut level, mut targets) = (0, Vec::new());
    for element in &elements {
        let name = named(element);
        assert!(!matches!(name.as_str(), "link" | "img" | "iframe" | "object" | "base" | "form"), "{element}");
        let attribute = |name: &str| {
            let value = element.split(&format!(" {name}=\"")).nth(1)?;
            Some(value.split('"').next().unwrap().to_owned())
        };
        assert!(
            attribute("src").is_none() && attribute("style").is_none() && attribute("onerror").is_none(),
            "{element}"
        );
        if let Some(id) = attribute("id") {
            assert!(ids.insert(id), "{element} stands twice");
        }
        targets.extend(attribute("href"));
        assert!(name != "svg" || (element.contains("role=\"img\"") && element.contains("aria-label=")), "{element}");
        // Headings go down one step at a time.
        if let Some(next) = name.strip_prefix('h').and_then(|digit| digit.parse::<u32>().ok()) {
            assert!(next <= level + 1, "{element} after a heading of level {level}");
            level = next;
        }
    }
    // Each cell and each link leads somewhere on the page; each rule and each cluster is there.
    for target in &targets {
        assert!(ids.contains(target.strip_prefix('#').unwrap()), "{target} leads nowhere");
    }
    for rule in 0..6 {
        assert!(ids.contains(&format!("r{rule}")) && targets.contains(&format!("#r{rule}")), "rule {rule}");
    }
    let clusters = serde_json::from_str::<Value>(FINDINGS).unwrap()["findings"]["clusters"].as_array().unwrap().len();
    assert!((1..=clusters).all(|cluster| ids.contains(&format!("c{cluster}"))));
    for word in ["What to do next", "Waivers", "Dana Reyes", "What was not compared", "Unreadable", "by day"] {
        assert!(text.contains(word), "no {word:?} in\n{text}");
    }
    assert!(
        page.contains("prefers-color-scheme: dark") && page.contains("@media print") && page.contains("lang=\"en\"")
    );
}
