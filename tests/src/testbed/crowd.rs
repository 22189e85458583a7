//! Many pods behind one control plane, whose proxies are a few real Envoys.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{
    ControlPlane, Envoy, Failure, Kubectl, Kwok, PROXY_CONFIG_CRD, Proxy, Signer, mesh_objects, proxied_pod,
    wait,
};

/// Envoys, each behind all pods of a namespace: `crowd-0` and so on.
const ENVOYS: usize = 4;
/// What kubectl creates before it takes its time, and how many do so at once.
const HANDFUL: usize = 250;
const AT_ONCE: usize = 8;
/// kwok plays some hundred pods a second.
const PATIENCE: Duration = Duration::from_mins(5);

/// Pods without containers of a mesh with the one signer `bar`; gone when it is dropped.
pub struct Crowd {
    // Dropped in this order: clients of the API server first.
    _kwok: Kwok,
    _envoys: Vec<Envoy>,
    plane: ControlPlane,
    pods: usize,
}

impl Crowd {
    /// Starts all servers, without any pod.
    ///
    /// # Errors
    /// When a server cannot be had or does not start.
    pub fn start() -> Result<Self, Failure> {
        let plane = ControlPlane::start()?;
        let kwok = Kwok::start(&plane, 1)?;
        let kubectl = plane.kubectl();
        kubectl.apply(PROXY_CONFIG_CRD)?;
        kubectl.run(&["wait", "--for=condition=Established", "crds", "--all", "--timeout=30s"])?;
        let signer = Signer::bar()?;
        kubectl.namespace("istio-system")?;
        kubectl.apply(&mesh_objects(&[&signer]).to_string())?;
        kubectl.apply(&proxy_config(&signer).to_string())?;
        let mut envoys = Vec::new();
        for number in 0..ENVOYS {
            let namespace = namespace(number);
            kubectl.namespace(&namespace)?;
            let envoy = Envoy::start(&Proxy::new(&namespace, "all", &signer.name), &signer)?;
            kwok.forward_all(&namespace, envoy.admin().port(), envoy.admin())?;
            envoys.push(envoy);
        }
        Ok(Self { _kwok: kwok, _envoys: envoys, plane, pods: 0 })
    }

    /// Adds pods until there are so many, and waits until all of them run.
    ///
    /// # Errors
    /// When the API server takes one not, or they do not run within five minutes.
    pub fn grow_to(&mut self, pods: usize) -> Result<(), Failure> {
        let new: Vec<Value> = (self.pods..pods).map(pod).collect();
        let kubectl = self.plane.kubectl();
        for handfuls in new.chunks(HANDFUL * AT_ONCE) {
            thread::scope(|scope| {
                let makers =
                    handfuls.chunks(HANDFUL).map(|handful| scope.spawn(move || create(handful, kubectl)));
                // All are started before the first is waited for.
                let makers: Vec<_> = makers.collect();
                makers.into_iter().try_for_each(|maker| maker.join().unwrap_or_else(|_| Err(panicked())))
            })?;
        }
        self.pods = pods.max(self.pods);
        wait::until("a crowd that runs", PATIENCE, || {
            let waiting = [
                "get",
                "pods",
                "--all-namespaces",
                "--field-selector=status.phase!=Running",
                "--output=name",
            ];
            match kubectl.run(&waiting).map_err(|failure| failure.to_string())?.lines().count() {
                0 => Ok(()),
                some => Err(format!("{some} pods wait")),
            }
        })
    }

    /// kubectl as an administrator.
    pub fn kubectl(&self) -> &Kubectl {
        self.plane.kubectl()
    }

    /// How many pods there are.
    pub fn pods(&self) -> usize {
        self.pods
    }
}

/// The signer of the whole mesh.
fn proxy_config(signer: &Signer) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1beta1",
        "kind": "ProxyConfig",
        "metadata": { "namespace": "istio-system", "name": "signer" },
        "spec": { "environmentVariables": { "ISTIO_META_CERT_SIGNER": signer.name } },
    })
}

fn pod(number: usize) -> Value {
    proxied_pod(&namespace(number % ENVOYS), &format!("p{number}"), "node-0", "bar")
}

fn namespace(number: usize) -> String {
    format!("crowd-{number}")
}

fn create(pods: &[Value], kubectl: &Kubectl) -> Result<(), Failure> {
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": pods });
    kubectl.create(&list.to_string()).map(drop)
}

fn panicked() -> Failure {
    Failure::Command { command: "kubectl create".to_owned(), reason: "its thread ended early".to_owned() }
}
