//! Thirteen months of shipments, the same ones in every run: a number → a shipment.
//!
//! 600 customers ship from October 2025 to October 2026, mostly on working days, what they always ship; weights are often those at which a rate
//! breaks, and pieces often as long as a pallet or as trade has them. Nobody ships to an island.

use crate::random::Random;
use crate::shipment::Shipment;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;

/// Shipments in the order of their dates.
pub struct Traffic {
    random: Random,
    first: Date,
    days: u64,
    next: u64,
    all: u64,
    terminal: Option<TimeZone>,
}

impl Traffic {
    /// The thirteen months that are recorded, with so many shipments, evenly over all days.
    pub fn recorded(shipments: u64) -> Self {
        Traffic::of(date(2025, 10, 1), 396, shipments, 500)
    }

    /// What comes to the service from a day on.
    pub fn service(first: Date, days: u64, shipments: u64) -> Self {
        Traffic::of(first, days, shipments, 501)
    }

    fn of(first: Date, days: u64, all: u64, seed: u64) -> Self {
        let terminal = TimeZone::get("America/Chicago").ok();
        Traffic { random: Random::new(seed), first, days, next: 0, all, terminal }
    }

    fn shipment(&mut self) -> Option<Shipment> {
        let random = &mut self.random;
        let number = self.next;
        let customer = random.spread(1, 600);
        // What a customer ships does not change from day to day.
        let habits = &mut Random::new(customer);
        let contract = habits.by_weight(&[("none", 70), ("regional", 20), ("national", 10)]);
        let home = habits.between(1, 8);
        let usual_class = habits.one_of(&[50, 70, 70, 85, 100, 100, 150, 250]);
        let ships_to_homes = habits.chance(15);
        let ships_chemicals = habits.chance(4);

        let ship_date =
            working_day(self.first.checked_add((number * self.days / self.all).cast_signed().days()).ok()?, random);
        let minute =
            if random.chance(92) { random.between(7 * 60, 17 * 60) } else { random.between(17 * 60, 23 * 60 + 59) };
        let (hour, minute) = ((minute / 60) as i8, (minute % 60) as i8);
        let at = ship_date.at(hour, minute, random.between(0, 59) as i8, 0);
        let picked_up = at.to_zoned(self.terminal.clone()?).ok()?.timestamp();

        let zone = match random.between(1, 100) {
            1 => 9,
            2..=4 => 6,
            5..=40 => home,
            _ => random.one_of(&[1, 2, 3, 4, 5, 7, 8]),
        };
        let pieces = if random.chance(70) { 1 } else { random.between(2, 4) };
        // Nobody sends a parcel to Monterrey.
        let least = if zone == 9 { 900 } else { 0 };
        let lines = (0..pieces).map(|_| (a_class(usual_class, random), a_weight(random).max(least))).collect();
        let length = match random.between(1, 1000) {
            1..=8 => 96,
            9..=30 => random.between(97, 144),
            31..=38 => random.between(145, 240),
            39..=41 => random.between(241, 480),
            _ => random.one_of(&[36, 40, 42, 48, 48, 48, 48, 60, 72, 84]),
        };
        let shipment = Shipment {
            id: format!("HP{:07}", 2_400_001 + number),
            customer: format!("C{customer:04}"),
            ship_date,
            picked_up,
            contract,
            service: random.by_weight(&[("standard", 86), ("guaranteed", 8), ("expedited", 6)]),
            zone: zone as u32,
            lines,
            length: length as u32,
            residential: if ships_to_homes { random.chance(60) } else { random.chance(2) },
            liftgate: random.chance(6),
            hazmat: ships_chemicals && random.chance(45),
            island: false,
        };
        Some(shipment)
    }
}

impl Iterator for Traffic {
    type Item = Shipment;

    fn next(&mut self) -> Option<Shipment> {
        if self.next == self.all {
            return None;
        }
        let shipment = self.shipment();
        self.next += 1;
        shipment
    }
}

/// Most of what falls on a weekend is shipped on the Friday before.
fn working_day(day: Date, random: &mut Random) -> Date {
    let back = match day.weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        _ => 0,
    };
    if back > 0 && !random.chance(10) { day.saturating_sub(back.days()) } else { day }
}

fn a_class(usual: u64, random: &mut Random) -> u32 {
    let class = if random.chance(75) { usual } else { random.one_of(&[50, 70, 85, 100, 150, 250]) };
    class as u32
}

/// Often a weight at which a rate breaks, sometimes a truckload.
fn a_weight(random: &mut Random) -> u32 {
    let weight = match random.between(1, 1000) {
        1..=60 => random.one_of(&[500, 1000, 2000, 5000, 10_000]),
        61..=66 => random.between(20_001, 44_000),
        67..=400 => random.spread(9, 120) * 10,
        _ => random.spread(60, 9_000),
    };
    weight as u32
}
