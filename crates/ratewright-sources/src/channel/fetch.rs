//! A bundle that a pointer names: what the pointer says of it → the bundle, byte for byte that one.
//!
//! No more bytes are read than the pointer says that it has, and nothing looks into them before their digest is the one that it says.

use super::{Named, bundle_path};
use crate::bundle::{Bundle, BundleError, Limits};
use crate::store::{Answer, Store, StoreError};
use ratewright::digest::Digest;

/// Why a bundle that a pointer names is not there.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The store does not give it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What lies in its place is not it.
    #[error(
        "what lies at `{}` is not the bundle that the pointer names: it has {found_size} bytes and the digest {}…, and not {} bytes and {}…; somebody altered it, or it came through with faults: delete that file, and publish the bundle again from the copy it was published from",
        bundle_path(expected.sha256), found.short(), expected.size, expected.sha256.short()
    )]
    Another {
        /// What the pointer says.
        expected: Box<Named>,
        /// Its bytes.
        found_size: u64,
        /// The digest of them.
        found: Digest,
    },
    /// It is the one that the pointer names, and no bundle.
    #[error("the bundle {}… is refused: {why}", sha256.short())]
    Refused {
        /// Its digest.
        sha256: Digest,
        /// Why.
        why: Box<BundleError>,
    },
}

/// Fetches a bundle that a pointer names, and opens it.
///
/// # Errors
/// It is larger than the limits or than the pointer says, the store does not give it, or what lies there is another or no bundle.
pub fn fetch(store: &dyn Store, named: &Named, limits: &Limits) -> Result<Bundle, FetchError> {
    let refused = |why: BundleError| FetchError::Refused { sha256: named.sha256, why: Box::new(why) };
    if named.size > limits.bundle {
        let (bytes, allowed) = (named.size, limits.bundle);
        return Err(refused(BundleError::TooLarge { what: "the bundle".to_owned(), bytes, allowed }));
    }
    let path = bundle_path(named.sha256);
    let Answer::File { bytes, .. } = store.read(&path, None, named.size)? else {
        let why = "it says that nothing has changed, and was not asked".to_owned();
        return Err(StoreError::Failed { path, place: store.place(), why, wait: None }.into());
    };
    let (found_size, found) = (bytes.len() as u64, Digest::of_bytes(&bytes));
    if (found_size, found) != (named.size, named.sha256) {
        return Err(FetchError::Another { expected: Box::new(named.clone()), found_size, found });
    }
    Bundle::open(bytes, limits).map_err(refused)
}

impl Named {
    /// The bytes of bundles together.
    pub(super) fn together(named: &[Named]) -> u64 {
        named.iter().fold(0, |sum, named| sum.saturating_add(named.size))
    }

    /// What a pointer says of a bundle.
    pub fn of(bundle: &Bundle) -> Named {
        let size = bundle.as_bytes().len() as u64;
        Named { sha256: bundle.digest(), size, version: bundle.manifest().version.clone(), untested: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Memory, WritableStore};
    use ratewright::RuleSet;

    #[test]
    fn only_the_bundle_that_is_named_is_taken() {
        let rules = RuleSet::compile("ruleset parcel \"Parcels\" version \"1\" { currency USD }\ncharge BASE = 2 USD");
        let bundle = Bundle::build(&rules.unwrap()).unwrap();
        let (store, named) = (Memory::default(), Named::of(&bundle));
        let fetched = |named: &Named| fetch(&store, named, &Limits::default()).map_err(|error| error.to_string());
        let path = bundle_path(named.sha256);
        assert_eq!(fetched(&named).unwrap_err(), format!("there is no `{path}` in memory"));
        assert!(store.create(&path, bundle.as_bytes()).unwrap());
        assert_eq!(fetched(&named).unwrap().as_bytes(), bundle.as_bytes());

        let short = Named { size: named.size - 1, ..named.clone() };
        assert_eq!(
            fetched(&short).unwrap_err(),
            format!("`{path}` in memory is larger than the {} bytes that it may have", short.size)
        );
        let mut other = bundle.as_bytes().to_vec();
        *other.last_mut().unwrap() ^= 1;
        store.put(&path, &other);
        assert!(fetched(&named).unwrap_err().contains("is not the bundle that the pointer names"));
        let huge = Named { size: 1 << 40, ..named.clone() };
        assert!(fetched(&huge).unwrap_err().contains("the bundle has 1099511627776 bytes, and 536870912 are allowed"));

        let named = Named { sha256: Digest::of_bytes(b"no bundle"), size: 9, version: None, untested: false };
        store.put(&bundle_path(named.sha256), b"no bundle");
        assert!(fetched(&named).unwrap_err().contains("this is no bundle"));
    }
}
