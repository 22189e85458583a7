//! What RBAC refuses is named with the rule that grants it; the rest is shown.

use std::time::Duration;

use signet_tests::programs;
use signet_tests::testbed::{Kubectl, wait};

use crate::mesh::{MESH, signet};

/// A ServiceAccount with these of the roles that `signet rbac` prints, bound in every namespace.
pub(crate) fn account(kubectl: &Kubectl, name: &str, roles: &[&str]) -> Kubectl {
    kubectl.namespace(name).expect("a namespace");
    let subject = format!("--serviceaccount={name}:default");
    for role in roles {
        let printed = programs::signet(&["rbac", role], b"");
        assert_eq!(printed.code, 0, "{printed:?}");
        kubectl.apply(&printed.stdout).expect("a ClusterRole as kubectl takes it");
        let binding = format!("{name}-{role}");
        let role = format!("--clusterrole=signet-{role}");
        kubectl.run(&["create", "clusterrolebinding", &binding, &role, &subject]).expect("a binding");
    }
    let user = kubectl.as_service_account(name, "default").expect("a token");
    // The authorizer learns of a binding by a watch of its own.
    let can = |verb: &str, subresource: &str| {
        let answer =
            user.run(&["auth", "can-i", verb, "pods", "--subresource", subresource, "--all-namespaces"]);
        answer.map_or_else(|failure| Err(failure.to_string()), |_| Ok(()))
    };
    for role in roles {
        let (verb, subresource) = match *role {
            "view" => ("list", ""),
            "proxies" => ("create", "portforward"),
            _ => ("create", "exec"),
        };
        wait::until(role, Duration::from_secs(20), || can(verb, subresource)).expect("the right");
    }
    user
}

#[test]
fn without_any_right_the_one_that_is_missing_is_named() {
    let user = account(MESH.kubectl(), "no-rights", &[]);
    let run = signet(&user, &["pods", "-A"]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{run:?}");
    let rule = r#"{apiGroups: [""], resources: [pods], verbs: [get, list, watch]}"#;
    assert!(run.stderr.contains(rule) && run.stderr.contains("signet rbac"), "{run:?}");
}

#[test]
fn with_view_alone_everything_is_seen_but_certificates() {
    let user = account(MESH.kubectl(), "view-only", &["view"]);
    MESH.namespace("viewed", "foo");
    let _envoy = MESH.proxied("viewed", "web", &MESH.foo);
    let run = signet(&user, &["pods", "-n", "viewed", "-o", "json"]);
    assert_eq!(run.code, 3, "no certificate could be checked: {run:?}");
    assert!(run.stderr.contains("resources: [pods/portforward], verbs: [get, create]"), "{run:?}");
    let pods: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let pod = &pods["items"][0];
    assert_eq!(pod["signer"]["configured"], "foo", "{pod}");
    assert_eq!(pod["verdict"], "unreachable", "{pod}");
    assert!(!run.stderr.contains("may not be read, and"), "nothing else is missing: {run:?}");
}

#[test]
fn with_view_and_proxies_nothing_is_missing() {
    let user = account(MESH.kubectl(), "both", &["view", "proxies"]);
    MESH.namespace("both-seen", "foo");
    let _envoy = MESH.proxied("both-seen", "web", &MESH.foo);
    let run = signet(&user, &["pods", "-n", "both-seen"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert!(run.stdout.contains("ok"), "{run:?}");
}

#[test]
fn with_proxies_or_exec_alone_no_pod_is_known() {
    for role in ["proxies", "exec"] {
        let user = account(MESH.kubectl(), &format!("only-{role}"), &[role]);
        let run = signet(&user, &["pods", "-A"]);
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{run:?}");
        assert!(run.stderr.contains("resources: [pods]"), "{run:?}");
    }
}

#[test]
fn a_user_that_is_acted_as_has_its_own_rights() {
    let run = MESH.signet(&["pods", "-A", "--as", "system:serviceaccount:default:nobody"]);
    assert_eq!(run.code, 3, "{run:?}");
    let run = MESH.signet(&["pods", "-A", "--as", "somebody", "--as-group", "system:masters"]);
    assert!(run.code < 2, "{run:?}");
}

#[test]
fn a_token_that_is_not_accepted_is_said() {
    let file = MESH.kubectl().kubeconfig();
    let mut kubeconfig: serde_json::Value =
        serde_json::from_slice(&std::fs::read(file).expect("a kubeconfig")).expect("JSON");
    kubeconfig["users"][0]["user"] = serde_json::json!({"token": "hunter2"});
    let folder = tempfile::tempdir().expect("a folder");
    let expired = folder.path().join("kubeconfig");
    std::fs::write(&expired, kubeconfig.to_string()).expect("a file");
    let run = programs::signet(&["pods", "-A", "--kubeconfig", &expired.to_string_lossy()], b"");
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{run:?}");
    assert!(run.stderr.contains("does not accept the credentials"), "{run:?}");
    assert!(!run.stderr.contains("hunter2"), "{run:?}");
}
