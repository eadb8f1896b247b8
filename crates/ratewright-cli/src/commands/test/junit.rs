//! Test results as JUnit's XML.

use super::Tested;
use crate::outcome::Result;
use ratewright::testing::{Failure, Outcome};
use std::io::Write;

/// Writes one test suite for each rule set.
pub fn write(tested: &[Tested], out: &mut impl Write) -> Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>")?;
    for one in tested {
        let (tests, failures) = (one.report.results.len(), one.report.failed().count());
        let name = escaped(one.rules.name());
        writeln!(out, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">")?;
        for result in &one.report.results {
            let place = one.line_of(result.place);
            let (path, line) = place.rsplit_once(':').unwrap_or((&place, "1"));
            let case = format!(
                "classname=\"{name}\" name=\"{}\" file=\"{}\" line=\"{line}\"",
                escaped(&result.name),
                escaped(path)
            );
            if result.outcome == Outcome::Passed {
                writeln!(out, "    <testcase {case}/>")?;
                continue;
            }
            writeln!(out, "    <testcase {case}>")?;
            for failure in &result.failures {
                let text = words(one, failure);
                writeln!(
                    out,
                    "      <failure message=\"expected {}\">{}</failure>",
                    escaped(&failure.expected),
                    escaped(&text)
                )?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")?;
    Ok(())
}

fn words(one: &Tested, failure: &Failure) -> String {
    let mut text = format!("{}\nexpected {}\nfound {}", one.line_of(failure.span), failure.expected, failure.found);
    for (word, more) in [("difference ", &failure.difference), ("", &failure.explanation)] {
        if let Some(more) = more {
            text.push_str(&format!("\n{word}{more}"));
        }
    }
    text
}

/// A text as XML; characters that XML cannot hold become `?`.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\n' | '\t' => xml.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => xml.push('?'),
            c => xml.push(c),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(super::escaped("a<b>&\"c\"\u{1}运费"), "a&lt;b&gt;&amp;&quot;c&quot;?运费");
    }
}
