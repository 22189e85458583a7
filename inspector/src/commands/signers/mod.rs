//! `signet signers`: each signer with its roots, its readiness and its pods.

mod setup;

use clap::Args;
use signet_certs::UnixTime;
use signet_mesh::objects::Kind;
use signet_mesh::report::Signers as Report;
use signet_mesh::signers::signer_states;

use super::{Context, block_on};
use crate::cli::Format;
use crate::columns::signers::COLUMNS;
use crate::output::{Output, Table, say};
use crate::source::MeshArgs;
use crate::{Exit, Failure};

/// List the signers: their roots, whether they can issue, and how the pods fare that ask for them
///
/// In every namespace unless -n names one.
#[derive(Debug, Args)]
pub struct Signers {
    #[command(flatten)]
    mesh: MeshArgs,
    /// Print the values that istiod's chart needs for the signers that are ready, as YAML, instead of the list.
    #[arg(long)]
    setup: bool,
}

impl Signers {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let settled = block_on(async {
            let look = self.mesh.clone().everywhere().still(context.global.now).await?;
            look.with(&Kind::OF_ROOTS).settle(|_| ()).await
        })?;
        let states = signer_states(&settled.inventory, settled.now);
        if self.setup {
            return setup::print(&mut context.output, &states, &settled.inventory);
        }
        print(&mut context.output, &Report::new(&states, settled.now), settled.now)?;
        Ok(settled.exit(Exit::Ok))
    }
}

fn print(output: &mut Output, answer: &Report, now: UnixTime) -> Result<(), Failure> {
    if output.object(answer)? {
        return Ok(());
    }
    if output.format == Format::Name {
        let names: Vec<_> = answer.items.iter().map(|signer| signer.signer_name.as_str()).collect();
        return output.text(&names.join("\n"));
    }
    if answer.items.is_empty() {
        say("no signer is known there: neither a control plane nor an issuer was found");
        return Ok(());
    }
    let text = Table::of(COLUMNS, &answer.items, now, output.is_wide()).render(output.paint);
    output.text(&text)
}
