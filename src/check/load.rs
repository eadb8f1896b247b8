//! Reading: the main file, the modules that it imports, the base that it extends, merged into one list of items.
//!
//! A contract's base comes first, so that its charges keep their order; `override` replaces an item in its place, and what it
//! replaced stays known as `base.NAME`.

use super::{Checker, Entry};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::{self, ast};
use std::rc::Rc;

/// How many files one rule set may be made of.
pub const MOST_FILES: usize = 256;

/// A file that was read.
struct Loaded {
    file: ast::File,
    folder: Rc<str>,
}

impl Checker<'_> {
    pub(super) fn load_all(&mut self, main: &str) {
        let mut seen = Vec::new();
        let Some(loaded) = self.load_file(main, None, &mut seen) else { return };
        let Some(header) = loaded.file.header.clone() else { return };
        if header.module {
            self.report(
                Diagnostic::error(
                    codes::NOT_A_RULE_SET,
                    "a module prices nothing by itself",
                    header.span,
                    "this is a module",
                )
                .help("check a rule set that imports it; a file that starts with `ruleset NAME` can be used"),
            );
            return;
        }
        self.header = Some(header.clone());
        self.load_base(&header, &loaded.folder, &mut seen, 0);
        if self.header.is_none() {
            return;
        }
        self.take_items(loaded, false, &mut seen);
        self.apply_overrides();
    }

    /// The base that the header extends, its own base first; its settings hold where the contract writes none.
    fn load_base(&mut self, header: &ast::Header, folder: &Rc<str>, seen: &mut Vec<String>, depth: usize) {
        if depth > 16 {
            return;
        }
        let Some((name, path)) = &header.extends else { return };
        let path_from_root = self.resolve_path(folder, path);
        let base = path_from_root.and_then(|from_root| self.load_file(&from_root, Some(path.span), seen));
        let Some((base_header, base)) = base.and_then(|base| Some((base.file.header.clone()?, base))) else {
            // What the base defines is not known, so that nothing more can be said.
            self.header = None;
            return;
        };
        if base_header.name.text != name.text {
            self.report(
                Diagnostic::error(
                    codes::WRONG_BASE,
                    format!("the file holds `{}`, not `{}`", base_header.name.text, name.text),
                    name.span,
                    "this is not the name of the rule set in that file",
                )
                .also(base_header.name.span, "its name")
                .edit(name.span, base_header.name.text.clone()),
            );
        }
        self.load_base(&base_header, &base.folder, seen, depth.saturating_add(1));
        if let Some(own) = &mut self.header {
            own.whole &= base_header.whole;
            for setting in &base_header.settings {
                let kind = std::mem::discriminant(setting);
                if !own.settings.iter().any(|known| std::mem::discriminant(known) == kind) {
                    own.settings.push(setting.clone());
                }
            }
        }
        self.take_items(base, true, seen);
    }

    fn take_items(&mut self, loaded: Loaded, base: bool, seen: &mut Vec<String>) {
        let Loaded { file, folder } = loaded;
        for item in file.items {
            if let ast::ItemKind::Import(path) = &item.kind {
                self.load_import(path, &folder, seen);
                continue;
            }
            if base && matches!(item.kind, ast::ItemKind::Test(_)) {
                continue;
            }
            self.entries.push(Entry {
                item: Rc::new(item),
                folder: folder.clone(),
                overrides: false,
                foreign: base,
                hidden: false,
                removed: false,
            });
        }
    }

    fn load_import(&mut self, path: &ast::Text, folder: &Rc<str>, seen: &mut Vec<String>) {
        let Some(full) = self.resolve_path(folder, path) else { return };
        if seen.contains(&full) {
            return; // imported before, or a circle of imports: its definitions are there
        }
        let Some(module) = self.load_file(&full, Some(path.span), seen) else { return };
        if let Some(header) = module.file.header.as_ref().filter(|header| !header.module) {
            self.report(
                Diagnostic::error(
                    codes::NOT_A_MODULE,
                    "a rule set cannot be imported",
                    path.span,
                    "this file is a rule set",
                )
                .also(header.span, "it begins with `ruleset`")
                .help("import a file that begins with `module NAME`, or extend the rule set: `ruleset … extends …`"),
            );
            return;
        }
        for item in module.file.items {
            match &item.kind {
                ast::ItemKind::Import(inner) => self.load_import(inner, &module.folder, seen),
                ast::ItemKind::Input(_)
                | ast::ItemKind::Charge(_)
                | ast::ItemKind::Output { .. }
                | ast::ItemKind::Flag { .. }
                | ast::ItemKind::Refuse { .. }
                | ast::ItemKind::Total(_)
                | ast::ItemKind::Test(_)
                | ast::ItemKind::Override(_)
                | ast::ItemKind::Exception(_)
                | ast::ItemKind::Remove(_) => self.report(
                    Diagnostic::error(
                        codes::NOT_IN_A_MODULE,
                        "a module holds shared definitions only",
                        item.span,
                        "this belongs in a rule set",
                    )
                    .help("move it to the rule set that imports the module"),
                ),
                _ => self.entries.push(Entry {
                    item: Rc::new(item),
                    folder: module.folder.clone(),
                    overrides: false,
                    foreign: true,
                    hidden: false,
                    removed: false,
                }),
            }
        }
    }

    fn load_file(&mut self, path: &str, named_at: Option<Span>, seen: &mut Vec<String>) -> Option<Loaded> {
        if seen.iter().any(|known| known == path) {
            if let Some(span) = named_at {
                self.report(Diagnostic::error(
                    codes::CIRCLE,
                    "a rule set extends itself",
                    span,
                    "this file is being read already",
                ));
            }
            return None;
        }
        seen.push(path.to_string());
        let problem =
            if seen.len() > MOST_FILES { Err(format!("more than {MOST_FILES} files")) } else { self.loader.load(path) };
        let text = match problem {
            Ok(text) => text,
            Err(why) => {
                let span = named_at.unwrap_or_else(|| Span::new(self.sources.add(path, ""), 0, 0));
                let problem = Diagnostic::error(codes::CANNOT_READ, format!("cannot read `{path}`"), span, why);
                self.report(match named_at {
                    Some(_) => problem.help("paths are relative to the folder of the file that names them"),
                    None => problem,
                });
                return None;
            }
        };
        let id = self.sources.add(path, &text);
        let (file, diagnostics) = syntax::parse(id, &text);
        self.diagnostics.extend(diagnostics);
        Some(Loaded { file, folder: folder_of(path).into() })
    }

    /// The path from the loader's root of a path written in a file of `folder`.
    pub(super) fn resolve_path(&mut self, folder: &str, path: &ast::Text) -> Option<String> {
        match join_path(folder, &path.text) {
            Some(full) => Some(full),
            None => {
                self.report(
                    Diagnostic::error(
                        codes::CANNOT_READ,
                        "this path cannot be used",
                        path.span,
                        "not a path inside the folder of the rules",
                    )
                    .help("write a relative path with `/`, such as `\"tables/zones.csv\"`"),
                );
                None
            }
        }
    }

    /// Puts each `override` in the place of what it replaces, and takes away what is removed.
    fn apply_overrides(&mut self) {
        let mut kept: Vec<Entry> = Vec::new();
        let mut problems = Vec::new();
        for entry in std::mem::take(&mut self.entries) {
            match &entry.item.kind {
                ast::ItemKind::Override(inner) => match replace(&mut kept, &entry, inner) {
                    Ok(()) => {}
                    Err(diagnostic) => problems.push(*diagnostic),
                },
                ast::ItemKind::Remove(code) => {
                    let found = kept.iter_mut().find(|known| {
                        known.foreign
                            && !known.hidden
                            && matches!(&known.item.kind, ast::ItemKind::Charge(c) if c.code.text == code.text)
                    });
                    match found {
                        Some(found) => found.removed = true,
                        None => problems.push(
                            Diagnostic::error(
                                codes::NOTHING_TO_OVERRIDE,
                                format!("the base has no charge `{}`", code.text),
                                code.span,
                                "nothing to remove",
                            )
                            .help("take the line out, or name a charge of the base"),
                        ),
                    }
                }
                _ => kept.push(entry),
            }
        }
        self.entries = kept;
        for problem in problems {
            self.report(problem);
        }
    }
}

/// Puts an override in the place of the base's item; the replaced one stays, hidden. An overriding table stays beside its base.
fn replace(kept: &mut Vec<Entry>, entry: &Entry, inner: &ast::Item) -> Result<(), Box<Diagnostic>> {
    let (kind, name) = kind_and_name(&inner.kind);
    let place = name.and_then(|name| {
        kept.iter()
            .position(|known| known.foreign && !known.hidden && kind_and_name(&known.item.kind) == (kind, Some(name)))
    });
    let Some(place) = place else {
        let shown = name.unwrap_or("this");
        return Err(Box::new(
            Diagnostic::error(
                codes::NOTHING_TO_OVERRIDE,
                format!("the base has no {kind} `{shown}`"),
                inner.span,
                "overrides nothing",
            )
            .help("name something that the base defines, or leave `override` out to add it"),
        ));
    };
    let new = Entry { item: Rc::new(inner.clone()), overrides: true, ..entry.clone() };
    if matches!(inner.kind, ast::ItemKind::Table(_)) {
        kept.insert(place.saturating_add(1), new);
        return Ok(());
    }
    if let Some(old) = kept.get_mut(place) {
        let hidden = Entry { hidden: true, ..old.clone() };
        *old = Entry { item: Rc::new(inherit(&old.item, inner)), ..new };
        kept.push(hidden);
    }
    Ok(())
}

/// An override with what it leaves unsaid: the type of a parameter, the label and the tags of a charge.
fn inherit(old: &ast::Item, new: &ast::Item) -> ast::Item {
    let mut item = new.clone();
    match (&mut item.kind, &old.kind) {
        (ast::ItemKind::Parameter(new), ast::ItemKind::Parameter(old)) if new.ty.is_none() => new.ty = old.ty.clone(),
        (ast::ItemKind::Charge(new), ast::ItemKind::Charge(old)) => {
            if new.label.is_none() {
                new.label = old.label.clone();
            }
            if new.tags.is_empty() {
                new.tags = old.tags.clone();
            }
        }
        _ => {}
    }
    item
}

/// The kind of an item in words, and its name, for those that can be overridden.
fn kind_and_name(kind: &ast::ItemKind) -> (&'static str, Option<&str>) {
    match kind {
        ast::ItemKind::Let { name, .. } => ("let", Some(&name.text)),
        ast::ItemKind::Parameter(parameter) => ("parameter", Some(&parameter.name.text)),
        ast::ItemKind::Function { name, .. } => ("function", Some(&name.text)),
        ast::ItemKind::Table(table) => ("table", Some(&table.name.text)),
        ast::ItemKind::Tiers(tiers) => ("tiers", Some(&tiers.name.text)),
        ast::ItemKind::Charge(charge) => ("charge", Some(&charge.code.text)),
        ast::ItemKind::Output { name, .. } => ("output", Some(&name.text)),
        ast::ItemKind::Flag { code, .. } => ("flag", Some(&code.text)),
        ast::ItemKind::Refuse { code, .. } => ("refusal", Some(&code.text)),
        _ => ("item of this kind", None),
    }
}

fn folder_of(path: &str) -> &str {
    path.rfind('/').and_then(|at| path.get(..at)).unwrap_or("")
}

/// Joins a relative path to a folder; `None` where it is absolute, has a drive or a backslash. What follows `#` names a part of
/// the file, such as `#Ground!B3:F40` a sheet's cells, and is the loader's to read.
pub(super) fn join_path(folder: &str, path: &str) -> Option<String> {
    let drive = path.split('#').next().is_some_and(|file| file.contains(':'));
    if path.is_empty() || path.starts_with('/') || path.contains('\\') || drive || path.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}
