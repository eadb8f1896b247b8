//! Publishing what has been planned: bundles, then the epoch, then the current pointer.
//!
//! The file of the epoch is the decision: one publisher alone makes it. Whatever happens after it, the epoch is taken; whatever happens before
//! it, nothing was published. The current pointer only ever goes forward.

use super::{NewEpoch, Plan, PublishError, Publisher, called};
use crate::bundle::Bundle;
use crate::channel::{LARGEST_POINTER, Named, Pointer, SignedPointer, bundle_path, fetch};
use crate::store::StoreError;

/// How often the current pointer is read and replaced before that is given up, while others replace it too.
const TRIES: usize = 16;

impl Publisher<'_> {
    /// Publishes what was planned.
    ///
    /// # Errors
    /// Somebody else has published since it was planned: nothing was changed then. Or the store or whoever signs fails.
    pub fn carry_out(&self, plan: Plan) -> Result<NewEpoch, PublishError> {
        let Plan { pointer, bundles, breaks, mut warnings, .. } = plan;
        let file = self.signed(&pointer)?;
        let unreadable = |error: crate::channel::PointerError| PublishError::Wish(error.to_string());
        let bytes = file.to_bytes().map_err(unreadable)?;
        if bytes.len() as u64 > LARGEST_POINTER {
            return Err(PublishError::Wish(format!(
                "the pointer would have {} bytes, and {LARGEST_POINTER} are the most: take old editions away",
                bytes.len()
            )));
        }
        for bundle in &bundles {
            self.lay_down(bundle)?;
        }
        self.take_epoch(&pointer, &bytes)?;
        self.make_current(&pointer, &bytes, &mut warnings)?;
        Ok(NewEpoch { pointer, file, breaks, warnings })
    }

    /// The pointer with its signature, which counts for those who trust whom this publisher trusts.
    fn signed(&self, pointer: &Pointer) -> Result<SignedPointer, PublishError> {
        let text = SignedPointer::text_of(pointer).map_err(|error| PublishError::Wish(error.to_string()))?;
        let signature = self.sign.as_ref().map(|sign| sign(text.as_bytes())).transpose();
        let file = SignedPointer { pointer: text, signature: signature.map_err(PublishError::NotSigned)? };
        let opened = file.open(&self.trust, &pointer.channel, &pointer.rule_set);
        match opened.map_err(|error| PublishError::NotSigned(error.to_string()))? {
            (read, _) if read == *pointer => Ok(file),
            _ => Err(PublishError::Wish("the pointer is read otherwise than it was written".to_owned())),
        }
    }

    /// Puts a bundle in the store, where it may be already.
    fn lay_down(&self, bundle: &Bundle) -> Result<(), PublishError> {
        let named = Named::of(bundle);
        if self.store.create(&bundle_path(named.sha256), bundle.as_bytes())? {
            return Ok(());
        }
        // Whoever put it there may have put something else there.
        let held = fetch(self.store, &named, &self.limits);
        held.map(|_| ()).map_err(|why| PublishError::Gone { edition: called(&named), why })
    }

    /// Makes the file of the epoch, unless somebody else has.
    fn take_epoch(&self, pointer: &Pointer, bytes: &[u8]) -> Result<(), PublishError> {
        let (place, epoch) = (self.place(&pointer.rule_set), pointer.epoch);
        let failed = match self.store.create(&place.epoch_path(epoch), bytes) {
            Ok(true) => return Ok(()),
            Ok(false) => None,
            Err(error) => Some(error),
        };
        // It may be there all the same: the answer was lost, and the second try was told that it is there.
        let unknown = |why: StoreError| PublishError::Unknown { epoch, why };
        let there = place.of_epoch(epoch).map_err(|error| unknown(failed.clone().unwrap_or(error)))?;
        match (there, failed) {
            (Some(there), _) if there.bytes == bytes => Ok(()),
            (Some(there), _) => {
                let pointer = there.opened.ok().map(|opened| Box::new(opened.pointer));
                Err(PublishError::Conflict { expected: epoch.saturating_sub(1), found: epoch, pointer })
            }
            // Somewhere on the way it may still be carried out.
            (None, Some(why)) => Err(unknown(why)),
            (None, None) => {
                Err(unknown(StoreError::Missing { path: place.epoch_path(epoch), place: self.store.place() }))
            }
        }
    }

    /// Lets the current pointer be this one, unless it is a later one.
    pub(super) fn make_current(
        &self,
        pointer: &Pointer,
        bytes: &[u8],
        warnings: &mut Vec<String>,
    ) -> Result<(), PublishError> {
        let place = self.place(&pointer.rule_set);
        let path = place.current_path();
        let mut why = "others go on replacing it".to_owned();
        for _ in 0..TRIES {
            let current = match place.file(&path) {
                Ok(current) => current,
                Err(error) => {
                    why = error.to_string();
                    continue;
                }
            };
            let tag = match current {
                Some(current) if current.bytes == bytes => return Ok(()),
                Some(current) => {
                    if let Ok(opened) = &current.opened
                        && opened.pointer.epoch > pointer.epoch
                    {
                        let later = opened.pointer.epoch;
                        warnings.push(format!("epoch {later} was published since, and is the current one"));
                        return Ok(());
                    }
                    current.tag
                }
                None => None,
            };
            if let Err(error) = self.store.replace(&path, tag.as_ref(), bytes) {
                why = error.to_string();
            }
        }
        Err(PublishError::Unfinished { epoch: pointer.epoch, why })
    }
}
