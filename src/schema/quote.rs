//! The schema of a quote: one shape for all rule sets, with this one's codes and the types of its outputs.

use super::DIALECT;
use crate::eval::ROUNDING_CODE;
use crate::program::{ChargeAmount, Expr, ExprKind, Output, Program, Stage, StageKind};
use crate::types::Type;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// The schema of the quotes that a program gives.
pub fn quote(program: &Program) -> Json {
    let outputs: Vec<_> = program.outputs.iter().map(|output| output_schema(program, output)).collect();
    let flags: Vec<_> = program.flags.iter().map(|flag| &*flag.code).collect();
    json!({
        "$schema": DIALECT,
        "title": format!("Quote of {}", program.title),
        "type": "object",
        "properties": {
            "ruleset": {"const": program.name},
            "version": {"type": "string", "description": "the version of the rules, as their author wrote it"},
            "edition": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "the digest of the edition that priced it"},
            "charges": {"type": "array", "items": {"$ref": "#/$defs/charge"}},
            "totals": {"type": "array", "items": {"$ref": "#/$defs/money"}, "description": "one for each currency"},
            "outputs": {"type": "array", "items": if outputs.is_empty() { json!(false) } else { json!({"anyOf": outputs}) }},
            "flags": {"type": "array", "items": if flags.is_empty() { json!(false) } else { json!({
                "type": "object",
                "properties": {"code": {"enum": flags}, "message": {"type": "string"}},
                "required": ["code", "message"],
            }) }},
        },
        "required": ["ruleset", "charges", "totals"],
        "$defs": definitions(program),
    })
}

fn definitions(program: &Program) -> Json {
    let number = json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+|/[0-9]+)?$", "description": "exact; a fraction where no decimal ends"});
    let (money, quantity) = (json!({"$ref": "#/$defs/money"}), json!({"$ref": "#/$defs/quantity"}));
    json!({
        "number": number,
        "money": {
            "type": "object",
            "properties": {"amount": {"$ref": "#/$defs/number"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
            "required": ["amount", "currency"],
        },
        "quantity": {
            "type": "object",
            "properties": {"value": {"$ref": "#/$defs/number"}, "unit": {"type": "string"}},
            "required": ["value", "unit"],
        },
        "charge": {
            "type": "object",
            "properties": {
                "code": {"enum": codes(program)},
                "label": {"type": "string"},
                "amount": money,
                "quantity": quantity,
                "unit_price": quantity,
                "breakdown": {"type": "array", "items": {"$ref": "#/$defs/breakdown"}},
                "tags": {"type": "array", "items": {"type": "string"}},
                "reason": {"type": "string"},
                "item": {"type": "integer", "minimum": 0, "description": "the element of its list that the line is for"},
            },
            "required": ["code", "amount"],
        },
        "breakdown": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "label": {"type": "string"},
                "quantity": quantity,
                "rate": quantity,
                "amount": money,
            },
            "required": ["label", "amount"],
        },
    })
}

/// Every code under which a line can be booked.
fn codes(program: &Program) -> BTreeSet<&str> {
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    for charge in program.charges.iter().filter(|charge| charge.listed) {
        codes.insert(&charge.code);
        let stages = match &charge.amount {
            ChargeAmount::Expr(amount) => stages(amount),
            ChargeAmount::Group(group) => &group.stages,
        };
        codes.extend(stages.iter().filter_map(stage_code));
        codes.extend(charge.exceptions.iter().flat_map(|e| stages_of_exception(e)).filter_map(stage_code));
    }
    codes.extend(program.total.iter().map(|stage| &*stage.code));
    if program.round_total.is_some() {
        codes.insert(ROUNDING_CODE);
    }
    codes
}

fn stages_of_exception(exception: &crate::program::Exception) -> Vec<&Stage> {
    let own = stages(&exception.value).iter();
    own.chain(exception.exceptions.iter().flat_map(|inner| stages_of_exception(inner))).collect()
}

fn stages(amount: &Expr) -> &[Stage] {
    match &amount.kind {
        ExprKind::Stages(_, stages) => stages,
        _ => &[],
    }
}

fn stage_code(stage: &Stage) -> Option<&str> {
    match &stage.kind {
        StageKind::Minimum(_, Some(line)) | StageKind::Maximum(_, Some(line)) => Some(&line.code),
        _ => None,
    }
}

fn output_schema(program: &Program, output: &Output) -> Json {
    let definition = program.definitions.get(output.definition.0 as usize);
    let value = definition.map_or(json!({}), |definition| data(program, &definition.value.ty));
    let mut properties = Map::new();
    properties.insert("name".to_string(), json!({"const": output.name}));
    if let Some(label) = &output.label {
        properties.insert("label".to_string(), json!({"const": label}));
    }
    properties.insert("value".to_string(), value);
    json!({"type": "object", "properties": properties, "required": ["name", "value"]})
}

/// A value as a quote writes it.
fn data(program: &Program, ty: &Type) -> Json {
    match ty {
        Type::Number | Type::Integer => json!({"$ref": "#/$defs/number"}),
        Type::Percent => json!({"$ref": "#/$defs/quantity"}),
        Type::In(unit) if program.units.currency(unit).is_some() => json!({"$ref": "#/$defs/money"}),
        Type::In(_) => json!({"$ref": "#/$defs/quantity"}),
        Type::YesNo => json!({"type": "boolean"}),
        Type::Enum(id) => {
            let members = program.enumeration(*id).map_or(&[][..], |e| e.members.as_slice());
            json!({"enum": members.iter().map(|(name, _)| &**name).collect::<Vec<_>>()})
        }
        Type::Text | Type::Date | Type::Time | Type::Instant | Type::Months | Type::Zone | Type::Currency => {
            json!({"type": "string"})
        }
        Type::Record(record) => {
            let fields = record.fields.iter().map(|field| (field.name.clone(), data(program, &field.ty)));
            json!({"type": "object", "properties": fields.collect::<Map<_, _>>()})
        }
        Type::List(element) => json!({"type": "array", "items": data(program, element)}),
        Type::Optional(inner) => json!({"anyOf": [data(program, inner), {"type": "null"}]}),
        Type::Row(_) | Type::Unknown => json!({}),
    }
}
