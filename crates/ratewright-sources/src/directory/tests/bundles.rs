//! Bundles in a folder, and those who signed them.

use super::*;
use crate::TrustedKeys;
use crate::bundle::Bundle;
use minisign::KeyPair;
use ratewright::RuleSet;

fn bundle(text: &str) -> Vec<u8> {
    Bundle::build(&RuleSet::compile(text).unwrap()).unwrap().as_bytes().to_vec()
}

fn sign(pair: &KeyPair, bytes: &[u8]) -> String {
    minisign::sign(None, &pair.sk, bytes, Some("test"), None).unwrap().into_string()
}

fn trusted(pair: &KeyPair) -> TrustedKeys {
    let mut keys = TrustedKeys::new();
    keys.add(&pair.pk.to_base64(), None).unwrap();
    keys
}

#[test]
fn bundles_count_beside_rule_files() {
    let mut stand = Stand::new();
    stand.folder.write("ocean.rules", of("ocean", "1", "3"));
    let bytes = bundle(&parcel("1", "10"));
    stand.folder.write("parcel.bundle.zip", &bytes[..bytes.len() / 2]);
    assert!(stand.nothing().starts_with("parcel.bundle.zip: the bundle is not whole"));
    stand.folder.write("parcel.bundle.zip", &bytes);
    assert_eq!(stand.swapped().loaded.len(), 2);
    let mut altered = bundle(&parcel("2", "12"));
    let at = altered.len() / 2;
    altered[at] ^= 1;
    stand.folder.write("parcel.bundle.zip", &altered);
    stand.refused();
    assert_eq!(stand.total(), "10.00 USD");
}

#[test]
fn only_signed_bundles_count_where_keys_are_given() {
    let (pair, stranger) =
        (KeyPair::generate_unencrypted_keypair().unwrap(), KeyPair::generate_unencrypted_keypair().unwrap());
    let mut stand = Stand::with(|directory| directory.signed_by(trusted(&pair)));
    stand.folder.write("ocean.rules", of("ocean", "1", "3"));
    let why = stand.nothing();
    assert!(why.ends_with(": `ocean.rules` does not count: only signed bundles do in this folder"), "{why}");
    std::fs::remove_file(stand.folder.rules().join("ocean.rules")).unwrap();
    let bytes = bundle(&parcel("1", "10"));
    stand.folder.write("parcel.bundle.zip", &bytes);
    assert!(stand.nothing().starts_with("parcel.bundle.zip: the bundle is not signed"));
    stand.folder.write("parcel.bundle.zip.minisig", sign(&stranger, &bytes));
    assert!(stand.nothing().contains("which is not trusted"));
    stand.folder.write("parcel.bundle.zip.minisig", sign(&pair, &bytes));
    stand.folder.write("parcel.rules", parcel("9", "1"));
    let look = stand.settled();
    assert!(matches!(look.outcome, Outcome::Swapped(_)), "{look:?}");
    assert_eq!(look.warnings, ["`parcel.rules` does not count: only signed bundles do in this folder"]);
    assert_eq!(stand.total(), "10.00 USD");
    // Another bundle under the old signature.
    stand.folder.write("parcel.bundle.zip", bundle(&parcel("2", "1")));
    assert!(stand.refused().contains("the signature does not fit the file"));
    // One that nobody signed beside it holds the others back, too.
    stand.folder.write("parcel.bundle.zip", &bytes);
    stand.folder.write("ocean.bundle.zip", bundle(&of("ocean", "1", "3")));
    assert!(stand.refused().starts_with("ocean.bundle.zip: the bundle is not signed"));
    assert_eq!(stand.total(), "10.00 USD");
}

/// The same files, and other keys: what was taken is judged anew.
#[test]
fn a_key_that_is_revoked_while_the_folder_is_looked_at_counts_no_more() {
    let (pair, other) =
        (KeyPair::generate_unencrypted_keypair().unwrap(), KeyPair::generate_unencrypted_keypair().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trusted.keys");
    let line = |pair: &KeyPair| pair.pk.to_box().unwrap().into_string();
    fs::write(&path, line(&pair)).unwrap();
    let files = crate::KeyFiles::read([&path]).unwrap();
    let mut stand = Stand::with(|directory| directory.signed_by(files));
    let bytes = bundle(&parcel("1", "10"));
    stand.folder.write("parcel.bundle.zip", &bytes);
    stand.folder.write("parcel.bundle.zip.minisig", sign(&pair, &bytes));
    stand.swapped();
    let id = trusted(&pair).keys().next().unwrap().0;
    fs::write(&path, format!("{}\nrevoked {id}\n", line(&other))).unwrap();
    assert!(stand.refused().contains("which is revoked"));
    assert_eq!(stand.total(), "10.00 USD");
    let second = bundle(&parcel("2", "12"));
    stand.folder.write("parcel.bundle.zip", &second);
    stand.folder.write("parcel.bundle.zip.minisig", sign(&other, &second));
    stand.swapped();
    fs::remove_file(&path).unwrap();
    let look = stand.settled();
    assert!(look.warnings[0].ends_with("the keys that were read before go on counting"), "{look:?}");
}

#[test]
fn a_path_leads_nowhere_outside() {
    let mut stand = Stand::new();
    fs::write(stand.folder.0.join("secret.rules"), "module secret \"Secret\"\nparameter fuel = 3 USD\n").unwrap();
    stand.folder.write(
        "parcel.rules",
        "ruleset parcel \"Parcels\" { currency USD }\nimport \"../secret.rules\"\ncharge BASE = fuel\n",
    );
    assert!(stand.nothing().contains("parcel.rules:2:"));
    assert!(Path::new(&stand.folder.0).join("secret.rules").is_file());
}
