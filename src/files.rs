//! Rule files on a disk: the one place of the engine that reads files, and only where the caller asks for it.
//!
//! A [`Directory`] gives the texts under one folder. No path leads out of it by `..` or by being absolute, and what is not a
//! plain file of UTF-8 text of a sensible size is refused in words for the author. Symbolic links are followed within the folder.

use crate::check::Loader;
use crate::rule_set::{Compiler, Rejected, RuleSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// The texts of the files under one folder.
///
/// ```no_run
/// use ratewright::{Compiler, Directory};
///
/// let rules = Compiler::new().loader(Directory::new("rules")).compile("freight/parcel.rules")?;
/// # Ok::<(), ratewright::Rejected>(())
/// ```
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The files under `root`. Nothing is read yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Directory { root: root.into() }
    }

    /// The folder whose files the rule file at `path` may name, and the file's path within it.
    ///
    /// The folder is the outermost one named `rules` above the file, so that `rules/acme/contract.rules` may extend
    /// `../freight/parcel.rules`; where none has that name, it is the file's own folder.
    pub fn around(path: &Path) -> (Self, String) {
        let full = without_detours(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()));
        let folder = full.parent().unwrap_or(Path::new(""));
        let named = folder.ancestors().filter(|above| above.file_name().is_some_and(|name| name == "rules")).last();
        let root = named.unwrap_or(folder);
        let within = full.strip_prefix(root).unwrap_or(&full);
        let parts: Vec<_> = within.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        (Directory::new(root), parts.join("/"))
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The bytes of a file, for loaders that turn other forms into text.
    ///
    /// # Errors
    /// In words for the author: the path leads out of the folder, or what is there is no plain file of at most [`LARGEST_FILE`].
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        let inside = Path::new(path);
        if path.is_empty() || !inside.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        {
            return Err(format!("a path may not lead out of the folder `{}`", self.root.display()));
        }
        let path = self.root.join(inside);
        if leads_out(&self.root, &path).map_err(|error| words(&error))? {
            return Err(format!("a link leads out of the folder `{}`", self.root.display()));
        }
        read(&path).map_err(|error| words(&error))
    }
}

impl Loader for Directory {
    fn load(&self, path: &str) -> Result<String, String> {
        let file = path.split('#').next().unwrap_or(path).to_ascii_lowercase();
        if file.ends_with(".xlsx") || file.ends_with(".ods") {
            return Err("sheets of workbooks are read by the loader of the crate ratewright-sheets".to_owned());
        }
        let bytes = self.bytes(path)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
            format!("line {line} is not UTF-8 text")
        })?;
        Ok(match text.strip_prefix('\u{feff}') {
            Some(text) => text.to_string(),
            None => text,
        })
    }
}

/// The path without `x/..`.
fn without_detours(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            straight.pop();
        } else {
            straight.push(part);
        }
    }
    straight
}

/// Whether a file lies elsewhere than in a folder once all links on the way to it are followed.
fn leads_out(root: &Path, path: &Path) -> io::Result<bool> {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    Ok(!path.canonicalize()?.starts_with(root.canonicalize()?))
}

/// The bytes of a plain file that is not too large.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let data = std::fs::metadata(path)?;
    if data.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !data.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    if data.len() > LARGEST_FILE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::with_capacity(data.len() as usize);
    File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    // It may have grown since it was looked at.
    if bytes.len() as u64 > LARGEST_FILE { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "no such file".to_string(),
        io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        io::ErrorKind::IsADirectory => "it is a folder".to_string(),
        io::ErrorKind::FileTooLarge => format!("the file is larger than {} MiB", LARGEST_FILE >> 20),
        _ => error.to_string(),
    }
}

impl RuleSet {
    /// Compiles the rule set in a file, with the modules, base rule sets and CSV files that it names.
    ///
    /// They must lie in the folder tree that [`Directory::around`] finds.
    ///
    /// # Errors
    /// All problems of the rule set; a file that cannot be read is one of them.
    ///
    /// ```no_run
    /// let rules = ratewright::RuleSet::from_file("rules/freight/parcel.rules")?;
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn from_file(path: impl AsRef<Path>) -> Result<RuleSet, Rejected> {
        let (directory, main) = Directory::around(path.as_ref());
        Compiler::new().loader(directory).compile(&main)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// A folder of its own for a test, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("ratewright-{}-{name}", std::process::id()));
            std::fs::create_dir_all(path.join("inner")).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn only_text_files_within_the_folder_are_read() {
        let folder = Folder::new("files");
        std::fs::write(folder.0.join("inner/a.rules"), "\u{feff}ruleset a").unwrap();
        std::fs::write(folder.0.join("b.csv"), b"x\ny\xff").unwrap();
        let directory = Directory::new(&folder.0);
        assert_eq!(directory.load("inner/a.rules").unwrap(), "ruleset a");
        for (path, why) in [
            ("inner", "it is a folder"),
            ("c.csv", "no such file"),
            ("b.csv/x", "no such file"),
            ("rates.xlsx#Ground!B3:F40", "sheets of workbooks are read by the loader of the crate ratewright-sheets"),
            ("b.csv", "line 2 is not UTF-8 text"),
            ("../secret", "a path may not lead out of the folder"),
            ("inner/../../secret", "a path may not lead out of the folder"),
            ("/etc/passwd", "a path may not lead out of the folder"),
            ("", "a path may not lead out of the folder"),
        ] {
            let error = directory.load(path).expect_err(path);
            assert!(error.starts_with(why), "{path}: {error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_another_file_of_the_folder_and_not_out_of_it() {
        use std::os::unix::fs::symlink;
        let folder = Folder::new("links");
        std::fs::write(folder.0.join("inner/a.csv"), "x").unwrap();
        std::fs::create_dir_all(folder.0.join("rules")).unwrap();
        for (link, to) in [
            ("rules/within.csv", "real.csv"),
            ("rules/out.csv", "../inner/a.csv"),
            ("rules/absolute.csv", "/etc/passwd"),
            ("rules/folder", "../inner"),
            ("rules/round.csv", "round.csv"),
        ] {
            symlink(to, folder.0.join(link)).unwrap();
        }
        std::fs::write(folder.0.join("rules/real.csv"), "y").unwrap();
        let directory = Directory::new(folder.0.join("rules"));
        assert_eq!(directory.load("within.csv").unwrap(), "y");
        for path in ["out.csv", "absolute.csv", "folder/a.csv"] {
            let error = directory.load(path).expect_err(path);
            assert!(error.starts_with("a link leads out of the folder"), "{path}: {error}");
        }
        assert!(directory.load("round.csv").is_err());
        assert_eq!(Directory::new(folder.0.join("rules/folder")).load("a.csv").unwrap(), "x", "the root may be a link");
    }

    #[test]
    fn a_file_larger_than_the_limit_is_refused() {
        let folder = Folder::new("large");
        let file = File::create(folder.0.join("large.csv")).unwrap();
        file.set_len(LARGEST_FILE + 1).unwrap();
        let error = Directory::new(&folder.0).load("large.csv").expect_err("too large");
        assert_eq!(error, "the file is larger than 256 MiB");
    }

    #[test]
    fn the_root_is_the_outermost_folder_named_rules() {
        for (path, root, main) in [
            ("/srv/rules/acme/contract.rules", "/srv/rules", "acme/contract.rules"),
            ("/srv/rules/x/rules/a.rules", "/srv/rules", "x/rules/a.rules"),
            ("/srv/prices/a.rules", "/srv/prices", "a.rules"),
            ("/srv/rules/freight/../billing/a.rules", "/srv/rules", "billing/a.rules"),
        ] {
            let (directory, found) = Directory::around(Path::new(path));
            assert_eq!((directory.root(), found.as_str()), (Path::new(root), main));
        }
    }
}
