//! Flat text fields, such as the cells of a CSV row under headings: `weight`, `lines[0].weight`, `lines.0.weight`.
//!
//! An empty text is a field that is not sent (but the empty text of a field that must be sent and is a text). A list has as many
//! elements as there are with anything in them; a list or record may also stand in one field as JSON.

use super::problem::{Problem, excerpt};
use super::record::{RecordBuilder, unknown_field};
use super::scalar::Scalar;
use super::{Binder, Target, json};
use crate::program::InputField;
use crate::types::Type;
use crate::value::Value;
use std::collections::BTreeMap;

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

/// Reads the fields as the input.
pub(super) fn read<'b>(binder: &Binder<'b>, fields: &[(&str, &str)]) -> Result<Value, Problem> {
    let mut root = Node::default();
    for (heading, text) in fields {
        insert(binder, &mut root, Target::Input, heading, text).map_err(|problem| problem.within_field(heading))?;
    }
    build(binder, &root, Target::Input)
}

/// Puts a text where its heading says. The type says what the rest of the heading means.
fn insert<'a, 'b>(
    binder: &Binder<'b>,
    node: &mut Node<'a>,
    target: Target<'b>,
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
    if let Some(fields) = binder.fields_of(target) {
        let name = rest.strip_prefix('.').unwrap_or(rest);
        let Some((at, field, rest)) = field_at(fields, name) else {
            let name = name.split(['.', '[']).next().unwrap_or_default();
            return Err(unknown_field(fields, name).at_root());
        };
        return insert(binder, node.parts.entry(at).or_default(), Target::field(field), rest, text);
    }
    if let Some(element) = target.element() {
        let (index, rest) = index_at(rest)
            .ok_or_else(|| Problem::new(format!("expected the index of an element, found {}", excerpt(rest))))?;
        binder.check_length(index.saturating_add(1))?;
        return insert(binder, node.parts.entry(index).or_default(), element, rest, text);
    }
    Err(Problem::new(format!("this field has no parts, found {}", excerpt(rest))))
}

/// The field whose wire name starts `text` and ends where a part begins; of several, the longest.
fn field_at<'b, 't>(fields: &'b [InputField], text: &'t str) -> Option<(usize, &'b InputField, &'t str)> {
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

/// The value of what was sent.
fn build<'b>(binder: &Binder<'b>, node: &Node<'_>, target: Target<'b>) -> Result<Value, Problem> {
    if let Some(text) = node.text.filter(|text| !text.is_empty()) {
        if !node.parts.is_empty() {
            return Err(Problem::new("sent as a whole and in parts"));
        }
        return match text.starts_with(['{', '[']) && (binder.fields_of(target).is_some() || target.element().is_some())
        {
            true => json::read(binder, target, text),
            false => binder.scalar(target, &Scalar::Field(text)),
        };
    }
    if let Some(fields) = binder.fields_of(target) {
        return build_record(binder, node, target, fields);
    }
    if let Some(element) = target.element() {
        return build_list(binder, node, element);
    }
    match target {
        Target::Value { nullable: true, .. } => Ok(Value::Absent),
        _ if node.text == Some("") && target.ty() == Some(&Type::Text) => binder.scalar(target, &Scalar::Field("")),
        _ => Err(binder.mismatch(target, "nothing")),
    }
}

fn build_record<'b>(
    binder: &Binder<'b>,
    node: &Node<'_>,
    target: Target<'b>,
    fields: &'b [InputField],
) -> Result<Value, Problem> {
    if node.is_empty() && matches!(target, Target::Value { nullable: true, .. }) {
        return Ok(Value::Absent);
    }
    let mut record = RecordBuilder::new(binder, fields);
    for (at, part) in &node.parts {
        let Some(field) = fields.get(*at) else { continue };
        let value = build(binder, part, Target::field(field))
            .map_err(|p| p.within_field(&field.wire).declared_at(field.span))?;
        record.set(binder, *at, value);
    }
    record.finish(binder, target)
}

fn build_list<'b>(binder: &Binder<'b>, node: &Node<'_>, element: Target<'b>) -> Result<Value, Problem> {
    let mut values = Vec::new();
    let mut claims = binder.claim_count();
    for (index, part) in node.parts.iter().filter(|(_, part)| !part.is_empty()) {
        let next = values.len();
        if *index != next {
            return Err(Problem::new("this element is empty, but a later one is not").within_element(next));
        }
        values.push(build(binder, part, element).map_err(|p| p.within_element(next))?);
        claims = binder.claims_within_element(claims, next);
    }
    Ok(Value::List(values.into()))
}
