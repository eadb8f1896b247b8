//! The dated values of a parameter, before and after, period by period.

use super::Detail;
use super::reading::Reading;
use crate::eval::show;
use crate::program::{DatedValue, Parameter, Period, Program};
use crate::source::Span;
use crate::value::Date;

/// What differs between two editions of a parameter, by period; neighbouring days with the same change are one period.
pub(super) fn compare(old: (&Reading<'_>, &Parameter), new: (&Reading<'_>, &Parameter)) -> Vec<Detail> {
    let mut details: Vec<(Period, Detail)> = Vec::new();
    for period in periods(&old.1.values, &new.1.values) {
        let (before, after) = (value_in(old.1, &period), value_in(new.1, &period));
        let form = |reading: &Reading<'_>, parameter: &Parameter, value: &DatedValue| {
            reading.constant(&value.value, &parameter.ty, Span::default())
        };
        let (old_form, new_form) =
            (before.map(|one| form(old.0, old.1, one)), after.map(|one| form(new.0, new.1, one)));
        if old_form == new_form {
            continue;
        }
        let detail = Detail {
            before: Some(text(old.0.program, old.1, before)),
            after: Some(text(new.0.program, new.1, after)),
            before_place: before.map(|one| one.span),
            after_place: after.map(|one| one.span),
            because: after.and_then(|one| one.because.clone()),
            ..Detail::default()
        };
        match details.last_mut() {
            Some((last, known)) if last.until == period.from && same(known, &detail) => last.until = period.until,
            _ => details.push((period, detail)),
        }
    }
    let constant = old.1.constant && new.1.constant;
    details
        .into_iter()
        .map(|(period, detail)| Detail { aspect: if constant { String::new() } else { period.to_string() }, ..detail })
        .collect()
}

/// Reasons that were worded anew where the value is the same.
pub(super) fn reasons(old: &Parameter, new: &Parameter) -> Vec<Detail> {
    let mut details = Vec::new();
    for value in &new.values {
        let known = old.values.iter().find(|one| one.period == value.period);
        if let Some(known) = known.filter(|known| known.because != value.because) {
            let quoted = |text: &Option<String>| text.as_ref().map(|text| format!("{text:?}"));
            details.push(Detail {
                aspect: format!("because, {}", value.period),
                before: quoted(&known.because),
                after: quoted(&value.because),
                before_place: Some(known.span),
                after_place: Some(value.span),
                words: true,
                ..Detail::default()
            });
        }
    }
    details
}

fn same(known: &Detail, other: &Detail) -> bool {
    (&known.before, &known.after, &known.because) == (&other.before, &other.after, &other.because)
}

fn text(program: &Program, parameter: &Parameter, value: Option<&DatedValue>) -> String {
    value.map_or_else(|| "no value".to_string(), |value| show::show(program, &value.value, &parameter.ty))
}

fn value_in<'p>(parameter: &'p Parameter, period: &Period) -> Option<&'p DatedValue> {
    parameter.values.iter().find(|value| match (period.from, period.until) {
        (Some(from), _) => value.period.contains(from),
        (None, Some(until)) => {
            value.period.from.is_none() && until.add_days(-1).is_some_and(|day| value.period.contains(day))
        }
        (None, None) => value.period == Period::default(),
    })
}

/// The periods between all days on which a value of either edition begins or ends, in order.
fn periods(old: &[DatedValue], new: &[DatedValue]) -> Vec<Period> {
    let mut cuts: Vec<Date> =
        old.iter().chain(new).flat_map(|value| [value.period.from, value.period.until]).flatten().collect();
    cuts.sort_unstable();
    cuts.dedup();
    let starts = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let ends = cuts.iter().copied().map(Some).chain([None]);
    starts.zip(ends).map(|(from, until)| Period { from, until }).collect()
}
