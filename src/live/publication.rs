//! What is to be published in a book, and on which conditions; and what came of it.

use super::{Edition, Golden, InputBreak, Shelf, ShelfBuilder, ShelfProblem};
use crate::digest::Digest;
use std::fmt;

/// What is to be published: editions put beside those that run, some of these taken away, or another shelf in their place.
///
/// ```
/// use ratewright::{RuleSet, live::{Book, Edition, Golden, Publication}};
///
/// let edition = |price: &str| {
///     RuleSet::compile(&format!("ruleset parcel \"Parcels\" {{ currency USD }}\ncharge BASE = {price} USD")).map(Edition::new)
/// };
/// let book = Book::default();
/// book.publish(edition("10")?)?;
/// let refused = book
///     .publish(Publication::new().put(edition("12")?).golden(Golden::total("any parcel", "parcel", "{}", "11 USD")))
///     .unwrap_err();
/// assert_eq!(refused.to_string(), "the golden case \"any parcel\" fails: expected a total of 11 USD, found 12.00 USD");
/// assert_eq!(book.quote_json("parcel", "{}")?.totals()[0].to_string(), "10.00 USD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Publication {
    steps: Vec<Step>,
    pub(super) golden: Vec<Golden>,
    pub(super) allows_breaking: bool,
}

#[derive(Debug, Clone)]
enum Step {
    Put(Edition),
    Remove(Digest),
    RuleSet(String, Vec<Edition>),
    Shelf(Box<Shelf>),
}

impl Publication {
    /// Nothing so far.
    pub fn new() -> Self {
        Publication::default()
    }

    /// Puts an edition beside those that run, in the place of that of the same version: see [`ShelfBuilder::put`].
    pub fn put(mut self, edition: Edition) -> Self {
        self.steps.push(Step::Put(edition));
        self
    }

    /// Takes an edition away.
    pub fn remove(mut self, digest: Digest) -> Self {
        self.steps.push(Step::Remove(digest));
        self
    }

    /// Lets the editions of one rule set be exactly these; those of others, the contracts and the base stay. Where there are none, the
    /// rule set is taken away. It fits whoever reads all editions of a rule set from one place: an edition that is there as before is not
    /// tested again, and where all are, nothing changes.
    ///
    /// ```
    /// use ratewright::{RuleSet, live::{Book, Edition, Publication}};
    ///
    /// let edition = |version: &str| {
    ///     let text = format!("ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD }}\ncharge BASE = 10 USD");
    ///     RuleSet::compile(&text).map(Edition::new)
    /// };
    /// let book = Book::default();
    /// book.publish(edition("1")?)?;
    /// let published = book.publish(Publication::new().replace_rule_set("parcel", [edition("2")?]))?;
    /// assert_eq!((published.generation, published.removed[0].version()), (2, Some("1")));
    /// let again = book.publish(Publication::new().replace_rule_set("parcel", [edition("2")?]))?;
    /// assert_eq!((again.generation, again.loaded.len(), again.removed.len()), (2, 0, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replace_rule_set(mut self, name: &str, editions: impl IntoIterator<Item = Edition>) -> Self {
        self.steps.push(Step::RuleSet(name.to_string(), editions.into_iter().collect()));
        self
    }

    /// Puts a shelf in the place of all that runs, contracts and base included.
    pub fn replace(mut self, shelf: Shelf) -> Self {
        self.steps.push(Step::Shelf(Box::new(shelf)));
        self
    }

    /// Asks that a golden case holds.
    pub fn golden(mut self, case: Golden) -> Self {
        self.golden.push(case);
        self
    }

    /// Goes on where callers of the running editions run into something: fields that must now be sent, are gone, or take less.
    pub fn allow_breaking(mut self) -> Self {
        self.allows_breaking = true;
        self
    }

    /// What is to stand on the shelf, beginning with what does. What was compiled anew from the same texts is what runs.
    pub(super) fn onto(&self, running: &Shelf) -> ShelfBuilder {
        let builder = self.steps.iter().fold(running.to_builder(), |builder, step| match step {
            Step::Put(edition) => builder.put(edition.clone()),
            Step::Remove(digest) => builder.remove(*digest),
            Step::RuleSet(name, editions) => builder.replace_rule_set(name, editions.iter().cloned()),
            Step::Shelf(shelf) => builder.replace(shelf),
        });
        builder.keeping_what_is_on(running)
    }
}

impl From<Edition> for Publication {
    fn from(edition: Edition) -> Self {
        Publication::new().put(edition)
    }
}

impl From<Shelf> for Publication {
    fn from(shelf: Shelf) -> Self {
        Publication::new().replace(shelf)
    }
}

/// What has been published.
#[derive(Debug, Clone)]
pub struct Published {
    /// The number of the generation that runs now.
    pub generation: u64,
    /// The editions that are new in the book.
    pub loaded: Vec<Edition>,
    /// The editions that are no longer in the book.
    pub removed: Vec<Edition>,
    /// What callers run into, where that was allowed.
    pub breaks: Vec<Break>,
}

/// What callers of a running edition run into with a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The edition that they send inputs for.
    pub running: Edition,
    /// The edition that they meet; none where there is no edition of the rule set any more.
    pub new: Option<Edition>,
    /// The fields.
    pub fields: Vec<InputBreak>,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(new) = &self.new else {
            return write!(
                f,
                "there would be no edition of `{}` any more: where nobody is priced by it, publish with `allow_breaking()`",
                self.running.name()
            );
        };
        write!(f, "{new} would refuse what callers of {} send, or read it otherwise: ", self.running)?;
        self.fields.iter().enumerate().try_for_each(|(index, field)| {
            let comma = if index > 0 { "; " } else { "" };
            write!(f, "{comma}{field}")
        })?;
        f.write_str("; let it take what they send, or publish with `allow_breaking()` once they send what it takes")
    }
}

/// One reason why nothing was published.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The editions do not stand together.
    Shelf(ShelfProblem),
    /// Callers would run into something, and that was not allowed.
    Breaks(Break),
    /// A test that stands beside the rules fails.
    Test {
        /// The edition.
        edition: Edition,
        /// The name of the test.
        test: String,
        /// Where it stands: file and line.
        place: String,
        /// What was not as expected.
        failures: Vec<String>,
    },
    /// A golden case fails.
    Golden {
        /// Its name.
        case: String,
        /// What was not as expected.
        problem: String,
    },
    /// A function of the host panicked while tests or golden cases ran.
    Panicked {
        /// What it said.
        message: String,
    },
    /// The book was changed while the publication was being tested, or since.
    Overtaken {
        /// The generation that runs.
        by: u64,
    },
    /// What is to run was prepared for another book.
    OfAnotherBook,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Shelf(problem) => write!(f, "{problem}"),
            Reason::Breaks(breaks) => write!(f, "{breaks}"),
            Reason::Test { edition, test, place, failures } => {
                write!(f, "the test \"{test}\" of {edition} fails: {} ({place})", failures.join("; "))
            }
            Reason::Golden { case, problem } => write!(f, "the golden case \"{case}\" fails: {problem}"),
            Reason::Panicked { message } => write!(f, "a function of the program panicked in a test: {message}"),
            Reason::Overtaken { by } => {
                write!(
                    f,
                    "the book has gone to generation {by} since this was compared with what ran: publish it again, if it is still wanted"
                )
            }
            Reason::OfAnotherBook => {
                f.write_str("this was prepared for another book: prepare it for the one in which it is to run")
            }
        }
    }
}

/// Why nothing was published, at least one reason. What ran before still runs. It shows one line for each reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub(super) reasons: Vec<Reason>,
}

impl Refused {
    /// The reasons.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reasons.iter().enumerate().try_for_each(|(index, reason)| {
            let line = if index > 0 { "\n" } else { "" };
            write!(f, "{line}{reason}")
        })
    }
}

impl std::error::Error for Refused {}
