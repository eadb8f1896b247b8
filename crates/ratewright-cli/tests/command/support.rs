//! A folder for one test, and the command run in it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is removed at the end of the test.
pub struct Folder(PathBuf);

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// With the parcel tariff that most tests price by.
    pub fn with_parcels() -> Self {
        let folder = Folder::new();
        folder.write("parcels.rules", PARCELS);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The command in this folder, without what the environment says of colours.
    pub fn command(&self, arguments: &[&str]) -> Command {
        command_in(&self.0, arguments)
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments), "")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        finish(self.command(arguments), input)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn command_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ratewright"));
    command.current_dir(folder).args(arguments);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

pub fn finish(mut command: Command, input: &str) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What stands in a file of findings, or in one of evidence, beside its checksum.
pub fn inner<'f>(file: &'f str, name: &str) -> &'f str {
    let (_, inner) = file.split_once(&format!("\"{name}\":")).unwrap();
    inner.trim_end().strip_suffix('}').unwrap()
}

/// A file of findings as if this had been written.
pub fn findings_of(inner: &str) -> String {
    let sha256 = ratewright::digest::Digest::of_bytes(inner.as_bytes());
    format!("{{\"format\":\"ratewright findings 4\",\"sha256\":\"{sha256}\",\"findings\":{inner}}}\n")
}

/// The folder of the whole project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The texts of a page that is well-formed XML, with the elements that it has.
pub fn read_page(page: &str) -> (String, Vec<String>) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(page);
    reader.config_mut().check_end_names = true;
    let (mut text, mut elements, mut open) = (String::new(), Vec::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                open += 1;
                elements.push(tag.to_string());
            }
            Event::Empty(tag) => elements.push(tag.to_string()),
            Event::End(_) => open -= 1,
            Event::Text(piece) => text.push_str(&piece),
            Event::GeneralRef(entity) => text.push_str(&format!("&{};", &*entity)),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0);
    (text, elements)
}

/// A small tariff: 2 USD a pound, 10 % fuel, a refusal and a flag.
pub const PARCELS: &str = r#"ruleset parcels "Parcels" version "7" { currency USD }

input {
  weight  : mass in lb from 0.1 lb through 150 lb
  country : text = "US"
}

let billed = weight rounded up to 1 lb

charge BASE "Transportation" = 2.00 USD per lb * billed shown as billed at 2.00 USD per lb because "Rate sheet 3"
charge FUEL "Fuel surcharge" = 10% of BASE
flag HEAVY "{billed} is a heavy parcel" when billed > 70 lb
refuse NO_SERVICE "we do not ship to {country}" when country is "XX"
output billed_weight = billed "Billed weight"

test "three pounds" {
  given weight = 2.5 lb
  expect charge BASE is 6.00 USD
  expect total is 6.60 USD
}
"#;
