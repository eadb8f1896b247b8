//! An explanation as JSON, straight from its tree: what serde_json writes of it, quicker.

use super::Explanation;
use super::tree::{Chain, Named, Node, Passage, Range, See, Tree};
use crate::quote::Json;
use crate::value::Number;

impl Explanation {
    /// Appends the explanation as JSON: what `serde_json::to_writer` writes, quicker. Memory that the text has is used.
    ///
    /// ```
    /// let rules = ratewright::RuleSet::compile("ruleset r { currency USD }\ncharge A \"One\" = 1 USD")?;
    /// let (_, explanation) = rules.explain_json("{}").unwrap();
    /// let mut text = Vec::new();
    /// explanation.write_json(&mut text);
    /// assert_eq!(text, serde_json::to_vec(&explanation).unwrap());
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let tree = self.tree();
        let mut writer = Writer { json: Json::new(out), tree, plain: tree.is_plain() };
        writer.words("{\"ruleset\":", tree.ruleset);
        writer.optional(",\"version\":", tree.version);
        let mut all = tree.explained.iter();
        for (name, until) in [
            (",\"charges\":[", tree.charges as usize),
            ("],\"definitions\":[", tree.notices as usize),
            ("],\"notices\":[", tree.explained.len()),
        ] {
            writer.json.raw(name);
            let count = all.len().saturating_sub(tree.explained.len().saturating_sub(until));
            writer.each(all.by_ref().take(count), Writer::explained);
        }
        writer.json.raw(if tree.cut_short { "],\"cut_short\":true}" } else { "]}" });
    }
}

struct Writer<'o, 'e> {
    json: Json<'o>,
    tree: &'e Tree,
    /// Whether nothing in the tree's words has to be escaped.
    plain: bool,
}

impl Writer<'_, '_> {
    /// A fixed piece, and words in quotation marks.
    #[inline]
    fn words(&mut self, before: &'static str, words: Passage) {
        self.json.raw(before);
        let words = self.tree.words(words);
        if self.plain { self.json.plain(words) } else { self.json.text(words) }
    }

    #[inline]
    fn optional(&mut self, before: &'static str, words: Option<Passage>) {
        if let Some(words) = words {
            self.words(before, words);
        }
    }

    /// Values with commas between them.
    fn each<T>(&mut self, all: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        for (index, one) in all.enumerate() {
            if index > 0 {
                self.json.raw(",");
            }
            write(self, one);
        }
    }

    /// A fixed piece and values, where there are any.
    fn list<T>(&mut self, before: &'static str, all: &[T], write: impl FnMut(&mut Self, &T)) {
        if !all.is_empty() {
            self.json.raw(before);
            self.each(all.iter(), write);
            self.json.raw("]");
        }
    }

    fn explained(&mut self, it: &Named) {
        self.words("{\"name\":", it.name);
        self.optional(",\"label\":", it.label);
        self.optional(",\"value\":", it.value);
        self.words(",\"place\":", it.place);
        if let Some(amount) = &it.amount {
            self.json.raw(",\"amount\":\"");
            self.json.number(amount);
            self.json.raw("\"");
        }
        let tree = self.tree;
        self.list(",\"addends\":[", within(&tree.addends, it.addends), |writer, addend| {
            writer.words("{\"label\":", addend.label);
            writer.json.raw(",\"amount\":\"");
            writer.json.number(&addend.amount);
            writer.words("\",\"shown\":", addend.shown);
            writer.json.raw("}");
        });
        self.list(",\"rows\":[", within(&tree.rows, it.rows), |writer, row| {
            writer.words("{\"table\":", row.table);
            writer.json.raw(",\"row\":");
            writer.json.number(&Number::from_i64(row.row.into()));
            writer.words(",\"place\":", row.place);
            writer.json.raw("}");
        });
        self.json.raw(",\"parts\":[");
        self.steps(it.parts);
        self.json.raw("]}");
    }

    fn steps(&mut self, mut steps: Chain) {
        let (tree, mut first) = (self.tree, true);
        while let Some((step, after)) = tree.first(steps) {
            self.json.raw(if first { "" } else { "," });
            self.step(step);
            (steps, first) = (after, false);
        }
    }

    fn step(&mut self, step: &Node) {
        self.words("{\"label\":", step.label);
        self.optional(",\"value\":", step.value);
        let tree = self.tree;
        self.list(",\"notes\":[", within(&tree.notes, step.notes), |writer, note| writer.words("", *note));
        match step.see {
            Some(See::Charge(code)) => self.words(",\"see\":{\"charge\":", code),
            Some(See::Definition(name)) => self.words(",\"see\":{\"definition\":", name),
            None => {}
        }
        self.json.raw(if step.see.is_some() { "}" } else { "" });
        if !step.parts.is_empty() {
            self.json.raw(",\"parts\":[");
            self.steps(step.parts);
            self.json.raw("]");
        }
        self.json.raw("}");
    }
}

fn within<T>(all: &[T], range: Range) -> &[T] {
    all.get(range.from as usize..range.to as usize).unwrap_or_default()
}
