//! A mesh of one situation, and what its own tools say of it.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use signet_tests::facts::{Facts, pem_blocks};
use signet_tests::programs;
use signet_tests::testbed::{Kubectl, Shared, Tool, wait};

/// How long a mesh may take to do what it was told: two cores are busy with several meshes at once.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
/// The program that brings meshes up.
pub(crate) const PLAYGROUND: &str = env!("CARGO_BIN_EXE_playground");

/// A mesh that runs; gone when it is dropped.
pub(crate) struct Mesh {
    shared: Shared,
}

/// A pod as the API server names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pod {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) app: String,
}

/// What came of a request from one pod to the Service of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Of HTTP: 503 when the caller's Envoy could not connect.
    pub(crate) status: u16,
    /// The headers that the called side saw, or why there was no connection.
    pub(crate) body: String,
}

impl Mesh {
    /// Brings the mesh of a situation up.
    pub(crate) fn start(situation: &str) -> Self {
        let arguments = ["run", "--situation", situation];
        let shared = Shared::start(Path::new(PLAYGROUND), arguments).expect("the mesh comes up");
        println!("{situation}: up in {:.0} s", shared.ready().seconds);
        Self { shared }
    }

    /// kubectl as an administrator.
    pub(crate) fn kubectl(&self) -> &Kubectl {
        self.shared.kubectl()
    }

    /// Applies an object, and again until it is taken: the API server asks istiod about many, and an istiod
    /// that has just begun anew is reached only once the node has heard of its address.
    pub(crate) fn apply(&self, object: &Value) {
        let manifest = object.to_string();
        wait::until("an object to be taken", PATIENCE, || {
            self.kubectl().apply(&manifest).map_err(|failure| failure.to_string())
        })
        .expect("it is taken");
    }

    /// What `signet` prints of it as JSON.
    pub(crate) fn signet(&self, arguments: &[&str]) -> Value {
        let kubeconfig = self.kubectl().kubeconfig().to_string_lossy();
        let arguments = [arguments, &["--kubeconfig", &kubeconfig, "-o", "json"]].concat();
        // It does not wait long for an API server, and several meshes at once keep a machine busy.
        wait::until("an answer of signet", Duration::from_mins(1), || {
            let run = programs::signet(&arguments, b"");
            serde_json::from_str(&run.stdout).map_err(|error| format!("{error}: {run:?}"))
        })
        .expect("signet answers")
    }

    /// The pods of a namespace but for those that were asked to go.
    pub(crate) fn pods(&self, namespace: &str) -> Vec<Pod> {
        let list = self.object(&["--namespace", namespace, "get", "pods", "--output=json"]);
        let items = list["items"].as_array().expect("a list").iter();
        items
            .filter(|pod| pod["metadata"].get("deletionTimestamp").is_none())
            .map(|pod| Pod {
                namespace: namespace.to_owned(),
                name: pod["metadata"]["name"].as_str().expect("a name").to_owned(),
                app: pod["metadata"]["labels"]["app"].as_str().unwrap_or_default().to_owned(),
            })
            .collect()
    }

    /// The pods with a sidecar in the namespaces of the workloads: sleep and httpbin in each.
    pub(crate) fn workloads(&self) -> Vec<Pod> {
        let pods: Vec<Pod> = ["foo", "bar"].iter().flat_map(|namespace| self.pods(namespace)).collect();
        assert_eq!(pods.len(), 4, "{pods:?}");
        pods
    }

    /// What `signet pods` says of a pod.
    pub(crate) fn row(&self, of: &Pod) -> Value {
        let answer = self.signet(&["pods", "-n", &of.namespace]);
        let rows = answer["items"].as_array().expect("a list");
        rows.iter().find(|row| row["name"] == of.name.as_str()).expect("a row for each pod").clone()
    }

    /// What kubectl prints as JSON.
    pub(crate) fn object(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.kubectl().run(arguments).expect("kubectl answers")).expect("JSON")
    }

    /// The certificates of a secret of a pod's Envoy (`default`, `ROOTCA`), by istioctl and openssl.
    pub(crate) fn by_istioctl(&self, pod: &Pod, secret: &str) -> Vec<Facts> {
        let output = Command::new(Tool::Istioctl.path().expect("istioctl"))
            .args(["proxy-config", "secret", &pod.name, "--namespace", &pod.namespace, "--output=json"])
            .arg("--kubeconfig")
            .arg(self.kubectl().kubeconfig())
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let dump: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let secrets = dump["dynamicActiveSecrets"].as_array().expect("secrets");
        let found = &secrets.iter().find(|found| found["name"] == secret).expect(secret)["secret"];
        let chain = found["tlsCertificate"]["certificateChain"]["inlineBytes"].as_str();
        let context = &found["validationContext"];
        // SPIRE has Envoy verify by SPIFFE's rules, with a bundle for each trust domain.
        let bundle = &context["customValidatorConfig"]["typedConfig"]["trustDomains"][0]["trustBundle"];
        let roots = context["trustedCa"]["inlineBytes"].as_str().or(bundle["inlineBytes"].as_str());
        let pem = STANDARD.decode(chain.or(roots).expect("bytes")).expect("base64");
        pem_blocks(&String::from_utf8(pem).expect("PEM")).iter().map(|pem| Facts::by_openssl(pem)).collect()
    }

    /// The certificates that a pod serves to another one, by openssl from beside the other one's Envoy. In
    /// the order in which they are served, repeats too.
    pub(crate) fn served(&self, client: &Pod, server: &Pod) -> Vec<Facts> {
        let place = ["--namespace", &server.namespace, "get", "pod", &server.name];
        let address = self.kubectl().run(&[&place[..], &["--output=jsonpath={.status.podIP}"]].concat());
        let address = address.expect("an address");
        // It presents no certificate itself, so the handshake fails once the server's are shown.
        let openssl =
            format!("openssl s_client -connect {address}:8000 -alpn istio -showcerts </dev/null; true");
        let said = self.exec(client, "istio-proxy", &["/bin/sh", "-c", &openssl]);
        let blocks = pem_blocks(&said).into_iter().map(|block| {
            let begin = block.find("-----BEGIN").expect("PEM");
            Facts::by_openssl(&block[begin..])
        });
        blocks.collect()
    }

    /// A command in a container of a pod.
    pub(crate) fn exec(&self, pod: &Pod, container: &str, command: &[&str]) -> String {
        let place = ["--namespace", &pod.namespace, "exec", &pod.name, "--container", container, "--"];
        self.kubectl().run(&[&place, command].concat()).expect("the command runs in the pod")
    }

    /// Waits until only the newest pods of a Deployment are there.
    pub(crate) fn rolled_out(&self, namespace: &str, deployment: &str) {
        let place = ["--namespace", namespace, "rollout", "status", deployment, "--timeout=120s"];
        self.kubectl().run(&place).expect("it comes up");
    }

    /// Has istiod begin anew.
    pub(crate) fn restart_istiod(&self) {
        let place = ["--namespace=istio-system", "rollout", "restart", "deployment/istiod"];
        self.kubectl().run(&place).expect("a new istiod");
        self.istiod_rolled_out();
    }

    /// Sets a variable of istiod, or removes it with a minus after its name. Another istiod begins because of that.
    pub(crate) fn set_istiod(&self, variable: &str) {
        let place = ["--namespace=istio-system", "set", "env", "deployment/istiod", variable];
        self.kubectl().run(&place).expect("another istiod");
    }

    /// Waits until the newest istiod is the only one.
    pub(crate) fn istiod_rolled_out(&self) {
        self.rolled_out("istio-system", "deployment/istiod");
    }

    /// A file of text in a pod's proxy.
    pub(crate) fn file(&self, pod: &Pod, path: &str) -> String {
        // The image has a shell, and no `cat`.
        let script = format!("while read -r line; do echo \"$line\"; done <{path}");
        self.exec(pod, "istio-proxy", &["/bin/sh", "-c", &script])
    }

    /// What stands under a key of a Secret.
    pub(crate) fn secret(&self, namespace: &str, name: &str, key: &str) -> String {
        let secret = self.object(&["--namespace", namespace, "get", "secret", name, "--output=json"]);
        let data = STANDARD.decode(secret["data"][key].as_str().expect(key)).expect("base64");
        String::from_utf8(data).expect("text")
    }

    /// What a container of a pod has said.
    pub(crate) fn log(&self, pod: &Pod, container: &str) -> String {
        let place = ["--namespace", &pod.namespace, "logs", &pod.name, "--container", container];
        self.kubectl().run(&place).expect("a log")
    }

    /// Has the application of a pod call the Service `httpbin` of a namespace. What was just
    /// started is known everywhere only a little later: until then Envoy answers without a connection
    /// for other reasons than its peer's certificate.
    pub(crate) fn call(&self, from: &Pod, namespace: &str) -> Answer {
        let url = format!("http://httpbin.{namespace}:8000/headers");
        let curl = ["curl", "--silent", "--max-time", "20", "--write-out", "\n%{http_code}", &url];
        wait::until(&format!("{url} from {}", from.namespace), Duration::from_mins(1), || {
            let said = self.exec(from, &from.app, &curl);
            let (body, status) = said.rsplit_once('\n').ok_or("no answer")?;
            let answer = Answer { status: status.parse().map_err(|_| said.clone())?, body: body.to_owned() };
            let settled = answer.status == 200 || self.refused_by_verification(from, &url);
            if settled { Ok(answer) } else { Err(format!("{answer:?}")) }
        })
        .expect("an answer that is about certificates")
    }

    /// Whether the log of the caller's Envoy says that verification failed.
    fn refused_by_verification(&self, from: &Pod, url: &str) -> bool {
        let host = url.trim_start_matches("http://").trim_end_matches("/headers");
        self.log(from, "istio-proxy")
            .lines()
            .any(|line| line.contains(host) && line.contains("CERTIFICATE_VERIFY_FAILED"))
    }
}
