//! What bundles refuse: forged ones are put together here with the writer of the frame, which callers do not have.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use ratewright::Directory;
use std::io::{Cursor, Read, Write};
use std::path::Path;

const RULES: &str = r#"ruleset parcel "Parcels" version "2" {
  currency USD
  effective 2026-01-05 through 2027-01-03
  published 2026-01-02
  supersedes "1" from 2026-01-05
  priced on day
}
import "shared/fees.rules"
input { day : date  zone : integer }
table rates from "rates.csv" { zone : integer -> rate : money }
charge BASE = rates[zone].rate
charge FEE = fee
test "cases" from "cases.csv"
"#;
const FEES: &str = "module fees\nparameter fee = 0.50 USD\n";
const RATES: &str = "zone,rate\n1,4.10\n2,5.20\n";
const CASES: &str = "name,given day,given zone,total\nnear,2026-02-01,1,4.60\n";

fn compiler() -> Compiler {
    let texts = [("parcel.rules", RULES), ("shared/fees.rules", FEES), ("rates.csv", RATES), ("cases.csv", CASES)];
    texts.into_iter().fold(Compiler::new(), |all, (path, text)| all.source(path, text))
}

fn small() -> Bundle {
    Bundle::build(&compiler().compile("parcel.rules").unwrap()).unwrap()
}

fn open(bytes: &[u8]) -> Result<Bundle, BundleError> {
    Bundle::open(bytes.to_vec(), &Limits::default())
}

/// The small bundle with other parts or another manifest.
fn forged(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>, &mut Manifest)) -> Vec<u8> {
    let bundle = small();
    let mut texts: Vec<_> =
        bundle.texts().map(|(path, text)| (format!("texts/{path}"), text.as_bytes().to_vec())).collect();
    let mut manifest = bundle.manifest().clone();
    change(&mut texts, &mut manifest);
    let json = manifest.write().unwrap();
    let parts = std::iter::once((MANIFEST.to_owned(), &*json));
    archive::write(&parts.chain(texts.iter().map(|(name, bytes)| (name.clone(), &**bytes))).collect::<Vec<_>>())
        .unwrap()
}

#[track_caller]
fn refused(bytes: &[u8], words: &str) {
    let error = open(bytes).expect_err(words).to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn a_bundle_holds_all_texts_and_opens_to_the_same_rules() {
    let rules = compiler().compile("parcel.rules").unwrap();
    let bundle = open(small().as_bytes()).unwrap();
    let texts: Vec<_> = bundle.texts().collect();
    let all = [("cases.csv", CASES), ("parcel.rules", RULES), ("rates.csv", RATES), ("shared/fees.rules", FEES)];
    assert_eq!(texts, all);
    let same = bundle.compile(Compiler::new()).unwrap();
    bundle.verify(&same).unwrap();
    assert!(same.test().passed());
    assert_eq!(same.digest(), rules.digest());
    let manifest = bundle.manifest();
    assert_eq!((&*manifest.rule_set, &*manifest.title, &*manifest.main), ("parcel", "Parcels", "parcel.rules"));
    assert_eq!(manifest.effective.period().to_string(), "from 2026-01-05 through 2027-01-03");
    assert_eq!(manifest.published.unwrap().to_string(), "2026-01-02");
    assert_eq!(manifest.supersedes.as_ref().unwrap().from.to_string(), "2026-01-05");
    assert_eq!(manifest.digest, rules.digest());
}

#[test]
fn a_real_tariff_goes_through_a_bundle() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let rules = Compiler::new().loader(Directory::new(folder)).compile("freight/household_goods.rules").unwrap();
    let bundle = Bundle::build(&rules).unwrap();
    assert!(bundle.manifest().parts.len() > 4, "{:?}", bundle.manifest().parts);
    let same = open(bundle.as_bytes()).unwrap().compile(Compiler::new()).unwrap();
    bundle.verify(&same).unwrap();
}

#[test]
fn the_same_texts_give_the_same_bytes_whatever_their_order() {
    let once = small();
    let other = Compiler::new().loader(once.clone()).compile("parcel.rules").unwrap();
    assert_eq!(Bundle::build(&other).unwrap().as_bytes(), once.as_bytes());
}

#[test]
fn every_flipped_bit_and_every_truncation_is_refused() {
    let bytes = small().as_bytes().to_vec();
    for at in 0..bytes.len() {
        assert!(open(&bytes[..at]).is_err(), "cut off at {at}");
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(open(&flipped).is_err(), "bit {bit} of byte {at}");
        }
    }
    refused(&bytes[..bytes.len() - 1], "the bundle is not whole: its end is missing");
    refused(&bytes[..bytes.len() / 2], "the bundle is not whole: its end is missing");
    refused(&[&bytes[..], b"\n"].concat(), "a byte stands after the end of the bundle, where nothing may");
    refused(&[&bytes[..], &[b' '; 70]].concat(), "70 bytes stand after the end of the bundle");
    refused(b"", "does not begin as a zip file does");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2000))]

    /// Several bytes at once, so that a sum or a size may fit again: what opens is what was built.
    #[test]
    fn what_opens_is_what_was_built(changes in proptest::collection::vec((0_usize..4096, proptest::num::u8::ANY), 1..6), cut in 0_usize..4096) {
        let bundle = small_once();
        let mut bytes = bundle.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if cut % 3 == 0 {
            bytes.truncate(cut % bytes.len());
        }
        if let Ok(opened) = open(&bytes) {
            proptest::prop_assert_eq!(opened.as_bytes(), bundle.as_bytes());
        }
    }

    /// Any bytes with the marks of a zip file in front and at the end are refused, and never panic.
    #[test]
    fn any_bytes_are_refused(middle in proptest::collection::vec(proptest::num::u8::ANY, 0..300), end in proptest::array::uniform18(proptest::num::u8::ANY)) {
        let bytes = [&b"PK\x03\x04"[..], &middle, b"PK\x05\x06", &end].concat();
        proptest::prop_assert!(open(&bytes).is_err());
    }
}

fn small_once() -> &'static Bundle {
    static SMALL: std::sync::OnceLock<Bundle> = std::sync::OnceLock::new();
    SMALL.get_or_init(small)
}

#[test]
fn other_tools_read_the_parts() {
    let bundle = small();
    let mut file = zip::ZipArchive::new(Cursor::new(bundle.as_bytes().to_vec())).unwrap();
    let names: Vec<String> = file.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    let mut text = String::new();
    file.by_name("texts/rates.csv").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, RATES);
    let manifest: serde_json::Value = serde_json::from_reader(file.by_name("manifest.json").unwrap()).unwrap();
    assert_eq!(manifest["effective"], serde_json::json!({ "from": "2026-01-05", "through": "2027-01-03" }));
    assert_eq!(manifest["parts"][2]["path"], "rates.csv");
    // `printf 'zone,rate\n1,4.10\n2,5.20\n' | sha256sum`
    let sum = "12a4b12db2bc484cabd290a0222bd5f72df88df812d394ca195f5277a339dfc1";
    assert_eq!(manifest["parts"][2]["sha256"], sum);
}

#[test]
fn what_another_tool_packed_is_refused() {
    let named = |name: &str, method, bytes: &[u8]| {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let day = zip::DateTime::from_date_and_time(2026, 11, 23, 9, 30, 0).unwrap();
        let options = zip::write::SimpleFileOptions::default().compression_method(method).last_modified_time(day);
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let pack = |method, bytes: &[u8]| named(MANIFEST, method, bytes);
    for method in [zip::CompressionMethod::Deflated, zip::CompressionMethod::Stored] {
        let photos = named("photos/1.jpg", method, b"no manifest");
        refused(&photos, "this is a zip file, but no bundle: it begins with `photos/1.jpg`, and a bundle with");
    }
    let empty = zip::ZipWriter::new(Cursor::new(Vec::new())).finish().unwrap().into_inner();
    refused(&empty, "this is a zip file, but no bundle: there is nothing in it");
    // A bomb: 8 MiB of nothing in a few kilobytes, which nobody unpacks.
    let bomb = pack(zip::CompressionMethod::Deflated, &vec![b' '; 8 << 20]);
    assert!(bomb.len() < 16 << 10);
    refused(&bomb, "the part `manifest.json` is compressed");
    let large = pack(zip::CompressionMethod::Stored, &vec![b' '; 5 << 20]);
    refused(&large, "the part `manifest.json` has 5242880 bytes, and 4194304 are allowed: leave out what");
    let stored = pack(zip::CompressionMethod::Stored, &small().manifest().write().unwrap());
    refused(&stored, "another tool packed this zip file");
}

#[test]
fn what_is_too_large_is_not_read() {
    let bytes = small().as_bytes().to_vec();
    let with = |limits: Limits| Bundle::open(bytes.clone(), &limits).expect_err("too large").to_string();
    let limits = Limits::default();
    assert!(with(Limits { bundle: 100, ..limits.clone() }).contains("and 100 are allowed"));
    assert!(with(Limits { part: 30, ..limits.clone() }).starts_with("the part `texts/cases.csv` has "));
    assert!(with(Limits { manifest: 30, ..limits.clone() }).starts_with("the part `manifest.json` has "));
    assert_eq!(
        with(Limits { parts: 4, ..limits.clone() }),
        "the bundle has 5 parts, and 4 are allowed: leave out what the rule set does not need, or let who reads it allow more with `Limits`"
    );
    // What the file says of itself counts, not what it has: a part of 4 GiB in a file of a kilobyte.
    let at = bytes.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    let mut lying = bytes.clone();
    lying[at + 20..at + 28].fill(0xff);
    refused(&lying, "has 4294967295 bytes, and 268435456 are allowed");
}

#[test]
fn paths_stay_in_the_folder() {
    for (path, why) in [
        ("../parcel.rules", "leads out of the folder"),
        ("a/../../parcel.rules", "leads out of the folder"),
        ("/etc/parcel.rules", "is absolute"),
        ("C:/parcel.rules", "is absolute"),
        ("a\\parcel.rules", "a character that no path may have"),
        ("a/b\0.rules", "a character that no path may have"),
        ("a//parcel.rules", "a name that is empty or a dot"),
        ("./parcel.rules", "a name that is empty or a dot"),
        ("", "a name that is empty or a dot"),
        (&"a/".repeat(600), "is too long"),
    ] {
        let bytes = forged(|texts, manifest| {
            texts[0].0 = format!("texts/{path}");
            manifest.parts[0].path = path.to_owned();
        });
        refused(&bytes, why);
    }
    check_path("freight/rates 2026.xlsx#Ground!B3:F40").unwrap();
    // Where the rules lie makes no difference, but nothing may lie above them that is not known by name.
    let rules = "ruleset a { currency USD }\nimport \"../b.rules\"\ncharge A = fee";
    let absolute =
        Compiler::new().source("/srv/a/a.rules", rules).source("srv/b.rules", FEES.replace("fees", "b").as_str());
    let Ok(absolute) = absolute.compile("/srv/a/a.rules") else { panic!("it is found") };
    let error = Bundle::build(&absolute).expect_err("absolute").to_string();
    assert!(error.starts_with("the path `/srv/a/a.rules` is absolute"), "{error}");
    let above = Compiler::new().source("a.rules", rules).source("../b.rules", FEES.replace("fees", "b").as_str());
    let error = Bundle::build(&above.compile("a.rules").unwrap()).expect_err("above").to_string();
    assert!(error.starts_with("the path `../b.rules` leads out of the folder"), "{error}");
}

#[test]
fn parts_and_manifest_agree() {
    refused(&forged(|texts, _| drop(texts.pop())), "names a part that is not there: `shared/fees.rules`");
    refused(&forged(|texts, _| drop(texts.remove(0))), "names a part that is not there: `cases.csv`");
    refused(
        &forged(|_, manifest| drop(manifest.parts.remove(0))),
        "a part that the manifest does not name: `cases.csv`",
    );
    refused(&forged(|texts, _| texts.push(("notes".into(), vec![]))), "the manifest does not name: `notes`");
    refused(&forged(|texts, _| texts.insert(0, texts[0].clone())), "the part `cases.csv` stands twice");
    refused(&forged(|texts, _| texts.swap(0, 1)), "the part `cases.csv` stands twice or out of order");
    refused(&forged(|texts, _| texts[2].1[11] = b'7'), "the part `rates.csv` was altered: its digest is");
    refused(&forged(|texts, _| texts[2].1.push(b'\n')), "the part `rates.csv` has 25 bytes, and the manifest says 24");
    refused(&forged(|_, manifest| manifest.main = "b.rules".into()), "names a part that is not there: `b.rules`");
    refused(&forged(|_, manifest| manifest.format = 2), "of format 2, and this engine reads up to 1");
    refused(&forged(|_, manifest| manifest.format = 0), "it is not written as ratewright writes it");
    let not_text = forged(|texts, manifest| {
        texts[2].1[13] = 0xff;
        manifest.parts[2].sha256 = Digest::of_bytes(&texts[2].1);
    });
    refused(&not_text, "the part `rates.csv` is not UTF-8 text from line 2 on");
}

#[test]
fn what_the_manifest_says_of_the_rules_is_compared_with_them() {
    let problem = |change: fn(&mut Manifest)| {
        let bundle = open(&forged(|_, manifest| change(manifest))).unwrap();
        let rules = bundle.compile(Compiler::new()).unwrap();
        bundle.verify(&rules).expect_err("another manifest").to_string()
    };
    assert_eq!(
        problem(|manifest| manifest.version = Some("3".into())),
        "the manifest says the version \"3\", and its rules say \"2\"; make the bundle anew"
    );
    assert!(
        problem(|manifest| manifest.effective.through = None).contains("the period from 2026-01-05, and its rules say")
    );
    assert!(problem(|manifest| manifest.published = None).contains("published nothing, and its rules say 2026-01-02"));
    assert!(
        problem(|manifest| manifest.supersedes = None)
            .contains("supersedes nothing, and its rules say \"1\" from 2026-01-05")
    );
    assert!(problem(|manifest| manifest.title = "Boxes".into()).contains("the title \"Boxes\""));
    let digest = problem(|manifest| manifest.digest = Digest::of_bytes(b""));
    assert!(digest.contains("the manifest says e3b0c44298fc…; make the bundle anew"), "{digest}");
    let semantics = problem(|manifest| (manifest.digest, manifest.semantics) = (Digest::of_bytes(b""), 7));
    assert!(semantics.contains("it holds version 7 of what rules mean, and this engine version 1"), "{semantics}");
}

#[test]
fn what_became_of_the_tests_is_said() {
    let rules = compiler().compile("parcel.rules").unwrap();
    let report = rules.test();
    assert!(report.passed());
    let tested = Bundle::build_after(&rules, Some(&report)).unwrap();
    let lines = "  \"tests\": {\n    \"written\": 1,\n    \"passed\": 1\n  },\n  \"main\": \"parcel.rules\",\n";
    let json = String::from_utf8(tested.manifest().write().unwrap()).unwrap();
    assert!(json.contains(lines), "{json}");
    let opened = open(tested.as_bytes()).unwrap();
    assert_eq!(opened.manifest().tests, Some(Tests { written: 1, passed: 1 }));
    opened.verify(&rules).unwrap();
    let untested = Bundle::build_after(&rules, None).unwrap();
    assert_eq!(untested.manifest().tests, Some(Tests { written: 1, passed: 0 }));
    assert_ne!(untested.digest(), tested.digest());
    // One that says nothing is a bundle too.
    assert_eq!(open(small().as_bytes()).unwrap().manifest().tests, None);
    assert!(!String::from_utf8_lossy(small().as_bytes()).contains("\"tests\""));

    refused(
        &forged(|_, manifest| manifest.tests = Some(Tests { written: 1, passed: 2 })),
        "of 1 tests 2 cannot have passed",
    );
    let more = open(&forged(|_, manifest| manifest.tests = Some(Tests { written: 2, passed: 2 }))).unwrap();
    let error = more.verify(&rules).expect_err("another number").to_string();
    assert!(error.starts_with("the manifest says the number of tests 2, and its rules say 1"), "{error}");
}

#[test]
fn the_same_texts_give_the_same_bundle_wherever_they_are_read_from() {
    let at = |above: &str| {
        let texts = [("parcel.rules", RULES), ("shared/fees.rules", FEES), ("rates.csv", RATES), ("cases.csv", CASES)];
        let with = |all: Compiler, (path, text): (&str, &str)| all.source(&format!("{above}{path}"), text);
        texts.into_iter().fold(Compiler::new(), with).compile(&format!("{above}parcel.rules")).unwrap()
    };
    let here = Bundle::build(&at("")).unwrap();
    for above in ["a/", "home/ada/tariffs/"] {
        let there = Bundle::build(&at(above)).unwrap();
        assert_eq!(there.digest(), here.digest(), "{above}");
        there.verify(&at(above)).unwrap();
    }
    // What is shared with other folders keeps its place beside the rule set.
    let rules = |above: &str| {
        let texts = [
            (
                "freight/parcel.rules",
                "ruleset parcel { currency USD }\nimport \"../shared/fees.rules\"\ncharge FEE = fee\n",
            ),
            ("shared/fees.rules", FEES),
        ];
        let with = |all: Compiler, (path, text): (&str, &str)| all.source(&format!("{above}{path}"), text);
        texts.into_iter().fold(Compiler::new(), with).compile(&format!("{above}freight/parcel.rules")).unwrap()
    };
    let (one, other) = (Bundle::build(&rules("rules/")).unwrap(), Bundle::build(&rules("srv/rules/")).unwrap());
    assert_eq!(one.digest(), other.digest());
    assert_eq!(one.manifest().main, "freight/parcel.rules");
    assert_eq!(one.texts().map(|(path, _)| path).collect::<Vec<_>>(), ["freight/parcel.rules", "shared/fees.rules"]);
    one.verify(&one.compile(Compiler::new()).unwrap()).unwrap();
}

#[test]
fn only_the_texts_of_the_bundle_are_compiled() {
    let bundle = small();
    let other = compiler().source("rates.csv", "zone,rate\n1,0.01\n").compile("parcel.rules").unwrap();
    assert!(matches!(bundle.verify(&other), Err(BundleError::OtherTexts { path }) if path == "rates.csv"));
    let brought = Compiler::new().source("rates.csv", "zone,rate\n1,0.01\n");
    let error = bundle.compile(brought).expect_err("another text").to_string();
    assert!(error.starts_with("the rule set was made with another text than the bundle's"), "{error}");
    let unused = forged(|texts, manifest| {
        texts.push(("texts/z.csv".into(), b"x\n".to_vec()));
        manifest.parts.push(Text { path: "z.csv".into(), size: 2, sha256: Digest::of_bytes(b"x\n") });
    });
    let error = open(&unused).unwrap().compile(Compiler::new()).expect_err("an unused text").to_string();
    assert!(error.contains("`z.csv`"), "{error}");
}

#[test]
fn rules_that_do_not_compile_say_where() {
    let broken = forged(|texts, manifest| {
        let text = RULES.replace("rates[zone].rate", "rates[zon].rate");
        texts[1].1 = text.clone().into_bytes();
        (manifest.parts[1].size, manifest.parts[1].sha256) = (text.len() as u64, Digest::of_bytes(text.as_bytes()));
    });
    let error = open(&broken).unwrap().compile(Compiler::new()).expect_err("a wrong name").to_string();
    assert!(error.contains("parcel.rules:11:21: RW0201"), "{error}");
}
