//! Conditions as formulas: and, or, not over tests of subjects against constants.
//!
//! A subject is an expression that a condition asks about: an input, a field, a computed value. `weight over 70 lb`, `zone is one of
//! (A, B)` and `loyalty is given` test one subject; whatever cannot be read as such a test is a yes/no subject of its own. Equal
//! expressions are one subject, so what is found about the formulas holds whatever the subjects turn out to be.

use super::decide::LastClasses;
use super::key::Key;
use crate::check::convert::constant;
use crate::program::{
    Arithmetic, ChargeAmount, Comparison, DefinitionId, Domain, Expr, ExprKind as K, InputField, Program,
};
use crate::source::Span;
use crate::types::Type;
use crate::value::{Number, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// How many definitions and branches one condition is followed through, and how many all of a program. What lies behind more of them is a
/// subject of its own: a definition that asks another one twice would else be asked twice as often at each step.
const MOST_FOLLOWED: usize = 1_000;
const MOST_FOLLOWED_IN_ALL: usize = 200_000;

/// A condition.
#[derive(Debug, Clone)]
pub(super) enum Formula {
    /// Decided.
    Known(bool),
    /// A test of the subject with this number.
    Test(u32, Rc<Test>),
    /// The opposite.
    Not(Rc<Formula>),
    /// All of them.
    All(Vec<Rc<Formula>>),
    /// One of them or several.
    Some(Vec<Rc<Formula>>),
}

/// What is asked of a subject; an absent one fails every test.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// It is given.
    Given,
    /// It compares so with a constant.
    Compare(Comparison, Value),
    /// It is one of these, which are sorted.
    Among(Vec<Value>),
}

/// Something that conditions ask about.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// Its type without `?`.
    pub(super) ty: Type,
    /// Whether it may be absent.
    pub(super) optional: bool,
    /// Where it comes from outside by itself, so that it may have any value of its domain whatever the others are.
    pub(super) declared: Option<Declared>,
    /// Whether it is which of two values is the greater.
    pub(super) order: bool,
    /// Where it is written first.
    pub(super) span: Span,
}

/// What the declaration of an input or of a field in it says.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    /// Its type.
    pub(super) ty: Type,
    /// The values that it may have.
    pub(super) domain: Domain,
    /// The field.
    pub(super) span: Span,
    /// Whether the domain is the period in which the rules are in force.
    pub(super) in_force: bool,
}

/// What a slot is bound to: a number of its own, and the list whose element it is.
pub(super) type Binding<'p> = Option<(u32, Option<&'p Expr>)>;

/// The local names in sight, by slot.
pub(super) type Locals<'p> = BTreeMap<u16, (u32, Option<&'p Expr>)>;

/// Reads the conditions of a program.
#[derive(Debug)]
pub(super) struct Conditions<'p> {
    pub(super) program: &'p Program,
    pub(super) subjects: Vec<Subject>,
    known: HashMap<Key, u32>,
    /// The number of each local name in sight, and the list that it is an element of.
    locals: Locals<'p>,
    definitions: HashMap<u32, Rc<Formula>>,
    applied: HashMap<u32, Rc<Formula>>,
    next: u32,
    /// How deep one is followed now, and how many were followed for this condition and in all.
    following: u32,
    followed: usize,
    followed_in_all: usize,
    /// The classes of each subject that were asked for last.
    pub(super) last_classes: RefCell<Vec<Option<LastClasses>>>,
}

impl<'p> Conditions<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Conditions {
            program,
            subjects: Vec::new(),
            known: HashMap::new(),
            locals: BTreeMap::new(),
            definitions: HashMap::new(),
            applied: HashMap::new(),
            next: 0,
            following: 0,
            followed: 0,
            followed_in_all: 0,
            last_classes: RefCell::default(),
        }
    }

    /// A number that nothing has yet.
    pub(super) fn fresh(&mut self) -> u32 {
        self.next = self.next.saturating_add(1);
        self.next
    }

    /// The number of a local name.
    pub(super) fn local(&mut self, slot: u16) -> u32 {
        if let Some((number, _)) = self.locals.get(&slot) {
            return *number;
        }
        let number = self.fresh();
        self.locals.insert(slot, (number, None));
        number
    }

    /// Binds a slot anew: to an element of a list, or to something unknown. Returns what it was bound to.
    pub(super) fn bind(&mut self, slot: u16, list: Option<&'p Expr>) -> Binding<'p> {
        let number = self.fresh();
        self.locals.insert(slot, (number, list))
    }

    /// Ends a binding.
    pub(super) fn unbind(&mut self, slot: u16, before: Binding<'p>) {
        match before {
            Some(before) => self.locals.insert(slot, before),
            None => self.locals.remove(&slot),
        };
    }

    /// Begins at a place where no local name is in sight.
    pub(super) fn forget_locals(&mut self) {
        self.locals.clear();
    }

    /// Begins at a place where no local name is in sight; what was in sight is given.
    pub(super) fn leave_locals(&mut self) -> Locals<'p> {
        std::mem::take(&mut self.locals)
    }

    /// Goes back to a place.
    pub(super) fn return_to(&mut self, locals: Locals<'p>) {
        self.locals = locals;
    }

    /// Reads something in which no local name of this place is known.
    pub(super) fn apart<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let locals = std::mem::take(&mut self.locals);
        let result = read(self);
        self.locals = locals;
        result
    }

    /// The formula of a yes/no expression.
    pub(super) fn formula(&mut self, expr: &'p Expr) -> Rc<Formula> {
        match &expr.kind {
            K::Constant(Value::YesNo(answer)) => Rc::new(Formula::Known(*answer)),
            K::Not(inner) => not(self.formula(inner)),
            K::And(left, right) => all(vec![self.formula(left), self.formula(right)]),
            K::Or(left, right) => some(vec![self.formula(left), self.formula(right)]),
            K::If(parts) => {
                let [condition, yes, no] = &**parts;
                let (condition, yes, no) = (self.formula(condition), self.formula(yes), self.formula(no));
                some(vec![all(vec![condition.clone(), yes]), all(vec![not(condition), no])])
            }
            K::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            K::IsGiven(inner) => self.given(inner),
            K::InRange { value, low, high } => {
                let low = low.as_deref().map(|(end, included)| {
                    let comparison = if *included { Comparison::AtLeast } else { Comparison::Greater };
                    self.compare(comparison, value, end)
                });
                let high = high.as_deref().map(|(end, included)| {
                    let comparison = if *included { Comparison::AtMost } else { Comparison::Less };
                    self.compare(comparison, value, end)
                });
                all(low.into_iter().chain(high).collect())
            }
            K::OneOf(value, choices) => self.one_of(value, choices),
            K::InList(value, list) => match &list.kind {
                K::List(choices) => self.one_of(value, choices),
                _ => self.ask(expr, Test::Compare(Comparison::Is, Value::YesNo(true))),
            },
            K::Definition(id) => match self.plain_definition(*id) {
                Some(value) if !matches!(value.kind, K::Constant(_)) => self.defined(*id, value),
                _ => self.ask(expr, Test::Compare(Comparison::Is, Value::YesNo(true))),
            },
            K::IsApplied(id) => match self.plain_charge(id.0) {
                Some(when) => self.when_applied(id.0, when),
                None => self.ask(expr, Test::Compare(Comparison::Is, Value::YesNo(true))),
            },
            _ => self.ask(expr, Test::Compare(Comparison::Is, Value::YesNo(true))),
        }
    }

    /// The value of a definition that has no exceptions.
    fn plain_definition(&self, id: DefinitionId) -> Option<&'p Expr> {
        let definition = self.program.definitions.get(id.0 as usize)?;
        definition.exceptions.is_empty().then_some(&definition.value)
    }

    /// The condition of a charge that applies exactly when it holds.
    fn plain_charge(&self, id: u32) -> Option<&'p Expr> {
        let charge = self.program.charges.get(id as usize)?;
        let plain = charge.each.is_none() && matches!(charge.amount, ChargeAmount::Expr(_));
        charge.when.as_ref().filter(|when| plain && !matches!(when.kind, K::Constant(_)))
    }

    fn defined(&mut self, id: DefinitionId, value: &'p Expr) -> Rc<Formula> {
        if let Some(known) = self.definitions.get(&id.0) {
            return known.clone();
        }
        let formula = self.apart(|conditions| conditions.formula(value));
        self.definitions.insert(id.0, formula.clone());
        formula
    }

    fn when_applied(&mut self, id: u32, when: &'p Expr) -> Rc<Formula> {
        if let Some(known) = self.applied.get(&id) {
            return known.clone();
        }
        let formula = self.apart(|conditions| conditions.formula(when));
        self.applied.insert(id, formula.clone());
        formula
    }

    fn given(&mut self, inner: &'p Expr) -> Rc<Formula> {
        match inner.ty {
            Type::Optional(_) => self.ask(inner, Test::Given),
            _ => Rc::new(Formula::Known(true)),
        }
    }

    fn one_of(&mut self, value: &'p Expr, choices: &'p [Expr]) -> Rc<Formula> {
        let constants: Option<Vec<Value>> = choices.iter().map(|choice| self.constant(choice)).collect();
        match (&value.kind, constants) {
            (K::Input(_) | K::Local(_) | K::Field(..), Some(mut values)) => {
                values.sort();
                values.dedup();
                self.ask(value, Test::Among(values))
            }
            _ => some(choices.iter().map(|choice| self.compare(Comparison::Is, value, choice)).collect()),
        }
    }

    /// The value of an expression that has one whatever the input is.
    fn constant(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            K::Definition(id) => constant(self.plain_definition(*id)?),
            K::Scale(inner, factor) => match self.constant(inner)? {
                Value::Number(number) => number.mul(factor).ok().map(Value::Number),
                _ => None,
            },
            _ => constant(expr),
        }
    }

    fn compare(&mut self, comparison: Comparison, left: &'p Expr, right: &'p Expr) -> Rc<Formula> {
        match (self.constant(left), self.constant(right)) {
            (Some(left), Some(right)) => Rc::new(Formula::Known(holds(comparison, left.cmp(&right)))),
            (Some(left), None) => self.against(flipped(comparison), right, left),
            (None, Some(right)) => self.against(comparison, left, right),
            (None, None) => self.order(comparison, left, right),
        }
    }

    /// An expression compared with a constant: of sums and products with constants what is left is the subject.
    pub(super) fn against(&mut self, comparison: Comparison, expr: &'p Expr, wanted: Value) -> Rc<Formula> {
        if let Some(value) = self.constant(expr) {
            return Rc::new(Formula::Known(holds(comparison, value.cmp(&wanted))));
        }
        match (&expr.kind, &wanted) {
            (K::Scale(inner, factor), Value::Number(number)) if !factor.is_zero() => {
                let turned = if factor.is_negative() { flipped(comparison) } else { comparison };
                if let Ok(number) = number.div(factor) {
                    return self.against(turned, inner, Value::Number(number));
                }
            }
            (K::Negate(inner), Value::Number(number)) => {
                return self.against(flipped(comparison), inner, Value::Number(number.neg()));
            }
            (K::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, inner, shift), Value::Number(number)) => {
                if let Some(Value::Number(shift)) = self.constant(shift)
                    && let Some(number) = shifted(&expr.kind, number, &shift)
                {
                    return self.against(comparison, inner, Value::Number(number));
                }
            }
            (K::Otherwise(value, instead), _) if self.may_follow() => {
                let given = self.given(value);
                let (where_given, where_absent) = self.follow(|conditions| {
                    let where_given = conditions.against(comparison, value, wanted.clone());
                    (where_given, conditions.against(comparison, instead, wanted))
                });
                return some(vec![all(vec![given.clone(), where_given]), all(vec![not(given), where_absent])]);
            }
            (K::If(parts), _) if self.may_follow() => {
                let [condition, yes, no] = &**parts;
                let (condition, yes, no) = self.follow(|conditions| {
                    let condition = conditions.formula(condition);
                    let yes = conditions.against(comparison, yes, wanted.clone());
                    (condition, yes, conditions.against(comparison, no, wanted))
                });
                return some(vec![all(vec![condition.clone(), yes]), all(vec![not(condition), no])]);
            }
            (K::Definition(id), _) if self.may_follow() => {
                if let Some(value) = self.plain_definition(*id).filter(|value| is_another_view(value)) {
                    let value = |conditions: &mut Self| conditions.apart(|all| all.against(comparison, value, wanted));
                    return self.follow(value);
                }
            }
            (kind, Value::YesNo(answer)) if !matches!(kind, K::Input(_) | K::Local(_) | K::Field(..)) => {
                let formula = self.formula(expr);
                return if (comparison == Comparison::Is) == *answer { formula } else { not(formula) };
            }
            _ => {}
        }
        self.ask(expr, Test::Compare(comparison, wanted))
    }

    /// Whether one more definition or branch may be followed.
    fn may_follow(&mut self) -> bool {
        if self.following == 0 {
            self.followed = 0;
        }
        self.followed = self.followed.saturating_add(1);
        self.followed_in_all = self.followed_in_all.saturating_add(1);
        self.followed <= MOST_FOLLOWED && self.followed_in_all <= MOST_FOLLOWED_IN_ALL
    }

    /// Follows a definition or a branch.
    fn follow<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.following = self.following.saturating_add(1);
        let result = read(self);
        self.following = self.following.saturating_sub(1);
        result
    }

    /// Two computed values: which of them is the greater is a subject of its own.
    fn order(&mut self, comparison: Comparison, left: &'p Expr, right: &'p Expr) -> Rc<Formula> {
        let (a, b) = (self.key(left), self.key(right));
        if a == b {
            return Rc::new(Formula::Known(holds(comparison, std::cmp::Ordering::Equal)));
        }
        let zero = Value::Number(Number::ZERO);
        if let Some(known) = self.known.get(&Key::Order(Box::new(b.clone()), Box::new(a.clone()))) {
            return Rc::new(Formula::Test(*known, Rc::new(Test::Compare(flipped(comparison), zero))));
        }
        let span = left.span().to(right.span());
        let subject = self.subject(Key::Order(Box::new(a), Box::new(b)), |_| Subject {
            ty: Type::Integer,
            optional: false,
            declared: None,
            order: true,
            span,
        });
        Rc::new(Formula::Test(subject, Rc::new(Test::Compare(comparison, zero))))
    }

    /// A test of an expression.
    fn ask(&mut self, expr: &'p Expr, test: Test) -> Rc<Formula> {
        let key = self.key(expr);
        let subject = self.subject(key, |conditions| {
            let declared = conditions.declared(expr);
            let ty = declared.as_ref().map_or(&expr.ty, |declared| &declared.ty).present().clone();
            Subject { ty, optional: false, declared, order: false, span: expr.span() }
        });
        if let Some(subject) = self.subjects.get_mut(subject as usize) {
            subject.optional |= matches!(expr.ty, Type::Optional(_));
            if expr.ty == Type::Integer && subject.ty.is_numeric() {
                subject.ty = Type::Integer;
            }
        }
        Rc::new(Formula::Test(subject, Rc::new(test)))
    }

    fn subject(&mut self, key: Key, new: impl FnOnce(&Self) -> Subject) -> u32 {
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let number = self.subjects.len() as u32;
        let subject = new(self);
        self.subjects.push(subject);
        self.last_classes.get_mut().push(None);
        self.known.insert(key, number);
        number
    }

    /// What is declared of an input, of a field of one, or of an element of a list that comes in.
    pub(super) fn declared(&self, expr: &Expr) -> Option<Declared> {
        let of_field = |field: &InputField| {
            let domain = if defaults_within(field) { field.domain.clone() } else { Domain::default() };
            Declared { ty: field.ty.clone(), domain, span: field.span, in_force: false }
        };
        match &expr.kind {
            K::Input(slot) => {
                let declared = self.program.inputs.get(*slot as usize).map(of_field)?;
                Some(self.in_force(*slot, declared))
            }
            K::Field(record, field) => {
                let record = self.declared(record)?;
                let Type::Record(ty) = record.ty.present() else { return None };
                let at = self.program.records.iter().position(|known| known.name == ty.name && known == ty)?;
                self.program.record_fields.get(at)?.get(*field as usize).map(of_field)
            }
            K::Local(slot) => {
                let (_, list) = self.locals.get(slot)?;
                let list = self.declared((*list)?)?;
                match list.ty.present() {
                    Type::List(element) => Some(Declared { ty: element.as_ref().clone(), ..list }),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The day on which a quote is priced lies in the rule set's period.
    fn in_force(&self, slot: u16, mut declared: Declared) -> Declared {
        let priced_here =
            self.program.priced_on.as_ref().is_some_and(|date| matches!(date.kind, K::Input(priced) if priced == slot));
        let period = self.program.effective;
        if priced_here && declared.domain.low.is_none() && declared.domain.high.is_none() {
            declared.domain.low = period.from.map(|from| (Value::Date(from), true));
            declared.domain.high = period.until.map(|until| (Value::Date(until), false));
            declared.in_force = true;
        }
        declared
    }
}

/// Whether the default of a field lies in its domain, so that the domain holds for every value.
fn defaults_within(field: &InputField) -> bool {
    let Some(default) = &field.default else { return true };
    let K::Constant(value) = &default.kind else { return false };
    match value {
        Value::List(elements) => return elements.is_empty(),
        Value::Record(_) => return false,
        _ => {}
    }
    let above = field.domain.low.as_ref().is_none_or(|(low, included)| value > low || (*included && value == low));
    let below = field.domain.high.as_ref().is_none_or(|(high, included)| value < high || (*included && value == high));
    let matches = match (&field.domain.matching, value) {
        (Some(pattern), Value::Text(text)) => pattern.regex.is_match(text),
        _ => true,
    };
    value.is_absent() || (above && below && matches)
}

/// Whether a definition only names, converts or chooses what stands elsewhere.
fn is_another_view(value: &Expr) -> bool {
    matches!(
        value.kind,
        K::Input(_) | K::Field(..) | K::Scale(..) | K::Negate(_) | K::Definition(_) | K::Otherwise(..) | K::If(..)
    )
}

/// The constant on the other side of `inner + shift`.
fn shifted(kind: &K, number: &Number, shift: &Number) -> Option<Number> {
    match kind {
        K::Arithmetic(Arithmetic::Add, ..) => number.sub(shift).ok(),
        K::Arithmetic(Arithmetic::Subtract, ..) => number.add(shift).ok(),
        _ => None,
    }
}

/// Whether a comparison holds of two values that stand in this order.
pub(super) fn holds(comparison: Comparison, order: std::cmp::Ordering) -> bool {
    match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Is => order.is_eq(),
        Comparison::IsNot => order.is_ne(),
    }
}

/// The comparison with its sides exchanged.
fn flipped(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        other => other,
    }
}

/// The opposite.
pub(super) fn not(formula: Rc<Formula>) -> Rc<Formula> {
    match formula.as_ref() {
        Formula::Known(answer) => Rc::new(Formula::Known(!answer)),
        Formula::Not(inner) => inner.clone(),
        _ => Rc::new(Formula::Not(formula)),
    }
}

/// All of them.
pub(super) fn all(mut parts: Vec<Rc<Formula>>) -> Rc<Formula> {
    match parts.len() {
        1 => parts.pop().unwrap_or_else(|| Rc::new(Formula::Known(true))),
        _ => Rc::new(Formula::All(parts)),
    }
}

fn some(mut parts: Vec<Rc<Formula>>) -> Rc<Formula> {
    match parts.len() {
        1 => parts.pop().unwrap_or_else(|| Rc::new(Formula::Known(false))),
        _ => Rc::new(Formula::Some(parts)),
    }
}
