//! Whoever publishes: a key of minisign, editions with one price, and the publisher of the library.

use minisign::KeyPair;
use ratewright::RuleSet;
use ratewright_sources::channel::{Change, Options, Publisher};
use ratewright_sources::{Bundle, Clock, SystemClock, TrustedKeys, WritableStore};

/// A pair of keys.
pub struct Key(KeyPair);

impl Key {
    pub fn new() -> Key {
        Key(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    /// The file `pricing.pub`.
    pub fn public(&self) -> String {
        self.0.pk.to_box().unwrap().into_string()
    }

    /// The file `pricing.key`.
    pub fn secret(&self) -> String {
        self.0.sk.to_box(None).unwrap().into_string()
    }

    pub fn id(&self) -> String {
        TrustedKeys::parse(&self.public()).unwrap().keys().next().unwrap().0.to_string()
    }

    /// A file `.minisig`.
    pub fn sign(&self, bytes: &[u8]) -> String {
        minisign::sign(None, &self.0.sk, bytes, None, None).unwrap().into_string()
    }
}

/// A tariff with one price.
pub fn rules(version: &str, price: u32) -> String {
    format!(
        "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD effective 2026-01-01 through 2026-12-31 priced on shipped }}\n\
         input {{ shipped : date }}\ncharge BASE = {price} USD\n"
    )
}

pub fn bundle(text: &str) -> Bundle {
    Bundle::build(&RuleSet::compile(text).unwrap()).unwrap()
}

/// Lets this edition run and no other of its rule set; gives the epoch.
pub fn publish(store: &dyn WritableStore, key: Option<&Key>, text: &str) -> u64 {
    let bundle = bundle(text);
    let rule_set = bundle.manifest().rule_set.clone();
    change(store, key, &rule_set, &Change::Only(vec![bundle]))
}

/// As [`publish`], where another key has signed what stands on the channel.
pub fn publish_with(store: &dyn WritableStore, before: &Key, key: &Key, text: &str) {
    let trusted = TrustedKeys::parse(&(before.public() + "\n" + &key.public())).unwrap();
    let publisher = Publisher::signing(store, "production", trusted, |bytes: &[u8]| Ok(key.sign(bytes))).unwrap();
    let (only, now) = (Change::Only(vec![bundle(text)]), SystemClock::default().now());
    publisher.publish("parcel", &only, &Options::default(), now).unwrap();
}

/// Lets what ran at an epoch run again; gives the epoch that it is now.
pub fn roll_back(store: &dyn WritableStore, key: Option<&Key>, epoch: u64) -> u64 {
    change(store, key, "parcel", &Change::Again(epoch))
}

fn change(store: &dyn WritableStore, key: Option<&Key>, rule_set: &str, change: &Change) -> u64 {
    let publisher = match key {
        None => Publisher::unsigned(store, "production"),
        Some(key) => {
            let trusted = TrustedKeys::parse(&key.public()).unwrap();
            Publisher::signing(store, "production", trusted, |bytes: &[u8]| Ok(key.sign(bytes)))
        }
    };
    let now = SystemClock::default().now();
    publisher.unwrap().publish(rule_set, change, &Options::default(), now).unwrap().pointer.epoch
}
