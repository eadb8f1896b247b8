//! The keys of a column of texts in words: parts between cuts in, `AB… but not ABC…` out.
//!
//! Texts that start with one prefix lie inside those that start with a shorter one, so that parts of such a column are a tree in
//! which every second level is meant. The tree is checked against the parts; where it does not say the same, nothing is returned.

use super::interval::Cut;
use crate::value::Value;
use std::collections::HashMap;
use std::fmt::Write;

/// How many texts are left out by name.
const MOST_LEFT_OUT: usize = 6;

/// The texts that start with one, or the one alone.
#[derive(Debug)]
struct Node<'a> {
    text: &'a str,
    prefix: bool,
    /// The next larger one that is told, by its place.
    parent: Option<usize>,
    /// Whether what is in it, and in none of its own, is meant.
    meant: bool,
}

/// The parts in words; `None` where they are none of texts or not made of whole prefixes and single texts. `exactly` says
/// whether single texts are told from those that start with them.
pub(crate) fn described(parts: &[(Cut, Cut)], exactly: bool, show: &dyn Fn(&Value) -> String) -> Option<Vec<String>> {
    let mut texts: Vec<&str> = Vec::new();
    for cut in parts.iter().flat_map(|(low, high)| [low, high]) {
        match cut {
            Cut::At(Value::Text(text), _) | Cut::Beyond(text) => texts.push(text),
            Cut::At(..) => return None,
            Cut::Start | Cut::End => {}
        }
    }
    texts.sort_unstable();
    texts.dedup();
    if texts.is_empty() {
        return None;
    }
    let rest = parts.last().is_some_and(|(_, high)| *high == Cut::End);
    let nodes = tree(&texts, parts, rest);
    if !says_the_same(&nodes, &texts, parts, rest) {
        return None;
    }
    let one = |node: &Node<'_>| {
        let text = show(&Value::text(node.text));
        match (node.prefix, exactly) {
            (true, _) => format!("{text}…"),
            (false, true) => format!("exactly {text}"),
            (false, false) => text,
        }
    };
    let mut inside: HashMap<Option<usize>, Vec<&Node<'_>>> = HashMap::new();
    nodes.iter().for_each(|node| inside.entry(node.parent).or_default().push(node));
    let without = |mut words: String, but: &str, parent: Option<usize>| {
        let left_out = inside.get(&parent).map(Vec::as_slice).unwrap_or_default();
        let more = left_out.len().saturating_sub(MOST_LEFT_OUT);
        for (at, node) in left_out.iter().take(MOST_LEFT_OUT).enumerate() {
            let _ = write!(words, "{}{}", if at == 0 { but } else { " or " }, one(node));
        }
        if more > 0 {
            let _ = write!(words, " or {more} others");
        }
        words
    };
    let mut words = Vec::new();
    if rest {
        words.push(without("anything".to_string(), " but ", None));
    }
    for (at, node) in nodes.iter().enumerate().filter(|(_, node)| node.meant) {
        words.push(without(one(node), " but not ", Some(at)));
    }
    Some(words)
}

/// The prefixes and texts in which it changes what is meant.
fn tree<'a>(texts: &[&'a str], parts: &[(Cut, Cut)], rest: bool) -> Vec<Node<'a>> {
    let (mut nodes, mut open): (Vec<Node<'a>>, Vec<usize>) = (Vec::new(), Vec::new());
    for text in texts {
        for prefix in [true, false] {
            let meant = if prefix { holds(parts, &just_after(text)) } else { holds(parts, text) };
            let around = |at: &usize| nodes.get(*at).is_some_and(|node| text.starts_with(node.text));
            while open.last().is_some_and(|at| !around(at)) {
                open.pop();
            }
            let parent = open.last().copied();
            if parent.and_then(|at| nodes.get(at)).map_or(rest, |parent| parent.meant) == meant {
                continue;
            }
            if prefix {
                open.push(nodes.len());
            }
            nodes.push(Node { text, prefix, parent, meant });
        }
    }
    nodes
}

/// Whether the tree and the parts mean the same texts; they can only differ where one of the texts or prefixes begins or ends.
fn says_the_same(nodes: &[Node<'_>], texts: &[&str], parts: &[(Cut, Cut)], rest: bool) -> bool {
    let smallest = |key: &str| {
        // Nodes are in the order of their texts: from the last one before the key outwards.
        let before = nodes.partition_point(|node| node.text <= key);
        let mut at = before.checked_sub(1);
        while let Some(node) = at.and_then(|at| nodes.get(at)) {
            if node.text == key || (node.prefix && key.starts_with(node.text)) {
                return node.meant;
            }
            at = node.parent;
        }
        rest
    };
    texts.iter().all(|text| {
        let ends = [Some((*text).to_string()), Some(just_after(text)), beyond(text)];
        ends.iter().flatten().all(|key| smallest(key) == holds(parts, key))
    }) && smallest("") == holds(parts, "")
}

fn holds(parts: &[(Cut, Cut)], key: &str) -> bool {
    let key = Cut::At(Value::text(key), false);
    let at = parts.partition_point(|(low, _)| *low <= key);
    at.checked_sub(1).and_then(|at| parts.get(at)).is_some_and(|(_, high)| key < *high)
}

/// The text right after one.
fn just_after(text: &str) -> String {
    format!("{text}\0")
}

/// The first text after all that start with one; `None` where there is none.
fn beyond(text: &str) -> Option<String> {
    let mut characters: Vec<char> = text.chars().collect();
    while let Some(last) = characters.pop() {
        let next = u32::from(last).saturating_add(1);
        let next = char::from_u32(if next == 0xD800 { 0xE000 } else { next });
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, after: bool) -> Cut {
        Cut::At(Value::text(text), after)
    }

    fn words(parts: &[(Cut, Cut)], exactly: bool) -> Option<String> {
        let show = |value: &Value| value.as_text().map(ToString::to_string).unwrap_or_default();
        described(parts, exactly, &show).map(|words| words.join(", "))
    }

    #[track_caller]
    fn check(parts: &[(Cut, Cut)], expected: &str) {
        assert_eq!(words(parts, true).as_deref(), Some(expected));
    }

    #[test]
    fn prefixes_are_told_without_what_is_inside_and_other() {
        let beyond = |text: &str| Cut::Beyond(text.into());
        check(&[(at("AB", false), beyond("AB"))], "AB…");
        check(&[(at("AB", false), at("ABC", false)), (beyond("ABC"), beyond("AB"))], "AB… but not ABC…");
        check(
            &[(Cut::Start, at("AB", false)), (beyond("AB"), at("B", false)), (beyond("B"), Cut::End)],
            "anything but AB… or B…",
        );
        // Three deep, the innermost meant again; and a single text left out.
        let deep = [(at("A", false), at("AB", false)), (at("ABC", false), beyond("ABC")), (beyond("AB"), beyond("A"))];
        check(&deep, "A… but not AB…, ABC…");
        check(&[(at("AB", true), beyond("AB"))], "AB… but not exactly AB");
        check(&[(at("AB", false), at("AB", true))], "exactly AB");
        check(
            &[(Cut::Start, at("AB", false)), (at("ABC", false), beyond("ABC")), (beyond("AB"), Cut::End)],
            "anything but AB…, ABC…",
        );
        // Nothing lies between what starts with AB and AC: the cut may stand before or after it.
        check(&[(beyond("AB"), beyond("AC"))], "AC…");
        check(&[(at("AB", false), beyond("AC"))], "AB…, AC…");
    }

    #[test]
    fn single_texts_are_told_as_they_are_and_ranges_are_not() {
        let parts = [(at("A", false), at("A", true)), (at("C", false), at("C", true))];
        assert_eq!(words(&parts, false).as_deref(), Some("A, C"));
        let rest = [(Cut::Start, at("A", false)), (at("A", true), Cut::End)];
        assert_eq!(words(&rest, false).as_deref(), Some("anything but A"));
        assert_eq!(words(&[(at("A", false), at("C", true))], false), None);
        assert_eq!(words(&[(at("A", false), Cut::End)], false), None);
        assert_eq!(words(&[(Cut::Start, Cut::End)], false), None);
    }
}
