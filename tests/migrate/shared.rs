//! Holds: what all cases of a cluster have in common is what was seeded, with the counts of an independent loop; nothing is told that may be
//! chance, that cases which agree have as well, or that is redacted.

use ratewright::RuleSet;
use ratewright::live::Edition;
use ratewright::migrate::cluster::{Have, InputFields, Shared};
use ratewright::migrate::{Answer, CauseFinder, Cluster, Clusters, Measure, Prices};

const RULES: &str = "ruleset r { currency USD }
input {
    zone : integer from 1 through 9
    weight : mass in lb
    liftgate : yes/no = no
    shipped : date
    customer : text
    contract : text = \"\"
}
charge BASE = 2 USD per lb * weight
charge LIFT = 38 USD when liftgate
charge PEAK = 24 USD when shipped >= 2026-06-01
";

/// A shipment by its number.
struct Shipment {
    zone: u32,
    weight: u32,
    liftgate: bool,
    day: u32,
    customer: u32,
    /// Most have none.
    contract: Option<u32>,
}

fn shipment(number: u32) -> Shipment {
    let draw = |salt: u64| {
        let mut state = (u64::from(number) * 8 + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (state >> 32) as u32
    };
    Shipment {
        zone: draw(1) % 8 + 1,
        weight: 100 + draw(2) % 60 * 10,
        liftgate: draw(3).is_multiple_of(3),
        day: draw(4) % 28 + 1,
        customer: draw(5) % 60,
        contract: number.is_multiple_of(20).then_some(number),
    }
}

fn input(of: &Shipment) -> String {
    let Shipment { zone, weight, liftgate, day, customer, contract } = of;
    let contract = contract.map_or_else(String::new, |number| format!("K{number}"));
    format!(
        r#"{{"zone": {zone}, "weight": {weight}, "liftgate": {liftgate}, "shipped": "2026-06-{day:02}", "customer": "C{customer}", "contract": "{contract}"}}"#
    )
}

/// What clusters say of so many shipments, of which old code forgets a charge where it does.
fn told(shipments: u32, charge: &str, forgets: impl Fn(&Shipment) -> bool, hidden: &str) -> Vec<Vec<Shared>> {
    found(shipments, charge, forgets, hidden).into_iter().map(|cluster| cluster.shared).collect()
}

fn found(shipments: u32, charge: &str, forgets: impl Fn(&Shipment) -> bool, hidden: &str) -> Vec<Cluster> {
    let edition = Edition::new(RuleSet::compile(RULES).unwrap());
    let (fields, mut context) = (InputFields::of(edition.rules()), edition.context());
    let (mut finder, mut clusters) = (CauseFinder::new(&edition, Measure::exact()), Clusters::sampling(1));
    for number in 0..shipments {
        let shipment = shipment(number);
        let input = input(&shipment);
        let Answer::Priced(own) = Answer::from(&edition.quote_json(&input)) else { panic!("{input}") };
        let lines = own.lines.iter().filter(|line| line.charge != charge || !forgets(&shipment));
        let legacy = lines.fold(Prices::new(), |old, line| old.line(&*line.charge, line.amount.clone()));
        if legacy.lines.len() == own.lines.len() {
            let said = fields.of_json(&mut context, &input).without(|path| path == hidden);
            clusters.agrees(&said, own.lines.iter().map(|line| line.charge.as_str()));
            continue;
        }
        let mut finding = finder.find(&input, &legacy.clone().into());
        finding.fields = finding.fields.without(|path| path == hidden);
        let candidate = Answer::Priced(own);
        clusters.add(&finding, &number.to_string(), number.into(), None, || (input, legacy.into(), candidate, None));
    }
    clusters.read()
}

fn count(shipments: u32, of: impl Fn(&Shipment) -> bool) -> u64 {
    (0..shipments).filter(|number| of(&shipment(*number))).count() as u64
}

fn one(field: &str, value: &str, charge: &str, agree: u64, alike: Option<u64>) -> Shared {
    let (field, have, charge) = (field.to_owned(), Have::OneOf(vec![value.to_owned()]), Some(charge.to_owned()));
    Shared { field, have, charge, agree, alike }
}

#[test]
fn a_surcharge_that_is_forgotten_in_one_zone_is_told_with_that_zone() {
    // Of those with a lift-gate: zone 5 has none that agrees, and elsewhere zone 5 does.
    let agree = count(300, |one| one.liftgate && one.zone != 5);
    let differ = count(300, |one| one.liftgate && one.zone == 5);
    assert!(differ >= 6 && agree >= 60, "{differ} {agree}");
    let told = told(300, "LIFT", |one| one.zone == 5, "");
    assert_eq!(told, [[one("zone", "5", "LIFT", agree, Some(0))]]);
}

#[test]
fn what_the_clusters_of_a_family_share_is_told_of_all_of_them() {
    // From 500 lb on BASE has a digit more, so that there are two clusters; in one of them are too few cases to tell anything of.
    let forgets = |one: &Shipment| one.zone == 5 && (one.weight >= 500 || one.customer == 7);
    let few = count(2_000, |one| forgets(one) && one.weight < 500);
    let most = count(2_000, |one| forgets(one) && one.weight >= 500);
    let same = count(2_000, |one| one.zone == 5 && !forgets(one));
    assert!((1..=3).contains(&few) && most > 50, "{few} {most}");
    let found = found(2_000, "BASE", forgets, "");
    assert_eq!(found.iter().map(|cluster| cluster.cases).collect::<Vec<_>>(), [most, few]);
    let zone = [one("zone", "5", "BASE", 2_000 - few - most, Some(same))];
    assert_eq!((&found[0].shared[..1], &found[1].shared[..]), (&zone[..], &[][..]));
    assert!(found.iter().all(|cluster| cluster.shared_in_family == zone), "{:?}", found[0].shared_in_family);
    // A cluster that is alone is its family.
    let alone = self::found(300, "LIFT", |one| one.zone == 5, "");
    assert_eq!((alone.len(), alone[0].shared_in_family.len()), (1, 0));
}

#[test]
fn a_value_that_some_cases_which_agree_have_too_is_told_with_their_number() {
    let forgets = |one: &Shipment| one.zone == 5 && one.day >= 15;
    let agree = count(2_000, |one| one.liftgate && !forgets(one));
    let same = count(2_000, |one| one.liftgate && one.zone == 5 && one.day < 15);
    let days = count(2_000, |one| one.liftgate && one.zone != 5 && one.day >= 15);
    let told = told(2_000, "LIFT", forgets, "");
    assert_eq!(told[0][0], one("zone", "5", "LIFT", agree, Some(same)));
    // Half of all days are no more than half of all cases; whether they are, the count says.
    let range = Have::Within("2026-06-15".to_owned(), "2026-06-28".to_owned());
    assert_eq!(told[0].len(), if days * 2 <= agree { 2 } else { 1 });
    assert!(told[0].iter().skip(1).all(|shared| shared.have == range && shared.alike == Some(days)));
}

#[test]
fn days_are_told_from_the_first_to_the_last() {
    let forgets = |one: &Shipment| (8..=14).contains(&one.day);
    let agree = count(1_000, |one| !forgets(one));
    let shared = Shared {
        field: "shipped".to_owned(),
        have: Have::Within("2026-06-08".to_owned(), "2026-06-14".to_owned()),
        charge: Some("PEAK".to_owned()),
        agree,
        alike: Some(0),
    };
    assert_eq!(told(1_000, "PEAK", forgets, ""), [[shared]]);
}

#[test]
fn one_of_too_many_values_to_count_is_told_without_a_count() {
    let agree = count(2_000, |one| one.customer != 7);
    let told = told(2_000, "PEAK", |one| one.customer == 7, "");
    assert_eq!(told, [[one("customer", "C7", "PEAK", agree, None)]]);
}

#[test]
fn what_most_cases_leave_empty_hides_nothing() {
    let forgets = |one: &Shipment| one.zone == 5 && one.contract.is_none();
    let lifted = |one: &Shipment| one.liftgate && !forgets(one);
    let agree = count(3_000, lifted);
    let same = count(3_000, |one| lifted(one) && one.zone == 5);
    assert_eq!(told(3_000, "LIFT", forgets, ""), [[one("zone", "5", "LIFT", agree, Some(same))]]);
}

#[test]
fn what_may_be_chance_or_is_hidden_is_not_told() {
    // Every third, whatever it is: nothing sets them apart.
    let nothing = told(900, "PEAK", |one| one.weight.is_multiple_of(30), "weight");
    assert_eq!(nothing, [Vec::<Shared>::new()]);
    // Of a single case everything is the same.
    let alone = told(300, "PEAK", |one| input(one) == input(&shipment(17)), "");
    assert_eq!(alone, [Vec::<Shared>::new()]);
    let hidden = told(300, "LIFT", |one| one.zone == 5, "zone");
    assert_eq!(hidden, [Vec::<Shared>::new()]);
    // Beside nothing that agrees nothing is set apart.
    assert!(told(300, "BASE", |_| true, "").iter().all(Vec::is_empty));
}

#[test]
fn values_are_told_as_people_write_them() {
    let rules = "ruleset r { currency USD }
enum Service { standard, guaranteed }
input { off : percent  length : length in in  fee : USD  at : time  when_at : instant  service : Service  note : text }
charge BASE = off of 2 USD";
    let rules = RuleSet::compile(rules).unwrap();
    let fields = InputFields::of(&rules).of_json(
        &mut rules.context(),
        r#"{"off": "17.5%", "length": 96, "fee": "12.5", "at": "08:00", "when_at": "2026-06-01T08:00:00Z", "service": "guaranteed", "note": ""}"#,
    );
    let told: Vec<String> = fields.iter().map(|(field, value)| format!("{field} {value}")).collect();
    let expected = [
        "off 17.5%",
        "length 96 in",
        "fee 12.50 USD",
        "at 08:00",
        "when_at 2026-06-01T08:00:00Z",
        "service guaranteed",
        "note empty",
    ];
    assert_eq!(told, expected);
    assert_eq!(Have::OneOf(vec!["2".into(), "5".into(), "7".into()]).to_string(), "2, 5 or 7");
}
