//! How sure one may be that mismatches are rare: upper bounds on their rate, from how many cases were compared and how many differed.
//!
//! Counts become rates; nothing here sees an amount. All bounds are one-sided: with a confidence of 95 %, at most one in twenty such
//! statements is wrong. Which one holds depends on who decides when to look:
//!
//! - [`upper_fixed`] where the number of cases was fixed before the first was looked at (Clopper and Pearson, 1934);
//! - [`upper_watched`] where somebody watches and stops when the figure is good enough. It comes of one process that grows by chance
//!   no faster than a fair game (Ville, 1939): betting that there are no mismatches at all, and beside it that their rate is anywhere
//!   below the bound (a beta-binomial mixture, as Howard and others describe in "Time-uniform, nonparametric, nonasymptotic
//!   confidence sequences", 2021). It holds at every moment at once.
//!
//! A fixed bound that is watched does not hold once something has differed.

/// The part of the stake that is on there being no mismatches at all. A run that stays clean needs little more than where all of it were.
const ON_CLEAN: f64 = 0.9;

/// Steps of halving, after which two neighbouring rates are the same number.
const HALVINGS: u32 = 64;

/// How sure a bound is to be: between nothing and certainty, both left out.
///
/// ```
/// use ratewright::migrate::bounds::Confidence;
///
/// assert!(Confidence::new(0.95).is_some());
/// assert!(Confidence::new(1.0).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// 95 %.
    pub const USUAL: Confidence = Confidence(0.95);

    /// In millionths: 950,000.
    pub fn of_millionths(millionths: u32) -> Option<Confidence> {
        Confidence::new(f64::from(millionths) / 1e6)
    }

    /// As a fraction: 0.95.
    pub fn new(fraction: f64) -> Option<Confidence> {
        (fraction > 0.0 && fraction < 1.0).then_some(Confidence(fraction))
    }

    /// The same for each of `count` statements that must all hold at once (Bonferroni).
    ///
    /// ```
    /// use ratewright::migrate::bounds::{Confidence, clean_cases_needed};
    ///
    /// assert_eq!(clean_cases_needed(0.001, Confidence::USUAL), 2_995);
    /// assert_eq!(clean_cases_needed(0.001, Confidence::USUAL.for_each_of(400)), 8_983);
    /// ```
    pub fn for_each_of(self, count: u64) -> Confidence {
        Confidence(1.0 - self.chance_of_error() / count.max(1) as f64)
    }

    /// How often such a statement may be wrong: 0.05.
    fn chance_of_error(self) -> f64 {
        1.0 - self.0
    }
}

/// The upper bound where the number of cases was fixed beforehand: Clopper–Pearson. 1 where nothing was compared.
///
/// ```
/// use ratewright::migrate::bounds::{Confidence, upper_fixed};
///
/// assert!(upper_fixed(0, 2_995, Confidence::USUAL) < 0.001);
/// assert!(upper_fixed(0, 2_994, Confidence::USUAL) > 0.001);
/// ```
pub fn upper_fixed(mismatches: u64, cases: u64, confidence: Confidence) -> f64 {
    if mismatches >= cases {
        return 1.0;
    }
    let chance = confidence.chance_of_error();
    let seen = mismatches as f64 / cases as f64;
    smallest(seen, |rate| Binomial::new(cases, rate, mismatches).at_most <= chance)
}

/// The upper bound that holds at every moment, whoever watches and stops when it pleases. 1 where nothing was compared. Where nothing
/// differed it needs 3.5 % more cases than [`upper_fixed`].
///
/// ```
/// use ratewright::migrate::bounds::{Confidence, upper_fixed, upper_watched};
///
/// assert!(upper_watched(0, 3_100, Confidence::USUAL) < 0.001);
/// assert!(upper_watched(3, 30_000, Confidence::USUAL) > upper_fixed(3, 30_000, Confidence::USUAL));
/// ```
pub fn upper_watched(mismatches: u64, cases: u64, confidence: Confidence) -> f64 {
    if mismatches >= cases {
        return 1.0;
    }
    let enough = 1.0 / confidence.chance_of_error();
    let seen = mismatches as f64 / cases as f64;
    smallest(seen, |rate| stake(mismatches, cases, rate) >= enough)
}

/// The upper bound on the part of the money that differs, where cases were drawn in proportion to their amounts, so many draws that
/// were fixed beforehand: the bound of Stringer (1963), as auditors use it. `taints` has for each draw that differed which part of its
/// amount does, from 0 to 1; more than all of it counts as all. 1 where nothing was drawn.
///
/// ```
/// use ratewright::migrate::bounds::{Confidence, upper_of_money};
///
/// // Three thousand draws and no error: less than a thousandth of what was billed.
/// assert!(upper_of_money(&[], 3_000, Confidence::USUAL) < 0.001);
/// ```
pub fn upper_of_money(taints: &[f64], draws: u64, confidence: Confidence) -> f64 {
    let mut taints: Vec<f64> = taints.iter().map(|part| if *part >= 0.0 { part.min(1.0) } else { 1.0 }).collect();
    taints.sort_by(|one, other| other.total_cmp(one));
    let mut before = upper_fixed(0, draws, confidence);
    let mut bound = before;
    for (part, count) in taints.into_iter().zip(1..) {
        let next = upper_fixed(count, draws, confidence);
        bound += (next - before) * part;
        before = next;
    }
    bound.min(1.0)
}

/// An upper bound as it is shown and kept: in hundred-millionths, rounded up, so that it is never below the one that was computed. Its words
/// are a percentage.
///
/// ```
/// use ratewright::migrate::bounds::{Confidence, Rate};
///
/// assert_eq!(Rate::fixed(3, 30_000, Confidence::USUAL).to_string(), "0.025844%"); // of 0.02584347… %
/// assert_eq!(Rate::watched(0, 0, Confidence::USUAL).to_string(), "100%");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u32);

impl Rate {
    /// [`upper_fixed`].
    pub fn fixed(mismatches: u64, cases: u64, confidence: Confidence) -> Rate {
        Rate::up(upper_fixed(mismatches, cases, confidence))
    }

    /// [`upper_watched`].
    pub fn watched(mismatches: u64, cases: u64, confidence: Confidence) -> Rate {
        Rate::up(upper_watched(mismatches, cases, confidence))
    }

    fn up(rate: f64) -> Rate {
        Rate((rate * 1e8).ceil().clamp(0.0, 1e8) as u32)
    }

    /// How many hundred-millionths.
    pub fn hundred_millionths(self) -> u32 {
        self.0
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, fraction) = (self.0 / 1_000_000, self.0 % 1_000_000);
        let fraction = format!(".{fraction:06}");
        write!(f, "{whole}{}%", fraction.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl serde::Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How many cases without a mismatch show that their rate is below one, where their number is fixed beforehand; or where a run is
/// watched and nothing is ever said of it once something has differed. `u64::MAX` where no number does.
pub fn clean_cases_needed(rate: f64, confidence: Confidence) -> u64 {
    let cases = confidence.chance_of_error().ln() / (-rate).ln_1p();
    if cases.is_finite() && cases > 0.0 { cases.ceil() as u64 } else { u64::MAX }
}

/// What a stake of 1 against "the rate is at least this" has become.
fn stake(mismatches: u64, cases: u64, rate: f64) -> f64 {
    let on_clean = if mismatches == 0 { (-(cases as f64) * (-rate).ln_1p()).exp() } else { 0.0 };
    // The mean over all rates below of how much better each foretells what was seen.
    let Binomial { ln_exactly, .. } = Binomial::new(cases, rate, mismatches);
    let one_more = Binomial::new(cases.saturating_add(1), rate, mismatches);
    let more = 1.0 - one_more.at_most;
    let on_any = (more.ln() - (cases as f64 + 1.0).ln() - rate.ln() - ln_exactly).exp();
    ON_CLEAN * on_clean + (1.0 - ON_CLEAN) * on_any
}

/// The chances of `count` or fewer, and of exactly `count`, in a number of trials.
struct Binomial {
    at_most: f64,
    ln_exactly: f64,
}

impl Binomial {
    /// Adds up the chances from that of `count` downwards, each from the one before; in time in proportion to what counts of them.
    fn new(trials: u64, rate: f64, count: u64) -> Binomial {
        let (n, k) = (trials as f64, count as f64);
        let ln_odds = rate.ln() - (-rate).ln_1p();
        let ln_exactly = ln_choose(trials, count) + k * ln_odds + n * (-rate).ln_1p();
        let (mut sum, mut term) = (1.0, 1.0);
        let odds = ln_odds.exp();
        for below in (0..count).rev() {
            let i = below as f64;
            term *= (i + 1.0) / ((n - i) * odds);
            sum += term;
            if term < sum * f64::EPSILON / 16.0 && (i + 1.0) < (n - i) * odds {
                break;
            }
        }
        Binomial { at_most: (ln_exactly + sum.ln()).exp().min(1.0), ln_exactly }
    }
}

/// The logarithm of how many ways there are to choose.
fn ln_choose(from: u64, count: u64) -> f64 {
    let count = count.min(from.saturating_sub(count));
    (0..count).map(|i| (from.saturating_sub(i) as f64 / i.saturating_add(1) as f64).ln()).sum()
}

/// The smallest rate above one for which something holds that holds for all larger ones.
fn smallest(above: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (above, 1.0);
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        match holds(middle) {
            true => high = middle,
            false => low = middle,
        }
    }
    high
}
