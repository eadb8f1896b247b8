//! What is said of many items at once: a common rounding, the order of refusals, items that only moved.

use super::item::{Facet, Item};
use super::{Change, Detail, Difference, How, Kind};
use std::collections::HashMap;

/// Where every charge is rounded otherwise in the same way, the header says so once.
pub(super) fn fold_rounding(difference: &mut Difference, old: &[Item], new: &[Item]) {
    let rounded = |items: &[Item]| {
        items
            .iter()
            .filter(|item| item.kind == Kind::Charge && item.facets.iter().any(|facet| facet.aspect == "rounding"))
            .count()
    };
    let is_rounding = |detail: &Detail| detail.aspect == "rounding";
    let found: Vec<Detail> = difference
        .changes
        .iter()
        .filter(|change| change.kind == Kind::Charge && change.how == How::Changed)
        .flat_map(|change| change.details.iter().filter(|detail| is_rounding(detail)).cloned())
        .collect();
    let Some(first) = found.first().cloned() else { return };
    let alike = found.iter().all(|detail| (&detail.before, &detail.after) == (&first.before, &first.after));
    if !alike || found.len() < rounded(old).min(rounded(new)).max(1) {
        return;
    }
    for change in
        difference.changes.iter_mut().filter(|change| change.kind == Kind::Charge && change.how == How::Changed)
    {
        change.details.retain(|detail| !is_rounding(detail));
        change.meaning = change.details.iter().any(|detail| !detail.words);
    }
    difference
        .changes
        .retain(|change| change.how != How::Changed || !change.details.is_empty() || change.table.is_some());
    let detail = Detail { aspect: "rounding".into(), before_place: None, after_place: None, ..first };
    in_header(difference, detail);
}

fn in_header(difference: &mut Difference, detail: Detail) {
    if let Some(header) = difference.changes.iter_mut().find(|change| change.kind == Kind::Header) {
        header.details.push(detail);
        header.meaning = true;
        return;
    }
    difference.changes.push(Change {
        kind: Kind::Header,
        name: String::new(),
        label: None,
        how: How::Changed,
        meaning: true,
        details: vec![detail],
        table: None,
        breaks: None,
        before_place: None,
        after_place: None,
    });
}

/// The first refusal that holds is the one that is told, so that their order means something.
pub(super) fn order_of_refusals(difference: &mut Difference, old: &[Item], new: &[Item]) {
    let order = |items: &[Item], other: &[Item]| -> Vec<String> {
        let there = |item: &&Item| other.iter().any(|one| one.kind == Kind::Refusal && one.name == item.name);
        items.iter().filter(|item| item.kind == Kind::Refusal).filter(there).map(|item| item.name.clone()).collect()
    };
    let (before, after) = (order(old, new), order(new, old));
    if before != after {
        let detail = Detail {
            aspect: "order of refusals".into(),
            before: Some(before.join(", ")),
            after: Some(after.join(", ")),
            ..Detail::default()
        };
        in_header(difference, detail);
    }
}

/// The order of the options that both have, where it is another.
pub(super) fn order_of_options(old: &Facet, new: &Facet) -> Option<Detail> {
    let codes = |facet: &'_ Facet| -> Vec<String> {
        facet.form.words.iter().flat_map(|words| words.split(", ")).map(ToString::to_string).collect()
    };
    let (before, after) = (codes(old), codes(new));
    let common = |codes: &[String], other: &[String]| {
        codes.iter().filter(|code| other.contains(code)).cloned().collect::<Vec<_>>().join(", ")
    };
    let (before, after) = (common(&before, &after), common(&after, &before));
    (before != after).then(|| Detail {
        aspect: old.aspect.clone(),
        before: Some(before),
        after: Some(after),
        before_place: Some(old.form.span),
        after_place: Some(new.form.span),
        ..Detail::default()
    })
}

/// A part that was taken out at one place and added at another with the same text: said once.
pub(super) fn moved_parts(details: Vec<Detail>) -> Vec<Detail> {
    let mut told: Vec<Detail> = Vec::with_capacity(details.len());
    for detail in details {
        let twin = told.iter_mut().find(|known| match (&detail.before, &detail.after) {
            (Some(text), None) => known.before.is_none() && known.after.as_ref() == Some(text),
            (None, Some(text)) => known.after.is_none() && known.before.as_ref() == Some(text),
            _ => false,
        });
        match twin.filter(|known| known.within == detail.within) {
            Some(known) => {
                let text = known.before.take().or_else(|| known.after.take()).unwrap_or_default();
                known.after = Some(format!("{text}, in another place"));
                known.before = Some(text);
                known.before_place = known.before_place.or(detail.before_place);
                known.after_place = known.after_place.or(detail.after_place);
            }
            None => told.push(detail),
        }
    }
    told
}

/// The items that are the same and do not stand where the others of both editions do.
pub(super) fn moved(old: &[Item], new: &[Item], changes: &[Change]) -> Vec<(Kind, String)> {
    let placed = |items: &[Item]| {
        let mut placed: Vec<_> = items
            .iter()
            .filter(|item| !item.hidden)
            .filter_map(|item| Some((item.span.map(|span| (span.file, span.start))?, (item.kind, item.name.clone()))))
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, key)| key).collect::<Vec<_>>()
    };
    let places: HashMap<_, usize> = placed(new).into_iter().enumerate().map(|(at, key)| (key, at)).collect();
    let common: Vec<_> = placed(old).into_iter().filter_map(|key| Some((*places.get(&key)?, key))).collect();
    let kept = longest_rising(&common.iter().map(|(at, _)| *at).collect::<Vec<_>>());
    common
        .into_iter()
        .enumerate()
        .filter(|(at, _)| kept.binary_search(at).is_err())
        .map(|(_, (_, key))| key)
        .filter(|(kind, name)| {
            !changes.iter().any(|change| change.kind == *kind && change.name == *name && change.meaning)
        })
        .collect()
}

/// The positions of a longest run of rising numbers.
fn longest_rising(numbers: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new(); // for each length the position of the lowest end
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers.get(*end).is_some_and(|known| known < number));
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = Vec::new();
    let mut next = ends.last().copied();
    while let Some(at) = next {
        kept.push(at);
        next = before.get(at).copied().flatten();
    }
    kept.reverse();
    kept
}
