//! The tests of each edition of a rule set on the rules of both: which of them pass on one and fail on the other.
//!
//! A test is taken to the other rules as text, and checked there as if it had been written there: so a test applies exactly where
//! its author could have written it.

use crate::rule_set::RuleSet;
use crate::source::{FileId, Span};
use crate::syntax::{self, ast};
use crate::testing::{Failure, Outcome, TestReport};
use std::collections::HashMap;

/// Which edition a test stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// The older.
    Older,
    /// The newer.
    Newer,
}

/// How a test goes on some rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is as expected.
    Passed,
    /// Something is not.
    Failed(Vec<Failure>),
    /// It cannot be asked of these rules, and why.
    DoesNotApply(String),
}

/// A test on both editions' rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retested {
    /// Where it stands; of one that stands in both, the older.
    pub edition: Edition,
    /// Its name.
    pub name: String,
    /// Its place in its edition.
    pub place: Span,
    /// How it goes on the older rules.
    pub before: Verdict,
    /// How it goes on the newer rules.
    pub after: Verdict,
}

/// The tests of both editions on the rules of both.
#[derive(Debug, Clone, Default)]
pub struct Retest {
    /// Those of the older, then those that only the newer has.
    pub tests: Vec<Retested>,
}

impl Retested {
    /// Whether it passes on one edition's rules and not on the other's.
    pub fn changes(&self) -> bool {
        (self.before == Verdict::Passed) != (self.after == Verdict::Passed)
    }
}

impl RuleSet {
    /// Runs the tests of this edition and of a newer one on the rules of both.
    ///
    /// Cost: compiles both once more, and prices each test twice.
    ///
    /// ```
    /// use ratewright::{RuleSet, difference::Verdict};
    ///
    /// let text = r#"
    ///     ruleset parcel { currency USD }
    ///     input { weight : mass in lb }
    ///     charge BASE = 2.50 USD per lb * weight
    ///     test "two pounds" { given weight = 2 lb  expect total is 5.00 USD }
    /// "#;
    /// let older = RuleSet::compile(text)?;
    /// let newer = RuleSet::compile(&text.replace("2.50", "2.60").replace("5.00", "5.20"))?;
    /// let retest = older.retest(&newer);
    /// assert_eq!(retest.tests[0].before, Verdict::Passed);
    /// let Verdict::Failed(failures) = &retest.tests[0].after else { panic!() };
    /// assert_eq!((&*failures[0].expected, &*failures[0].found), ("total is 5.00 USD", "5.20 USD"));
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn retest(&self, newer: &RuleSet) -> Retest {
        let (older_tests, newer_tests) = (Written::all(self), Written::all(newer));
        let mut tests = Vec::new();
        let both = |edition, name, place, own: Verdict, other: Verdict| match edition {
            Edition::Older => Retested { edition, name, place, before: own, after: other },
            Edition::Newer => Retested { edition, name, place, before: other, after: own },
        };
        for (edition, home, other, written, known) in [
            (Edition::Older, self, newer, &older_tests, &[][..]),
            (Edition::Newer, newer, self, &newer_tests, older_tests.as_slice()),
        ] {
            let new: Vec<&Written> = written.iter().filter(|one| !known.iter().any(|other| other.says(one))).collect();
            let elsewhere = Elsewhere::run(other, &new);
            for result in &home.test().results {
                let Some(at) = new.iter().position(|one| one.holds(result.place)) else { continue };
                let own = verdict(&result.outcome, &result.failures);
                let there = elsewhere.verdict(at, result.place, new.get(at));
                tests.push(both(edition, result.name.clone(), result.place, own, there));
            }
        }
        Retest { tests }
    }
}

fn verdict(outcome: &Outcome, failures: &[Failure]) -> Verdict {
    match outcome {
        Outcome::Passed => Verdict::Passed,
        Outcome::Failed => Verdict::Failed(failures.to_vec()),
    }
}

/// A test as it is written: a block, or one that names a book.
#[derive(Debug)]
struct Written {
    /// Its text.
    text: String,
    span: Span,
    /// The place of the book's name in the text, and the book: its file and text.
    book: Option<(Span, FileId, String)>,
}

impl Written {
    /// The tests of a rule set that it runs.
    fn all(rules: &RuleSet) -> Vec<Written> {
        let (sources, mut found) = (rules.sources(), Vec::new());
        for (id, file) in sources.files().filter(|(_, file)| file.name.ends_with(".rules")) {
            let (tree, _) = syntax::parse(id, &file.text);
            for item in tree.items {
                let ast::ItemKind::Test(test) = &item.kind else { continue };
                let folder = file.name.rsplit_once('/').map_or("", |(folder, _)| folder);
                let book = test.file.as_ref().and_then(|name| {
                    let path = joined(folder, &name.text);
                    let (id, book) = sources.files().find(|(_, file)| *file.name == *path)?;
                    Some((name.span, id, book.text.to_string()))
                });
                let written = Written { text: sources.text(item.span).to_string(), span: item.span, book };
                if rules.program().tests.iter().any(|test| written.holds(test.span)) {
                    found.push(written);
                }
            }
        }
        found
    }

    /// Whether a test stands in it.
    fn holds(&self, place: Span) -> bool {
        match &self.book {
            Some((_, file, _)) => place.file == *file,
            None => place.file == self.span.file && (self.span.start..=self.span.end).contains(&place.start),
        }
    }

    /// Whether it says the same as another.
    fn says(&self, other: &Written) -> bool {
        let book = |one: &Written| one.book.as_ref().map(|(_, _, text)| text.clone());
        let plain = |one: &Written| syntax::on_one_line(&one.text);
        plain(self) == plain(other) && book(self) == book(other)
    }
}

/// `rates/cases.csv` in the folder `rates`, with `..` gone.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Tests on the rules of another edition.
struct Elsewhere {
    /// For each test what it said there, by the place within its own text or book.
    results: Vec<HashMap<u32, Verdict>>,
    /// Why a test cannot be asked.
    not_asked: HashMap<usize, String>,
}

impl Elsewhere {
    /// Runs tests on rules; what does not fit them is left out, and the rest is tried again.
    fn run(rules: &RuleSet, tests: &[&Written]) -> Elsewhere {
        let mut not_asked: HashMap<usize, String> = HashMap::new();
        let none = || tests.iter().map(|_| HashMap::new()).collect();
        while not_asked.len() < tests.len() {
            let draft = Draft::of(rules, tests, &not_asked);
            match draft.compile(rules) {
                Ok(compiled) => {
                    let results = draft.results(&compiled, tests, compiled.test());
                    return Elsewhere { results, not_asked };
                }
                Err(why) if why.is_empty() => break,
                Err(why) => {
                    let before = not_asked.len();
                    not_asked.extend(why);
                    if not_asked.len() == before {
                        break;
                    }
                }
            }
        }
        Elsewhere { results: none(), not_asked }
    }

    fn verdict(&self, test: usize, place: Span, written: Option<&&Written>) -> Verdict {
        if let Some(why) = self.not_asked.get(&test) {
            return Verdict::DoesNotApply(why.clone());
        }
        let start = match written {
            Some(Written { book: None, span, .. }) => place.start.saturating_sub(span.start),
            _ => place.start,
        };
        let found = self.results.get(test).and_then(|results| results.get(&start)).cloned();
        found.unwrap_or_else(|| Verdict::DoesNotApply("it cannot be read there".to_string()))
    }
}

/// The text of a rule set with the tests of another one instead of its own.
struct Draft {
    main: String,
    text: String,
    /// For each test where it begins in the text, and the path of its book.
    places: Vec<Option<(u32, String)>>,
    /// The texts of the books.
    books: Vec<(String, String)>,
}

impl Draft {
    fn of(rules: &RuleSet, tests: &[&Written], left_out: &HashMap<usize, String>) -> Draft {
        let Some((id, main)) = rules.sources().files().next() else {
            return Draft { main: String::new(), text: String::new(), places: Vec::new(), books: Vec::new() };
        };
        let mut text = String::new();
        let (tree, _) = syntax::parse(id, &main.text);
        let mut at = 0;
        // Its own tests are blanked, so that everything else stays where it is.
        for item in tree.items.iter().filter(|item| matches!(item.kind, ast::ItemKind::Test(_))) {
            let (start, end) = (item.span.start as usize, item.span.end as usize);
            text.push_str(main.text.get(at..start).unwrap_or(""));
            let own = main.text.get(start..end).unwrap_or("");
            text.extend(own.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            at = end;
        }
        text.push_str(main.text.get(at..).unwrap_or(""));
        text.push('\n');
        let folder = main.name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let mut draft = Draft { main: main.name.to_string(), text, places: Vec::new(), books: Vec::new() };
        for (number, test) in tests.iter().enumerate() {
            if left_out.contains_key(&number) {
                draft.places.push(None);
                continue;
            }
            let start = draft.text.len() as u32;
            let name = format!("tests-of-the-other-edition-{number}.csv");
            let path = format!("{folder}{name}");
            match &test.book {
                Some((place, _, book)) => {
                    let at = |offset: u32| offset.saturating_sub(test.span.start) as usize;
                    let (before, after) = (test.text.get(..at(place.start)), test.text.get(at(place.end)..));
                    draft.text.push_str(&format!("{}{name:?}{}", before.unwrap_or(""), after.unwrap_or("")));
                    draft.books.push((path.clone(), book.clone()));
                }
                None => draft.text.push_str(&test.text),
            }
            draft.text.push('\n');
            draft.places.push(Some((start, path)));
        }
        draft
    }

    /// The rules with these tests, or the tests that do not fit them.
    fn compile(&self, rules: &RuleSet) -> Result<RuleSet, HashMap<usize, String>> {
        let compiler = rules.compiler().source(&self.main, &self.text);
        let compiler = self.books.iter().fold(compiler, |compiler, (path, text)| compiler.source(path, text));
        compiler.compile(&self.main).map_err(|rejected| {
            let errors = rejected.diagnostics.iter().filter(|one| one.severity == crate::diagnostic::Severity::Error);
            let mut why = HashMap::new();
            for error in errors {
                let span = error.primary.span;
                let file = rejected.sources.file(span.file).map(|file| file.name.to_string()).unwrap_or_default();
                if let Some((number, _)) = self.test_at(&file, span.start) {
                    why.entry(number).or_insert_with(|| error.title.clone());
                }
            }
            why
        })
    }

    /// The test that stands at a place, and how far into its own text or book the place is.
    fn test_at(&self, file: &str, start: u32) -> Option<(usize, u32)> {
        let mut places = self.places.iter().enumerate().filter_map(|(number, place)| Some((number, place.as_ref()?)));
        if file != self.main {
            return places.find(|(_, (_, path))| path == file).map(|(number, _)| (number, start));
        }
        let (number, (begin, _)) = places.rfind(|(_, (begin, _))| *begin <= start)?;
        Some((number, start.saturating_sub(*begin)))
    }

    fn results(&self, compiled: &RuleSet, tests: &[&Written], report: TestReport) -> Vec<HashMap<u32, Verdict>> {
        let mut results: Vec<HashMap<u32, Verdict>> = tests.iter().map(|_| HashMap::new()).collect();
        for result in &report.results {
            let Some(file) = compiled.sources().file(result.place.file) else { continue };
            if let Some((number, start)) = self.test_at(&file.name, result.place.start)
                && let Some(results) = results.get_mut(number)
            {
                results.insert(start, verdict(&result.outcome, &result.failures));
            }
        }
        results
    }
}
