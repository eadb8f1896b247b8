use super::rows;
use proptest::prelude::*;
use ratewright::migrate::bucket::{BUCKETS, Share, bucket};

#[test]
fn keys_fall_where_another_implementation_lets_them_fall() {
    let mut count = 0;
    for row in rows(include_str!("buckets.csv")) {
        assert_eq!(bucket(row[0], row[1]), row[2].parse::<u32>().unwrap(), "{row:?}");
        count += 1;
    }
    assert_eq!(count, 51);
}

#[test]
fn a_larger_share_has_all_keys_of_a_smaller_one() {
    let shares: Vec<Share> =
        ["0%", "0.01%", "1%", "5%", "25%", "99.9999%", "100%"].map(|text| text.parse().unwrap()).into();
    for key in (0..2_000).map(|number| format!("customer {number}")) {
        let inside: Vec<bool> = shares.iter().map(|share| share.includes(bucket("s", &key))).collect();
        assert!(inside.is_sorted(), "{key}: {inside:?}");
        assert!(!inside[0] && inside[6]);
    }
}

/// Of 40,000 keys so many belong to a share as chance allows: within four and a half standard deviations, one in 150,000 would not.
#[test]
fn a_share_has_as_many_keys_as_it_says() {
    let keys = 40_000_u32;
    for salt in ["parcel", "freight"] {
        for part in [0.001_f64, 0.01, 0.05, 0.25, 0.5, 0.9] {
            let share = Share::of_millionths((part * f64::from(BUCKETS)) as u32);
            let inside = (0..keys).filter(|number| share.includes(bucket(salt, &format!("C{number}")))).count();
            let (expected, spread) = (part * f64::from(keys), (part * (1.0 - part) * f64::from(keys)).sqrt());
            assert!((inside as f64 - expected).abs() < 4.5 * spread, "{salt} {part}: {inside}");
        }
    }
}

#[test]
fn what_is_no_share_is_told() {
    for text in ["", "5", "%", "-1%", "100.0001%", "101%", "0.00001%", "1.%", ".5%", "1e1%", "5 %%", "½%"] {
        let error = text.parse::<Share>().unwrap_err().to_string();
        assert!(error.contains(&format!("`{text}` is no share")), "{error}");
    }
    assert_eq!(" 5 % ".parse::<Share>().unwrap().millionths(), 50_000);
}

proptest! {
    #[test]
    fn a_share_is_read_as_it_is_written(millionths in 0..=BUCKETS) {
        let share = Share::of_millionths(millionths);
        prop_assert_eq!(share.to_string().parse::<Share>().unwrap(), share);
    }
}
