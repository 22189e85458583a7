//! The testbed itself: what other tests stand on is there, does what it says, and goes away.

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expected")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signet_tests::testbed::wait;
use signet_tests::testbed::{
    ControlPlane, Envoy, Fault, FaultServer, Folder, Kubectl, Kwok, Line, PROXY_CONFIG_CRD, Proxy, Ready,
    Shared, Signer, proxied_pod,
};

const TESTBED: &str = env!("CARGO_BIN_EXE_testbed");

/// What the tests of this file share.
static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    Shared::start(Path::new(TESTBED), ["control-plane", "--kwok", "--envoys"]).expect("the testbed starts")
});

#[test]
fn a_pod_of_a_named_node_is_created_and_runs() {
    let kubectl = SHARED.kubectl();
    kubectl.namespace("runs").expect("a namespace");
    kubectl.apply(&proxied_pod("runs", "web", "node-0", "foo").to_string()).expect("the pod is admitted");
    kubectl
        .run(&["--namespace=runs", "wait", "--for=condition=Ready", "pod/web", "--timeout=30s"])
        .expect("kwok runs it");
    let pod = object(kubectl, &["--namespace=runs", "get", "pod", "web", "--output=json"]);
    assert_eq!(pod["status"]["phase"], "Running");
    assert_eq!(pod["spec"]["nodeName"], "node-0");
}

#[test]
fn pods_of_a_deployment_run_too() {
    let kubectl = SHARED.kubectl();
    kubectl.namespace("deployed").expect("a namespace");
    let template = proxied_pod("deployed", "web", "node-0", "foo");
    let deployment = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "namespace": "deployed", "name": "web" },
        "spec": {
            "replicas": 2,
            "selector": { "matchLabels": { "app": "web" } },
            "template": { "metadata": { "labels": { "app": "web" } }, "spec": template["spec"] },
        },
    });
    kubectl.apply(&deployment.to_string()).expect("it is taken");
    kubectl
        .run(&["--namespace=deployed", "rollout", "status", "deployment/web", "--timeout=30s"])
        .expect("both pods become available");
}

#[test]
fn a_proxyconfig_is_kept_as_it_was_written() {
    let kubectl = SHARED.kubectl();
    kubectl.namespace("configured").expect("a namespace");
    let spec = json!({
        "selector": { "matchLabels": { "app": "web" } },
        "environmentVariables": { "ISTIO_META_CERT_SIGNER": "foo" },
        "concurrency": 0,
        "image": { "imageType": "distroless" },
    });
    let config = json!({
        "apiVersion": "networking.istio.io/v1beta1",
        "kind": "ProxyConfig",
        "metadata": { "namespace": "configured", "name": "signer" },
        "spec": spec,
    });
    kubectl.apply(&config.to_string()).expect("the kind is known");
    let kept = object(kubectl, &["--namespace=configured", "get", "proxyconfig", "signer", "--output=json"]);
    assert_eq!(kept["spec"], spec);
}

#[test]
fn a_service_account_may_do_what_its_roles_say() {
    let kubectl = SHARED.kubectl();
    kubectl.namespace("rights").expect("a namespace");
    let user = kubectl.as_service_account("rights", "default").expect("a token");
    let refusal = user.run(&["get", "pods", "--all-namespaces"]).expect_err("it has no right yet");
    assert!(refusal.to_string().contains("system:serviceaccount:rights:default"), "{refusal}");
    kubectl
        .run(&[
            "create",
            "clusterrolebinding",
            "rights",
            "--clusterrole=view",
            "--serviceaccount=rights:default",
        ])
        .expect("a binding");
    wait::until("the right to list pods", Duration::from_secs(20), || {
        user.run(&["get", "pods", "--all-namespaces"]).map_err(|failure| failure.to_string())
    })
    .expect("it has the right now");
}

#[test]
fn the_config_dump_of_an_envoy_is_read_through_its_pod() {
    let kubectl = SHARED.kubectl();
    let envoy = SHARED.ready().envoys.iter().find(|envoy| envoy.namespace == "bar").expect("one of bar");
    let dump = through_port_forward(kubectl, &envoy.namespace, &envoy.pod, |address| {
        let response = minreq::get(format!("http://{address}/config_dump")).with_timeout(20).send();
        serde_json::from_slice::<Value>(response.expect("an answer").as_bytes()).expect("JSON")
    });
    let configs = dump["configs"].as_array().expect("a list of dumps");
    let of_type = |end: &str| {
        configs.iter().find(|dump| dump["@type"].as_str().is_some_and(|name| name.ends_with(end))).expect(end)
    };
    let bootstrap = of_type("BootstrapConfigDump");
    assert_eq!(bootstrap["bootstrap"]["node"]["metadata"]["CERT_SIGNER"], "bar");
    let secrets = of_type("SecretsConfigDump")["dynamic_active_secrets"].as_array().expect("secrets");
    let mut names: Vec<&str> = secrets.iter().filter_map(|secret| secret["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["ROOTCA", "default"]);
    assert!(!dump.to_string().contains("PRIVATE KEY"), "Envoy shows no key");
}

#[test]
fn a_pod_can_lead_to_a_server_that_answers_rubbish() {
    let plane = ControlPlane::start().expect("a control plane");
    let kwok = Kwok::start(&plane, 1).expect("kwok");
    let rubbish = FaultServer::start(Fault::Rubbish).expect("a fault");
    let kubectl = plane.kubectl();
    kubectl.apply(&proxied_pod("default", "web", "node-0", "foo").to_string()).expect("a pod");
    kubectl.run(&["wait", "--for=condition=Ready", "pod/web", "--timeout=30s"]).expect("it runs");
    kwok.forward("default", "web", 15_000, rubbish.address()).expect("a PortForward");
    let answer = through_port_forward(kubectl, "default", "web", |address| {
        let mut connection = TcpStream::connect(address).expect("kubectl listens");
        connection.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("it is sent on");
        connection.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket can");
        let mut answer = vec![0; 1024];
        let length = connection.read(&mut answer).expect("rubbish");
        answer.truncate(length);
        answer
    });
    assert!(!answer.is_empty() && !answer.starts_with(b"HTTP/"), "{answer:?}");
}

#[test]
fn an_api_server_that_was_killed_comes_back_with_its_objects() {
    let mut plane = ControlPlane::start().expect("a control plane");
    plane.kubectl().apply(PROXY_CONFIG_CRD).expect("a kind");
    plane.kubectl().namespace("before").expect("a namespace");
    let address = plane.api_server();

    plane.kill_api_server();
    TcpStream::connect(address).expect_err("nobody listens");
    plane.kubectl().run(&["get", "namespaces"]).expect_err("nobody answers");

    plane.start_api_server().expect("it comes back");
    assert_eq!(plane.api_server(), address);
    plane.kubectl().run(&["get", "namespace", "before"]).expect("it was kept");
    plane.kubectl().namespace("after").expect("the controllers found it again");
}

#[test]
fn envoys_of_one_signer_connect_and_of_two_do_not_until_they_trust_each_other() {
    let [foo, bar] = [Signer::foo().expect("foo"), Signer::bar().expect("bar")];
    let mut sleep = Envoy::start(&Proxy::new("foo", "sleep", "foo"), &foo).expect("an Envoy");
    let httpbin = Envoy::start(&Proxy::new("foo", "httpbin", "foo"), &foo).expect("an Envoy");
    let mut other = Envoy::start(&Proxy::new("bar", "httpbin", "bar"), &bar).expect("an Envoy");

    let answer = sleep.call(&httpbin).expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.seen.as_deref(), Some("spiffe://cluster.local/ns/foo/sa/default"));

    let answer = sleep.call(&other).expect("an answer");
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.body.contains("CERTIFICATE_VERIFY_FAILED"), "{answer:?}");

    let both = format!("{}{}", foo.root, bar.root);
    sleep.trust(&both).expect("new roots");
    assert_eq!(sleep.call(&other).expect("an answer").status, 503, "the called side does not trust yet");
    other.trust(&both).expect("new roots");
    assert_eq!(sleep.call(&other).expect("an answer").status, 200);
}

#[test]
fn a_certificate_is_exchanged_in_a_running_envoy() {
    let [foo, bar] = [Signer::foo().expect("foo"), Signer::bar().expect("bar")];
    let proxy = Proxy::new("foo", "web", "foo");
    let mut envoy = Envoy::start(&proxy, &foo).expect("an Envoy");
    assert_eq!(chain(&envoy).matches("BEGIN CERTIFICATE").count(), 1, "foo's root signs leaves itself");
    let before = leaf_serial(&envoy);
    let next = bar.issue(&proxy).expect("a certificate");
    envoy.present(&next).expect("it is taken");
    assert_eq!(chain(&envoy), next.chain);
    assert_eq!(next.chain.matches("BEGIN CERTIFICATE").count(), 2, "bar has an intermediate");
    assert_ne!(leaf_serial(&envoy), before);
}

#[test]
fn nothing_is_left_once_the_standard_input_of_the_testbed_closes() {
    let mut testbed = Command::new(TESTBED)
        .args(["control-plane", "--kwok", "--envoys"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let (pids, ready) = read_lines(testbed.stdout.take().expect("piped"));
    assert_eq!(pids.len(), 6, "etcd, API server, controllers, kwok, two Envoys");
    assert!(ready.folder.is_dir());
    assert!(pids.iter().all(|pid| is_alive(*pid)));

    drop(testbed.stdin.take());
    assert!(testbed.wait().expect("it ends").success());
    assert!(!ready.folder.exists());
    assert!(!pids.iter().any(|pid| is_alive(*pid)));
}

#[test]
fn nothing_is_left_once_the_testbed_is_terminated() {
    let mut testbed = Command::new(TESTBED)
        .arg("control-plane")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let (pids, ready) = read_lines(testbed.stdout.take().expect("piped"));
    let kill = Command::new("kill").args(["-TERM", &testbed.id().to_string()]).status();
    assert!(kill.expect("there is kill").success());
    assert!(testbed.wait().expect("it ends").success());
    assert!(!ready.folder.exists());
    assert!(!pids.iter().any(|pid| is_alive(*pid)));
}

#[test]
fn a_testbed_that_is_killed_takes_its_servers_along() {
    let mut testbed = Command::new(TESTBED)
        .arg("control-plane")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let (pids, ready) = read_lines(testbed.stdout.take().expect("piped"));
    testbed.kill().expect("it runs");
    testbed.wait().expect("it is gone");
    wait::until("the end of the servers", Duration::from_secs(20), || {
        let alive: Vec<_> = pids.iter().filter(|pid| is_alive(**pid)).collect();
        if alive.is_empty() { Ok(()) } else { Err(format!("{alive:?} live")) }
    })
    .expect("the kernel ends them");
    Folder::new("next").expect("a folder");
    assert!(!ready.folder.exists(), "the next testbed removes what it left");
}

/// The PEM that an Envoy has as its certificate chain.
fn chain(envoy: &Envoy) -> String {
    let text = envoy.ask_admin("/config_dump?resource=dynamic_active_secrets").expect("Envoy answers");
    let dump: Value = serde_json::from_str(&text).expect("JSON");
    let secrets = dump["configs"].as_array().expect("secrets");
    let secret = secrets.iter().find(|secret| secret["name"] == "default").expect("its own");
    let bytes = &secret["secret"]["tls_certificate"]["certificate_chain"]["inline_bytes"];
    let pem = STANDARD.decode(bytes.as_str().expect("a string")).expect("base64");
    String::from_utf8(pem).expect("text")
}

/// The serial number of the leaf that an Envoy uses.
fn leaf_serial(envoy: &Envoy) -> String {
    let certificates: Value =
        serde_json::from_str(&envoy.ask_admin("/certs").expect("Envoy answers")).expect("JSON");
    certificates["certificates"][0]["cert_chain"][0]["serial_number"].as_str().expect("a number").to_owned()
}

/// All that a testbed says until everything runs.
fn read_lines(output: impl Read) -> (Vec<u32>, Ready) {
    let mut pids = Vec::new();
    for line in BufReader::new(output).lines() {
        match serde_json::from_str(&line.expect("text")).expect("a line as documented") {
            Line::Server(report) => pids.push(report.pid),
            Line::Ready(ready) => return (pids, ready),
        }
    }
    panic!("the testbed ended early");
}

/// Whether there is a process that is not just waiting to be reaped.
fn is_alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// Runs something while kubectl forwards a port of this machine to port 15000 of a pod.
fn through_port_forward<T>(
    kubectl: &Kubectl,
    namespace: &str,
    pod: &str,
    use_it: impl FnOnce(&str) -> T,
) -> T {
    let mut forward = kubectl
        .command(["--namespace", namespace, "port-forward", pod, "--address=127.0.0.1", ":15000"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("kubectl starts");
    let mut line = String::new();
    // Kept open, because kubectl says more with each connection and would end if it could not.
    let mut output = BufReader::new(forward.stdout.take().expect("piped"));
    output.read_line(&mut line).expect("it says where");
    let address = line.split_whitespace().nth(2).expect("Forwarding from ADDRESS -> 15000").to_owned();
    let result = use_it(&address);
    forward.kill().expect("it runs");
    forward.wait().expect("it is gone");
    result
}

fn object(kubectl: &Kubectl, arguments: &[&str]) -> Value {
    serde_json::from_str(&kubectl.run(arguments).expect("kubectl answers")).expect("JSON")
}
