//! `signet chain`: one workload's chain and roots, whole.

use std::sync::Arc;

use clap::Args;
use signet_certs::report::Certificate;
use signet_mesh::objects::ObjectName;
use signet_mesh::{Workload, report};

use super::{Context, block_on};
use crate::cli::Format;
use crate::output::{Lines, Output, exit_for, signer};
use crate::source::MeshArgs;
use crate::{Exit, Failure};

/// Show one workload's certificate chain and roots, whole
#[derive(Debug, Args)]
pub struct Chain {
    #[command(flatten)]
    mesh: MeshArgs,
    /// The pod, POD or NAMESPACE/POD; or deploy/NAME for the first pod of a Deployment.
    #[arg(value_name = "POD")]
    pod: String,
    /// Print each certificate as PEM too.
    #[arg(long)]
    pem: bool,
    /// Print the roots that it trusts too.
    #[arg(long)]
    roots: bool,
}

impl Chain {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let settled = block_on(async {
            let mut look = self.mesh.still(context.global.now).await?;
            look.scope = look.scope.narrowed_to(&self.pod);
            look.settle(|_| ()).await
        })?;
        let now = settled.now;
        let workloads = settled.inventory.workloads(now);
        let named =
            |workload: &&Arc<Workload>| is_named(&workload.name, workload.owner.as_deref(), &self.pod);
        let matching: Vec<_> = workloads.iter().filter(named).collect();
        let workload = match matching.as_slice() {
            [] => return Err(unknown(&self.pod)),
            [only] => only,
            // The pods of one Deployment are alike; of pods in several namespaces none is meant.
            [first, rest @ ..] if rest.iter().all(|other| other.name.namespace == first.name.namespace) => {
                first
            }
            several => {
                return Err(ambiguous(&self.pod, several.iter().map(|workload| workload.name.to_string())));
            }
        };
        let mut answer = report::Workload::new(workload, now);
        if self.pem {
            answer = answer.with_pem(workload);
        }
        print(&mut context.output, &answer, self.roots)?;
        Ok(settled.exit(exit_for(&context.global, Some(workload.verdict.severity()))))
    }
}

/// Whether `asked` names this pod of this owner: `[NAMESPACE/]POD` or `deploy/NAME`.
pub(super) fn is_named(pod: &ObjectName, owner: Option<&str>, asked: &str) -> bool {
    match asked.split_once('/') {
        None => pod.name == asked,
        Some(("deploy" | "deployment" | "deployments", name)) => {
            owner.and_then(|owner| owner.strip_prefix("Deployment/")) == Some(name)
        }
        Some((namespace, name)) => pod.namespace == namespace && pod.name == name,
    }
}

/// No pod is named so.
pub(super) fn unknown(asked: &str) -> Failure {
    Failure::unchecked(
        asked,
        "there is no such pod where it was looked for",
        "`signet pods -A` lists them all",
    )
}

fn ambiguous(asked: &str, names: impl Iterator<Item = String>) -> Failure {
    let names: Vec<_> = names.collect();
    Failure::usage(asked, format!("it could be {}", names.join(" or ")), "name the namespace: NAMESPACE/POD")
}

fn print(output: &mut Output, answer: &report::Workload, roots: bool) -> Result<(), Failure> {
    if output.object(answer)? {
        return Ok(());
    }
    let item = &answer.item;
    if output.format == Format::Name {
        let names: Vec<_> = item.certificates.iter().map(|c| c.fingerprint_sha256.to_string()).collect();
        return output.text(&names.join("\n"));
    }
    let name = output.paint.heading(&format!("{}/{}", item.namespace, item.name));
    let verdict = output.paint.severity(item.severity, item.verdict.word());
    let mut lines = output.lines();
    lines.push(0, format_args!("{name} {}  {verdict}", item.proxy.word()));
    let signers = &item.signer;
    for (word, name) in [
        ("configured", &signers.configured),
        ("injected", &signers.injected),
        ("requested", &signers.requested),
        ("actual", &signers.actual),
    ] {
        lines.push(2, format_args!("{word:<12} {}", signer(name.as_deref())));
    }
    for (word, text) in [("reason", &item.reason), ("error", &item.error)] {
        if let Some(text) = text {
            lines.push(2, format_args!("{word:<12} {text}"));
        }
    }
    certificates(output, &mut lines, "chain", &item.certificates);
    if roots {
        certificates(output, &mut lines, "roots", &item.roots);
    }
    if !item.findings.is_empty() {
        lines.gap();
    }
    for finding in &item.findings {
        output.finding(&mut lines, 0, finding);
    }
    output.text(&lines.into_text())
}

fn certificates(output: &Output, lines: &mut Lines, heading: &str, certificates: &[Certificate]) {
    lines.gap();
    if certificates.is_empty() {
        return lines.push(0, format_args!("{heading}: none is known"));
    }
    lines.push(0, heading);
    for certificate in certificates {
        output.certificate(lines, 2, certificate);
    }
}
