//! Which rule set prices a vector, and the vector's fields under that rule set's names.
//!
//! Only names and shapes change here: a map becomes a list, `25/28 days` two numbers, an amount in cents says so.

use serde_json::{Map, Value as Json, json};

/// One line of the file.
pub struct Vector {
    pub id: String,
    pub construct: String,
    pub pricing: Json,
    pub input: Json,
    pub expected: Json,
}

impl Vector {
    pub fn read(line: &str) -> Vector {
        let all: Json = serde_json::from_str(line).unwrap();
        let text = |key: &str| all[key].as_str().unwrap().to_string();
        Vector {
            id: text("id"),
            construct: text("construct"),
            pricing: all["pricing"].clone(),
            input: all["input"].clone(),
            expected: all["expected"].clone(),
        }
    }

    /// A field of the input or of the pricing.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.input.get(key).or_else(|| self.pricing.get(key)).filter(|v| !v.is_null())
    }

    /// These fields where they are present, under the rule set's names.
    fn fields(&self, names: &[(&str, &str)]) -> Map<String, Json> {
        let found = names.iter().filter_map(|(from, to)| Some((to.to_string(), self.get(from)?.clone())));
        found.collect()
    }
}

/// The same fields of every element of a list; those that are null are left out.
fn only(list: &Json, keys: &[&str]) -> Json {
    let element = |e: &Json| -> Json {
        let present = keys.iter().filter(|key| e.get(**key).is_some_and(|v| !v.is_null()));
        present.map(|key| (key.to_string(), e[*key].clone())).collect::<Map<_, _>>().into()
    };
    list.as_array().unwrap().iter().map(element).collect()
}

fn cents(value: &Json) -> Json {
    format!("{} cent", value.as_str().unwrap()).into()
}

/// A map as a list of records.
fn list_of(map: &Json, name: &str, value: &str) -> Json {
    map.as_object().unwrap().iter().map(|(k, v)| json!({ name: k, value: v })).collect()
}

/// The two numbers of `25/28 days`.
fn ratio(text: &str) -> (String, String) {
    let (top, bottom) = text.trim_end_matches(" days").split_once('/').unwrap();
    (top.to_string(), bottom.to_string())
}

const TIER: &[&str] = &["to", "unit", "flat"];
const BLOCK: &[&str] = &["block_size", "max_blocks", "block_price"];

/// The rule set's file and its input.
pub fn mapped(v: &Vector) -> (&'static str, Json) {
    let (rules, fields) = match v.construct.as_str() {
        "graduated_tiered" | "graduated_tiered_decimal" => ("graduated", tiers(v, &[("quantity", "quantity")])),
        "tier_slice" => ("tier_slice", tier_slice(v)),
        "volume_tiered" => ("volume_tiers", tiers(v, &[("quantity", "quantity")])),
        "volume_tiered_prorated" => ("volume", tiers(v, VOLUME)),
        "package" => ("package", v.fields(&same(&["package_size", "amount", "free_units", "quantity"]))),
        "unit" => ("unit", v.fields(&[("amount", "unit_price"), ("quantity", "quantity")])),
        "line_rounding" => ("unit", line_rounding(v)),
        "dynamic_per_event_price" => {
            ("event_prices", v.fields(&same(&["events", "quantity", "sum_of_event_amounts_cents"])))
        }
        "percentage_fee" | "percentage_fee_capped" if v.get("events").is_some() => {
            ("percentage_per_event", v.fields(&same(EVENTS)))
        }
        "percentage_fee" => ("percentage", v.fields(&same(PERCENTAGE))),
        "graduated_percentage" => ("graduated_percentage", percentages(v)),
        "incremental_delta" if v.get("transaction").is_some() => ("graduated_percentage", percentages(v)),
        "incremental_delta" if v.get("amount_with_event").is_some() => {
            ("delta", v.fields(&same(&["amount_with_event", "amount_without_event"])))
        }
        "incremental_delta" => ("blocks", units_in_blocks(v)),
        "prorated_graduated" => ("prorated_graduated", tiers(v, &same(&["event_units", "event_prorated_units"]))),
        "quantity_rounding" => ("quantity_rounding", v.fields(&same(&["function", "decimals", "quantity"]))),
        "time_weighted_quantity" => ("time_weighted", v.fields(&same(&["period", "changes"]))),
        "proration_days" | "minimum_commitment_prorated" | "termination_credit" => ("proration", proration(v)),
        "proration_coefficient" => ("coefficient", v.fields(&same(&["from", "to", "period"]))),
        "proration_fraction" | "proration_leading" => ("proration_fraction", fraction(v)),
        "proration_fixed_30" => ("proration_30", v.fields(&same(&["amount", "days"]))),
        "minimum_spend_true_up" => ("true_up", true_up(v)),
        "coupon_amount" => ("coupon", coupon(v)),
        "coupon_allocation_and_tax" => ("coupon_tax", coupon_tax(v)),
        "multiple_taxes" => ("taxes", taxes(v)),
        "block_tiers_all_tiers" | "block_tiers_top_tier" => ("blocks", blocks(v)),
        "block_tiers_multi_unit" => ("blocks", units_in_blocks(v)),
        "capacity_tier" => ("capacity", capacity(v)),
        other => panic!("{}: no rule set for {other}", v.id),
    };
    (rules, fields.into())
}

const VOLUME: &[(&str, &str)] = &[
    ("quantity", "quantity"),
    ("prorated_quantity", "prorated_quantity"),
    ("full_quantity_for_tier_lookup", "full_quantity_for_tier_lookup"),
];
const EVENTS: &[&str] =
    &["rate_percent", "fixed_per_event", "free_events", "free_amount", "min_per_event", "max_per_event", "events"];
const PERCENTAGE: &[&str] = &[
    "rate_percent",
    "fixed_per_event",
    "free_events",
    "free_amount",
    "total",
    "event_count",
    "running_totals_of_free_candidates",
];

fn same<'a>(names: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    names.iter().map(|name| (*name, *name)).collect()
}

fn tiers(v: &Vector, names: &[(&str, &str)]) -> Map<String, Json> {
    let mut fields = v.fields(names);
    fields.insert("tiers".into(), only(&v.pricing["tiers"], TIER));
    fields
}

fn tier_slice(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&[("quantity", "quantity"), ("total", "quantity")]);
    let tier = &v.pricing["tier"];
    let name = if tier.get("rate_percent").is_some() { "percent_tier" } else { "tier" };
    fields.insert(name.into(), tier.clone());
    fields
}

fn line_rounding(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&[("unit", "unit_price"), ("quantity", "quantity")]);
    fields.insert("to_currency".into(), true.into());
    fields
}

fn percentages(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&same(&["total", "transactions_before", "transaction"]));
    fields.insert("tiers".into(), only(&v.pricing["tiers"], &["to", "rate_percent", "flat"]));
    fields
}

fn proration(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&[
        ("period_amount_cents", "period_amount"),
        ("commitment_cents", "period_amount"),
        ("amount", "period_amount"),
        ("unit", "period_amount"),
        ("days_used", "days_used"),
        ("unused_days", "days_used"),
        ("days_in_period", "days_in_period"),
        ("period_days", "days_in_period"),
        ("tax_percent", "tax_percent"),
    ]);
    if let Some(amount) = v.get("period_amount_cents").or(v.get("commitment_cents")) {
        fields.insert("period_amount".into(), cents(amount));
    }
    if v.get("active_from").is_some() {
        fields.extend(v.fields(&same(&["active_from", "terminated_on"])));
    }
    if let Some(fraction) = v.get("fraction") {
        let (top, bottom) = ratio(fraction.as_str().unwrap());
        fields.insert("days_used".into(), top.into());
        fields.insert("days_in_period".into(), bottom.into());
    }
    if !fields.contains_key("days_in_period") {
        // lago-095 names no period: the seat was added on 10 July.
        fields.insert("days_in_period".into(), "31".into());
    }
    fields
}

fn fraction(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&same(&["from", "to", "amount"]));
    let fixed = v.get("mode").is_some_and(|mode| mode == "fixed 30 days per month");
    fields.insert("mode".into(), if fixed { "thirty" } else { "actual" }.into());
    fields
}

fn true_up(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&[("minimum", "minimum_spend")]);
    if let Some(amount) = v.get("minimum_cents") {
        fields.insert("minimum_spend".into(), cents(amount));
        fields.insert("tax_percent".into(), "20".into());
    }
    if let Some(prorated) = v.get("prorated") {
        let (top, bottom) = ratio(prorated.as_str().unwrap());
        fields.insert("days_used".into(), top.into());
        fields.insert("days_in_period".into(), bottom.into());
    }
    let usage: Json = match (v.get("usage_cents"), v.get("usage_amount")) {
        (Some(Json::Array(lines)), _) => lines.iter().map(cents).collect(),
        (Some(line), _) => [cents(line)].into_iter().collect(),
        (None, line) => [line.unwrap().clone()].into_iter().collect(),
    };
    fields.insert("usage".into(), usage);
    // The credit note set off on that invoice is the one that lago-107 prices.
    if let Some(credit) = v.expected["breakdown"].as_array().unwrap().iter().find_map(|line| line.get("credit_notes")) {
        fields.insert("credit_notes".into(), cents(credit));
    }
    fields
}

fn coupon(v: &Vector) -> Map<String, Json> {
    v.fields(&same(&["type", "amount_cents", "already_used_cents", "rate_percent", "base_cents"]))
}

fn coupon_tax(v: &Vector) -> Map<String, Json> {
    let amounts = &v.input["line_amounts"];
    let lines = v.pricing["lines"].as_array().unwrap().iter();
    let lines: Json = lines
        .map(|l| json!({ "id": l["id"], "tax": l["tax"], "amount": amounts[l["id"].as_str().unwrap()] }))
        .collect();
    let coupons: Json = if let Some(coupons) = v.get("coupons_in_order") {
        let coupons = coupons.as_array().unwrap().iter();
        let one = |c: &Json| match &c["applies_to"] {
            Json::Array(ids) => json!({ "amount": c["amount"], "applies_to": ids }),
            _ => json!({ "amount": c["amount"] }),
        };
        coupons.map(one).collect()
    } else if let Some(coupons) = v.get("coupons") {
        coupons.as_array().unwrap().iter().map(|amount| json!({ "amount": amount })).collect()
    } else {
        json!([{ "amount": v.pricing["coupon"] }])
    };
    Map::from_iter([("lines".to_string(), lines), ("coupons".to_string(), coupons)])
}

fn taxes(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&same(&["taxes"]));
    let lines: Json = match v.get("fees") {
        Some(fees) => {
            let fees = fees.as_array().unwrap().iter().enumerate();
            fees.map(|(at, f)| json!({ "id": at.to_string(), "amount": f["cents"], "tax": f["tax"] })).collect()
        }
        None => list_of(&v.input["line_cents"], "id", "amount"),
    };
    fields.insert("lines".into(), lines);
    if let Some(coupon) = v.get("coupon_cents") {
        // `1000 spread 1/3, 2/3`: in proportion to the lines.
        fields.insert("coupon".into(), coupon.as_str().unwrap().split(' ').next().unwrap().into());
    }
    fields
}

fn blocks(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&same(&["policy", "already_billed"]));
    let usage =
        json!([{ "name": "usage", "tiers": only(&v.pricing["tiers"], BLOCK), "quantity": v.input["quantity"] }]);
    fields.insert("usage".into(), usage);
    fields
}

/// Several units, each with tiers of its own, and perhaps what was used before.
fn units_in_blocks(v: &Vector) -> Map<String, Json> {
    let mut fields = v.fields(&same(&["policy"]));
    let prices = v.pricing.get("units").unwrap_or(&v.pricing).as_object().unwrap();
    let quantities = v.input.get("after").unwrap_or(&v.input);
    let usage = prices.iter().filter(|(name, _)| *name != "policy").map(|(name, price)| {
        let tiers = if price.is_array() { price.clone() } else { json!([price]) };
        let mut usage = json!({ "name": name, "tiers": only(&tiers, BLOCK), "quantity": quantities[name] });
        if let Some(before) = v.input.get("before") {
            usage["before"] = before[name].clone();
        }
        usage
    });
    fields.insert("usage".into(), usage.collect());
    fields
}

fn capacity(v: &Vector) -> Map<String, Json> {
    let tiers = v.pricing["tiers"].as_array().unwrap().iter();
    let tier = |t: &Json| match &t["limits"] {
        Json::Null => json!({ "price": t["price"] }),
        limits => json!({ "price": t["price"], "limits": list_of(limits, "name", "limit") }),
    };
    let tiers: Json = tiers.map(tier).collect();
    Map::from_iter([("tiers".to_string(), tiers), ("usage".to_string(), list_of(&v.input, "name", "quantity"))])
}
