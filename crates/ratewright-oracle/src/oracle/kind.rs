//! What an expression would give, without computing it: needed where there is nothing to compute, as in the sum of an empty list, which
//! is zero in the unit that its elements would have.

use super::number::whole;
use super::pricing::{Pricing, Scope};
use super::rules::{Definition, Rules};
use super::units::Unit;
use super::value::{Answer, Value};
use ratewright::syntax::ast::{
    Aggregate, AggregateOver, BinaryOp, ChargeAmount, Collect, Each, Expr, ExprKind, HitPolicy, ParameterValues,
    TierPart, TierRows, Tiers, TypeExpr, TypeKind, WalkStep,
};
use std::collections::BTreeMap;

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A number in a unit, or in none.
    Number(Unit),
    Percent,
    Date,
    Instant,
    Record(BTreeMap<String, Kind>),
    List(Box<Kind>),
    /// Anything whose unit nobody asks for.
    Other,
}

/// The kinds of local names.
type Locals = BTreeMap<String, Kind>;

impl Kind {
    fn element(self) -> Kind {
        match self {
            Kind::List(element) => *element,
            _ => Kind::Other,
        }
    }

    fn field(&self, name: &str) -> Kind {
        match self {
            Kind::Record(fields) => fields.get(name).cloned().unwrap_or(Kind::Other),
            _ => Kind::Other,
        }
    }

    fn unit(&self) -> Unit {
        match self {
            Kind::Number(unit) => unit.clone(),
            _ => Unit::default(),
        }
    }

    fn list(self) -> Kind {
        Kind::List(Box::new(self))
    }

    fn of_value(value: &Value) -> Kind {
        match value {
            Value::Number(_, unit) => Kind::Number(unit.clone()),
            Value::Percent(_) => Kind::Percent,
            Value::Date(_) => Kind::Date,
            Value::Instant(_) => Kind::Instant,
            Value::Record(fields) => {
                Kind::Record(fields.iter().map(|(name, value)| (name.clone(), Kind::of_value(value))).collect())
            }
            Value::List(elements) => elements.first().map_or(Kind::Other, Kind::of_value).list(),
            _ => Kind::Other,
        }
    }
}

fn record<const N: usize>(fields: [(&str, Kind); N]) -> Kind {
    Kind::Record(fields.into_iter().map(|(name, kind)| (name.to_string(), kind)).collect())
}

fn plain() -> Kind {
    Kind::Number(Unit::default())
}

impl Pricing<'_> {
    /// Zero of what the elements of a sum would be.
    pub(crate) fn nothing_of(&self, over: &AggregateOver, scope: &Scope) -> Value {
        let locals = scope.locals.iter().map(|(name, value)| (name.clone(), Kind::of_value(value))).collect();
        zero(&self.rules.kind_over(over, &locals))
    }

    /// Zero of what an expression would be.
    pub(crate) fn nothing_of_kind(&self, expr: &Expr, scope: &Scope) -> Value {
        let locals = scope.locals.iter().map(|(name, value)| (name.clone(), Kind::of_value(value))).collect();
        zero(&self.rules.kind(expr, &locals))
    }

    /// A quantity in the unit of an expression that stands before it, such as the other branch of a choice.
    pub(crate) fn as_first(&self, value: Value, first: &Expr, scope: &Scope) -> Answer<Value> {
        let Value::Number(..) = &value else { return Ok(value) };
        let locals = scope.locals.iter().map(|(name, value)| (name.clone(), Kind::of_value(value))).collect();
        match self.rules.kind(first, &locals) {
            Kind::Number(unit) if !unit.is_none() => self.like(value, &Value::Number(whole(0), unit)),
            _ => Ok(value),
        }
    }

    /// Zero in the currency of the charges with a tag.
    pub(crate) fn nothing_of_tag(&self, tag: &str) -> Value {
        zero(&self.rules.kind_of_tag(tag))
    }

    /// Zero in the currency of a charge.
    pub(crate) fn nothing_of_charge(&self, code: &str) -> Answer<Value> {
        Ok(zero(&self.rules.kind_of_name(code)))
    }
}

fn zero(kind: &Kind) -> Value {
    match kind {
        Kind::Percent => Value::Percent(whole(0)),
        kind => Value::Number(whole(0), kind.unit()),
    }
}

impl Rules {
    /// What values of a type are.
    pub(crate) fn kind_of_type(&self, ty: &TypeExpr) -> Kind {
        match &ty.kind {
            TypeKind::Optional(inner) => self.kind_of_type(inner),
            TypeKind::List(inner) => self.kind_of_type(inner).list(),
            TypeKind::Name(name) => match (name.as_str(), self.records.get(name)) {
                ("percent", _) => Kind::Percent,
                ("date", _) => Kind::Date,
                ("instant", _) => Kind::Instant,
                (_, Some(fields)) => {
                    let field = |field: &ratewright::syntax::ast::Field| {
                        (field.name.text.clone(), self.kind_of_type(&field.ty))
                    };
                    Kind::Record(fields.iter().map(field).collect())
                }
                _ => Kind::Number(self.unit_of(ty).unwrap_or_default()),
            },
            _ => Kind::Number(self.unit_of(ty).unwrap_or_default()),
        }
    }

    /// What the latest definition of a name is.
    pub(crate) fn kind_of_name(&self, name: &str) -> Kind {
        if let Some(known) = self.kinds.lock().ok().and_then(|kinds| kinds.get(name).cloned()) {
            return known;
        }
        let latest = self.definitions.get(name).and_then(|versions| versions.last());
        let kind = latest.map_or(Kind::Other, |(_, definition)| self.kind_of_definition(definition));
        if let Ok(mut kinds) = self.kinds.lock() {
            kinds.insert(name.to_string(), kind.clone());
        }
        kind
    }

    /// What the first definition of a name is, which is what those that override it are too.
    fn kind_of_base(&self, name: &str) -> Kind {
        let first = self.definitions.get(name).and_then(|versions| versions.first());
        first.map_or(Kind::Other, |(_, definition)| self.kind_of_definition(definition))
    }

    fn kind_of_definition(&self, definition: &Definition) -> Kind {
        let none = Locals::new();
        match definition {
            Definition::Named(Some(ty), _) => self.kind_of_type(ty),
            Definition::Named(None, expr) => self.kind(expr, &none),
            Definition::Input(field) => self.kind_of_type(&field.ty),
            Definition::Parameter(parameter) => match (&parameter.ty, &parameter.values) {
                (Some(ty), _) => self.kind_of_type(ty),
                (None, ParameterValues::Constant(value, _)) => self.kind(value, &none),
                (None, ParameterValues::Dated(_)) => Kind::Other,
            },
            Definition::Charge(charge) => {
                let locals = match &charge.each {
                    Some(each) => self.kinds_in(each, &none),
                    None => none,
                };
                match &charge.amount {
                    ChargeAmount::Expr(expr) => self.kind(expr, &locals),
                    ChargeAmount::Group(_, options, _) => {
                        options.first().map_or(Kind::Other, |option| self.kind(&option.amount, &locals))
                    }
                }
            }
            _ => Kind::Other,
        }
    }

    /// The local names within `for each`.
    fn kinds_in(&self, each: &Each, locals: &Locals) -> Locals {
        let mut inner = locals.clone();
        for (name, list) in &each.binders {
            inner.insert(name.text.clone(), self.kind(list, locals).element());
        }
        inner
    }

    /// What the elements of an aggregate are.
    fn kind_over(&self, over: &AggregateOver, locals: &Locals) -> Kind {
        match over {
            AggregateOver::Each(expr, each) => self.kind(expr, &self.kinds_in(each, locals)),
            AggregateOver::List(list) => self.kind(list, locals).element(),
            AggregateOver::Values(values) => values.first().map_or(Kind::Other, |value| self.kind(value, locals)),
        }
    }

    /// What an expression gives.
    pub(crate) fn kind(&self, expr: &Expr, locals: &Locals) -> Kind {
        let of = |expr: &Expr| self.kind(expr, locals);
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal).map_or(Kind::Other, |value| Kind::of_value(&value)),
            ExprKind::Name(name) => locals.get(name).cloned().unwrap_or_else(|| self.kind_of_name(name)),
            ExprKind::Negate(inner) | ExprKind::Stages(inner, _) | ExprKind::PerStep { amount: inner, .. } => of(inner),
            ExprKind::Binary(operator, left, right) => self.kind_of_two(*operator, of(left), of(right)),
            ExprKind::Field(inner, field) => match &inner.kind {
                ExprKind::Name(name) if name == "base" && !locals.contains_key(name) => self.kind_of_base(&field.text),
                _ => of(inner).field(&field.text),
            },
            ExprKind::Lookup { table, rows, .. } => self.kind_of_rows(&table.text, *rows),
            ExprKind::On(name, _) => self.kind_of_name(&name.text),
            ExprKind::Call(name, arguments) => self.kind_of_call(&name.text, arguments, locals),
            ExprKind::Record(fields) => {
                Kind::Record(fields.iter().map(|(name, value)| (name.text.clone(), of(value))).collect())
            }
            ExprKind::List(elements) => elements.first().map_or(Kind::Other, of).list(),
            ExprKind::If(_, then, otherwise) => match of(then) {
                Kind::Other => of(otherwise),
                kind => kind,
            },
            ExprKind::Aggregate(Aggregate::List | Aggregate::Distinct, over, _) => self.kind_over(over, locals).list(),
            ExprKind::Aggregate(_, over, _) => self.kind_over(over, locals),
            ExprKind::SumApplied(names) => names.first().map_or(Kind::Other, |name| self.kind_of_name(&name.text)),
            ExprKind::SumTagged(tag) => self.kind_of_tag(&tag.text),
            ExprKind::FirstLast(_, list, _) => of(list).element(),
            ExprKind::As(_, ty) => self.kind_of_conversion(ty),
            _ => self.kind_of_form(expr, locals),
        }
    }

    fn kind_of_form(&self, expr: &Expr, locals: &Locals) -> Kind {
        let first_of =
            |each: &Each| each.binders.first().map_or(Kind::Other, |(_, list)| self.kind(list, locals).element());
        let seconds = || Kind::Number(Unit::one("s"));
        match &expr.kind {
            ExprKind::The { each, .. } => first_of(each),
            ExprKind::Group(each, by) => {
                let key = self.kind(by, &self.kinds_in(each, locals));
                record([("key", key), ("items", first_of(each).list())]).list()
            }
            ExprKind::Walk(walk) => {
                let mut inner = self.kinds_in(&walk.each, locals);
                let mut state = BTreeMap::new();
                for (name, ty, start) in &walk.state {
                    let kind = ty.as_ref().map_or_else(|| self.kind(start, locals), |ty| self.kind_of_type(ty));
                    inner.insert(name.text.clone(), kind.clone());
                    state.insert(name.text.clone(), kind);
                }
                let mut rows = Kind::Other;
                for step in &walk.steps {
                    match step {
                        WalkStep::Let(name, value) => {
                            let kind = self.kind(value, &inner);
                            inner.insert(name.text.clone(), kind);
                        }
                        WalkStep::Keep(kept, _) => rows = self.kind(kept, &inner),
                        WalkStep::Next(..) => {}
                    }
                }
                record([("rows", rows.list()), ("final", Kind::Record(state))])
            }
            ExprKind::Draw(pool, names) => {
                let kind = self.kind(pool, locals);
                let each = record([("taken", kind.clone()), ("rest", kind.clone())]);
                let mut fields: BTreeMap<String, Kind> =
                    names.iter().map(|name| (name.text.clone(), each.clone())).collect();
                fields.insert("left".to_string(), kind);
                Kind::Record(fields)
            }
            ExprKind::Allocate { amount, .. } => self.kind(amount, locals).list(),
            ExprKind::Days { .. } => Kind::Number(Unit::one("day")),
            ExprKind::DateOf(..) => Kind::Date,
            ExprKind::InstantOf(..) => Kind::Instant,
            ExprKind::Split(..) => record([
                ("start", Kind::Instant),
                ("end", Kind::Instant),
                ("length", seconds()),
                ("inside", Kind::Other),
            ])
            .list(),
            ExprKind::Increments(of, ..) => {
                let kind = self.kind(of, locals);
                record([("start", kind.clone()), ("length", kind)]).list()
            }
            ExprKind::Count(_) | ExprKind::CountEach(_) => plain(),
            _ => Kind::Other,
        }
    }

    fn kind_of_two(&self, operator: BinaryOp, left: Kind, right: Kind) -> Kind {
        match (operator, &left, &right) {
            (BinaryOp::Subtract, Kind::Date, Kind::Date) => Kind::Number(Unit::one("day")),
            (BinaryOp::Subtract, Kind::Instant, Kind::Instant) => Kind::Number(Unit::one("s")),
            (BinaryOp::Multiply, Kind::Percent, _) | (BinaryOp::Multiply, _, Kind::Percent) => Kind::Percent,
            (BinaryOp::Divide, Kind::Percent, Kind::Percent) => plain(),
            (BinaryOp::Multiply, Kind::Number(a), Kind::Number(b)) => Kind::Number(self.units.product(a, b).1),
            (BinaryOp::Divide, Kind::Number(a), Kind::Number(b)) => Kind::Number(self.units.product(a, &b.inverse()).1),
            (BinaryOp::Of | BinaryOp::ContainedIn, ..) => right,
            (BinaryOp::Otherwise, Kind::Other, _) => right,
            _ => left,
        }
    }

    fn kind_of_rows(&self, table: &str, rows_of: bool) -> Kind {
        let Some(table) = self.tables.get(table).and_then(|editions| editions.first()) else { return Kind::Other };
        let columns = table.keys.iter().chain(&table.values);
        let column = |column: &ratewright::syntax::ast::Column| {
            let kind = column.ty.as_ref().map_or(Kind::Other, |ty| self.kind_of_type(ty));
            (column.name.text.clone(), kind)
        };
        let row = Kind::Record(columns.map(column).collect());
        match table.policy {
            _ if rows_of => row.list(),
            HitPolicy::Collect(Collect::Count) => plain(),
            HitPolicy::Collect(Collect::List) => row.list(),
            _ => row,
        }
    }

    fn kind_of_call(&self, name: &str, arguments: &[Expr], locals: &Locals) -> Kind {
        match self.definitions.get(name).and_then(|versions| versions.last()) {
            Some((_, Definition::Function(_, Some(ty), _) | Definition::Host(ty))) => self.kind_of_type(ty),
            Some((_, Definition::Function(params, None, body))) => {
                let params = params.iter().map(|param| (param.name.text.clone(), self.kind_of_type(&param.ty)));
                self.kind(body, &params.collect())
            }
            Some((_, Definition::Tiers(tiers))) => self.kind_of_tiers(tiers),
            _ => match name {
                "days_in_month" => Kind::Number(Unit::one("day")),
                "start_of_month" | "end_of_month" | "add_months_exactly" | "date_from" => Kind::Date,
                "year" | "month" | "day" | "weekday" | "characters" | "months_between" | "number_from" => plain(),
                "dates" => Kind::Date.list(),
                "numbers" => plain().list(),
                _ => arguments.first().map_or(Kind::Other, |argument| self.kind(argument, locals)),
            },
        }
    }

    fn kind_of_tiers(&self, tiers: &Tiers) -> Kind {
        let mut locals: Locals =
            tiers.params.iter().map(|param| (param.name.text.clone(), self.kind_of_type(&param.ty))).collect();
        let tier = match &tiers.rows {
            TierRows::Written(rows) => rows.first(),
            TierRows::Each { name, list, tier } => {
                let element = self.kind(list, &locals).element();
                locals.insert(name.text.clone(), element);
                Some(tier.as_ref())
            }
        };
        let over = self.kind_of_type(&tiers.over);
        match tier.and_then(|tier| tier.parts.first()) {
            Some(TierPart::Rate(rate)) => match self.kind(rate, &locals) {
                Kind::Percent => over,
                kind => self.kind_of_two(BinaryOp::Multiply, kind, over),
            },
            Some(TierPart::Flat(amount) | TierPart::PerStep(amount, ..)) => self.kind(amount, &locals),
            None => Kind::Other,
        }
    }

    fn kind_of_conversion(&self, ty: &TypeExpr) -> Kind {
        match &ty.kind {
            TypeKind::In(name, _) if name.text == "number" => plain(),
            _ => self.kind_of_type(ty),
        }
    }

    pub(crate) fn kind_of_tag(&self, tag: &str) -> Kind {
        // A charge that a contract takes away still says in which currency the sum is.
        let tagged = self.definitions.iter().find(|(_, versions)| match versions.last() {
            Some((_, Definition::Charge(charge))) => charge.tags.iter().any(|known| known.text == tag),
            _ => false,
        });
        tagged.map_or(Kind::Other, |(code, _)| self.kind_of_name(code))
    }
}
