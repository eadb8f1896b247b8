//! A comparison as one JSON object. Amounts are texts, exact; `part` is a change as a part of the older value.

use super::measure::Measured;
use super::report::{self, Edition, Report};
use super::sides::report_lines;
use ratewright::difference::effect::{Reason, Sum};
use ratewright::difference::{BoxChange, Change, Detail, How, Retested, TestEdition, Verdict};
use ratewright::source::Span;
use serde_json::{Value, json};

/// The whole report.
pub fn report(report: &Report<'_>) -> Value {
    let difference = report.difference;
    let edition = |edition: &Edition<'_>| {
        json!({
            "path": edition.path.to_string_lossy(), "ruleset": edition.rules.name(), "title": edition.rules.title(),
            "version": edition.rules.version(),
        })
    };
    let named = |kind: &ratewright::difference::Kind, name: &str| json!({ "kind": kind.to_string(), "name": name });
    let affected = |one: &ratewright::difference::Affected| {
        json!({
            "through": named(&one.through.0, &one.through.1),
            "items": one.items.iter().map(|(kind, name)| named(kind, name)).collect::<Vec<_>>(),
        })
    };
    let mut value = json!({
        "before": edition(&report.old),
        "after": edition(&report.new),
        "changes_meaning": difference.changes_meaning(),
        "summary": report.summary(),
        "changes": difference.changes.iter().map(|one| change(report, one)).collect::<Vec<_>>(),
        "affected": difference.affected.iter().map(affected).collect::<Vec<_>>(),
        "moved": difference.moved.iter().map(|(kind, name)| named(kind, name)).collect::<Vec<_>>(),
        "same": difference.same.iter().map(|(kind, count)| json!({ "kind": kind.to_string(), "count": count })).collect::<Vec<_>>(),
        "same_rows": difference.same_rows,
        "tests": report.retest.tests.iter().map(|one| test(report, one)).collect::<Vec<_>>(),
    });
    if let (Some(measured), Some(object)) = (report.measured, value.as_object_mut()) {
        object.insert("effect".to_owned(), effect(measured));
    }
    if let (Some(held), Some(object)) = (report.held, value.as_object_mut()) {
        object.insert("policy".to_owned(), held.json(report));
    }
    value
}

fn place(edition: &Edition<'_>, span: Option<Span>) -> Option<String> {
    span.map(|span| edition.line_of(span))
}

fn change(report: &Report<'_>, change: &Change) -> Value {
    let (how, was) = match &change.how {
        How::Added => ("added", None),
        How::Removed => ("removed", None),
        How::Changed => ("changed", None),
        How::Renamed(was) => ("renamed", Some(was)),
    };
    let detail = |detail: &Detail| {
        json!({
            "aspect": detail.aspect, "within": detail.within, "before": detail.before, "after": detail.after,
            "because": detail.because, "words_only": detail.words,
            "before_place": place(&report.old, detail.before_place), "after_place": place(&report.new, detail.after_place),
        })
    };
    let table = change.table.as_ref().map(|table| {
        json!({
            "rows_before": table.rows.0, "rows_after": table.rows.1, "decided": table.decided,
            "summary": report::table_summary(table),
            "boxes": table.boxes.iter().map(|one| box_change(report, one)).collect::<Vec<_>>(),
        })
    });
    json!({
        "kind": change.kind.to_string(), "name": change.name, "label": change.label, "how": how, "was": was,
        "meaning": change.meaning, "breaks": change.breaks,
        "details": change.details.iter().map(detail).collect::<Vec<_>>(), "table": table,
        "before_place": place(&report.old, change.before_place), "after_place": place(&report.new, change.after_place),
    })
}

fn box_change(report: &Report<'_>, one: &BoxChange) -> Value {
    let keys: serde_json::Map<String, Value> =
        one.keys.iter().map(|(column, keys)| (column.clone(), keys.clone().into())).collect();
    let value = |value: &ratewright::difference::ValueChange| {
        json!({
            "column": value.column, "before": value.before, "after": value.after,
            "part": value.part().map(|part| part.to_string()),
        })
    };
    json!({
        "keys": keys, "values": one.values.iter().map(value).collect::<Vec<_>>(),
        "before_place": place(&report.old, one.before_place), "after_place": place(&report.new, one.after_place),
    })
}

fn test(report: &Report<'_>, test: &Retested) -> Value {
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Passed => json!({ "outcome": "passed" }),
        Verdict::Failed(failures) => {
            let failure = |one: &ratewright::testing::Failure| json!({ "expected": one.expected, "found": one.found, "difference": one.difference });
            json!({ "outcome": "failed", "failures": failures.iter().map(failure).collect::<Vec<_>>() })
        }
        Verdict::DoesNotApply(why) => json!({ "outcome": "does not apply", "why": why }),
    };
    json!({
        "name": test.name, "edition": if test.edition == TestEdition::Older { "older" } else { "newer" },
        "place": report.place_of_test(test), "changes": test.changes(),
        "on_older_rules": verdict(&test.before), "on_newer_rules": verdict(&test.after),
    })
}

fn sum(sum: &Sum) -> Value {
    let text = |number: &ratewright::value::Number| number.to_text(sum.currency.digits());
    json!({
        "currency": sum.currency.code(), "before": text(&sum.before), "after": text(&sum.after),
        "difference": text(&sum.difference()), "part": sum.part().map(|part| part.to_string()),
    })
}

fn effect(measured: &Measured) -> Value {
    let effect = &measured.effect;
    let title = |input: usize| measured.titles.get(input).cloned();
    let reason = |reason: &Reason| json!({ "kind": reason.kind.words(), "code": reason.code, "message": reason.words });
    let failures = effect.failures.iter().map(|one| {
        json!({
            "row": title(one.input), "before": one.before.as_ref().map(reason), "after": one.after.as_ref().map(reason),
            "same": one.is_same(),
        })
    });
    let charges = effect
        .charges
        .iter()
        .map(|one| json!({ "code": one.code, "label": one.label, "changed": one.changed, "sum": sum(&one.sum) }));
    let keys = effect.keys.iter().map(|key| {
        let groups = key.groups.iter().map(|one| {
            json!({
                "value": one.value, "priced": one.priced, "changed": one.changed,
                "totals": one.totals.iter().map(sum).collect::<Vec<_>>(),
            })
        });
        json!({ "field": key.name, "groups": groups.collect::<Vec<_>>() })
    });
    let classes =
        effect.classes.iter().enumerate().map(|(at, count)| json!({ "class": report::class(at), "count": count }));
    let largest = effect.largest.iter().zip(&measured.largest).map(|(one, shown)| {
        let lines = report_lines(shown)
            .into_iter()
            .map(|line| json!({ "code": line.code, "before": line.before, "after": line.after }));
        json!({
            "row": title(one.input), "total": sum(&one.total), "lines": lines.collect::<Vec<_>>(),
            "explanation_before": &shown.before.1, "explanation_after": &shown.after.1,
        })
    });
    json!({
        "inputs": effect.inputs, "priced": effect.priced, "changed": effect.changed,
        "up": effect.up_and_down.0, "down": effect.up_and_down.1, "told_otherwise": effect.told_otherwise,
        "complete": !effect.overflowed,
        "totals": effect.totals.iter().map(sum).collect::<Vec<_>>(),
        "charges": charges.collect::<Vec<_>>(), "by": keys.collect::<Vec<_>>(), "classes": classes.collect::<Vec<_>>(),
        "failures": failures.collect::<Vec<_>>(), "largest": largest.collect::<Vec<_>>(),
    })
}
