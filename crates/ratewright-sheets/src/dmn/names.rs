//! Names for the rules: "Applicant Age" becomes `applicant_age`, each name once.

use std::collections::HashSet;

/// Words that mean something where a definition may begin or in an expression, besides those that are reserved; and the library's functions.
const TAKEN: &[&str] = &[
    "r",
    "ruleset",
    "module",
    "unit",
    "enum",
    "record",
    "input",
    "parameter",
    "function",
    "host",
    "table",
    "tiers",
    "calendar",
    "windows",
    "charge",
    "exception",
    "output",
    "flag",
    "refuse",
    "override",
    "remove",
    "total",
    "test",
    "import",
    "any",
    "given",
    "applied",
    "first",
    "last",
    "list",
    "sum",
    "least",
    "greatest",
    "distinct",
    "count",
    "rows",
    "the",
    "group",
    "walk",
    "draw",
    "allocate",
    "days",
    "date",
    "time",
    "instant",
    "split",
    "increments",
    "every",
    "each",
    "one",
    "within",
    "base",
    "valid",
    "across",
    "ignoring",
    "number",
    "integer",
    "percent",
    "money",
    "text",
    "months",
    "zone",
    "currency",
    "year",
    "month",
    "day",
    "weekday",
    "left",
    "right",
    "upper",
    "lower",
    "trim",
    "contains",
    "characters",
    "absolute",
    "whole",
    "remainder",
    "numbers",
    "dates",
    "reversed",
    "concatenated",
];

/// Names that are given out, each once.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    used: HashSet<String>,
}

impl Names {
    /// A name made of a label, unlike all before.
    pub(super) fn take(&mut self, label: &str) -> String {
        let plain = identifier(label);
        let mut name = plain.clone();
        let mut count = 1_u32;
        while !self.used.insert(name.clone()) {
            count = count.saturating_add(1);
            name = format!("{plain}_{count}");
        }
        name
    }
}

/// A label as a name: small letters, digits and low lines.
fn identifier(label: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for character in label.chars() {
        let letter = character.is_ascii_alphanumeric() || (!character.is_ascii() && character.is_alphabetic());
        let breaks = (before.is_lowercase() || before.is_ascii_digit()) && character.is_uppercase();
        if (!letter || breaks) && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if letter {
            name.extend(character.to_lowercase().filter(|c| c.is_alphanumeric()));
        }
        before = character;
        if name.len() > 100 {
            break;
        }
    }
    let name = name.trim_end_matches('_');
    match name.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n_{name}"),
        _ if TAKEN.contains(&name) || ratewright::syntax::is_reserved(name) => format!("{name}_value"),
        _ => name.to_owned(),
    }
}

/// A text in quotes, as the rules write it. `None` where it holds a character that they cannot write.
pub(super) fn quoted(text: &str) -> Option<String> {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => return None,
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    (quoted.len() < 9_000).then_some(quoted)
}

/// A text in quotes for people: what cannot be written is a blank, and braces are only braces.
pub(super) fn label(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).take(500).collect();
    quoted(&plain.trim().replace('{', "{{")).unwrap_or_else(|| "\"\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_names() {
        let mut names = Names::default();
        for (label, name) in [
            ("Applicant Age", "applicant_age"),
            ("isAffordable", "is_affordable"),
            ("Pre-bureauRiskCategory", "pre_bureau_risk_category"),
            ("Approved/Declined", "approved_declined"),
            ("Applicant  Age", "applicant_age_2"),
            ("table", "table_value"),
            ("12 months", "n_12_months"),
            ("🐎", "unnamed"),
            ("Größe", "größe"),
        ] {
            assert_eq!(names.take(label), name);
        }
    }
}
