//! The log of stages: what is written is what another program writes, and whatever is done to it is found.
//!
//! `stages.log` was written by a few lines of Python, with `json` and `hashlib`.

use ratewright::digest::Digest;
use ratewright::migrate::log::{Change, Fault, Record, Verified, verify};
use ratewright::migrate::stage::{Plan, Stage, Stages};
use ratewright::value::Instant;

const LOG: &str = include_str!("stages.log");
const HEAD: &str = "f3172b1e9990df22514723d8dd505664aa06cb4725d6f54efacf6545505129b3";

fn lines() -> Vec<&'static str> {
    LOG.split_inclusive('\n').collect()
}

fn head() -> Option<Digest> {
    Some(HEAD.parse().unwrap())
}

fn faults(log: &str, head: Option<Digest>) -> Vec<String> {
    verify(log.as_bytes(), head).faults.iter().map(Fault::to_string).collect()
}

#[test]
fn a_log_that_another_program_wrote_is_read_and_written_as_the_same() {
    let Verified { records, faults, whole_lines } = verify(LOG.as_bytes(), head());
    assert_eq!((faults, whole_lines, records.len()), (vec![], LOG.len(), 3));
    let mut last: Option<Record> = None;
    for (record, line) in records.iter().zip(lines()) {
        let again = Record::after(last.as_ref(), record.change().clone(), record.at(), record.evidence());
        assert_eq!(again.line(), line);
        assert_eq!(&again, record);
        last = Some(again);
    }
    assert_eq!(last.map(|last| last.digest()), head());
    let [_, second, third] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!((third.change().who.as_str(), third.change().stages.stage()), ("Łukasz", Stage::Off));
    assert_eq!(second.evidence(), Some(Digest::of_bytes(b"")));
    assert_eq!(second.at(), Instant::parse("2026-04-20T06:00:00Z").unwrap());
    assert_eq!(verify(LOG.as_bytes(), None).head(), head());
}

#[test]
fn every_flipped_bit_is_found_in_its_line() {
    let bytes = LOG.as_bytes();
    for at in 0..bytes.len() {
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        for bit in 0..8 {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 1 << bit;
            let found = verify(&flipped, None).faults;
            let is_there = |fault: &Fault| match fault {
                Fault::Unreadable { line, .. } | Fault::Altered { line } | Fault::Astray { line } => Some(*line),
                Fault::Unfinished { line, .. } => Some(*line),
                _ => None,
            };
            assert_eq!(found.first().and_then(is_there), Some(line), "bit {bit} of byte {at}: {found:?}");
        }
    }
}

#[test]
fn every_byte_put_in_or_taken_out_is_found() {
    for at in 0..LOG.len() {
        let (mut less, mut more) = (LOG.as_bytes().to_vec(), LOG.as_bytes().to_vec());
        less.remove(at);
        assert!(!verify(&less, None).faults.is_empty(), "without byte {at}");
        for byte in [b' ', b'\n', b'0', 0] {
            more.insert(at, byte);
            assert!(!verify(&more, None).faults.is_empty(), "{byte} before byte {at}");
            more.remove(at);
        }
    }
    for end in [" ", "\n", "\r\n", "{}", "\0"] {
        assert!(!faults(&format!("{LOG}{end}"), head()).is_empty(), "{end:?} at the end");
    }
}

#[test]
fn lines_that_are_moved_taken_out_put_in_or_doubled_are_found() {
    let of = |order: &[usize]| -> Vec<String> {
        let log: String = order.iter().map(|index| lines()[*index]).collect();
        faults(&log, None)
    };
    const FIRST: &str = "line 1 is not the first record: what came before was cut off, or lines were moved";
    let astray = |line: usize| {
        format!("line {line} does not follow line {}: something was altered, taken out, put in or moved here", line - 1)
    };
    assert_eq!(of(&[0, 1, 2]), Vec::<String>::new());
    assert_eq!(of(&[0, 2]), [astray(2)]);
    assert_eq!(of(&[0, 2, 1]), [astray(2), astray(3)]);
    assert_eq!(of(&[1, 0, 2]), [FIRST.to_owned(), astray(2), astray(3)]);
    assert_eq!(of(&[1, 2]), [FIRST]);
    assert_eq!(of(&[0, 0, 1, 2]), [astray(2)]);
    assert_eq!(of(&[0, 1, 2, 2]), [astray(4)]);
    // Whoever alters a record and makes its digest anew breaks what follows.
    let records = verify(LOG.as_bytes(), None).records;
    let change = Change { who: "Eve".to_owned(), ..records[1].change().clone() };
    let forged = Record::after(Some(&records[0]), change, records[1].at(), records[1].evidence());
    assert_eq!(faults(&[lines()[0], &forged.line(), lines()[2]].concat(), None), [astray(3)]);
    // At the end nothing follows: only a head that was known tells.
    let cut = [lines()[0], &forged.line()].concat();
    assert_eq!(faults(&cut, None), Vec::<String>::new());
    let words = format!(
        "no record has the digest {}, the last that was known: the end was cut off, or the log was written anew",
        records[1].digest()
    );
    assert_eq!(faults(&cut, Some(records[1].digest())), [words]);
}

#[test]
fn a_cut_is_found_by_the_last_known_head() {
    for cut in 0..LOG.len() {
        let found = verify(&LOG.as_bytes()[..cut], head()).faults;
        // Without the end of its line a record is all there, and so is the head.
        let expected = if cut + 1 == LOG.len() {
            Fault::Unfinished { line: 3, is_whole: true }
        } else {
            Fault::Cut { head: head().unwrap() }
        };
        assert_eq!(found.last(), Some(&expected), "{cut}");
        let silent = verify(&LOG.as_bytes()[..cut], None).faults.is_empty();
        assert_eq!(silent, cut == 0 || LOG.as_bytes()[cut - 1] == b'\n', "{cut}");
    }
    // A head from before is there still.
    let earlier = verify(lines()[0].as_bytes(), None).head();
    assert_eq!(faults(LOG, earlier), Vec::<String>::new());
}

#[test]
fn a_last_line_that_was_not_finished_is_told_from_one_that_is_whole() {
    let first = lines()[0].len();
    let part = verify(&LOG.as_bytes()[..first + 100], None);
    assert_eq!((part.records.len(), part.whole_lines), (1, first));
    assert_eq!(part.faults, [Fault::Unfinished { line: 2, is_whole: false }]);
    let whole = verify(&LOG.as_bytes()[..LOG.len() - 1], None);
    assert_eq!((whole.records.len(), whole.whole_lines), (3, LOG.len() - lines()[2].len()));
    assert_eq!(whole.faults, [Fault::Unfinished { line: 3, is_whole: true }]);
    assert_eq!(whole.head(), head());
}

#[test]
fn a_file_of_stages_says_who_and_why() {
    let file = |who: &str| format!(r#"{{ "format": 1, "migration": "parcel", "stage": "shadow", {who} }}"#);
    let change = Change::parse(&file(r#""who": "Ada", "why": "the first week""#)).unwrap();
    let stages = Stages::new(Plan { migration: "parcel".to_owned(), stage: Stage::Shadow, ..Plan::default() }).unwrap();
    assert_eq!(change, Change { stages, who: "Ada".to_owned(), why: "the first week".to_owned() });
    let refused = |who: &str| Change::parse(&file(who)).unwrap_err().to_string();
    let wanted = "it must say who changes the stages, or why, as a text";
    assert_eq!(refused(r#""who": "Ada""#), format!("`why` is missing: {wanted}"));
    assert_eq!(refused(r#""who": " ", "why": "x""#), format!("`who` is empty: {wanted}"));
    assert_eq!(refused(r#""who": "Ada", "wy": "x""#), "`wy` is not known; did you mean `why`?");
}
