//! Where nobody watches, the evaluator takes shorter ways: fields of elements without the elements, a branch without the conditions
//! before it. What comes of them is what is watched, and what is reckoned here by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod eval;

use eval::{Case, case, summary};
use ratewright::eval::{Coverage, Hosts, Limits};

const RULES: &str = "ruleset t \"t\" { currency USD }
enum Plan { A, B, C, D, E }
record Line { plan : Plan  quantity : number  note : text  other : Plan? }
input { lines : list of Line  chosen : Plan = E  maybe : Plan? }
function rate(plan : Plan, quantity : number) =
  if plan is A then quantity * 1 USD
  else if plan is C then (if plan is B then 100 USD else if plan is C then quantity * 2 USD else 200 USD)
  else if plan is D then 4 USD
  else if quantity > 5 then 7 USD
  else if plan is B then 0.25 USD
  else quantity * 0.5 USD
function code(plan : Plan) = if plan is B then 2 else if plan is A then 1 else if plan is D then 4 else 9
charge LINE \"{line.note}\" for each line in lines where line.quantity > 0 = rate(line.plan, line.quantity)
output codes = list of code(line.plan) for each line in lines
output chosen_code = if chosen is A then 1 else if chosen is B then 2 else if chosen is C then 3 else 5
output maybe_code = if maybe is given then (if maybe is A then 1 else if maybe is B then 2 else if maybe is C then 3 else 4) else 0
output here = sum of (if line.plan is A then 1 else if line.plan is B then 20 else if line.plan is C then 300 else 4000) for each line in lines
output others = sum of (if line.other is given then code(line.other) else 0) for each line in lines
output least = if count of lines > 0 then (the line in lines with least line.quantity tie first).note else \"none\"
output alike = sum of (sum of second.quantity for each second in lines where second.plan is line.plan) for each line in lines
output sorted = list of line.quantity for each line in lines where line.plan is not E sorted by line.quantity descending
output large = count of each line in lines where line.quantity > 2
output any_d = any line in lines has line.plan is D
output groups = list of group.key for each group in (group line in lines by line.plan)
output walked = (walk line in lines carrying n = sum of line.quantity for each line in lines {
  let twice = line.quantity * 2
  keep { note = line.note, n = n } when line.quantity > 2
  next n = n + twice
}).final.n
output thirds = sum of line.quantity / 3 for each line in lines
";

/// The same quote without and with an observer; without, for every number of steps as well.
#[track_caller]
fn unwatched(case: &Case) -> String {
    for steps in (0..60).chain([10_000]) {
        let limits = Limits { steps, ..Limits::default() };
        let watched = case.price_with(&Hosts::default(), &limits, &mut Coverage::new());
        assert_eq!(case.price_within(&limits), watched, "{steps} steps");
    }
    let quote = case.price().unwrap();
    let outputs: Vec<String> = quote.outputs().map(|output| format!("{} {}", output.name(), output.value())).collect();
    format!("{}\n{}", summary(&quote), outputs.join("\n"))
}

#[test]
fn fields_and_branches_are_those_that_are_watched() {
    let line = |plan: &str, quantity: &str, more: &str| {
        format!("{{ plan = {plan}, quantity = {quantity}, note = \"{plan} {quantity}\"{more} }}")
    };
    let lines = [
        line("A", "3", ", other = B"),
        line("B", "2", ""),
        line("C", "1.5", ", other = E"),
        line("D", "10", ""),
        line("E", "6", ", other = A"),
        line("B", "0", ""),
    ];
    let given = format!("given lines = [{}]", lines.join(", "));
    let expected = "LINE 3.00 USD; LINE 0.25 USD; LINE 3.00 USD; LINE 4.00 USD; LINE 7.00 USD; total 17.25 USD
codes [1, 2, 9, 4, 9, 2]
chosen_code 5
maybe_code 0
here 8341
others 12
least B 0
alike 24.5
sorted [10, 3, 2, 1.5, 0]
large 3
any_d yes
groups [A, B, C, D, E]
walked 67.5
thirds 7.5";
    assert_eq!(unwatched(&case(RULES, &given)), expected);
}

#[test]
fn every_member_is_led_to_its_branch() {
    for (member, code) in [("A", 1), ("B", 2), ("C", 3), ("D", 4), ("E", 4)] {
        let case = case(RULES, &format!("given lines = []\ngiven chosen = {member}\ngiven maybe = {member}"));
        let outputs = unwatched(&case);
        let chosen = if code == 4 { 5 } else { code };
        assert!(outputs.contains(&format!("chosen_code {chosen}\nmaybe_code {code}\nhere 0")), "{member}: {outputs}");
    }
}

/// A function that stands in the place of its first call is as deep there, and takes as many steps, as where it is called.
#[test]
fn a_function_in_place_of_a_call_is_as_deep_as_a_call() {
    let rules = |more: &str| {
        format!(
            "ruleset t \"t\" {{ currency USD }}\ninput {{ n : number  yes_ : yes/no = yes }}
function inner(a : number) = if yes_ then a + 1 else a * (2 + (3 + (4 + a)))
{more}function outer(b : number) = 5 * (4 + (3 + inner(b + (1 + n))))
charge A = (1 + (2 + outer(n))) * 1 USD"
        )
    };
    // The function that calls the other is called; the other stands in it, or is called where something before it stands in its place.
    let in_place = case(&rules(""), "given n = 2");
    let called =
        case(&rules("function earlier(c : number) = inner(c)\nflag F \"\" when earlier(0) > 1000\n"), "given n = 2");
    let least =
        |case: &Case, least: &dyn Fn(u32) -> Limits| (0..100).find(|limit| case.price_within(&least(*limit)).is_ok());
    let by_depth = |depth: u32| Limits { depth, ..Limits::default() };
    assert_eq!(least(&in_place, &by_depth), least(&called, &by_depth));
    let by_steps = |steps: u32| Limits { steps: u64::from(steps), ..Limits::default() };
    // One call more, and one in it.
    assert_eq!(least(&in_place, &by_steps).map(|steps| steps + 2), least(&called, &by_steps));
    assert_eq!(summary(&in_place.price().unwrap()), "A 68.00 USD; total 68.00 USD"); // 5 × (4 + 3 + 6) + 3
}
