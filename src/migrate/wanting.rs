//! Which classes of cases are wanted, since the rules that they exercise lack evidence: somebody says so, and every call asks.
//!
//! A [`Wanted`] never changes; another takes its place as a whole, so that asking waits for nobody. The same one gives the same decisions. Who says
//! so is outside: `ratewright_migration::Gatherer` learns it from evidence.

use crate::live::Swap;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Which classes are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    known: HashMap<String, bool>,
    unknown: bool,
}

impl Wanted {
    /// Each class that is known with whether it is wanted, and whether those are that are not known.
    pub fn new(known: impl IntoIterator<Item = (String, bool)>, unknown: bool) -> Wanted {
        Wanted { known: known.into_iter().collect(), unknown }
    }

    /// Whether a class is wanted. Costs a look-up, some 20 ns.
    pub fn wants(&self, class: &str) -> bool {
        self.known.get(class).copied().unwrap_or(self.unknown)
    }
}

/// Which classes are wanted now: shared by whoever knows, and the migration that asks.
///
/// ```
/// use ratewright::migrate::stage::{Stages, Subject};
/// use ratewright::migrate::{Stratum, Wanted, Wanting};
///
/// let stages: Stages = r#"{"format": 1, "migration": "parcel", "stage": "shadow", "sample": {"shadow": "1%"}}"#.parse()?;
/// let wanting = Wanting::new();
/// let subject = Subject::of("customer 17").case("order 4711").like("CA zone 5 hazmat");
/// assert!(!stages.decide_wanting(&subject, |class| wanting.wants(class)).compares);
///
/// wanting.set(Wanted::new([("CA zone 2".to_owned(), false)], true)); // others were never seen
/// let decision = stages.decide_wanting(&subject, |class| wanting.wants(class));
/// assert!(decision.compares && decision.wanted);
/// assert_eq!((decision.stratum(), decision.sampled.to_string().as_str()), (Stratum::Adaptive, "99%"));
/// # Ok::<(), ratewright::migrate::stage::StagesError>(())
/// ```
pub struct Wanting {
    now: Swap<Wanted>,
}

impl Wanting {
    /// Nothing is wanted yet.
    pub fn new() -> Arc<Wanting> {
        Arc::new(Wanting { now: Swap::new(Arc::default()) })
    }

    /// From now on these are.
    pub fn set(&self, wanted: Wanted) {
        self.now.store(Arc::new(wanted));
    }

    /// Whether a class is wanted now.
    pub fn wants(&self, class: &str) -> bool {
        self.now.take().wants(class)
    }
}

impl fmt::Debug for Wanting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanting").field("now", &*self.now.take()).finish()
    }
}
