//! The output of the formatter: lines, and the comments that belong before and behind them.
//!
//! Every line is announced with its place in the source. A comment that stood behind code goes to the end of the last line, one on a line of
//! its own before the line that it stood before, and one within a line that is now joined goes above it. No comment is ever lost.

use super::layout::{Doc, INDENT};
use crate::syntax::ast::Comment;

/// The text written so far.
pub(super) struct Writer<'t> {
    text: &'t str,
    comments: &'t [Comment],
    out: String,
    column: usize,
    indent: usize,
    /// Whether the last line ends with a comment.
    commented: bool,
    /// Where in the source the last thing ended.
    last_end: usize,
    /// Whether a block was just opened, so that no blank line follows.
    block_start: bool,
}

impl<'t> Writer<'t> {
    pub fn new(text: &'t str, comments: &'t [Comment]) -> Self {
        Writer {
            text,
            comments,
            out: String::new(),
            column: 0,
            indent: 0,
            commented: false,
            last_end: 0,
            block_start: true,
        }
    }

    /// Starts a line for what stands at `start..end` of the source, keeping a blank line before it.
    pub fn line(&mut self, start: usize, end: usize, doc: &Doc) {
        self.start_line(start, end, true);
        self.put(doc);
        self.last_end = end;
    }

    /// Starts a line that belongs to the one before it: set in, and without a blank line before it.
    pub fn clause(&mut self, start: usize, end: usize, doc: &Doc) {
        self.indent = self.indent.saturating_add(INDENT);
        self.start_line(start, end, false);
        self.put(doc);
        self.indent = self.indent.saturating_sub(INDENT);
        self.last_end = end;
    }

    /// Adds to the current line.
    pub fn put(&mut self, doc: &Doc) {
        doc.write(&mut self.out, &mut self.column, self.indent);
    }

    /// Opens a block: `{` on the current line, what follows set in.
    pub fn open(&mut self) {
        self.put(&Doc::text(" {"));
        self.indent = self.indent.saturating_add(INDENT);
        self.block_start = true;
    }

    /// Closes a block that ends at `end` of the source.
    pub fn close(&mut self, end: usize) {
        self.flush(end.saturating_sub(1), end.saturating_sub(1), true);
        self.indent = self.indent.saturating_sub(INDENT);
        self.new_line();
        self.put(&Doc::text("}"));
        self.last_end = end;
        self.block_start = false;
    }

    /// Whether comments stand within `start..end` of the source.
    pub fn has_comments(&self, start: usize, end: usize) -> bool {
        self.comments.iter().any(|comment| (start..end).contains(&(comment.span.start as usize)))
    }

    /// The whole text.
    pub fn finish(mut self) -> String {
        self.flush(usize::MAX, usize::MAX, true);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    fn start_line(&mut self, start: usize, end: usize, blank: bool) {
        self.flush(start, end, blank);
        self.separate(start, blank);
    }

    /// Writes the comments before `start`, and those within `start..end` above them.
    fn flush(&mut self, start: usize, end: usize, blank: bool) {
        let within = self.comments.partition_point(|comment| (comment.span.start as usize) < start);
        let after = self.comments.partition_point(|comment| (comment.span.start as usize) < end).max(within);
        let (before, rest) = self.comments.split_at_checked(within).unwrap_or((self.comments, &[]));
        let (inside, rest) = rest.split_at_checked(after.saturating_sub(within)).unwrap_or((rest, &[]));
        self.comments = rest;
        let mut own = Vec::new();
        for comment in before {
            if comment.trailing && !self.commented && !self.out.is_empty() && own.is_empty() {
                self.put(&Doc::text(format!("  {}", comment.text)));
                self.commented = true;
                self.last_end = comment.span.end as usize;
            } else {
                own.push(comment);
            }
        }
        for comment in inside {
            self.separate(usize::MAX, false);
            self.comment(&format!("#{}", comment.text.trim_start_matches('#')));
        }
        for comment in own {
            self.separate(comment.span.start as usize, blank);
            self.comment(&comment.text);
            self.last_end = comment.span.end as usize;
        }
    }

    fn comment(&mut self, text: &str) {
        self.put(&Doc::text(text));
        self.commented = true;
    }

    /// Ends the last line, and leaves a blank line where the source had one or more before `start`.
    fn separate(&mut self, start: usize, blank: bool) {
        let gap = self.text.get(self.last_end..start).unwrap_or("");
        if blank && !self.block_start && gap.matches('\n').count() > 1 && !self.out.is_empty() {
            self.out.push('\n');
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.push_str(&" ".repeat(self.indent));
        self.column = self.indent;
        self.commented = false;
        self.block_start = false;
    }
}
