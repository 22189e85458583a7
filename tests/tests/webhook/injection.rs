//! What a new pod gets, as kubectl sees it.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;
use signet_tests::testbed::{Folder, Kubectl, Shared};

use crate::injector::inject;
use crate::neighbour::{self, Neighbour};
use crate::objects::{Shape, dry_run, mesh_config, pod, prepare, proxy_config, signer, wait_for_signer};
use crate::program::{Program, wait_for};

/// The control plane of this file, with a webhook that registered itself by its URL.
struct World {
    shared: Shared,
    _program: Program,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let testbed = Path::new(env!("CARGO_BIN_EXE_testbed"));
    let shared = Shared::start(testbed, ["control-plane"]).expect("the testbed starts");
    prepare(shared.kubectl());
    let injector = Neighbour::serve(inject);
    for name in ["istio-sidecar-injector", "zzz-injector"] {
        injector.register(shared.kubectl(), name, "Fail", 10);
    }
    let program = start(shared.kubectl(), "zz-signet");
    World { shared, _program: program }
});

pub(crate) fn kubectl() -> &'static Kubectl {
    WORLD.shared.kubectl()
}

/// A webhook beside the cluster, once it is registered.
fn start(kubectl: &Kubectl, name: &str) -> Program {
    let name_flag = format!("--webhook-name={name}");
    let program = Program::start(kubectl.kubeconfig(), &["--webhook-url=https://127.0.0.1:0", &name_flag]);
    let kinds = "mutatingwebhookconfigurations,validatingwebhookconfigurations";
    wait_for("the registrations", || {
        let field = format!("--field-selector=metadata.name={name}");
        let found =
            kubectl.run(&["get", kinds, &field, "--output=name"]).map_err(|error| error.to_string())?;
        if found.lines().count() == 2 { Ok(()) } else { Err(found) }
    });
    program
}

#[test]
fn each_kind_of_proxy_gets_the_signer_of_its_namespace() {
    let kubectl = kubectl();
    kubectl.namespace("kinds").expect("a namespace");
    kubectl.apply(&proxy_config("kinds", "foo")).expect("a ProxyConfig");
    wait_for_signer(kubectl, "kinds", Some("foo"));
    for (shape, wanted) in [
        (Shape::Native, Some("foo")),
        // Istio has yet to put the image in; then the pod is reviewed again.
        (Shape::GatewayStub, None),
        (Shape::Bare, None),
    ] {
        let made = dry_run(kubectl, &pod("kinds", "web", shape)).expect("admitted");
        assert_eq!(signer(&made).as_deref(), wanted, "{shape:?}: {made:#}");
    }
}

#[test]
fn a_proxy_that_istio_adds_gets_it_whichever_of_both_is_called_first() {
    let kubectl = kubectl();
    for (namespace, name) in [("first", "istio-sidecar-injector"), ("last", "zzz-injector")] {
        kubectl.namespace(namespace).expect("a namespace");
        neighbour::label(kubectl, namespace, name);
        kubectl.apply(&proxy_config(namespace, "foo")).expect("a ProxyConfig");
        wait_for_signer(kubectl, namespace, Some("foo"));
        let made = dry_run(kubectl, &pod(namespace, "web", Shape::Bare)).expect("admitted");
        assert_eq!(signer(&made).as_deref(), Some("foo"), "{name}: {made:#}");
    }
}

#[test]
fn a_proxy_config_counts_from_its_creation_to_its_end() {
    let kubectl = kubectl();
    kubectl.namespace("changing").expect("a namespace");
    wait_for_signer(kubectl, "changing", None);
    kubectl.apply(&proxy_config("changing", "foo")).expect("created");
    wait_for_signer(kubectl, "changing", Some("foo"));
    kubectl.apply(&proxy_config("changing", "bar")).expect("changed");
    wait_for_signer(kubectl, "changing", Some("bar"));
    kubectl.run(&["--namespace=changing", "delete", "proxyconfig", "signer"]).expect("removed");
    wait_for_signer(kubectl, "changing", None);
}

/// On a revision of its own, because a mesh config counts for every namespace.
#[test]
fn a_change_of_the_mesh_config_counts_for_the_next_pod() {
    let kubectl = kubectl();
    let mesh = |root: &str| mesh_config("istio-canary", &format!("rootNamespace: {root}\n"));
    for root in ["root-one", "root-two"] {
        kubectl.namespace(root).expect("a namespace");
        kubectl.apply(&proxy_config(root, root)).expect("a ProxyConfig");
    }
    for namespace in ["meshed", "overriding"] {
        kubectl.namespace(namespace).expect("a namespace");
        kubectl.run(&["label", "namespace", namespace, "istio.io/rev=canary"]).expect("labelled");
    }
    kubectl.apply(&proxy_config("overriding", "own")).expect("a ProxyConfig");
    for root in ["root-one", "root-two"] {
        kubectl.apply(&mesh(root)).expect("a mesh config");
        wait_for_signer(kubectl, "meshed", Some(root));
    }
    wait_for_signer(kubectl, "overriding", Some("own"));
    kubectl.apply(&mesh("istio-system")).expect("a mesh config");
    wait_for_signer(kubectl, "meshed", None);
}

#[test]
fn a_pod_that_needs_nothing_is_left_as_it_was() {
    let kubectl = kubectl();
    // Signet's own namespace is not sent to it.
    kubectl.namespace("signet-system").expect("a namespace");
    kubectl.namespace("plain").expect("a namespace");
    wait_for_signer(kubectl, "plain", None);
    let made = |namespace: &str| {
        let mut made = dry_run(kubectl, &pod(namespace, "web", Shape::Native)).expect("admitted");
        for varying in ["uid", "creationTimestamp", "namespace", "managedFields"] {
            made["metadata"].as_object_mut().expect("metadata").remove(varying);
        }
        made.to_string()
    };
    assert_eq!(made("plain"), made("signet-system"));
}

#[test]
fn a_dry_run_changes_nothing_but_its_answer() {
    let kubectl = kubectl();
    kubectl.namespace("dry").expect("a namespace");
    kubectl.apply(&proxy_config("dry", "foo")).expect("a ProxyConfig");
    let dry = wait_for_signer(kubectl, "dry", Some("foo"));
    kubectl.apply(&pod("dry", "web", Shape::Classic).to_string()).expect("admitted");
    let kept = kubectl.run(&["--namespace=dry", "get", "pod", "web", "--output=json"]).expect("a pod");
    let kept: Value = serde_json::from_str(&kept).expect("JSON");
    assert_eq!(signer(&kept), signer(&dry));
}

#[test]
fn whoever_applies_a_proxy_config_that_selects_nothing_is_told() {
    let kubectl = kubectl();
    kubectl.namespace("advised").expect("a namespace");
    let mut object: Value = serde_json::from_str(&proxy_config("advised", "foo")).expect("JSON");
    object["spec"]["selector"] = serde_json::json!({"matchLabels": {}});
    let folder = Folder::new("advised").expect("a folder");
    let file = folder.path().join("proxyconfig.json");
    std::fs::write(&file, object.to_string()).expect("written");
    // The API server may take a moment to call a webhook that was just registered.
    wait_for("the warning", || {
        let file = file.display().to_string();
        let output = kubectl.command(["create", "--dry-run=server", "--filename", &file]).output();
        let output = output.map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_told = output.status.success() && said.contains("Warning: Leave spec.selector out");
        if is_told { Ok(()) } else { Err(said) }
    });
}

#[test]
fn stopping_takes_the_registration_away() {
    let kubectl = kubectl();
    let program = start(kubectl, "zz-stopping");
    assert_eq!(program.terminate(), "exit status: 0");
    for kind in ["mutatingwebhookconfiguration", "validatingwebhookconfiguration"] {
        let gone = kubectl.run(&["get", kind, "zz-stopping"]).expect_err("gone");
        assert!(gone.to_string().contains("NotFound"), "{gone}");
    }
}
