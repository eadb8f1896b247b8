//! Probes: what they reach of every shipped rule set.

use ratewright::RuleSet;
use ratewright::live::Edition;
use ratewright::migrate::probe::Probe;
use ratewright::migrate::{Answer, Prober, Probes, Tracing};
use std::path::PathBuf;

/// The files of the shipped rule sets.
pub fn shipped() -> Vec<PathBuf> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut files = Vec::new();
    for folder in ["billing", "freight"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let file = entry.unwrap().path();
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if text.lines().any(|line| line.starts_with("ruleset ")) {
                files.push(file);
            }
        }
    }
    files.sort();
    files
}

/// The probes of a rule set, of a sample of the rows of large tables.
fn probes(rules: RuleSet, changes: usize) -> Probes {
    let mut prober = Prober::new(&Tracing::new(&Edition::new(rules)));
    prober.rows_per_table(24);
    prober.changes(changes);
    prober.probes(&mut |_| {})
}

#[test]
fn every_rule_of_every_shipped_rule_set_is_reached_and_nearly_every_edge() {
    let (mut edges, mut met) = (0, 0);
    for file in shipped() {
        let probes = probes(RuleSet::from_file(&file).unwrap(), 0);
        let missing: Vec<&str> = probes.not_exercised().map(|rule| rule.rule.name.as_str()).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", file.display());
        let (own, all) = (probes.edges_met(), probes.edges());
        assert!(own * 100 >= all * 90, "{}: {own} of {all} edges", file.display());
        (edges, met) = (edges + all, met + own);
    }
    println!("{met} of {edges} edges");
    assert!(edges > 500 && met * 100 >= edges * 95, "{met} of {edges} edges");
}

/// A place of a text that can be changed, and what stands there instead.
struct Mutation {
    at: usize,
    length: usize,
    instead: String,
}

/// Each number and day two more in its last digit, or six less, each comparison with its bound on the other side; not in tests, texts, comments, outputs and the header.
fn mutations(text: &str) -> Vec<Mutation> {
    let end = text.find("\ntest ").unwrap_or(text.len());
    let begin = text.find("\ninput").unwrap_or(0);
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), begin);
    while at < end {
        let rest = &text[at..end];
        let is_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        // What is put out beside the prices is not compared.
        if rest.starts_with('#') || (rest.starts_with("output ") && bytes[at - 1] == b'\n') {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(text) = rest.strip_prefix('"') {
            at += 2 + text.find('"').unwrap();
        } else if rest.starts_with(|c: char| c.is_ascii_digit()) && !is_word {
            let length = rest.find(|c: char| !(c.is_ascii_digit() || "._-".contains(c))).unwrap_or(rest.len());
            let token = rest[..length].trim_end_matches(['.', '-', '_']);
            let last = token.len() - 1;
            let digit = token.as_bytes()[last];
            let instead = match digit {
                digit @ (b'8' | b'9') => format!("{}{}", &token[..last], char::from(digit - 6)),
                digit => format!("{}{}", &token[..last], char::from(digit + 2)),
            };
            found.push(Mutation { at, length: token.len(), instead });
            at += length;
        } else if let Some(operator) = ["<=", ">=", "<", ">"].into_iter().find(|operator| rest.starts_with(operator)) {
            let instead = match operator {
                "<=" => "<",
                ">=" => ">",
                "<" => "<=",
                _ => ">=",
            };
            if rest[operator.len()..].starts_with(' ') && bytes[at - 1] == b' ' {
                found.push(Mutation { at, length: operator.len(), instead: instead.to_owned() });
            }
            at += operator.len();
        } else {
            at += rest.chars().next().unwrap().len_utf8();
        }
    }
    found
}

/// Old code that is the same but for one number or one comparison gives another answer to some probe.
#[test]
fn one_number_or_comparison_that_differs_is_found_by_some_probe() {
    let wanted: usize = std::env::var("RATEWRIGHT_MUTANTS").map_or(100, |all| all.parse().unwrap());
    // Those whose tables stand in the same file, and that compile and price quickly where not more is asked for.
    let (some, slow) = (
        ["household_goods", "electricity"],
        ["telephone_call", "threshold_invoices", "ltl_deficit_weight", "multi_currency_invoice"],
    );
    let left_out: Vec<&str> = some.into_iter().chain(slow.into_iter().filter(|_| wanted <= 100)).collect();
    let files: Vec<PathBuf> =
        shipped().into_iter().filter(|file| !left_out.contains(&file.file_stem().unwrap().to_str().unwrap())).collect();
    let each = wanted.div_ceil(files.len());
    let (mut tried, mut found, mut survivors) = (0_usize, 0_usize, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let rules = RuleSet::compile(&text).unwrap();
        let probes = probes(rules.clone(), 500);
        let answers: Vec<_> = probes.probes.iter().map(|probe| Answer::from(&rules.quote_json(&probe.input))).collect();
        let mut mutations = mutations(&text);
        // A fixed shuffle: the multiplier is that of Knuth's MMIX generator.
        let mut state = 7_u64;
        let mut of_file = 0;
        while of_file < each && !mutations.is_empty() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let Mutation { at, length, instead } = mutations.swap_remove((state >> 33) as usize % mutations.len());
            let mutant = format!("{}{instead}{}", &text[..at], &text[at + length..]);
            let Ok(mutant) = RuleSet::compile(&mutant) else { continue };
            of_file += 1;
            tried += 1;
            let differs =
                |(probe, answer): (&Probe, &Answer)| Answer::from(&mutant.quote_json(&probe.input)) != *answer;
            if probes.probes.iter().zip(&answers).any(differs) {
                found += 1;
            } else {
                let line = text[..at].lines().count();
                survivors.push(format!("{}:{line}: {} → {instead}", file.display(), &text[at..at + length]));
            }
        }
    }
    println!("{found} of {tried}\n{}", survivors.join("\n"));
    assert!(tried >= wanted.min(100) && found * 100 >= tried * 95, "{found} of {tried}:\n{}", survivors.join("\n"));
}
