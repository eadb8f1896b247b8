//! A shelf: all editions that are held at one time, by the name of their rule set and in time, and who is priced by which.
//!
//! A shelf never changes. It is built whole or not at all: what is wrong with its editions is found before anything is priced.

use super::timeline::Timeline;
use super::{Edition, LiveError, ShelfProblem, ShelfProblems};
use crate::program::Period;
use crate::value::Date;
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;

/// Editions of any number of rule sets, for each of them one for each day, and the contracts of customers.
///
/// Of one rule set, the periods of editions must meet without a gap, and may overlap only where one says that it supersedes the
/// other: it is then in force from the business day that it says, within its period, and the other before and after.
///
/// ```
/// use ratewright::{RuleSet, live::{Edition, Shelf}, value::Date};
///
/// let edition = |head: &str, price: &str| {
///     let text = format!(
///         "ruleset parcel \"Parcels\" {head} priced on shipped }}\ninput {{ shipped : date }}\ncharge BASE = {price} USD"
///     );
///     RuleSet::compile(&text).map(Edition::new)
/// };
/// let first = edition(r#"version "2026.1" { currency USD effective 2026-01-01 through 2026-12-31"#, "10")?;
/// let corrected = edition(
///     r#"version "2026.2" { currency USD effective 2026-01-01 through 2026-12-31
///        published 2026-04-02 supersedes "2026.1" from 2026-03-01"#,
///     "9",
/// )?;
/// let shelf = Shelf::builder().with(first).with(corrected).build()?;
///
/// let day = |text| Date::parse(text).unwrap();
/// let version = |edition: Option<&Edition>| edition.unwrap().version().unwrap().to_string();
/// assert_eq!(version(shelf.edition("parcel", day("2026-02-28"))), "2026.1");
/// assert_eq!(version(shelf.edition("parcel", day("2026-03-01"))), "2026.2");
/// // What was billed on the first of April had been priced by what was known then.
/// assert_eq!(version(shelf.edition_as_known("parcel", day("2026-03-01"), day("2026-04-01"))), "2026.1");
///
/// let quote = shelf.quote_json("parcel", r#"{"shipped": "2026-03-01"}"#)?;
/// assert_eq!((quote.totals()[0].to_string(), quote.version()), ("9.00 USD".to_string(), Some("2026.2")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    timelines: BTreeMap<String, Arc<Timeline>>,
    contracts: BTreeMap<String, Contract>,
    base: Option<String>,
}

/// The contract of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Contract {
    rule_set: String,
    /// Whether the base tariff prices where no edition of it is in force.
    lapses: bool,
}

impl Shelf {
    /// A shelf to put editions on.
    pub fn builder() -> ShelfBuilder {
        ShelfBuilder::default()
    }

    /// A builder that begins with all that is on this shelf.
    pub fn to_builder(&self) -> ShelfBuilder {
        let of_one =
            |(name, timeline): (&String, &Arc<Timeline>)| (name.clone(), timeline.editions().cloned().collect());
        ShelfBuilder {
            editions: self.timelines.iter().map(of_one).collect(),
            contracts: self.contracts.clone(),
            base: self.base.clone(),
            strays: Vec::new(),
        }
    }

    /// The names of its rule sets, in alphabetical order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.timelines.keys().map(String::as_str)
    }

    /// The editions of a rule set, by the first day that they hold.
    pub fn editions<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s Edition> + use<'s> {
        self.timelines.get(name).into_iter().flat_map(|timeline| timeline.editions())
    }

    /// All editions of all rule sets.
    pub fn all_editions(&self) -> impl Iterator<Item = &Edition> {
        self.timelines.values().flat_map(|timeline| timeline.editions())
    }

    /// The business days on which each edition of a rule set is in force, in order; one of which another took days in between comes twice.
    ///
    /// ```
    /// # use ratewright::{RuleSet, live::{Edition, Shelf}};
    /// # let edition = |head: &str| Edition::new(RuleSet::compile(&format!(
    /// #     "ruleset parcel \"Parcels\" {head} }}\ninput {{ shipped : date }}\ncharge BASE = 1 USD")).unwrap());
    /// let spring = edition(r#"version "spring" { currency USD priced on shipped effective 2026-03-01 through 2026-05-31"#);
    /// let april = edition(
    ///     r#"version "april" { currency USD priced on shipped effective 2026-04-01 through 2026-04-30
    ///        supersedes "spring" from 2026-04-10"#,
    /// );
    /// let shelf = Shelf::builder().with(spring).with(april).build()?;
    /// let days: Vec<String> =
    ///     shelf.timeline("parcel").map(|(days, edition)| format!("{} {days}", edition.version().unwrap())).collect();
    /// assert_eq!(days, [
    ///     "spring from 2026-03-01 through 2026-04-09",
    ///     "april from 2026-04-10 through 2026-04-30",
    ///     "spring from 2026-05-01 through 2026-05-31",
    /// ]);
    /// # Ok::<(), ratewright::live::ShelfProblems>(())
    /// ```
    pub fn timeline<'s>(&'s self, name: &str) -> impl Iterator<Item = (Period, &'s Edition)> + use<'s> {
        self.timelines.get(name).into_iter().flat_map(|timeline| timeline.seasons())
    }

    /// The edition of a rule set that is in force last.
    pub fn newest(&self, name: &str) -> Option<&Edition> {
        self.timelines.get(name)?.newest()
    }

    /// The edition of a rule set that is in force on a business day.
    pub fn edition(&self, name: &str, day: Date) -> Option<&Edition> {
        let timeline = self.timelines.get(name)?;
        timeline.at(timeline.in_force(day, None)?)
    }

    /// The edition of a rule set that was in force on a business day as was known on another: editions that were published later
    /// are not there. One that does not say when it was published was known always.
    pub fn edition_as_known(&self, name: &str, day: Date, known_on: Date) -> Option<&Edition> {
        let timeline = self.timelines.get(name)?;
        timeline.at(timeline.in_force(day, Some(known_on))?)
    }

    /// The name of the rule set that is the contract of a customer; not that of the base tariff where there is no contract.
    pub fn contract(&self, customer: &str) -> Option<&str> {
        self.contracts.get(customer).map(|contract| contract.rule_set.as_str())
    }

    /// The name of the base tariff, by which customers without a contract are priced.
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// Whether it holds the same compiled editions as another, with the same contracts and the same base.
    pub(super) fn holds_what(&self, other: &Shelf) -> bool {
        let addresses =
            |shelf: &Shelf| -> Vec<usize> { shelf.all_editions().map(|edition| edition.rules().address()).collect() };
        self.contracts == other.contracts && self.base == other.base && addresses(self) == addresses(other)
    }

    /// The editions here whose place in time another takes on the next shelf: those in force on days that are its own there. Where there
    /// are none and it is new, the one that it follows, or else the first.
    pub(super) fn taken_by(&self, next: &Shelf, taker: &Edition) -> Vec<&Edition> {
        let is_taker = |edition: &Edition| edition.rules().address() == taker.rules().address();
        let own: Vec<Period> =
            next.timeline(taker.name()).filter(|(_, edition)| is_taker(edition)).map(|(days, _)| days).collect();
        let starts_in =
            |one: &Period, other: &Period| other.until.is_none_or(|until| one.from.is_none_or(|from| from < until));
        let meets = |days: &Period| own.iter().any(|own| starts_in(own, days) && starts_in(days, own));
        let here: Vec<(Period, &Edition)> = self.timeline(taker.name()).collect();
        let mut taken: Vec<&Edition> = Vec::new();
        for (_, edition) in here.iter().filter(|(days, edition)| !is_taker(edition) && meets(days)) {
            if !taken.iter().any(|known| known.rules().address() == edition.rules().address()) {
                taken.push(edition);
            }
        }
        if taken.is_empty() && !self.editions(taker.name()).any(is_taker) {
            let first = own.first().and_then(|days| days.from);
            let before = here.iter().rev().find(|(days, _)| days.from <= first).or(here.first());
            taken.extend(before.map(|(_, edition)| *edition));
        }
        taken
    }

    /// The editions of a rule set in time.
    pub(super) fn of_rule_set(&self, name: &str) -> Result<&Timeline, LiveError> {
        let found = self.timelines.get(name);
        found.map(|timeline| &**timeline).ok_or_else(|| self.no_rule_set(name))
    }

    /// That there is no such rule set, with the names that stand beside it in the alphabet: to look for them costs little, however many there are.
    fn no_rule_set(&self, name: &str) -> LiveError {
        let of_both = |(name, _): (&String, _)| name.clone();
        let mut there: Vec<String> =
            self.timelines.range::<str, _>((Unbounded, Excluded(name))).rev().take(3).map(of_both).collect();
        there.reverse();
        there.extend(self.timelines.range::<str, _>((Included(name), Unbounded)).take(3).map(of_both));
        let others = self.timelines.len().saturating_sub(there.len());
        LiveError::NoRuleSet { rule_set: name.to_string(), there, others }
    }

    /// What a customer is priced by, and what else on days on which that is not in force.
    pub(super) fn of_customer(&self, customer: &str) -> Result<(&Timeline, Option<&Timeline>), LiveError> {
        let base = self.base.as_deref();
        match (self.contracts.get(customer), base) {
            (Some(contract), base) => {
                let lapsed = base.filter(|_| contract.lapses).map(|base| self.of_rule_set(base)).transpose()?;
                Ok((self.of_rule_set(&contract.rule_set)?, lapsed))
            }
            (None, Some(base)) => Ok((self.of_rule_set(base)?, None)),
            (None, None) => Err(LiveError::NoContract { customer: customer.to_string() }),
        }
    }
}

/// Collects what stands on a [`Shelf`].
#[derive(Debug, Clone, Default)]
pub struct ShelfBuilder {
    editions: BTreeMap<String, Vec<Edition>>,
    contracts: BTreeMap<String, Contract>,
    base: Option<String>,
    /// Editions that were given as those of a rule set of which they are not.
    strays: Vec<(String, Edition)>,
}

impl ShelfBuilder {
    /// With an edition beside those that are there.
    pub fn with(mut self, edition: Edition) -> Self {
        self.of_name(&edition).push(edition);
        self
    }

    /// Adds an edition in the place of that of the same version, or where it has none, of that without a version and of the same
    /// period; beside the others, where there is no such edition.
    pub fn put(mut self, edition: Edition) -> Self {
        let is_its_place = |other: &Edition| {
            other.version() == edition.version()
                && (other.version().is_some() || other.effective() == edition.effective())
        };
        let editions = self.of_name(&edition);
        editions.retain(|other| !is_its_place(other));
        editions.push(edition);
        self
    }

    /// Takes an edition away, by the digest that it has.
    pub fn remove(mut self, digest: crate::digest::Digest) -> Self {
        self.editions.values_mut().for_each(|editions| editions.retain(|edition| edition.digest() != digest));
        self.editions.retain(|_, editions| !editions.is_empty());
        self
    }

    /// Takes all editions of a rule set away.
    pub fn remove_all(mut self, name: &str) -> Self {
        self.editions.remove(name);
        self
    }

    /// Lets the editions of a rule set be exactly these. One of another rule set among them is a problem of the shelf.
    pub fn replace_rule_set(mut self, name: &str, editions: impl IntoIterator<Item = Edition>) -> Self {
        let (own, strays): (Vec<Edition>, Vec<Edition>) =
            editions.into_iter().partition(|edition| edition.name() == name);
        self.strays.extend(strays.into_iter().map(|edition| (name.to_string(), edition)));
        self.editions.remove(name);
        if !own.is_empty() {
            self.editions.insert(name.to_string(), own);
        }
        self
    }

    /// Puts what is on a shelf in the place of everything.
    pub(super) fn replace(self, shelf: &Shelf) -> Self {
        ShelfBuilder { strays: self.strays, ..shelf.to_builder() }
    }

    /// Puts the editions of a shelf in the place of those that were made of the same texts.
    pub(super) fn keeping_what_is_on(mut self, shelf: &Shelf) -> Self {
        for edition in self.editions.values_mut().flatten() {
            let known = shelf.editions(edition.name()).find(|known| known.is_made_alike(edition));
            known.into_iter().for_each(|known| *edition = known.clone());
        }
        self
    }

    /// Says that a customer is priced by a rule set, and by nothing else: on days on which no edition of it is in force, the customer is not
    /// priced.
    ///
    /// ```
    /// # use ratewright::{RuleSet, live::{Choice, Edition, Shelf}};
    /// # let edition = |name: &str, price: &str| Edition::new(RuleSet::compile(&format!(
    /// #     "ruleset {name} \"Parcels\" {{ currency USD }}\ncharge BASE = {price} USD")).unwrap());
    /// let shelf = Shelf::builder().with(edition("parcel", "10")).with(edition("parcel_acme", "8")).contract("ACME", "parcel_acme");
    /// let total = |shelf: &Shelf, customer: &str| {
    ///     shelf.quote_json(Choice::customer(customer), "{}").map(|quote| quote.totals()[0].to_string())
    /// };
    /// let strict = shelf.clone().build()?;
    /// assert_eq!(total(&strict, "ACME")?, "8.00 USD");
    /// let error = total(&strict, "Bolt").unwrap_err();
    /// assert_eq!(error.to_string(), "customer `Bolt` has no contract, and there is no base tariff");
    ///
    /// let with_base = shelf.base("parcel").build()?;
    /// assert_eq!(total(&with_base, "Bolt")?, "10.00 USD");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn contract(mut self, customer: &str, rule_set: &str) -> Self {
        self.contracts.insert(customer.to_string(), Contract { rule_set: rule_set.to_string(), lapses: false });
        self
    }

    /// Says that a customer is priced by a rule set, and by the base tariff on days on which no edition of it is in force.
    pub fn contract_or_base(mut self, customer: &str, rule_set: &str) -> Self {
        self.contracts.insert(customer.to_string(), Contract { rule_set: rule_set.to_string(), lapses: true });
        self
    }

    /// Takes the contract of a customer away.
    pub fn without_contract(mut self, customer: &str) -> Self {
        self.contracts.remove(customer);
        self
    }

    /// Says by which rule set customers without a contract are priced. Where nothing is said, they are not.
    pub fn base(mut self, rule_set: &str) -> Self {
        self.base = Some(rule_set.to_string());
        self
    }

    /// The shelf.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    ///
    /// ```
    /// # use ratewright::{RuleSet, live::{Edition, Shelf}};
    /// # let edition = |head: &str| Edition::new(RuleSet::compile(&format!(
    /// #     "ruleset parcel \"Parcels\" {head} }}\ninput {{ shipped : date }}\ncharge BASE = 1 USD")).unwrap());
    /// let spring = edition(r#"version "spring" { currency USD priced on shipped effective 2026-03-01 through 2026-05-31"#);
    /// let autumn = edition(r#"version "autumn" { currency USD priced on shipped effective 2026-09-01 through 2026-11-30"#);
    /// let problems = Shelf::builder().with(spring).with(autumn).build().unwrap_err();
    /// assert_eq!(
    ///     problems.to_string(),
    ///     "no edition of `parcel` holds from 2026-06-01 through 2026-08-31: `parcel` \"spring\" holds from 2026-03-01 through \
    ///      2026-05-31, and `parcel` \"autumn\" from 2026-09-01 through 2026-11-30; let one of them hold these days too, or add an edition for them"
    /// );
    /// ```
    pub fn build(self) -> Result<Shelf, ShelfProblems> {
        let (mut timelines, mut all) = (BTreeMap::new(), Vec::new());
        for (name, editions) in self.editions {
            let (timeline, problems) = Timeline::new(editions);
            timelines.insert(name, Arc::new(timeline));
            all.extend(problems);
        }
        let unknown = self.contracts.iter().filter(|(_, contract)| !timelines.contains_key(&contract.rule_set));
        all.extend(unknown.map(|(customer, contract)| ShelfProblem::ContractWithoutRuleSet {
            customer: customer.clone(),
            rule_set: contract.rule_set.clone(),
        }));
        let stray = |(rule_set, edition)| ShelfProblem::OfAnotherRuleSet { edition, rule_set };
        all.extend(self.strays.into_iter().map(stray));
        let no_base = self.base.iter().filter(|base| !timelines.contains_key(*base));
        all.extend(no_base.map(|base| ShelfProblem::NoBase { rule_set: base.clone() }));
        match all.is_empty() {
            true => Ok(Shelf { timelines, contracts: self.contracts, base: self.base }),
            false => Err(ShelfProblems { all }),
        }
    }

    fn of_name(&mut self, edition: &Edition) -> &mut Vec<Edition> {
        self.editions.entry(edition.name().to_string()).or_default()
    }
}
