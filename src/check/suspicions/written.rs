//! Tests that show nothing: one that expects nothing, and two of one name.

use super::Look;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::Test;
use std::collections::HashMap;

impl Look<'_> {
    pub(super) fn written(&mut self) {
        let program = self.program;
        let mut known: HashMap<&str, &Test> = HashMap::new();
        for test in &program.tests {
            // The rows of a book have no quotes around their names.
            if !self.sources.text(test.span).starts_with('"') {
                continue;
            }
            if test.expects.is_empty() {
                let title = format!("the test \"{}\" expects nothing", test.name);
                let help = "write what it is to show: `expect total is …`";
                self.say(
                    Diagnostic::warning(codes::TEST_EMPTY, title, test.span, "passes whatever the price is").help(help),
                );
            }
            if let Some(first) = known.insert(&test.name, test) {
                let title = format!("two tests are called \"{}\"", test.name);
                let diagnostic = Diagnostic::warning(codes::TEST_NAME, title, test.span, "the second")
                    .also(first.span, "the first")
                    .help("was it copied? give it a name of its own");
                self.say(diagnostic);
            }
        }
    }
}
