//! The service: shipment after shipment through one door, while the stages of a file go forward day by day, and back at once when a guard trips.
//!
//! Days pass here as fast as they are computed, so that a run is the same each time. In a real service the same calls stand in the handler of
//! a request, the file is watched by `StageFile::watch`, and comparing is handed to a `Ring`.

use crate::adapter;
use crate::shipment::Shipment;
use crate::traffic::Traffic;
use crate::watch::{Seen, Watch};
use jiff::civil::{Date, date};
use ratewright::RuleSet;
use ratewright::live::{Book, Edition};
use ratewright::migrate::log::Change;
use ratewright::migrate::stage::{Stage, Subject};
use ratewright::migrate::{Answer, By, Composed, Guards, Measure, Migration, MigrationContext, Prices, Waivers};
use ratewright::quote::Money;
use ratewright_migration::{Log, Look, StageFile};
use ratewright_sources::Moment;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A result, or why there is none, for people.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the service answers: prices, or the code of a refusal.
type Quoted = Result<Prices, String>;

/// From which day on which stage counts. Each becomes the file of stages, as people would edit it.
struct Entry {
    day: Date,
    stage: &'static str,
    why: &'static str,
}

const fn on(day: Date, stage: &'static str, why: &'static str) -> Entry {
    Entry { day, stage, why }
}

const SHADOW: [Entry; 4] = [
    on(date(2026, 11, 2), r#""stage": "shadow""#, "the replay shows nothing that is not agreed to"),
    on(
        date(2026, 11, 16),
        r#""stage": "shadow", "trusted": ["RESIDENTIAL", "LIFTGATE"]"#,
        "two charges that never differed",
    ),
    on(
        date(2026, 12, 5),
        r#""stage": "canary", "canary": [{ "segment": "test", "share": "100%" }]"#,
        "practising to go back",
    ),
    on(date(2026, 12, 5), r#""stage": "shadow", "trusted": ["RESIDENTIAL", "LIFTGATE"]"#, "going back was practised"),
];

const CANARY: [Entry; 9] = [
    on(
        date(2026, 12, 7),
        r#""stage": "canary", "canary": [{ "share": "0.1%" }]"#,
        "the report of 6 December says ready",
    ),
    on(date(2026, 12, 8), r#""stage": "canary", "canary": [{ "share": "1%" }]"#, "a day without a mismatch"),
    on(date(2026, 12, 9), r#""stage": "canary", "canary": [{ "share": "5%" }]"#, "a day without a mismatch"),
    on(date(2026, 12, 10), r#""stage": "canary", "canary": [{ "share": "25%" }]"#, "a day without a mismatch"),
    // On 11 December edition 7 is published, and is wrong.
    on(
        date(2026, 12, 14),
        r#""stage": "canary", "canary": [{ "share": "25%" }]"#,
        "edition 6 is back, and edition 7 is being mended",
    ),
    on(date(2026, 12, 15), r#""stage": "canary", "canary": [{ "share": "50%" }]"#, "a day without a mismatch"),
    on(date(2026, 12, 16), r#""stage": "primary""#, "a day without a mismatch"),
    on(date(2026, 12, 21), r#""stage": "complete""#, "old code agreed for a week"),
    on(date(2026, 12, 23), r#""stage": "complete""#, "old code is switched off"),
];

/// The day on which a wrong edition is published, and that on which the one before it is put back.
const WRONG: Date = date(2026, 12, 11);
const MENDED: Date = date(2026, 12, 14);

/// The door, the file of stages with its log, and who watches.
struct Service<'w> {
    migration: Migration<Prices, String>,
    book: Arc<Book>,
    rules: RuleSet,
    file: StageFile,
    path: PathBuf,
    watch: Arc<Watch>,
    context: MigrationContext,
    out: &'w mut dyn Write,
}

/// What became of the shipments of some days.
#[derive(Default)]
struct Counted {
    by: BTreeMap<&'static str, u64>,
    wrong: u64,
}

/// 35 days in shadow, with a practice of going back.
pub fn shadow(folder: &Path, out: &mut dyn Write) -> Outcome<()> {
    fs::create_dir_all(folder)?;
    write_plan(&folder.join("stages.json"), &SHADOW[0])?;
    Service::open(folder, SHADOW[0].day, out)?.run(&SHADOW, date(2026, 12, 7))
}

/// From the first customers to all of them, with a wrong edition on the way.
pub fn canary(folder: &Path, out: &mut dyn Write) -> Outcome<()> {
    Service::open(folder, CANARY[0].day, out)?.run(&CANARY, date(2026, 12, 23))
}

impl<'w> Service<'w> {
    fn open(folder: &Path, day: Date, out: &'w mut dyn Write) -> Outcome<Self> {
        let rules = edition("6-zone-6")?;
        let book = Arc::new(Book::default());
        book.publish(Edition::new(rules.clone()))?;
        let measure: Measure = serde_json::from_str(&fs::read_to_string(own("agreed.json"))?)?;
        let waivers: Waivers = serde_json::from_str(&fs::read_to_string(own("service_waivers.json"))?)?;
        let guards: Guards = fs::read_to_string(own("guards.json"))?.parse()?;
        let watch = Arc::new(Watch::new(waivers, guards));
        let (path, log) = (folder.join("stages.json"), Log::open(folder.join("stages.log"))?);
        // A service gives the digest of the evidence that it gathers, which stands in the log with each change then.
        let opened = StageFile::open(&path, log, at(day, 6)?, || None)?;
        if let Some(why) = opened.warning() {
            writeln!(out, "{day} the file of stages does not count: {why}")?;
        }
        let (file, stages) = opened.telling(|_| {});
        let migration = Migration::new(stages, book.clone(), "freight.ltl", reading, making)
            .measured_by(measure)
            .observed_by(watch.clone());
        Ok(Service { migration, book, rules, file, path, watch, context: MigrationContext::default(), out })
    }

    /// Day by day up to one, at whose beginning it ends.
    fn run(mut self, plan: &[Entry], until: Date) -> Outcome<()> {
        let first = plan.first().map_or(until, |entry| entry.day);
        let days = u64::try_from(first.until(until)?.get_days())?;
        let mut counted = Counted::default();
        let mut today = first;
        self.begin(plan, today, &mut counted)?;
        for shipment in Traffic::service(first, days, days * 250) {
            while today < shipment.ship_date {
                today = today.tomorrow()?;
                self.begin(plan, today, &mut counted)?;
            }
            self.price(&shipment, &mut counted);
            let goes_forward = self.migration.stages().0.stage() != Stage::Shadow;
            if let Some(why) = self.watch.trips().filter(|_| goes_forward) {
                self.tell(&mut counted)?;
                self.step_back(&why, today)?;
            }
        }
        self.tell(&mut counted)?;
        let head = self.file.log().head().map(|head| head.to_string()).unwrap_or_default();
        Ok(writeln!(self.out, "head of the log: {head}")?)
    }

    /// The morning: editions that are published, and the stages that are written for this day.
    fn begin(&mut self, plan: &[Entry], today: Date, counted: &mut Counted) -> Outcome<()> {
        let changes = plan.iter().any(|entry| entry.day == today) || [WRONG, MENDED].contains(&today);
        if changes {
            self.tell(counted)?;
        }
        if today == WRONG {
            self.book.publish(Edition::new(edition("7-wrong")?))?;
            writeln!(self.out, "{today} edition 7 is published; a digit of its fuel surcharge is missing")?;
        }
        if today == MENDED {
            self.book.roll_back_to(Edition::new(self.rules.clone()).digest())?;
            writeln!(self.out, "{today} edition 6 prices again")?;
        }
        for entry in plan.iter().filter(|entry| entry.day == today) {
            write_plan(&self.path, entry)?;
            match self.file.look(&self.migration, at(today, 6)?) {
                Look::Kept(why) => writeln!(self.out, "{today} the file of stages does not count: {why}")?,
                _ => writeln!(self.out, "{today} {}: {}", entry.words(), entry.why)?,
            }
        }
        self.watch.begin(ratewright::value::Date::parse(&today.to_string()));
        Ok(())
    }

    /// One request. What old code said is asked for once more, to count answers that are wrong: a service has no need to.
    fn price(&mut self, shipment: &Shipment, counted: &mut Counted) {
        let input = shipment.input();
        let subject = Subject::of(&shipment.customer).case(&shipment.id);
        let priced = self.migration.price(&mut self.context, &subject, &input, || legacy(&input));
        let (by, expected) = match priced.by {
            By::Legacy => ("old code", legacy(&input)),
            By::Candidate => ("the rules", self.of_rules(&input)),
            By::Both => ("both", self.of_both(&input)),
        };
        *counted.by.entry(by).or_default() += 1;
        counted.wrong += u64::from(priced.answer != expected);
    }

    /// What edition 6 says, and nobody else.
    fn of_rules(&self, input: &serde_json::Value) -> Quoted {
        match Answer::from(&self.rules.quote_json(&input.to_string())) {
            Answer::Priced(prices) => Ok(prices),
            Answer::Refused { code, .. } => Err(code),
            Answer::Failed(words) => Err(words),
        }
    }

    /// What old code says, with the two trusted charges as the rules have them: they never differed, so that all amounts are the same.
    fn of_both(&self, input: &serde_json::Value) -> Quoted {
        let mut prices = legacy(input)?;
        for line in &mut prices.lines {
            let trusted =
                [("RES", "RESIDENTIAL"), ("LFT", "LIFTGATE")].into_iter().find(|(code, _)| *code == line.charge);
            line.charge = trusted.map_or(line.charge.clone(), |(_, charge)| charge.to_owned());
        }
        Ok(prices)
    }

    /// A guard has tripped: everybody is priced by old code from the next call on, and the log says why.
    fn step_back(&mut self, why: &str, today: Date) -> Outcome<()> {
        let plan = serde_json::json!({
            "format": 1, "migration": "freight", "stage": "shadow", "who": "the guards", "why": why,
        });
        let change = Change::parse(&plan.to_string())?;
        self.file.change(&self.migration, change, at(today, 12)?)?;
        Ok(writeln!(self.out, "{today} back to shadow at once: {why}")?)
    }

    /// What became of the shipments since this was told last.
    fn tell(&mut self, counted: &mut Counted) -> Outcome<()> {
        let Seen { matches, tolerated, waived, differ, .. } = self.watch.take();
        let Counted { by, wrong } = std::mem::take(counted);
        if by.is_empty() {
            return Ok(());
        }
        let by: Vec<String> = by.iter().map(|(who, count)| format!("{count} by {who}")).collect();
        let compared = format!("{matches} match, {tolerated} tolerated, {waived} waived, {differ} differ");
        Ok(writeln!(self.out, "           {}; {compared}; {wrong} wrong answers", by.join(", "))?)
    }
}

impl Entry {
    /// What stands in the file.
    fn plan(&self) -> String {
        let words = |text: &str| serde_json::Value::from(text).to_string();
        let who = words("Dana Reyes");
        let Entry { stage, why, .. } = self;
        format!("{{ \"format\": 1, \"migration\": \"freight\", {stage}, \"who\": {who}, \"why\": {} }}\n", words(why))
    }

    /// The stage in words.
    fn words(&self) -> String {
        self.stage.replace("\"stage\": ", "").replace('"', "")
    }
}

/// The file of stages as somebody writes it: whole, and then in its place.
fn write_plan(path: &Path, entry: &Entry) -> Outcome<()> {
    let written = path.with_extension("new");
    fs::write(&written, entry.plan())?;
    Ok(fs::rename(written, path)?)
}

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn edition(name: &str) -> Outcome<RuleSet> {
    Ok(RuleSet::from_file(own(&format!("rules/{name}.rules")))?)
}

fn at(day: Date, hour: u8) -> Outcome<Moment> {
    Ok(format!("{day}T{hour:02}:00:00Z").parse::<Moment>()?)
}

/// What old code quotes, in the words of the service.
fn legacy(input: &serde_json::Value) -> Quoted {
    let asked = adapter::ask(input).ok_or("old code cannot be asked that")?;
    match adapter::answer(asked.as_ref()) {
        Answer::Priced(prices) => Ok(prices),
        Answer::Refused { code, .. } => Err(code),
        Answer::Failed(words) => Err(words),
    }
}

/// What an answer of old code means, for comparing.
fn reading(quoted: Result<&Prices, &String>) -> Answer {
    match quoted {
        Ok(prices) => prices.clone().into(),
        Err(code) => Answer::refused(code.as_str(), ""),
    }
}

/// An answer of the service, of what the rules say or of both.
fn making(composed: &Composed<'_>) -> Option<Quoted> {
    Some(match composed {
        Composed::Refused { code, .. } => Err((*code).to_owned()),
        Composed::Priced(prices) => {
            let mut made = Prices::new();
            for line in &prices.lines {
                made = made.line(line.charge, Money { amount: line.amount.clone(), currency: line.currency });
            }
            made.totals = prices.totals.clone();
            Ok(made)
        }
    })
}
