//! Rules and inputs that are made to take a machine's time or memory: each ends in words, within a number that `docs/attacks.md` states.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use ratewright::eval::Limits;
use ratewright::source::SourceMap;
use ratewright::{Compiler, RuleSet, syntax};

/// How deep or how often: far more than any limit.
const FAR: usize = 100_000;

/// What is compiled from the rules with a header, or the code and the text of the first error.
fn compile(rules: &str) -> Result<RuleSet, (String, String)> {
    RuleSet::compile(&headed(rules)).map_err(|rejected| {
        let first = rejected.diagnostics.iter().find(|one| one.severity == ratewright::diagnostic::Severity::Error);
        let first = first.unwrap();
        assert!(!rejected.sources.text(first.primary.span).is_empty() || first.primary.span.start > 0, "no place");
        (first.code.to_string(), first.title.clone())
    })
}

fn headed(rules: &str) -> String {
    format!("ruleset r \"R\" {{ currency USD }}\n{rules}\n")
}

/// Runs on a thread as small as a host's may be.
fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap()
}

/// Texts nested or repeated far beyond the limits, each with the code that it gets.
fn deep() -> Vec<(&'static str, String)> {
    let around = |before: &str, inner: &str, after: &str| format!("{}{inner}{}", before.repeat(FAR), after.repeat(FAR));
    vec![
        ("RW0105", format!("charge A = {}", around("(", "1 USD", ")"))),
        ("RW0105", format!("charge A = {}", "(".repeat(FAR))),
        ("RW0105", format!("let a = {}", around("[", "1", "]"))),
        ("RW0105", format!("charge A = {}", around("if yes then ", "1 USD", " else 0 USD"))),
        ("RW0105", format!("charge A = 1 USD when {}yes", "not ".repeat(FAR))),
        ("RW0105", format!("charge A = {}1 USD", "-".repeat(FAR))),
        ("RW0105", format!("output o = {}", around("sum of x * (", "1", ")"))),
        ("RW0105", format!("windows w in zone \"UTC\" {}", "{ ".repeat(FAR))),
        ("RW0106", format!("charge A = 1 USD{}", " + 1 USD".repeat(FAR))),
        ("RW0106", format!("charge A = if yes then 1 USD {}else 0 USD", "else if no then 1 USD ".repeat(FAR))),
        ("RW0104", format!("let {} = 1", "a".repeat(FAR))),
        ("RW0107", format!("charge A = {} USD", "9".repeat(FAR))),
        ("RW0107", format!("charge A = 0.{} USD", "9".repeat(FAR))),
    ]
}

#[test]
fn what_is_nested_or_repeated_too_often_is_refused_and_left_as_it_is() {
    on_a_small_stack(|| {
        for (code, rules) in deep() {
            let shown: String = rules.chars().take(40).collect();
            assert_eq!(compile(&rules).err().map(|(code, _)| code).as_deref(), Some(code), "{shown}");
            let text = headed(&rules);
            let file = SourceMap::default().add("r.rules", &text);
            let (tree, problems) = syntax::parse(file, &text);
            assert!(!problems.is_empty(), "{shown}");
            assert!(syntax::format(&tree, &text) == text, "{shown}: what has problems was changed");
        }
    });
}

#[test]
fn inputs_nested_far_are_refused_by_the_type_that_stands_there() {
    on_a_small_stack(|| {
        let rules = compile("input { l : list of number  n : number = 1 }\noutput o = sum of l").unwrap();
        for (input, words) in [
            (format!("{{\"l\": {}{}}}", "[".repeat(FAR), "]".repeat(FAR)), "`l[0]`: expected a number"),
            (format!("{}1{}", "{\"l\": ".repeat(FAR), "}".repeat(FAR)), "`l`: expected a list, found an object"),
            (format!("{}1{}", "{\"a\": ".repeat(FAR), "}".repeat(FAR)), "there is no such field"),
            (format!("{{\"l\": [1], \"n\": {}", "[".repeat(FAR)), "input not accepted"),
        ] {
            let error = rules.quote_json(&input).unwrap_err().to_string();
            assert!(error.contains(words) && error.len() < 300, "{error}");
        }
    });
}

#[test]
fn numbers_of_many_digits_and_far_exponents_are_refused() {
    let rules = compile("input { n : number  m : money = 0 USD  w : mass in lb = 1 lb }\noutput o = n").unwrap();
    let many = "9".repeat(1_000_000);
    for (input, words) in [
        ("{\"n\": 1e999999999}".to_owned(), "an exponent is at most 100, up or down"),
        ("{\"n\": 1e-99999999999999999999}".to_owned(), "an exponent is at most 100, up or down"),
        (format!("{{\"n\": 1e{many}}}"), "an exponent is at most 100, up or down"),
        (format!("{{\"n\": {many}}}"), "a number has at most 100 digits"),
        (format!("{{\"n\": 0.{many}}}"), "a number has at most 100 digits"),
        (format!("{{\"n\": \"{many}\"}}"), "a text has at most 10000 characters"),
        (format!("{{\"n\": \"{}\"}}", &many[..9_000]), "a number has at most 100 digits"),
        (format!("{{\"n\": 1, \"m\": \"{} USD\"}}", &many[..9_000]), "a number has at most 100 digits"),
        (format!("{{\"n\": 1, \"w\": \"{} lb\"}}", &many[..9_000]), "a number has at most 100 digits"),
    ] {
        let error = rules.quote_json(&input).unwrap_err().to_string();
        assert!(error.contains(words) && error.len() < 300, "{words}: {}", &error[..error.len().min(300)]);
    }
    let error = rules.quote_fields(&[("n", many.as_str())]).unwrap_err().to_string();
    assert!(error.contains("a text has at most 10000 characters") && error.len() < 300, "{error}");
    // A number that is multiplied with itself sixty times would have 2^60 digits.
    let square: String = (1..=60).map(|at| format!("let a{at} = a{0} * a{0}\n", at - 1)).collect();
    let rules = compile(&format!("input {{ n : number }}\nlet a0 = n\n{square}output o = a60")).unwrap();
    let error = rules.quote_json("{\"n\": 7}").unwrap_err().to_string();
    assert!(error.contains("overflow: the number is too large or too finely divided"), "{error}");
}

/// Sixty definitions, each of which names the one before twice.
fn doubling(first: &str, next: impl Fn(&str) -> String, end: &str) -> String {
    let steps: String = (1..=60).map(|at| format!("let a{at} = {}\n", next(&format!("a{}", at - 1)))).collect();
    format!("let a0 = {first}\n{steps}{end}")
}

#[test]
fn a_definition_that_names_another_twice_computes_it_once() {
    let sum = doubling("n", |before| format!("{before} + {before}"), "charge A = a60 * 1 USD");
    let limits = Limits { steps: 1_000, ..Limits::default() };
    let rules =
        Compiler::new().source("r", &headed(&format!("input {{ n : number }}\n{sum}"))).limits(limits).compile("r");
    let rules = rules.unwrap();
    let (quote, explanation) = rules.explain_json("{\"n\": 1}").unwrap();
    assert_eq!(quote.totals()[0].amount.to_string(), "1152921504606846976");
    assert!(explanation.to_text().len() < 50_000, "{}", explanation.to_text().len());
    assert!(!rules.difference(&rules).changes_meaning());
}

#[test]
fn what_doubles_ends_at_its_limit() {
    let error = |rules: &str, input: &str| {
        let limits = Limits { steps: 10_000, ..Limits::default() };
        let compiled = Compiler::new().source("r", &headed(rules)).limits(limits).compile("r");
        let compiled = compiled.unwrap_or_else(|rejected| panic!("{rejected:?}"));
        let error = compiled.quote_json(input).unwrap_err();
        assert_eq!(compiled.explain_json(input).unwrap_err().to_string(), error.to_string());
        error.to_string()
    };
    let list = doubling("[1]", |before| format!("concatenated({before}, {before})"), "output o = count of a60");
    assert_eq!(error(&list, "{}"), "limit reached: a list has more than 100000 elements");
    let text = format!("input {{ t : text }}\nflag F \"{}\" when characters(t) > 0", "{t}".repeat(60));
    let long = format!("{{\"t\": \"{}\"}}", "x".repeat(10_000));
    assert_eq!(error(&text, &long), "limit reached: a text is longer than 100000 bytes");
    let calls: String =
        (1..=60).map(|at| format!("function f{at}(x : number) = f{0}(x) + f{0}(x)\n", at - 1)).collect();
    let calls = format!("input {{ n : number }}\nfunction f0(x : number) = x\n{calls}output o = f60(n)");
    assert_eq!(error(&calls, "{\"n\": 1}"), "limit reached: the quote takes more than 10000 steps");
}

/// Conditions that ask a definition twice, which asks the one before twice: what is told of branches that are never taken is looked for behind a
/// thousand of them and no more, or this would not end.
#[test]
fn conditions_that_double_are_looked_at_up_to_a_limit() {
    let by_value = doubling("n", |before| format!("if {before} > 7 then {before} + 1 else {before} + 2"), "");
    let by_answer = doubling("y", |before| format!("if {before} then not {before} else {before} or y"), "");
    for (rules, end) in [(by_value, "a60 > 3"), (by_answer, "a60")] {
        let rules = format!("input {{ n : number  y : yes/no }}\n{rules}charge A = 1 USD when {end}");
        let rules = compile(&rules).unwrap_or_else(|error| panic!("{error:?}\n{rules}"));
        assert!(rules.quote_json("{\"n\": 1, \"y\": true}").is_ok());
    }
    // A condition that says nothing new is still told of behind many others.
    let many: String = (0..2_000).map(|at| format!("charge C{at} = 1 USD when n > {at}\n")).collect();
    let rules = format!(
        "input {{ n : number }}\nlet d = n + 1\n{many}charge LAST = if d > 5 then (if d > 4 then 1 USD else 2 USD) else 3 USD"
    );
    let rules = compile(&rules).unwrap();
    let said: Vec<&str> = rules.warnings().iter().map(|one| one.title.as_str()).collect();
    assert!(said.contains(&"an `else` that is never reached"), "{said:?}");
}

#[test]
fn records_that_hold_each_other_twice_are_described_once_and_ten_thousand_fields_are_the_most() {
    let declared = |most: usize| {
        let records: String = (1..=most).map(|at| format!("record R{at} {{ a : R{0}  b : R{0} }}\n", at - 1)).collect();
        format!("record R0 {{ a : number }}\n{records}input {{ r : R{most} }}\ncharge A = 1 USD")
    };
    // A record of so many levels has 3 * 2^levels - 2 fields in all: 6,142 of eleven, 12,286 of twelve.
    let (code, words) = compile(&declared(12)).unwrap_err();
    assert_eq!((code.as_str(), words.contains("10000 fields in one record")), ("RW0418", true), "{words}");
    assert_eq!(compile(&declared(60)).unwrap_err().0, "RW0418");
    let rules = compile(&declared(11)).unwrap();
    assert!(rules.quote_json("{}").unwrap_err().to_string().contains("`r`: missing"));
    assert!(rules.input_schema().to_string().len() < 100_000);
}

#[test]
fn a_million_elements_are_refused_where_the_limit_is_passed() {
    let rules = compile("input { l : list of number }\noutput o = sum of l").unwrap();
    let input = format!("{{\"l\": [{}1]}}", "1,".repeat(1_000_000));
    let error = rules.quote_json(&input).unwrap_err().to_string();
    assert_eq!(error, "input not accepted: `l`: a list has at most 100000 elements here");
}

#[test]
fn an_enumeration_of_a_hundred_thousand_members_is_read_in_one_pass() {
    let members: Vec<String> = (0..FAR).map(|at| format!("m{at}")).collect();
    let rules = format!("enum E {{ {} }}\ninput {{ e : E }}\ncharge A = 1 USD when e is m5", members.join(", "));
    assert_eq!(compile(&rules).unwrap().quote_json("{\"e\": \"m5\"}").unwrap().totals().len(), 1);
    let twice = compile(&rules.replace("m99999", "m0")).unwrap_err();
    assert_eq!(twice, ("RW0202".to_owned(), "`E` has `m0` twice".to_owned()));
}

#[test]
fn a_path_that_leads_elsewhere_is_refused_where_it_is_written() {
    struct Nothing;
    impl ratewright::Loader for Nothing {
        fn load(&self, path: &str) -> Result<String, String> {
            assert!(!path.starts_with('/') && !path.contains('\\') && !path.contains('\0'), "asked for {path}");
            Err("a path may not lead out of the folder".to_owned())
        }
    }
    for path in [
        "../../../etc/passwd",
        "/etc/passwd",
        "a/../../b.rules",
        "C:/rates.csv",
        "\\\\host\\rates.csv",
        "file:///etc/passwd",
    ] {
        let path = path.replace('\\', "\\\\");
        for item in [format!("import \"{path}\""), format!("table t from \"{path}\" {{ a : text -> b : text }}")] {
            let rejected = Compiler::new()
                .source("rules/main.rules", &headed(&item))
                .loader(Nothing)
                .compile("rules/main.rules")
                .unwrap_err();
            let problem = &rejected.diagnostics[0];
            assert_eq!(problem.code.to_string(), "RW0200", "{item}: {}", problem.title);
            assert!(rejected.sources.text(problem.primary.span).contains(path.trim_start_matches("a/")), "{item}");
        }
    }
}

/// Rows of wide ranges in six columns, at random places: what they have in common is more than can be looked at.
fn wide(rows: u64) -> (String, String) {
    let columns: String = (0..6).map(|at| format!("  k{at} : number by range\n")).collect();
    let inputs: Vec<String> = (0..6).map(|at| format!("k{at} : number")).collect();
    let rules = format!(
        "input {{ {} }}\ntable t from \"t.csv\" first {{\n{columns}  -> price : money\n}}\ncharge A = t[k0, k1, k2, k3, k4, k5].price",
        inputs.join(", ")
    );
    let (mut table, mut state) = ("k0,k1,k2,k3,k4,k5,price\n".to_owned(), 1_u64);
    for row in 0..rows {
        for _ in 0..6 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let low = (state >> 33) % 1_000;
            table.push_str(&format!("over {low} up to {},", low + 1 + (state >> 45) % 1_000));
        }
        table.push_str(&format!("{}.00 USD\n", row % 100));
    }
    (headed(&rules), table)
}

#[test]
fn a_table_of_wide_ranges_is_accepted_and_its_rows_are_said_to_be_undecided() {
    let (rules, table) = wide(3_000);
    let rules = Compiler::new().source("r.rules", &rules).source("t.csv", &table).compile("r.rules").unwrap();
    let input = r#"{"k0": 900, "k1": 900, "k2": 900, "k3": 900, "k4": 900, "k5": 900}"#;
    // The first row all of whose ranges hold 900, by reading the file.
    let holds = |line: &&str| {
        line.split(',').take(6).all(|cell| {
            let words: Vec<&str> = cell.split(' ').collect();
            words[1].parse::<u32>().unwrap() < 900 && 900 <= words[4].parse::<u32>().unwrap()
        })
    };
    let price = table.lines().skip(1).find(holds).unwrap().split(',').next_back().unwrap().to_owned();
    assert_eq!(format!("{}.00 USD", rules.quote_json(input).unwrap().totals()[0].amount), price);
}

#[test]
fn rows_that_all_match_are_told_of_in_few_words() {
    let (rules, _) = wide(0);
    let rules = rules.replace("\"t.csv\" first", "\"t.csv\"");
    let rows: String = (0..20_000).map(|row| format!("any,any,any,any,any,any,{}.00 USD\n", row % 100)).collect();
    let table = format!("k0,k1,k2,k3,k4,k5,price\n{rows}");
    let rejected = Compiler::new().source("r.rules", &rules).source("t.csv", &table).compile("r.rules").unwrap_err();
    let codes: Vec<String> = rejected.diagnostics.iter().map(|one| one.code.to_string()).collect();
    assert!(codes.len() < 50 && codes.contains(&"RW0511".to_owned()), "{codes:?}");
}

/// Sixty definitions, each of which holds the one before twice.
fn doubled(first: &str, twice: &str, use_of_last: &str) -> String {
    let rest: String =
        (1..=60).map(|at| format!("let a{at} = {}\n", twice.replace("it", &format!("a{}", at - 1)))).collect();
    format!("let a0 = {first}\n{rest}{}", use_of_last.replace("it", "a60"))
}

#[test]
fn lists_that_hold_the_one_before_twice_reach_a_limit_however_they_are_used() {
    for use_of_last in [
        "output o = it",
        "charge A = if it is it then 1 USD else 2 USD",
        "charge A = if (count of distinct of it) > 1 then 1 USD else 2 USD",
        "charge A \"x {text_from(it)}\" = 1 USD",
        "charge A = 1 USD * count of it",
        "charge A = if a59 is one of it then 1 USD else 2 USD",
    ] {
        for twice in ["[it, it]", "list of it for each n in [1, 2]", "concatenated([it], [it])"] {
            let rules = compile(&doubled("[1]", twice, use_of_last)).unwrap();
            for failed in [rules.quote_json("{}").unwrap_err(), rules.explain_json("{}").unwrap_err()] {
                assert!(failed.to_string().contains("1000000 values in all"), "{use_of_last}: {failed}");
            }
        }
    }
}

#[test]
fn what_is_compared_as_a_whole_counts_as_steps() {
    // 2,500 rows are each looked for among themselves, half of them on the way: 3.1 million comparisons.
    let rules = |row: &str| {
        let rules = "input { n : list of integer }\nlet rows = list of ROW for each x in n\n\
            output o = sum of (if row is one of rows then 1 else 0) for each row in rows";
        compile(&rules.replace("ROW", row)).unwrap()
    };
    let input = format!("{{\"n\": {:?}}}", (0..2_500).collect::<Vec<_>>());
    assert_eq!(rules("x + 0").quote_json(&input).unwrap().output("o").unwrap().to_string(), "2500");
    // With four values in each row they are 15.6 million.
    let failed = rules("[[x], [x]]").quote_json(&input).unwrap_err().to_string();
    assert!(failed.contains("10000000 steps"), "{failed}");
}

#[test]
fn records_that_hold_the_one_before_twice_are_refused() {
    for twice in ["{ x = it, y = it }", "{ x = [it, it], y = [it] }"] {
        let (code, words) = compile(&doubled("{ x = 1 }", twice, "charge A = 1 USD when it is it")).unwrap_err();
        assert_eq!((code.as_str(), words.contains("10000 fields in one record")), ("RW0418", true), "{words}");
    }
}

#[test]
fn what_an_editor_shows_as_a_line_of_its_own_is_never_silently_a_comment() {
    for end in ["\r", "\u{2028}", "\u{2029}", "\u{85}", "\u{B}", "\u{C}"] {
        let (code, words) = compile(&format!("charge A = 1 USD\n# the second{end}charge B = 2 USD")).unwrap_err();
        assert_eq!((code.as_str(), words.contains("looks like the end of a line")), ("RW0101", true), "{words}");
    }
    let text = headed("# a\ncharge A = 1 USD # b\n# the second\ncharge B = 2 USD").replace('\n', "\r\n");
    let quote = RuleSet::compile(&text).unwrap().quote_json("{}").unwrap();
    assert_eq!(quote.totals()[0].to_string(), "3.00 USD");
}
