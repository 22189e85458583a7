//! `signet roots`: every root, where it comes from, who uses it, and whether it may go.

use clap::Args;
use signet_certs::UnixTime;
use signet_mesh::objects::Kind;
use signet_mesh::report::{RootItem, Roots as Report};

use super::{Context, block_on};
use crate::cli::Format;
use crate::columns::roots::{COLUMNS, sources};
use crate::output::{Output, Table, say};
use crate::source::MeshArgs;
use crate::{Exit, Failure};

/// List every root: where it comes from, who uses it, and whether it may go
///
/// In every namespace unless -n names one. Secrets of certificate authorities are read by name, and of them the
/// certificates alone; `signet rbac authorities` prints the rights.
#[derive(Debug, Args)]
pub struct Roots {
    #[command(flatten)]
    mesh: MeshArgs,
    /// Only the roots whose fingerprint or subject begins so, each in full.
    #[arg(value_name = "ROOT")]
    root: Option<String>,
}

impl Roots {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let settled = block_on(async {
            let look = self.mesh.clone().everywhere().still(context.global.now).await?;
            look.with(&Kind::OF_ROOTS).settle(|_| ()).await
        })?;
        let now = settled.now;
        let mut answer = Report::new(&signet_mesh::roots::roots(&settled.inventory, now), now);
        if let Some(asked) = &self.root {
            answer.items.retain(|root| is_named(root, asked));
            if answer.items.is_empty() {
                return Err(Failure::unchecked(asked, "no root begins so", "`signet roots` lists them all"));
            }
        }
        self.print(&mut context.output, &answer, now)?;
        Ok(settled.exit(Exit::Ok))
    }

    fn print(&self, output: &mut Output, answer: &Report, now: UnixTime) -> Result<(), Failure> {
        if output.object(answer)? {
            return Ok(());
        }
        if output.format == Format::Name {
            let names: Vec<_> =
                answer.items.iter().map(|root| root.certificate.fingerprint_sha256.to_string()).collect();
            return output.text(&names.join("\n"));
        }
        if answer.items.is_empty() {
            say("no root was found; look at another cluster or with other rights");
            return Ok(());
        }
        if self.root.is_none() {
            let text = Table::of(COLUMNS, &answer.items, now, output.is_wide()).render(output.paint);
            return output.text(&text);
        }
        let mut lines = output.lines();
        for root in &answer.items {
            output.certificate(&mut lines, 0, &root.certificate);
            let facts = [
                ("safe to remove", format!("{}: {}", root.removal.word(), root.reason)),
                ("signers", root.signers.join(", ")),
                ("sources", sources(root)),
                ("users", root.users.join(", ")),
                ("trusted by", root.trusted_by.join(", ")),
            ];
            for (label, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
                let label = output.paint.faint(&format!("{label:<18}"));
                lines.fact(2, &label, 18, value);
            }
        }
        output.text(&lines.into_text())
    }
}

fn is_named(root: &RootItem, asked: &str) -> bool {
    let certificate = &root.certificate;
    let digits = asked.replace(':', "").to_ascii_lowercase();
    certificate.subject.starts_with(asked) || certificate.fingerprint_sha256.to_string().starts_with(&digits)
}
