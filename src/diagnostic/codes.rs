//! The registry of diagnostic codes.
