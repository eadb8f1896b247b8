//! The words that quotes show: those of the rule set, which never change, and those made for one quote.
//!
//! A [`Texts`] is made once for a rule set; a quote holds one reference to it and names each text by a small [`TextId`], so that
//! a line copies and counts nothing. What is filled in for one quote lies in a [`TextList`] of the quote's own.

use std::collections::HashMap;
use std::fmt::{self, Write};

use crate::program::{
    Charge, ChargeAmount, ChargeId, Exception, ExprKind, Program, Stage, StageKind, Template, TiersId,
};
use crate::types::UnitExpr;

/// The code of the line that books the rounding of a total.
pub(crate) const ROUNDING_CODE: &str = "ROUNDING";

/// One text of a rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct TextId(u32);

/// One list of tags of a rule set; the default is the empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TagsId(u32);

/// A text that a quote shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Words {
    /// There is none.
    #[default]
    Absent,
    /// One of the rule set's.
    Fixed(TextId),
    /// One that was made for this quote, by its place among them.
    Made(u32),
}

impl Words {
    /// `%`
    pub(crate) const PERCENT: Words = Words::Fixed(TextId::PERCENT);
}

impl TextId {
    /// `%`
    pub(crate) const PERCENT: TextId = TextId(1);
    /// [`ROUNDING_CODE`]
    pub(crate) const ROUNDING_CODE: TextId = TextId(2);
    /// The label of that line.
    pub(crate) const ROUNDING_LABEL: TextId = TextId(3);
}

const FIRST_TEXTS: [&str; 4] = ["", "%", ROUNDING_CODE, "Rounding"];

/// Texts one after the other in one memory.
#[derive(Debug, Clone, Default)]
pub(super) struct TextList {
    text: String,
    ends: Vec<u32>,
}

impl TextList {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// The text at a place; empty where there is none.
    #[inline]
    pub(super) fn get(&self, place: u32) -> &str {
        let place = place as usize;
        let start = match place.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        self.ends.get(place).and_then(|end| self.text.get(start as usize..*end as usize)).unwrap_or_default()
    }

    pub(super) fn push(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        self.end()
    }

    /// Adds what a value shows, without a text in between.
    pub(super) fn write(&mut self, shown: fmt::Arguments<'_>) -> u32 {
        let _ = self.text.write_fmt(shown); // a String takes every text
        self.end()
    }

    fn end(&mut self) -> u32 {
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        u32::try_from(self.ends.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Gives back the memory that nothing is in.
    fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }
}

/// The fixed words of one charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ChargeWords {
    /// Its code.
    pub(crate) code: TextId,
    /// Its label; absent also where it is made for each line.
    pub(crate) label: Words,
    /// Its reason; absent also where it is made for each line.
    pub(crate) reason: Words,
    /// Its tags.
    pub(crate) tags: TagsId,
}

/// The fixed words of an output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutputWords {
    /// Its name.
    pub(crate) name: TextId,
    /// Its label.
    pub(crate) label: Words,
}

/// All fixed words that quotes of one rule set show. It never changes; ids hold for the table that gave them.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    texts: TextList,
    name: TextId,
    version: Words,
    charges: Vec<ChargeWords>,
    listed: usize,
    outputs: Vec<OutputWords>,
    flags: Vec<TextId>,
    /// The labels of tiers whose bounds are constants, of one `tiers` after the other.
    tiers: Vec<Words>,
    /// Where each `tiers` begins among them.
    tiers_begin: Vec<usize>,
    /// The tags of all lists, and where each list ends; the first list is empty.
    tags: Vec<TextId>,
    tags_end: Vec<usize>,
    units: HashMap<UnitExpr, TextId>,
    /// Every text in the order of its letters, to find one.
    sorted: Vec<TextId>,
}

impl Texts {
    /// The words of a program. Takes time in proportion to its charges, outputs, flags and tiers.
    pub(crate) fn of(program: &Program) -> Texts {
        let mut collector = Collector::default();
        for text in FIRST_TEXTS {
            collector.text(text);
        }
        collector.texts.tags_end.push(0);
        collector.texts.name = collector.text(&program.name);
        collector.texts.version = collector.optional(program.version.as_deref());
        program.charges.iter().for_each(|charge| collector.charge(charge));
        for stage in &program.total {
            collector.text(&stage.code);
            collector.optional(stage.label.as_deref());
        }
        for output in &program.outputs {
            let words =
                OutputWords { name: collector.text(&output.name), label: collector.optional(output.label.as_deref()) };
            collector.texts.outputs.push(words);
        }
        for flag in &program.flags {
            let code = collector.text(&flag.code);
            collector.texts.flags.push(code);
            collector.template(Some(&flag.message));
        }
        collector.shown(program);
        let mut texts = collector.texts;
        let mut sorted: Vec<TextId> = (0..texts.texts.len()).map(TextId).collect();
        sorted.sort_unstable_by(|one, other| texts.text(*one).cmp(texts.text(*other)));
        texts.sorted = sorted;
        texts.texts.shrink();
        texts.charges.shrink_to_fit();
        texts
    }

    /// A text.
    #[inline]
    pub(crate) fn text(&self, id: TextId) -> &str {
        self.texts.get(id.0)
    }

    /// The text of the rule set that reads so; the empty one where it has none. A search: for what is asked once.
    pub(crate) fn find(&self, text: &str) -> TextId {
        let found = self.sorted.binary_search_by(|id| self.text(*id).cmp(text));
        found.ok().and_then(|at| self.sorted.get(at)).copied().unwrap_or_default()
    }

    /// As [`Texts::find`], for a text that may be absent.
    pub(crate) fn find_optional(&self, text: Option<&str>) -> Words {
        text.map_or(Words::Absent, |text| Words::Fixed(self.find(text)))
    }

    /// The words of a charge.
    #[inline]
    pub(crate) fn charge(&self, id: ChargeId) -> ChargeWords {
        self.charges.get(id.0 as usize).copied().unwrap_or_default()
    }

    /// The words of each output, in the order of the program.
    pub(crate) fn output(&self, index: usize) -> Option<OutputWords> {
        self.outputs.get(index).copied()
    }

    /// The code of a flag, by its place in the program.
    pub(crate) fn flag(&self, index: usize) -> TextId {
        self.flags.get(index).copied().unwrap_or_default()
    }

    /// The name of a unit that a quote may show; `None` where it depends on the currency that an input chooses.
    pub(crate) fn unit(&self, unit: &UnitExpr) -> Option<TextId> {
        self.units.get(unit).copied()
    }

    /// The label of a written tier; absent where its bounds are computed.
    pub(crate) fn tier(&self, tiers: TiersId, tier: usize) -> Words {
        let begin = self.tiers_begin.get(tiers.0 as usize);
        begin.and_then(|begin| self.tiers.get(begin.saturating_add(tier))).copied().unwrap_or_default()
    }

    /// The tags of a list.
    pub(super) fn tags(&self, id: TagsId) -> &[TextId] {
        let list = id.0 as usize;
        let begin = list.checked_sub(1).and_then(|before| self.tags_end.get(before)).copied().unwrap_or_default();
        self.tags_end.get(list).and_then(|end| self.tags.get(begin..*end)).unwrap_or_default()
    }

    pub(super) fn name(&self) -> &str {
        self.text(self.name)
    }

    pub(super) fn version(&self) -> Option<&str> {
        match self.version {
            Words::Fixed(id) => Some(self.text(id)),
            _ => None,
        }
    }

    /// How many charges book lines.
    pub(super) fn listed(&self) -> usize {
        self.listed
    }
}

/// Collects the words of a program, each once.
#[derive(Default)]
struct Collector {
    texts: Texts,
    known: HashMap<String, TextId>,
    lists: HashMap<Vec<TextId>, TagsId>,
}

impl Collector {
    fn text(&mut self, text: &str) -> TextId {
        if let Some(id) = self.known.get(text) {
            return *id;
        }
        let id = TextId(self.texts.texts.push(text));
        self.known.insert(text.to_string(), id);
        id
    }

    fn optional(&mut self, text: Option<&str>) -> Words {
        text.map_or(Words::Absent, |text| Words::Fixed(self.text(text)))
    }

    /// The text of a template that nothing is filled in.
    fn template(&mut self, template: Option<&Template>) -> Words {
        let text = template.and_then(Template::fixed).cloned();
        self.optional(text.as_deref())
    }

    fn charge(&mut self, charge: &Charge) {
        let code = self.text(&charge.code);
        let label = self.template(charge.label.as_ref());
        let reason = self.template(charge.because.as_ref());
        let tags = self.tags(charge);
        self.texts.charges.push(ChargeWords { code, label, reason, tags });
        self.texts.listed = self.texts.listed.saturating_add(usize::from(charge.listed));
        match &charge.amount {
            ChargeAmount::Expr(expr) => {
                if let ExprKind::Stages(_, stages) = &expr.kind {
                    self.stages(stages);
                }
            }
            ChargeAmount::Group(group) => {
                for option in &group.options {
                    self.text(&option.code);
                    self.optional(option.label.as_deref());
                }
                self.stages(&group.stages);
            }
        }
        self.exceptions(&charge.exceptions);
    }

    fn tags(&mut self, charge: &Charge) -> TagsId {
        if charge.tags.is_empty() {
            return TagsId::default();
        }
        let list: Vec<TextId> = charge.tags.iter().map(|tag| self.text(tag)).collect();
        if let Some(id) = self.lists.get(&list) {
            return *id;
        }
        let id = TagsId(u32::try_from(self.texts.tags_end.len()).unwrap_or_default());
        self.texts.tags.extend_from_slice(&list);
        self.texts.tags_end.push(self.texts.tags.len());
        self.lists.insert(list, id);
        id
    }

    fn stages(&mut self, stages: &[Stage]) {
        for stage in stages {
            if let StageKind::Minimum(_, Some(line)) | StageKind::Maximum(_, Some(line)) = &stage.kind {
                self.text(&line.code);
                self.optional(line.label.as_deref());
            }
        }
    }

    fn exceptions(&mut self, exceptions: &[Exception]) {
        for exception in exceptions {
            self.optional(exception.label.as_deref());
            self.template(exception.because.as_ref());
            self.exceptions(&exception.exceptions);
        }
    }
}

mod shown;
