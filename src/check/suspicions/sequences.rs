//! Which number of a row of numbers is unlike the others: it breaks their order, or is of another size.
//!
//! Numbers in, places out. All arithmetic is exact; a product that is too large for that decides nothing.

use crate::value::Number;

/// How many times as large as its neighbours a number must be to be of another size.
const FAR: i64 = 5;

/// Whether one number is at least `times` as large as another; both are positive.
pub(super) fn is_times(large: &Number, small: &Number, times: i64) -> bool {
    small.mul(&Number::from_i64(times)).is_ok_and(|least| *large >= least)
}

/// Whether two positive numbers are within a factor of each other.
pub(super) fn are_near(one: &Number, other: &Number, times: i64) -> bool {
    let within = |a: &Number, b: &Number| b.mul(&Number::from_i64(times)).is_ok_and(|most| *a <= most);
    within(one, other) && within(other, one)
}

/// Whether the numbers never fall (true) or never rise (false), and are not all the same; otherwise nothing.
pub(super) fn direction<'n>(mut values: impl Iterator<Item = &'n Number> + Clone) -> Option<bool> {
    let rest = values.clone().skip(1);
    let pairs: Vec<(&Number, &Number)> = values.clone().zip(rest).collect();
    values.next()?;
    let rises = pairs.iter().any(|(a, b)| a < b);
    let falls = pairs.iter().any(|(a, b)| a > b);
    (rises != falls).then_some(rises)
}

/// The one number, or the two neighbours of which one, that must go so that the others never fall or never rise. Nothing of fewer than
/// four numbers, of those in order, and of those that more than one disturbs.
pub(super) fn out_of_order(values: &[Number]) -> Option<Vec<usize>> {
    if values.len() < 4
        || direction(values.iter()).is_some()
        || values.iter().all(|value| Some(value) == values.first())
    {
        return None;
    }
    let without = |at: usize| values.iter().enumerate().filter(move |(other, _)| *other != at).map(|(_, value)| value);
    let odd: Vec<usize> = (0..values.len()).filter(|at| direction(without(*at)).is_some()).collect();
    match odd.as_slice() {
        [_] => Some(odd),
        [first, second] if first.saturating_add(1) == *second => Some(odd),
        _ => None,
    }
}

/// The one number that is many times, or a small part of, its neighbours, where the others follow each other closely.
pub(super) fn out_of_size(values: &[Number]) -> Option<usize> {
    if values.len() < 4 || !values.iter().all(Number::is_positive) {
        return None;
    }
    let far = |at: usize, other: usize| {
        let (Some(value), Some(neighbour)) = (values.get(at), values.get(other)) else { return None };
        Some((is_times(value, neighbour, FAR), is_times(neighbour, value, FAR)))
    };
    let close = |at: usize| {
        let rest: Vec<&Number> = (0..values.len()).filter(|other| *other != at).filter_map(|i| values.get(i)).collect();
        rest.windows(2).all(|pair| matches!(pair, [a, b] if are_near(a, b, 2)))
    };
    let is_odd = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| far(*at, before));
        let after = at.checked_add(1).and_then(|after| far(*at, after));
        let both = [before, after];
        let mut known = both.iter().flatten();
        let above = known.clone().all(|(above, _)| *above);
        let below = known.all(|(_, below)| *below);
        (above || below) && close(*at)
    };
    let mut odd = (0..values.len()).filter(is_odd);
    odd.next().filter(|_| odd.next().is_none())
}

/// The one of at least five positive numbers, in no order, that is many times the greatest, or a small part of the least, of the others.
pub(super) fn out_of_crowd(values: &[Number]) -> Option<usize> {
    if values.len() < 5 || !values.iter().all(Number::is_positive) {
        return None;
    }
    let mut sorted: Vec<(&Number, usize)> = values.iter().zip(0..).collect();
    sorted.sort();
    let spread = |crowd: &[(&Number, usize)]| match (crowd.first(), crowd.last()) {
        (Some((least, _)), Some((most, _))) => are_near(least, most, 3),
        _ => false,
    };
    if let [lower @ .., (highest, at)] = sorted.as_slice()
        && let Some((next, _)) = lower.last()
        && is_times(highest, next, FAR)
        && spread(lower)
    {
        return Some(*at);
    }
    match sorted.as_slice() {
        [(lowest, at), higher @ ..]
            if higher.first().is_some_and(|(next, _)| is_times(next, lowest, FAR)) && spread(higher) =>
        {
            Some(*at)
        }
        _ => None,
    }
}

/// The one number within a row that hardly moves, that leaves it by far and comes back: at least 10 % away, and eight times as far as any other step.
pub(super) fn out_and_back(values: &[Number]) -> Option<usize> {
    if values.len() < 4 || !values.iter().all(Number::is_positive) {
        return None;
    }
    // How far two numbers are apart, as a part of the lesser.
    let apart = |a: &Number, b: &Number| a.sub(b).ok()?.abs().div(a.min(b)).ok();
    let steps = |at: usize| -> Option<Number> {
        let rest: Vec<&Number> = (0..values.len()).filter(|other| *other != at).filter_map(|i| values.get(i)).collect();
        let mut most = Number::ZERO;
        for pair in rest.windows(2) {
            let [a, b] = pair else { return None };
            most = most.max(apart(a, b)?);
        }
        Some(most)
    };
    let is_odd = |at: &usize| {
        let neighbours = (values.get(at.saturating_sub(1)), values.get(*at), values.get(at.saturating_add(1)));
        let (Some(before), Some(value), Some(after)) = neighbours else { return false };
        let outside = (value > before && value > after) || (value < before && value < after);
        let (Some(first), Some(second), Some(usual)) = (apart(value, before), apart(value, after), steps(*at)) else {
            return false;
        };
        let least = first.min(second);
        let tenth = Number::ratio(1, 10).unwrap_or_default();
        outside && least >= tenth && usual.mul(&Number::from_i64(8)).is_ok_and(|far| least >= far)
    };
    let mut odd = (1..values.len().saturating_sub(1)).filter(is_odd);
    odd.next().filter(|_| odd.next().is_none())
}

/// What may have been meant by a number that should lie between two others: its point one or two places elsewhere, or two neighbouring
/// digits the other way round.
pub(super) fn meant(value: &Number, low: Option<&Number>, high: Option<&Number>) -> Option<Number> {
    let fits = |candidate: &Number| {
        candidate != value && low.is_none_or(|low| candidate >= low) && high.is_none_or(|high| candidate <= high)
    };
    let moved = [(1, 10), (10, 1), (1, 100), (100, 1)];
    let moved = moved.iter().filter_map(|(over, under)| value.mul(&Number::ratio(*over, *under)?).ok());
    moved.into_iter().find(fits).or_else(|| swapped(value).into_iter().find(fits))
}

/// The numbers that come of exchanging two digits of one.
fn swapped(value: &Number) -> Vec<Number> {
    let text: Vec<char> = value.to_string().chars().collect();
    let digits: Vec<usize> = (0..text.len()).filter(|at| text.get(*at).is_some_and(char::is_ascii_digit)).collect();
    let mut found = Vec::new();
    for (first, second) in digits.iter().flat_map(|a| digits.iter().filter(move |b| a < b).map(move |b| (*a, *b))) {
        let mut other = text.clone();
        other.swap(first, second);
        found.extend(Number::parse_exact(&other.into_iter().collect::<String>()).ok());
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn numbers(texts: &str) -> Vec<Number> {
        texts.split(' ').map(|text| Number::parse_exact(text).unwrap()).collect()
    }

    #[test]
    fn one_number_breaks_the_order_of_the_others() {
        assert_eq!(out_of_order(&numbers("7.45 9.95 128.5 16.40 18")), Some(vec![2]));
        assert_eq!(out_of_order(&numbers("7.45 5.99 12.85 16.40")), Some(vec![0, 1]));
        assert_eq!(out_of_order(&numbers("7.45 9.95 12.85 16.40")), None);
        assert_eq!(out_of_order(&numbers("7.45 7.45 7.45 7.45")), None);
        assert_eq!(out_of_order(&numbers("1 3 2 5 4 7")), None);
        assert_eq!(out_of_order(&numbers("1 3 2")), None);
    }

    #[test]
    fn one_number_is_of_another_size() {
        assert_eq!(out_of_size(&numbers("7.1 9.4 11.9 148")), Some(3));
        assert_eq!(out_of_size(&numbers("0.71 9.4 11.9 14.8")), Some(0));
        assert_eq!(out_of_size(&numbers("1 2 4 8")), None);
        assert_eq!(out_of_crowd(&numbers("7.25 4 62.5 6.5 6.875")), Some(2));
        assert_eq!(out_of_crowd(&numbers("7.25 4 6.25 0.65 6.875")), Some(3));
        assert_eq!(out_of_crowd(&numbers("7.25 4 6.25 1 20")), None);
    }

    #[test]
    fn one_number_leaves_and_the_next_is_back() {
        assert_eq!(out_and_back(&numbers("1.082 0.913 1.088 1.101")), Some(1));
        assert_eq!(out_and_back(&numbers("1.082 1.095 1.088 1.101")), None);
        assert_eq!(out_and_back(&numbers("4.10 4.15 4.20 5.40")), None);
    }

    #[test]
    fn what_was_meant_lies_between_the_neighbours() {
        let (low, high) = (numbers("9.95"), numbers("14.10"));
        let between = |text: &str| meant(&numbers(text)[0], low.first(), high.first()).map(|number| number.to_string());
        assert_eq!(between("128.5").as_deref(), Some("12.85"));
        assert_eq!(between("21.85").as_deref(), Some("12.85"));
        assert_eq!(between("77.77"), None);
    }
}
