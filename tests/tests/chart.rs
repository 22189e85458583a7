//! The chart: what it renders to, what it refuses, and that install.yaml is it.

#![expect(clippy::expect_used, reason = "what goes wrong in the helpers of a test fails it, with its reason")]

use std::process::Command;

use serde_json::{Value, json};
use signet_tests::bless::{compare, root};
use signet_tests::testbed::Tool;
use signet_webhook::registration::entries::{mutating, validating};

/// What install.yaml begins with.
const HEAD: &str = "# Rendered from charts/signet by `make manifest`; change the chart instead.\n";

/// The kind of the configuration by which pods are sent here.
const PODS: &str = "MutatingWebhookConfiguration";

/// Runs helm with the chart.
fn helm(command: &[&str], settings: &[&str]) -> Result<String, String> {
    let mut helm = Command::new(Tool::Helm.path().expect("helm"));
    helm.args(command).arg(root().join("charts/signet")).arg("--namespace=signet-system");
    for setting in settings {
        helm.args(["--set-json", setting]);
    }
    let output = helm.output().expect("helm starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn render(settings: &[&str]) -> Result<String, String> {
    helm(&["template", "signet"], settings)
}

/// The rendered objects of a kind.
fn objects(rendered: &str, kind: &str) -> Vec<Value> {
    let documents = signet_certs::yaml::documents(rendered).into_iter();
    let documents = documents.map(|document| document.expect("YAML"));
    documents.filter(|document| document["kind"] == kind).collect()
}

/// The entries of the one webhook configuration of a kind.
fn webhooks(kind: &str, settings: &[&str]) -> Vec<Value> {
    let rendered = render(settings).expect("rendered");
    let mut found = objects(&rendered, kind);
    assert_eq!(found.len(), 1);
    found.remove(0)["webhooks"].as_array().expect("entries").clone()
}

#[test]
fn install_yaml_is_the_chart() {
    let rendered = render(&["namespace={\"create\":true}"]).expect("rendered");
    // Where helm found each object says nothing to whoever applies them.
    let lines = rendered.split_inclusive('\n').filter(|line| !line.starts_with("# Source"));
    let manifest: String = lines.collect();
    compare("install.yaml", &format!("{HEAD}{manifest}"));
}

#[test]
fn it_has_nothing_that_helm_would_mend() {
    helm(&["lint", "--strict"], &[]).expect("no complaint");
}

#[test]
fn its_registration_is_the_programs_own_but_for_how_it_is_called() {
    let service = |path: &str| json!({"service": {"name": "signet-webhook", "namespace": "signet-system", "path": path, "port": 443}});
    let own = mutating(&service("/mutate"), "signet-system", "istio-system");
    let mut charts = webhooks(PODS, &[]);
    // Neither is in any order.
    let namespaces = "/namespaceSelector/matchExpressions/0/values";
    let sorted = |entries: &mut Vec<Value>| {
        for values in entries.iter_mut().filter_map(|entry| entry.pointer_mut(namespaces)?.as_array_mut()) {
            values.sort_by_key(ToString::to_string);
        }
    };
    let mut own = own;
    sorted(&mut own);
    sorted(&mut charts);
    assert_eq!(charts, own);
    assert_eq!(webhooks("ValidatingWebhookConfiguration", &[]), validating(&service("/validate")));
}

#[test]
fn the_policy_of_failures_never_reaches_the_control_plane() {
    let condition = r#"webhook.matchConditions=[{"name":"x","expression":"true"}]"#;
    let entries = webhooks(PODS, &[r#"webhook.failurePolicy="Fail""#, condition]);
    let policies: Vec<_> = entries.iter().map(|entry| entry["failurePolicy"].as_str()).collect();
    assert_eq!(policies, [Some("Fail"), Some("Ignore")]);
    assert!(entries.iter().all(|entry| entry["matchConditions"][0]["expression"] == "true"));
}

#[test]
fn each_way_of_tls_mounts_and_grants_what_it_needs() {
    for (mode, mounts, may_write_secrets) in
        [("self-managed", false, true), ("cert-manager", true, false), ("provided", true, false)]
    {
        let settings = [format!("tls.mode=\"{mode}\""), "tls.secretName=\"mine\"".to_owned()];
        let rendered = render(&settings.each_ref().map(String::as_str)).expect(mode);
        let deployment = &objects(&rendered, "Deployment")[0];
        assert_eq!(deployment.to_string().contains("/etc/signet/tls"), mounts, "{mode}");
        let roles = json!(objects(&rendered, "Role")).to_string();
        assert_eq!(roles.contains("\"secrets\""), may_write_secrets, "{mode}");
        assert_eq!(objects(&rendered, "Certificate").len(), usize::from(mode == "cert-manager"));
        let configuration = &objects(&rendered, PODS)[0];
        let injected = configuration["metadata"]["annotations"]["cert-manager.io/inject-ca-from"].as_str();
        assert_eq!(injected.is_some(), mode == "cert-manager");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_name() {
    for (setting, named) in [
        (r#"polcy={"conflict":"deny"}"#, "polcy"),
        (r#"policy.conflict="maybe""#, "/policy/conflict"),
        (
            r#"policy.caSources={"foo":{"secret":{"name":"ca","key":"tls.key"}}}"#,
            "/policy/caSources/foo/secret/key",
        ),
        (
            r#"policy.caSources={"foo":{"spire":{},"configMap":{"name":"ca","key":"ca.crt"}}}"#,
            "/policy/caSources/foo",
        ),
        (r#"webhook.failurePolicy="Perhaps""#, "/webhook/failurePolicy"),
        ("webhook.timeoutSeconds=60", "/webhook/timeoutSeconds"),
        (r#"tls.mode="provided""#, "/tls/secretName"),
        (r#"replicas="two""#, "/replicas"),
    ] {
        let refusal = render(&[setting]).expect_err(setting);
        assert!(refusal.contains(named), "{setting}: {refusal}");
    }
}

#[test]
fn a_single_replica_has_no_disruption_budget() {
    let count =
        |settings: &[&str]| objects(&render(settings).expect("rendered"), "PodDisruptionBudget").len();
    assert_eq!((count(&[]), count(&["replicas=1"])), (1, 0));
}
