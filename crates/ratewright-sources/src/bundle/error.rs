//! Why a bundle is refused, in words for whoever has to mend it: where, what was expected, what to do.

use ratewright::Rejected;
use ratewright::digest::Digest;

/// Why there is no bundle, or no rule set from one. What is refused changes nothing.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The file, or what it says of a part, is larger than the caller allows. Nothing of it was read.
    #[error("{what} has {bytes} bytes, and {allowed} are allowed: {}", what_to_do(*.allowed, u32::MAX.into()))]
    TooLarge {
        /// `the bundle`, `the manifest`, or the part.
        what: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        allowed: u64,
    },
    /// It says that it has more parts than the caller allows.
    #[error("the bundle has {parts} parts, and {allowed} are allowed: {}", what_to_do(*.allowed, u16::MAX.into()))]
    TooManyParts {
        /// How many it says.
        parts: u64,
        /// The limit.
        allowed: u64,
    },
    /// It is another kind of file.
    #[error("this is no bundle: it does not begin as a zip file does; make one with `ratewright bundle build`")]
    NotABundle,
    /// It is a zip file, but what is in it is none.
    #[error("this is a zip file, but no bundle: {}; make one with `ratewright bundle build`", match first.as_str() {
        "" => "there is nothing in it".to_owned(),
        first => format!("it begins with `{first}`, and a bundle with `manifest.json`"),
    })]
    OtherZip {
        /// The name of its first part; empty where it has none.
        first: String,
    },
    /// The parts may be those of a bundle, but another tool wrote the file.
    #[error("another tool packed this zip file: take the file as `ratewright bundle build` wrote it, or make it anew")]
    Repacked,
    /// Its end is missing.
    #[error("the bundle is not whole: its end is missing, or does not fit what stands before it; fetch it again")]
    NotWhole,
    /// Something stands after its end.
    #[error("{} after the end of the bundle, where nothing may; fetch it again", match bytes {
        1 => "a byte stands".to_owned(),
        bytes => format!("{bytes} bytes stand"),
    })]
    GoesOn {
        /// How much.
        bytes: usize,
    },
    /// A zip file that somebody else wrote: the parts of a bundle are never compressed.
    #[error(
        "the part `{part}` is compressed, and the parts of a bundle never are; make it with `ratewright bundle build`, and not by another tool"
    )]
    Compressed {
        /// Its name in the file.
        part: String,
    },
    /// A byte between the parts is not the one that stands there in a bundle of these parts.
    #[error(
        "the file was altered: it is no longer what its directory says (the first place that does not fit is byte {at}); fetch it again"
    )]
    Altered {
        /// The first such byte, from 0.
        at: usize,
    },
    /// It has no `manifest.json` in front, or one that cannot be read.
    #[error("the manifest cannot be read: {why}; make the bundle anew")]
    Manifest {
        /// What is wrong with it.
        why: String,
    },
    /// A later engine made it.
    #[error("the bundle is of format {format}, and this engine reads up to {known}; use a newer ratewright")]
    LaterFormat {
        /// The format of the bundle.
        format: u32,
        /// The latest that is known.
        known: u32,
    },
    /// A path that could name something outside.
    #[error(
        "the path `{path}` {why}; paths of parts are relative to the folder of the bundle, with `/` between folders"
    )]
    Path {
        /// As it is written.
        path: String,
        /// What is wrong with it: `leads out of the folder`.
        why: &'static str,
    },
    /// Parts that are not in order, or two of one path.
    #[error("the part `{path}` stands twice or out of order; make the bundle anew")]
    OutOfOrder {
        /// The later one.
        path: String,
    },
    /// The file holds other parts than its manifest names.
    #[error("{} `{path}`; fetch the bundle again, or make it anew", if *.named { "the manifest names a part that is not there:" } else { "there is a part that the manifest does not name:" })]
    OtherParts {
        /// The part.
        path: String,
        /// Whether the manifest names it.
        named: bool,
    },
    /// A part has not the size that the manifest says.
    #[error("the part `{path}` has {found} bytes, and the manifest says {expected}; fetch the bundle again")]
    PartSize {
        /// The part.
        path: String,
        /// What the manifest says.
        expected: u64,
        /// What it has.
        found: u64,
    },
    /// A part is not the one that the manifest was made for.
    #[error(
        "the part `{path}` was altered: its digest is {}…, and the manifest says {}…; fetch the bundle again",
        found.short(), expected.short()
    )]
    PartDigest {
        /// The part.
        path: String,
        /// What the manifest says.
        expected: Digest,
        /// That of its bytes.
        found: Digest,
    },
    /// A part is no text.
    #[error("the part `{path}` is not UTF-8 text from line {line} on; save it as UTF-8 and make the bundle anew")]
    NotText {
        /// The part.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// Two texts under one path: what was compiled was not read from one place.
    #[error("two different texts were read as `{path}`; read them again, from files that nobody is writing")]
    TwoTexts {
        /// The path.
        path: String,
    },
    /// Its rule set does not compile with this engine, or lacks a function of the host.
    #[error("the rule set in the bundle cannot be used: {0}")]
    Rejected(Box<Rejected>),
    /// It was compiled with texts that are not the bundle's.
    #[error(
        "the rule set was made with another text than the bundle's, or without it: `{path}`; compile it with the bundle's texts alone"
    )]
    OtherTexts {
        /// The path of the text.
        path: String,
    },
    /// What it compiles to is not what the manifest says.
    #[error("the manifest says {field} {expected}, and its rules say {found}; make the bundle anew")]
    OtherManifest {
        /// What differs: `version`.
        field: &'static str,
        /// What the manifest says.
        expected: String,
        /// What the rules say.
        found: String,
    },
    /// This engine gives its rules another meaning than the one that made it.
    #[error(
        "this engine reads other rules in the bundle than the one that made it: their digest is {}…, and the manifest says {}…{why}",
        found.short(), expected.short()
    )]
    OtherMeaning {
        /// What the manifest says.
        expected: Digest,
        /// That of the compiled rules.
        found: Digest,
        /// What explains it, where that is known, and what to do.
        why: String,
    },
}

/// What to do about a bundle that is too large: who reads it may allow more, but not more than the form of the file does.
fn what_to_do(allowed: u64, by_the_form: u64) -> &'static str {
    match allowed < by_the_form {
        true => "leave out what the rule set does not need, or let who reads it allow more with `Limits`",
        false => "no bundle can have more; leave out what the rule set does not need, or make several rule sets of it",
    }
}
