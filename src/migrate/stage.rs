//! Who is priced by which side: a plan that people write → for each customer, who answers and whether the other side is asked too.
//!
//! A plan is plain data, [`Stages`] the same checked and never changed. Deciding is integer arithmetic on the bucket of a key, so one customer
//! gets the same answer on every machine, and a larger share only adds customers. Whoever comes without the key that a share is drawn by is
//! priced by the legacy.

pub use super::plan::{Plan, Sample, Stage, StagesError, Step};

use super::bucket::{ALGORITHM, Share, bucket};
use super::evidence::Stratum;
use super::fields::Fields;
use crate::digest::Digest;
use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::str::FromStr;

/// A plan that was checked. It never changes.
///
/// ```
/// use ratewright::migrate::stage::{Side, Stages, Subject};
///
/// let stages: Stages = r#"{
///     "format": 1,
///     "migration": "parcel",
///     "stage": "canary",
///     "canary": [{ "segment": "staff", "share": "100%" }, { "share": "0.1%" }],
///     "sample": { "shadow": "10%" }
/// }"#
/// .parse()?;
/// assert_eq!(stages.decide(&Subject::of("customer 17").in_segment("staff")).by, Side::Candidate);
/// assert_eq!(stages.decide(&Subject::of("customer 17")).by, Side::Legacy);
///
/// let wrong = r#"{ "format": 1, "migration": "parcel", "stage": "canari" }"#.parse::<Stages>().unwrap_err();
/// assert_eq!(wrong.to_string(), "`stage`: `canari` is no stage; did you mean `canary`?");
/// # Ok::<(), ratewright::migrate::stage::StagesError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stages {
    plan: Plan,
    /// Draws samples independently of the canary.
    sampling: String,
}

/// Who has the say: the code that is to be left, or the rules that are to replace it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The code that runs today.
    Legacy,
    /// The rules.
    Candidate,
}

/// Whose price is asked for.
///
/// An empty key or segment counts as none: it is what a field that was forgotten looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject<'s> {
    key: Option<&'s str>,
    segment: Option<&'s str>,
    case: Option<&'s str>,
    class: Option<&'s str>,
}

impl<'s> Subject<'s> {
    /// By the key that shares are drawn by: a customer or a contract rather than a request, so that nobody is priced now by one side and
    /// now by the other.
    pub fn of(key: &'s str) -> Self {
        Subject { key: Some(key).filter(|key| !key.is_empty()), ..Subject::default() }
    }

    /// Without a key.
    pub fn unknown() -> Self {
        Subject::default()
    }

    /// In a segment that the plan may name.
    pub fn in_segment(self, segment: &'s str) -> Self {
        Subject { segment: Some(segment).filter(|segment| !segment.is_empty()), ..self }
    }

    /// The key of this one case, such as the number of an order: samples are drawn by it, so that they are not always of the same
    /// customers; by the key of the customer where there is none.
    pub fn case(self, case: &'s str) -> Self {
        Subject { case: Some(case).filter(|case| !case.is_empty()), ..self }
    }

    /// Among cases that are alike, in words of the program: `CA zone 5 hazmat`. What is known of the rules that cases of one class exercise says
    /// whether more of them are [wanted](super::Wanting). A few hundred classes are many; a class of its own for each case says nothing.
    pub fn like(self, class: &'s str) -> Self {
        Subject { class: Some(class).filter(|class| !class.is_empty()), ..self }
    }

    /// The key that shares are drawn by.
    pub fn key(&self) -> Option<&'s str> {
        self.key
    }

    /// The segment.
    pub fn segment(&self) -> Option<&'s str> {
        self.segment
    }

    /// The key of this one case.
    pub fn case_key(&self) -> Option<&'s str> {
        self.case
    }

    /// The class of the case.
    pub fn class(&self) -> Option<&'s str> {
        self.class
    }

    /// What samples are drawn by.
    pub fn sampled_by(&self) -> Option<&'s str> {
        self.case.or(self.key)
    }
}

/// Why a side has the say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Nothing is migrated yet, or no longer.
    Off,
    /// The legacy prices, watched.
    Shadow,
    /// The key lies in the share of its segment.
    InShare,
    /// The key lies outside the share of its segment.
    OutsideShare,
    /// There is no share for its segment.
    NoSegment,
    /// There is no key by which a share could be drawn.
    WithoutKey,
    /// The rules price, watched.
    Primary,
    /// The rules price.
    Complete,
}

/// What is to be done for one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Who prices.
    pub by: Side,
    /// Why.
    pub because: Because,
    /// The bucket of the key, where a share was drawn.
    pub bucket: Option<u32>,
    /// Whether the other side is asked too, and the two are compared.
    pub compares: bool,
    /// Whether it is compared although the sample has not drawn it, since its class is wanted.
    pub wanted: bool,
    /// How likely it was to be compared in its [stratum](Decision::stratum), so that sums over samples can be scaled up: as likely as the sample draws;
    /// of a wanted class, whose cases are all compared, as likely as it does not.
    pub sampled: Share,
    /// Whether trusted charges come from the candidate although the legacy prices.
    pub composes: bool,
}

impl Decision {
    /// In which stratum the case counts where it is compared: what the sample draws is a fair part of all traffic, whatever else is compared.
    pub fn stratum(&self) -> Stratum {
        if self.wanted { Stratum::Adaptive } else { Stratum::Traffic }
    }

    /// Whether the candidate prices for any reason.
    pub fn asks_candidate(&self) -> bool {
        self.by == Side::Candidate || self.compares || self.composes
    }

    /// Whether the legacy prices for any reason.
    pub fn asks_legacy(&self) -> bool {
        self.by == Side::Legacy || self.compares
    }
}

impl Stages {
    /// Checks a plan.
    ///
    /// # Errors
    /// There is no name; a canary without shares, or with one that is never reached; a charge or segment that is named twice or by
    /// nothing.
    pub fn new(plan: Plan) -> Result<Stages, StagesError> {
        let wrong = |words: String| Err(StagesError::new(words));
        if plan.migration.trim().is_empty() {
            return wrong("`migration` must name the migration".to_owned());
        }
        if plan.salt().contains('\0') {
            return wrong("`salt` has a character that no text for people has".to_owned());
        }
        if plan.stage == Stage::Canary && plan.canary.is_empty() {
            return wrong("`stage` is canary, and `canary` says for whom: a list with at least one share".to_owned());
        }
        for (index, step) in plan.canary.iter().enumerate() {
            let before = || plan.canary.iter().take(index);
            if let Some(everybody) = before().position(|before| before.segment.is_none()) {
                return wrong(format!(
                    "`canary[{index}]` is never reached: `canary[{everybody}]` is for everybody; put the one without a segment last"
                ));
            }
            let Some(segment) = &step.segment else { continue };
            if segment.is_empty() {
                return wrong(format!("`canary[{index}].segment` is empty: leave it out to mean everybody"));
            }
            if let Some(known) = before().position(|before| before.segment == step.segment) {
                return wrong(format!("`canary[{index}]` is never reached: `canary[{known}]` is for `{segment}` too"));
            }
        }
        for (index, charge) in plan.trusted.iter().enumerate() {
            if charge.is_empty() {
                return wrong(format!("`trusted[{index}]` must be the code of a charge"));
            }
            if plan.trusted.iter().take(index).any(|before| before == charge) {
                return wrong(format!("`trusted[{index}]`: `{charge}` stands there twice"));
            }
        }
        let salt = plan.salt().to_owned();
        let sampling = format!("{salt}/sample");
        Ok(Stages { plan: Plan { salt: Some(salt), ..plan }, sampling })
    }

    /// Everything is the legacy's.
    ///
    /// # Errors
    /// The name is empty.
    pub fn off(migration: &str) -> Result<Stages, StagesError> {
        Stages::new(Plan { migration: migration.to_owned(), ..Plan::default() })
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The name of the migration.
    pub fn migration(&self) -> &str {
        &self.plan.migration
    }

    /// How far it has come.
    pub fn stage(&self) -> Stage {
        self.plan.stage
    }

    /// Whether the candidate prices a charge although the legacy prices the rest.
    pub fn trusts(&self, charge: &str) -> bool {
        self.plan.trusted.iter().any(|trusted| trusted == charge)
    }

    /// Whether these only give back to the legacy what others gave the candidate: nobody is priced by the candidate, for the whole or for a charge,
    /// who is not by the others. Where that is not certain, no.
    pub fn only_gives_back(&self, running: &Stages) -> bool {
        let (new, old) = (&self.plan, &running.plan);
        let by_candidate = matches!(old.stage, Stage::Primary | Stage::Complete);
        let trusts_no_more = || {
            let trusts = matches!(old.stage, Stage::Shadow | Stage::Canary);
            new.trusted.iter().all(|charge| trusts && old.trusted.contains(charge))
        };
        let is_smaller = || {
            let are_as_large = |(new, old): (&Step, &Step)| {
                new.segment == old.segment && new.share.millionths() <= old.share.millionths()
            };
            let shares = || new.canary.iter().zip(&old.canary);
            let is_same = new.salt == old.salt && new.canary.len() == old.canary.len();
            old.stage == Stage::Canary && is_same && shares().all(are_as_large)
        };
        match new.stage {
            Stage::Off => true,
            Stage::Shadow => by_candidate || trusts_no_more(),
            Stage::Canary => by_candidate || (is_smaller() && trusts_no_more()),
            Stage::Primary => by_candidate,
            Stage::Complete => old.stage == Stage::Complete,
        }
    }

    /// The digest of what it says.
    pub fn digest(&self) -> Digest {
        Digest::of_bytes(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Who prices a subject, and whether the other side is asked too. Pure: the same stages and subject give the same decision for ever.
    /// Costs at most two hashes, some 200 ns each.
    pub fn decide(&self, subject: &Subject<'_>) -> Decision {
        self.decide_wanting(subject, |_| false)
    }

    /// As [`Stages::decide`], and all cases of a class that is wanted are compared; but where a sample is 0 % nothing is, wanted or not. Asked only of a case
    /// that the sample has not drawn.
    pub fn decide_wanting(&self, subject: &Subject<'_>, is_wanted: impl FnOnce(&str) -> bool) -> Decision {
        let (by, because, bucket) = match self.plan.stage {
            Stage::Off => (Side::Legacy, Because::Off, None),
            Stage::Shadow => (Side::Legacy, Because::Shadow, None),
            Stage::Canary => self.in_canary(subject),
            Stage::Primary => (Side::Candidate, Because::Primary, None),
            Stage::Complete => (Side::Candidate, Because::Complete, None),
        };
        let sampled = match (self.plan.stage, by) {
            (Stage::Off | Stage::Complete, _) => Share::NONE,
            (_, Side::Legacy) => self.plan.sample.shadow,
            (_, Side::Candidate) => self.plan.sample.reverse,
        };
        let composes = by == Side::Legacy && self.plan.stage != Stage::Off && !self.plan.trusted.is_empty();
        let draws = self.draws(sampled, subject);
        let wanted = !draws && sampled != Share::NONE && subject.class.is_some_and(is_wanted);
        let sampled = match wanted {
            true => Share::of_millionths(Share::ALL.millionths().saturating_sub(sampled.millionths())),
            false => sampled,
        };
        Decision { by, because, bucket, compares: draws || wanted, wanted, sampled, composes }
    }

    fn in_canary(&self, subject: &Subject<'_>) -> (Side, Because, Option<u32>) {
        let is_for = |step: &&Step| step.segment.is_none() || step.segment.as_deref() == subject.segment;
        let Some(step) = self.plan.canary.iter().find(is_for) else {
            return (Side::Legacy, Because::NoSegment, None);
        };
        let Some(key) = subject.key else { return (Side::Legacy, Because::WithoutKey, None) };
        let bucket = bucket(self.plan.salt(), key);
        match step.share.includes(bucket) {
            true => (Side::Candidate, Because::InShare, Some(bucket)),
            false => (Side::Legacy, Because::OutsideShare, Some(bucket)),
        }
    }

    /// Whether a case belongs to a sample. One without any key does where all do.
    fn draws(&self, share: Share, subject: &Subject<'_>) -> bool {
        match (share, subject.sampled_by()) {
            (Share::ALL, _) => true,
            (Share::NONE, _) | (_, None) => false,
            (_, Some(key)) => share.includes(bucket(&self.sampling, key)),
        }
    }
}

impl FromStr for Stages {
    type Err = StagesError;

    /// Reads a JSON object, and nothing that it does not know.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut fields = Fields::of_text(text, &Plan::FIELDS)?;
        Plan::of_fields(&mut fields).and_then(Stages::new)
    }
}

impl Serialize for Stages {
    /// What is read again as the same stages.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Plan { migration, salt: _, stage, canary, trusted, sample } = &self.plan;
        let mut object = serializer.serialize_struct("Stages", Plan::FIELDS.len())?;
        object.serialize_field("format", &1)?;
        object.serialize_field("migration", migration)?;
        object.serialize_field("salt", self.plan.salt())?;
        object.serialize_field("buckets", ALGORITHM)?;
        object.serialize_field("stage", stage)?;
        object.serialize_field("canary", canary)?;
        object.serialize_field("trusted", trusted)?;
        object.serialize_field("sample", sample)?;
        object.end()
    }
}
