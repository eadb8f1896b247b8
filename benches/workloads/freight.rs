//! A parcel quote: a rate table of 1000 rows, a weekly fuel surcharge, eight charges and a discount.

use super::{Bill, Exact, Random, cents, rounded};
use ratewright::value::{Date, Number, Value};
use ratewright::{Compiler, Quote, RuleSet};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use std::collections::HashMap;
use std::fmt::Write;

pub const ROWS: usize = 1000;
const ZONES: usize = 9;
pub const BREAKS: [i64; 5] = [0, 10, 30, 70, 150];

#[derive(Serialize, Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[serde(rename_all = "UPPERCASE")]
pub enum Service {
    Express,
    Standard,
    Economy,
}

#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "UPPERCASE")]
pub enum Tier {
    Bronze,
    Silver,
    Gold,
    Platinum,
}

const SERVICES: [Service; 3] = [Service::Express, Service::Standard, Service::Economy];
const TIERS: [Tier; 4] = [Tier::Bronze, Tier::Silver, Tier::Gold, Tier::Platinum];

#[derive(Serialize)]
pub struct Shipment {
    pub origin_zone: String,
    pub dest_zone: String,
    pub weight: Decimal,
    pub length: Decimal,
    pub width: Decimal,
    pub height: Decimal,
    pub service: Service,
    pub residential: bool,
    pub declared: Decimal,
    pub ship_date: String,
    pub customer_tier: Tier,
    /// The day for the versions by hand: days after 2026-01-05.
    #[serde(skip)]
    pub day: usize,
}

/// The same shipment in whole numbers: hundredths of a kilogram, millimetres, cents.
pub struct Scaled {
    pub lane: usize,
    pub remote: bool,
    pub weight: i64,
    pub length: i64,
    pub width: i64,
    pub height: i64,
    pub service: Service,
    pub residential: bool,
    pub declared: i64,
    pub day: usize,
    pub ship_date: Date,
    pub tier: Tier,
}

/// The same shipment with borrowed texts, and with numbers and a date of any kind: what a caller makes of what he has for one quote.
#[derive(Serialize)]
pub struct Parcel<'a, N, D> {
    origin_zone: &'a str,
    dest_zone: &'a str,
    weight: N,
    length: N,
    width: N,
    height: N,
    service: Service,
    residential: bool,
    declared: N,
    ship_date: D,
    customer_tier: Tier,
}

impl Shipment {
    /// The shipment with its decimals as numbers of another kind, and the day by its text.
    pub fn with<N>(&self, number: impl Fn(Decimal) -> N) -> Parcel<'_, N, &str> {
        Parcel {
            origin_zone: &self.origin_zone,
            dest_zone: &self.dest_zone,
            weight: number(self.weight),
            length: number(self.length),
            width: number(self.width),
            height: number(self.height),
            service: self.service,
            residential: self.residential,
            declared: number(self.declared),
            ship_date: &self.ship_date,
            customer_tier: self.customer_tier,
        }
    }
}

/// The shipment `small`, whose zones are those of `texts`, with the engine's own numbers and date.
pub fn own_numbers<'a>(texts: &'a Shipment, small: &Scaled) -> Parcel<'a, Number, Date> {
    let number = |mantissa: i64, scale| Number::from_scaled(mantissa.into(), scale).unwrap();
    Parcel {
        origin_zone: &texts.origin_zone,
        dest_zone: &texts.dest_zone,
        weight: number(small.weight, 2),
        length: number(small.length, 1),
        width: number(small.width, 1),
        height: number(small.height, 1),
        service: small.service,
        residential: small.residential,
        declared: number(small.declared, 2),
        ship_date: small.ship_date,
        customer_tier: small.tier,
    }
}

/// Rates of a lane by break: ten-thousandths of a dollar per kilogram, and the lowest charge in cents.
pub type Lane = [(i64, i64); 5];

/// The breaks of a lane, by service, origin and destination: from which weight, rate and minimum.
type Rates = HashMap<(Service, String, String), [(Decimal, Decimal, Decimal); 5]>;

/// The prices in the form that each version wants.
pub struct Prices {
    pub lanes: Vec<Lane>,
    /// Hundredths of a percent, by week.
    pub fuel: Vec<i64>,
    rates: Rates,
    pub weeks: Vec<Decimal>,
}

/// Service, origin and destination of a lane.
pub fn lane(number: usize) -> (Service, usize, usize) {
    (SERVICES[number % 3], number / 3 % ZONES, number / 3 / ZONES)
}

pub fn zone(number: usize) -> String {
    format!("Z{number:02}")
}

impl Prices {
    pub fn new() -> Self {
        let mut random = Random::new(2);
        let lanes: Vec<Lane> = (0..ROWS / 5)
            .map(|_| {
                let (rate, lowest) = (random.between(20_000, 80_000), random.between(500, 2_000));
                std::array::from_fn(|at| (rate - 3_137 * at as i64, lowest + 250 * at as i64))
            })
            .collect();
        let fuel: Vec<i64> = (0..52).map(|_| random.between(1_200, 2_400)).collect();
        let rates = lanes.iter().enumerate().map(|(number, prices)| {
            let (service, origin, destination) = lane(number);
            let decimals = std::array::from_fn(|at| {
                (Decimal::from(BREAKS[at]), Decimal::new(prices[at].0, 4), cents(prices[at].1))
            });
            ((service, zone(origin), zone(destination)), decimals)
        });
        let weeks = fuel.iter().map(|percent| Decimal::new(*percent, 2)).collect();
        Prices { rates: rates.collect(), weeks, lanes, fuel }
    }

    fn rate_table(&self) -> String {
        let mut text = "service,origin,destination,weight,rate,lowest\n".to_string();
        for (number, prices) in self.lanes.iter().enumerate() {
            let (service, origin, destination) = lane(number);
            let service = format!("{service:?}").to_uppercase();
            for (at, (rate, lowest)) in prices.iter().enumerate() {
                let (rate, lowest) = (Decimal::new(*rate, 4), cents(*lowest));
                writeln!(text, "{service},{},{},{},{rate},{lowest}", zone(origin), zone(destination), BREAKS[at])
                    .unwrap();
            }
        }
        text
    }

    fn fuel_module(&self) -> String {
        let mut text = "module bench.fuel\nparameter fuel : percent {\n".to_string();
        for (week, percent) in self.weeks.iter().enumerate() {
            writeln!(text, "  from {} {percent}%", date(7 * week)).unwrap();
        }
        text + "}\n"
    }

    /// The texts of the rule set, by their names; the first is that of the rule set itself.
    pub fn files(&self) -> [(&'static str, String); 3] {
        let rules = include_str!("../rules/freight.rules").to_string();
        [("freight.rules", rules), ("rates.csv", self.rate_table()), ("fuel.rules", self.fuel_module())]
    }

    pub fn rules(&self) -> RuleSet {
        let files = self.files();
        let compiler = files.iter().fold(Compiler::new(), |compiler, (name, text)| compiler.source(name, text));
        compiler.compile(files[0].0).unwrap()
    }
}

pub fn date(day: usize) -> Date {
    Date::new(2026, 1, 5).and_then(|first| first.add_days(day as i64)).unwrap()
}

pub fn inputs(count: usize) -> (Vec<Shipment>, Vec<Scaled>) {
    let mut random = Random::new(3);
    (0..count)
        .map(|_| {
            let number = random.between(0, ROWS as i64 / 5 - 1) as usize;
            let (service, origin, destination) = lane(number);
            let declared = if random.between(0, 2) == 0 { 0 } else { random.spread(1_000.0, 500_000.0) };
            let scaled = Scaled {
                lane: number,
                remote: matches!(destination, 0 | 3 | 7),
                weight: random.spread(10.0, 20_000.0),
                length: random.between(50, 1_500),
                width: random.between(50, 900),
                height: random.between(20, 800),
                service,
                residential: random.between(0, 1) == 1,
                declared,
                day: random.between(0, 363) as usize,
                ship_date: date(0),
                tier: random.one_of(&TIERS),
            };
            let scaled = Scaled { ship_date: date(scaled.day), ..scaled };
            let shipment = Shipment {
                origin_zone: zone(origin),
                dest_zone: zone(destination),
                weight: Decimal::new(scaled.weight, 2),
                length: Decimal::new(scaled.length, 1),
                width: Decimal::new(scaled.width, 1),
                height: Decimal::new(scaled.height, 1),
                service,
                residential: scaled.residential,
                declared: cents(declared),
                ship_date: scaled.ship_date.to_string(),
                customer_tier: scaled.tier,
                day: scaled.day,
            };
            (shipment, scaled)
        })
        .unzip()
}

/// The input as the evaluator takes it, one value for each slot.
pub fn slots(shipment: &Shipment) -> Vec<Value> {
    let number = |decimal| Value::Number(Number::from_decimal(decimal));
    vec![
        Value::text(&shipment.origin_zone),
        Value::text(&shipment.dest_zone),
        number(shipment.weight),
        number(shipment.length),
        number(shipment.width),
        number(shipment.height),
        Value::Member(shipment.service as u32),
        Value::YesNo(shipment.residential),
        number(shipment.declared),
        Value::Date(date(shipment.day)),
        Value::Member(shipment.customer_tier as u32),
    ]
}

/// The input as a JSON text of some 290 bytes.
pub fn json(shipment: &Shipment) -> String {
    serde_json::to_string(shipment).unwrap()
}

/// The days from 15 November through 31 December.
const PEAK: std::ops::RangeInclusive<usize> = 314..=360;

pub fn decimal(prices: &Prices, shipment: &Shipment, key: &mut (Service, String, String)) -> Bill<Decimal> {
    let round = |amount: Decimal| amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let new = |mantissa, scale| Decimal::new(mantissa, scale);
    let Shipment { length, width, height, declared, service, .. } = *shipment;
    let dimensional = length * width * height / new(5000, 0);
    let billable = (shipment.weight.max(dimensional) * new(2, 0)).ceil() / new(2, 0);

    key.0 = service;
    key.1.clone_from(&shipment.origin_zone);
    key.2.clone_from(&shipment.dest_zone);
    let lane = &prices.rates[key];
    let (_, rate, lowest) = lane.iter().rev().find(|(from, ..)| *from <= billable).unwrap();

    let mut bill = Bill::new();
    let freight = round(billable * rate).max(*lowest);
    bill.add("FREIGHT", freight);
    bill.add("FUEL", round(freight * prices.weeks[shipment.day / 7] / Decimal::ONE_HUNDRED));
    if shipment.residential {
        match service {
            Service::Express => bill.add("RES_EXPRESS", new(525, 2)),
            _ => bill.add("RES_DELIVERY", new(410, 2)),
        }
    }
    let longest = length.max(width).max(height);
    if longest > new(120, 0) || length + new(2, 0) * (width + height) > new(300, 0) {
        bill.add("OVERSIZE", new(2400, 2));
    }
    if billable > new(30, 0) {
        bill.add("HEAVY", round(billable * new(185, 3)));
    }
    if declared > new(100, 0) {
        bill.add("INSURANCE", round((declared - new(100, 0)) * new(85, 4)));
    }
    if matches!(shipment.dest_zone.as_str(), "Z00" | "Z03" | "Z07") {
        bill.add("REMOTE", round(billable * new(125, 3)).max(new(350, 2)));
    }
    if PEAK.contains(&shipment.day) && service != Service::Economy {
        bill.add("PEAK", round(freight * new(65, 3)));
    }
    if declared >= new(1000, 0) && (shipment.residential || shipment.customer_tier == Tier::Bronze) {
        bill.add("SIGNATURE", new(795, 2));
    }
    let discount = match shipment.customer_tier {
        Tier::Bronze => return bill,
        Tier::Silver => new(375, 4),
        Tier::Gold => new(8, 2),
        Tier::Platinum => new(125, 3),
    };
    bill.add("DISCOUNT", -round(freight * discount));
    bill
}

pub fn scaled(prices: &Prices, shipment: &Scaled) -> Bill<i64> {
    let Scaled { length, width, height, declared, service, .. } = *shipment;
    // Halves of a kilogram: by weight, and by volume in cubic millimetres.
    let halves = (shipment.weight + 49) / 50;
    let halves = halves.max((length * width * height + 2_499_999) / 2_500_000);
    let at = BREAKS.iter().rposition(|from| 2 * from <= halves).unwrap();
    let (rate, lowest) = prices.lanes[shipment.lane][at];

    let mut bill = Bill::new();
    let freight = rounded(halves * rate, 200).max(lowest);
    bill.add("FREIGHT", freight);
    bill.add("FUEL", rounded(freight * prices.fuel[shipment.day / 7], 10_000));
    if shipment.residential {
        match service {
            Service::Express => bill.add("RES_EXPRESS", 525),
            _ => bill.add("RES_DELIVERY", 410),
        }
    }
    if length.max(width).max(height) > 1_200 || length + 2 * (width + height) > 3_000 {
        bill.add("OVERSIZE", 2_400);
    }
    if halves > 60 {
        bill.add("HEAVY", rounded(halves * 185, 20));
    }
    if declared > 10_000 {
        bill.add("INSURANCE", rounded((declared - 10_000) * 85, 10_000));
    }
    if shipment.remote {
        bill.add("REMOTE", rounded(halves * 125, 20).max(350));
    }
    if PEAK.contains(&shipment.day) && service != Service::Economy {
        bill.add("PEAK", rounded(freight * 65, 1_000));
    }
    if declared >= 100_000 && (shipment.residential || shipment.tier == Tier::Bronze) {
        bill.add("SIGNATURE", 795);
    }
    let discount = match shipment.tier {
        Tier::Bronze => return bill,
        Tier::Silver => 375,
        Tier::Gold => 800,
        Tier::Platinum => 1_250,
    };
    bill.add("DISCOUNT", -rounded(freight * discount, 10_000));
    bill
}

/// A key of the hash map whose texts are used again.
pub fn key() -> (Service, String, String) {
    (Service::Express, String::new(), String::new())
}

/// Asserts that all agree on every line of every input: both versions by hand, and a quote of each form of the input.
pub fn check(rules: &RuleSet, prices: &Prices, shipments: &[Shipment], small: &[Scaled]) {
    let mut key = key();
    for (shipment, small) in shipments.iter().zip(small) {
        let bill = decimal(prices, shipment, &mut key);
        assert_quote(&rules.quote(shipment).unwrap(), &bill);
        assert_quote(&rules.quote(&shipment.with(Exact)).unwrap(), &bill);
        assert_quote(&rules.quote(&own_numbers(shipment, small)).unwrap(), &bill);
        assert_quote(&rules.quote_json(&json(shipment)).unwrap(), &bill);
        let small = scaled(prices, small);
        let lines: Vec<_> = small.lines().iter().map(|(code, amount)| (*code, cents(*amount))).collect();
        assert_eq!((lines.as_slice(), cents(small.total)), (bill.lines(), bill.total));
    }
}

fn assert_quote(quote: &Quote, bill: &Bill<Decimal>) {
    super::assert_total(quote, bill.total);
    let lines: Vec<_> = quote.charges().map(|line| (line.code(), line.amount().clone())).collect();
    let expected: Vec<_> = bill.lines().iter().map(|(code, amount)| (*code, Number::from_decimal(*amount))).collect();
    assert_eq!(lines, expected);
}
