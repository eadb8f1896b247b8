//! What binds how: each expression has the tree of another that says the same with all its parentheses.

use super::{shape_of, tree_of};

#[track_caller]
fn same(short: &str, long: &str) {
    let tree = |expression: &str| shape_of(&tree_of(&format!("ruleset r {{ currency USD }}\nlet a = {expression}\n")));
    assert_eq!(tree(short), tree(long), "{short}");
}

#[track_caller]
fn differ(one: &str, other: &str) {
    let tree = |expression: &str| shape_of(&tree_of(&format!("ruleset r {{ currency USD }}\nlet a = {expression}\n")));
    assert_ne!(tree(one), tree(other));
}

#[test]
fn operators_bind_by_the_table_of_precedences() {
    same("x + y * z", "x + (y * z)");
    same("x - y - z", "(x - y) - z");
    same("x / y / z", "(x / y) / z");
    same("x - y + z", "(x - y) + z");
    same("18.5% of x * y", "(18.5% of x) * y");
    same("18.5% of x + y", "(18.5% of x) + y");
    same("10% of 5% of x", "10% of (5% of x)");
    same("20% contained in x + y", "(20% contained in x) + y");
    same("1 USD per started 100 USD of x + y", "(1 USD per started 100 USD of x) + y");
    same("-x * y", "(-x) * y");
    same("-x.y", "-(x.y)");
    same("-x as number", "-(x as number)");
    same("x * y as number in lb", "x * (y as number in lb)");
    same("x + 1 < y * 2", "(x + 1) < (y * 2)");
    same("x + 1 is given", "(x + 1) is given");
    same("not x is 3", "not (x is 3)");
    same("not x and y", "(not x) and y");
    same("x and y or z and w", "(x and y) or (z and w)");
    same("x or y otherwise z", "(x or y) otherwise z");
    same("x otherwise y otherwise z", "x otherwise (y otherwise z)");
    same("x is from 1 + 1 through 2 * 2", "x is from (1 + 1) through (2 * 2)");
}

#[test]
fn stages_apply_to_all_before_them() {
    same("x + y rounded to 1", "(x + y) rounded to 1");
    same("if c then x else y rounded to 1", "(if c then x else y) rounded to 1");
    same("x otherwise y less 3%", "(x otherwise y) less 3%");
    same("x less 3% of y + z", "x less ((3% of y) + z)");
    differ("x + (y rounded to 1)", "x + y rounded to 1");
    same("greatest of (x, y rounded up to 1 lb)", "greatest of (x, (y rounded up to 1 lb))");
}

#[test]
fn branches_nest_to_the_right() {
    same("if a then b else if c then d else e", "if a then b else (if c then d else e)");
    same("if a then if b then c else d else e", "if a then (if b then c else d) else e");
    same("if a or b then c + d else e otherwise f", "if (a or b) then (c + d) else (e otherwise f)");
}

#[test]
fn an_aggregate_takes_a_whole_sum_before_for_each_and_one_value_without() {
    same("sum of x.a * x.b + 1 for each x in l", "sum of (x.a * x.b + 1) for each x in l");
    same("sum of x.a for each x in l + 1", "(sum of x.a for each x in l) + 1");
    same("sum of l + 1", "(sum of l) + 1");
    same("count of l - 1", "(count of l) - 1");
    same("2 * sum of l.fees * 3", "(2 * (sum of l.fees)) * 3");
    same("10% of sum of l + m", "(10% of (sum of l)) + m");
    same("sum of l + sum of m", "(sum of l) + (sum of m)");
    same("sum of sum of l + 1", "(sum of (sum of l)) + 1");
    same("sum of x.a for each x in l where x.b > 1 and x.c", "sum of x.a for each x in l where ((x.b > 1) and x.c)");
    same("first of l + 1", "(first of l) + 1");
    differ("greatest of (a, b)", "greatest of [a, b]");
}

#[test]
fn a_date_after_the_field_of_a_row_is_the_date_of_the_row() {
    same("t[k].price on d", "(t[k] on d).price");
    differ("t[k] on d.price", "(t[k] on d).price");
}

#[test]
fn ranges_mean_the_same_with_and_without_from() {
    same("x is 1 through 2", "x is from 1 through 2");
    same("x is not 1 until 2", "x is not from 1 until 2");
}
