//! Comma-separated files: records of fields, which may stand in quotes.

/// The records of a text, each a list of fields; empty lines are none.
pub(crate) fn records(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut anything) = (false, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => {
                quoted = !quoted;
                anything = true;
            }
            _ if quoted => field.push(character),
            ',' => {
                record.push(std::mem::take(&mut field));
                anything = true;
            }
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' => {
                end_record(&mut records, &mut record, &mut field, &mut anything);
            }
            _ => {
                field.push(character);
                anything = true;
            }
        }
    }
    end_record(&mut records, &mut record, &mut field, &mut anything);
    records
}

fn end_record(records: &mut Vec<Vec<String>>, record: &mut Vec<String>, field: &mut String, anything: &mut bool) {
    if *anything {
        record.push(std::mem::take(field));
        records.push(std::mem::take(record));
    }
    *anything = false;
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn fields_may_hold_commas_quotes_and_line_ends() {
        let read = records("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\n\n,\nlast");
        assert_eq!(read, [vec!["a", "b"], vec!["x, \"y\"", "two\nlines"], vec!["", ""], vec!["last"]]);
    }
}
