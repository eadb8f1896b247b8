//! What to do next, in the order in which it is done: first what is wrong, then what is missing, then the step forward; with the commands.

use super::examples;
use super::families::{Family, families};
use super::gates::{AGREEMENT, FINDINGS, GateLine, LOG, WAIVERS};
use super::model::Report;
use super::rules::Rule;
use super::words::{self, capital, quoted};
use crate::figures::{cases_of, grouped};
use ratewright::migrate::cause::Cause;
use ratewright::migrate::judgement::Gate;
use ratewright::migrate::stage::Stage;
use ratewright::migrate::{Counting, Policy, Readiness};
use serde::Serialize;
use serde_json::json;

/// How many causes have a step of their own.
const CAUSES: usize = 5;
/// How many approvals are written out.
const APPROVALS: usize = 5;
/// How many rules are named.
const NAMED: usize = 5;
/// How long an input may be that stands in a command.
const INPUT: usize = 600;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What, and why.
    pub words: String,
    /// The commands that do it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// The number of the cluster that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<usize>,
}

impl Step {
    fn new(words: impl Into<String>) -> Step {
        Step { words: words.into(), commands: Vec::new(), cluster: None }
    }

    fn by(words: impl Into<String>, commands: impl IntoIterator<Item = String>) -> Step {
        Step { words: words.into(), commands: commands.into_iter().collect(), cluster: None }
    }
}

/// All steps.
pub fn steps(report: &Report) -> Vec<Step> {
    let mut steps = Vec::new();
    of_files(report, &mut steps);
    of_clusters(report, &mut steps);
    of_rules(report, &mut steps);
    of_approvals(report, &mut steps);
    of_release(report, &mut steps);
    if report.readiness == Readiness::Ready {
        steps.push(forward(report));
    }
    steps
}

fn rules_of(report: &Report) -> String {
    quoted(&report.path.display().to_string())
}

fn replay(report: &Report) -> String {
    format!(
        "ratewright replay --rules {} --recorded RECORDED --measure MEASURE --evidence replay.evidence --findings replay.findings{}",
        rules_of(report),
        counted_alike(report)
    )
}

/// The options with which evidence is counted as that which is there: what was counted in another way cannot be put together with it.
fn counted_alike(report: &Report) -> String {
    let (counting, usual) = (report.evidence.counting(), Counting::default());
    let mut options = String::new();
    if counting.distinct_per_rule != usual.distinct_per_rule {
        options += &format!(" --distinct-per-rule {}", counting.distinct_per_rule);
    }
    for (currency, interval) in &counting.intervals {
        options += &format!(" --intervals {currency}={interval}");
    }
    options
}

/// What contradicts itself or is of other rules comes first: nothing else can be trusted before.
fn of_files(report: &Report, steps: &mut Vec<Step>) {
    let open = |name: &str| report.gates.iter().find(|gate| gate.name == name && gate.readiness != Readiness::Ready);
    for name in [LOG, AGREEMENT, WAIVERS] {
        steps.extend(open(name).map(|gate| Step::new(capital(&gate.words))));
    }
    let carried = report.evidence_files.iter().any(|file| file.carried_over);
    if open(FINDINGS).is_some() || carried {
        let words = "Replay the recorded cases with the rules as they are now: part of what was gathered is of an older edition";
        steps.push(Step::by(words, [replay(report)]));
    }
}

/// A step for each of the largest causes.
fn of_clusters(report: &Report, steps: &mut Vec<Step>) {
    let own: Vec<Family<'_>> =
        report.found.iter().filter(|found| found.is_of_this_edition).flat_map(families).collect();
    steps.extend(own.iter().take(CAUSES).map(|family| of_cause(report, family)));
    let more = own.len().saturating_sub(CAUSES);
    if more > 0 {
        steps.push(Step::new(format!(
            "Then {}",
            match more {
                1 => "the other cause, which matters less".to_owned(),
                _ => format!(
                    "the {} other causes, which matter less, in the order in which they stand here",
                    grouped(more)
                ),
            }
        )));
    }
    let differing = report.rules.iter().any(|rule| rule.judgement.readiness == Readiness::NotReady);
    if differing && own.is_empty() {
        let words = "Find out why rules differ: the findings of a replay say it case by case";
        steps.push(Step::by(words, [replay(report)]));
    }
}

fn of_cause(report: &Report, family: &Family<'_>) -> Step {
    let (name, cases) = (capital(&family.name()), cases_of(family.cases()));
    let Some(cluster) = family.clusters.first() else { return Step::new(name) };
    let about = words::labelled(report, cluster);
    let example = examples::best(cluster);
    let said = example.map(|example| examples::said(cluster, example)).filter(|said| !said.is_empty());
    // What is known of all its cases says most.
    let shared = words::in_common(family);
    let said: String = shared.into_iter().chain(said).map(|said| format!(". {}", capital(&said))).collect();
    let what = match cluster.key.causes.as_slice() {
        [Cause::Unexplained] => "look at the example, mend the rules or the measure, or agree to it with a waiver",
        _ => "mend the rules if the old code is right, or agree to the difference with a waiver",
    };
    let money = words::money(&family.differences());
    let shown = example.filter(|example| example.input.len() <= INPUT);
    let taken = shown.map(|example| example.redacted.as_slice()).unwrap_or_default();
    let fill_in = match taken {
        [] => String::new(),
        _ => format!("; fill in `{}` in the command, which was taken out of the input", taken.join("`, `")),
    };
    let words = format!("{name}, {about}: {cases}, {money}{said}; {what}{fill_in}");
    let command = shown.map(|example| {
        format!("printf %s {} | ratewright quote {} - --explain", quoted(&example.input), rules_of(report))
    });
    Step { cluster: family.numbers.first().copied(), ..Step::by(words, command) }
}

/// Whether all edges of a rule were met, or it has none, so that no probe finds anything more.
fn has_met_all(rule: &Rule) -> bool {
    let judgement = &rule.judgement;
    judgement.figures.iter().any(|figures| figures.cases > 0 && figures.edges >= judgement.edges)
}

/// The names of some rules, and how many more there are.
fn named(rules: &[&Rule]) -> String {
    let names: Vec<&str> = rules.iter().take(NAMED).map(|rule| rule.name()).collect();
    let more = rules.len().saturating_sub(names.len());
    let more = if more > 0 { format!(" and {} more", grouped(more)) } else { String::new() };
    format!("{}{more}", names.join(", "))
}

/// Rules that nothing speaks against and that too little speaks for.
fn of_rules(report: &Report, steps: &mut Vec<Step>) {
    let lacks = |rule: &&Rule| rule.compared && rule.judgement.readiness == Readiness::InsufficientEvidence;
    let (met, lacking): (Vec<&Rule>, Vec<&Rule>) =
        report.rules.iter().filter(lacks).partition(|rule| has_met_all(rule));
    // Those that somebody may approve instead have a step of their own.
    let met: Vec<&Rule> = met.into_iter().filter(|rule| !may_be_approved(report, rule)).collect();
    if !met.is_empty() {
        let need = if met.len() == 1 { "rule needs" } else { "rules need" };
        steps.push(Step::new(format!(
            "{} {need} more cases: {}. Gather more of them",
            grouped(met.len()),
            named(&met)
        )));
    }
    let (untold, lacking): (Vec<&Rule>, Vec<&Rule>) = lacking.into_iter().partition(|rule| lacks_numbers_alone(rule));
    if !untold.is_empty() {
        let told = |rule: &&Rule| rule.unseen().map(|words| format!("{}: {words}", rule.name())).collect::<Vec<_>>();
        let told: Vec<String> = untold.iter().take(NAMED).flat_map(told).collect();
        let words = match untold.as_slice() {
            [_] => format!(
                "1 rule has enough cases, and none of them tells all that is asked of it. Probe it: {}",
                told.join("; ")
            ),
            _ => format!(
                "{} rules have enough cases, and none of them tells all that is asked of the rule. Probe {}: {}",
                grouped(untold.len()),
                named(&untold),
                told.join("; ")
            ),
        };
        steps.push(Step::by(words, probing(report, &untold)));
    }
    if lacking.is_empty() {
        return;
    }
    let (count, need) = (grouped(lacking.len()), if lacking.len() == 1 { "rule needs" } else { "rules need" });
    let words = format!(
        "{count} {need} more evidence: {}. Gather more cases, or probe them: the old code answers cases that are made to meet every edge, and \
         somebody approves of each rule in the facts",
        named(&lacking)
    );
    steps.push(Step::by(words, probing(report, &lacking)));
}

/// Whether a rule has enough cases, and lacks such alone as come to a number of it.
fn lacks_numbers_alone(rule: &Rule) -> bool {
    let mut open = rule.judgement.reasons.iter().filter(|reason| reason.readiness != Readiness::Ready);
    open.all(|reason| reason.gate == Gate::Numbers)
}

/// The commands that probe some rules.
fn probing(report: &Report, lacking: &[&Rule]) -> [String; 2] {
    let only = match (lacking.len(), report.evidence_files.as_slice()) {
        (1..=NAMED, _) => lacking.iter().map(|rule| format!(" --only {}", quoted(rule.name()))).collect(),
        (_, [file]) if !file.carried_over => {
            let policy = if report.policy == Policy::default() { "" } else { " --policy POLICY" };
            format!(" --evidence {}{policy}", quoted(&file.path.display().to_string()))
        }
        _ => String::new(),
    };
    let rules = rules_of(report);
    [
        format!("ratewright probe --rules {rules}{only} --output probes.jsonl"),
        format!(
            "ratewright replay --rules {rules} --recorded probes.jsonl --answers ANSWERS --measure MEASURE --probes --evidence probes.evidence --findings probes.findings{}",
            counted_alike(report)
        ),
    ]
}

/// Rules of which all edges were met need no more cases where somebody approves of them, and those that nothing compares need just that.
fn of_approvals(report: &Report, steps: &mut Vec<Step>) {
    let open = |rule: &&Rule| rule.judgement.readiness == Readiness::InsufficientEvidence;
    let not_compared: Vec<&Rule> = report.rules.iter().filter(open).filter(|rule| !rule.compared).collect();
    if !not_compared.is_empty() {
        let are = if not_compared.len() == 1 { "rule is" } else { "rules are" };
        steps.push(Step::new(format!(
            "{} {are} not compared with the old code: somebody looks at each and approves, in the facts: {}",
            grouped(not_compared.len()),
            approvals(&not_compared)
        )));
    }
    let rules: Vec<&Rule> = report.rules.iter().filter(|rule| may_be_approved(report, rule)).collect();
    if rules.is_empty() {
        return;
    }
    let (count, one) = (grouped(rules.len()), rules.len() == 1);
    let (need, them) = if one { ("rule needs", "it") } else { ("rules need", "them") };
    steps.push(Step::new(format!(
        "{count} {need} more cases: {}. Gather more of them; or, since no edge of {them} is left that was not met, somebody who answers for {them} \
         approves in the facts: {}",
        named(&rules),
        approvals(&rules)
    )));
}

/// Whether an approver may stand in the place of more cases.
fn may_be_approved(report: &Report, rule: &Rule) -> bool {
    let judgement = &rule.judgement;
    let lacks = judgement.readiness == Readiness::InsufficientEvidence && !judgement.high_revenue;
    report.policy.edges_with_approver && lacks && rule.compared && has_met_all(rule)
}

/// How approvals are written in the facts.
fn approvals(rules: &[&Rule]) -> String {
    let approval = |rule: &&Rule| {
        let (digest, name) = (rule.judgement.rule.digest, json!(rule.name()));
        format!("{{\"rule\": \"{digest}\", \"name\": {name}, \"approver\": \"NAME\"}}")
    };
    let written: Vec<String> = rules.iter().take(APPROVALS).map(approval).collect();
    let more = if rules.len() > APPROVALS { ", …" } else { "" };
    format!("`\"approvals\": [{}{more}]`", written.join(", "))
}

/// The demands on the release that are not met.
fn of_release(report: &Report, steps: &mut Vec<Step>) {
    let open = |wanted: Gate| {
        let is_open = move |gate: &&GateLine| gate.gate == Some(wanted) && gate.readiness != Readiness::Ready;
        report.gates.iter().filter(is_open)
    };
    for gate in open(Gate::Cases).chain(open(Gate::Money)).chain(open(Gate::Drops)) {
        steps.push(Step::new(format!("{}: {}", capital(gate.name), gate.words)));
    }
    let of_shadow: Vec<String> = open(Gate::Shadow)
        .map(|gate| format!("{} ({} of {})", gate.name, gate.found.unwrap_or(0), gate.wanted.unwrap_or(0)))
        .collect();
    if !of_shadow.is_empty() {
        steps.push(Step::new(format!(
            "Let both run beside each other until {}; say it in the facts: `\"shadow\": {{\"from\": \"DATE\", \"through\": \"DATE\"}}, \
             \"effective_dates\": N`",
            of_shadow.join(", ")
        )));
    }
    for gate in open(Gate::Latency) {
        steps.push(Step::new(format!("{}; say it in the facts: `\"p99_microseconds\": N`", capital(&gate.words))));
    }
    for gate in open(Gate::Drill) {
        steps.push(Step::new(format!(
            "{}: write an earlier stage in the file of stages, see that the old code prices, and say it in the facts: \
             `\"drill\": {{\"day\": \"{}\", \"seconds\": N}}`",
            capital(&gate.words),
            report.today
        )));
    }
    let differing =
        report.count(Readiness::NotReady) > 0 || report.clusters().any(|(_, found, _)| found.is_of_this_edition);
    if let Some(gate) = open(Gate::Mismatches).find(|gate| gate.readiness == Readiness::NotReady && !differing) {
        steps.push(Step::new(capital(&gate.words)));
    }
}

/// All is shown: the next stage.
fn forward(report: &Report) -> Step {
    let last = report.stages.as_ref().and_then(|stages| stages.verified.records.last());
    let stage = last.map(|record| record.change().stages.stage());
    let words = match stage {
        None | Some(Stage::Off | Stage::Shadow) => {
            "Everything that is demanded was shown: begin a canary. Write `\"stage\": \"canary\"` with a small share in the file of stages, with who and why"
        }
        Some(Stage::Canary) => {
            "Everything that is demanded was shown: raise the share of the canary in the file of stages, or write `\"stage\": \"primary\"`, with who and why"
        }
        Some(Stage::Primary) => {
            "Everything that is demanded was shown: when bills of a whole cycle are reconciled, write `\"stage\": \"complete\"` in the file of stages, with who and why"
        }
        Some(Stage::Complete) => {
            "Everything that is demanded was shown, and the rules price alone: the old code can go"
        }
    };
    Step::new(words)
}
