//! Flat fields, such as a row of a CSV file, as the JSON that they stand for, by the declared types.
//!
//! A heading names a field, a part of a record, or an element of a list: `weight`, `address.zip`, `lines[0].weight`, `lines.0.weight`.

use super::rules::Rules;
use super::wire::{Json, parse};
use ratewright::syntax::ast::{Field, TypeExpr, TypeKind};

/// The object that fields stand for: each a heading and its text.
pub(crate) fn object(rules: &Rules, fields: &[(&str, &str)]) -> Json {
    let paths: Vec<(Vec<String>, &str)> = fields.iter().map(|(heading, text)| (steps(heading), *text)).collect();
    members(rules, &rules.inputs, &paths)
}

fn steps(heading: &str) -> Vec<String> {
    heading.replace('[', ".").replace(']', "").split('.').map(str::to_string).collect()
}

fn wire_name(field: &Field) -> String {
    field.wire.as_ref().map_or(field.name.text.clone(), |wire| wire.text.clone())
}

/// The fields of a record; headings that name none are passed on, so that they are refused.
fn members(rules: &Rules, fields: &[Field], paths: &[(Vec<String>, &str)]) -> Json {
    let mut found = Vec::new();
    for field in fields {
        let name = wire_name(field);
        let within = below(paths, &name);
        if let Some(json) = value(rules, &field.ty, &within, field.default.is_some()) {
            found.push((name, json));
        }
    }
    for (path, text) in paths.iter().filter(|(_, text)| !text.is_empty()) {
        let known = path.first().is_some_and(|first| fields.iter().any(|field| wire_name(field) == *first));
        if !known {
            found.push((path.join("."), Json::Text((*text).to_string())));
        }
    }
    Json::Object(found)
}

/// What stands below a step: the rest of each path that begins with it.
fn below<'t>(paths: &[(Vec<String>, &'t str)], step: &str) -> Vec<(Vec<String>, &'t str)> {
    let rest = |(path, text): &(Vec<String>, &'t str)| {
        let (first, rest) = path.split_first()?;
        (first == step).then(|| (rest.to_vec(), *text))
    };
    paths.iter().filter_map(rest).collect()
}

/// A value; `None` for one that is not sent.
fn value(rules: &Rules, ty: &TypeExpr, paths: &[(Vec<String>, &str)], has_default: bool) -> Option<Json> {
    match &ty.kind {
        TypeKind::Optional(inner) => return value(rules, inner, paths, true),
        TypeKind::List(inner) => {
            if let Some((_, text)) = paths.iter().find(|(path, text)| path.is_empty() && !text.is_empty()) {
                return Some(parse(text).unwrap_or_else(|| Json::Text((*text).to_string())));
            }
            let mut elements = Vec::new();
            for place in 0..paths.len() {
                let within = below(paths, &place.to_string());
                if within.iter().all(|(_, text)| text.is_empty()) {
                    break;
                }
                elements.push(value(rules, inner, &within, false)?);
            }
            return (!elements.is_empty() || !has_default).then_some(Json::List(elements));
        }
        TypeKind::Name(name) => {
            if let Some(fields) = rules.records.get(name) {
                if let Some((_, text)) = paths.iter().find(|(path, text)| path.is_empty() && !text.is_empty()) {
                    return Some(parse(text).unwrap_or_else(|| Json::Text((*text).to_string())));
                }
                let anything = paths.iter().any(|(_, text)| !text.is_empty());
                return (anything || !has_default).then(|| members(rules, fields, paths));
            }
        }
        _ => {}
    }
    let (_, text) = paths.iter().find(|(path, _)| path.is_empty())?;
    let is_text = matches!(&ty.kind, TypeKind::Name(name) if name == "text");
    if text.is_empty() && (has_default || !is_text) {
        return None;
    }
    Some(plain(ty, text))
}

fn plain(ty: &TypeExpr, text: &str) -> Json {
    match (&ty.kind, text) {
        (TypeKind::YesNo, "yes" | "true") => Json::YesNo(true),
        (TypeKind::YesNo, "no" | "false") => Json::YesNo(false),
        (TypeKind::Name(name), _) if name == "text" => Json::Text(text.to_string()),
        (TypeKind::Name(name), _) if !matches!(name.as_str(), "number" | "integer" | "money") => {
            Json::Text(text.to_string())
        }
        _ => match parse(text) {
            Some(number @ Json::Number(_)) => number,
            _ => Json::Text(text.to_string()),
        },
    }
}
