//! Charges, exceptions and tests.

use super::ast::{
    Charge, ChargeAmount, Exception, Expect, ExpectKind, Expr, ExprKind, GroupOption, GroupPolicy, Stage, Test, Text,
};
use super::grammar::Rule;
use super::node::{Node, Reader};

impl Reader {
    /// `charge BASE "Transportation" = …`
    pub fn charge(&self, node: &Node<'_>) -> Option<Charge> {
        let each = match node.part(Rule::for_each) {
            Some(each) => Some(self.elements_in(&each)?),
            None => None,
        };
        let amount = match node.part(Rule::option_group) {
            Some(group) => self.option_group(&group)?,
            None => ChargeAmount::Expr(self.expression(&node.part(Rule::expression)?)?),
        };
        let mut charge = Charge {
            code: self.named(node, Rule::name)?,
            label: node.part(Rule::label).and_then(|label| label.part(Rule::text)).map(|text| self.template(&text)),
            each,
            amount,
            when: None,
            because: None,
            tags: Vec::new(),
            shown: None,
        };
        let mut stages = Vec::new();
        for clause in node.each(Rule::charge_clause) {
            let form = clause.first()?;
            let again = match form.rule() {
                Rule::stage => {
                    stages.extend(self.stages(&clause)?);
                    false
                }
                Rule::when_clause => charge.when.replace(self.when(&clause)??).is_some(),
                Rule::because_clause => {
                    charge.because.replace(self.template(&form.part(Rule::message)?.part(Rule::text)?)).is_some()
                }
                Rule::tagged_clause => {
                    let again = !charge.tags.is_empty();
                    charge.tags.extend(self.names(&form));
                    again
                }
                _ => {
                    let price = match form.nth(Rule::sum, 1) {
                        Some(price) => Some(self.chain(&price)?),
                        None => None,
                    };
                    charge.shown.replace(Box::new((self.sum_at(&form, 0)?, price))).is_some()
                }
            };
            if again {
                self.said_twice(&form);
            }
        }
        add_stages(&mut charge.amount, stages);
        Some(charge)
    }

    fn option_group(&self, node: &Node<'_>) -> Option<ChargeAmount> {
        let policy = match node.first()?.rule() {
            Rule::kw_dearest => GroupPolicy::Dearest,
            Rule::kw_cheapest => GroupPolicy::Cheapest,
            _ => GroupPolicy::First,
        };
        let option = |part: Node<'_>| {
            Some(GroupOption {
                code: self.named(&part, Rule::name)?,
                label: self.text_in(&part, Rule::label),
                amount: self.expression(&part.part(Rule::expression)?)?,
                when: self.when(&part)?,
            })
        };
        Some(ChargeAmount::Group(policy, node.each(Rule::group_option).map(option).collect::<Option<_>>()?, Vec::new()))
    }

    /// `exception gold to RESI "label" = 0 USD when …`
    pub fn exception(&self, node: &Node<'_>) -> Option<Exception> {
        let mut names = self.names(node).into_iter();
        let first = names.next()?;
        let (name, to) = match names.next() {
            Some(second) => (Some(first), second),
            None => (None, first),
        };
        for clause in node.each(Rule::when_clause).skip(1).chain(node.each(Rule::because_clause).skip(1)) {
            self.said_twice(&clause);
        }
        let because = node.part(Rule::because_clause).and_then(|clause| clause.part(Rule::message)?.part(Rule::text));
        Some(Exception {
            name,
            to,
            label: self.text_in(node, Rule::label),
            value: self.expression(&node.part(Rule::expression)?)?,
            when: self.when(node)?,
            because: because.map(|text| self.template(&text)),
        })
    }

    /// `test "name" { … }`
    pub fn test(&self, node: &Node<'_>) -> Option<Test> {
        let mut given = Vec::new();
        let mut expects = Vec::new();
        for line in node.parts() {
            match line.rule() {
                Rule::given_line => given.extend(self.assignments(&line)?),
                Rule::expect_line => {
                    let expectation = line.part(Rule::expectation)?;
                    expects.push(Expect { kind: self.expectation(&expectation)?, span: self.span(&expectation) });
                }
                _ => {}
            }
        }
        let file = node.part(Rule::from_file).and_then(|from| self.text_in(&from, Rule::text));
        Some(Test { name: self.text_in(node, Rule::title)?, file, given, expects })
    }

    fn expectation(&self, node: &Node<'_>) -> Option<ExpectKind> {
        let form = node.first()?;
        let name = || self.named(&form, Rule::name);
        Some(match form.rule() {
            Rule::expect_charge => {
                let amount = match form.part(Rule::sum) {
                    Some(amount) => Some(self.chain(&amount)?),
                    None => None,
                };
                let by = match form.part(Rule::by_row) {
                    Some(by) => Some((
                        self.named(&by, Rule::name)?,
                        by.part(Rule::row_number)?.text().parse().unwrap_or(u32::MAX),
                    )),
                    None => None,
                };
                ExpectKind::Charge { code: name()?, amount, by }
            }
            Rule::expect_no_charge => ExpectKind::NoCharge(name()?),
            Rule::expect_no_flag => ExpectKind::Flag(name()?, false),
            Rule::expect_flag => ExpectKind::Flag(name()?, true),
            Rule::expect_refusal => match self.text_in(&form, Rule::text) {
                Some(text) => ExpectKind::Refusal(text),
                None => name().map(|name| ExpectKind::Refusal(Text { text: name.text, span: name.span }))?,
            },
            Rule::expect_error => {
                let words = form.part(Rule::error_words)?;
                let text = words.text().split_whitespace().collect::<Vec<_>>().join(" ");
                ExpectKind::Error(Text { text, span: self.span(&words) })
            }
            Rule::expect_explanation => ExpectKind::Explanation(name()?, self.text_in(&form, Rule::text)?),
            Rule::expect_total => ExpectKind::Total(self.sum_at(&form, 0)?),
            Rule::expression => ExpectKind::That(self.expression(&form)?),
            _ => return None,
        })
    }
}

/// Stages that were written among a charge's other clauses come after those of its amount.
fn add_stages(amount: &mut ChargeAmount, more: Vec<Stage>) {
    let Some(last) = more.last() else { return };
    match amount {
        ChargeAmount::Group(_, _, stages) => stages.extend(more),
        ChargeAmount::Expr(expr) => {
            let span = expr.span.to(last.span);
            if let ExprKind::Stages(_, stages) = &mut expr.kind {
                stages.extend(more);
                expr.span = span;
            } else {
                let inner = std::mem::replace(expr, Expr { kind: ExprKind::Broken, span });
                expr.kind = ExprKind::Stages(Box::new(inner), more);
            }
        }
    }
}
