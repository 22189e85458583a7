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
use crate::columns::{self, workloads::COLUMNS};
use crate::output::{Table, exit_for};
use crate::source::{Demand, MeshArgs, Source, settle};
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
        let source = self.mesh.still(context.global.now)?;
        let now = source.clock().now();
        let inventory = block_on(async { Ok(settle(source, self.mesh.scope(), |_| ()).await) })?;
        let workloads = inventory.workloads(now);
        print(context, &workloads, now)?;
        Ok(exit_for(&context.global, workloads.iter().map(|workload| workload.verdict.severity()).max()))
    }

    fn watch(&self, context: &mut Context) -> Result<Exit, Failure> {
        let source = self.mesh.live(context.global.now)?;
        let clock = source.clock();
        block_on(async {
            let (_demand, demanded) = watch::channel(Demand::default());
            let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
            let mut shown = Shown::default();
            // What is ready at once belongs together: a burst is printed as one change.
            let mut bursts = pin!(source.observe(self.mesh.scope(), demanded).ready_chunks(1024));
            while let Some(burst) = bursts.next().await {
                for observation in burst {
                    inventory.apply(observation);
                }
                let now = clock.now();
                if inventory.is_settled() {
                    let changed = shown.changed(&inventory.workloads(now));
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
        crate::output::say("no pods found; look at other namespaces with -A or other labels with -l");
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
    let columns: Vec<_> = COLUMNS.iter().filter(|column| wide || !column.wide).collect();
    let mut table = Table::new(columns.iter().map(|column| column.name).collect());
    for workload in workloads {
        table.push(
            columns.iter().map(|column: &&columns::Column<Workload>| (column.cell)(workload, now)).collect(),
        );
    }
    table
}
