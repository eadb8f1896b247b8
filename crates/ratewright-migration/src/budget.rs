//! How much time may be spent on comparing: a share of one core → whether there is any left. It asks no clock itself.

use std::time::Duration;

/// Time that is saved up while nothing is compared, at most so much.
const MOST: Duration = Duration::from_millis(500);

/// A share of the time that passes.
#[derive(Debug)]
pub(crate) struct Budget {
    /// Of a thousand.
    share: u32,
    left: Duration,
    /// What was spent beyond it.
    owed: Duration,
    until: Duration,
}

impl Budget {
    /// `share` is in thousandths of one core.
    pub(crate) fn new(share: u32, now: Duration) -> Budget {
        Budget { share: share.clamp(1, 1_000), left: Duration::ZERO, owed: Duration::ZERO, until: now }
    }

    /// Takes note of the time that has passed, and says whether there is any to spend.
    pub(crate) fn has_time(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.until);
        self.until = self.until.max(now);
        let earned = passed.saturating_mul(self.share) / 1_000;
        let paid = earned.min(self.owed);
        self.owed = self.owed.saturating_sub(paid);
        self.left = self.left.saturating_add(earned.saturating_sub(paid)).min(MOST);
        self.left > Duration::ZERO
    }

    /// Takes note of what was spent.
    pub(crate) fn spend(&mut self, time: Duration) {
        let paid = time.min(self.left);
        self.left = self.left.saturating_sub(paid);
        self.owed = self.owed.saturating_add(time.saturating_sub(paid));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn what_is_spent_is_the_share_of_the_time_that_passes_also_where_one_case_takes_long() {
        // 5 % of 100 seconds, in cases of 3 ms and of 400 ms, looked at each 2 ms.
        for case in [3, 400] {
            let mut budget = Budget::new(50, ms(0));
            let (mut now, mut spent) = (0, 0);
            while now < 100_000 {
                now += 2;
                if budget.has_time(ms(now)) {
                    spent += case;
                    now += case;
                    budget.spend(ms(case));
                }
            }
            assert!((4_600..=5_400).contains(&spent), "{spent} ms in cases of {case} ms");
        }
    }

    #[test]
    fn little_is_saved_up_and_a_clock_that_stands_still_gives_nothing() {
        let mut budget = Budget::new(1_000, ms(0));
        assert!(!budget.has_time(ms(0)));
        assert!(budget.has_time(ms(1_000_000)));
        budget.spend(ms(500));
        assert!(!budget.has_time(ms(1_000_000)) && !budget.has_time(ms(5)));
        assert!(budget.has_time(ms(1_000_001)));
    }
}
