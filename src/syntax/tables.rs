//! Tables and tiers.

use super::ast::{
    Collect, Column, ColumnEnds, ColumnRole, HitPolicy, Name, Row, Table, Text, Tier, TierPart, TierRows, Tiers,
};
use super::cell;
use super::grammar::Rule;
use super::node::{Node, Reader};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;

impl Reader {
    /// `table base_rate unique { … }`
    pub fn table(&self, node: &Node<'_>) -> Option<Table> {
        let name = self.named(node, Rule::name)?;
        let mut table = Table {
            name,
            policy: None,
            crosstab: false,
            file: None,
            effective: None,
            columns: Vec::new(),
            ignoring: Vec::new(),
            heading: None,
            rows: Vec::new(),
        };
        for option in node.each(Rule::table_option) {
            self.table_option(&mut table, &option.first()?)?;
        }
        let mut values = false;
        for line in node.parts() {
            match line.rule() {
                Rule::valid_column => table.columns.push(self.valid_column(&line)?),
                Rule::key_column | Rule::value_column => {
                    values |= line.rule() == Rule::value_column;
                    let column = self.column(&line, values)?;
                    table.columns.push(column);
                }
                Rule::ignoring => table.ignoring.extend(line.each(Rule::text).map(|text| self.text(&text))),
                Rule::row => table.rows.push(self.row(&line)),
                _ => {}
            }
        }
        // The first row of a table that declares its columns names them; in a table from a file, and in one that overrides, all are rows.
        if !table.columns.is_empty() && table.file.is_none() && !table.rows.is_empty() {
            table.heading = Some(table.rows.remove(0));
        }
        self.check_crosstab(&table);
        Some(table)
    }

    fn table_option(&self, table: &mut Table, option: &Node<'_>) -> Option<()> {
        let again = match option.rule() {
            Rule::hit_policy => {
                let policy = (self.hit_policy(option)?, self.span(option));
                table.policy.replace(policy).is_some()
            }
            Rule::from_file => table.file.replace(self.text_in(option, Rule::text)?).is_some(),
            Rule::effective_setting => table.effective.replace(self.range(&option.part(Rule::range)?)?).is_some(),
            _ => std::mem::replace(&mut table.crosstab, true),
        };
        if again {
            self.said_twice(option);
        }
        Some(())
    }

    fn hit_policy(&self, node: &Node<'_>) -> Option<HitPolicy> {
        let form = node.first()?;
        Some(match form.rule() {
            Rule::kw_unique => HitPolicy::Unique,
            Rule::kw_first => HitPolicy::First,
            Rule::kw_any => HitPolicy::Any,
            Rule::priority_policy => {
                HitPolicy::Priority(form.has(Rule::kw_highest), self.named(&form, Rule::field_name)?)
            }
            Rule::kw_most => HitPolicy::MostSpecific,
            _ => HitPolicy::Collect(match node.part(Rule::collector)?.text() {
                "sum" => Collect::Sum,
                "min" => Collect::Min,
                "max" => Collect::Max,
                "count" => Collect::Count,
                _ => Collect::List,
            }),
        })
    }

    fn valid_column(&self, node: &Node<'_>) -> Option<Column> {
        let word = node.part(Rule::kw_valid)?;
        let name = Name { text: "valid".into(), span: self.span(&word) };
        let mut column = Column {
            name,
            role: ColumnRole::Valid,
            across: false,
            ty: None,
            heading: None,
            ends: None,
            span: self.span(node),
        };
        self.column_clauses(&mut column, node)?;
        Some(column)
    }

    fn column(&self, node: &Node<'_>, value: bool) -> Option<Column> {
        let mut column = Column {
            name: self.named(node, Rule::field_name)?,
            role: if value { ColumnRole::Value } else { ColumnRole::Exact },
            across: node.has(Rule::across),
            ty: self.stated_type(node)?,
            heading: None,
            ends: None,
            span: self.span(node),
        };
        self.column_clauses(&mut column, node)?;
        Some(column)
    }

    fn column_clauses(&self, column: &mut Column, node: &Node<'_>) -> Option<()> {
        let mut matched = false;
        for clause in node.each(Rule::column_clause) {
            let form = clause.first()?;
            let again = match form.rule() {
                Rule::match_by => {
                    if matches!(column.role, ColumnRole::Value | ColumnRole::Valid) {
                        let label = "only a key says how it matches";
                        self.report(
                            Diagnostic::error(
                                codes::CLAUSE_OUT_OF_PLACE,
                                "this column does not match anything",
                                self.span(&form),
                                label,
                            )
                            .help("take it away, or move the column before `->`"),
                        );
                    } else {
                        column.role = role_of(&form);
                    }
                    std::mem::replace(&mut matched, true)
                }
                Rule::column_heading => column.heading.replace(self.text_in(&form, Rule::text)?).is_some(),
                _ => column.ends.replace(self.column_ends(&form)?).is_some(),
            };
            if again {
                self.said_twice(&form);
            }
        }
        Some(())
    }

    fn column_ends(&self, node: &Node<'_>) -> Option<ColumnEnds> {
        let end = |rule: Rule, open: Rule| {
            let part = node.part(rule)?;
            Some((self.text_in(&part, Rule::text)?, !part.has(open)))
        };
        let high = node.part(Rule::column_high).and_then(|part| {
            let excluded = part.has(Rule::kw_until) || part.has(Rule::kw_under);
            Some((self.text_in(&part, Rule::text)?, !excluded))
        });
        Some(ColumnEnds { low: end(Rule::column_low, Rule::kw_over), high })
    }

    /// A crosstab has one key that runs across, the last before `->`; other tables have none.
    fn check_crosstab(&self, table: &Table) {
        let mut across = table.columns.iter().filter(|column| column.across);
        let first = across.next();
        let report = |span: Span, title: &str, label: &str, help: &str| {
            self.report(Diagnostic::error(codes::CROSSTAB_SHAPE, title, span, label).help(help));
        };
        if let (Some(column), false) = (first, table.crosstab) {
            report(
                column.span,
                "only a crosstab has a key that runs across",
                "`across` in a plain table",
                "write `crosstab` after the table's name",
            );
        } else if let Some(second) = across.next() {
            report(
                second.span,
                "one key of a crosstab runs across",
                "a second one",
                "take `across` away from one of them",
            );
        } else if table.crosstab && first.is_none() && !table.columns.is_empty() {
            report(
                table.name.span,
                "a crosstab needs a key that runs across",
                "no key is marked",
                "write `across` before the key whose values are in the heading",
            );
        }
    }

    /// One line of an inline table.
    pub fn row(&self, node: &Node<'_>) -> Row {
        let (cells, split) = cell::split_row(node.text());
        let texts = cells.into_iter().map(|range| {
            let text = node.text().get(range.clone()).unwrap_or("").to_string();
            Text {
                text,
                span: self.place(node.start().saturating_add(range.start), node.start().saturating_add(range.end)),
            }
        });
        Row { cells: texts.collect(), split, span: self.span(node) }
    }

    /// `tiers egress graduated over data in GiB { … }`
    pub fn tiers(&self, node: &Node<'_>) -> Option<Tiers> {
        let options: Vec<Node<'_>> = node.each(Rule::tiers_option).filter_map(|option| option.last()).collect();
        let option = |rule: Rule| options.iter().find(|option| option.rule() == rule);
        let each_rounded = match option(Rule::tier_rounding) {
            Some(rounding) => Some(self.round_to(&rounding.part(Rule::round_to)?)?),
            None => None,
        };
        let rows = match node.part(Rule::each_tier) {
            Some(each) => TierRows::Each {
                name: self.named(&each, Rule::name)?,
                list: self.chain_in(&each, Rule::operand)?,
                tier: Box::new(self.tier(&each.part(Rule::tier)?)?),
            },
            None => TierRows::Written(node.each(Rule::tier).map(|tier| self.tier(&tier)).collect::<Option<_>>()?),
        };
        Some(Tiers {
            name: self.named(node, Rule::name)?,
            params: self.params(node)?,
            volume: node.has(Rule::kw_volume),
            over: self.type_expr(&node.part(Rule::r#type)?)?,
            flat_at_zero: option(Rule::flat_at_zero).is_some(),
            each_rounded,
            rows,
        })
    }

    fn tier(&self, node: &Node<'_>) -> Option<Tier> {
        let bound = match node.part(Rule::operand) {
            Some(bound) => Some((self.chain(&bound)?, !node.has(Rule::kw_under))),
            None => None,
        };
        let parts = node.each(Rule::tier_part).map(|part| self.tier_part(&part)).collect::<Option<_>>()?;
        Some(Tier { bound, parts, span: self.span(node) })
    }

    fn tier_part(&self, node: &Node<'_>) -> Option<TierPart> {
        let amount = self.sum_at(node, 0)?;
        if node.has(Rule::kw_flat) {
            return Some(TierPart::Flat(amount));
        }
        Some(match node.part(Rule::tier_step) {
            Some(step) => TierPart::PerStep(amount, self.chain_in(&step, Rule::operand)?, step.has(Rule::kw_started)),
            None => TierPart::Rate(amount),
        })
    }
}

fn role_of(match_by: &Node<'_>) -> ColumnRole {
    match match_by.parts().nth(1).map(|word| word.rule()) {
        Some(Rule::kw_range) => ColumnRole::Range,
        Some(Rule::kw_break) => ColumnRole::Break,
        Some(Rule::kw_next) => ColumnRole::NextRow,
        _ => ColumnRole::LongestPrefix,
    }
}
