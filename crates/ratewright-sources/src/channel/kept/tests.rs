#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::disk::LocalDisk;
use crate::{KeyId, TrustedKeys};
use minisign::KeyPair;
use std::collections::BTreeMap;
use std::fs;

struct Desk {
    folder: tempfile::TempDir,
    key: KeyPair,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap(), key: key() }
    }

    fn kept(&self) -> Kept {
        Kept::new(Box::new(LocalDisk), self.folder.path(), "production", "parcel")
    }

    fn keep(&self, place: Place, epoch: u64, key: &KeyPair, bundles: &[&[u8]]) -> GenerationId {
        let (id, file, named) = generation(epoch, key, bundles);
        let bytes = |named: &Named| {
            let found = bundles.iter().find(|bytes| Digest::of_bytes(bytes) == named.sha256);
            found.map(|bytes| bytes.to_vec()).ok_or_else(|| "nobody has it".to_owned())
        };
        self.kept().keep(place, id, &file, &named, bytes).unwrap();
        id
    }

    fn epochs(&self, place: Place) -> Vec<u64> {
        self.kept().generations(place).unwrap().iter().map(|id| id.epoch).collect()
    }

    /// All files that are kept, as paths.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, found) } else { found.push(path) }
            }
        }
        let mut found = Vec::new();
        walk(self.folder.path(), &mut found);
        found.iter().map(|path| path.strip_prefix(self.folder.path()).unwrap().display().to_string()).collect()
    }
}

fn key() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().unwrap()
}

fn trust(keys: &[&KeyPair]) -> TrustedKeys {
    let mut trusted = TrustedKeys::new();
    for key in keys {
        trusted.add(&key.pk.to_base64(), None).unwrap();
    }
    trusted
}

fn id_of(key: &KeyPair) -> KeyId {
    trust(&[]).add(&key.pk.to_base64(), None).unwrap()
}

fn generation(epoch: u64, key: &KeyPair, bundles: &[&[u8]]) -> (GenerationId, Vec<u8>, Vec<Named>) {
    let named = |bytes: &&[u8]| Named {
        sha256: Digest::of_bytes(bytes),
        size: bytes.len() as u64,
        version: None,
        untested: false,
    };
    let named: Vec<Named> = bundles.iter().map(named).collect();
    let made = "2026-04-02T12:00:00Z".parse().unwrap();
    let text = SignedPointer::text_of(&Pointer::new("production", "parcel", epoch, named.clone(), made)).unwrap();
    let signature = minisign::sign(None, &key.sk, text.as_bytes(), None, None).unwrap().into_string();
    let signed = SignedPointer { pointer: text, signature: Some(signature) };
    (GenerationId { epoch, pointer: signed.digest() }, signed.to_bytes().unwrap(), named)
}

#[test]
fn what_was_kept_is_there_byte_for_byte_and_only_under_its_own_name() {
    let desk = Desk::new();
    let (id, file, named) = generation(7, &desk.key, &[b"one", b"two"]);
    let (kept, bytes) = (desk.kept(), BTreeMap::from([(named[0].sha256, b"one"), (named[1].sha256, b"two")]));
    kept.keep(Place::Live, id, &file, &named, |named| Ok(bytes[&named.sha256])).unwrap();
    let trust = Trust::Keys(trust(&[&desk.key]));
    let read = kept.pointer(Place::Live, id, &trust).unwrap();
    assert_eq!((read.file, read.pointer.epoch, read.by), (file, 7, Some(id_of(&desk.key))));
    assert_eq!(kept.bundle(&named[1]).unwrap(), b"two");
    assert!(kept.bundle(&Named { size: 4, ..named[1].clone() }).is_none(), "of another size");
    assert!(kept.holds(Place::Live, id) && !kept.holds(Place::Announced, id));
    assert_eq!(desk.files().len(), 3, "{:?}", desk.files());

    let folder = kept.folder().join("live");
    let other = GenerationId { epoch: 8, ..id };
    fs::rename(folder.join(id.to_string()), folder.join(other.to_string())).unwrap();
    let why = kept.pointer(Place::Live, other, &trust).unwrap_err().why;
    assert!(why.contains("it is not the one that its folder is called after"), "{why}");
    let elsewhere = Kept::new(Box::new(LocalDisk), desk.folder.path(), "staging", "parcel");
    assert_eq!(elsewhere.generations(Place::Live).unwrap(), []);
}

#[test]
fn the_last_three_that_count_stay() {
    let desk = Desk::new();
    let trusted = Trust::Keys(trust(&[&desk.key]));
    for epoch in 1..=5 {
        desk.keep(Place::Live, epoch, &desk.key, &[b"always", format!("bundle {epoch}").as_bytes()]);
        desk.kept().prune(&trusted, Some(epoch)).unwrap();
    }
    assert_eq!(desk.epochs(Place::Live), [5, 4, 3]);
    assert_eq!(desk.files().len(), 9, "{:?}", desk.files());

    // Whoever stole a key signs epochs that are never reached again. Once it is revoked they take no places.
    let stolen = key();
    for epoch in u64::MAX - 3..=u64::MAX {
        desk.keep(Place::Live, epoch, &stolen, &[b"bad"]);
    }
    let mut keys = trust(&[&desk.key, &stolen]);
    keys.revoke(id_of(&stolen));
    desk.keep(Place::Live, 6, &desk.key, &[b"always"]);
    desk.kept().prune(&Trust::Keys(keys), Some(6)).unwrap();
    assert_eq!(desk.epochs(Place::Live), [6, 5, 4]);
}

#[test]
fn what_was_announced_and_left_half_written_goes() {
    let desk = Desk::new();
    let trusted = Trust::Keys(trust(&[&desk.key]));
    for epoch in [7, 8, 9] {
        desk.keep(Place::Announced, epoch, &desk.key, &[b"1"]);
    }
    desk.kept().prune(&trusted, Some(6)).unwrap();
    assert_eq!(desk.epochs(Place::Announced), [9]);
    for epoch in [6, 7, 8, 9] {
        desk.keep(Place::Live, epoch, &desk.key, &[b"1"]);
    }
    let (half, _, _) = generation(5, &desk.key, &[b"1"]);
    let half_written = desk.kept().folder().join("live").join(half.to_string());
    fs::create_dir(&half_written).unwrap();
    fs::write(half_written.join(".pointer.json.0123456789abcdef.new"), b"{").unwrap();
    desk.kept().prune(&trusted, Some(9)).unwrap();
    assert_eq!((desk.epochs(Place::Announced), desk.epochs(Place::Live)), (vec![], vec![9, 8, 7]));
    assert!(!half_written.exists());
    let left = desk.files();
    assert!(left.iter().all(|path| !path.ends_with(".new")) && left.len() == 6, "{left:?}");
}

#[test]
fn a_damaged_bundle_is_taken_from_elsewhere_or_written_again() {
    let desk = Desk::new();
    let first = desk.keep(Place::Live, 1, &desk.key, &[b"one"]);
    let (_, _, named) = generation(1, &desk.key, &[b"one"]);
    fs::write(desk.kept().generation(Place::Live, first).join(named[0].sha256.to_string()), b"0ne").unwrap();
    assert_eq!(desk.kept().bundle(&named[0]), None);
    desk.keep(Place::Live, 2, &desk.key, &[b"one"]);
    assert_eq!(desk.kept().bundle(&named[0]).unwrap(), b"one");
    desk.keep(Place::Live, 1, &desk.key, &[b"one"]);
    let path = desk.kept().generation(Place::Live, first).join(named[0].sha256.to_string());
    assert_eq!(fs::read(path).unwrap(), b"one");
}

#[test]
fn the_highest_epoch_of_each_key_is_marked_and_those_of_revoked_keys_do_not_count() {
    let (desk, other) = (Desk::new(), key());
    let keys = trust(&[&desk.key, &other]);
    let seen = |keys: &TrustedKeys| desk.kept().seen(&Trust::Keys(keys.clone())).unwrap();
    assert_eq!(seen(&keys), None);
    let mark = |epoch, key: &KeyPair| {
        let (id, _, _) = generation(epoch, key, &[]);
        desk.kept().mark(&Mark { id, by: Some(id_of(key)) }).unwrap();
        id
    };
    let seventh = mark(7, &desk.key);
    assert_eq!(seen(&keys), Some(Seen { epoch: 7, pointers: vec![seventh.pointer] }));
    let last = mark(u64::MAX, &other);
    assert_eq!(mark(6, &desk.key).epoch, 6);
    assert_eq!(seen(&keys).unwrap(), last.into(), "a lower one sets nothing back");
    assert_eq!(mark(7, &desk.key), seventh);
    let mut revoked = keys.clone();
    revoked.revoke(id_of(&other));
    assert_eq!(seen(&revoked).unwrap(), seventh.into());

    let eighth = mark(8, &desk.key);
    assert_eq!(desk.files().len(), 2, "{:?}", desk.files());
    let second = GenerationId { pointer: Digest::of_bytes(b"another"), ..eighth };
    desk.kept().mark(&Mark { id: second, by: Some(id_of(&desk.key)) }).unwrap();
    let mut both = vec![eighth.pointer, second.pointer];
    both.sort_unstable();
    assert_eq!(seen(&revoked), Some(Seen { epoch: 8, pointers: both }));

    // A mark that nobody signed counts where nobody has to.
    let (ninth, _, _) = generation(9, &desk.key, &[]);
    desk.kept().mark(&Mark { id: ninth, by: None }).unwrap();
    assert_eq!(seen(&revoked).unwrap().epoch, 8);
    revoked.revoke(id_of(&desk.key));
    assert_eq!((seen(&revoked), desk.kept().seen(&Trust::Unsigned).unwrap().unwrap().epoch), (None, u64::MAX));
}

#[test]
fn names_of_folders_lead_nowhere_and_are_one_for_each_text() {
    let texts = ["", ".", "..", "a/b", "a%2f%b", "a\\b", "production", "eu.prod-1_b", "运费", "a\0", "c:", ".a", "%"];
    let names: Vec<String> = texts.iter().map(|text| file_name(text)).collect();
    let plain = |name: &String| {
        !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']) && name != ".."
    };
    assert!(names.iter().all(plain), "{names:?}");
    let mut once = names.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), texts.len(), "{names:?}");
    assert_eq!((&*names[6], &*names[7], &*names[8]), ("production", "eu.prod-1_b", "运费"));
}
