//! From the log of an evaluation to steps in the words of the rules.
//!
//! Constants are left out, conversions of units are passed through, sums are flat, and only the branch taken is shown.

use super::tracer::{Item, Noted, Traced, Tracer};
use super::tree::{Chain, Named, Node as StepNode, Passage, Range, See, Tree, place};
use super::uses::{Owner, Used};
use super::words;
use crate::eval::{Node, show};
use crate::program::{ChargeId, DefinitionId, Expr, ExprKind as K, Notice, ParameterId, Program, Stage, Template};
use crate::source::Span;
use crate::types::{TableId, Type};
use crate::value::{Number, Value};
use std::collections::BTreeMap;

/// What is needed to build an explanation, and what is built so far.
pub(super) struct Builder<'p> {
    pub(super) program: &'p Program,
    pub(super) inputs: &'p [Value],
    pub(super) tree: Tree,
    charges: BTreeMap<ChargeId, Named>,
    definitions: BTreeMap<DefinitionId, Named>,
    notices: Vec<Named>,
    /// The type of the amounts that stages and bookings are about.
    amounts: Type,
    /// The amounts of the charges that were computed, in the order of the rules once all are gathered.
    pub(super) charge_amounts: Vec<(ChargeId, Number)>,
    /// Which rows and definitions each charge and definition used directly, sorted once all are gathered.
    pub(super) uses: Vec<(Owner, Used)>,
}

/// The tree of what was watched. `inputs` are those that were priced.
pub(super) fn tree(log: &Tracer<'_>, program: &Program, inputs: &[Value]) -> Tree {
    let mut builder = Builder {
        program,
        inputs,
        tree: Tree::with_room(log.len() / 2),
        charges: BTreeMap::new(),
        definitions: BTreeMap::new(),
        notices: Vec::new(),
        amounts: Type::Number,
        charge_amounts: Vec::new(),
        uses: Vec::new(),
    };
    builder.gather(log.whole());
    for item in log.whole().items {
        if let Item::Node(node) = item {
            builder.top(node);
        }
    }
    builder.finish(log.is_cut_short())
}

impl<'p> Builder<'p> {
    fn finish(mut self, cut_short: bool) -> Tree {
        let mut explained = Vec::new();
        for (id, charge) in std::mem::take(&mut self.charges) {
            explained.push(Named { rows: self.rows_of(Owner::Charge(id)), ..charge });
        }
        let charges = place(explained.len());
        for (id, definition) in std::mem::take(&mut self.definitions) {
            explained.push(Named { rows: self.rows_of(Owner::Definition(id)), ..definition });
        }
        let notices = place(explained.len());
        explained.append(&mut self.notices);
        let mut tree = self.tree;
        tree.ruleset = tree.say(&self.program.name);
        tree.version = self.program.version.as_deref().map(|version| tree.say(version));
        (tree.explained, tree.charges, tree.notices, tree.cut_short) = (explained, charges, notices, cut_short);
        tree
    }

    /// A node that nothing else rests on.
    fn top(&mut self, node: Traced<'_, 'p>) {
        let program = self.program;
        match node.node {
            Some(Node::Flag(index)) => self.notice(node, "flag", program.flags.get(index)),
            Some(Node::Refusal(index)) => self.notice(node, "refuse", program.refusals.get(index)),
            Some(Node::TotalStage(index)) => {
                let parts = self.parts(node);
                let Some(stage) = program.total.get(index) else { return };
                let value = node.value.map(|value| self.shown(value, &Type::In(stage.unit.clone())));
                let name = self.tree.say(&stage.code);
                let label = stage.label.as_deref().map(|label| self.tree.say(label));
                let place = self.place(stage.span);
                self.notices.push(Named { name, label, value, place, parts, ..Named::default() });
            }
            _ => {
                self.steps(node);
            }
        }
    }

    fn notice(&mut self, node: Traced<'_, 'p>, word: &str, notice: Option<&'p Notice>) {
        let parts = self.parts(node);
        let Some(notice) = notice else { return };
        let name = self.tree.say(&notice.code);
        let label = Some(self.tree.say(word));
        let value = Some(self.answer(node.value.is_some()));
        let place = self.place(notice.span);
        self.notices.push(Named { name, label, value, place, parts, ..Named::default() });
    }

    fn answer(&mut self, answer: bool) -> Passage {
        self.tree.say(if answer { "yes" } else { "no" })
    }

    /// The steps of everything in a node.
    pub(super) fn parts(&mut self, node: Traced<'_, 'p>) -> Chain {
        let mut parts = Chain::default();
        let mut items = node.items;
        while let Some(item) = items.next() {
            let steps = match item {
                Item::Node(child) => {
                    let steps = self.steps(child);
                    match (items.decided(), child.node) {
                        (Some(answer), Some(Node::Expr(expr))) => self.condition(expr, answer, steps),
                        _ => steps,
                    }
                }
                Item::Note(note) => self.noted(note),
            };
            parts = self.tree.join(parts, steps);
        }
        parts
    }

    /// `when declared > 100 USD = yes`, with what it rests on.
    fn condition(&mut self, expr: &'p Expr, answer: bool, steps: Chain) -> Chain {
        const WHEN: &str = "when ";
        let words = self.program.sources.text(expr.span());
        let label = self.tree.write(|text| {
            text.push_str(WHEN);
            words::write(text, words);
        });
        let only = steps.only().and_then(|at| self.tree.node(at));
        let parts = match only {
            Some(step) if step.see.is_none() && self.is_same(step.label, label, WHEN.len()) => step.parts,
            _ => steps,
        };
        let value = Some(self.answer(answer));
        self.tree.step(StepNode { label, value, parts, ..StepNode::default() })
    }

    /// Whether the words are those of another passage behind so many bytes.
    fn is_same(&self, words: Passage, other: Passage, behind: usize) -> bool {
        self.tree.words(words) == self.tree.without_front(other, behind)
    }

    /// The step that a note stands for, if it stands for one of its own.
    pub(super) fn noted(&mut self, note: &Noted<'p>) -> Chain {
        match note {
            Noted::KnownDefinition(id) => self.definition_reference(*id),
            Noted::KnownCharge(id) => self.charge_reference(*id),
            Noted::Tier(tiers, line) => {
                let program = self.program;
                let Some(tiers) = program.tiers.get(tiers.0 as usize) else { return Chain::default() };
                let mut notes = self.tree.no_notes();
                let inputs = self.inputs;
                self.tree.note(&mut notes, |text| {
                    show::write_in(text, program, inputs, &Value::Number(line.quantity.clone()), &tiers.over);
                    if let Some((rate, unit)) = show::tier_rate(program, inputs, line) {
                        text.push_str(" at ");
                        text.push_str(&show::join(&show::decimal(&rate, 0), &unit));
                    }
                });
                let label = self.tree.say(&show::tier_label(program, inputs, line));
                let value = Some(self.shown(&Value::Number(line.amount.clone()), &tiers.result));
                self.tree.step(StepNode { label, value, notes, ..StepNode::default() })
            }
            Noted::Booked(before, after) if before != after => {
                let label = self.tree.say("rounded when booked");
                let value = Some(self.shown_amount(after));
                let notes = self.rounding_note(before, after);
                self.tree.step(StepNode { label, value, notes, ..StepNode::default() })
            }
            Noted::StageLine(code, amount) => {
                let value = Some(self.shown_amount(amount));
                self.small_step(format_args!("booked as {code}"), value)
            }
            Noted::Winner(index) => {
                let value = Some(self.tree.write(|text| show::put(text, format_args!("[{}]", index + 1))));
                self.small_step(format_args!("chosen"), value)
            }
            Noted::Reason(reason) => self.small_step(format_args!("because {reason}"), None),
            _ => Chain::default(),
        }
    }

    fn small_step(&mut self, label: std::fmt::Arguments<'_>, value: Option<Passage>) -> Chain {
        let label = self.tree.write(|text| show::put(text, label));
        self.tree.step(StepNode { label, value, ..StepNode::default() })
    }

    /// The steps of one node: none for a constant, one for most, several for what is passed through.
    pub(super) fn steps(&mut self, node: Traced<'_, 'p>) -> Chain {
        match node.node {
            Some(Node::Expr(expr)) => self.expr_steps(node, expr),
            Some(Node::Definition(id)) => {
                self.explain_definition(node, id);
                self.definition_reference(id)
            }
            Some(Node::Charge(id)) => {
                self.explain_charge(node, id);
                self.charge_reference(id)
            }
            Some(Node::Element(index) | Node::Line(index)) => self.element_steps(node, index),
            Some(Node::Option(option)) => {
                let parts = self.parts(node);
                let label = self.tree.write(|text| {
                    text.push_str(&option.code);
                    if let Some(label) = &option.label {
                        text.push(' ');
                        text.push_str(label);
                    }
                });
                let value = Some(match node.value {
                    Some(value) => self.shown(value, &option.amount.ty),
                    None => self.tree.say("does not apply"),
                });
                self.tree.step(StepNode { label, value, parts, ..StepNode::default() })
            }
            Some(Node::Stage(stage)) => self.stage_step(node, stage),
            Some(Node::Exception(exception)) => {
                let parts = self.parts(node);
                let mut notes = self.tree.no_notes();
                if let Some(label) = &exception.label {
                    self.tree.note(&mut notes, |text| text.push_str(label));
                }
                let sources = &self.program.sources;
                if let Some(because) = &exception.because {
                    self.tree.note(&mut notes, |text| {
                        text.push_str("because ");
                        words::write(text, sources.text(because.span));
                    });
                }
                self.tree.note(&mut notes, |text| sources.write_line_of(exception.span, text));
                let value = node.value.map(|value| self.shown(value, &exception.value.ty));
                let label = self.tree.write(|text| show::put(text, format_args!("exception {}", exception.name)));
                self.tree.step(StepNode { label, value, notes, parts, ..StepNode::default() })
            }
            _ => self.parts(node),
        }
    }

    /// `[2] weight`: the one step of an element, or its steps below one.
    fn element_steps(&mut self, node: Traced<'_, 'p>, index: usize) -> Chain {
        if node.value.is_none() {
            return Chain::default();
        }
        let parts = self.parts(node);
        let number = index + 1;
        let Some((at, label)) = parts.only().and_then(|at| Some((at, self.tree.node(at)?.label))) else {
            let label = self.tree.write(|text| show::put(text, format_args!("[{number}]")));
            return self.tree.step(StepNode { label, parts, ..StepNode::default() });
        };
        let label = self.tree.after(|text| show::put(text, format_args!("[{number}] ")), label);
        if let Some(step) = self.tree.node_mut(at) {
            step.label = label;
        }
        parts
    }

    fn stage_step(&mut self, node: Traced<'_, 'p>, stage: &'p Stage) -> Chain {
        let parts = self.parts(node);
        let rounded = node.items.into_iter().find_map(|item| match item {
            Item::Note(Noted::Rounded(before, after)) if before != after => Some((before, after)),
            _ => None,
        });
        let notes = match rounded {
            Some((before, after)) => self.rounding_note(before, after),
            None => Range::default(),
        };
        let ty = self.amounts.clone();
        let value = node.value.map(|value| self.shown(value, &ty));
        let label = self.words(stage.span);
        self.tree.step(StepNode { label, value, notes, parts, ..StepNode::default() })
    }

    fn explain_definition(&mut self, node: Traced<'_, 'p>, id: DefinitionId) {
        let parts = self.parts(node);
        let program = self.program;
        let Some(definition) = program.definitions.get(id.0 as usize) else { return };
        let output = program.outputs.iter().find(|output| output.definition == id);
        let name = self.tree.say(&definition.name);
        let label = output.and_then(|output| output.label.as_deref()).map(|label| self.tree.say(label));
        let value = node.value.map(|value| self.shown(value, &definition.value.ty));
        let place = self.place(definition.span);
        self.definitions.insert(id, Named { name, label, value, place, parts, ..Named::default() });
    }

    /// A label as it stands in the rules, with what is filled in still in braces.
    fn written(&self, label: &'p Template) -> &'p str {
        match label.fixed() {
            Some(fixed) => fixed,
            None => self.program.sources.text(label.span).trim_matches('"'),
        }
    }

    fn explain_charge(&mut self, node: Traced<'_, 'p>, id: ChargeId) {
        let Some(charge) = self.program.charges.get(id.0 as usize) else { return };
        let ty = Type::In(charge.unit.clone());
        let outer = std::mem::replace(&mut self.amounts, ty.clone());
        let mut addends = Range { from: place(self.tree.addends.len()), to: 0 };
        if node.value.is_some() {
            self.line_addends(node);
        }
        addends.to = place(self.tree.addends.len());
        self.show_addends(addends);
        let parts = self.parts(node);
        self.amounts = outer;
        let named = Named {
            name: self.tree.say(&charge.code),
            label: charge.label.as_ref().map(|label| self.written(label)).map(|label| self.tree.say(label)),
            value: node.value.map(|value| self.shown(value, &ty)),
            place: self.place(charge.span),
            amount: node.value.and_then(Value::as_number).cloned(),
            addends,
            rows: Range::default(),
            parts,
        };
        self.charges.insert(id, named);
    }

    fn show_addends(&mut self, range: Range) {
        for at in range.from..range.to {
            let Some(addend) = self.tree.addends.get(at as usize) else { continue };
            let amount = addend.amount.clone();
            let shown = self.shown_amount(&amount);
            if let Some(addend) = self.tree.addends.get_mut(at as usize) {
                addend.shown = shown;
            }
        }
    }

    fn definition_reference(&mut self, id: DefinitionId) -> Chain {
        let Some(definition) = self.program.definitions.get(id.0 as usize) else { return Chain::default() };
        let (label, value) = match self.definitions.get(&id) {
            Some(known) => (known.name, known.value),
            None => (self.tree.say(&definition.name), None),
        };
        self.tree.step(StepNode { label, value, see: Some(See::Definition(label)), ..StepNode::default() })
    }

    fn charge_reference(&mut self, id: ChargeId) -> Chain {
        let (label, value) = match self.charges.get(&id) {
            Some(known) => (known.name, Some(known.value)),
            None => (self.tree.say(self.charge_code(id)), None),
        };
        let value = value.map(|value| value.unwrap_or_else(|| self.tree.say("does not apply")));
        self.tree.step(StepNode { label, value, see: Some(See::Charge(label)), ..StepNode::default() })
    }

    /// The code of a charge.
    pub(super) fn charge_code(&self, id: ChargeId) -> &'p str {
        self.program.charges.get(id.0 as usize).map_or("", |charge| &charge.code)
    }

    /// The steps of a node while the amounts of stages are of a type.
    pub(super) fn parts_in(&mut self, node: Traced<'_, 'p>, ty: &Type) -> Chain {
        let outer = std::mem::replace(&mut self.amounts, ty.clone());
        let parts = self.parts(node);
        self.amounts = outer;
        parts
    }

    /// An amount of the charge or of the stages at hand.
    fn shown_amount(&mut self, amount: &Number) -> Passage {
        let Builder { program, inputs, tree, amounts, .. } = self;
        tree.write(|text| show::write_in(text, program, inputs, &Value::Number(amount.clone()), amounts))
    }

    /// A value as people write it.
    pub(super) fn shown(&mut self, value: &Value, ty: &Type) -> Passage {
        let (program, inputs) = (self.program, self.inputs);
        self.tree.write(|text| show::write_in(text, program, inputs, value, ty))
    }

    /// The words of the rules at a span, on one line and not too long.
    pub(super) fn words(&mut self, span: Span) -> Passage {
        let words = self.program.sources.text(span);
        self.tree.write(|text| words::write(text, words))
    }

    /// Where a span is: `parcel.rules:41`.
    pub(super) fn place(&mut self, span: Span) -> Passage {
        let sources = &self.program.sources;
        self.tree.write(|text| sources.write_line_of(span, text))
    }

    /// `+0.005 from 10.435`
    fn rounding_note(&mut self, before: &Number, after: &Number) -> Range {
        let mut notes = self.tree.no_notes();
        self.tree.note(&mut notes, |text| {
            let difference = after.sub(before).unwrap_or_default();
            text.push_str(if difference.is_negative() { "" } else { "+" });
            show::write_decimal(text, &difference, 0);
            text.push_str(" from ");
            show::write_decimal(text, before, 0);
        });
        notes
    }

    /// What is known about a parameter's value: since when, where, why.
    pub(super) fn dated_notes(&mut self, id: ParameterId, index: usize) -> Range {
        let mut notes = self.tree.no_notes();
        let program = self.program;
        let Some(parameter) = program.parameters.get(id.0 as usize) else { return notes };
        let Some(value) = parameter.values.get(index) else { return notes };
        if !parameter.constant {
            self.tree.note(&mut notes, |text| text.push_str(&show::period(&value.period)));
        }
        self.tree.note(&mut notes, |text| program.sources.write_line_of(value.span, text));
        self.because(&mut notes, value.because.as_deref());
        notes
    }

    /// What is known about a row: its number, its place, its text, its reason.
    pub(super) fn row_notes(&mut self, notes: &mut Range, table: TableId, row: u32) {
        let program = self.program;
        let Some(table) = program.tables.get(table.0 as usize) else { return };
        let (Some(number), Some(span)) = (table.row_number(row), table.row_span(row)) else { return };
        self.tree.note(notes, |text| {
            show::put(text, format_args!("row {number} of {}, ", table.name));
            program.sources.write_line_of(span, text);
            text.push_str(": ");
            words::write(text, program.sources.text(span));
        });
        self.because(notes, table.because(row).map(|because| &**because));
    }

    fn because(&mut self, notes: &mut Range, because: Option<&str>) {
        if let Some(because) = because {
            self.tree.note(notes, |text| {
                text.push_str("because ");
                text.push_str(because);
            });
        }
    }
}

/// Whether an expression only names something that is in front of the reader.
pub(super) fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        K::Input(_) | K::Local(_) => true,
        K::Field(inner, _) | K::Column(inner, _) => is_path(inner),
        _ => false,
    }
}
