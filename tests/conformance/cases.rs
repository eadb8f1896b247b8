//! The files of `conformance/`, read: what a case is of, what is sent, what is expected.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rules: Option<String>,
    cases: Vec<Case>,
}

/// One case. `README.md` of the suite says what each field means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub paragraph: String,
    pub name: String,
    /// The rule file, from the folder of the suite.
    #[serde(default)]
    pub rules: String,
    pub input: Option<Box<RawValue>>,
    pub input_text: Option<String>,
    pub fields: Option<BTreeMap<String, String>>,
    pub expect: Expect,
    /// The file that it stands in.
    #[serde(skip)]
    pub place: String,
}

/// What is expected: only what is named is compared.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub lines: Option<Vec<(String, String)>>,
    pub totals: Option<Vec<String>>,
    pub outputs: Option<BTreeMap<String, Value>>,
    pub flags: Option<Vec<String>>,
    pub messages: Option<BTreeMap<String, String>>,
    pub charges: Option<Vec<BTreeMap<String, Value>>>,
    pub refused: Option<String>,
    pub message: Option<String>,
    pub failed: Option<String>,
    pub path: Option<String>,
    pub rejected: Option<Vec<String>>,
    pub warned: Option<Vec<String>>,
    pub tests: Option<BTreeMap<String, String>>,
}

impl Expect {
    /// The outcome by which cases of one paragraph are counted: what is expected, without the name that an output happens to have.
    pub fn outcome(&self) -> String {
        let outputs: Option<Vec<&Value>> = self.outputs.as_ref().map(|outputs| outputs.values().collect());
        let same = (&self.lines, &self.totals, outputs, &self.flags, &self.messages, &self.charges);
        let other = (&self.refused, &self.message, &self.failed, &self.path, &self.rejected, &self.warned, &self.tests);
        format!("{same:?} {other:?}")
    }

    fn says_anything(&self) -> bool {
        !Expect::default().outcome().eq(&self.outcome())
    }
}

/// The folder of the suite.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// All cases, in the order of their files' names.
pub fn suite() -> Vec<Case> {
    let mut all = Vec::new();
    for page in sorted(&folder()).into_iter().filter(|path| path.is_dir() && !path.ends_with("make")) {
        for path in sorted(&page).into_iter().filter(|path| path.extension().is_some_and(|e| e == "json")) {
            all.extend(read(&path));
        }
    }
    all
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Vec<Case> {
    let page = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let place = format!("conformance/{page}/{}", path.file_name().unwrap().to_string_lossy());
    let file: File =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|e| panic!("{place}: {e}"));
    let mut cases = file.cases;
    for case in &mut cases {
        if case.rules.is_empty() {
            case.rules = file.rules.clone().unwrap_or_else(|| panic!("{place}: “{}” names no rules", case.name));
        }
        case.rules = format!("{page}/{}", case.rules);
        case.place = place.clone();
        assert!(case.expect.says_anything(), "{place}: “{}” expects nothing", case.name);
    }
    cases
}
