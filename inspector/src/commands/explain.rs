//! `signet explain`: which ProxyConfig gave which value, what was ignored and why, and what the
//! webhook would do.

use clap::Args;
use signet_certs::Severity;
use signet_mesh::manifests::Manifests;
use signet_mesh::report::{Action, EnvironmentVariable, Explanation, Explanations};
use signet_mesh::resolve::Layer;
use signet_mesh::{Policy, decide};

use super::Context;
use crate::cli::Format;
use crate::output::{Lines, Output, say, signer};
use crate::{Exit, Failure, files};

/// Explain which signer a pod gets and why, and what the webhook would inject, from manifests
///
/// Takes any mix of files: the mesh ConfigMap `istio`, ProxyConfigs, Namespaces, Pods, things with a
/// pod template, Secrets and ConfigMaps with roots. Answers for every pod it was given.
#[derive(Debug, Args)]
pub struct Explain {
    /// A manifest; - for standard input. May be repeated.
    #[arg(short, long = "filename", value_name = "FILE", required = true)]
    files: Vec<String>,
    /// Print the JSON patch that the webhook would answer with.
    #[arg(long)]
    patch: bool,
}

impl Explain {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let mut manifests = Manifests::default();
        let mut unread = false;
        for file in &self.files {
            match files::read(file) {
                Ok(bytes) => manifests.read(&files::shown(file), &bytes),
                Err(failure) => {
                    say(&failure.to_string());
                    unread = true;
                }
            }
        }
        for problem in &manifests.problems {
            say(&problem.to_string());
            unread = true;
        }
        let answer = explain(&manifests, self.patch);
        if answer.items.is_empty() && unread {
            // What could not be read may be where the pods are, and has been said.
            return Ok(Exit::Unchecked);
        }
        if answer.items.is_empty() {
            let why = "none of the files holds a pod or anything with a pod template";
            return Err(Failure::unchecked("explain", why, "name a file with one: -f pod.yaml"));
        }
        print(&mut context.output, &answer)?;
        let denied = answer.items.iter().any(|item| item.decision.action == Action::Deny);
        Ok(match (unread, denied) {
            (true, _) => Exit::Unchecked,
            (false, true) => Exit::Findings,
            (false, false) => Exit::Ok,
        })
    }
}

/// Decides about every pod as the webhook would, if these manifests were applied to a cluster.
fn explain(manifests: &Manifests, with_patch: bool) -> Explanations {
    let state = manifests.state(Policy::default());
    let items = manifests.pods.iter().map(|pod| {
        let (resolved, plan) = decide(pod, &pod.metadata.namespace, &state);
        Explanation::new(pod, &resolved, &plan, with_patch)
    });
    Explanations::new(items.collect())
}

fn print(output: &mut Output, answer: &Explanations) -> Result<(), Failure> {
    if output.object(answer)? {
        return Ok(());
    }
    if output.format == Format::Name {
        let names: Vec<_> = answer.items.iter().map(name).collect();
        return output.text(&names.join("\n"));
    }
    let mut lines = Lines::default();
    for (index, item) in answer.items.iter().enumerate() {
        if index > 0 {
            lines.gap();
        }
        render(output, &mut lines, item);
    }
    output.text(&lines.into_text())
}

/// `NAMESPACE/POD`.
fn name(item: &Explanation) -> String {
    format!("{}/{}", item.pod.namespace, item.pod.name)
}

fn render(output: &Output, lines: &mut Lines, item: &Explanation) {
    lines.push(0, output.paint.heading(&name(item)));
    lines.push(2, format_args!("signer    {}", signer(item.signer.as_deref())));
    for variable in &item.environment {
        render_variable(output, lines, variable);
    }
    for ignored in &item.ignored {
        let object = ignored.object.as_deref().unwrap_or("annotation");
        lines.push(2, format_args!("ignored   {object}: {}", ignored.message));
    }
    let decision = &item.decision;
    match &decision.message {
        Some(message) => lines.push(2, format_args!("decision  {}: {message}", decision.action.word())),
        None => lines.push(2, format_args!("decision  {}", decision.action.word())),
    }
    for warning in &decision.warnings {
        let word = output.paint.severity(Severity::Warning, "warning");
        lines.push(2, format_args!("{word}   {warning}"));
    }
    for operation in decision.patch.iter().flat_map(|patch| &patch.0) {
        lines.push(2, format_args!("patch     {operation}"));
    }
}

fn render_variable(output: &Output, lines: &mut Lines, variable: &EnvironmentVariable) {
    let from = |layer: Layer, object: Option<&str>| match object {
        Some(object) => format!("{} {object}", layer.word()),
        None => layer.word().to_owned(),
    };
    lines.push(2, format_args!("{}={}", variable.name, variable.value));
    lines.push(12, format_args!("from {}", from(variable.layer, variable.object.as_deref())));
    for value in &variable.overrode {
        let line = format!("over \"{}\" from {}", value.value, from(value.layer, value.object.as_deref()));
        lines.push(12, output.paint.faint(&line));
    }
}
