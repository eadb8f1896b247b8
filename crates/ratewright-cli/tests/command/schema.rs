use crate::support::Folder;

#[test]
fn the_schema_of_the_input_names_its_fields() {
    let folder = Folder::with_parcels();
    let ran = folder.run(&["schema", "parcels.rules"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(schema["type"], "object");
    assert!(schema["properties"]["weight"].is_object(), "{schema}");
    assert_eq!(schema["required"], serde_json::json!(["weight"]), "a field with a default need not be sent");
}

#[test]
fn the_schema_of_the_quote_is_another() {
    let folder = Folder::with_parcels();
    let ran = folder.run(&["schema", "parcels.rules", "--quote"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(schema["properties"]["charges"].is_object(), "{schema}");
    assert!(schema["properties"]["totals"].is_object(), "{schema}");
}

#[test]
fn a_broken_rule_set_has_none() {
    let folder = Folder::new();
    folder.write("a.rules", "ruleset a { currency USD }\ncharge A = b\n");
    let ran = folder.run(&["schema", "a.rules"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("error[RW0201]") && ran.err.contains("`a.rules` cannot be used: 1 error"), "{}", ran.err);
}
