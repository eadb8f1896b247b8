//! What old code answered, written down: shipments → a file in the capture format (`docs/capture.md`), packed with gzip.

use crate::adapter;
use crate::shipment::Shipment;
use crate::traffic::Traffic;
use flate2::{Compression, write::GzEncoder};
use ratewright::digest::Digest;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufRead, BufWriter, Write};
use std::path::Path;

/// Records so many shipments. Gives the digest of what stands in the file, unpacked.
pub fn record(path: &Path, shipments: u64) -> io::Result<Digest> {
    let mut text = Vec::new();
    for shipment in Traffic::recorded(shipments) {
        serde_json::to_writer(&mut text, &case(&shipment))?;
        text.push(b'\n');
    }
    let mut file = GzEncoder::new(File::create(path)?, Compression::default());
    file.write_all(&text)?;
    file.finish()?;
    Ok(Digest::of_bytes(&text))
}

/// A line of the file.
pub fn case(shipment: &Shipment) -> Value {
    let input = shipment.input();
    json!({
        "id": shipment.id,
        "key": shipment.customer,
        "time": shipment.picked_up.to_string(),
        "answer": answer(&input),
        "input": input,
    })
}

/// Answers cases in the capture format, one a line: each again, with what old code says. Gives how many there are.
pub fn answer_all(cases: impl BufRead, answered: impl Write) -> io::Result<u64> {
    let mut answered = BufWriter::new(answered);
    let mut count = 0;
    for line in cases.lines() {
        let mut case: Value = serde_json::from_str(&line?)?;
        let answer = answer(case.get("input").unwrap_or(&Value::Null));
        if let Some(case) = case.as_object_mut() {
            case.insert("answer".to_owned(), answer);
        }
        serde_json::to_writer(&mut answered, &case)?;
        answered.write_all(b"\n")?;
        count += 1;
    }
    answered.flush()?;
    Ok(count)
}

fn answer(input: &Value) -> Value {
    let answer = adapter::ask(input).map(|legacy| adapter::answer(legacy.as_ref()));
    answer.map_or_else(|| json!({ "failed": "old code cannot be asked that" }), |answer| json!(answer))
}
