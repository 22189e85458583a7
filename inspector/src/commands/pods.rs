//! `signet pods`: a row per pod.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;

use clap::Args;
use futures::StreamExt;
use signet_certs::UnixTime;
use signet_mesh::objects::ObjectName;
use signet_mesh::{Inventory, Workload, report};
use tokio::sync::watch;

use super::{Context, block_on};
use crate::cli::Format;
use crate::columns::workloads::COLUMNS;
use crate::output::{Table, exit_for, say};
use crate::source::{Demand, Look, MeshArgs, Source, lost, notices};
use crate::{Exit, Failure};

/// List the pods: which signer each should have, asked for and really has
#[derive(Debug, Args)]
pub struct Pods {
    #[command(flatten)]
    mesh: MeshArgs,
    /// Go on, and print each pod that changes. With -o json one object a line.
    #[arg(short, long)]
    watch: bool,
}

impl Pods {
    /// The pods of this mesh, once.
    pub(super) fn of(mesh: MeshArgs) -> Self {
        Self { mesh, watch: false }
    }

    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        if self.watch { self.watch(context) } else { self.once(context) }
    }

    fn once(&self, context: &mut Context) -> Result<Exit, Failure> {
        let settled = block_on(async { self.mesh.still(context.global.now).await?.settle(|_| ()).await })?;
        let now = settled.now;
        let workloads = settled.inventory.workloads(now);
        print(context, &workloads, now)?;
        let gravest = workloads.iter().map(|workload| workload.verdict.severity()).max();
        Ok(settled.exit(exit_for(&context.global, gravest)))
    }

    fn watch(&self, context: &mut Context) -> Result<Exit, Failure> {
        block_on(async {
            let Look { source, scope, .. } = self.mesh.live(context.global.now).await?;
            let clock = source.clock();
            let (demand, demanded) = watch::channel(Demand::default());
            let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
            let mut shown = Shown::default();
            let mut said = Said::default();
            // What is ready at once belongs together: a burst is printed as one change.
            let mut bursts = pin!(source.observe(scope, demanded).ready_chunks(1024));
            while let Some(burst) = bursts.next().await {
                for observation in burst {
                    inventory.apply(observation);
                }
                said.news(&inventory);
                let now = clock.now();
                if inventory.is_settled() {
                    let changed = shown.changed(&inventory.workloads(now));
                    // All of them are on the screen.
                    demand.send_if_modified(|demand| shown.follow(demand));
                    if !changed.is_empty() {
                        print_changes(context, &changed, now)?;
                    }
                }
            }
            Ok(Exit::Ok)
        })
    }
}

/// What was last printed of each pod, so that only changes are printed.
#[derive(Default)]
struct Shown(HashMap<ObjectName, Arc<Workload>>);

impl Shown {
    /// Demands every pod that is shown; whether that is news.
    fn follow(&self, demand: &mut Demand) -> bool {
        if demand.visible.len() == self.0.len() && demand.visible.iter().all(|name| self.0.contains_key(name))
        {
            return false;
        }
        demand.visible = self.0.keys().cloned().collect();
        true
    }

    fn changed(&mut self, workloads: &[Arc<Workload>]) -> Vec<Arc<Workload>> {
        let changed: Vec<_> = workloads
            .iter()
            .filter(|workload| self.0.get(&workload.name).is_none_or(|before| differs(before, workload)))
            .cloned()
            .collect();
        self.0 = workloads.iter().map(|workload| (workload.name.clone(), Arc::clone(workload))).collect();
        changed
    }
}

/// What was last said about what cannot be seen, so that it is said once.
#[derive(Default)]
struct Said {
    notices: Vec<String>,
    lost: bool,
}

impl Said {
    fn news(&mut self, inventory: &Inventory) {
        let lost = lost(inventory);
        match (self.lost, lost) {
            (false, Some(why)) => say(&format!("the connection is lost: {why}; it is tried again")),
            (true, None) => say("connected again"),
            _ => {}
        }
        self.lost = lost.is_some();
        let notices = notices(inventory);
        notices.iter().filter(|notice| !self.notices.contains(notice)).for_each(|notice| say(notice));
        self.notices = notices;
    }
}

/// Whether a reader would want to see the row again. The passing of time alone is no change.
fn differs(before: &Workload, after: &Workload) -> bool {
    before.verdict != after.verdict
        || before.signer != after.signer
        || before.chain != after.chain
        || before.error != after.error
}

fn print(context: &mut Context, workloads: &[Arc<Workload>], now: UnixTime) -> Result<(), Failure> {
    let output = &mut context.output;
    if output.object(&report::Workloads::new(workloads.iter().map(Arc::as_ref), now))? {
        return Ok(());
    }
    if output.format == Format::Name {
        let names: Vec<_> = workloads.iter().map(|workload| workload.name.to_string()).collect();
        return output.text(&names.join("\n"));
    }
    if workloads.is_empty() {
        say("no pods found there; look at every namespace with -A, or at other labels with -l");
        return Ok(());
    }
    let text = table(workloads, now, output.is_wide()).render(output.paint);
    output.text(&text)
}

fn print_changes(context: &mut Context, changed: &[Arc<Workload>], now: UnixTime) -> Result<(), Failure> {
    if context.output.format == Format::Json {
        for workload in changed {
            context.output.json_line(&report::Workload::new(workload, now))?;
        }
        return Ok(());
    }
    print(context, changed, now)
}

fn table(workloads: &[Arc<Workload>], now: UnixTime, wide: bool) -> Table {
    Table::of(COLUMNS, workloads.iter().map(Arc::as_ref), now, wide)
}
