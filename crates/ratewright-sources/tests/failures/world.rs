//! What the tests act in: a publisher with a key, a store in memory that says what was asked of it, and the folder of a client.

use minisign::KeyPair;
use ratewright::RuleSet;
use ratewright::live::Book;
use ratewright_sources::channel::{
    Channel, Named, Pointer, SignedPointer, Trust, bundle_path, epoch_path, pointer_path,
};
use ratewright_sources::store::{Answer, Memory, Store, StoreError, Tag};
use ratewright_sources::{Bundle, Look, Moment, Outcome, Source, TrustedKeys};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub const CHANNEL: &str = "production";
pub const RULE_SET: &str = "parcel";

/// A store that remembers which files it gave.
#[derive(Default)]
pub struct Recorded {
    pub memory: Memory,
    given: Mutex<Vec<String>>,
    after: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded").field("memory", &self.memory).finish_non_exhaustive()
    }
}

impl Store for Recorded {
    fn place(&self) -> String {
        self.memory.place()
    }

    fn read(&self, path: &str, unless: Option<&Tag>, most: u64) -> Result<Answer, StoreError> {
        let answer = self.memory.read(path, unless, most);
        if let Ok(Answer::File { .. }) = &answer {
            self.given.lock().unwrap().push(path.to_owned());
        }
        let after = self.after.lock().unwrap().take();
        if let Some(after) = after {
            after();
        }
        answer
    }
}

impl Recorded {
    /// What happens between the next answer and whoever asked.
    pub fn after_the_next(&self, happens: impl FnOnce() + Send + 'static) {
        *self.after.lock().unwrap() = Some(Box::new(happens));
    }

    /// The files that were given since this was asked last.
    pub fn given(&self) -> Vec<String> {
        std::mem::take(&mut self.given.lock().unwrap())
    }
}

pub struct World {
    pub store: Arc<Recorded>,
    pub key: KeyPair,
    folder: TempDir,
}

impl World {
    pub fn new() -> World {
        World { store: Arc::default(), key: key(), folder: tempfile::tempdir().unwrap() }
    }

    /// A store whose first epoch is a tariff of 10 USD, and a client that runs it.
    pub fn running() -> (World, Book, Channel) {
        let (world, book) = (World::new(), Book::default());
        world.publish(1, &[&tariff("1", 10)]);
        let channel = world.started(&book);
        (world, book, channel)
    }

    /// Where clients keep what they run.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    pub fn trust(&self) -> Trust {
        trust(&[&self.key], &[])
    }

    /// A client that is started for the first time, or again.
    pub fn channel(&self) -> Channel {
        self.unkept().kept_in(self.folder())
    }

    /// One that keeps nothing.
    pub fn unkept(&self) -> Channel {
        Channel::new(self.store.clone(), CHANNEL, RULE_SET, self.trust())
    }

    /// Puts bundles and the pointer that names them into the store, and gives the file of the pointer.
    pub fn publish(&self, epoch: u64, bundles: &[&Bundle]) -> Vec<u8> {
        bundles.iter().for_each(|bundle| self.put(bundle));
        self.publish_pointer(&pointer(epoch, bundles))
    }

    /// Puts a pointer into the store, and gives its file.
    pub fn publish_pointer(&self, pointer: &Pointer) -> Vec<u8> {
        let file = self.signed(pointer);
        self.store.memory.put(&epoch_path(CHANNEL, RULE_SET, pointer.epoch), &file);
        self.show(&file);
        file
    }

    pub fn put(&self, bundle: &Bundle) {
        self.store.memory.put(&bundle_path(bundle.digest()), bundle.as_bytes());
    }

    /// Lets the store show a file as the current pointer.
    pub fn show(&self, file: &[u8]) {
        self.store.memory.put(&pointer_path(CHANNEL, RULE_SET), file);
    }

    pub fn signed(&self, pointer: &Pointer) -> Vec<u8> {
        signed_by(&self.key, pointer)
    }

    /// The first look of a client that has been started.
    pub fn started(&self, book: &Book) -> Channel {
        let mut channel = self.channel();
        channel.start(book, noon());
        channel.look(book, noon());
        channel
    }
}

pub fn key() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().unwrap()
}

pub fn trust(keys: &[&KeyPair], revoked: &[&KeyPair]) -> Trust {
    let mut trusted = TrustedKeys::new();
    for key in keys {
        trusted.add(&key.pk.to_base64(), None).unwrap();
    }
    for key in revoked {
        let id = trusted.clone().add(&key.pk.to_base64(), None).unwrap();
        trusted.revoke(id);
    }
    Trust::Keys(trusted)
}

pub fn signed_by(key: &KeyPair, pointer: &Pointer) -> Vec<u8> {
    let text = SignedPointer::text_of(pointer).unwrap();
    let signature = minisign::sign(None, &key.sk, text.as_bytes(), Some("a pointer"), None).unwrap().into_string();
    SignedPointer { pointer: text, signature: Some(signature) }.to_bytes().unwrap()
}

pub fn pointer(epoch: u64, bundles: &[&Bundle]) -> Pointer {
    let named = bundles.iter().map(|bundle| Named::of(bundle)).collect();
    Pointer::new(CHANNEL, RULE_SET, epoch, named, noon())
}

/// A tariff that charges one price.
pub fn tariff(version: &str, price: u64) -> Bundle {
    bundle(&format!("ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD }}\ncharge BASE = {price} USD"))
}

pub fn bundle(text: &str) -> Bundle {
    Bundle::build(&RuleSet::compile(text).unwrap()).unwrap()
}

/// What a parcel costs; where nobody prices it, why.
pub fn price(book: &Book) -> String {
    match book.quote_json(RULE_SET, "{}") {
        Ok(quote) => quote.totals().first().unwrap().to_string(),
        Err(error) => error.to_string(),
    }
}

pub fn noon() -> Moment {
    moment("2026-04-02T12:00:00Z")
}

pub fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// Why a look refused what it found.
pub fn refusal(look: Look) -> String {
    match look.outcome {
        Outcome::Refused { why } => why,
        other => panic!("{other:?}"),
    }
}
