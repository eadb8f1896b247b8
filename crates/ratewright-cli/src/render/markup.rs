//! Pages and XML: texts that stay texts, and the head of a page that needs nothing but itself.
//!
//! What a page may load and run is said in its head: its own styles and its own script by their SHA-256, and nothing else. Were a text
//! ever to come into a page as markup, it could neither run nor fetch anything.

use ct_codecs::{Base64, Encoder};
use ratewright::digest::Digest;

/// What all pages have in common.
const STYLE: &str = include_str!("page.css");

/// A text as it stands in a page or in XML: never as markup.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(character),
            // Characters that no document may hold.
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            character if character.is_control() => safe.push('\u{fffd}'),
            character => safe.push(character),
        }
    }
    safe
}

/// A text with what stands between two backticks as code; a backtick without another stays one.
pub fn with_code(text: &str) -> String {
    let (mut safe, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, from)) = rest.split_once('`') {
        let Some((code, after)) = from.split_once('`') else { break };
        safe += &format!("{}<code>{}</code>", escaped(before), escaped(code));
        rest = after;
    }
    safe + &escaped(rest)
}

/// The beginning of a page, up to `<main>`: its title, the styles that all pages have and its own, and its script, where it has one.
pub fn head(title: &str, style: &str, script: Option<&str>) -> String {
    let title = escaped(title);
    let style = format!("\n{STYLE}{style}");
    let runs = script.map(|script| format!("; script-src {}", source(script)));
    let policy = format!(
        "default-src 'none'; style-src {}{}; base-uri 'none'; form-action 'none'",
        source(&style),
        runs.unwrap_or_default()
    );
    let mut head = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>{title}</title>\n<style>{style}</style>\n"
    );
    if let Some(script) = script {
        head.push_str("<script type=\"module\">");
        head.push_str(script);
        head.push_str("</script>\n");
    }
    head.push_str("</head>\n<body>\n<main>\n");
    head
}

/// The end of a page.
pub const END: &str = "</main>\n</body>\n</html>\n";

/// How a policy names a text that stands in the page.
fn source(text: &str) -> String {
    // A digest of 32 bytes is 44 digits: nothing of it can fail.
    let digits = Base64::encode_to_string(Digest::of_bytes(text.as_bytes()).as_bytes()).unwrap_or_default();
    format!("'sha256-{digits}'")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_document_cannot_hold_is_replaced() {
        assert_eq!(super::escaped("a<b>&\"c\"\u{1}运费\u{ffff}"), "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}运费\u{fffd}");
    }

    #[test]
    fn what_stands_between_backticks_is_code_and_stays_text() {
        assert_eq!(super::with_code("say `a < b`, then `c`"), "say <code>a &lt; b</code>, then <code>c</code>");
        assert_eq!(super::with_code("<i> ` alone"), "&lt;i&gt; ` alone");
    }

    /// From the specification: `echo -n "alert('Hello, world.');" | openssl sha256 -binary | openssl base64`.
    #[test]
    fn a_script_is_named_as_browsers_do() {
        let published = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert_eq!(super::source("alert('Hello, world.');"), published);
    }
}
