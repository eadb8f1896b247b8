//! Clusters of mismatches in the summary for people: the cause, what differs, how often and how much, since when, and one case to look at.

use crate::differing;
use crate::figures::{cases_of, count_of};
use crate::outcome::Result;
use crate::terminal::{FAINT, STRONG, plain};
use ratewright::migrate::{Cluster, Example};
use std::io::Write;

/// How many clusters are shown.
const SHOWN: usize = 12;

/// Writes those with the most money.
pub fn write(out: &mut impl Write, clusters: &[Cluster]) -> Result<()> {
    if clusters.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{STRONG}mismatches by cause{STRONG:#}")?;
    for cluster in clusters.iter().take(SHOWN) {
        writeln!(out, "  {}", plain(&in_one_line(cluster)))?;
        differing::shared(cluster).iter().try_for_each(|words| writeln!(out, "    {}", plain(words)))?;
        if let Some(first) = &cluster.first {
            example(out, cluster, first)?;
        }
    }
    let more = clusters.get(SHOWN..).unwrap_or_default();
    if !more.is_empty() {
        let cases = more.iter().fold(0_u64, |sum, one| sum.saturating_add(one.cases));
        let (more, cases) = (count_of(more.len() as u64, "more cluster", "more clusters"), cases_of(cases));
        writeln!(out, "  {FAINT}{more}, {cases}: in the file of findings{FAINT:#}")?;
    }
    // That there are too many kinds is told wherever it stands.
    if let Some(others) = clusters.iter().skip(SHOWN).find(|cluster| cluster.key.is_others()) {
        writeln!(out, "  {}", plain(&in_one_line(others)))?;
    }
    Ok(())
}

/// `unit slip: BASE (amount): 1,204 cases, 527.00 USD less, 2026-01-05 through 2026-10-30`
fn in_one_line(cluster: &Cluster) -> String {
    let money = differing::money(&cluster.differences).map(|money| format!(", {money}")).unwrap_or_default();
    format!("{}: {}{money}{}", differing::cluster(cluster), cases_of(cluster.cases), period(cluster))
}

fn period(cluster: &Cluster) -> String {
    match cluster.period() {
        Some((first, last)) if first == last => format!(", on {first}"),
        Some((first, last)) => format!(", {first} through {last}"),
        None => String::new(),
    }
}

/// A case: what differs in it, and what was tried that makes that vanish.
fn example(out: &mut impl Write, cluster: &Cluster, example: &Example) -> Result<()> {
    let differences = example.comparison.that_count().map(|(_, one)| one.to_string());
    let words = format!("{}: {}", example.key, differences.collect::<Vec<_>>().join("; "));
    writeln!(out, "    {FAINT}first:{FAINT:#} {}", plain(&words))?;
    let mut left: Vec<u32> = example.comparison.that_count().map(|(place, _)| place).collect();
    for factor in example.factors.iter().filter(|factor| cluster.key.causes.contains(&factor.cause)) {
        let before = left.len();
        left.retain(|place| !factor.explains.contains(place));
        if left.len() < before {
            let vanishes = match (factor.is_tried, &factor.field) {
                (false, _) => "",
                // Another case of the cluster may need another value of the field.
                (true, Some(_)) if cluster.cases > 1 => "for instance, it vanishes ",
                (true, _) => "it vanishes ",
            };
            writeln!(out, "    {FAINT}{vanishes}{FAINT:#}{}", plain(&factor.tried))?;
        }
    }
    Ok(())
}
