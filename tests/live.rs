//! Editions say who they are, and every quote says which of them made it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use ratewright::live::Edition;
use ratewright::{Quote, RuleSet};

fn edition(rate: &str) -> Edition {
    let text = format!(
        "ruleset parcel \"Parcels\" version \"7\" {{ currency USD }}\ninput {{ weight : mass in lb }}\n\
         charge BASE = {rate} USD per lb * weight\nrefuse HEAVY \"too heavy\" when weight > 70 lb"
    );
    Edition::new(RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}")))
}

#[test]
fn every_door_stamps_the_quote() {
    let edition = edition("2");
    let fields = [("weight", "3")];
    let sent = serde_json::json!({"weight": 3});
    let mut context = edition.context();
    let mut quotes = vec![
        edition.quote(&sent).unwrap(),
        edition.quote_json(r#"{"weight": 3}"#).unwrap(),
        edition.quote_fields(&fields).unwrap(),
        edition.quote_in(&mut context, &sent).unwrap(),
        edition.quote_json_in(&mut context, r#"{"weight": 3}"#).unwrap(),
        edition.quote_fields_in(&mut context, &fields).unwrap(),
        edition.explain(&sent).unwrap().0,
        edition.explain_json(r#"{"weight": 3}"#).unwrap().0,
        edition.explain_fields(&fields).unwrap().0,
    ];
    let mut again = Quote::default();
    edition.quote_into(&mut context, &sent, &mut again).unwrap();
    quotes.push(again.clone());
    edition.quote_json_into(&mut context, r#"{"weight": 3}"#, &mut again).unwrap();
    quotes.push(again.clone());
    edition.quote_fields_into(&mut context, &fields, &mut again).unwrap();
    quotes.push(again.clone());
    let explained = [
        edition.explain_into(&mut context, &sent, &mut again).map(|explanation| (again.clone(), explanation)),
        edition
            .explain_json_into(&mut context, r#"{"weight": 3}"#, &mut again)
            .map(|explanation| (again.clone(), explanation)),
        edition.explain_fields_into(&mut context, &fields, &mut again).map(|explanation| (again.clone(), explanation)),
    ];
    for outcome in explained {
        let (quote, explanation) = outcome.unwrap();
        assert_eq!(explanation.charge("BASE").unwrap().value, Some("6.00 USD"));
        quotes.push(quote);
    }
    for quote in &quotes {
        assert_eq!(quote.edition(), Some(edition.rules().digest()));
        assert_eq!(quote.totals()[0].to_string(), "6.00 USD");
        assert_eq!(quote, &quotes[0]);
    }
    // A quote that is used again by a plain rule set, or ends in an error, says nothing of the edition before.
    edition.rules().quote_fields_into(&mut context, &fields, &mut again).unwrap();
    assert_eq!(again.edition(), None);
    assert_ne!(again, quotes[0]);
    edition.quote_fields_into(&mut context, &fields, &mut again).unwrap();
    assert_eq!(
        edition.quote_fields_into(&mut context, &[("weight", "71")], &mut again).unwrap_err().message,
        "too heavy"
    );
    assert_eq!((again.edition(), again.rule_set()), (None, ""));
    edition.quote_fields_into(&mut context, &fields, &mut again).unwrap();
    assert!(edition.quote_json_into(&mut context, "{", &mut again).is_err());
    assert_eq!((again.edition(), again.rule_set()), (None, ""));
    for unread in ["71", "heavy"] {
        edition.explain_fields_into(&mut context, &fields, &mut again).unwrap();
        assert!(edition.explain_fields_into(&mut context, &[("weight", unread)], &mut again).is_err());
        assert_eq!((again.edition(), again.rule_set()), (None, ""));
    }
}

#[test]
fn json_names_the_edition_where_there_is_one() {
    let edition = edition("2");
    let (quote, plain) =
        (edition.quote_fields(&[("weight", "3")]).unwrap(), edition.rules().quote_fields(&[("weight", "3")]).unwrap());
    let digest = edition.rules().digest().to_string();
    assert_eq!(digest.len(), 64);
    let rest = r#""charges":[{"code":"BASE","amount":{"amount":"6.00","currency":"USD"}}],"totals":[{"amount":"6.00","currency":"USD"}]}"#;
    let expected = format!(r#"{{"ruleset":"parcel","version":"7","edition":"{digest}",{rest}"#);
    assert_eq!(serde_json::to_string(&quote).unwrap(), expected);
    let mut written = Vec::new();
    quote.write_json(&mut written);
    assert_eq!(String::from_utf8(written).unwrap(), expected);
    assert_eq!(serde_json::to_string(&plain).unwrap(), format!(r#"{{"ruleset":"parcel","version":"7",{rest}"#));
    assert!(format!("{quote:?}").contains(&digest));
    let schema = edition.rules().quote_schema();
    assert_eq!(schema["properties"]["edition"]["pattern"], "^[0-9a-f]{64}$");
}

#[test]
fn editions_are_equal_by_what_they_mean() {
    assert_eq!(edition("2"), edition("2.0"));
    assert_ne!(edition("2"), edition("3"));
    let edition = edition("2");
    assert_eq!((edition.semantics(), edition.zone_database_version().starts_with("20")), (1, true));
    assert_eq!(edition.rule_digests(), edition.rules().rule_digests());
    assert_eq!(edition.to_string(), "`parcel` \"7\"");
}
