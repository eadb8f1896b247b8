//! What a rule computes with.
