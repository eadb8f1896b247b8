//! What was seeded: the tariff computed once more in decimals, by itself and with each quirk of old code switched on.
//!
//! Shipment → the quirks that change its price. Neither old code nor the rules have a part in it.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use ratewright_worked_migration::shipment::Shipment;
use rust_decimal::{Decimal, RoundingStrategy, prelude::FromPrimitive};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong in old code, and in the rules as they were typed in first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quirk {
    /// Old code: an amount on half a cent falls, since a binary float lies below it.
    FloatNoise,
    /// Old code: the lines of expedited shipments are rounded before they are added.
    LinesRounded,
    /// Old code: a piece of exactly 96 in is overlong.
    Boundary,
    /// Old code: the peak season of summer 2026 is forgotten.
    ForgottenPeak,
    /// Old code: zone 6 has the rates of 2025 in 2026.
    StaleRates,
    /// Old code: kilograms are taken for pounds to Monterrey.
    Kilograms,
    /// Old code: weekends begin and end at midnight in Greenwich.
    Midnight,
    /// Old code: the minimum comes before the discount.
    Order,
    /// Rules: the fee for hazardous goods is mistyped.
    HazmatTyped,
    /// Rules: a lift-gate costs extra with guaranteed service too.
    LiftgateTyped,
    /// Rules: the fuel surcharge of 23 February 2026 begins a week late.
    FuelTyped,
}

pub const OF_OLD_CODE: [Quirk; 7] = [
    Quirk::LinesRounded,
    Quirk::Boundary,
    Quirk::ForgottenPeak,
    Quirk::StaleRates,
    Quirk::Kilograms,
    Quirk::Midnight,
    Quirk::Order,
];

type Amounts = BTreeMap<&'static str, Decimal>;

/// The tariff.
pub struct Tariff {
    rates: BTreeMap<(u32, u32, bool), Decimal>,
    terminal: TimeZone,
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

impl Tariff {
    pub fn read() -> Tariff {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/zone_rates.csv");
        let text = std::fs::read_to_string(file).unwrap();
        let row = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            let is_2026 = cells[2] == "2026-01-05";
            ((cells[0].parse().unwrap(), cells[1].parse().unwrap(), is_2026), decimal(cells[4]))
        };
        Tariff { rates: text.lines().skip(1).map(row).collect(), terminal: TimeZone::get("America/Chicago").unwrap() }
    }

    /// The quirks that change what a shipment costs; `legacy` is what old code charges.
    pub fn quirks(&self, shipment: &Shipment, legacy: Option<&Amounts>) -> BTreeSet<Quirk> {
        let right = self.price(shipment, &[]);
        let wrong = self.price(shipment, &OF_OLD_CODE);
        let without = |quirk| OF_OLD_CODE.into_iter().filter(|other| *other != quirk).collect::<Vec<_>>();
        let changes = |quirk| self.price(shipment, &[quirk]) != right || self.price(shipment, &without(quirk)) != wrong;
        let mut quirks: BTreeSet<Quirk> = OF_OLD_CODE.into_iter().filter(|quirk| changes(*quirk)).collect();
        let Some(right) = right else {
            assert!(legacy.is_none() && quirks.is_empty());
            return quirks;
        };
        let wrong = wrong.unwrap();
        let legacy = legacy.unwrap();
        if *legacy != wrong {
            // Floats lose half a cent, and nothing else is wrong with old code.
            for (code, amount) in legacy {
                let off = (*amount - wrong[code]).abs();
                let carried = Decimal::from_i64(if *code == "total" { 2 } else { 1 }).unwrap();
                assert!(off * Decimal::ONE_HUNDRED <= carried, "{shipment:?} {code}: {amount} and not {}", wrong[code]);
            }
            quirks.insert(Quirk::FloatNoise);
        }
        let date = shipment.ship_date.to_string();
        if right.contains_key("HAZ") {
            quirks.insert(Quirk::HazmatTyped);
        }
        if shipment.liftgate && shipment.service == "guaranteed" {
            quirks.insert(Quirk::LiftgateTyped);
        }
        if ("2026-02-23".."2026-03-02").contains(&date.as_str()) {
            quirks.insert(Quirk::FuelTyped);
        }
        quirks
    }

    /// By the tariff, with some quirks. None is a refusal.
    fn price(&self, shipment: &Shipment, quirks: &[Quirk]) -> Option<Amounts> {
        let has = |quirk| quirks.contains(&quirk);
        let weight: u32 = shipment.lines.iter().map(|(_, weight)| weight).sum();
        if weight > 20_000 || (shipment.hazmat && shipment.zone == 9) {
            return None;
        }
        let date = shipment.ship_date.to_string();
        let factor = if shipment.zone == 9 && has(Quirk::Kilograms) { decimal("0.4536") } else { Decimal::ONE };
        let is_2026 = date.as_str() >= "2026-01-05" && !(shipment.zone == 6 && has(Quirk::StaleRates));
        let weighed = Decimal::from(weight) * factor;
        let of_zone = self.rates.range((shipment.zone, 0, false)..=(shipment.zone, u32::MAX, true));
        let mut breaks = of_zone.filter(|((_, from, year), _)| *year == is_2026 && Decimal::from(*from) <= weighed);
        let rate = *breaks.next_back().unwrap().1;
        let mut gross = Decimal::ZERO;
        for (class, weight) in &shipment.lines {
            let class = match class {
                50 => "0.72",
                70 => "0.86",
                85 => "0.93",
                100 => "1",
                150 => "1.415",
                250 => "2.085",
                other => panic!("class {other}"),
            };
            let line = Decimal::from(*weight) * factor / Decimal::ONE_HUNDRED * rate * decimal(class);
            let rounds = shipment.service == "expedited" && has(Quirk::LinesRounded);
            gross += if rounds { cents(line) } else { line };
        }
        let paid = decimal(match shipment.contract {
            "regional" => "0.825",
            "national" => "0.69",
            _ => "1",
        });
        let least = decimal("112");
        let haul = if has(Quirk::Order) { gross.max(least) * paid } else { (gross * paid).max(least) };
        let mut amounts = Amounts::from([("FRT", cents(haul))]);
        let fuel = [
            ("2026-09-07", "0.29"),
            ("2026-07-13", "0.315"),
            ("2026-04-20", "0.325"),
            ("2026-02-23", "0.305"),
            ("2026-01-05", "0.275"),
            ("2025-11-10", "0.295"),
            ("2025-10-01", "0.285"),
        ];
        let fuel = fuel.iter().find(|(from, _)| date.as_str() >= *from).unwrap().1;
        amounts.insert("FSC", cents(cents(haul) * decimal(fuel)));
        let mut flat = |code, applies: bool, amount: &str| {
            if applies {
                amounts.insert(code, decimal(amount));
            }
        };
        flat("GTD", shipment.service == "guaranteed", "75");
        flat("EXP", shipment.service == "expedited", "165");
        let longer = shipment.length > 96 || (shipment.length == 96 && has(Quirk::Boundary));
        flat(
            "OVL",
            longer,
            if shipment.length > 240 {
                "390"
            } else if shipment.length > 144 {
                "175"
            } else {
                "85"
            },
        );
        let zone = if has(Quirk::Midnight) { TimeZone::UTC } else { self.terminal.clone() };
        let weekday = shipment.picked_up.to_zoned(zone).weekday();
        flat("WKD", matches!(weekday, Weekday::Saturday | Weekday::Sunday), "55");
        flat("RES", shipment.residential, "28.75");
        flat("LFT", shipment.liftgate && shipment.service != "guaranteed", "36.50");
        flat("HAZ", shipment.hazmat, "42.50");
        assert!(!shipment.island, "nobody ships to an island");
        let within = |from: &str, through: &str| date.as_str() >= from && date.as_str() <= through;
        let summer = within("2026-06-22", "2026-07-10") && !has(Quirk::ForgottenPeak);
        flat("PKS", within("2025-11-17", "2025-12-31") || summer, "24");
        let total = amounts.values().sum();
        amounts.insert("total", total);
        Some(amounts)
    }
}
