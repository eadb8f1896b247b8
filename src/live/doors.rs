//! The doors through which a book is quoted from: those of a shelf, each on the shelf that runs, taken once for the quote.

use super::{Book, Choice, LiveContext, LiveError};
use crate::quote::Quote;
use serde::Serialize;

impl Book {
    /// As [`Shelf::quote`](super::Shelf::quote), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote<'c, I: Serialize + ?Sized>(
        &self,
        choice: impl Into<Choice<'c>>,
        input: &I,
    ) -> Result<Quote, LiveError> {
        self.current.take().shelf.quote(choice, input)
    }

    /// As [`Shelf::quote_json`](super::Shelf::quote_json), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote_json<'c>(&self, choice: impl Into<Choice<'c>>, text: &str) -> Result<Quote, LiveError> {
        self.current.take().shelf.quote_json(choice, text)
    }

    /// As [`Shelf::quote_fields`](super::Shelf::quote_fields), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote_fields<'c>(&self, choice: impl Into<Choice<'c>>, fields: &[(&str, &str)]) -> Result<Quote, LiveError> {
        self.current.take().shelf.quote_fields(choice, fields)
    }

    /// As [`Shelf::quote_in`](super::Shelf::quote_in), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote_in<'c, I: Serialize + ?Sized>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        input: &I,
    ) -> Result<Quote, LiveError> {
        self.current.take().shelf.quote_in(context, choice, input)
    }

    /// As [`Shelf::quote_json_in`](super::Shelf::quote_json_in), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote_json_in<'c>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        text: &str,
    ) -> Result<Quote, LiveError> {
        self.current.take().shelf.quote_json_in(context, choice, text)
    }

    /// As [`Shelf::quote_fields_in`](super::Shelf::quote_fields_in), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote_fields_in<'c>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        fields: &[(&str, &str)],
    ) -> Result<Quote, LiveError> {
        self.current.take().shelf.quote_fields_in(context, choice, fields)
    }

    /// As [`Shelf::quote_into`](super::Shelf::quote_into), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote_into<'c, I: Serialize + ?Sized>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        input: &I,
        quote: &mut Quote,
    ) -> Result<(), LiveError> {
        self.current.take().shelf.quote_into(context, choice, input, quote)
    }

    /// As [`Shelf::quote_json_into`](super::Shelf::quote_json_into), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote_json_into<'c>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        text: &str,
        quote: &mut Quote,
    ) -> Result<(), LiveError> {
        self.current.take().shelf.quote_json_into(context, choice, text, quote)
    }

    /// As [`Shelf::quote_fields_into`](super::Shelf::quote_fields_into), on the shelf that runs.
    ///
    /// # Errors
    /// As [`Shelf::quote`](super::Shelf::quote).
    pub fn quote_fields_into<'c>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        fields: &[(&str, &str)],
        quote: &mut Quote,
    ) -> Result<(), LiveError> {
        self.current.take().shelf.quote_fields_into(context, choice, fields, quote)
    }
}
