//! What came of asking the candidate: a quote in the memory of a context, a refusal, or why there is neither.

use super::answer::{Answer, Said};
use crate::live::{Edition, LiveError, Pinned};
use crate::quote::Quote;

/// What the candidate says: its quote is in the context.
#[derive(Debug)]
pub(super) enum Asked {
    Quoted,
    Refused(LiveError),
    Failed(LiveError),
    Panicked(Answer),
}

impl Asked {
    /// The edition that gave the quote, or that refused or failed.
    pub(super) fn priced_by(&self, quote: &Quote, shelf: &Pinned) -> Option<Edition> {
        match self {
            Asked::Quoted => {
                let digest = quote.edition()?;
                shelf.editions(quote.rule_set()).find(|edition| edition.digest() == digest).cloned()
            }
            Asked::Refused(LiveError::Pricing { edition, .. }) | Asked::Failed(LiveError::Pricing { edition, .. }) => {
                Some(edition.clone())
            }
            Asked::Refused(_) | Asked::Failed(_) | Asked::Panicked(_) => None,
        }
    }

    pub(super) fn said<'a>(&'a self, quote: &'a Quote) -> Said<'a> {
        match self {
            Asked::Quoted => Said::from(quote),
            Asked::Refused(error) | Asked::Failed(error) => Said::from(error),
            Asked::Panicked(answer) => Said::from(answer),
        }
    }
}
