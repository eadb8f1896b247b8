//! What holds for every subcommand.

use crate::support::{Folder, finish};

#[test]
fn every_shell_gets_completions() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = folder.run(&["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains("ratewright") && ran.out.contains("explain"), "{shell}: {}", ran.out);
    }
    assert_eq!(folder.run(&["completions", "cmd"]).code, 2);
}

#[test]
fn help_and_version_are_data() {
    let folder = Folder::new();
    let short = concat!("ratewright ", env!("CARGO_PKG_VERSION"), "\n");
    let zones = ratewright::value::zone_database_version();
    assert_eq!(folder.run(&["-V"]).out, short);
    let ran = folder.run(&["--version"]);
    assert_eq!((ran.code, ran.out), (0, format!("{short}time zones: IANA database {zones}\n")));
    for subcommand in [
        "check",
        "quote",
        "test",
        "fmt",
        "bundle",
        "import",
        "log",
        "new",
        "noise",
        "replay",
        "report",
        "schema",
        "explain",
        "completions",
    ] {
        let ran = folder.run(&[subcommand, "--help"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{subcommand}");
        assert!(ran.out.contains(&format!("Usage: ratewright {subcommand}")), "{}", ran.out);
    }
    let ran = folder.run(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("Usage: ratewright"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_no_fault_of_the_program() {
    let folder = Folder::with_parcels();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = folder.command(&["schema", "parcels.rules"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.starts_with("error: cannot write the output: "), "{words}");
}

#[test]
fn inputs_that_are_not_text_are_refused() {
    let folder = Folder::with_parcels();
    std::fs::write(folder.path("bad.csv"), b"weight\n\xff\n").unwrap();
    let ran = finish(folder.command(&["quote", "parcels.rules", "bad.csv"]), "");
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: cannot read `bad.csv`: it is not UTF-8 text\n"));
}
