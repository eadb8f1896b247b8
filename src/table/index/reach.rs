//! Overlapping stretches of numbers, and which of them hold one: an interval tree without pointers.
//!
//! The stretches lie in the order of their lower ends, then of their upper ones. The root of the balanced tree over a part of them is its
//! middle; for each root it is known which stretch of its part reaches furthest.

/// Stretches: lower ends, upper ends (not included), and for each root the one that reaches furthest.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    pub(super) lows: &'a [u32],
    pub(super) highs: &'a [u32],
    pub(super) furthest: &'a [u32],
}

/// For each root the stretch that reaches furthest.
pub(super) fn furthest(highs: &[u32]) -> Vec<u32> {
    let mut furthest = vec![0; highs.len()];
    fill(highs, 0, highs.len(), &mut furthest);
    furthest
}

fn fill(highs: &[u32], from: usize, to: usize, furthest: &mut [u32]) -> Option<u32> {
    if from >= to {
        return None;
    }
    let middle = from.midpoint(to);
    let sides = [fill(highs, from, middle, furthest), fill(highs, middle.saturating_add(1), to, furthest)];
    let end = |at: u32| highs.get(at as usize).copied();
    let further = |best, other| if end(other) > end(best) { other } else { best };
    let best = sides.into_iter().flatten().fold(middle as u32, further);
    if let Some(place) = furthest.get_mut(middle) {
        *place = best;
    }
    Some(best)
}

impl Reach<'_> {
    /// The place of the stretch that holds the number and nothing else.
    pub(super) fn point(&self, number: u32) -> Option<usize> {
        let first = self.lows.partition_point(|low| *low < number);
        // Of those that start there, those that hold nothing come first, and then the shortest.
        let here = self.lows.iter().zip(self.highs).skip(first).take_while(|(low, _)| **low == number);
        let first = first.saturating_add(here.take_while(|(_, high)| **high <= number).count());
        (self.lows.get(first) == Some(&number) && self.highs.get(first) == Some(&number.saturating_add(1)))
            .then_some(first)
    }

    /// Gives each stretch that holds the number.
    pub(super) fn stab(&self, number: u32, found: &mut dyn FnMut(usize)) {
        let started = self.lows.partition_point(|low| *low <= number);
        self.within(number, (0, self.lows.len()), started, found);
    }

    fn within(&self, number: u32, (from, to): (usize, usize), started: usize, found: &mut dyn FnMut(usize)) {
        if from >= to || from >= started {
            return;
        }
        let middle = from.midpoint(to);
        let ends_after = |at: usize| self.highs.get(at).is_some_and(|high| *high > number);
        if !self.furthest.get(middle).is_some_and(|best| ends_after(*best as usize)) {
            return;
        }
        self.within(number, (from, middle), started, found);
        if middle < started && ends_after(middle) {
            found(middle);
        }
        self.within(number, (middle.saturating_add(1), to), started, found);
    }
}
