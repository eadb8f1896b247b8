//! The characters of FEEL: spaces and comments, words, numbers, texts, and names that may hold spaces.

use super::super::report::Refused;

/// A text that is read from left to right.
pub(super) struct Scan<'a> {
    rest: &'a str,
}

pub(super) fn is_name_start(character: char) -> bool {
    character.is_alphabetic() || character == '_' || (character as u32 >= 0x1_0000)
}

pub(super) fn is_name_part(character: char) -> bool {
    is_name_start(character) || character.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&character)
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut scan = Scan { rest: text };
        scan.spaces();
        scan
    }

    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn back_to(&mut self, rest: &'a str) {
        self.rest = rest;
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn spaces(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if let Some(comment) = self.rest.strip_prefix("//") {
                self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
            } else {
                return;
            }
        }
    }

    /// Takes a sign, if it stands here.
    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let found = self.rest.starts_with(sign);
        if found {
            self.skip(sign.len());
            self.spaces();
        }
        found
    }

    /// Whether a word stands here, whole.
    pub(super) fn sees_word(&self, word: &str) -> bool {
        self.rest.strip_prefix(word).is_some_and(|rest| !rest.chars().next().is_some_and(is_name_part))
    }

    /// Takes a word, if it stands here whole.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let found = self.sees_word(word);
        if found {
            self.skip(word.len());
            self.spaces();
        }
        found
    }

    /// Takes the longest of the names that stands here; blanks in it may be of any width.
    pub(super) fn known<'n>(&mut self, names: &'n [String]) -> Option<&'n str> {
        let (name, length) =
            names.iter().filter_map(|name| Some((name, self.length_of(name)?))).max_by_key(|(_, length)| *length)?;
        self.skip(length);
        self.spaces();
        Some(name)
    }

    /// How many bytes a name takes here, if it stands here whole.
    fn length_of(&self, name: &str) -> Option<usize> {
        let mut rest = self.rest;
        let mut last = None;
        for character in name.chars() {
            if character == ' ' {
                let trimmed = rest.trim_start();
                if trimmed.len() == rest.len() {
                    return None;
                }
                rest = trimmed;
            } else {
                rest = rest.strip_prefix(character)?;
            }
            last = Some(character);
        }
        let cut = last.is_some_and(is_name_part) && rest.chars().next().is_some_and(is_name_part);
        (last.is_some() && !cut).then(|| self.rest.len().saturating_sub(rest.len()))
    }

    /// Takes one word of letters and digits.
    pub(super) fn simple_name(&mut self) -> Option<&'a str> {
        if !self.peek().is_some_and(is_name_start) {
            return None;
        }
        let end = self.rest.find(|c| !is_name_part(c)).unwrap_or(self.rest.len());
        let name = self.rest.get(..end)?;
        self.skip(end);
        self.spaces();
        Some(name)
    }

    /// Takes a number such as `12`, `12.5` or `.5`; an exponent is written out.
    pub(super) fn number(&mut self) -> Option<String> {
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let whole = digits(self.rest);
        let after = self.rest.get(whole..)?;
        let fraction = match after.strip_prefix('.') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => digits(rest),
            _ => 0,
        };
        if whole == 0 && fraction == 0 {
            return None;
        }
        let length = if fraction == 0 { whole } else { whole.saturating_add(1).saturating_add(fraction) };
        let text = self.rest.get(..length)?;
        self.skip(length);
        let text = if text.starts_with('.') { format!("0{text}") } else { text.to_owned() };
        self.spaces();
        Some(text)
    }

    /// Takes a text in quotes, its escapes resolved. The opening quote stands here.
    pub(super) fn text(&mut self) -> Result<String, Refused> {
        let unreadable = || Refused::new("a text has no closing quote", "close it");
        let mut characters = self.rest.char_indices();
        characters.next();
        let mut text = String::new();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.skip(at.saturating_add(1));
                    self.spaces();
                    return Ok(text);
                }
                '\\' => match characters.next().ok_or_else(unreadable)?.1 {
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    quoted @ ('"' | '\\' | '\'') => text.push(quoted),
                    length @ ('u' | 'U') => {
                        let digits = if length == 'u' { 4 } else { 6 };
                        let code: String = characters.by_ref().take(digits).map(|(_, digit)| digit).collect();
                        let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                        text.push(code.ok_or_else(|| {
                            Refused::new("a text has an escape that is no character by itself", "write the character")
                        })?);
                    }
                    other => {
                        text.push('\\');
                        text.push(other);
                    }
                },
                other => text.push(other),
            }
        }
        Err(unreadable())
    }
}
