//! Makes a failing program smaller: first by its choices, then by leaving out lines and words of its texts.

use super::raw::tokens;

/// The least choices that still fail, by leaving out stretches and lowering what is left; at most so many trials.
pub fn choices(made: &[u32], mut trials: usize, mut fails: impl FnMut(&[u32]) -> bool) -> Vec<u32> {
    let mut best = made.to_vec();
    let mut try_it = |best: &mut Vec<u32>, candidate: Vec<u32>, trials: &mut usize| {
        if *trials == 0 || candidate == *best {
            return false;
        }
        *trials = trials.saturating_sub(1);
        let smaller = fails(&candidate);
        if smaller {
            *best = candidate;
        }
        smaller
    };
    let mut length = best.len() / 2;
    while length > 0 && trials > 0 {
        let mut at = 0;
        while at < best.len() && trials > 0 {
            let end = at.saturating_add(length).min(best.len());
            let mut without = best.clone();
            without.drain(at..end);
            let mut zeroed = best.clone();
            zeroed.iter_mut().take(end).skip(at).for_each(|choice| *choice = 0);
            if !try_it(&mut best, without, &mut trials) {
                let _ = try_it(&mut best, zeroed, &mut trials);
                at = end;
            }
        }
        length /= 2;
    }
    best
}

/// The least text that still fails, by leaving out lines, then words, of each file; at most so many trials.
pub fn texts(
    files: &[(String, String)],
    mut trials: usize,
    mut fails: impl FnMut(&[(String, String)]) -> bool,
) -> Vec<(String, String)> {
    let mut best = files.to_vec();
    for by_words in [false, true] {
        for at in 0..best.len() {
            let Some(text) = best.get(at).map(|file| file.1.clone()) else { continue };
            let parts: Vec<String> = match by_words {
                true => tokens(&text).into_iter().map(str::to_owned).collect(),
                false => text.split_inclusive('\n').map(str::to_owned).collect(),
            };
            let least = fewest(parts, &mut trials, &mut |parts| {
                let mut candidate = best.clone();
                if let Some(file) = candidate.get_mut(at) {
                    file.1 = parts.concat();
                }
                fails(&candidate)
            });
            if let Some(file) = best.get_mut(at) {
                file.1 = least.concat();
            }
        }
    }
    best
}

/// The fewest parts that still fail.
fn fewest(mut parts: Vec<String>, trials: &mut usize, fails: &mut impl FnMut(&[String]) -> bool) -> Vec<String> {
    let mut length = parts.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut fewer = false;
        while at < parts.len() {
            if *trials == 0 {
                return parts;
            }
            *trials = trials.saturating_sub(1);
            let mut without = parts.clone();
            without.drain(at..at.saturating_add(length).min(parts.len()));
            if fails(&without) {
                parts = without;
                fewer = true;
            } else {
                at = at.saturating_add(length);
            }
        }
        if length == 1 && !fewer {
            return parts;
        }
        length = (length / 2).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_is_left_out() {
        let made: Vec<u32> = (0..200).collect();
        let least = choices(&made, 10_000, |made| made.contains(&77) && made.contains(&150));
        assert_eq!(least, [77, 150]);
        let files = [("a".to_owned(), "one two\nthree four\nfive\n".to_owned())];
        let least = texts(&files, 10_000, |files| files.iter().all(|file| file.1.contains("four")));
        assert_eq!(least, [("a".to_owned(), "four".to_owned())]);
    }
}
