//! The service: shipment after shipment through one door, while the stages of a file go forward day by day, and back at once when a guard trips.
//!
//! Days pass here as fast as they are computed, by a clock that is set by hand, so that a run is the same each time. In a real service the same calls stand in the
//! handler of a request, `StageFile::watch` looks at the file and lets the guards look each second, and comparing is handed to a `Ring`.

use crate::adapter;
use crate::plan::{CANARY, Entry, MENDED, SHADOW, WRONG, write_plan};
use crate::shipment::Shipment;
use crate::traffic::Traffic;
use jiff::civil::{Date, date};
use ratewright::RuleSet;
use ratewright::live::{Book, Edition};
use ratewright::migrate::RedactionKey;
use ratewright::migrate::stage::Subject;
use ratewright::migrate::{
    Answer, By, Composed, Guards, Measure, Migration, MigrationContext, Policy, Prices, Waivers,
};
use ratewright::quote::Money;
use ratewright_migration::findings::Findings;
use ratewright_migration::{
    Gatherer, GathererCounts, GathererLimits, GathererWorker, Gathering, Guarding, Log, Look, StageFile,
};
use ratewright_sources::{Clock, ManualClock, Moment};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A result, or why there is none, for people.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the service answers: prices, or the code of a refusal.
type Quoted = Result<Prices, String>;

/// So long the window is that the guards look at: shorter than a day, so that none of yesterday is in that of a morning.
const WINDOW: Duration = Duration::from_secs(12 * 3_600);
/// So much time passes from shipment to shipment.
const BETWEEN: Duration = Duration::from_secs(120);

/// So many shipments may wait to be gathered: three quarters of it are more than 35 days of 250.
const ALL_WAIT: usize = 16_384;

/// The door, the file of stages with its log and its guards, and who gathers.
struct Service<'w> {
    migration: Arc<Migration<Prices, String>>,
    book: Arc<Book>,
    rules: RuleSet,
    file: StageFile,
    folder: PathBuf,
    clock: Arc<ManualClock>,
    guarding: Arc<Guarding>,
    gatherer: Arc<Gatherer>,
    worker: GathererWorker,
    /// What was compared when that was told last.
    told: Compared,
    context: MigrationContext,
    out: &'w mut dyn Write,
}

/// How many cases were compared, and what they came to.
#[derive(Debug, Clone, Copy, Default)]
struct Compared {
    matches: u64,
    tolerated: u64,
    waived: u64,
    differ: u64,
}

/// What became of the shipments of some days.
#[derive(Default)]
struct Counted {
    by: BTreeMap<&'static str, u64>,
    wrong: u64,
}

/// 35 days in shadow, with a practice of going back.
pub fn shadow(folder: &Path, out: &mut dyn Write) -> Outcome<()> {
    if log_of(folder).exists() {
        let folder = folder.display();
        return Err(format!("both sides ran in {folder} before, and the log of it goes on: say `canary {folder}`, or take another folder").into());
    }
    fs::create_dir_all(folder)?;
    write_plan(&folder.join("stages.json"), &SHADOW[0])?;
    Service::open(folder, SHADOW[0].day, out)?.run(&SHADOW, date(2026, 12, 7))
}

/// From the first customers to all of them, with a wrong edition on the way.
pub fn canary(folder: &Path, out: &mut dyn Write) -> Outcome<()> {
    if !log_of(folder).exists() {
        let folder = folder.display();
        return Err(format!("both sides did not run in {folder} yet: say `shadow {folder}` first").into());
    }
    Service::open(folder, CANARY[0].day, out)?.run(&CANARY, date(2026, 12, 23))
}

fn log_of(folder: &Path) -> PathBuf {
    folder.join("stages.log")
}

impl<'w> Service<'w> {
    fn open(folder: &Path, day: Date, out: &'w mut dyn Write) -> Outcome<Self> {
        let rules = edition("6-zone-6")?;
        let book = Arc::new(Book::default());
        book.publish(Edition::new(rules.clone()))?;
        let measure: Measure = serde_json::from_str(&fs::read_to_string(own("agreed.json"))?)?;
        let waivers: Waivers = serde_json::from_str(&fs::read_to_string(own("service_waivers.json"))?)?;
        let guards: Guards = fs::read_to_string(own("guards.json"))?.parse()?;
        let policy: Policy = fs::read_to_string(own("policy.json"))?.parse()?;
        let clock = Arc::new(ManualClock::at(at(day, 6)?));
        let guarding = Arc::new(Guarding::new(guards, WINDOW, clock.clone()).with_waivers(waivers.clone()));

        // Nothing in these inputs must not be kept. Where something must not, the key comes from where the service has its secrets.
        let key = RedactionKey::new(b"a key of this example, not a secret").ok_or("the key is too short")?;
        let gathering = Gathering { measure: measure.clone(), waivers, policy, ..Gathering::usual(key) };
        fs::create_dir_all(folder.join("gathered"))?;
        // A service leaves it at the usual limits. Here nobody waits for the prices while evidence is gathered, it is written where it is asked for alone, and a change
        // waits for it however long it takes, so that the log is the same each time; and all shipments of a run find room to wait, however slow the machine is.
        let (waiting, waiting_bytes) = (ALL_WAIT, usize::MAX);
        let limits = GathererLimits {
            share: 1_000,
            written_every: Duration::MAX,
            evidence_within: Duration::MAX,
            waiting,
            waiting_bytes,
            ..GathererLimits::default()
        };
        let gatherer = Gatherer::open(folder.join("gathered"), gathering, limits, clock.clone())?;

        let (known, log) = (gatherer.clone(), log_of(folder));
        let opened = StageFile::open(folder.join("stages.json"), Log::open(log_of(folder))?, clock.now(), move || {
            known.keep_evidence(&log)
        })?;
        let mut warning = None;
        let (file, stages) = opened.telling(|why| warning = Some(why.to_owned()));
        if let Some(why) = warning {
            writeln!(out, "{day} the file of stages does not count: {why}")?;
        }
        let migration = Migration::new(stages, book.clone(), "freight.ltl", reading, making)
            .measured_by(measure)
            .observed_by(guarding.clone())
            .observed_by(gatherer.clone());
        let migration = Arc::new(migration);
        let counted = migration.clone();
        let worker = gatherer.start(move || counted.counts())?;
        let file = file.guarded_by(guarding.clone());
        let (folder, context) = (folder.to_owned(), MigrationContext::default());
        let mut service = Service {
            migration,
            book,
            rules,
            file,
            folder,
            clock,
            guarding,
            gatherer,
            worker,
            told: Compared::default(),
            context,
            out,
        };
        service.told = service.compared()?;
        Ok(service)
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
            self.clock.pass(BETWEEN);
            self.price(&shipment, &mut counted);
            self.guard(today, &mut counted)?;
        }
        self.tell(&mut counted)?;
        let head = self.file.log().head().map(|head| head.to_string()).unwrap_or_default();
        self.worker.finish();
        if let Some(trouble) = self.gatherer.trouble() {
            writeln!(self.out, "evidence and findings: {trouble}")?;
        }
        if let Some(words) = not_gathered(&self.gatherer.counts()) {
            writeln!(self.out, "{words}")?;
        }
        Ok(writeln!(self.out, "head of the log: {head}")?)
    }

    /// The guards look: where a limit is passed the stages go back at once, and the log says why.
    fn guard(&mut self, today: Date, counted: &mut Counted) -> Outcome<()> {
        match self.file.guard(&self.migration, self.clock.now()) {
            Look::SteppedBack { why, .. } => {
                self.tell(counted)?;
                Ok(writeln!(self.out, "{today} back to shadow at once: {why}")?)
            }
            Look::Tripped(why) => Ok(writeln!(self.out, "{today} nothing to go back from: {why}")?),
            Look::Kept(why) => Ok(writeln!(self.out, "{today} the guards: {why}")?),
            _ => Ok(()),
        }
    }

    /// The morning: editions that are published, and the stages that are written for this day.
    fn begin(&mut self, plan: &[Entry], today: Date, counted: &mut Counted) -> Outcome<()> {
        let morning = at(today, 6)?;
        self.clock.pass(morning.since(self.clock.now()));
        // The window of yesterday ends before anybody goes forward.
        self.guard(today, counted)?;
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
            write_plan(&self.folder.join("stages.json"), entry)?;
            match self.file.look(&self.migration, self.clock.now()) {
                Look::Kept(why) => writeln!(self.out, "{today} the file of stages does not count: {why}")?,
                _ => writeln!(self.out, "{today} {}: {}", entry.words(), entry.why)?,
            }
        }
        Ok(())
    }

    /// One request. What old code said is asked for once more, to count answers that are wrong: a service has no need to.
    fn price(&mut self, shipment: &Shipment, counted: &mut Counted) {
        let input = shipment.input();
        let subject = Subject::of(&shipment.customer).case(&shipment.id);
        let old = || legacy(&input);
        let priced = self.guarding.price(&self.migration, &mut self.context, &subject, &input, old);
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

    /// What became of the shipments since this was told last. What waits is gathered before, so that the log tells of all evidence with each change.
    fn tell(&mut self, counted: &mut Counted) -> Outcome<()> {
        let Counted { by, wrong } = std::mem::take(counted);
        if by.is_empty() {
            return Ok(());
        }
        self.worker.write();
        let (now, before) = (self.compared()?, self.told);
        self.told = now;
        let by: Vec<String> = by.iter().map(|(who, count)| format!("{count} by {who}")).collect();
        let counts = [
            (now.matches - before.matches, "match"),
            (now.tolerated - before.tolerated, "tolerated"),
            (now.waived - before.waived, "waived"),
            (now.differ - before.differ, "differ"),
        ];
        let compared = counts.map(|(count, word)| format!("{count} {word}")).join(", ");
        Ok(writeln!(self.out, "           {}; {compared}; {wrong} wrong answers", by.join(", "))?)
    }

    /// What all cases came to that were gathered, of whichever edition, as the findings have it.
    fn compared(&self) -> Outcome<Compared> {
        let mut all = Compared::default();
        for file in fs::read_dir(self.folder.join("gathered"))? {
            let path = file?.path();
            let is_one = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("findings-"));
            if is_one {
                let tally = Findings::from_json(&fs::read_to_string(path)?)?.tally;
                all.matches += tally.matches;
                all.tolerated += tally.within_tolerance;
                all.waived += tally.waived;
                all.differ += tally.mismatches;
            }
        }
        Ok(all)
    }
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

/// That shipments were compared and not gathered, if some were: the counts above leave them out.
pub fn not_gathered(counts: &GathererCounts) -> Option<String> {
    let lost = counts.seen.saturating_sub(counts.gathered);
    let words = || format!("evidence and findings: {lost} of {} shipments were compared and not gathered", counts.seen);
    (lost > 0).then(words)
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
