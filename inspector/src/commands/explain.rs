//! `signet explain`: which ProxyConfig gave which value, what was ignored and why, and what the
//! webhook would do.

use std::collections::HashMap;
use std::sync::Arc;

use clap::Args;
use signet_certs::Severity;
use signet_mesh::manifests::Manifests;
use signet_mesh::names::POLICY_CONFIG_MAP;
use signet_mesh::objects::{Kind, ProxyConfig};
use signet_mesh::report::{Action, EnvironmentVariable, Explanation, Explanations};
use signet_mesh::resolve::Layer;
use signet_mesh::review::State;
use signet_mesh::{Inventory, Policy, Workload, decide};

use super::chain::{is_named, unknown};
use super::{Context, block_on};
use crate::cli::Format;
use crate::output::{Lines, Output, say, signer};
use crate::source::{MeshArgs, Settled};
use crate::{Exit, Failure, files};

/// Explain which signer a pod gets and why, and what the webhook would inject
///
/// A pod of a mesh, or from manifests with -f: any mix of files, the mesh ConfigMap `istio`, ProxyConfigs, Namespaces, Pods, things with a
/// pod template, Secrets and ConfigMaps with roots. Then it answers for every pod that it was given.
#[derive(Debug, Args)]
pub struct Explain {
    #[command(flatten)]
    mesh: MeshArgs,
    /// The pod, [NAMESPACE/]POD, or deploy/NAME for the pods of a Deployment.
    #[arg(value_name = "POD", required_unless_present = "files", conflicts_with = "files")]
    pod: Option<String>,
    /// A manifest; - for standard input. May be repeated.
    #[arg(short, long = "filename", value_name = "FILE")]
    files: Vec<String>,
    /// The webhook's settings, as its --config takes them; else those of the ConfigMap signet-policy.
    #[arg(long = "policy", value_name = "FILE")]
    policy_file: Option<String>,
    /// Print the JSON patch that the webhook would answer with.
    #[arg(long)]
    patch: bool,
}

impl Explain {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        match &self.pod {
            Some(pod) => self.of_mesh(pod, context),
            None => self.of_manifests(context),
        }
    }

    fn of_mesh(&self, asked: &str, context: &mut Context) -> Result<Exit, Failure> {
        let settled = block_on(async {
            let mut look = self.mesh.still(context.global.now).await?.with(&Kind::OF_ADMISSION);
            look.scope = look.scope.narrowed_to(asked);
            look.settle(|_| ()).await
        })?;
        let Settled { inventory, now, .. } = &settled;
        let workloads = inventory.workloads(*now);
        let named = |workload: &&Arc<Workload>| is_named(&workload.name, workload.owner.as_deref(), asked);
        let matching: Vec<_> = workloads.iter().filter(named).collect();
        if matching.is_empty() {
            return Err(unknown(asked));
        }
        let policy = self.policy()?.unwrap_or_else(|| installed_policy(inventory));
        let items = matching.into_iter().filter_map(|workload| {
            let pod = inventory.pod(&workload.name)?;
            Some((pod, state(inventory, workload.revision.as_deref(), &policy)?))
        });
        let items = items.map(|(pod, state)| {
            let (resolved, plan) = decide(pod, &pod.metadata.namespace, &state);
            Explanation::new(pod, &resolved, &plan, self.patch)
        });
        let answer = Explanations::new(items.collect());
        if answer.items.is_empty() {
            let why = "the mesh config of its control plane was not seen, and everything follows from that";
            let remedy = "name its namespace with --istio-namespace, or see `signet rbac view`";
            return Err(Failure::unchecked(asked, why, remedy));
        }
        print(&mut context.output, &answer)?;
        let denied = answer.items.iter().any(|item| item.decision.action == Action::Deny);
        Ok(if denied { Exit::Findings } else { Exit::Ok })
    }

    /// The settings of the file that was named.
    fn policy(&self) -> Result<Option<Policy>, Failure> {
        let Some(file) = &self.policy_file else { return Ok(None) };
        let text = String::from_utf8_lossy(&files::read(file)?).into_owned();
        let policy = Policy::parse(&text);
        let unusable =
            |reason| Failure::usage(files::shown(file), reason, "give what the webhook's --config takes");
        policy.map(Some).map_err(unusable)
    }

    fn of_manifests(&self, context: &mut Context) -> Result<Exit, Failure> {
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
        let state = manifests.state(self.policy()?.unwrap_or_default());
        let answer = Explanations::of_manifests(&manifests, &state, self.patch);
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

/// The settings of the webhook that is installed, or its defaults; then it is said why.
fn installed_policy(inventory: &Inventory) -> Policy {
    let mut policies = inventory.policies().iter();
    let why = match (policies.next(), policies.next()) {
        (Some((_, Ok(policy))), None) => return policy.clone(),
        (Some((name, Err(reason))), None) => format!("the ConfigMap {name} holds no settings ({reason})"),
        (Some((one, _)), Some((another, _))) => {
            format!("the ConfigMaps {one} and {another} both hold settings")
        }
        (None, _) if inventory.has_seen(Kind::PolicyConfigMap) => {
            format!("there is no ConfigMap {POLICY_CONFIG_MAP}")
        }
        (None, _) => format!("the ConfigMap {POLICY_CONFIG_MAP} was not seen"),
    };
    say(&format!(
        "{why}, so the webhook's settings are taken to be the defaults; name others with --policy FILE"
    ));
    Policy::default()
}

/// What the webhook of this control plane would decide on; nothing while its mesh config is not known.
fn state(inventory: &Inventory, revision: Option<&str>, policy: &Policy) -> Option<State> {
    let mesh = Arc::clone(inventory.mesh(revision)?);
    let signers = Arc::clone(inventory.signers(revision)?);
    let mut proxy_configs: HashMap<String, Vec<ProxyConfig>> = HashMap::new();
    for proxy_config in inventory.proxy_configs() {
        let of_namespace = proxy_configs.entry(proxy_config.metadata.namespace.clone()).or_default();
        of_namespace.push(proxy_config.clone());
    }
    let proxy_configs = proxy_configs.into_iter().map(|(namespace, all)| (namespace, all.into())).collect();
    let annotations = State::annotations_of(inventory.namespaces().values().map(Arc::as_ref));
    let policy = policy.clone();
    Some(State { mesh, proxy_configs, annotations, signers, policy, snapshot_age_seconds: 0 })
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
