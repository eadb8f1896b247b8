use crate::support::{Folder, PARCELS};

const UNTIDY: &str = "ruleset   a   { currency USD }\n\n\n\ncharge A   =   3 USD   # why\n";

#[test]
fn a_file_is_formatted_in_its_place_and_then_left_alone() {
    let folder = Folder::new();
    folder.write("rules/a.rules", UNTIDY);
    let ran = folder.run(&["fmt", "--check", "rules"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "rules/a.rules\n"));
    assert_eq!(folder.read("rules/a.rules"), UNTIDY, "--check writes nothing");
    let ran = folder.run(&["fmt", "rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "1 of 1 file formatted\n"));
    let formatted = folder.read("rules/a.rules");
    assert!(formatted.contains("charge A = 3 USD") && formatted.contains("# why"), "{formatted}");
    let ran = folder.run(&["fmt", "--check", "rules"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", "0 of 1 file to be formatted\n"));
}

#[test]
fn standard_input_is_formatted_to_standard_output() {
    let folder = Folder::new();
    let once = folder.run_with_input(&["fmt", "--stdin"], UNTIDY);
    assert_eq!(once.code, 0, "{once:?}");
    let twice = folder.run_with_input(&["fmt", "-"], &once.out);
    assert_eq!((twice.code, &twice.out), (0, &once.out));
    assert_eq!(folder.run_with_input(&["fmt", "--stdin", "--check"], UNTIDY).code, 1);
    assert_eq!(folder.run_with_input(&["fmt", "--stdin", "--check"], &once.out).code, 0);
}

#[test]
fn a_file_that_cannot_be_read_is_left_as_it_is() {
    let folder = Folder::new();
    let broken = PARCELS.replace("charge BASE \"Transportation\" =", "charge BASE");
    folder.write("broken.rules", &broken);
    let ran = folder.run(&["fmt", "broken.rules"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains(" --> broken.rules:10:"), "{}", ran.err);
    assert_eq!(folder.read("broken.rules"), broken);
}
