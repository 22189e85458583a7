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

    /// What `signet` prints of it as JSON.
    pub(crate) fn signet(&self, arguments: &[&str]) -> Value {
        let kubeconfig = self.kubectl().kubeconfig().to_string_lossy();
        let run = programs::signet(&[arguments, &["--kubeconfig", &kubeconfig, "-o", "json"]].concat(), b"");
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
    }

    /// The pods of a namespace.
    pub(crate) fn pods(&self, namespace: &str) -> Vec<Pod> {
        let list = self.object(&["--namespace", namespace, "get", "pods", "--output=json"]);
        let items = list["items"].as_array().expect("a list").iter();
        items
            .map(|pod| Pod {
                namespace: namespace.to_owned(),
                name: pod["metadata"]["name"].as_str().expect("a name").to_owned(),
                app: pod["metadata"]["labels"]["app"].as_str().unwrap_or_default().to_owned(),
            })
            .collect()
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
        let roots = found["validationContext"]["trustedCa"]["inlineBytes"].as_str();
        let pem = STANDARD.decode(chain.or(roots).expect("bytes")).expect("base64");
        pem_blocks(&String::from_utf8(pem).expect("PEM")).iter().map(|pem| Facts::by_openssl(pem)).collect()
    }

    /// A command in a container of a pod.
    pub(crate) fn exec(&self, pod: &Pod, container: &str, command: &[&str]) -> String {
        let place = ["--namespace", &pod.namespace, "exec", &pod.name, "--container", container, "--"];
        self.kubectl().run(&[&place, command].concat()).expect("the command runs in the pod")
    }

    /// Has the container `sleep` of a pod call the Service `httpbin` of a namespace. What was just
    /// started is known everywhere only a little later: until then Envoy answers without a connection
    /// for other reasons than its peer's certificate.
    pub(crate) fn call(&self, from: &Pod, namespace: &str) -> Answer {
        let url = format!("http://httpbin.{namespace}:8000/headers");
        let curl = ["curl", "--silent", "--max-time", "20", "--write-out", "\n%{http_code}", &url];
        wait::until(&format!("{url} from {}", from.namespace), Duration::from_mins(1), || {
            let said = self.exec(from, "sleep", &curl);
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
        let place = ["--namespace", &from.namespace, "logs", &from.name, "--container=istio-proxy"];
        let log = self.kubectl().run(&place).expect("a log");
        log.lines().any(|line| line.contains(host) && line.contains("CERTIFICATE_VERIFY_FAILED"))
    }
}
