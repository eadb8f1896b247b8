//! Signatures that the stock tool made, and those of the crate that the command signs with, checked by code that is neither's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright_sources::{KeyId, SignatureError, TrustedKeys};

/// Made by minisign 0.11: `minisign -G -W -p pub -s sec`, `minisign -S -s sec -m msg -t 'tariff, 2026.1'` and, with `-l`, the old kind.
const MESSAGE: &[u8] = b"a tariff\n";
const KEY: &str = "untrusted comment: minisign public key 934FBDFE7ABA942A
RWQqlLp6/r1Pk7pvu6QqMyVQBZ8RGrEsgs1EOw2oeeUlQbhsJCxPXvWk
";
const OTHER_KEY: &str = "untrusted comment: minisign public key A9C6240C5029F06
RWQGnwLFQGKcCs++IgXNVrdVNIhG/IKUN2ABWHMY+WTmWUf1OLHaRGR+
";
const SIGNATURE: &str = "untrusted comment: signature from minisign secret key
RUQqlLp6/r1Pk4PR1OCHHs3Dn1EC14qXsoLmCbN8flM6BUEjzvSKtUr5IF8ptdJo5ImzPlb45RrM5/DfkdxQ/00+zdpv03KsTwc=
trusted comment: tariff, 2026.1
rhCJ6vzoj137Gur3DoPEjooLDFORa0I3mONpHTmz7mjjVBnAHDkOehI9Y96BJxvNNpbNz9Q2wNLX3h5QWK71AA==
";
const OLD_KIND: &str = "untrusted comment: signature from minisign secret key
RWQqlLp6/r1PkyDhOddhCFB38nDo9G1dRIDvHm4qwzcXGquBOV2d38A1svV5N8VGDnFSarBq+ON4K24sY0Q4hocJ4ZH9guXu8A8=
trusted comment: old kind
0Gv6Vx4N3R/lYHEnT8ORLPdnRMT1ems6djzlxHf5YFNPPHQIb6OtiYMETl+9JADhUwpsEZhHaW2VyjJaC5xrBg==
";

fn id(text: &str) -> KeyId {
    text.parse().unwrap()
}

#[test]
fn a_signature_of_the_stock_tool_holds() {
    let trusted = TrustedKeys::parse(KEY).unwrap();
    let signed = trusted.verify(MESSAGE, SIGNATURE).unwrap();
    assert_eq!((signed.key, signed.comment.as_str()), (id("934FBDFE7ABA942A"), "tariff, 2026.1"));
    assert_eq!(signed.name.as_deref(), Some("minisign public key 934FBDFE7ABA942A"));
}

#[test]
fn another_file_another_comment_and_the_old_kind_do_not_hold() {
    let trusted = TrustedKeys::parse(KEY).unwrap();
    let key = id("934FBDFE7ABA942A");
    assert_eq!(trusted.verify(b"a tarif\n", SIGNATURE), Err(SignatureError::DoesNotFit { key }));
    let comment = SIGNATURE.replace("2026.1", "2026.2");
    assert_eq!(trusted.verify(MESSAGE, &comment), Err(SignatureError::DoesNotFit { key }));
    assert_eq!(trusted.verify(MESSAGE, OLD_KIND), Err(SignatureError::OldKind { key }));
    for text in ["", "PK", KEY, &SIGNATURE[..SIGNATURE.len() / 2], &"x\n".repeat(20_000)] {
        assert_eq!(trusted.verify(MESSAGE, text), Err(SignatureError::NotASignature), "{text:.40}");
    }
}

#[test]
fn several_keys_may_be_trusted_and_revoked_ones_count_for_nothing() {
    let old = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let by_old = minisign::sign(None, &old.sk, MESSAGE, Some("old"), None).unwrap().into_string();
    let old = format!("untrusted comment: the old key\n{}\n", old.pk.to_base64());
    let both = TrustedKeys::parse(&format!("# two keys while one is exchanged\n{KEY}\n{old}")).unwrap();
    assert_eq!(both.keys().count(), 2);
    assert!(both.verify(MESSAGE, SIGNATURE).is_ok());
    assert_eq!(both.verify(MESSAGE, &by_old).unwrap().name.as_deref(), Some("the old key"));

    let key = id("934FBDFE7ABA942A");
    let one = TrustedKeys::parse(OTHER_KEY).unwrap();
    let other = id("0A9C6240C5029F06");
    assert_eq!(one.verify(MESSAGE, SIGNATURE), Err(SignatureError::UnknownKey { key, trusted: vec![other] }));
    assert_eq!(
        TrustedKeys::new().verify(MESSAGE, SIGNATURE).unwrap_err().to_string(),
        "the file is signed by the key 934FBDFE7ABA942A, which is not trusted; trusted are none"
    );

    let revoked = TrustedKeys::parse("revoked 934fbdfe7aba942a  # lost on a train\n").unwrap();
    let mut all = both;
    all.extend(revoked.clone());
    assert_eq!(all.verify(MESSAGE, SIGNATURE), Err(SignatureError::Revoked { key }));
    assert!(all.verify(MESSAGE, &by_old).is_ok());
    assert_eq!(all.keys().count(), 1);
    let mut order = revoked;
    order.extend(TrustedKeys::parse(KEY).unwrap());
    assert_eq!(order.verify(MESSAGE, SIGNATURE), Err(SignatureError::Revoked { key }), "whatever comes first");
}

#[test]
fn every_flipped_bit_of_a_signature_is_refused_or_changes_nothing_that_is_signed() {
    let trusted = TrustedKeys::parse(KEY).unwrap();
    let signed = trusted.verify(MESSAGE, SIGNATURE).unwrap();
    let first_line = SIGNATURE.find('\n').unwrap();
    let (mut held, mut last) = (0, 0);
    for at in 0..SIGNATURE.len() {
        for bit in 0..8 {
            let mut bytes = SIGNATURE.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            if let Ok(other) = trusted.verify(MESSAGE, &text) {
                assert_eq!(other, signed, "bit {bit} of byte {at}");
                (held, last) = (held + 1, at);
                assert!(at < first_line || at == SIGNATURE.len() - 1, "bit {bit} of byte {at}");
            }
        }
    }
    assert!(held > 0 && last <= SIGNATURE.len(), "the first line is signed by nobody");
}

#[test]
fn a_list_of_keys_says_which_line_is_wrong() {
    let problem = |text: &str| TrustedKeys::parse(text).unwrap_err().to_string();
    assert!(problem("\n# keys\nRWnothing").starts_with("line 3 is no key of minisign"));
    assert!(problem("revoked me").starts_with("line 1 revokes no key: `me` is no id of a key"));
    let secret = minisign::KeyPair::generate_unencrypted_keypair().unwrap().sk.to_box(None).unwrap().into_string();
    assert!(problem(&secret).starts_with("line 2 is a secret key"), "{}", problem(&secret));
}

#[test]
fn an_id_that_was_copied_wrongly_revokes_nothing_and_is_told() {
    let problem = |text: &str| TrustedKeys::parse(text).unwrap_err().to_string();
    // A digit was lost; minisign itself shows an id that begins with zeros without them.
    assert_eq!(
        problem("# keys\nrevoked 3FB72D728817149   # lost on a train"),
        "line 2 revokes no key: `3FB72D728817149` is no id of a key: it has 15 of 16 hexadecimal digits; copy it anew, and where minisign itself leaves out zeros at the front, write them: 03FB72D728817149"
    );
    for lost in ["3FB7", "0", "3FB72D72881714955", "3FB72D728817149X", "3FB72D72881714 95", ""] {
        assert!(problem(&format!("revoked {lost}")).starts_with("line 1 revokes no key: "), "{lost}");
        assert!(lost.parse::<KeyId>().is_err(), "{lost}");
    }
    let all = TrustedKeys::parse(&format!("{KEY}\nrevoked\t934fbdfe7aba942a\n")).unwrap();
    assert_eq!((all.keys().count(), all.revoked()), (0, &[id("934FBDFE7ABA942A")][..]));
    // The word is misspelt.
    for line in ["revokd 934FBDFE7ABA942A", "Revoked 934FBDFE7ABA942A", "revoke 934FBDFE7", "lost 934FBDFE7ABA942A"] {
        let word = line.split(' ').next().unwrap();
        let words = format!(
            "line 4 begins with `{word}`, which is no word here: a key that was lost is taken out by `revoked` and its id"
        );
        assert_eq!(problem(&format!("{KEY}\n{line}\n")), words);
    }
}
