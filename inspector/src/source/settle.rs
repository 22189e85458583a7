//! One-shot looks at a mesh: fold until everything that was there at the start has been seen.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use signet_certs::UnixTime;
use signet_mesh::dump::ReadError;
use signet_mesh::objects::Kind;
use signet_mesh::{Inventory, Observation};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::awaited::Awaited;
use super::notices::{grant, lost, notices, notices_of, plural};
use super::progress::Progress;
use super::{Demand, Look, Source};
use crate::output::say;
use crate::{Exit, Failure};

/// How many of the proxies that did not answer are named.
const NAMED: usize = 5;

/// A mesh as it was seen at one moment.
pub struct Settled {
    /// What was seen.
    pub inventory: Inventory,
    /// The moment to judge it at.
    pub now: UnixTime,
    /// Whether there were proxies and none of them may be read.
    unreadable: bool,
}

impl Settled {
    /// `exit`, unless what it says rests on nothing.
    pub fn exit(&self, exit: Exit) -> Exit {
        if self.unreadable { Exit::Unchecked } else { exit }
    }
}

impl Look {
    /// Observes until everything that was there at the start has been seen, the source has nothing more to say, or
    /// nothing new has come for as long as patience lasts: ten thousand proxies take minutes. What is missing then
    /// is said on standard error; without the pods there is no answer. `seen` is shown every observation as it
    /// goes by.
    pub async fn settle(self, mut seen: impl FnMut(&Observation)) -> Result<Settled, Failure> {
        let Self { source, scope, patience, .. } = self;
        let clock = source.clock();
        let (_demand, demanded) = watch::channel(Demand::default());
        let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
        let mut answers = Answers::default();
        let mut awaited = Awaited::default();
        let mut progress = Progress::new();
        let beside = Vec::from_iter(scope.beside.clone());
        let mut missing = usize::MAX;
        let mut observations = pin!(source.observe(scope, demanded));
        let mut deadline = Instant::now() + patience;
        let has_waited_in_vain = loop {
            let observation = match timeout_at(deadline, observations.next()).await {
                Ok(Some(observation)) => observation,
                Ok(None) => break false,
                Err(_) => break true,
            };
            seen(&observation);
            answers.count(&observation);
            let is_news = awaited.take(&observation);
            inventory.apply(observation);
            let still_missing = inventory.missing().count() + inventory.missing_of(&beside).count();
            if still_missing == 0 && awaited.count(&inventory) == 0 {
                break false;
            }
            if progress.is_due() {
                progress.show(awaited.heard_of(), awaited.waiting());
            }
            if is_news || still_missing < missing {
                deadline = Instant::now() + patience;
            }
            missing = still_missing;
        };
        drop(progress);
        without_pods(&inventory, patience)?;
        for notice in notices(&inventory).into_iter().chain(notices_of(&inventory, &beside)) {
            say(&notice);
        }
        for (rule, count) in &answers.refused {
            say(&format!("{} may not be read; {}", proxies(*count), grant(rule)));
        }
        if has_waited_in_vain {
            for notice in unanswered(&inventory, &awaited, patience) {
                say(&notice);
            }
        }
        let unreadable = answers.read == 0 && !answers.refused.is_empty();
        Ok(Settled { inventory, now: clock.now(), unreadable })
    }
}

/// What became of the proxies that were asked.
#[derive(Default)]
struct Answers {
    read: usize,
    /// By the rule that would let them be read.
    refused: BTreeMap<String, usize>,
}

impl Answers {
    fn count(&mut self, observation: &Observation) {
        match observation {
            Observation::Proxy { answer: Err(ReadError::Refused { rule }), .. } => {
                *self.refused.entry(rule.clone()).or_default() += 1;
            }
            Observation::Proxy { answer: Ok(_), .. } => self.read += 1,
            _ => {}
        }
    }
}

/// Without the pods there is nothing to answer with.
fn without_pods(inventory: &Inventory, patience: Duration) -> Result<(), Failure> {
    if let Some(rule) = inventory.refused().get(&Kind::Pod) {
        return Err(Failure::unchecked("the pods", "they may not be read", grant(rule)));
    }
    let Some((_, why)) = inventory.missing().find(|(kind, _)| *kind == Kind::Pod) else { return Ok(()) };
    let waited = nothing_new(patience);
    let why = lost(inventory).or(why).unwrap_or(&waited);
    Err(Failure::unchecked("the pods", why, "try again, or wait longer with --timeout SECONDS"))
}

/// What had not answered at all when patience ended.
fn unanswered(inventory: &Inventory, awaited: &Awaited, patience: Duration) -> Vec<String> {
    let waited = nothing_new(patience);
    let remedy = "wait longer with --timeout SECONDS";
    let silent = inventory.missing().filter(|(_, why)| why.is_none() && lost(inventory).is_none());
    let mut notices: Vec<String> = silent
        .map(|(kind, _)| format!("{waited}, and the {} were not answered; {remedy}", plural(kind)))
        .collect();
    let count = awaited.names().len();
    if count > 0 {
        let first: Vec<String> = awaited.names().take(NAMED).map(ToString::to_string).collect();
        let first = first.join(", ");
        let more = if count > NAMED { ", …" } else { "" };
        notices.push(format!("{waited}, and {} did not answer: {first}{more}; {remedy}", proxies(count)));
    }
    notices
}

fn nothing_new(patience: Duration) -> String {
    format!("nothing new came for {} s", patience.as_secs())
}

fn proxies(count: usize) -> String {
    if count == 1 { "1 proxy".to_owned() } else { format!("{count} proxies") }
}
