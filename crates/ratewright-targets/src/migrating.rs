//! The files of a migration, as damage or a hand may leave them: recorded answers, evidence, findings, stages and their log.

use crate::{bound, halves};
use ratewright::migrate::log::{Change, verify};
use ratewright::migrate::stage::{Stages, Subject};
use ratewright::migrate::{Evidence, Guards, Policy};
use ratewright_migration::findings::Findings;
use ratewright_migration::recorded::{Map, Recorded};

/// The longest record that is read.
const LONGEST: usize = 16 * 1024;

/// A map, `---` on a line, and what was recorded: every record is a case or has its flaw, and none is lost. Without that line, the map is empty.
pub fn recorded(bytes: &[u8]) {
    let (map, file) = match halves(bytes) {
        (all, []) => (Map::default(), all),
        (map, file) => (serde_json::from_slice(map).unwrap_or_default(), file),
    };
    let held = std::io::Cursor::new(file.to_vec());
    let recorded = match bound::within(file.len(), || Recorded::open(Box::new(held), None, &map, LONGEST)) {
        Ok(recorded) => recorded,
        Err(refused) => return assert!(!refused.to_string().is_empty(), "refused without a word"),
    };
    let reading = recorded.reading;
    for record in recorded.records {
        let Ok(record) = record else { return };
        match reading.case(&record) {
            Ok(case) => drop(case.input.to_json()),
            Err(flaw) => assert!(!flaw.to_string().is_empty(), "a flaw without a word"),
        }
    }
}

/// A file of evidence is read or refused with words, and written as it is read.
pub fn evidence(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match bound::within(text.len(), || Evidence::from_json(text)) {
        Ok(evidence) => {
            let written = evidence.to_json();
            let again = Evidence::from_json(&written).map(|again| again.to_json());
            assert_eq!(again.map_err(|error| error.to_string()), Ok(written), "written, it is other evidence");
        }
        Err(refused) => assert!(!refused.to_string().is_empty(), "refused without a word"),
    }
}

/// A file of findings is read or refused with words, and written as it is read.
pub fn findings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match bound::within(text.len(), || Findings::from_json(text)) {
        Ok(findings) => {
            let written = findings.to_json();
            let again = Findings::from_json(&written).map(|again| again.to_json());
            assert_eq!(again.map_err(|error| error.to_string()), Ok(written), "written, these are other findings");
        }
        Err(refused) => assert!(!refused.to_string().is_empty(), "refused without a word"),
    }
}

/// A file of stages, a change of them, guards and a policy are read or refused with words. Stages that are read decide the same each time, and go
/// back to themselves.
pub fn stages(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let stages = match text.parse::<Stages>() {
        Ok(stages) => Some(stages),
        Err(refused) => {
            assert!(!refused.to_string().is_empty(), "refused without a word");
            None
        }
    };
    if let Some(stages) = stages.or_else(|| Change::parse(text).ok().map(|change| change.stages)) {
        let subject = Subject::of("customer 117").in_segment("north").case("S-1");
        assert_eq!(stages.decide(&subject), stages.decide(&subject), "decided again, it is decided otherwise");
        assert!(stages.only_gives_back(&stages), "it takes something from itself");
    }
    let _ = text.parse::<Guards>();
    let _ = text.parse::<Policy>();
}

/// A log of stages is told whole or damaged. Of a whole one with a known head, no byte can be another and no byte missing at the end without
/// being told.
pub fn log(bytes: &[u8]) {
    let verified = bound::within(bytes.len(), || verify(bytes, None));
    let Some(head) = verified.head().filter(|_| verified.faults.is_empty()) else { return };
    assert!(verify(bytes, Some(head)).faults.is_empty(), "its own head is in no line");
    let cut = bytes.get(..bytes.len().saturating_sub(1)).unwrap_or_default();
    assert!(!verify(cut, Some(head)).faults.is_empty(), "a log without its last byte is told to be whole");
    let mut altered = bytes.to_vec();
    for place in [bytes.len() / 7, bytes.len() / 3, bytes.len() / 2] {
        let Some(byte) = altered.get_mut(place) else { continue };
        *byte ^= 1;
        assert!(
            !verify(&altered, Some(head)).faults.is_empty(),
            "byte {place} is another, and the log told to be whole"
        );
        if let Some(byte) = altered.get_mut(place) {
            *byte ^= 1;
        }
    }
}
