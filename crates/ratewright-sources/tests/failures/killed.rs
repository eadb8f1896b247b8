//! A client is killed by SIGKILL at every step of keeping, and at random moments, again and again in one folder: the next start loads a
//! whole generation, and never one older than what priced before.
//!
//! The client is this test binary, run once more. The long way, about a thousand kills:
//!
//! ```text
//! RATEWRIGHT_KILLS=1000 cargo test -p ratewright-sources --test failures killed
//! ```

use crate::disks::{Stepwise, lot};
use crate::world::{CHANNEL, RULE_SET, World, noon, pointer, price, tariff};
use ratewright::live::{Book, Published, Watcher};
use ratewright_sources::channel::{Channel, Trust, bundle_path, pointer_path};
use ratewright_sources::store::Memory;
use ratewright_sources::{Bundle, Source, TrustedKeys};
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Where the child keeps what it runs, and where the files of its store are.
const FOLDER: &str = "RATEWRIGHT_TEST_FOLDER";
/// At which step of writing it waits to be killed.
const STOP: &str = "RATEWRIGHT_TEST_STOP";

/// How many epochs a child goes through.
const EPOCHS: u64 = 4;

fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{words}").unwrap();
    out.flush().unwrap();
}

/// The child: goes from the epoch that it kept through the next ones, and says what it prices by.
#[test]
fn a_client_that_is_killed() {
    let Ok(folder) = env::var(FOLDER).map(PathBuf::from) else { return };
    let stop: u64 = env::var(STOP).unwrap().parse().unwrap();
    let store = Arc::new(Memory::default());
    for entry in fs::read_dir(folder.join("bundles")).unwrap() {
        let path = entry.unwrap().path();
        store.put(&format!("bundles/{}", path.file_name().unwrap().to_str().unwrap()), &fs::read(&path).unwrap());
    }
    let steps = Arc::new(AtomicU64::new(0));
    let counter = steps.clone();
    let disk = Stepwise(move |path: &Path, bytes: &[u8]| {
        if counter.fetch_add(1, Ordering::SeqCst) + 1 == stop {
            if !bytes.is_empty() {
                fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
            }
            say("waits");
            loop {
                std::thread::sleep(Duration::from_secs(1));
            }
        }
        Ok(())
    });
    let mut keys = TrustedKeys::new();
    keys.add(fs::read_to_string(folder.join("key")).unwrap().trim(), None).unwrap();
    let pricing = Arc::new(Pricing(AtomicU64::new(0)));
    let (book, trust) = (Book::default().watched_by(pricing.clone()), Trust::Keys(keys));
    let mut channel = Channel::new(store.clone(), CHANNEL, RULE_SET, trust).kept_on(disk, folder.join("kept"));
    channel.start(&book, noon());
    let begun = channel.running().epoch.unwrap_or(0);
    for epoch in begun + 1..=begun + EPOCHS {
        let Ok(file) = fs::read(folder.join(format!("pointers/{epoch}"))) else { break };
        store.put(&pointer_path(CHANNEL, RULE_SET), &file);
        pricing.0.store(epoch, Ordering::SeqCst);
        channel.look(&book, noon());
        assert_eq!(channel.running().epoch, Some(epoch));
    }
    say(&format!("steps {}", steps.load(Ordering::SeqCst)));
}

/// Says by which epoch is priced, as soon as that is so.
struct Pricing(AtomicU64);

impl Watcher for Pricing {
    fn swapped(&self, _: &Published) {
        say(&format!("priced {}", self.0.load(Ordering::SeqCst)));
    }
}

/// What the children act in.
struct Yard {
    world: World,
    folder: tempfile::TempDir,
    tariffs: Vec<Bundle>,
    signed: u64,
    /// The last epoch by which a child said that it priced.
    priced: u64,
}

impl Yard {
    fn new() -> Yard {
        let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
        fs::create_dir(folder.path().join("bundles")).unwrap();
        fs::create_dir(folder.path().join("pointers")).unwrap();
        fs::write(folder.path().join("key"), world.key.pk.to_base64()).unwrap();
        let tariffs: Vec<Bundle> = (0..5).map(|price| tariff(&"v".repeat(1 + price), 10 + price as u64)).collect();
        for tariff in &tariffs {
            fs::write(folder.path().join(bundle_path(tariff.digest())), tariff.as_bytes()).unwrap();
        }
        Yard { world, folder, tariffs, signed: 0, priced: 0 }
    }

    fn tariff(&self, epoch: u64) -> &Bundle {
        &self.tariffs[(epoch % 5) as usize]
    }

    fn child(&mut self, stop: u64) -> Child {
        while self.signed < self.priced + 2 * EPOCHS {
            self.signed += 1;
            let file = self.world.signed(&pointer(self.signed, &[self.tariff(self.signed)]));
            fs::write(self.folder.path().join(format!("pointers/{}", self.signed)), file).unwrap();
        }
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "killed::a_client_that_is_killed", "--nocapture", "--test-threads=1"]);
        child.env(FOLDER, self.folder.path()).env(STOP, stop.to_string());
        child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Reads what a child says, to its end or until it waits. Gives the steps that it took, where it came to its end.
    fn listen(&mut self, child: &mut Child) -> Option<u64> {
        let mut steps = None;
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            match line.split_once(' ') {
                // At its start it prices by what it kept, which was checked before.
                Some(("priced", epoch)) if epoch != "0" => self.priced = epoch.parse().unwrap(),
                Some(("steps", count)) => steps = Some(count.parse().unwrap()),
                _ if line == "waits" => break,
                _ => {}
            }
        }
        steps
    }

    /// Starts without a store, as after the kill, and looks at what runs.
    fn check(&mut self, at: &str) {
        let (book, trust) = (Book::default(), self.world.trust());
        self.world.store.memory.fail(Some("gone"));
        let store = self.world.store.clone();
        let mut channel = Channel::new(store, CHANNEL, RULE_SET, trust).kept_in(self.folder.path().join("kept"));
        let look = channel.start(&book, noon());
        let epoch = channel.running().epoch.unwrap_or(0);
        assert!(epoch >= self.priced, "{at}: epoch {epoch} runs, and {} priced before: {look:?}", self.priced);
        assert!(!look.warnings.iter().any(|warning| warning.contains("left out")), "{at}: {look:?}");
        if epoch > 0 {
            let expected = format!("{}.00 USD", 10 + epoch % 5);
            assert_eq!(price(&book), expected, "{at}, epoch {epoch}");
        }
        self.priced = epoch;
        let live = self.folder.path().join("kept/production/parcel/live");
        let generations = fs::read_dir(live).map_or(0, Iterator::count);
        assert!(generations <= 5, "{at}: {generations} generations are left");
    }
}

#[test]
fn killed_at_every_step_it_starts_with_a_whole_generation() {
    let mut yard = Yard::new();
    let mut child = yard.child(u64::MAX);
    let steps = yard.listen(&mut child).expect("nobody kills it");
    assert!(child.wait().unwrap().success() && steps > 40, "{steps}");
    yard.check("the first");
    for stop in 1.. {
        let mut child = yard.child(stop);
        if yard.listen(&mut child).is_some() {
            assert!(child.wait().unwrap().success());
            assert!(stop > 40, "only {stop} steps");
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        yard.check(&format!("step {stop}"));
    }
}

#[test]
fn killed_at_random_moments_it_starts_with_a_whole_generation() {
    let kills: u64 = env::var("RATEWRIGHT_KILLS").map_or(25, |kills| kills.parse().unwrap());
    let mut yard = Yard::new();
    let mut seed = kills;
    // How long a child takes that nobody kills, from when it was started.
    let start = Instant::now();
    let mut child = yard.child(u64::MAX);
    yard.listen(&mut child).expect("nobody kills it");
    child.wait().unwrap();
    let whole = start.elapsed().as_micros() as u64;
    let mut killed = 0;
    for kill in 0..kills {
        let mut child = yard.child(u64::MAX);
        std::thread::sleep(Duration::from_micros(lot(&mut seed) % whole));
        let _ = child.kill();
        killed += u64::from(yard.listen(&mut child).is_none());
        child.wait().unwrap();
        yard.check(&format!("kill {kill}"));
    }
    assert!(killed > kills / 4, "{killed} of {kills} met a child that was still at work");
}
