//! What goes in and what comes out, as JSON Schema (draft 2020-12): for forms, for clients in other languages, for validators.
//!
//! A program gives two documents. That of the input says what [`crate::input`] accepts: every text that it refuses by its form
//! is refused by the schema too; ranges of quantities, which may be sent in any unit, stand in the description.

mod quote;

pub use quote::quote;

use crate::input::wire;
use crate::program::{Domain, InputField, Program};
use crate::types::{RecordType, Type, UnitExpr};
use crate::value::Number;
use serde_json::{Map, Value as Json, json};

/// The dialect that both documents are written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// A number in a text: a decimal, or the fraction in which a result that does not end is written.
const NUMBER: &str = "[-+]?[0-9]+(\\.[0-9]+)?(/[0-9]+)?";

/// The schema of a program's input.
pub fn input(program: &Program) -> Json {
    let mut schema = object(program, &program.inputs);
    let records = program.records.iter().filter(|record| is_used(program, record));
    let definitions: Map<String, Json> =
        records.map(|record| (record.name.clone(), record_schema(program, record))).collect();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".to_string(), json!(DIALECT));
        object.insert("title".to_string(), json!(program.title));
        if !definitions.is_empty() {
            object.insert("$defs".to_string(), Json::Object(definitions));
        }
    }
    schema
}

/// Whether a record occurs in the input, itself or within another.
fn is_used(program: &Program, record: &RecordType) -> bool {
    fn holds(ty: &Type, record: &RecordType) -> bool {
        match ty {
            Type::Record(inner) => inner.name == record.name || inner.fields.iter().any(|f| holds(&f.ty, record)),
            Type::List(inner) | Type::Optional(inner) => holds(inner, record),
            _ => false,
        }
    }
    program.inputs.iter().any(|field| holds(&field.ty, record))
}

fn record_schema(program: &Program, record: &RecordType) -> Json {
    object(program, crate::input::fields_of_record(program, record))
}

/// The schema of an object with these fields and no others.
fn object(program: &Program, fields: &[InputField]) -> Json {
    let properties: Map<String, Json> =
        fields.iter().map(|field| (field.wire.clone(), property(program, field))).collect();
    let must = fields.iter().filter(|field| field.default.is_none() && !matches!(field.ty, Type::Optional(_)));
    let required: Vec<_> = must.map(|field| field.wire.as_str()).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// The schema of a field, with its label, range and default in the description.
fn property(program: &Program, field: &InputField) -> Json {
    let mut schema = of_type(program, &field.ty, &field.domain);
    if field.default.is_some() && !matches!(field.ty, Type::Optional(_)) {
        schema = or_null(schema);
    }
    let mut words: Vec<String> = field.label.iter().cloned().collect();
    words.extend(wire::range(program, &field.ty, &field.domain));
    if let Type::In(unit) = field.ty.present() {
        words.push(format!("in {} unless it says its unit", program.units.show(unit)));
    }
    if let Some(object) = schema.as_object_mut() {
        if !words.is_empty() {
            object.insert("description".to_string(), json!(words.join("; ")));
        }
        if let Some(crate::program::ExprKind::Constant(value)) = field.default.as_ref().map(|expr| &expr.kind) {
            object.insert("default".to_string(), wire::json(program, &field.ty, value));
        }
    }
    schema
}

/// The schema of a value of a type.
fn of_type(program: &Program, ty: &Type, domain: &Domain) -> Json {
    match ty {
        Type::Optional(inner) => or_null(of_type(program, inner, domain)),
        Type::Number => bounded(number("number", NUMBER), domain),
        Type::Integer => bounded(number("integer", "[-+]?[0-9]+(\\.0+)?"), domain),
        Type::Percent => {
            json!({"anyOf": [text(&format!("^{NUMBER}%$")), with_unit("value", "unit", json!({"const": "%"}))]})
        }
        Type::In(unit) => quantity(program, unit),
        Type::YesNo => json!({"type": "boolean"}),
        Type::Text => match &domain.matching {
            Some(pattern) => text(&format!("^(?:{})$", pattern.text)),
            None => json!({"type": "string"}),
        },
        Type::Enum(id) => {
            let members = program.enumeration(*id).map_or(&[][..], |e| e.members.as_slice());
            let labelled = members.iter().any(|(_, label)| label.is_some());
            match labelled {
                false => json!({"type": "string", "enum": members.iter().map(|(name, _)| &**name).collect::<Vec<_>>()}),
                true => json!({"type": "string", "oneOf": members.iter().map(|(name, label)| match label {
                    Some(label) => json!({"const": &**name, "title": label}),
                    None => json!({"const": &**name}),
                }).collect::<Vec<_>>()}),
            }
        }
        Type::Date => json!({"type": "string", "format": "date"}),
        Type::Time => text("^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"),
        Type::Instant => json!({"type": "string", "format": "date-time"}),
        Type::Months => text("^-?[0-9]+ (months?|years?)$"),
        Type::Zone => {
            json!({"type": "string", "description": "a time zone of the IANA database, such as Europe/London"})
        }
        Type::Currency => match domain.currencies.as_slice() {
            [] => text("^[A-Z]{3}$"),
            some => json!({"type": "string", "enum": some.iter().map(ToString::to_string).collect::<Vec<_>>()}),
        },
        Type::Record(record) => json!({"$ref": format!("#/$defs/{}", record.name)}),
        Type::List(element) => json!({"type": "array", "items": of_type(program, element, domain)}),
        Type::Row(_) | Type::Unknown => json!({}),
    }
}

fn or_null(schema: Json) -> Json {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn text(pattern: &str) -> Json {
    json!({"type": "string", "pattern": pattern})
}

fn number(word: &str, pattern: &str) -> Json {
    json!({"anyOf": [{"type": word}, text(&format!("^{pattern}$"))]})
}

/// Adds the range of a plain number to the branch that is a JSON number.
fn bounded(mut schema: Json, domain: &Domain) -> Json {
    let ends = [(&domain.low, "minimum", "exclusiveMinimum"), (&domain.high, "maximum", "exclusiveMaximum")];
    for (end, included_word, excluded_word) in ends {
        let Some((value, included)) = end else { continue };
        let number = value.as_number().and_then(as_json_number);
        if let (Some(number), Some(branch)) = (number, schema.pointer_mut("/anyOf/0").and_then(Json::as_object_mut)) {
            branch.insert(if *included { included_word } else { excluded_word }.to_string(), number);
        }
    }
    schema
}

/// The number as JSON, where JSON's readers will all see the same number.
fn as_json_number(number: &Number) -> Option<Json> {
    if let Some(whole) = number.to_i64() {
        return Some(json!(whole));
    }
    let text: Json = serde_json::from_str(&number.to_string()).ok()?;
    (Number::from_f64_shortest(text.as_f64()?).as_ref() == Some(number)).then_some(text)
}

/// A quantity or an amount: a bare number in the declared unit, a text with any unit, or an object.
fn quantity(program: &Program, unit: &UnitExpr) -> Json {
    let any = json!({"type": "string"});
    let object = match program.units.currency(unit) {
        Some(_) => with_unit("amount", "currency", any),
        None => with_unit("value", "unit", any),
    };
    json!({"anyOf": [{"type": "number"}, text(&format!("^{NUMBER}( .+)?$")), object]})
}

/// A number and its unit as an object.
fn with_unit(number_name: &str, unit_name: &str, unit: Json) -> Json {
    let properties = json!({number_name: number("number", NUMBER), unit_name: unit});
    json!({"type": "object", "properties": properties, "required": [number_name, unit_name], "additionalProperties": false})
}
