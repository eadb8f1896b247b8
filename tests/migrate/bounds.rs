use super::rows;
use ratewright::migrate::bounds::{Confidence, clean_cases_needed, upper_fixed, upper_of_money, upper_watched};

const USUAL: Confidence = Confidence::USUAL;

#[test]
fn bounds_are_those_of_another_computation() {
    let mut count = 0;
    for row in rows(include_str!("bounds.csv")) {
        let (mismatches, cases) = (row[0].parse().unwrap(), row[1].parse().unwrap());
        let error: f64 = row[2].parse().unwrap();
        let confidence = Confidence::new(1.0 - error).unwrap();
        let (fixed, watched): (f64, f64) = (row[3].parse().unwrap(), row[4].parse().unwrap());
        let found = (upper_fixed(mismatches, cases, confidence), upper_watched(mismatches, cases, confidence));
        assert!((found.0 / fixed - 1.0).abs() < 1e-9, "{row:?}: {found:?}");
        // As near as the integral of the other computation comes.
        assert!((found.1 / watched - 1.0).abs() < 1e-6, "{row:?}: {found:?}");
        count += 1;
    }
    assert_eq!(count, 22);
}

/// Figures that are published for Clopper and Pearson's interval and for the rule of three.
#[test]
fn bounds_are_those_that_are_published() {
    assert!(upper_fixed(0, 2_995, USUAL) < 0.001 && upper_fixed(0, 2_994, USUAL) > 0.001);
    let percent = |mismatches, cases| format!("{:.6}", 100.0 * upper_fixed(mismatches, cases, USUAL));
    assert_eq!(percent(3, 30_000), "0.025843");
    assert!(upper_fixed(10, 1_000_000, USUAL) < 0.000_017);
    assert_eq!(percent(1, 1_000), "0.473499");
    assert_eq!(percent(0, 3_000), "0.099808");
    let needed = |rate, confidence| clean_cases_needed(rate, confidence);
    let strict = Confidence::new(0.99).unwrap();
    assert_eq!([0.01, 0.001, 0.000_1, 0.000_01].map(|rate| needed(rate, USUAL)), [299, 2_995, 29_956, 299_572]);
    assert_eq!([0.01, 0.001, 0.000_1, 0.000_01].map(|rate| needed(rate, strict)), [459, 4_603, 46_050, 460_515]);
    let jointly = USUAL.for_each_of(400);
    assert_eq!([0.01, 0.001, 0.000_1, 0.000_01].map(|rate| needed(rate, jointly)), [895, 8_983, 89_868, 898_716]);
}

#[test]
fn a_bound_grows_with_mismatches_and_falls_with_cases() {
    for bound in [upper_fixed, upper_watched] {
        let of_mismatches: Vec<f64> = (0..50).map(|mismatches| bound(mismatches, 1_000, USUAL)).collect();
        assert!(of_mismatches.is_sorted_by(|one, other| one < other), "{of_mismatches:?}");
        let of_cases: Vec<f64> = (1..50).map(|hundreds| bound(2, hundreds * 100, USUAL)).collect();
        assert!(of_cases.is_sorted_by(|one, other| one > other), "{of_cases:?}");
    }
}

#[test]
fn nothing_is_claimed_of_nothing() {
    for (mismatches, cases) in [(0, 0), (1, 0), (5, 5), (u64::MAX, u64::MAX), (7, 3)] {
        assert_eq!((upper_fixed(mismatches, cases, USUAL), upper_watched(mismatches, cases, USUAL)), (1.0, 1.0));
    }
    assert_eq!(upper_of_money(&[], 0, USUAL), 1.0);
    assert_eq!([0.0, -1.0, f64::NAN].map(|rate| clean_cases_needed(rate, USUAL)), [u64::MAX; 3]);
    assert!([0.0, 1.0, -0.5, f64::NAN].iter().all(|fraction| Confidence::new(*fraction).is_none()));
    let largest = upper_watched(0, u64::MAX, USUAL);
    assert!(largest > 0.0 && largest < 1e-15, "{largest}");
}

/// The factors of monetary unit sampling at 95 %: 3.00 without an error, 4.75 with one and 6.30 with two whole ones.
#[test]
fn money_is_bounded_as_auditors_do() {
    let factor = |taints: &[f64]| upper_of_money(taints, 1_000_000, USUAL) * 1e6;
    assert_eq!(format!("{:.2} {:.2} {:.2}", factor(&[]), factor(&[1.0]), factor(&[1.0, 1.0])), "3.00 4.74 6.30");
    let half = factor(&[]) + (factor(&[1.0]) - factor(&[])) / 2.0;
    assert!((factor(&[0.5]) - half).abs() < 1e-9);
    // The largest error counts first, whichever came first.
    assert_eq!(factor(&[0.1, 0.9]), factor(&[0.9, 0.1]));
    assert_eq!(factor(&[f64::NAN]), factor(&[1.0]));
}

/// Runs in which the rate is just the one that must not be passed. Whoever looks after each case and stops at the first bound below it is wrong
/// in at most one run of twenty; with the fixed bound, once something may have differed, far more often.
#[test]
fn whoever_watches_is_wrong_no_more_often_than_is_said() {
    const RUNS: u32 = 10_000;
    let (rate, cases) = (0.1, 150_u64);
    // The largest number of mismatches with which a run passes after so many cases.
    let passes = |bound: fn(u64, u64, Confidence) -> f64| -> Vec<Option<u64>> {
        (0..=cases).map(|seen| (0..seen).take_while(|count| bound(*count, seen, USUAL) < rate).last()).collect()
    };
    let (watched, fixed) = (passes(upper_watched), passes(upper_fixed));
    let (mut wrong_watched, mut wrong_fixed, mut random) = (0, 0, 0x2545_F491_4F6C_DD1D_u64);
    for _ in 0..RUNS {
        let (mut mismatches, mut run) = (0, (false, false));
        for seen in 1..=cases {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            mismatches += u64::from((random >> 11) as f64 / (1_u64 << 53) as f64 <= rate);
            let at = usize::try_from(seen).unwrap();
            run.0 |= watched[at].is_some_and(|most| mismatches <= most);
            run.1 |= fixed[at].is_some_and(|most| mismatches <= most);
        }
        wrong_watched += u32::from(run.0);
        wrong_fixed += u32::from(run.1);
    }
    assert!(wrong_watched * 20 <= RUNS, "{wrong_watched} of {RUNS}");
    assert!(wrong_fixed * 20 > 2 * RUNS, "{wrong_fixed} of {RUNS}");
}
