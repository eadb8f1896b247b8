//! The header and the items of a file.

use super::ast::{
    CalendarDays, DatedValue, Field, Header, Item, ItemKind, Param, Parameter, ParameterValues, Range, Rounding,
    Setting, WindowLine,
};
use super::grammar::Rule;
use super::node::{Node, Reader};
use crate::diagnostic::{Diagnostic, codes};
use crate::value::{Date, TimeOfDay};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Reader {
    /// `ruleset …`, `module …`
    pub fn header(&self, node: &Node<'_>) -> Option<Header> {
        let extends = match node.part(Rule::extends_clause) {
            Some(clause) => Some((self.named(&clause, Rule::dotted_name)?, self.text_in(&clause, Rule::text)?)),
            None => None,
        };
        let (mut settings, mut whole) = (Vec::new(), true);
        for setting in node.part(Rule::settings).iter().flat_map(|block| block.each(Rule::setting)) {
            let said = self.problems.borrow().len();
            match self.setting(&setting.first()?) {
                Some(setting) => settings.push(setting),
                // The others hold nevertheless.
                None if self.problems.borrow().len() > said => whole = false,
                None => return None,
            }
        }
        Some(Header {
            module: node.has(Rule::kw_module),
            name: self.named(node, Rule::dotted_name)?,
            extends,
            title: self.text_in(node, Rule::title),
            version: self.text_in(node, Rule::version_clause),
            settings,
            whole,
            span: self.span(node),
        })
    }

    fn setting(&self, node: &Node<'_>) -> Option<Setting> {
        Some(match node.rule() {
            Rule::currency_setting => Setting::Currency(self.named(node, Rule::name)?),
            Rule::effective_setting => Setting::Effective(self.range(&node.part(Rule::range)?)?),
            Rule::published_setting => Setting::Published(self.date(&node.part(Rule::date)?)?, self.span(node)),
            Rule::supersedes_setting => {
                let version = self.text_in(node, Rule::text)?;
                Setting::Supersedes(version, self.date(&node.part(Rule::date)?)?, self.span(node))
            }
            Rule::priced_setting => Setting::PricedOn(self.value(&node.part(Rule::value)?)?),
            _ => {
                let how = match node.part(Rule::round_to) {
                    Some(how) => Some(self.round_to(&how)?),
                    None => None,
                };
                Setting::Rounding(Rounding { how, on_total: node.has(Rule::on_the_total), span: self.span(node) })
            }
        })
    }

    /// An item, without its documentation.
    pub fn item(&self, node: &Node<'_>) -> Option<Item> {
        let form = node.first()?;
        Some(Item { doc: None, kind: self.item_kind(&form)?, span: self.span(&form) })
    }

    fn item_kind(&self, node: &Node<'_>) -> Option<ItemKind> {
        let name = || self.named(node, Rule::name);
        Some(match node.rule() {
            Rule::import_item => ItemKind::Import(self.text_in(node, Rule::text)?),
            Rule::unit_item => self.unit_item(node)?,
            Rule::enum_item => {
                let member = |part: Node<'_>| Some((self.named(&part, Rule::name)?, self.text_in(&part, Rule::label)));
                ItemKind::Enum { name: name()?, members: node.each(Rule::member).map(member).collect::<Option<_>>()? }
            }
            Rule::record_item => ItemKind::Record { name: name()?, fields: self.fields(node)? },
            Rule::input_item => ItemKind::Input(self.fields(node)?),
            Rule::let_item => {
                ItemKind::Let { name: name()?, ty: self.stated_type(node)?, value: self.value_of_name(node)? }
            }
            Rule::parameter_item => ItemKind::Parameter(self.parameter(node)?),
            Rule::function_item => {
                let result = match node.part(Rule::result) {
                    Some(result) => Some(self.type_expr(&result.part(Rule::r#type)?)?),
                    None => None,
                };
                ItemKind::Function {
                    name: name()?,
                    params: self.params(node)?,
                    result,
                    body: self.value_of_name(node)?,
                }
            }
            Rule::host_item => {
                let result = self.type_expr(&node.part(Rule::result)?.part(Rule::r#type)?)?;
                ItemKind::HostFunction { name: name()?, params: self.params(node)?, result }
            }
            Rule::table_item => ItemKind::Table(self.table(node)?),
            Rule::tiers_item => ItemKind::Tiers(self.tiers(node)?),
            Rule::calendar_item => self.calendar(node)?,
            Rule::windows_item => self.windows(node)?,
            Rule::charge_item => ItemKind::Charge(self.charge(node)?),
            Rule::exception_item => ItemKind::Exception(self.exception(node)?),
            Rule::output_item => ItemKind::Output {
                name: name()?,
                ty: self.stated_type(node)?,
                value: self.value_of_name(node)?,
                label: self.text_in(node, Rule::label),
            },
            Rule::flag_item => ItemKind::Flag {
                code: name()?,
                message: self.template(&node.part(Rule::message)?.part(Rule::text)?),
                when: self.when(node)??,
            },
            Rule::refuse_item => ItemKind::Refuse {
                code: name()?,
                message: self.template(&node.part(Rule::message)?.part(Rule::text)?),
                when: self.when(node)??,
            },
            Rule::total_item => ItemKind::Total(self.stages(node)?),
            Rule::test_item => ItemKind::Test(self.test(node)?),
            Rule::override_item => ItemKind::Override(Box::new(self.item(&node.part(Rule::overriding)?)?)),
            Rule::remove_item => ItemKind::Remove(name()?),
            _ => return None,
        })
    }

    fn unit_item(&self, node: &Node<'_>) -> Option<ItemKind> {
        let definition = match node.part(Rule::unit_definition) {
            Some(definition) => Some(self.chain_in(&definition, Rule::sum)?),
            None => None,
        };
        let plural = node.part(Rule::plural_clause).and_then(|clause| self.named(&clause, Rule::name));
        Some(ItemKind::Unit { name: self.named(node, Rule::name)?, plural, definition })
    }

    fn fields(&self, node: &Node<'_>) -> Option<Vec<Field>> {
        let mut fields = Vec::new();
        for line in node.each(Rule::field) {
            let ty = self.stated_type(&line)??;
            let mut field = Field {
                name: self.named(&line, Rule::field_name)?,
                wire: None,
                ty,
                range: None,
                matching: None,
                default: None,
                label: None,
            };
            for clause in line.each(Rule::field_clause) {
                self.field_clause(&mut field, &clause.first()?)?;
            }
            for name in line.each(Rule::field_name) {
                fields.push(Field { name: self.name(&name), ..field.clone() });
            }
        }
        Some(fields)
    }

    fn field_clause(&self, field: &mut Field, clause: &Node<'_>) -> Option<()> {
        let text = || clause.part(Rule::text).map(|text| self.text(&text));
        let again = match clause.rule() {
            Rule::named_clause => field.wire.replace(text()?).is_some(),
            Rule::matching_clause => field.matching.replace(text()?).is_some(),
            Rule::label => field.label.replace(text()?).is_some(),
            Rule::default_clause => field.default.replace(self.expression(&clause.part(Rule::expression)?)?).is_some(),
            _ => field.range.replace(self.range(&clause.part(Rule::range)?)?).is_some(),
        };
        if again {
            self.said_twice(clause);
        }
        Some(())
    }

    /// Reports a clause that may stand only once.
    pub fn said_twice(&self, clause: &Node<'_>) {
        self.report(
            Diagnostic::error(codes::SAID_TWICE, "this is said twice", self.span(clause), "the second of its kind")
                .help("keep one of the two"),
        );
    }

    fn parameter(&self, node: &Node<'_>) -> Option<Parameter> {
        let reason = |part: &Node<'_>| part.part(Rule::reason).and_then(|reason| self.text_in(&reason, Rule::text));
        let values = if let Some(value) = node.part(Rule::parameter_value) {
            ParameterValues::Constant(self.expression(&value.part(Rule::expression)?)?, reason(&value))
        } else {
            let mut dated = Vec::new();
            for line in node.part(Rule::dated_values)?.each(Rule::dated_value) {
                let period = self.dated_period(&line.part(Rule::dated_period)?)?;
                dated.push(DatedValue {
                    period,
                    value: self.expression(&line.part(Rule::expression)?)?,
                    because: reason(&line),
                    span: self.span(&line),
                });
            }
            ParameterValues::Dated(dated)
        };
        Some(Parameter { name: self.named(node, Rule::name)?, ty: self.stated_type(node)?, values })
    }

    fn dated_period(&self, node: &Node<'_>) -> Option<Range> {
        let mut ends = node.each(Rule::operand);
        let low = self.chain(&ends.next()?)?;
        let high = match ends.next() {
            Some(high) => Some((Box::new(self.chain(&high)?), node.has(Rule::kw_through))),
            None => None,
        };
        Some(Range { low: Some((Box::new(low), true)), high, span: self.span(node) })
    }

    /// The parameters in parentheses; none where there are no parentheses.
    pub fn params(&self, node: &Node<'_>) -> Option<Vec<Param>> {
        let list = node.part(Rule::params);
        let param =
            |part: Node<'_>| Some(Param { name: self.named(&part, Rule::name)?, ty: self.stated_type(&part)?? });
        list.iter().flat_map(|list| list.each(Rule::param)).map(param).collect()
    }

    fn calendar(&self, node: &Node<'_>) -> Option<ItemKind> {
        let mut days = Vec::new();
        for entry in node.each(Rule::calendar_days) {
            let span = self.span(&entry);
            // Dates and days that do not exist are reported where they are read; the calendar goes on without them.
            let read = match entry.first()?.rule() {
                Rule::weekdays => {
                    entry.first().and_then(|days| weekdays(&days)).map(|(from, to)| CalendarDays::Weekdays(from, to))
                }
                Rule::yearly_day => self
                    .both(&entry, Rule::yearly_day, |day| self.yearly_day(day))
                    .map(|(from, to)| CalendarDays::Yearly(from, to)),
                _ => self
                    .both(&entry, Rule::date, |date| self.date(date))
                    .map(|(from, to)| CalendarDays::Dates(from, to)),
            };
            days.extend(read.map(|days| (days, span)));
        }
        Some(ItemKind::Calendar { name: self.named(node, Rule::name)?, days })
    }

    fn both<T: Copy>(&self, entry: &Node<'_>, rule: Rule, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<(T, T)> {
        let from = read(&entry.nth(rule, 0)?)?;
        let to = match entry.nth(rule, 1) {
            Some(to) => read(&to)?,
            None => from,
        };
        Some((from, to))
    }

    fn yearly_day(&self, node: &Node<'_>) -> Option<(u8, u8)> {
        let day: u8 = node.part(Rule::day_number)?.text().parse().ok()?;
        let name = node.part(Rule::month_name)?;
        let month = u8::try_from(MONTHS.iter().position(|month| *month == name.text())?).ok()?.checked_add(1)?;
        // 2024 is a leap year, so that 29 February can be named.
        if Date::new(2024, month, day).is_none() {
            self.report(Diagnostic::error(
                codes::BAD_DATE,
                "there is no such day",
                self.span(node),
                format!("{} has no day {day}", name.text()),
            ));
            return None;
        }
        Some((month, day))
    }

    fn windows(&self, node: &Node<'_>) -> Option<ItemKind> {
        let mut lines = Vec::new();
        for line in node.each(Rule::window_line) {
            lines.extend(self.window_line(&line));
        }
        Some(ItemKind::Windows {
            name: self.named(node, Rule::name)?,
            zone: self.chain_in(node, Rule::operand)?,
            lines,
        })
    }

    fn window_line(&self, line: &Node<'_>) -> Option<WindowLine> {
        let from: Option<TimeOfDay> = self.time(&line.nth(Rule::time, 0)?);
        let until = self.end_time(&line.nth(Rule::time, 1)?);
        let on = |rule| line.part(rule).and_then(|clause| self.named(&clause, Rule::name));
        for clause in line.each(Rule::except_on).skip(1).chain(line.each(Rule::only_on).skip(1)) {
            self.said_twice(&clause);
        }
        Some(WindowLine {
            days: line.each(Rule::weekdays).filter_map(|days| weekdays(&days)).collect(),
            from: from?,
            until: until?,
            except: on(Rule::except_on),
            only: on(Rule::only_on),
            span: self.span(line),
        })
    }
}

/// `Monday through Friday` as (1, 5).
fn weekdays(node: &Node<'_>) -> Option<(u8, u8)> {
    let number =
        |day: &Node<'_>| u8::try_from(WEEKDAYS.iter().position(|name| *name == day.text())?).ok()?.checked_add(1);
    let from = number(&node.nth(Rule::weekday, 0)?)?;
    let to = match node.nth(Rule::weekday, 1) {
        Some(day) => number(&day)?,
        None => from,
    };
    Some((from, to))
}
