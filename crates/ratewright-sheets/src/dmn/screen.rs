//! A first look at an XML text, before a tree is made of it: how deep its elements stand in each other, and how many attributes and namespaces
//! they have, which the maker of the tree compares with each other.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may stand in each other.
const DEEPEST: usize = 200;
/// How many attributes one element may have.
const MOST_ATTRIBUTES: usize = 250;
/// How many attributes all elements may have together.
const MOST_IN_ALL: usize = 4_000_000;
/// How many namespaces may be named where an element stands.
const MOST_NAMESPACES: usize = 100;
/// How many namespaces the maker of the tree may note: all that are named where an element names one itself.
const MOST_NOTED: usize = 4_000_000;

/// What of an XML text is more than is read, in words; nothing where it is no more. What is no XML is left to its reader.
pub(super) fn beyond(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    // How many namespaces are named at each open element.
    let mut open: Vec<usize> = vec![0];
    let (mut attributes, mut noted) = (0_usize, 0_usize);
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) => return None,
            Ok(event) => event,
            Err(error) => return Some(error.to_string()),
        };
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let (own, named) = match counted(tag) {
                    Ok(counted) => counted,
                    Err(words) => return Some(words),
                };
                attributes = attributes.saturating_add(own);
                let around = open.last().copied().unwrap_or_default().saturating_add(named);
                noted = noted.saturating_add(if named > 0 { around } else { 0 });
                if around > MOST_NAMESPACES || noted > MOST_NOTED {
                    return Some(format!("more than {MOST_NAMESPACES} namespaces are named, or too often"));
                }
                if attributes > MOST_IN_ALL {
                    return Some(format!("its elements have more than {MOST_IN_ALL} attributes"));
                }
                if matches!(event, Event::Start(_)) {
                    open.push(around);
                    if open.len() > DEEPEST.saturating_add(1) {
                        return Some(format!("its elements stand more than {DEEPEST} deep in each other"));
                    }
                }
            }
            Event::End(_) if open.len() > 1 => drop(open.pop()),
            _ => {}
        }
    }
}

/// How many attributes a tag has, and how many of them name namespaces.
fn counted(tag: &BytesStart<'_>) -> Result<(usize, usize), String> {
    let (mut all, mut named) = (0_usize, 0_usize);
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key: &str = attribute.key.as_ref();
        all = all.saturating_add(1);
        named = named.saturating_add(usize::from(key == "xmlns" || key.starts_with("xmlns:")));
        if all > MOST_ATTRIBUTES {
            return Err(format!("one of its elements has more than {MOST_ATTRIBUTES} attributes"));
        }
    }
    Ok((all, named))
}
