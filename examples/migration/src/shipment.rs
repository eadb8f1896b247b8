//! A shipment as the company knows it → the input of the rules, in words.

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

/// A shipment that is to be priced. Weights are in pounds, lengths in inches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// The number of the shipment.
    pub id: String,
    /// The customer, by whom a canary is drawn.
    pub customer: String,
    /// The date of the bill of lading, by which the tariff is chosen.
    pub ship_date: Date,
    /// When it was picked up.
    pub picked_up: Timestamp,
    /// `none`, `regional` or `national`.
    pub contract: &'static str,
    /// `standard`, `guaranteed` or `expedited`.
    pub service: &'static str,
    /// 1 to 9; 9 is Monterrey.
    pub zone: u32,
    /// Freight classes with their weights.
    pub lines: Vec<(u32, u32)>,
    /// The longest piece.
    pub length: u32,
    /// To somebody's home.
    pub residential: bool,
    /// With a lift-gate.
    pub liftgate: bool,
    /// Hazardous.
    pub hazmat: bool,
    /// To an island.
    pub island: bool,
}

impl Shipment {
    /// The input of the rules, which is what is recorded.
    pub fn input(&self) -> Value {
        let line = |(class, weight): &(u32, u32)| json!({ "class": format!("c{class}"), "weight": weight });
        json!({
            "ship_date": self.ship_date.to_string(),
            "picked_up": self.picked_up.to_string(),
            "contract": self.contract,
            "service": self.service,
            "zone": self.zone,
            "lines": self.lines.iter().map(line).collect::<Vec<Value>>(),
            "length": self.length,
            "residential": self.residential,
            "liftgate": self.liftgate,
            "hazmat": self.hazmat,
            "island": self.island,
        })
    }
}
