//! The forms that are spelt with words, as documents.

use super::Printer;
use super::expression::{ANY, At, SUM, VALUE, is_simple, unit_name};
use super::layout::Doc;
use crate::syntax::ast::{
    Aggregate, AggregateOver, Each, Expr, ExprKind, Name, Remainder, TypeExpr, TypeKind, UnitExpr, Walk, WalkStep,
};

impl Printer<'_> {
    /// A form with words; see [`ExprKind`].
    pub fn form(&self, kind: &ExprKind) -> Doc {
        let sum = |value: &Expr| self.expr(value, At::level(SUM));
        match kind {
            ExprKind::Lookup { on, if_any, .. } => {
                let mut words = vec![self.row_lookup(kind)];
                words.extend(on.iter().flat_map(|date| [Doc::text("on"), self.operand(date)]));
                words.extend(if_any.then(|| Doc::text("if any")));
                Doc::words(words)
            }
            ExprKind::On(name, date) => {
                Doc::words(vec![Doc::text(format!("{} on", self.name(name))), self.operand(date)])
            }
            ExprKind::Aggregate(aggregate, over, if_any) => self.aggregate(*aggregate, over, *if_any),
            ExprKind::SumApplied(names) => Doc::text(format!("sum of applied ({})", self.names(names))),
            ExprKind::SumTagged(tag) => Doc::text(format!("sum of applied tagged {}", self.name(tag))),
            ExprKind::Count(list) => Doc::words(vec![Doc::text("count of"), self.operand(list)]),
            ExprKind::CountEach(each) => self.with_elements("count of each", each, Vec::new()),
            ExprKind::Quantified(any, each, has) => {
                let has = Doc::words(vec![Doc::text("has"), self.expr(has, At::level(VALUE))]);
                self.with_elements(if *any { "any" } else { "every" }, each, vec![has])
            }
            ExprKind::FirstLast(first, list, if_any) => {
                let mut words = vec![Doc::text(if *first { "first of" } else { "last of" }), self.operand(list)];
                words.extend(if_any.then(|| Doc::text("if any")));
                Doc::words(words)
            }
            ExprKind::The { each, greatest, by, tie_last, if_any } => {
                let with = Doc::words(vec![Doc::text(if *greatest { "with greatest" } else { "with least" }), sum(by)]);
                let tie = Doc::text(format!(
                    "tie {}{}",
                    if *tie_last { "last" } else { "first" },
                    if *if_any { " if any" } else { "" }
                ));
                self.with_elements("the", each, vec![with, tie])
            }
            ExprKind::Group(each, by) => {
                self.with_elements("group", each, vec![Doc::words(vec![Doc::text("by"), sum(by)])])
            }
            ExprKind::Walk(walk) => self.walk(walk),
            ExprKind::Draw(amount, names) => Doc::words(vec![
                Doc::text("draw"),
                sum(amount),
                Doc::text(format!("from ({}) in order", self.names(names))),
            ]),
            ExprKind::Allocate { amount, by, each, round, remainder } => {
                self.allocate(amount, by, each.as_deref(), round, *remainder)
            }
            ExprKind::Days { from, to, inclusive, thirty_360 } => {
                let mut words = vec![
                    Doc::text("days from"),
                    sum(from),
                    Doc::text(if *inclusive { "through" } else { "until" }),
                    sum(to),
                ];
                words.extend(thirty_360.then(|| Doc::text("on 30/360")));
                Doc::words(words)
            }
            ExprKind::DateOf(instant, zone) => {
                Doc::words(vec![Doc::text("date of"), sum(instant), Doc::text("in zone"), self.operand(zone)])
            }
            ExprKind::TimeOf(instant, zone) => {
                Doc::words(vec![Doc::text("time of"), sum(instant), Doc::text("in zone"), self.operand(zone)])
            }
            ExprKind::InstantOf(date, time, zone) => Doc::words(vec![
                Doc::text("instant of"),
                sum(date),
                Doc::text("at"),
                sum(time),
                Doc::text("in zone"),
                self.operand(zone),
            ]),
            ExprKind::Split(from, until, windows) => Doc::words(vec![
                Doc::text("split"),
                sum(from),
                Doc::text("until"),
                sum(until),
                Doc::text(format!("by {}", self.name(windows))),
            ]),
            ExprKind::Increments(of, first, then) => Doc::words(vec![
                Doc::text("increments of"),
                sum(of),
                Doc::text("first"),
                self.operand(first),
                Doc::text("then"),
                self.operand(then),
            ]),
            _ => Doc::text(""),
        }
    }

    pub fn names(&self, names: &[Name]) -> String {
        names.iter().map(|name| self.name(name)).collect::<Vec<_>>().join(", ")
    }

    /// `t[a, b]`, without its date.
    pub fn row_lookup(&self, kind: &ExprKind) -> Doc {
        let ExprKind::Lookup { table, keys, rows, .. } = kind else { return Doc::text("") };
        let keys = keys.iter().map(|key| match key {
            Some(key) => self.expr(key, At::level(ANY)),
            None => Doc::text("any"),
        });
        let table = format!("{}{}", if *rows { "rows of " } else { "" }, self.name(table));
        Doc::Group(vec![Doc::text(table), self.bracketed("[", "]", keys.collect())])
    }

    fn aggregate(&self, aggregate: Aggregate, over: &AggregateOver, if_any: bool) -> Doc {
        let word = match aggregate {
            Aggregate::Sum => "sum of",
            Aggregate::Least => "least of",
            Aggregate::Greatest => "greatest of",
            Aggregate::List => "list of",
            Aggregate::Distinct => "distinct of",
        };
        let mut parts = match over {
            AggregateOver::Values(values) => {
                vec![Doc::text(word), Doc::text(" "), self.bracketed("(", ")", self.values(values))]
            }
            AggregateOver::List(list) => vec![Doc::text(word), Doc::text(" "), self.operand(list)],
            AggregateOver::Each(element, each) => {
                vec![
                    Doc::text(word),
                    Doc::text(" "),
                    self.element(element),
                    Doc::Nest(vec![Doc::Line(" "), self.for_each(each)]),
                ]
            }
        };
        if if_any {
            parts.push(Doc::text(" if any"));
        }
        Doc::Group(parts)
    }

    /// What stands before `for each`: a form that would take the `for each` for itself goes into parentheses.
    fn element(&self, element: &Expr) -> Doc {
        let at = if takes_each(element) { At::level(u8::MAX) } else { At::level(SUM) };
        self.expr(element, at)
    }

    /// `for each x in L where C`
    pub fn for_each(&self, each: &Each) -> Doc {
        self.with_elements("for each", each, Vec::new())
    }

    /// A word, the elements, and what follows them.
    fn with_elements(&self, word: &'static str, each: &Each, after: Vec<Doc>) -> Doc {
        let binder = |(name, list): &(Name, Expr)| {
            Doc::words(vec![Doc::text(format!("{} in", self.name(name))), self.operand(list)])
        };
        let mut words = vec![Doc::text(word)];
        for (index, bound) in each.binders.iter().enumerate() {
            words.extend((index > 0).then(|| Doc::text("with")));
            words.push(binder(bound));
        }
        let mut rest = Vec::new();
        if let Some(filter) = &each.filter {
            rest.push(Doc::words(vec![Doc::text("where"), self.expr(filter, At::level(VALUE))]));
        }
        for (index, (key, descending)) in each.sort.iter().enumerate() {
            let mut sorted =
                vec![Doc::text(if index == 0 { "sorted by" } else { "then by" }), self.expr(key, At::level(SUM))];
            sorted.extend(descending.then(|| Doc::text("descending")));
            rest.push(Doc::words(sorted));
        }
        rest.extend(after);
        let mut parts = Vec::new();
        for part in rest {
            parts.extend([Doc::Line(" "), part]);
        }
        Doc::Group(vec![Doc::words(words), Doc::Nest(parts)])
    }

    fn walk(&self, walk: &Walk) -> Doc {
        let state = walk.state.iter().map(|(name, ty, value)| {
            let ty = ty.as_ref().map(|ty| format!(" : {}", self.type_text(ty))).unwrap_or_default();
            Doc::Group(vec![Doc::text(format!("{}{ty} = ", self.name(name))), self.expr(value, At::level(VALUE))])
        });
        let mut carrying = vec![Doc::text("carrying ")];
        for (index, carried) in state.enumerate() {
            carrying.extend((index > 0).then(|| Doc::text(", ")));
            carrying.push(carried);
        }
        let mut steps = Vec::new();
        for step in &walk.steps {
            steps.extend([Doc::Line(" "), self.walk_step(step)]);
        }
        let head = self.with_elements("walk", &walk.each, vec![Doc::Group(carrying)]);
        let head = Doc::Group(vec![head]);
        Doc::Group(vec![head, Doc::text(" {"), Doc::Nest(steps), Doc::Line(" "), Doc::text("}")])
    }

    fn walk_step(&self, step: &WalkStep) -> Doc {
        let any = At::level(ANY);
        match step {
            WalkStep::Let(name, value) => {
                Doc::Group(vec![Doc::text(format!("let {} = ", self.name(name))), self.expr(value, any)])
            }
            WalkStep::Next(name, value) => {
                Doc::Group(vec![Doc::text(format!("next {} = ", self.name(name))), self.expr(value, any)])
            }
            WalkStep::Keep(value, when) => {
                let mut words = vec![Doc::text("keep"), self.expr(value, any)];
                words.extend(when.iter().flat_map(|when| [Doc::text("when"), self.expr(when, At::level(VALUE))]));
                Doc::words(words)
            }
        }
    }

    fn allocate(
        &self,
        amount: &Expr,
        by: &Expr,
        each: Option<&Each>,
        round: &crate::syntax::ast::RoundTo,
        remainder: Remainder,
    ) -> Doc {
        let mut parts =
            vec![Doc::text("allocate "), self.expr(amount, At::level(SUM)), Doc::text(" by "), self.element(by)];
        let mut rest: Vec<Doc> = each.iter().map(|each| self.for_each(each)).collect();
        rest.push(Doc::words(vec![Doc::text("rounded"), self.round_to(round)]));
        let to = match remainder {
            Remainder::First => "first",
            Remainder::Last => "last",
            Remainder::Largest => "largest",
        };
        rest.push(Doc::text(format!("remainder to {to}")));
        parts.push(Doc::Nest(rest.into_iter().flat_map(|part| [Doc::Line(" "), part]).collect()));
        Doc::Group(parts)
    }

    /// A type.
    pub fn type_text(&self, ty: &TypeExpr) -> String {
        match &ty.kind {
            TypeKind::Name(name) => unit_name(name),
            TypeKind::YesNo => "yes/no".into(),
            TypeKind::In(name, unit) => format!("{} in {}", unit_name(&name.text), self.unit(unit)),
            TypeKind::Unit(unit) => self.unit(unit),
            TypeKind::List(element) => format!("list of {}", self.type_text(element)),
            TypeKind::Optional(inner) => format!("{}?", self.type_text(inner)),
            TypeKind::CurrencyAmong(names) => format!("currency among ({})", self.names(names)),
        }
    }

    fn unit(&self, unit: &UnitExpr) -> String {
        let mut text = unit_name(&unit.top.text);
        for below in &unit.per {
            text.push_str(&format!(" per {}", unit_name(&below.text)));
        }
        text
    }
}

/// Whether a form at the right edge would take a following `for each` for itself.
fn takes_each(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Aggregate(_, AggregateOver::Each(..), _) => true,
        ExprKind::Aggregate(..)
        | ExprKind::CountEach(_)
        | ExprKind::Count(_)
        | ExprKind::FirstLast(..)
        | ExprKind::Group(..) => true,
        ExprKind::Binary(_, _, right) | ExprKind::PerStep { of: right, .. } | ExprKind::Negate(right) => {
            takes_each(right)
        }
        ExprKind::Field(..) | ExprKind::As(..) => false,
        kind => {
            !is_simple(kind)
                && !matches!(
                    kind,
                    ExprKind::SumApplied(_) | ExprKind::SumTagged(_) | ExprKind::Walk(_) | ExprKind::Stages(..)
                )
        }
    }
}
