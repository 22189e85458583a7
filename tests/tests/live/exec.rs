//! Where port-forward is refused, a command in the proxy's container reads it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use signet_tests::testbed::{Kubectl, Line, Ready};

use crate::mesh::signet;
use crate::rights::account;

/// Stands for the command in the container, which kwok runs on this machine: it asks the same Envoy.
const PILOT_AGENT: &str =
    "#!/bin/sh\ntest \"$1 $2\" = 'request GET' && exec curl -fsS \"http://$ADMIN/$3\"\n";

#[test]
fn a_proxy_is_read_by_a_command_where_port_forward_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let command = folder.path().join("pilot-agent");
    fs::write(&command, PILOT_AGENT).expect("a file");
    fs::set_permissions(&command, fs::Permissions::from_mode(0o755)).expect("its mode");
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").expect("a PATH"));

    let mut testbed = Command::new(env!("CARGO_BIN_EXE_testbed"))
        .args(["control-plane", "--kwok", "--envoys"])
        .env("PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a testbed");
    let output = BufReader::new(testbed.stdout.take().expect("piped"));
    let ready: Ready = output
        .lines()
        .find_map(|line| match serde_json::from_str(&line.expect("text")).expect("a line as documented") {
            Line::Ready(ready) => Some(ready),
            Line::Server(_) => None,
        })
        .expect("it starts");
    let kubectl = Kubectl::new(&ready.kubeconfig).expect("kubectl");
    for envoy in &ready.envoys {
        let admin = json!([{"name": "ADMIN", "value": envoy.admin.to_string()}]);
        let exec = json!({
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "Exec",
            "metadata": {"namespace": envoy.namespace, "name": envoy.pod},
            "spec": {"execs": [{"containers": ["istio-proxy"], "local": {"envs": admin}}]},
        });
        kubectl.apply(&exec.to_string()).expect("an Exec");
    }

    let user = account(&kubectl, "execs", &["view", "exec"]);
    let run = signet(&user, &["pods", "-A", "-o", "json"]);
    let pods: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let items = pods["items"].as_array().expect("a list");
    assert_eq!(items.len(), 2, "{run:?}");
    for pod in items {
        assert!(!pod["certificates"].as_array().expect("a list").is_empty(), "{pod}");
        assert_eq!(pod.get("error"), None, "{pod}");
    }

    drop(testbed.stdin.take());
    testbed.wait().expect("it ends");
}
