//! What the words of a heading say: a name in rules, a unit, whether it is an amount, which end of a range it is.

/// The words of a heading in lower case: `distance_miles_upperExcl` gives distance, miles, upper, excl.
pub(super) fn words(heading: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut lower_before = false;
    for character in heading.chars() {
        if !character.is_alphanumeric() || (character.is_uppercase() && lower_before) {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        lower_before = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Words that mean something in the head of a table, besides those that are reserved.
const HEAD: [&str; 4] = ["any", "valid", "ignoring", "across"];

/// A name from some words: `distance_miles`.
pub(super) fn name(words: &[String]) -> String {
    let joined = words.join("_");
    let starts = joined.starts_with(|c: char| c.is_alphabetic());
    let name = if starts { joined } else { format!("column_{joined}") };
    let name = name.trim_end_matches('_').to_owned();
    if is_reserved(&name) { format!("{name}_") } else { name }
}

/// Whether a word cannot be a name as it stands.
pub(super) fn is_reserved(word: &str) -> bool {
    HEAD.contains(&word) || ratewright::syntax::is_reserved(word)
}

/// Which end of a range a heading names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Low,
    High,
}

const LOW: [&str; 12] =
    ["lower", "low", "from", "min", "minimum", "start", "begin", "begins", "over", "above", "since", "first"];
const HIGH: [&str; 14] = [
    "upper", "high", "to", "max", "maximum", "end", "ends", "until", "through", "thru", "below", "under", "last",
    "upto",
];
const EXCLUDED: [&str; 4] = ["excl", "exclusive", "excluded", "until"];
const INCLUDED: [&str; 5] = ["incl", "inclusive", "included", "through", "thru"];

/// The end that a heading names, and its other words, which the two ends of a range share.
pub(super) fn end(words: &[String]) -> Option<(End, Vec<String>)> {
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let end = words.iter().find_map(|word| match (is(&LOW, word), is(&HIGH, word)) {
        (true, _) => Some(End::Low),
        (_, true) => Some(End::High),
        _ => None,
    })?;
    let rest =
        words.iter().filter(|word| !is(&LOW, word) && !is(&HIGH, word) && !is(&EXCLUDED, word) && !is(&INCLUDED, word));
    Some((end, rest.cloned().collect()))
}

/// Whether a heading says that the upper end of a range is included; `None` where it says nothing.
pub(super) fn includes_end(words: &[String]) -> Option<bool> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match (has(&EXCLUDED), has(&INCLUDED)) {
        (true, _) => Some(false),
        (_, true) => Some(true),
        _ => None,
    }
}

/// Whether it is the name of something that is looked up rather than of what it is looked up by.
pub(super) fn is_result(words: &[String]) -> bool {
    const RESULTS: [&str; 30] = [
        "price",
        "prices",
        "rate",
        "rates",
        "fee",
        "fees",
        "charge",
        "charges",
        "amount",
        "cost",
        "costs",
        "surcharge",
        "discount",
        "percent",
        "pct",
        "factor",
        "multiplier",
        "cents",
        "compensation",
        "premium",
        "tax",
        "commission",
        "allowance",
        "credit",
        "margin",
        "markup",
        "note",
        "remark",
        "remarks",
        "insurance",
    ];
    words.iter().any(|word| RESULTS.contains(&word.as_str()) || currency(std::slice::from_ref(word)).is_some())
}

/// Whether it is the name of a quantity of which a step or more is counted.
pub(super) fn is_quantity(words: &[String]) -> bool {
    const QUANTITIES: [&str; 24] = [
        "weight", "distance", "quantity", "qty", "volume", "length", "usage", "units", "count", "seats", "value",
        "amount", "days", "hours", "minutes", "break", "miles", "km", "kg", "lb", "lbs", "cwt", "kwh", "size",
    ];
    words.iter().any(|word| QUANTITIES.contains(&word.as_str()))
}

/// Whether it is the name of something whose beginning counts.
pub(super) fn is_prefix(words: &[String]) -> bool {
    words.iter().any(|word| {
        matches!(
            word.as_str(),
            "prefix" | "postcode" | "zip" | "zip3" | "postal" | "dial" | "dialling" | "area" | "outcode"
        )
    })
}

/// The type that a unit among the words gives a number: `mass in lb`.
pub(super) fn unit(words: &[String]) -> Option<&'static str> {
    words.iter().rev().find_map(|word| {
        Some(match word.as_str() {
            "lb" | "lbs" | "pound" | "pounds" => "mass in lb",
            "kg" | "kgs" | "kilogram" | "kilograms" => "mass in kg",
            "oz" | "ounces" => "mass in oz",
            "cwt" => "mass in cwt",
            "gram" | "grams" => "mass in g",
            "mi" | "mile" | "miles" => "length in mi",
            "km" | "kilometers" | "kilometres" => "length in km",
            "inch" | "inches" => "length in in",
            "cm" => "length in cm",
            "mm" => "length in mm",
            "ft" | "feet" => "length in ft",
            "kwh" => "energy in kWh",
            "mwh" => "energy in MWh",
            "gb" => "data in GB",
            "gib" => "data in GiB",
            "tb" => "data in TB",
            "mb" => "data in MB",
            _ => return None,
        })
    })
}

/// The currency that the words name.
pub(super) fn currency(words: &[String]) -> Option<&'static str> {
    words.iter().find_map(|word| {
        [
            "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "BRL", "MXN",
            "ZAR", "NZD", "SGD", "HKD",
        ]
        .into_iter()
        .find(|code| word.eq_ignore_ascii_case(code))
    })
}

/// Whether an amount is counted in hundredths.
pub(super) fn in_cents(words: &[String]) -> bool {
    words.iter().any(|word| matches!(word.as_str(), "cent" | "cents"))
}

/// The name of an enumeration: `service type` as `Service_type`.
pub(super) fn enumeration(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(heading: &str) -> Vec<String> {
        words(heading)
    }

    #[test]
    fn headings_fall_into_words_and_make_names() {
        assert_eq!(of("distance_miles_upperExcl"), ["distance", "miles", "upper", "excl"]);
        assert_eq!(of("Zone Number (2026)"), ["zone", "number", "2026"]);
        assert_eq!(of("ZIP3"), ["zip3"]);
        assert_eq!(name(&of("Zone Number")), "zone_number");
        assert_eq!(name(&of("2nd_day_air")), "column_2nd_day_air");
        assert_eq!(name(&of("From")), "from_");
    }

    #[test]
    fn the_ends_of_a_range_share_their_other_words() {
        let (low, rest) = end(&of("weight_lbs_lower")).unwrap_or((End::High, Vec::new()));
        assert_eq!((low, rest.join(" ").as_str()), (End::Low, "weight lbs"));
        let (high, rest) = end(&of("weight_lbs_upper_excl")).unwrap_or((End::Low, Vec::new()));
        assert_eq!((high, rest.join(" ").as_str()), (End::High, "weight lbs"));
        assert_eq!(includes_end(&of("weight_lbs_upper_excl")), Some(false));
        assert_eq!(includes_end(&of("max_kg")), None);
        assert!(end(&of("zone")).is_none());
    }

    #[test]
    fn units_and_currencies_are_words_of_headings() {
        assert_eq!(unit(&of("weight_lb")), Some("mass in lb"));
        assert_eq!(unit(&of("distance miles")), Some("length in mi"));
        assert_eq!(unit(&of("weight")), None);
        assert_eq!(currency(&of("price_gbp")), Some("GBP"));
        assert!(in_cents(&of("rate_cents")) && is_result(&of("rate_cents")));
        assert!(!is_result(&of("zone")));
    }
}
