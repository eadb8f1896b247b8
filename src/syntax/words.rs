//! What the rules of the grammar are called when people are told what is missing: one exhaustive table.

use super::grammar::Rule;

/// How telling it is that something was expected.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// What must come: said first.
    Needed,
    /// What may come before it: said where nothing must come.
    Possible,
    /// An operator or clause, which may follow almost anything.
    Operator,
    /// Never said.
    Silent,
}

/// The words for a rule.
#[derive(Clone, Copy)]
pub(super) enum Words {
    /// A word or mark of the language itself: shown as it is written.
    Mark(&'static str),
    /// A keyword: shown as the rule is called.
    Word,
    /// A thing, in words.
    Thing(&'static str),
}

impl Words {
    /// The words as they stand in a sentence after "expected".
    pub fn say(self, rule: Rule) -> String {
        match self {
            Words::Mark(mark) => format!("`{mark}`"),
            Words::Word => format!("`{}`", format!("{rule:?}").trim_start_matches("kw_")),
            Words::Thing(thing) => thing.into(),
        }
    }
}

/// The rank and the words of a rule.
pub(super) fn words(rule: Rule) -> (Rank, Words) {
    use Rank::{Needed, Operator, Possible, Silent};
    use Words::{Mark, Thing};
    match rule {
        Rule::expression
        | Rule::value
        | Rule::operation
        | Rule::sum
        | Rule::limit_sum
        | Rule::operand
        | Rule::parenthesised => (Needed, Thing("a value")),
        Rule::reference
        | Rule::list_value
        | Rule::record_value
        | Rule::strict_expression
        | Rule::date_operand
        | Rule::tier_part => (Needed, Thing("a value")),
        Rule::call
        | Rule::form_start
        | Rule::lookup
        | Rule::call_start
        | Rule::lookup_start
        | Rule::dated_reference
        | Rule::rows_of
        | Rule::conditional => (Needed, Thing("a value")),
        Rule::sum_applied
        | Rule::sum_tagged
        | Rule::aggregate
        | Rule::count_each
        | Rule::count
        | Rule::first_last
        | Rule::quantified => (Needed, Thing("a value")),
        Rule::the_element
        | Rule::group_by
        | Rule::walk
        | Rule::draw
        | Rule::allocate
        | Rule::day_count
        | Rule::date_of
        | Rule::time_of => (Needed, Thing("a value")),
        Rule::instant_of
        | Rule::split
        | Rule::increments
        | Rule::key
        | Rule::any_key
        | Rule::is_value
        | Rule::yes_value => (Needed, Thing("a value")),
        Rule::name | Rule::dotted_name | Rule::binder | Rule::elements | Rule::carried => (Needed, Thing("a name")),
        Rule::field_name => (Needed, Thing("the name of a field")),
        Rule::field => (Needed, Thing("a field, such as `weight : mass in lb`")),
        Rule::assignment => (Needed, Thing("a name and its value, such as `weight = 3 lb`")),
        Rule::member => (Needed, Thing("a member's name")),
        Rule::param => (Needed, Thing("a parameter, such as `weight : mass in lb`")),
        Rule::params => (Needed, Thing("the parameters in parentheses")),
        Rule::r#type | Rule::named_type | Rule::list_type | Rule::currency_type | Rule::yes_no | Rule::as_target => {
            (Needed, Thing("a type"))
        }
        Rule::unit | Rule::unit_name | Rule::line_unit => (Needed, Thing("a unit")),
        Rule::text | Rule::message | Rule::title => (Needed, Thing("a text in quotes")),
        Rule::range
        | Rule::range_from
        | Rule::range_over
        | Rule::range_up_to
        | Rule::range_under
        | Rule::range_between => (Needed, Thing("a range, such as `1 through 5`")),
        Rule::round_to => (Needed, Thing("how to round, such as `half up to 0.01 USD`")),
        Rule::round_mode => (Possible, Thing("a rounding mode, such as `half up`")),
        Rule::minor_unit => (Possible, Mark("minor unit")),
        Rule::date => (Needed, Thing("a date, such as `2026-01-05`")),
        Rule::time => (Needed, Thing("a time, such as `08:00`")),
        Rule::number | Rule::row_number | Rule::percent | Rule::quantity | Rule::dollars | Rule::instant => {
            (Needed, Thing("a number"))
        }
        Rule::thirty_360 => (Needed, Mark("30/360")),
        Rule::calendar_days | Rule::yearly_day | Rule::day_number => {
            (Needed, Thing("a day, such as `25 December` or `2026-04-03`"))
        }
        Rule::month_name => (Needed, Thing("a month, such as `December`")),
        Rule::weekdays | Rule::weekday => (Needed, Thing("a weekday, such as `Monday`")),
        Rule::window_line | Rule::every_day => {
            (Needed, Thing("a window, such as `Monday through Friday 08:00 until 20:00`"))
        }
        Rule::tier | Rule::each_tier => (Needed, Thing("a tier, such as `up to 100 2.00 USD` or `above 1.50 USD`")),
        Rule::dated_value | Rule::dated_period => (Needed, Thing("a dated value, such as `from 2026-01-05 18.5%`")),
        Rule::group_option => (Needed, Thing("an option with a code and an amount")),
        Rule::option_group => (Possible, Thing("a choice, such as `dearest of { … }`")),
        Rule::key_column | Rule::across | Rule::valid_column => {
            (Needed, Thing("a column, such as `zone : integer by range`"))
        }
        Rule::value_column => (Needed, Thing("a value column, such as `-> price : money`")),
        Rule::row => (Possible, Thing("a row that starts with `|`")),
        Rule::match_by => (Possible, Thing("how the key matches, such as `by range`")),
        Rule::collector => (Needed, Thing("`sum`, `min`, `max`, `count` or `list`")),
        Rule::hit_policy | Rule::priority_policy => (Possible, Thing("a hit policy, such as `unique`")),
        Rule::expectation
        | Rule::expect_charge
        | Rule::expect_no_charge
        | Rule::expect_no_flag
        | Rule::expect_flag
        | Rule::expect_refusal => (Needed, Thing("what the test expects, such as `total is 12.37 USD`")),
        Rule::expect_error | Rule::expect_explanation | Rule::expect_total => {
            (Needed, Thing("what the test expects, such as `total is 12.37 USD`"))
        }
        Rule::error_words => (Needed, Thing("the words of the error")),
        Rule::given_line | Rule::expect_line => (Needed, Thing("`given` or `expect`")),
        Rule::setting
        | Rule::currency_setting
        | Rule::published_setting
        | Rule::supersedes_setting
        | Rule::priced_setting
        | Rule::rounding_setting => {
            (Needed, Thing("a setting: `currency`, `effective`, `published`, `supersedes`, `priced on` or `rounding`"))
        }
        Rule::effective_setting => (Possible, Mark("effective")),
        Rule::item
        | Rule::override_item
        | Rule::overriding
        | Rule::remove_item
        | Rule::import_item
        | Rule::unit_item
        | Rule::enum_item => (Needed, Thing("an item, such as `let`, `table` or `charge`")),
        Rule::record_item
        | Rule::input_item
        | Rule::let_item
        | Rule::parameter_item
        | Rule::function_item
        | Rule::host_item => (Needed, Thing("an item, such as `let`, `table` or `charge`")),
        Rule::table_item
        | Rule::tiers_item
        | Rule::calendar_item
        | Rule::windows_item
        | Rule::charge_item
        | Rule::exception_item => (Needed, Thing("an item, such as `let`, `table` or `charge`")),
        Rule::output_item | Rule::flag_item | Rule::refuse_item | Rule::total_item | Rule::test_item => {
            (Needed, Thing("an item, such as `let`, `table` or `charge`"))
        }
        Rule::header | Rule::strict_entry | Rule::file => (Needed, Thing("`ruleset`, `module` or an item")),
        Rule::open_brace => (Needed, Mark("{")),
        Rule::close_brace => (Needed, Mark("}")),
        Rule::open_paren => (Needed, Mark("(")),
        Rule::close_paren => (Needed, Mark(")")),
        Rule::open_bracket => (Needed, Mark("[")),
        Rule::close_bracket => (Needed, Mark("]")),
        Rule::keys => (Needed, Thing("the keys in `[…]`")),
        Rule::colon | Rule::colon_type => (Needed, Thing("`:` and a type")),
        Rule::equals => (Needed, Mark("=")),
        Rule::value_of_name | Rule::parameter_value | Rule::unit_definition => (Needed, Thing("`=` and a value")),
        Rule::dated_values | Rule::settings => (Possible, Mark("{")),
        Rule::arrow | Rule::result => (Needed, Mark("->")),
        Rule::dollar_sign => (Possible, Mark("$")),
        Rule::when_clause => (Needed, Thing("`when` and a condition")),
        Rule::where_clause => (Possible, Mark("where")),
        Rule::for_each => (Possible, Mark("for each")),
        Rule::sorted_clause => (Possible, Mark("sorted by")),
        Rule::more_binder => (Possible, Mark("with")),
        Rule::sort_key => (Needed, Mark("by")),
        Rule::in_zone => (Needed, Thing("`in zone` and a zone")),
        Rule::walk_let | Rule::walk_keep | Rule::walk_next => (Needed, Thing("`let`, `keep` or `next`")),
        Rule::label => (Possible, Thing("a label in quotes")),
        Rule::extends_clause => (Possible, Mark("extends")),
        Rule::version_clause => (Possible, Mark("version")),
        Rule::plural_clause => (Possible, Mark("plural")),
        Rule::from_file => (Possible, Thing("`from` and a file")),
        Rule::ignoring => (Possible, Mark("ignoring")),
        Rule::table_option | Rule::tiers_option | Rule::flat_at_zero | Rule::tier_rounding => {
            (Possible, Thing("an option"))
        }
        Rule::field_clause
        | Rule::named_clause
        | Rule::matching_clause
        | Rule::default_clause
        | Rule::field_range
        | Rule::column_clause => (Silent, Thing("a clause")),
        Rule::column_heading
        | Rule::column_ends
        | Rule::column_low
        | Rule::column_high
        | Rule::on_the_total
        | Rule::question
        | Rule::per_unit => (Silent, Thing("a clause")),
        Rule::except_on
        | Rule::only_on
        | Rule::by_row
        | Rule::tier_step
        | Rule::on_thirty_360
        | Rule::line_per
        | Rule::comma => (Silent, Thing("a clause")),
        Rule::reason
        | Rule::because_clause
        | Rule::tagged_clause
        | Rule::shown_clause
        | Rule::charge_clause
        | Rule::booked_as => (Operator, Thing("a clause")),
        Rule::stage
        | Rule::less_stage
        | Rule::plus_stage
        | Rule::minimum_stage
        | Rule::maximum_stage
        | Rule::rounded_stage => (Operator, Thing("a stage")),
        Rule::add
        | Rule::subtract
        | Rule::multiply
        | Rule::divide
        | Rule::of
        | Rule::contained_in
        | Rule::per_step
        | Rule::at_most
        | Rule::at_least => (Operator, Thing("an operator")),
        Rule::less_than
        | Rule::greater_than
        | Rule::is_tail
        | Rule::dot_field
        | Rule::as_type
        | Rule::dot
        | Rule::on_date
        | Rule::on_word
        | Rule::if_any => (Operator, Thing("an operator")),
        Rule::is_given | Rule::is_applied | Rule::is_one_of | Rule::is_within | Rule::is_in_range => {
            (Needed, Thing("a value"))
        }
        Rule::negate => (Silent, Mark("-")),
        Rule::else_if => (Needed, Mark("else")),
        // Silent rules leave no trace, but belong to the table.
        Rule::entry
        | Rule::junk_line
        | Rule::blank_line
        | Rule::item_line
        | Rule::item_start
        | Rule::name_start
        | Rule::table_line
        | Rule::row_end
        | Rule::cell_part
        | Rule::quoted_cell_part
        | Rule::test_line
        | Rule::range_word
        | Rule::signed_part
        | Rule::infix
        | Rule::sum_part
        | Rule::sum_infix
        | Rule::limit_part
        | Rule::postfix
        | Rule::primary
        | Rule::walk_step
        | Rule::date_digits
        | Rule::digits
        | Rule::inch
        | Rule::name_text
        | Rule::quoted_name
        | Rule::word
        | Rule::word_part
        | Rule::reserved_word
        | Rule::not_a_unit
        | Rule::item_shape
        | Rule::blank
        | Rule::WHITESPACE
        | Rule::COMMENT => (Silent, Thing("a part")),
        Rule::end_of_item | Rule::EOI | Rule::junk => (Silent, Thing("the end")),
        Rule::kw_on
        | Rule::kw_of
        | Rule::kw_per
        | Rule::kw_rounded
        | Rule::kw_plus
        | Rule::kw_as
        | Rule::kw_when
        | Rule::kw_because
        | Rule::kw_tagged
        | Rule::kw_shown
        | Rule::kw_less
        | Rule::kw_minimum
        | Rule::kw_maximum
        | Rule::kw_if
        | Rule::kw_otherwise
        | Rule::kw_and
        | Rule::kw_or
        | Rule::kw_is
        | Rule::kw_contained => (Rank::Operator, Words::Word),
        Rule::kw_ruleset
        | Rule::kw_module
        | Rule::kw_extends
        | Rule::kw_version
        | Rule::kw_import
        | Rule::kw_unit
        | Rule::kw_plural
        | Rule::kw_enum
        | Rule::kw_record
        | Rule::kw_input
        | Rule::kw_let
        | Rule::kw_parameter
        | Rule::kw_function
        | Rule::kw_host
        | Rule::kw_table
        | Rule::kw_tiers
        | Rule::kw_calendar
        | Rule::kw_windows
        | Rule::kw_charge
        | Rule::kw_exception
        | Rule::kw_output
        | Rule::kw_flag
        | Rule::kw_refuse
        | Rule::kw_total
        | Rule::kw_test
        | Rule::kw_override
        | Rule::kw_remove
        | Rule::kw_currency
        | Rule::kw_effective
        | Rule::kw_published
        | Rule::kw_supersedes
        | Rule::kw_priced
        | Rule::kw_rounding
        | Rule::kw_the
        | Rule::kw_minor
        | Rule::kw_from
        | Rule::kw_through
        | Rule::kw_until
        | Rule::kw_over
        | Rule::kw_up
        | Rule::kw_to
        | Rule::kw_under
        | Rule::kw_named
        | Rule::kw_matching
        | Rule::kw_among
        | Rule::kw_list
        | Rule::kw_in
        | Rule::kw_started
        | Rule::kw_whole
        | Rule::kw_unique
        | Rule::kw_first
        | Rule::kw_any
        | Rule::kw_priority
        | Rule::kw_highest
        | Rule::kw_lowest
        | Rule::kw_most
        | Rule::kw_specific
        | Rule::kw_collect
        | Rule::kw_crosstab
        | Rule::kw_across
        | Rule::kw_by
        | Rule::kw_range
        | Rule::kw_break
        | Rule::kw_next
        | Rule::kw_row
        | Rule::kw_longest
        | Rule::kw_prefix
        | Rule::kw_valid
        | Rule::kw_column
        | Rule::kw_ignoring
        | Rule::kw_graduated
        | Rule::kw_volume
        | Rule::kw_each
        | Rule::kw_flat
        | Rule::kw_due
        | Rule::kw_at
        | Rule::kw_zero
        | Rule::kw_tier
        | Rule::kw_above
        | Rule::kw_days
        | Rule::kw_every
        | Rule::kw_except
        | Rule::kw_only
        | Rule::kw_for
        | Rule::kw_where
        | Rule::kw_with
        | Rule::kw_sorted
        | Rule::kw_descending
        | Rule::kw_then
        | Rule::kw_dearest
        | Rule::kw_cheapest
        | Rule::kw_half
        | Rule::kw_even
        | Rule::kw_down
        | Rule::kw_ceiling
        | Rule::kw_floor
        | Rule::kw_none
        | Rule::kw_else
        | Rule::kw_not
        | Rule::kw_one
        | Rule::kw_within
        | Rule::kw_given
        | Rule::kw_applied
        | Rule::kw_has
        | Rule::kw_rows
        | Rule::kw_sum
        | Rule::kw_least
        | Rule::kw_greatest
        | Rule::kw_distinct
        | Rule::kw_count
        | Rule::kw_last
        | Rule::kw_tie
        | Rule::kw_group
        | Rule::kw_walk
        | Rule::kw_carrying
        | Rule::kw_keep
        | Rule::kw_draw
        | Rule::kw_order
        | Rule::kw_allocate
        | Rule::kw_remainder
        | Rule::kw_largest
        | Rule::kw_date
        | Rule::kw_time
        | Rule::kw_instant
        | Rule::kw_zone
        | Rule::kw_split
        | Rule::kw_increments
        | Rule::kw_expect
        | Rule::kw_no
        | Rule::kw_refusal
        | Rule::kw_error
        | Rule::kw_explanation
        | Rule::kw_day => (Rank::Needed, Words::Word),
    }
}
