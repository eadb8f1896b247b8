//! The forms of expressions that are spelt with words: look-ups, aggregates, walks, allocation, time.

use super::ast::{AggregateOver, Each, Expr, ExprKind, Name, Remainder, Walk, WalkStep};
use super::expression::{aggregate_of, has_tail};
use super::grammar::Rule;
use super::node::{Node, Reader};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;

impl Reader {
    /// A form with words; see [`ExprKind`] for how each is written.
    pub fn form(&self, node: &Node<'_>, span: Span) -> Option<Expr> {
        let sum = |index: usize| self.sum_at(node, index).map(Box::new);
        let operand = |index: usize| node.nth(Rule::operand, index).and_then(|part| self.chain(&part)).map(Box::new);
        let kind = match node.rule() {
            Rule::lookup | Rule::rows_of => return self.lookup(node, span),
            Rule::dated_reference => ExprKind::On(self.named(node, Rule::name)?, Box::new(self.on_date(node)??)),
            Rule::sum_applied => ExprKind::SumApplied(self.names(node)),
            Rule::sum_tagged => ExprKind::SumTagged(self.named(node, Rule::name)?),
            Rule::aggregate => self.aggregate(node)?,
            Rule::count_each => ExprKind::CountEach(self.elements_in(node)?),
            Rule::count => ExprKind::Count(operand(0)?),
            Rule::first_last => ExprKind::FirstLast(node.has(Rule::kw_first), operand(0)?, node.has(Rule::if_any)),
            Rule::quantified => {
                let has = self.value(&node.part(Rule::value)?)?;
                ExprKind::Quantified(node.has(Rule::kw_any), self.elements_in(node)?, Box::new(has))
            }
            Rule::the_element => ExprKind::The {
                each: self.elements_in(node)?,
                greatest: node.has(Rule::kw_greatest),
                by: sum(0)?,
                tie_last: node.has(Rule::kw_last),
                if_any: node.has(Rule::if_any),
            },
            Rule::group_by => ExprKind::Group(self.elements_in(node)?, sum(0)?),
            Rule::walk => ExprKind::Walk(Box::new(self.walk(node)?)),
            Rule::draw => ExprKind::Draw(sum(0)?, self.names(node)),
            Rule::allocate => self.allocate(node)?,
            Rule::day_count => ExprKind::Days {
                from: sum(0)?,
                to: sum(1)?,
                inclusive: node.has(Rule::kw_through),
                thirty_360: node.has(Rule::on_thirty_360),
            },
            Rule::date_of => ExprKind::DateOf(sum(0)?, self.in_zone(node)?),
            Rule::time_of => ExprKind::TimeOf(sum(0)?, self.in_zone(node)?),
            Rule::instant_of => ExprKind::InstantOf(sum(0)?, sum(1)?, self.in_zone(node)?),
            Rule::split => ExprKind::Split(sum(0)?, sum(1)?, self.named(node, Rule::name)?),
            Rule::increments => ExprKind::Increments(sum(0)?, operand(0)?, operand(1)?),
            _ => return None,
        };
        Some(Expr { kind, span })
    }

    fn in_zone(&self, node: &Node<'_>) -> Option<Box<Expr>> {
        self.chain_in(&node.part(Rule::in_zone)?, Rule::operand).map(Box::new)
    }

    /// The date after `on`, where there is one.
    fn on_date(&self, node: &Node<'_>) -> Option<Option<Expr>> {
        let Some(date) = node.part(Rule::on_date) else { return Some(None) };
        self.chain(&date.part(Rule::date_operand)?).map(Some)
    }

    /// `t[a, b]`, `t[a, b] on d`, and `t[a, b].price on d`, which is the price of the row on that date.
    fn lookup(&self, node: &Node<'_>, span: Span) -> Option<Expr> {
        let keys = node.part(Rule::keys)?;
        let keys = keys.each(Rule::key).map(|key| match key.part(Rule::expression) {
            Some(value) => self.expression(&value).map(Some),
            None => Some(None),
        });
        let lookup = ExprKind::Lookup {
            table: self.named(node, Rule::name)?,
            keys: keys.collect::<Option<_>>()?,
            on: self.on_date(node)?.map(Box::new),
            if_any: node.has(Rule::if_any),
            rows: node.rule() == Rule::rows_of,
        };
        let mut value = Expr { kind: lookup, span };
        for field in node.each(Rule::dot_field) {
            value = Expr { kind: ExprKind::Field(Box::new(value), self.named(&field, Rule::field_name)?), span };
        }
        Some(value)
    }

    fn aggregate(&self, node: &Node<'_>) -> Option<ExprKind> {
        let aggregate = aggregate_of(node)?;
        let if_any = node.part(Rule::if_any);
        let chain = node.part(Rule::sum)?;
        if let Some(each) = node.part(Rule::for_each) {
            let over = AggregateOver::Each(Box::new(self.chain(&chain)?), self.elements_in(&each)?);
            return Some(ExprKind::Aggregate(aggregate, over, if_any.is_some()));
        }
        if let Some(if_any) = if_any.as_ref().filter(|_| has_tail(node)) {
            let problem = Diagnostic::error(
                codes::MISPLACED_IF_ANY,
                "`if any` stands away from its list",
                self.span(if_any),
                "which list may be empty is not clear",
            )
            .help("put the aggregate with its `if any` into parentheses");
            self.report(problem);
        }
        let over = match self.values_in_parentheses(&chain)? {
            Some(values) => AggregateOver::Values(values),
            None => AggregateOver::List(Box::new(self.first_operand(&chain)?)),
        };
        Some(ExprKind::Aggregate(aggregate, over, if_any.is_some()))
    }

    /// The elements of `for each …` or of a form that has its own words before them.
    pub fn elements_in(&self, node: &Node<'_>) -> Option<Box<Each>> {
        self.elements(&node.part(Rule::elements)?).map(Box::new)
    }

    fn elements(&self, node: &Node<'_>) -> Option<Each> {
        let binder = |part: &Node<'_>| Some((self.named(part, Rule::name)?, self.chain_in(part, Rule::operand)?));
        let mut binders = vec![binder(&node.part(Rule::binder)?)?];
        for more in node.each(Rule::more_binder) {
            binders.push(binder(&more.part(Rule::binder)?)?);
        }
        let filter = match node.part(Rule::where_clause) {
            Some(clause) => Some(Box::new(self.value(&clause.part(Rule::value)?)?)),
            None => None,
        };
        let mut sort = Vec::new();
        if let Some(sorted) = node.part(Rule::sorted_clause) {
            for key in sorted.each(Rule::sort_key) {
                sort.push((self.sum_at(&key, 0)?, key.has(Rule::kw_descending)));
            }
        }
        Some(Each { binders, filter, sort, span: self.span(node) })
    }

    fn walk(&self, node: &Node<'_>) -> Option<Walk> {
        let mut state = Vec::new();
        for carried in node.each(Rule::carried) {
            state.push((
                self.named(&carried, Rule::name)?,
                self.stated_type(&carried)?,
                self.value(&carried.part(Rule::value)?)?,
            ));
        }
        let mut steps = Vec::new();
        for step in node.parts() {
            match step.rule() {
                Rule::walk_let => steps.push(WalkStep::Let(self.named(&step, Rule::name)?, self.value_of_name(&step)?)),
                Rule::walk_next => {
                    steps.push(WalkStep::Next(self.named(&step, Rule::name)?, self.value_of_name(&step)?))
                }
                Rule::walk_keep => {
                    steps.push(WalkStep::Keep(self.expression(&step.part(Rule::expression)?)?, self.when(&step)?))
                }
                _ => {}
            }
        }
        Some(Walk { each: self.elements_in(node)?, state, steps })
    }

    fn allocate(&self, node: &Node<'_>) -> Option<ExprKind> {
        let each = match node.part(Rule::for_each) {
            Some(each) => Some(self.elements_in(&each)?),
            None => None,
        };
        let remainder = match node.last()?.rule() {
            Rule::kw_first => Remainder::First,
            Rule::kw_last => Remainder::Last,
            _ => Remainder::Largest,
        };
        Some(ExprKind::Allocate {
            amount: Box::new(self.sum_at(node, 0)?),
            by: Box::new(self.sum_at(node, 1)?),
            each,
            round: self.round_to(&node.part(Rule::round_to)?)?,
            remainder,
        })
    }

    /// `= value` after a name.
    pub fn value_of_name(&self, node: &Node<'_>) -> Option<Expr> {
        self.expression(&node.part(Rule::value_of_name)?.part(Rule::expression)?)
    }

    /// `when condition`, where it is written.
    pub fn when(&self, node: &Node<'_>) -> Option<Option<Expr>> {
        match node.part(Rule::when_clause) {
            Some(clause) => self.value(&clause.part(Rule::value)?).map(Some),
            None => Some(None),
        }
    }

    /// `a = 1, b = 2`
    pub fn assignments(&self, node: &Node<'_>) -> Option<Vec<(Name, Expr)>> {
        node.each(Rule::assignment)
            .map(|part| Some((self.named(&part, Rule::field_name)?, self.expression(&part.part(Rule::expression)?)?)))
            .collect()
    }
}
