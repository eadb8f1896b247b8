//! The message of a refusing `otherwise` row: fixed text, and keys of the look-up to fill in.
//!
//! `no rate for zone {zone}` says which zone was looked up; `{{` and `}}` are braces.

/// One piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'m> {
    /// Fixed text.
    Text(&'m str),
    /// The key of the column with this name.
    Key(&'m str),
}

/// The pieces of a message in order. A brace that is not closed is text.
pub fn pieces(message: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = message;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let twice = brace.get(0..2).filter(|two| matches!(*two, "{{" | "}}"));
        rest = match (twice, brace.strip_prefix('{').and_then(|inner| inner.split_once('}'))) {
            (Some(two), _) => {
                pieces.push(Piece::Text(two.get(..1).unwrap_or(two)));
                brace.get(2..).unwrap_or("")
            }
            (None, Some((name, after))) => {
                pieces.push(Piece::Key(name.trim()));
                after
            }
            (None, None) => {
                pieces.push(Piece::Text(brace));
                ""
            }
        };
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_braces() {
        let found = pieces("no rate for {zone} and { weight } {{sic}} {");
        let wanted = [
            Piece::Text("no rate for "),
            Piece::Key("zone"),
            Piece::Text(" and "),
            Piece::Key("weight"),
            Piece::Text(" "),
            Piece::Text("{"),
            Piece::Text("sic"),
            Piece::Text("}"),
            Piece::Text(" "),
            Piece::Text("{"),
        ];
        assert_eq!(found, wanted);
    }
}
