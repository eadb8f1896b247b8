//! Flat text fields, such as the cells of a CSV row under headings: `weight`, `lines[0].weight`, `lines.0.weight`.
//!
//! An empty text is a field that is not sent (but the empty text of a field that must be sent and is a text). A list has as many
//! elements as there are with anything in them; a list or record may also stand in one field as JSON. Where every heading is a field
//! without parts, the texts go straight into the slots.

use super::form::{Field, Target};
use super::list::List;
use super::problem::{Problem, excerpt};
use super::record::{Record, unknown_field};
use super::{Reader, json};
use crate::types::Type;
use crate::value::Value;
use std::collections::BTreeMap;

/// Reads the fields as the input.
pub(super) fn read<'r>(
    reader: &mut Reader<'r>,
    target: &'r Target,
    slot: &mut Value,
    fields: &[(&str, &str)],
) -> Result<(), Problem> {
    if read_plain(reader, target, slot, fields).is_some() {
        return Ok(());
    }
    reader.claims.clear();
    let mut root = Node::default();
    for (heading, text) in fields {
        insert(reader, &mut root, target, heading, text).map_err(|problem| problem.within_field(heading))?;
    }
    build(reader, &root, target, slot)
}

/// Reads the fields where each is a whole field of the input without parts. None says nothing about what is wrong.
fn read_plain<'r>(
    reader: &mut Reader<'r>,
    target: &'r Target,
    slot: &mut Value,
    fields: &[(&str, &str)],
) -> Option<()> {
    let mut record = Record::open(reader, target, slot)?;
    for (heading, text) in fields {
        let at = record.position(heading)?;
        record.find(heading).ok()?;
        let (field, slot) = record.slot(at).filter(|(field, _)| !field.target.has_parts())?;
        leaf(reader, text, &field.target, slot).ok()?;
        record.note(reader, at);
    }
    record.finish(reader).ok()
}

/// A text of a value without parts.
fn leaf(reader: &mut Reader<'_>, text: &str, target: &Target, slot: &mut Value) -> Result<(), Problem> {
    match text {
        "" if target.nullable => reader.null(target, slot),
        "" if target.ty != Type::Text => Err(reader.mismatch(target, "nothing")),
        _ => reader.flat(target, text, slot),
    }
}

/// What was sent for a value and for its parts: fields of a record by position, elements of a list by index.
#[derive(Default)]
struct Node<'a> {
    text: Option<&'a str>,
    parts: BTreeMap<usize, Node<'a>>,
}

impl Node<'_> {
    fn is_empty(&self) -> bool {
        self.text.is_none_or(str::is_empty) && self.parts.values().all(Node::is_empty)
    }
}

/// Puts a text where its heading says. The type says what the rest of the heading means.
fn insert<'a, 'r>(
    reader: &Reader<'r>,
    node: &mut Node<'a>,
    target: &'r Target,
    rest: &str,
    text: &'a str,
) -> Result<(), Problem> {
    if rest.is_empty() {
        if node.text.is_some() {
            return Err(Problem::new("this field is sent twice"));
        }
        node.text = Some(text);
        return Ok(());
    }
    if let Some(fields) = reader.form.fields_of(target) {
        let name = rest.strip_prefix('.').unwrap_or(rest);
        let Some((at, field, rest)) = field_at(fields, name) else {
            let name = name.split(['.', '[']).next().unwrap_or_default();
            return Err(unknown_field(fields, name).at_root());
        };
        return insert(reader, node.parts.entry(at).or_default(), &field.target, rest, text);
    }
    if let Some(element) = target.element() {
        let (index, rest) = index_at(rest)
            .ok_or_else(|| Problem::new(format!("expected the index of an element, found {}", excerpt(rest))))?;
        reader.check_length(index.saturating_add(1))?;
        return insert(reader, node.parts.entry(index).or_default(), element, rest, text);
    }
    Err(Problem::new(format!("this field has no parts, found {}", excerpt(rest))))
}

/// The field whose wire name starts `text` and ends where a part begins; of several, the longest.
fn field_at<'r, 't>(fields: &'r [Field], text: &'t str) -> Option<(usize, &'r Field, &'t str)> {
    let matches = fields.iter().enumerate().filter_map(|(at, field)| {
        let rest = text.strip_prefix(field.wire.as_str())?;
        (rest.is_empty() || rest.starts_with(['.', '['])).then_some((at, field, rest))
    });
    matches.max_by_key(|(_, field, _)| field.wire.len())
}

/// The index at the start of `[0].weight` or `.0.weight`, and what follows.
fn index_at(rest: &str) -> Option<(usize, &str)> {
    let (digits, rest) = match rest.strip_prefix('[') {
        Some(inside) => inside.split_once(']')?,
        None => {
            let inside = rest.strip_prefix('.')?;
            inside.split_at(inside.find(['.', '[']).unwrap_or(inside.len()))
        }
    };
    if digits.len() > 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}

/// Reads what was sent.
fn build<'r>(reader: &mut Reader<'r>, node: &Node<'_>, target: &'r Target, slot: &mut Value) -> Result<(), Problem> {
    if let Some(text) = node.text.filter(|text| !text.is_empty()) {
        if !node.parts.is_empty() {
            return Err(Problem::new("sent as a whole and in parts"));
        }
        return match text.starts_with(['{', '[']) && target.has_parts() {
            true => json::read(reader, target, slot, text),
            false => reader.flat(target, text, slot),
        };
    }
    if reader.form.fields_of(target).is_some() {
        return build_record(reader, node, target, slot);
    }
    if target.element().is_some() {
        return build_list(reader, node, target, slot);
    }
    match node.text {
        Some("") => leaf(reader, "", target, slot),
        _ if target.nullable => reader.null(target, slot),
        _ => Err(reader.mismatch(target, "nothing")),
    }
}

fn build_record<'r>(
    reader: &mut Reader<'r>,
    node: &Node<'_>,
    target: &'r Target,
    slot: &mut Value,
) -> Result<(), Problem> {
    if node.is_empty() && target.nullable {
        return reader.null(target, slot);
    }
    let Some(mut record) = Record::open(reader, target, slot) else { return Ok(()) };
    for (at, part) in &node.parts {
        let Some((field, slot)) = record.slot(*at) else { continue };
        let built = build(reader, part, &field.target, slot);
        built.map_err(|p| p.within_field(&field.wire).declared_at(field.span))?;
        record.note(reader, *at);
    }
    record.finish(reader)
}

fn build_list<'r>(
    reader: &mut Reader<'r>,
    node: &Node<'_>,
    target: &'r Target,
    slot: &mut Value,
) -> Result<(), Problem> {
    let Some(mut list) = List::open(reader, target, slot) else { return Ok(()) };
    for (index, part) in node.parts.iter().filter(|(_, part)| !part.is_empty()) {
        let (next, element) = (list.count(), list.element);
        if *index != next {
            return Err(Problem::new("this element is empty, but a later one is not").within_element(next));
        }
        build(reader, part, element, list.slot()).map_err(|p| p.within_element(next))?;
        list.note(reader);
    }
    list.finish(reader);
    Ok(())
}
