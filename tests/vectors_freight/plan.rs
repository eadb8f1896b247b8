//! Which numbers of a vector are which inputs of a rule set: a plan for each vector, and nothing else.

use serde_json::{Map, Value as Json, json};

/// Where the value of an input comes from.
pub enum From {
    /// As written here: a number that the vector states in prose, or a choice that its construct implies.
    Says(&'static str),
    /// Yes or no, as the construct implies.
    Is(bool),
    /// The number at a pointer into the vector, with its unit behind it.
    At(&'static str, &'static str),
    /// A record, put into a list of one.
    One(Fields),
    /// A list of records.
    All(Vec<Fields>),
    /// For each element of the list at a pointer a record; pointers in it start at the element.
    Each(&'static str, Fields),
    /// For each entry of the object at a pointer a record of its key and its value: two names with their units.
    Entries(&'static str, [(&'static str, &'static str); 2]),
}
use From::{All, At, Each, Entries, Is, One, Says};

pub type Fields = Vec<(&'static str, From)>;

/// How a vector is priced: the rule set, its input, and where an expected name is not that of the output.
pub struct Plan {
    pub rules: &'static str,
    pub input: Fields,
    pub outputs: &'static [(&'static str, &'static str)],
}

fn plan(rules: &'static str, input: Fields) -> Plan {
    Plan { rules, input, outputs: &[] }
}

impl Plan {
    fn with(mut self, mut more: Fields) -> Plan {
        self.input.append(&mut more);
        self
    }

    fn outputs(mut self, outputs: &'static [(&'static str, &'static str)]) -> Plan {
        self.outputs = outputs;
        self
    }
}

pub fn plan_of(id: &str) -> Plan {
    let number: u32 = id[1..].parse().unwrap();
    match number {
        1..=2 => lane_tariff(number),
        3..=7 | 11..=12 => {
            let discount = if matches!(number, 4 | 7 | 12) { At("/tariff/discount", "") } else { Says("0") };
            let price = if number < 11 { ("rate", At("/tariff/rate", "")) } else { ("flat", At("/tariff/flat", "")) };
            let least = if matches!(number, 5..=7) { At("/tariff/min_quantity", "") } else { Says("0") };
            plan(
                "quantity",
                vec![
                    ("quantity", At("/input/quantity", "")),
                    ("discount", discount),
                    price,
                    ("minimum_quantity", least),
                ],
            )
        }
        8..=10 | 13 | 16..=18 => per_cwt(number),
        14 => plan(
            "shorthaul",
            vec![
                ("miles", At("/input/miles", "")),
                ("weight", At("/input/cwt", " cwt")),
                ("band_charge", At("/tariff/charge_for_band", "")),
            ],
        ),
        15 => plan(
            "percent_of_linehaul",
            vec![("linehaul", At("/input/linehaul", "")), ("fuel", At("/tariff/percent", "%"))],
        ),
        19 => plan(
            "services_per_cwt",
            vec![
                ("weight", At("/input/cwt", "")),
                ("origin_rate", At("/tariff/origin_per_cwt", "")),
                ("destination_rate", At("/tariff/dest_per_cwt", "")),
                ("pack_rate", At("/tariff/pack_per_cwt", "")),
                ("unpack_rate", At("/tariff/unpack_millicents", "")),
            ],
        ),
        20..=23 => plan(
            "two_discounts",
            vec![
                ("storage", At("/input/storage", "")),
                ("linehaul", At("/input/linehaul", "")),
                ("storage_discount", At("/tariff/storage_discount", "")),
                ("linehaul_discount", At("/tariff/linehaul_discount", "")),
            ],
        ),
        24..=28 => storage(number),
        29..=33 => linehaul_per_cwt_mile(number),
        34..=39 => seasonal_rate(number),
        40..=54 | 66..=67 => escalated_rate(number),
        55..=56 => storage_delivery(number),
        57..=62 => plan(
            "crating",
            vec![
                ("volume", At("/input/cubic_feet", "")),
                ("base_rate", if number == 62 { Says("2369") } else { At("/tariff/base_cents", "") }),
                ("escalation", if number == 62 { Says("1.11") } else { At("/tariff/escalation", "") }),
            ],
        ),
        63..=65 => plan(
            "fuel_by_distance",
            vec![
                ("fuel_price", At("/input/fuel_price_per_gal", "")),
                ("base_price", At("/tariff/base_price_per_gal", "")),
                ("multiplier", At("/tariff/multiplier_per_mile", "")),
                ("miles", At("/input/miles", "")),
                ("personally_procured", Is(number == 65)),
            ],
        ),
        68..=73 => plan("season", vec![("day", At("2026-/input/date_month_day", ""))]),
        74..=86 => plan(
            "fuel_percent_by_index",
            vec![("publication", At("/input/publication", "")), ("diesel_price", At("/input/diesel_price", ""))],
        )
        .outputs(&[("percent", "percent_due")]),
        244..=250 => plan(
            "weight_breaks",
            vec![
                ("weight", At("/input/weight_lb", "")),
                ("breaks", Entries("/tariff/breaks", [("weight", ""), ("rate", "")])),
                ("deficit_rating", Is(number == 250)),
            ],
        ),
        251..=257 => air_breaks(number),
        258..=262 | 277 | 279..=281 => volume_weight(number),
        263 => plan(
            "density_weight",
            vec![
                ("volume", At("/input/m3", "")),
                ("actual", At("/input/actual_kg", "")),
                ("density", At("/tariff/kg_per_m3", "")),
            ],
        ),
        264..=270 => weight_or_measure(number),
        271..=275 => density_class(number),
        276 => plan("parcel_weight", sides("/input/inches/0", "/input/inches/1", "/input/inches/2"))
            .with(vec![("weight", At("/input/lb", "")), ("divisor", At("/tariff/divisor", ""))]),
        278 => plan("side_density_weight", sides("/input/m/0", "/input/m/1", "/input/m/2"))
            .with(vec![("actual", At("/input/kg", "")), ("density", At("/tariff/kg_per_m3", ""))]),
        282 => plan(
            "fuel_over_base",
            vec![
                ("price", At("/input/price", "")),
                ("base_price", At("/tariff/base", "")),
                ("miles", At("/input/miles", "")),
                ("miles_per_gallon", At("/tariff/miles_per_gallon", "")),
            ],
        ),
        283..=288 => plan("fuel_per_mile_bands", vec![("price", At("/input/price", ""))]),
        289..=293 => {
            plan("fuel_percent_bands", vec![("price", At("/input/price", ""))]).outputs(&[("percent", "percent_due")])
        }
        _ => panic!("{id} has no plan"),
    }
}

fn sides(length: &'static str, width: &'static str, height: &'static str) -> Fields {
    vec![("length", At(length, "")), ("width", At(width, "")), ("height", At(height, ""))]
}

/// F001 states its rates in prose beside the numbers; they are repeated here in the units of F002.
fn lane_tariff(number: u32) -> Plan {
    let rates = if number == 1 {
        vec![
            ("base_linehaul", Says("458300")),
            ("origin_factor", Says("60")),
            ("destination_factor", Says("43")),
            ("shorthaul", Says("32834")),
            ("pack_rate", Says("6130")),
            ("unpack_rate", Says("643650")),
        ]
    } else {
        vec![
            ("base_linehaul", Says("1277900")),
            ("origin_factor", At("/tariff/linehaul_factor_origin_per_cwt", "")),
            ("destination_factor", At("/tariff/linehaul_factor_dest_per_cwt", "")),
            ("pack_rate", At("/tariff/pack_per_cwt", "")),
            ("unpack_rate", At("/tariff/unpack_per_cwt_millicents", "")),
        ]
    };
    plan("lane_tariff", rates).with(vec![
        ("weight", At("/input/weight_lb", "")),
        ("miles", At("/input/miles", "")),
        ("origin_rate", At("/tariff/service_fee_origin_per_cwt", "")),
        ("destination_rate", At("/tariff/service_fee_dest_per_cwt", "")),
        ("discount", At("/input/linehaul_discount", "")),
    ])
}

fn per_cwt(number: u32) -> Plan {
    let rate = match number {
        13 => At("/tariff/factor_cents_per_cwt", " cent per cwt"),
        18 => At("/tariff/rate_millicents_per_cwt", " millicent per cwt"),
        _ => At("/tariff/rate_per_cwt", ""),
    };
    let plan = plan("per_cwt", vec![("rate", rate)]);
    if number > 10 {
        return plan.with(vec![("weight", At("/input/cwt", " cwt"))]);
    }
    let discount = if number == 10 { At("/tariff/discount", "") } else { Says("0") };
    plan.with(vec![
        ("weight", At("/input/weight_lb", " lb")),
        ("minimum_weight", At("/tariff/min_weight_lb", "")),
        ("discount", discount),
    ])
}

fn storage(number: u32) -> Plan {
    let plan = plan(
        "storage",
        vec![
            ("weight", At("/input/cwt", "")),
            ("days", At("/input/days", "")),
            ("first_day", At("/tariff/first_day_per_cwt", "")),
        ],
    );
    match number {
        28 => plan,
        _ => plan.with(vec![
            ("additional_day", At("/tariff/additional_day_per_cwt", "")),
            ("personally_procured", At("/input/ppm", "")),
        ]),
    }
}

/// F030 gives the escalated rate only; F033 gives none, and is refused before any is read.
fn linehaul_per_cwt_mile(number: u32) -> Plan {
    let (rate, escalation) = match number {
        30 => (Says("286.7"), Says("1")),
        33 => (Says("388.6"), Says("1.11")),
        _ => (At("/tariff/base_rate_cents", ""), At("/tariff/escalation", "")),
    };
    plan(
        "linehaul_per_cwt_mile",
        vec![
            ("weight", At("/input/weight_lb", "")),
            ("miles", if number == 33 { Says("1201") } else { At("/input/miles", "") }),
            ("base_rate", rate),
            ("escalation", escalation),
            ("personally_procured", Is(matches!(number, 30..=32))),
        ],
    )
}

fn seasonal_rate(number: u32) -> Plan {
    let plan = plan(
        "seasonal_rate",
        vec![
            ("weight", At("/input/weight_lb", "")),
            ("season", At("/input/season", "")),
            ("peak_rate", At("/tariff/base_cents_peak", "")),
            ("nonpeak_rate", At("/tariff/base_cents_nonpeak", "")),
            ("escalation", At("/tariff/escalation", "")),
        ],
    );
    if number <= 35 { plan.with(vec![("miles", At("/input/miles", ""))]) } else { plan }
}

fn escalated_rate(number: u32) -> Plan {
    if number >= 66 {
        return plan(
            "escalated_rate",
            vec![
                ("base_rate", At("/tariff/base_cents", "")),
                ("escalation", Says("1.11")),
                ("rate_step", At("/tariff/rounding", "")),
            ],
        );
    }
    let base = if number == 54 { At("/tariff/per_unit_cents", "") } else { At("/tariff/base_cents", "") };
    let plan = plan(
        "escalated_rate",
        vec![("base_rate", base), ("escalation", At("/tariff/escalation", "")), ("weight", At("/input/weight_lb", ""))],
    );
    match number {
        42 => plan.with(vec![("factor", At("/tariff/factor", ""))]),
        47 | 53 => plan.with(vec![("days", At("/tariff/days", ""))]),
        _ => plan,
    }
}

fn storage_delivery(number: u32) -> Plan {
    let rate = if number == 55 {
        ("local_rate", At("/tariff/base_cents", ""))
    } else {
        ("linehaul_rate", At("/tariff/base_rate_cents", ""))
    };
    plan(
        "storage_delivery",
        vec![
            rate,
            ("weight", At("/input/weight_lb", "")),
            ("miles", At("/input/miles", "")),
            ("escalation", At("/tariff/escalation", "")),
        ],
    )
}

fn air_breaks(number: u32) -> Plan {
    let normal = vec![("weight", Says("0")), ("rate", At("/tariff/N", ""))];
    let plan = plan("air_breaks", vec![("chargeable", At("/input/chargeable_kg", ""))]);
    if number <= 252 {
        let higher = vec![("weight", Says("45")), ("rate", At("/tariff/Q45", ""))];
        plan.with(vec![("paid_in", Says("CNY")), ("breaks", All(vec![normal, higher]))])
    } else {
        plan.with(vec![("paid_in", Says("EUR")), ("least_price", At("/tariff/M", "")), ("breaks", One(normal))])
    }
}

fn volume_weight(number: u32) -> Plan {
    let sides = sides("/input/cm/0", "/input/cm/1", "/input/cm/2");
    if number == 258 {
        return plan("sides_to_the_centimetre", sides);
    }
    let divisor = if number == 261 { Says("6000") } else { At("/tariff/divisor", "") };
    let actual = At(if number <= 262 { "/input/actual_kg" } else { "/input/kg" }, "");
    let plan = plan("volume_weight", sides).with(vec![("divisor", divisor), ("actual", actual)]);
    let steps =
        |volume: &'static str, billed: &'static str| vec![("volume_step", Says(volume)), ("billed_step", Says(billed))];
    match number {
        259 | 262 => plan.with(steps("0.1", "1")),
        // The tariff's share is written as the fraction 1/2.
        260 => plan.with(steps("0.1", "1")).with(vec![("share", Says("0.5"))]),
        261 => plan.with(vec![("ignored_under", Says("20"))]),
        277 => plan.with(vec![("billed_step", At("/tariff/step_kg", ""))]),
        279 | 280 => plan.with(vec![("billed_step", Says("0.1"))]),
        _ => plan,
    }
    .outputs(&[("volume", "volume_kg")])
}

/// The guides state some numbers in their construct only: units, one freight ton, the number of cartons.
fn weight_or_measure(number: u32) -> Plan {
    let fields = match number {
        264 => vec![
            ("rate", At("/tariff/rate_per_rt", "")),
            ("weight", At("/input/weight_kg", "")),
            ("measure", At("/input/cbm", "")),
        ],
        265 => {
            vec![("rate", At("/tariff/rate", "")), ("weight", At("/input/tonnes", " t")), ("minimum_tons", Says("1"))]
        }
        266 => vec![
            ("rate", At("/tariff/rate", "")),
            ("weight", At("/input/kg", "")),
            ("port_fee", At("/tariff/port_fee", "")),
        ],
        267 => vec![("weight", At("/input/kg", "")), ("measure", At("/input/cbm", ""))],
        268 => vec![
            ("count", At("/input/cartons", "")),
            ("rate", At("/tariff/rate_per_rt", "")),
            ("weight", At("/input/tonnes_each", " t")),
            ("value", At("/input/value_each", "")),
            ("ad_valorem", At("/tariff/ad_valorem", "")),
            ("bunker", At("/tariff/BAF", "")),
            ("currency_adjustment", At("/tariff/CAF", "")),
            ("transshipment", At("/tariff/transshipment", "")),
        ],
        269 => vec![
            ("rate", At("/tariff/rate_per_rt", "")),
            ("weight", At("/input/kg", "")),
            ("bunker", At("/tariff/BAF", "")),
            ("currency_adjustment", At("/tariff/CAF", "")),
            ("cfr_price", Says("35")),
        ],
        _ => vec![
            ("count", At("/input/cartons", "")),
            ("rate", At("/tariff/rate_per_rt", "")),
            ("weight", At("/input/kg_each", "")),
            ("bunker", At("/tariff/BAF", "")),
            ("congestion", At("/tariff/congestion", "")),
        ],
    };
    let measured = match number {
        265 | 266 | 268 => vec![
            ("length", At("/input/m/0", " m")),
            ("width", At("/input/m/1", " m")),
            ("height", At("/input/m/2", " m")),
        ],
        269 | 270 => vec![
            ("length", At("/input/cm/0", " cm")),
            ("width", At("/input/cm/1", " cm")),
            ("height", At("/input/cm/2", " cm")),
        ],
        _ => vec![],
    };
    let paid_in = Says(if number == 270 { "HKD" } else { "USD" });
    plan("weight_or_measure", fields).with(measured).with(vec![("paid_in", paid_in)]).outputs(&[
        ("fob_from_cfr_35", "fob"),
        ("base", "ocean_base"),
        ("surcharges", "added"),
    ])
}

fn density_class(number: u32) -> Plan {
    let shown = match number {
        271 | 274 => "0.01",
        272 => "0.0001",
        273 => "0.00001",
        _ => "0.1",
    };
    let piece = |prefix: &'static [&'static str; 4]| {
        sides(prefix[0], prefix[1], prefix[2]).into_iter().chain([("weight", At(prefix[3], ""))]).collect::<Fields>()
    };
    let pieces = if matches!(number, 272 | 273) {
        Each("/input/pieces", piece(&["/inches/0", "/inches/1", "/inches/2", "/lb"]))
    } else {
        One(piece(&["/input/inches/0", "/input/inches/1", "/input/inches/2", "/input/lb"]))
    };
    let plan = plan("density_class", vec![("pieces", pieces), ("shown_to", Says(shown))]);
    if number > 273 {
        return plan;
    }
    plan.with(vec![
        ("limits", Entries("/tariff/upper_limits", [("under", ""), ("class", "")])),
        ("otherwise_class", At("/tariff/otherwise", "")),
    ])
}

/// The input record of a plan. A pointer may stand behind a fixed beginning: `2026-/input/date_month_day`.
pub fn record(fields: &Fields, vector: &Json) -> Json {
    let value = |from: &From| match from {
        Says(text) => json!(text),
        Is(answer) => json!(answer),
        At(place, unit) => number_at(vector, place, unit),
        One(fields) => json!([record(fields, vector)]),
        All(records) => records.iter().map(|fields| record(fields, vector)).collect(),
        Each(place, fields) => list_at(vector, place).iter().map(|element| record(fields, element)).collect(),
        Entries(place, [key, value]) => {
            let entries = vector.pointer(place).and_then(Json::as_object).expect(place);
            entries
                .iter()
                .map(|(k, v)| json!({ key.0: format!("{k}{}", key.1), value.0: with_unit(v, value.1) }))
                .collect()
        }
    };
    Json::Object(fields.iter().map(|(name, from)| (name.to_string(), value(from))).collect::<Map<_, _>>())
}

fn number_at(vector: &Json, place: &str, unit: &str) -> Json {
    let (beginning, pointer) = place.split_at(place.find('/').unwrap());
    let found = vector.pointer(pointer).unwrap_or_else(|| panic!("{pointer} of {vector}"));
    match beginning {
        "" => with_unit(found, unit),
        _ => json!(format!("{beginning}{}", found.as_str().unwrap())),
    }
}

fn with_unit(value: &Json, unit: &str) -> Json {
    match value {
        Json::String(text) => json!(format!("{text}{unit}")),
        other => other.clone(),
    }
}

fn list_at<'v>(vector: &'v Json, place: &str) -> &'v [Json] {
    vector.pointer(place).and_then(Json::as_array).expect(place)
}
