//! The tokens of plain items. Names are of ASCII letters; anything else is not plain.

use super::Plain;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::syntax::tokens::{ITEM_WORDS, is_reserved, quoted_length};

impl<'t> Plain<'t> {
    /// Goes over blanks and comments.
    fn skip(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at = self.at.saturating_add(1),
                b'#' => {
                    let rest = bytes.get(self.at..).unwrap_or_default();
                    let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                    self.at = self.at.saturating_add(length);
                }
                _ => return,
            }
        }
    }

    /// The byte that comes `ahead` bytes after this place.
    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at.saturating_add(ahead)).copied()
    }

    /// The first byte of the next token.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.skip();
        self.byte(0)
    }

    /// Takes `length` bytes as a token.
    pub(super) fn take(&mut self, length: usize) {
        self.at = self.at.saturating_add(length);
        self.end = self.at;
    }

    /// Takes the mark where it stands here.
    pub(super) fn takes(&mut self, mark: u8) -> bool {
        let stands = self.peek() == Some(mark);
        if stands {
            self.take(1);
        }
        stands
    }

    /// The mark, which must stand here.
    pub(super) fn mark(&mut self, mark: u8) -> Option<()> {
        self.takes(mark).then_some(())
    }

    /// The next token, where it is a word.
    pub(super) fn peek_word(&mut self) -> Option<&'t str> {
        self.skip();
        self.word_here()
    }

    /// The word that begins exactly here.
    pub(super) fn word_here(&self) -> Option<&'t str> {
        let rest = self.text.get(self.at..)?;
        let length =
            rest.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_')).unwrap_or(rest.len());
        let starts = rest.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
        let ends = rest.as_bytes().get(length).is_none_or(u8::is_ascii);
        if starts && ends { rest.get(..length) } else { None }
    }

    /// A word.
    pub(super) fn word(&mut self) -> Option<&'t str> {
        let word = self.peek_word()?;
        self.take(word.len());
        Some(word)
    }

    /// The word, which must stand here.
    pub(super) fn keyword(&mut self, keyword: &str) -> Option<()> {
        self.takes_word(keyword).then_some(())
    }

    /// Takes the word where it stands here.
    pub(super) fn takes_word(&mut self, keyword: &str) -> bool {
        let stands = self.peek_word() == Some(keyword);
        if stands {
            self.take(keyword.len());
        }
        stands
    }

    /// A name that could be nothing else.
    pub(super) fn name(&mut self) -> Option<Name> {
        let word = self.word().filter(|word| is_only_a_name(word))?;
        Some(self.named(word))
    }

    /// The name of a field, which may be any word.
    pub(super) fn field_name(&mut self) -> Option<Name> {
        let word = self.word()?;
        Some(self.named(word))
    }

    /// The word that was just taken as a name.
    pub(super) fn named(&self, word: &str) -> Name {
        Name { text: word.into(), span: self.since(self.end.saturating_sub(word.len())) }
    }

    /// A text in quotes without escapes, and its place.
    pub(super) fn quoted(&mut self) -> Option<(&'t str, Span)> {
        self.mark(b'"')?;
        let start = self.end.saturating_sub(1);
        let length = quoted_length(self.text.get(start..)?)?;
        self.take(length.saturating_sub(1));
        let text = self.text.get(start.saturating_add(1)..self.end.saturating_sub(1))?;
        (!text.contains('\\')).then(|| (text, self.since(start)))
    }
}

/// Whether the word is a name wherever it stands: neither reserved nor the word that an item, or a line of a test, begins with.
pub(super) fn is_only_a_name(word: &str) -> bool {
    !is_reserved(word) && !ITEM_WORDS.contains(&word) && !matches!(word, "given" | "expect")
}
