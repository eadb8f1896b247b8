//! From the log of an evaluation to steps in the words of the rules.
//!
//! Constants are left out, conversions of units are passed through, sums are flat, and only the branch taken is shown.

use super::tracer::{Item, Noted, Traced};
use super::uses::{Owner, Uses};
use super::{Explained, Explanation, Reference, Step, Tracer};
use crate::eval::{Node, show};
use crate::program::{ChargeId, DefinitionId, Expr, ExprKind as K, ParameterId, Program, Stage, Template};
use crate::source::Span;
use crate::types::{TableId, Type};
use crate::value::{Number, Value};
use std::collections::{BTreeMap, HashMap};

/// The longest label, in characters.
const LONGEST_LABEL: usize = 72;

/// What is needed to build an explanation, and what is built so far.
pub(super) struct Builder<'p> {
    pub(super) program: &'p Program,
    pub(super) inputs: &'p [Value],
    pub(super) charge_amounts: HashMap<ChargeId, Number>,
    charges: BTreeMap<ChargeId, Explained>,
    definitions: BTreeMap<DefinitionId, Explained>,
    notices: Vec<Explained>,
    /// The type of the amounts that stages and bookings are about.
    amounts: Type,
    /// Which rows and definitions each charge and definition used directly.
    pub(super) uses: HashMap<Owner, Uses>,
}

impl<'p> Tracer<'p> {
    /// The explanation of what was watched. `inputs` are those that were priced.
    pub fn explain(self, program: &'p Program, inputs: &'p [Value]) -> Explanation {
        let cut_short = self.is_cut_short();
        let tree = self.into_tree();
        let mut builder = Builder {
            program,
            inputs,
            charge_amounts: HashMap::new(),
            charges: BTreeMap::new(),
            definitions: BTreeMap::new(),
            notices: Vec::new(),
            amounts: Type::Number,
            uses: HashMap::new(),
        };
        builder.gather(&tree, Owner::Nobody);
        for item in &tree.items {
            if let Item::Node(node) = item {
                builder.top(node);
            }
        }
        builder.finish(cut_short)
    }
}

impl<'p> Builder<'p> {
    fn finish(mut self, cut_short: bool) -> Explanation {
        let charges = std::mem::take(&mut self.charges);
        let definitions = std::mem::take(&mut self.definitions);
        let with_rows = |owner: Owner, explained: Explained| Explained { rows: self.rows_of(owner), ..explained };
        Explanation {
            ruleset: self.program.name.clone(),
            version: self.program.version.clone(),
            charges: charges.into_iter().map(|(id, charge)| with_rows(Owner::Charge(id), charge)).collect(),
            definitions: definitions.into_iter().map(|(id, d)| with_rows(Owner::Definition(id), d)).collect(),
            notices: self.notices,
            cut_short,
        }
    }

    /// A node that nothing else rests on.
    fn top(&mut self, node: &Traced<'p>) {
        match node.node {
            Some(Node::Flag(index)) => self.notice(node, "flag", self.program.flags.get(index)),
            Some(Node::Refusal(index)) => self.notice(node, "refuse", self.program.refusals.get(index)),
            Some(Node::TotalStage(index)) => {
                let parts = self.parts(node);
                let Some(stage) = self.program.total.get(index) else { return };
                let value = node.value.as_ref().map(|value| self.shown(value, &Type::In(stage.unit.clone())));
                self.notices.push(Explained {
                    name: stage.code.to_string(),
                    label: stage.label.as_deref().map(str::to_string),
                    value,
                    place: self.place(stage.span),
                    parts,
                    ..Explained::default()
                });
            }
            _ => {
                self.steps(node);
            }
        }
    }

    fn notice(&mut self, node: &Traced<'p>, word: &str, notice: Option<&'p crate::program::Notice>) {
        let parts = self.parts(node);
        let Some(notice) = notice else { return };
        self.notices.push(Explained {
            name: notice.code.to_string(),
            label: Some(word.to_string()),
            value: Some(if node.value.is_some() { "yes" } else { "no" }.to_string()),
            place: self.place(notice.span),
            parts,
            ..Explained::default()
        });
    }

    /// The steps of everything in a node.
    pub(super) fn parts(&mut self, node: &Traced<'p>) -> Vec<Step> {
        let mut parts: Vec<Step> = Vec::new();
        for (index, item) in node.items.iter().enumerate() {
            match item {
                Item::Node(child) => {
                    let condition = match node.items.get(index + 1) {
                        Some(Item::Note(Noted::Condition(answer))) => Some(*answer),
                        _ => None,
                    };
                    let mut steps = self.steps(child);
                    if let (Some(answer), Some(Node::Expr(expr))) = (condition, &child.node) {
                        steps = vec![self.condition(expr, answer, steps)];
                    }
                    parts.append(&mut steps);
                }
                Item::Note(note) => parts.extend(self.noted(note)),
            }
        }
        parts
    }

    /// `when declared > 100 USD = yes`, with what it rests on.
    fn condition(&self, expr: &'p Expr, answer: bool, steps: Vec<Step>) -> Step {
        let words = self.words(expr.span);
        let parts = match <[Step; 1]>::try_from(steps) {
            Ok([step]) if step.label == words && step.see.is_none() => step.parts,
            Ok([step]) => vec![step],
            Err(steps) => steps,
        };
        let value = Some(if answer { "yes" } else { "no" }.to_string());
        Step { label: format!("when {words}"), value, parts, ..Step::default() }
    }

    /// The step that a note stands for, if it stands for one of its own.
    pub(super) fn noted(&self, note: &Noted<'p>) -> Option<Step> {
        match note {
            Noted::KnownDefinition(id) => self.definition_reference(*id),
            Noted::KnownCharge(id) => Some(self.charge_reference(*id)),
            Noted::Tier(tiers, line) => {
                let result = self.program.tiers.get(tiers.0 as usize).map(|tiers| (&tiers.over, &tiers.result));
                let (over, result) = result?;
                let mut notes = vec![self.shown(&Value::Number(line.quantity.clone()), over)];
                if let (Some((rate, unit)), Some(note)) =
                    (show::tier_rate(self.program, self.inputs, line), notes.first_mut())
                {
                    note.push_str(" at ");
                    note.push_str(&show::join(&show::decimal(&rate, 0), &unit));
                }
                Some(Step {
                    label: show::tier_label(self.program, self.inputs, line),
                    value: Some(self.shown(&Value::Number(line.amount.clone()), result)),
                    notes,
                    ..Step::default()
                })
            }
            Noted::Booked(before, after) if before != after => Some(Step {
                label: "rounded when booked".to_string(),
                value: Some(self.shown_amount(after)),
                notes: vec![rounding_note(before, after)],
                ..Step::default()
            }),
            Noted::StageLine(code, amount) => Some(Step {
                label: format!("booked as {code}"),
                value: Some(self.shown_amount(amount)),
                ..Step::default()
            }),
            Noted::Winner(index) => {
                Some(Step { label: "chosen".to_string(), value: Some(format!("[{}]", index + 1)), ..Step::default() })
            }
            Noted::Reason(reason) => Some(Step { label: format!("because {reason}"), ..Step::default() }),
            _ => None,
        }
    }

    /// The steps of one node: none for a constant, one for most, several for what is passed through.
    pub(super) fn steps(&mut self, node: &Traced<'p>) -> Vec<Step> {
        match node.node {
            Some(Node::Expr(expr)) => self.expr_steps(node, expr),
            Some(Node::Definition(id)) => {
                self.explain_definition(node, id);
                Vec::from_iter(self.definition_reference(id))
            }
            Some(Node::Charge(id)) => {
                self.explain_charge(node, id);
                vec![self.charge_reference(id)]
            }
            Some(Node::Element(index) | Node::Line(index)) => {
                if node.value.is_none() {
                    return Vec::new();
                }
                let parts = self.parts(node);
                match <[Step; 1]>::try_from(parts) {
                    Ok([step]) => vec![Step { label: format!("[{}] {}", index + 1, step.label), ..step }],
                    Err(parts) => vec![Step { label: format!("[{}]", index + 1), parts, ..Step::default() }],
                }
            }
            Some(Node::Option(option)) => {
                let parts = self.parts(node);
                let label = match &option.label {
                    Some(label) => format!("{} {label}", option.code),
                    None => option.code.to_string(),
                };
                let value = match &node.value {
                    Some(value) => self.shown(value, &option.amount.ty),
                    None => "does not apply".to_string(),
                };
                vec![Step { label, value: Some(value), parts, ..Step::default() }]
            }
            Some(Node::Stage(stage)) => vec![self.stage_step(node, stage)],
            Some(Node::Exception(exception)) => {
                let parts = self.parts(node);
                let mut notes = Vec::from_iter(exception.label.clone());
                if let Some(because) = &exception.because {
                    notes.push(format!("because {}", self.words(because.span)));
                }
                notes.push(self.place(exception.span));
                let value = node.value.as_ref().map(|value| self.shown(value, &exception.value.ty));
                vec![Step { label: format!("exception {}", exception.name), value, notes, parts, ..Step::default() }]
            }
            _ => self.parts(node),
        }
    }

    fn stage_step(&mut self, node: &Traced<'p>, stage: &'p Stage) -> Step {
        let parts = self.parts(node);
        let rounding = node.items.iter().find_map(|item| match item {
            Item::Note(Noted::Rounded(before, after)) if before != after => Some(rounding_note(before, after)),
            _ => None,
        });
        let value = node.value.as_ref().map(|value| self.shown(value, &self.amounts));
        Step { label: self.words(stage.span), value, notes: Vec::from_iter(rounding), parts, see: None }
    }

    fn explain_definition(&mut self, node: &Traced<'p>, id: DefinitionId) {
        let parts = self.parts(node);
        let Some(definition) = self.program.definitions.get(id.0 as usize) else { return };
        let output = self.program.outputs.iter().find(|output| output.definition == id);
        let explained = Explained {
            name: definition.name.clone(),
            label: output.and_then(|output| output.label.clone()),
            value: node.value.as_ref().map(|value| self.shown(value, &definition.value.ty)),
            place: self.place(definition.span),
            parts,
            ..Explained::default()
        };
        self.definitions.insert(id, explained);
    }

    /// A label as it stands in the rules, with what is filled in still in braces.
    fn written(&self, label: &Template) -> String {
        match label.fixed() {
            Some(fixed) => fixed.to_string(),
            None => self.program.sources.text(label.span).trim_matches('"').to_string(),
        }
    }

    fn explain_charge(&mut self, node: &Traced<'p>, id: ChargeId) {
        let Some(charge) = self.program.charges.get(id.0 as usize) else { return };
        let (parts, addends) = self.with_amounts(Type::In(charge.unit.clone()), |builder| {
            let mut addends = Vec::new();
            if node.value.is_some() {
                builder.line_addends(node, &mut addends);
            }
            for addend in &mut addends {
                addend.shown = builder.shown_amount(&addend.amount);
            }
            (builder.parts(node), addends)
        });
        let explained = Explained {
            name: charge.code.to_string(),
            label: charge.label.as_ref().map(|label| self.written(label)),
            value: node.value.as_ref().map(|value| self.shown(value, &Type::In(charge.unit.clone()))),
            place: self.place(charge.span),
            amount: node.value.as_ref().and_then(Value::as_number).cloned(),
            addends,
            rows: Vec::new(),
            parts,
        };
        self.charges.insert(id, explained);
    }

    fn definition_reference(&self, id: DefinitionId) -> Option<Step> {
        let definition = self.program.definitions.get(id.0 as usize)?;
        let value = self.definitions.get(&id).and_then(|explained| explained.value.clone());
        let see = Some(Reference::Definition(definition.name.clone()));
        Some(Step { label: definition.name.clone(), value, see, ..Step::default() })
    }

    fn charge_reference(&self, id: ChargeId) -> Step {
        let code = self.charge_code(id);
        let explained = self.charges.get(&id);
        let value = explained.map(|charge| charge.value.clone().unwrap_or_else(|| "does not apply".to_string()));
        Step { label: code.clone(), value, see: Some(Reference::Charge(code)), ..Step::default() }
    }

    /// The code of a charge.
    pub(super) fn charge_code(&self, id: ChargeId) -> String {
        self.program.charges.get(id.0 as usize).map_or_else(String::new, |charge| charge.code.to_string())
    }

    /// Does something while the amounts of stages are of a type.
    pub(super) fn with_amounts<T>(&mut self, ty: Type, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.amounts, ty);
        let result = work(self);
        self.amounts = before;
        result
    }

    /// An amount of the charge or of the stages at hand.
    fn shown_amount(&self, amount: &Number) -> String {
        self.shown(&Value::Number(amount.clone()), &self.amounts)
    }

    /// A value as people write it.
    pub(super) fn shown(&self, value: &Value, ty: &Type) -> String {
        show::show_in(self.program, self.inputs, value, ty)
    }

    /// The words of the rules at a span, on one line and not too long.
    pub(super) fn words(&self, span: Span) -> String {
        let text = self.program.sources.text(span);
        let words: Vec<&str> = text.split_whitespace().collect();
        shorten(&words.join(" "), LONGEST_LABEL)
    }

    /// Where a span is: `parcel.rules:41`.
    pub(super) fn place(&self, span: Span) -> String {
        self.program.sources.line_of(span)
    }

    /// What is known about a parameter's value: since when, where, why.
    pub(super) fn dated_notes(&self, id: ParameterId, index: usize) -> Vec<String> {
        let Some(parameter) = self.program.parameters.get(id.0 as usize) else { return Vec::new() };
        let Some(value) = parameter.values.get(index) else { return Vec::new() };
        let mut notes = Vec::new();
        if !parameter.constant {
            notes.push(show::period(&value.period));
        }
        notes.push(self.place(value.span));
        notes.extend(value.because.as_ref().map(|because| format!("because {because}")));
        notes
    }

    /// What is known about a row: its number, its place, its text, its reason.
    pub(super) fn row_notes(&self, table: TableId, row: u32) -> Vec<String> {
        let Some(table) = self.program.tables.get(table.0 as usize) else { return Vec::new() };
        let (Some(number), Some(span)) = (table.row_number(row), table.row_span(row)) else { return Vec::new() };
        let place = self.place(span);
        let mut notes = vec![format!("row {number} of {}, {place}: {}", table.name, self.words(span))];
        notes.extend(table.because(row).map(|because| format!("because {because}")));
        notes
    }
}

/// `+0.005 from 10.435`
fn rounding_note(before: &Number, after: &Number) -> String {
    let difference = after.sub(before).unwrap_or_default();
    let sign = if difference.is_negative() { "" } else { "+" };
    format!("{sign}{} from {}", show::decimal(&difference, 0), show::decimal(before, 0))
}

/// The text, cut after a number of characters.
pub(super) fn shorten(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_string();
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Whether an expression only names something that is in front of the reader.
pub(super) fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        K::Input(_) | K::Local(_) => true,
        K::Field(inner, _) | K::Column(inner, _) => is_path(inner),
        _ => false,
    }
}
