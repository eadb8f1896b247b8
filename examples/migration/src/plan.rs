//! The plan of the rollout: which stages somebody writes into the file of stages on which day, and why.

use jiff::civil::{Date, date};
use std::fs;
use std::path::Path;

/// From which day on which stage counts. Each becomes the file of stages, as people would edit it.
pub struct Entry {
    /// The day.
    pub day: Date,
    stage: &'static str,
    /// Why, as it is logged.
    pub why: &'static str,
}

const fn on(day: Date, stage: &'static str, why: &'static str) -> Entry {
    Entry { day, stage, why }
}

/// Five weeks in which both run.
pub const SHADOW: [Entry; 4] = [
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

/// From the first customers to all of them.
pub const CANARY: [Entry; 9] = [
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

/// The day on which a wrong edition is published.
pub const WRONG: Date = date(2026, 12, 11);
/// The day on which the edition before it prices again.
pub const MENDED: Date = date(2026, 12, 14);

impl Entry {
    /// What stands in the file.
    fn plan(&self) -> String {
        let words = |text: &str| serde_json::Value::from(text).to_string();
        let who = words("Dana Reyes");
        let Entry { stage, why, .. } = self;
        format!("{{ \"format\": 1, \"migration\": \"freight\", {stage}, \"who\": {who}, \"why\": {} }}\n", words(why))
    }

    /// The stage in words.
    pub fn words(&self) -> String {
        self.stage.replace("\"stage\": ", "").replace('"', "")
    }
}

/// The file of stages as somebody writes it: whole, and then in its place.
pub fn write_plan(path: &Path, entry: &Entry) -> std::io::Result<()> {
    let written = path.with_extension("new");
    fs::write(&written, entry.plan())?;
    fs::rename(written, path)
}
