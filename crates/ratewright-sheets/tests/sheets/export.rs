//! A table that was exported is read again as the same table.

use crate::support::{Files, compile};
use proptest::prelude::*;
use ratewright::table::{Default as Miss, Table};
use ratewright::{Compiler, Directory, RuleSet};
use ratewright_sheets::{Export, Sheets};
use std::path::Path;

fn table<'a>(rules: &'a RuleSet, name: &str) -> &'a Table {
    rules.program().tables.iter().find(|table| table.name == name).unwrap()
}

/// All that a table says, without places and numbers of rows.
fn said(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().map(|column| format!("{} {:?} {:?}", column.name, column.role, column.ty));
    let miss = match &table.default {
        Miss::Error => "error".to_owned(),
        Miss::Row => "row".to_owned(),
        Miss::Refuse(code, message, _) => format!("refuse {code:?} {message:?}"),
    };
    let rows = (0..table.len() as u32)
        .map(|row| format!("{:?} because {:?}", table.cells(row).collect::<Vec<_>>(), table.because(row)));
    columns.chain([format!("{:?} {miss}", table.policy)]).chain(rows).collect()
}

/// The table read again from its CSV and its sheet, in a rule set that declares what `before` holds.
fn again(rules: &RuleSet, name: &str, before: &str) -> [Vec<String>; 2] {
    let export = Export::of(rules.program(), name).unwrap();
    let mut csv = Vec::new();
    export.csv(&mut csv).unwrap();
    let files = [("t.csv", csv), ("t.xlsx", export.xlsx().unwrap())];
    files.map(|(path, bytes)| {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let text = format!("{before}\n{}", export.declaration(path));
        let read =
            compile(&text, Files::of([(path, bytes)])).unwrap_or_else(|error| panic!("{error}\n{text}\n{shown}"));
        said(table(&read, name))
    })
}

fn comes_back(before: &str, tables: &str, name: &str) {
    let rules = compile(&format!("{before}\n{tables}"), Files::of([])).unwrap_or_else(|error| panic!("{error}"));
    let expected = said(table(&rules, name));
    for read in again(&rules, name, before) {
        assert_eq!(read, expected);
    }
}

const HEADER: &str = "ruleset r { currency USD  priced on day }\ninput { day : date }\nenum Service { ground \"Ground\", two_day, `when`, any }\n";

#[test]
fn every_kind_of_key_and_value_comes_back() {
    comes_back(
        HEADER,
        r#"table t collect list {
            service : Service
            zone    : integer by range
            weight  : mass in lb by break
            code    : text by longest prefix
            lane    : text
            valid
            -> price   : money
            -> per     : EUR per cwt
            -> part    : percent
            -> note    : text
            -> maybe   : text?
            -> insured : yes/no
            -> starts  : date
            -> at      : time
            -> moment  : instant
            -> term    : months
            -> where_  : zone

            | service             | zone             | weight | code         | lane                  | valid                         || price | per  | part     | note                       | maybe | insured | starts     | at    | moment                    | term     | where_        | because        |
            | ground              | 2 through 4      | 0.5    | 07           | GB, FR                | 2026-01-01 through 2026-06-30 || 9.10  | 1.5  | 18.5%    | plain, with a comma        |       | yes     | 2026-01-05 | 08:00 | 2026-03-03T19:59:40+01:00 | 1 month  | Europe/London | "Rate sheet 3" |
            | "when", two_day     | over 1 until 2   | 8 oz   | exactly AB10 | "any", "GB, FR"       | from 2026-07-01               || -1    | 0    | 0.0001%  | "refuse \"R7\" \"no\""     | x     | no      | 1899-12-31 | 23:59:59 | 2026-03-03T19:59:40Z   | 12 months | UTC          |                |
            | any                 | any              | 1      | any          | any                   | any                           || 12345678901234.56 | 12345678901234567.25 | -5% | " blanks "  | "any" | no      | 2026-02-01 | 00:00 | 2026-03-03T19:59:40.5Z    | 2 years  | Asia/Tokyo    | "over 5"       |
            | "any"               | under 7          | 2      | "exactly x"  | "say \"no\" \\ often" | under 2026-01-01              || 1     | 0.25 | 100%     | "two\nlines"               | ""    | no      | 2026-02-01 | 00:00 | 2026-03-03T19:59:40Z      | 0 months | UTC           |                |
            | otherwise                                                                                                                      || 1     | 1    | 1%       | -                          |       | no      | 2026-02-01 | 00:00 | 2026-03-03T19:59:40Z      | 1 month  | UTC           |                |
        }"#,
        "t",
    );
}

#[test]
fn refusals_periods_policies_and_crosstabs_come_back() {
    comes_back(
        HEADER,
        r#"table t priority highest rank { x : number by range  -> v : integer  -> rank : integer
            | x | v | rank |
            | over 5 | 1 | 2 |
            | otherwise | refuse "R7" "no \"rate\" for {x}, {{really}" | }"#
            .replace("| x | v |", "| x || v |")
            .replace("5 | 1", "5 || 1")
            .replace("otherwise |", "otherwise ||")
            .as_str(),
        "t",
    );
    let period = |days: &str, price: &str| {
        format!(
            "table t unique effective {days} {{ zone : integer\n -> price : money\n | zone || price |\n | 1 || {price} | }}\n"
        )
    };
    let both = period("2026-01-01 through 2026-06-30", "10.00") + &period("2026-07-01 through 2026-12-31", "12.00");
    comes_back(HEADER, &both, "t");

    let crosstab = "table t crosstab {\n service : Service\n across weight : mass in lb by break\n -> rate : USD per cwt\n | service || 0 | 500 | 1000 |\n | ground || 48.12 | 41.06 | 33.87 |\n | two_day || 55.40 | 47.20 | 39.02 |\n}";
    comes_back(HEADER, crosstab, "t");
}

#[test]
fn a_contract_exports_what_its_overrides_made_of_the_table() {
    let base = "ruleset base { currency USD }\ntable t {\n zone : integer\n -> price : money\n | zone || price |\n | 1 || 9.12 |\n | 2 || 10.44 |\n}";
    let contract = "ruleset acme extends base from \"base.rules\" { currency USD }\noverride table t { | 2 || 8.00 | }";
    let rules = compile(contract, Files::of([("base.rules", base.into())])).unwrap();
    let mut csv = Vec::new();
    Export::of(rules.program(), "t").unwrap().csv(&mut csv).unwrap();
    assert_eq!(String::from_utf8(csv).unwrap(), "zone,price\n1,9.12\n2,8\n");
    let expected = said(table(&rules, "t"));
    for read in again(&rules, "t", "ruleset r { currency USD }") {
        assert_eq!(read, expected);
    }
}

#[test]
fn what_has_no_exact_text_is_refused() {
    let rules = "ruleset r { currency USD }\ntable t {\n weight : mass in lb by range\n -> price : money\n | weight || price |\n | up to 1 kg || 1 |\n}";
    let rules = compile(rules, Files::of([])).unwrap();
    let error = Export::of(rules.program(), "t").unwrap_err();
    let help = "is a fraction that no decimal gives exactly; write that row in the column's own unit";
    assert!(error.starts_with("in column `weight`, ") && error.ends_with(help), "{error}");
    let error = Export::of(rules.program(), "tt").unwrap_err();
    assert_eq!(error, "the rule set has no table `tt`; did you mean `t`?");
}

#[test]
fn the_tables_of_the_real_tariffs_come_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut seen = 0;
    for folder in ["freight", "billing"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            if !name.ends_with(".rules") {
                continue;
            }
            let Ok(rules) = Compiler::new().loader(Sheets::of(Directory::new(&root))).compile(&name) else { continue };
            let mut text = std::fs::read_to_string(&path).unwrap();
            let mut compiler = Compiler::new().loader(Directory::new(&root));
            for table in &rules.program().tables {
                let export = Export::of(rules.program(), &table.name).unwrap();
                let mut csv = Vec::new();
                export.csv(&mut csv).unwrap();
                let file = format!("{}.csv", table.name);
                let Some(replaced) = replace(&text, &table.name, &export.declaration(&file)) else { continue };
                text = replaced;
                compiler = compiler.source(&format!("{folder}/{file}"), &String::from_utf8(csv).unwrap());
            }
            let again =
                compiler.source(&name, &text).compile(&name).unwrap_or_else(|rejected| panic!("{name}: {rejected}"));
            for one in &rules.program().tables {
                assert_eq!(said(table(&again, &one.name)), said(one), "{name} {}", one.name);
                seen += 1;
            }
        }
    }
    assert!(seen >= 8, "only {seen} tables were found");
}

/// The rules with another declaration of a table in the stead of all that it has; `None` where they declare none.
fn replace(text: &str, name: &str, declaration: &str) -> Option<String> {
    let mut sources = ratewright::source::SourceMap::default();
    let file = sources.add("", text);
    let (tree, _) = ratewright::syntax::parse(file, text);
    let is_it = |kind: &ratewright::syntax::ast::ItemKind| matches!(kind, ratewright::syntax::ast::ItemKind::Table(table) if table.name.text == name);
    let spans: Vec<_> = tree.items.iter().filter(|item| is_it(&item.kind)).map(|item| item.span).collect();
    let first = *spans.first()?;
    let mut text = text.to_owned();
    for span in spans.iter().rev() {
        let new = if *span == first { declaration } else { "" };
        text.replace_range(span.start as usize..span.end as usize, new);
    }
    Some(text)
}

/// A text as a cell of the language holds any: in quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn any_text() -> impl Strategy<Value = String> {
    let words = [
        "any",
        "otherwise",
        "*",
        "GB, FR",
        "a\"b",
        " lead",
        "over 5",
        "x\ny",
        "07030",
        "",
        "exactly x",
        "refuse \"R\" \"m\"",
        "1 until 2",
        "=1+1",
        "1e5",
        "yes",
        "\u{a0}5",
        "运费",
        "a\\nb",
        "up to",
        "#N/A",
        "TRUE",
        "2026-01-05",
        "_x0041_",
    ];
    prop_oneof![proptest::sample::select(words.map(str::to_owned).to_vec()), "[ -~]{0,6}", "\\PC{0,4}"]
}

fn any_number() -> impl Strategy<Value = String> {
    prop_oneof!["-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?", "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,11})?",]
}

fn any_range() -> impl Strategy<Value = String> {
    (any_number(), 1_u32..5000, 0..9).prop_map(|(low, more, form)| {
        let high = format!("{}", low.split('.').next().unwrap().parse::<i128>().unwrap() + i128::from(more));
        match form {
            0 => format!("{low} through {high}"),
            1 => format!("{low} until {high}"),
            2 => format!("over {low} up to {high}"),
            3 => format!("over {low} until {high}"),
            4 => format!("from {low}"),
            5 => format!("over {low}"),
            6 => format!("up to {low}"),
            7 => format!("under {low}"),
            _ => "any".to_owned(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_table_comes_back(
        rows in proptest::collection::vec((any_text(), any_range(), any_text(), any_number(), any_number(), any_text(), any_text()), 1..8),
        otherwise in any::<bool>(),
    ) {
        let mut csv = "lane,weight,code,step,price,note,because\n".to_owned();
        for (lane, weight, code, step, price, note, because) in &rows {
            let code = if code.is_empty() { "any".to_owned() } else { quoted(code) };
            let cells = [quoted(lane), weight.clone(), code, step.clone(), price.clone(), quoted(note), quoted(because)];
            let cells = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
            csv.push_str(&format!("{}\n", cells.join(",")));
        }
        if otherwise {
            csv.push_str("otherwise,,,,0,x,\n");
        }
        let declaration = "table t collect list from \"t0.csv\" {\n lane : text\n weight : mass in lb by range\n code : text by longest prefix\n step : number by break\n -> price : money\n -> note : text\n}";
        let rules = compile(&format!("ruleset r {{ currency USD }}\n{declaration}"), Files::of([("t0.csv", csv.clone().into_bytes())]));
        let rules = rules.unwrap_or_else(|error| panic!("{error}\n{csv}"));
        let expected = said(table(&rules, "t"));
        prop_assert_eq!(expected.len(), 7 + rows.len() + usize::from(otherwise));
        for read in again(&rules, "t", "ruleset r { currency USD }") {
            prop_assert_eq!(&read, &expected);
        }
    }
}
