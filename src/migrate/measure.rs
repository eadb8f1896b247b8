//! How two answers are compared: which legacy codes stand for which charges, what is left out, how far amounts may lie apart.
//!
//! What is written becomes groups: a group is the smallest set of legacy codes and charges whose sums must agree. A code that nothing is
//! written of stands for the charge of the same name. Where nothing is written amounts must be equal to the last digit.

use crate::value::{Currency, Number};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How two answers are compared.
///
/// ```
/// use ratewright::migrate::{ComparisonMemory, Measure, Prices, Tolerance, Verdict};
///
/// let measure = Measure::exact()
///     .stands_for("FRT", ["BASE", "FUEL"])      // one legacy line for two charges
///     .tolerance("BASE", Tolerance::MinorUnits(1))
///     .ignoring("LEGACY_ID");
/// let legacy = Prices::new().line("FRT", "11.51 USD".parse()?).line("LEGACY_ID", "0 USD".parse()?);
/// let candidate = Prices::new().line("BASE", "10.00 USD".parse()?).line("FUEL", "1.50 USD".parse()?);
/// let found = measure.compare(&mut ComparisonMemory::default(), &legacy, &candidate);
/// assert_eq!(found.verdict(), Verdict::WithinTolerance);
/// assert_eq!(
///     found.to_string(),
///     "within tolerance: BASE + FUEL: 11.50 USD instead of 11.51 USD, -0.01 USD (within tolerance)"
/// );
/// # Ok::<(), ratewright::quote::NotMoney>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(into = "WrittenMeasure")]
pub struct Measure {
    written: WrittenMeasure,
    groups: Vec<Group>,
    /// Legacy codes that stand for charges, and charges for which some stand: their groups, in the order of the codes.
    legacy: Vec<(String, u32)>,
    candidate: Vec<(String, u32)>,
}

/// What is written of a measure: the fields of its JSON, all of which may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrittenMeasure {
    /// Legacy codes, each with the charges that it stands for: their sum is compared. A code that is not here stands for the charge of
    /// the same name. Where several codes stand for one charge, all that hang together are one group.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub charges: BTreeMap<String, Vec<String>>,
    /// Legacy codes of refusals, each with the code by which the rules refuse.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub refusals: BTreeMap<String, String>,
    /// Codes of either side that are left out, of totals too.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub ignored: BTreeSet<String>,
    /// How far the amounts of a charge may lie apart, by its code. For a group each tolerance that one of its charges has must hold.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tolerances: BTreeMap<String, Tolerance>,
    /// How far those of every other charge may lie apart.
    #[serde(skip_serializing_if = "Tolerance::is_exact")]
    pub tolerance: Tolerance,
    /// How far totals may lie apart.
    #[serde(skip_serializing_if = "Tolerance::is_exact")]
    pub total: Tolerance,
    /// Whether lines must come in the same order.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ordered: bool,
    /// Whether a line of nothing is as good as none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub zero_is_none: bool,
    /// Whether totals alone are compared: for a legacy side that states no lines. An answer of it without a total is a mismatch.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub totals_only: bool,
}

/// How far two amounts may lie apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tolerance {
    /// Not at all.
    #[default]
    Exact,
    /// By so many of the smallest amounts that are booked in the currency: cents, yen.
    MinorUnits(u32),
    /// By so many millionths of the legacy amount.
    PartsPerMillion(u32),
}

impl Tolerance {
    fn is_exact(&self) -> bool {
        *self == Tolerance::Exact
    }

    /// Whether two amounts of a currency that lie `difference` apart are near enough; not where that is beyond all numbers.
    pub(super) fn allows(self, legacy: &Number, difference: &Number, currency: Currency) -> bool {
        let allowed = match self {
            Tolerance::Exact => return difference.is_zero(),
            Tolerance::MinorUnits(units) => currency.minor_unit().mul(&Number::from_i64(units.into())),
            Tolerance::PartsPerMillion(parts) => {
                let part = Number::from_scaled(parts.into(), 6).unwrap_or_default();
                legacy.abs().mul(&part)
            }
        };
        allowed.is_ok_and(|allowed| difference.abs() <= allowed)
    }
}

/// Legacy codes and charges whose sums must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    charges: Vec<String>,
}

/// To which sum a line belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Belongs {
    /// To that of a group.
    Group(u32),
    /// To that of the charge of its own code.
    Own,
}

impl Measure {
    /// Everything must be equal, but for the order of lines; a legacy code stands for the charge of the same name.
    pub fn exact() -> Self {
        Measure::default()
    }

    /// What is written of it.
    pub fn written(&self) -> &WrittenMeasure {
        &self.written
    }

    /// Says for which charges a legacy code stands.
    pub fn stands_for<C: Into<String>>(self, legacy: &str, charges: impl IntoIterator<Item = C>) -> Self {
        let charges = charges.into_iter().map(Into::into).collect();
        self.changed(|written| drop(written.charges.insert(legacy.to_owned(), charges)))
    }

    /// Says by which code the rules refuse what the legacy side refuses by another.
    pub fn refuses_as(self, legacy: &str, code: &str) -> Self {
        self.changed(|written| drop(written.refusals.insert(legacy.to_owned(), code.to_owned())))
    }

    /// Leaves a code of either side out.
    pub fn ignoring(self, code: &str) -> Self {
        self.changed(|written| {
            written.ignored.insert(code.to_owned());
        })
    }

    /// Says how far the amounts of a charge may lie apart.
    pub fn tolerance(self, charge: &str, tolerance: Tolerance) -> Self {
        self.changed(|written| {
            written.tolerances.insert(charge.to_owned(), tolerance);
        })
    }

    /// Says how far totals may lie apart.
    pub fn total_tolerance(self, tolerance: Tolerance) -> Self {
        self.changed(|written| written.total = tolerance)
    }

    /// Lines must come in the same order.
    pub fn ordered(self) -> Self {
        self.changed(|written| written.ordered = true)
    }

    /// A line of nothing is as good as none.
    pub fn zero_is_none(self) -> Self {
        self.changed(|written| written.zero_is_none = true)
    }

    /// Totals alone are compared.
    pub fn totals_only(self) -> Self {
        self.changed(|written| written.totals_only = true)
    }

    fn changed(self, change: impl FnOnce(&mut WrittenMeasure)) -> Self {
        let mut written = self.written;
        change(&mut written);
        written.into()
    }

    /// Whether each line stands for itself and none is left out.
    pub(super) fn is_plain(&self) -> bool {
        self.groups.is_empty() && self.written.ignored.is_empty()
    }

    pub(super) fn ignores(&self, code: &str) -> bool {
        !self.written.ignored.is_empty() && self.written.ignored.contains(code)
    }

    /// To which sum a line of the legacy side belongs. A code that nothing is written of stands for the charge of the same name.
    pub(super) fn of_legacy(&self, code: &str) -> Belongs {
        find(&self.legacy, code).or_else(|| find(&self.candidate, code)).map_or(Belongs::Own, Belongs::Group)
    }

    /// To which sum a line of the candidate belongs.
    pub(super) fn of_candidate(&self, code: &str) -> Belongs {
        find(&self.candidate, code).map_or(Belongs::Own, Belongs::Group)
    }

    /// The charges of a sum. `code` is that of one of its lines.
    pub(super) fn charges_of(&self, belongs: Belongs, code: &str) -> Vec<String> {
        match self.group(belongs) {
            Some(group) if !group.charges.is_empty() => group.charges.clone(),
            _ => vec![code.to_owned()],
        }
    }

    /// Whether the amounts of a sum are near enough. `code` is that of one of its lines.
    pub(super) fn allows(
        &self,
        (belongs, code): (Belongs, &str),
        (legacy, difference, currency): (&Number, &Number, Currency),
    ) -> bool {
        let charges = self.group(belongs).map(|group| group.charges.as_slice());
        let own = charges.is_none().then_some(code);
        let mut written = charges
            .unwrap_or_default()
            .iter()
            .map(String::as_str)
            .chain(own)
            .filter_map(|charge| self.written.tolerances.get(charge))
            .peekable();
        match written.peek() {
            Some(_) => written.all(|tolerance| tolerance.allows(legacy, difference, currency)),
            None => self.written.tolerance.allows(legacy, difference, currency),
        }
    }

    fn group(&self, belongs: Belongs) -> Option<&Group> {
        match belongs {
            Belongs::Group(group) => self.groups.get(group as usize),
            Belongs::Own => None,
        }
    }
}

fn find(codes: &[(String, u32)], code: &str) -> Option<u32> {
    let at = codes.binary_search_by(|(known, _)| known.as_str().cmp(code)).ok()?;
    codes.get(at).map(|(_, group)| *group)
}

/// Beyond this a tolerance tells nothing apart: a tenth of the amount.
const MOST_PARTS_PER_MILLION: u32 = 100_000;
/// The same in the smallest amounts of the currency: 100 USD, 10,000 JPY.
const MOST_MINOR_UNITS: u32 = 10_000;

impl WrittenMeasure {
    /// Whether it can be compared by, which reading one asks.
    ///
    /// # Errors
    /// A tolerance allows more than 100,000 millionths or 10,000 minor units: it would hide what is to be found. Or of codes that stand for each other some
    /// are left out and others are not: those would differ by all that they are.
    pub fn check(&self) -> Result<(), String> {
        for (code, charges) in &self.charges {
            let all = || std::iter::once(code).chain(charges);
            let out = all().find(|code| self.ignored.contains(*code));
            if let (Some(out), Some(left)) = (out, all().find(|code| !self.ignored.contains(*code))) {
                return Err(format!(
                    "`{code}` stands for {}, and of these `{out}` is left out and `{left}` is not: leave all of them out, or none",
                    charges.join(" + ")
                ));
            }
        }
        let of_charges = self.tolerances.iter().map(|(charge, tolerance)| (format!("of `{charge}`"), tolerance));
        let of_all = [("of every other charge".to_owned(), &self.tolerance), ("of totals".to_owned(), &self.total)];
        for (what, tolerance) in of_charges.chain(of_all) {
            let (written, most) = match tolerance {
                Tolerance::PartsPerMillion(parts) if *parts > MOST_PARTS_PER_MILLION => {
                    (format!("{parts} parts per million"), format!("{MOST_PARTS_PER_MILLION}, a tenth of the amount"))
                }
                Tolerance::MinorUnits(units) if *units > MOST_MINOR_UNITS => {
                    (format!("{units} minor units"), format!("{MOST_MINOR_UNITS}"))
                }
                _ => continue,
            };
            return Err(format!(
                "the tolerance {what} is {written}, and may be {most} at most: agree to larger differences by a waiver"
            ));
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = WrittenMeasure::deserialize(deserializer)?;
        written.check().map_err(serde::de::Error::custom)?;
        Ok(written.into())
    }
}

impl From<WrittenMeasure> for Measure {
    fn from(written: WrittenMeasure) -> Self {
        // Each code begins in a group of its own; a charge that another group has already makes one of two.
        let mut group_of: BTreeMap<(bool, &str), u32> = BTreeMap::new();
        for (next, (code, charges)) in (0_u32..).zip(&written.charges) {
            let mut own = next;
            group_of.insert((true, code), own);
            for charge in charges {
                if let Some(other) = group_of.get(&(false, charge.as_str())).copied() {
                    group_of.values_mut().filter(|group| **group == own).for_each(|group| *group = other);
                    own = other;
                } else {
                    group_of.insert((false, charge), own);
                }
            }
        }
        let charges_of = |group: u32| {
            let of_group = group_of.iter().filter(move |((legacy, _), of)| !legacy && **of == group);
            of_group.map(|((_, charge), _)| (*charge).to_owned()).collect()
        };
        let groups = (0_u32..).take(written.charges.len()).map(|group| Group { charges: charges_of(group) }).collect();
        let codes = |legacy: bool| {
            let of_side = group_of.iter().filter(move |((side, _), _)| *side == legacy);
            of_side.map(|((_, code), group)| ((*code).to_owned(), *group)).collect()
        };
        let (legacy, candidate) = (codes(true), codes(false));
        Measure { groups, legacy, candidate, written }
    }
}

impl From<Measure> for WrittenMeasure {
    fn from(measure: Measure) -> Self {
        measure.written
    }
}
