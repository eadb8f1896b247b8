//! A line for each element that is the same for every one of them, and is computed of all: ten pieces pay the whole ten times.

use super::{Look, amount_of};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Each, Expr, ExprKind as K};

impl Look<'_> {
    pub(super) fn each(&mut self) {
        for charge in self.charges() {
            let (Some(each), Some(amount)) = (&charge.each, amount_of(charge)) else { continue };
            let [(slot, list)] = each.binders.as_slice() else { continue };
            let K::Input(input) = &list.kind else { continue };
            let mut own = false;
            amount.walk(&mut |part| own |= matches!(part.kind, K::Local(local) if local == *slot));
            if own || !self.sums(amount, *input, 20) {
                continue;
            }
            let title = format!("each line of `{}` is taken of the whole list", charge.code);
            let diagnostic = Diagnostic::warning(
                codes::EACH_OF_ALL,
                title,
                amount.span(),
                "the same for every element, and of all of them",
            )
            .also(list.span(), "a line for each of these")
            .help("use the element itself, or make it one charge without `for each`");
            self.say(diagnostic);
        }
    }

    /// Whether an expression adds up the list of an input, through definitions.
    fn sums(&self, expr: &Expr, input: u16, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let over =
            |each: &Each| each.binders.iter().any(|(_, list)| matches!(list.kind, K::Input(slot) if slot == input));
        let mut found = false;
        expr.walk(&mut |part| match &part.kind {
            K::Aggregate { each, .. } => found |= over(each),
            K::Definition(id) if !found => {
                let definition = self.program.definitions.get(id.0 as usize);
                found |= definition.is_some_and(|definition| self.sums(&definition.value, input, depth));
            }
            _ => {}
        });
        found
    }
}
