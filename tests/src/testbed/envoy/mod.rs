//! Real Envoys, whose secrets come from files that tests exchange.

mod bootstrap;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use self::bootstrap::{PEER_HEADER, SEEN_HEADER};
use super::pki::write_private;
use super::{Failure, Folder, Identity, OwnAddress, Server, ServerReport, Signer, Tool};

/// The port of the admin interface, as in every Istio sidecar.
const ADMIN: u16 = 15_000;
const OUTBOUND: u16 = 15_001;
const INBOUND: u16 = 15_006;
const PATIENCE: Duration = Duration::from_secs(30);

/// Whose proxy it is, and which signer its agent says that it asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Namespace of its pod.
    pub namespace: String,
    /// Its pod.
    pub pod: String,
    /// Service account of its pod.
    pub service_account: String,
    /// `CERT_SIGNER` of its node metadata.
    pub cert_signer: String,
}

impl Proxy {
    /// The proxy of a pod that runs as service account `default`.
    pub fn new(namespace: &str, pod: &str, cert_signer: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            pod: pod.to_owned(),
            service_account: "default".to_owned(),
            cert_signer: cert_signer.to_owned(),
        }
    }

    /// Its SPIFFE ID, as Istio forms it.
    pub fn spiffe_id(&self) -> String {
        format!("spiffe://cluster.local/ns/{}/sa/{}", self.namespace, self.service_account)
    }
}

/// A running Envoy on a loopback address of its own, with Istio's ports; gone when it is dropped.
pub struct Envoy {
    server: Server,
    address: OwnAddress,
    folder: Folder,
}

/// What one Envoy got when it called another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 200 when both sides accepted each other, 503 when one did not.
    pub status: u16,
    /// Whose SPIFFE ID the called side saw; only when the connection came about.
    pub seen: Option<String>,
    /// The body: at 503 Envoy's reason, which names a failed verification.
    pub body: String,
}

impl Envoy {
    /// Starts the proxy with a certificate of this signer, believing this signer alone.
    ///
    /// # Errors
    /// When Envoy cannot be had, ends, or is not live within 30 s.
    pub fn start(proxy: &Proxy, signer: &Signer) -> Result<Self, Failure> {
        Self::start_with(proxy, &signer.issue(proxy)?, &signer.root)
    }

    /// Starts the proxy with any certificate and roots (PEM).
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(proxy: &Proxy, identity: &Identity, roots: &str) -> Result<Self, Failure> {
        let folder = Folder::new("envoy")?;
        let address = OwnAddress::take()?;
        replace(folder.path(), "default.json", &bootstrap::default_secret(identity))?;
        replace(folder.path(), "ROOTCA.json", &bootstrap::root_secret(roots))?;
        replace(folder.path(), "bootstrap.json", &bootstrap::bootstrap(proxy, &address, folder.path()))?;
        let arguments = [
            "--config-path",
            "bootstrap.json",
            "--concurrency",
            "1",
            // Shared memory, which Envoys beside each other would have to agree on.
            "--disable-hot-restart",
            "--log-level",
            "warning",
        ];
        let name = format!("envoy-{}-{}", proxy.namespace, proxy.pod);
        let server = Server::start(&name, &Tool::Envoy.path()?, arguments, folder.path())?;
        let mut envoy = Self { server, address, folder };
        let url = envoy.admin_url("/ready");
        envoy.server.wait_ready("Envoy", PATIENCE, || match get(&url) {
            Ok(response) if response.status_code == 200 => Ok(()),
            Ok(response) => Err(format!("HTTP {}", response.status_code)),
            Err(failure) => Err(failure.to_string()),
        })?;
        Ok(envoy)
    }

    /// Its admin port.
    pub fn admin(&self) -> SocketAddr {
        self.address.port(ADMIN)
    }

    /// Where it serves mutual TLS.
    pub fn inbound(&self) -> SocketAddr {
        self.address.port(INBOUND)
    }

    /// What its admin interface says at a path.
    ///
    /// # Errors
    /// [`Failure::Http`] when it does not answer 200.
    pub fn ask_admin(&self, path: &str) -> Result<String, Failure> {
        let url = self.admin_url(path);
        let response = get(&url)?;
        let body = String::from_utf8_lossy(response.as_bytes()).into_owned();
        if response.status_code == 200 {
            Ok(body)
        } else {
            Err(Failure::Http { url, reason: format!("HTTP {}: {body}", response.status_code) })
        }
    }

    /// Presents another certificate from now on; returns when Envoy serves it.
    ///
    /// # Errors
    /// When Envoy does not take it within 30 s, for example because key and certificate do not match.
    pub fn present(&mut self, identity: &Identity) -> Result<(), Failure> {
        replace(self.folder.path(), "default.json", &bootstrap::default_secret(identity))?;
        self.wait_for_secret("default", &identity.chain)
    }

    /// Believes these roots (PEM) from now on; returns when Envoy does.
    ///
    /// # Errors
    /// When Envoy does not take them within 30 s.
    pub fn trust(&mut self, roots: &str) -> Result<(), Failure> {
        replace(self.folder.path(), "ROOTCA.json", &bootstrap::root_secret(roots))?;
        self.wait_for_secret("ROOTCA", roots)
    }

    /// Has this Envoy open a mutual TLS connection to another one and ask it something.
    ///
    /// # Errors
    /// [`Failure::Http`] when this Envoy itself does not answer; a refused connection is an [`Answer`].
    pub fn call(&self, peer: &Self) -> Result<Answer, Failure> {
        let url = format!("http://{}/", self.address.port(OUTBOUND));
        let response = minreq::get(&url)
            .with_header(PEER_HEADER, peer.inbound().to_string())
            .with_timeout(20)
            .send()
            .map_err(|reason| Failure::Http { url, reason: reason.to_string() })?;
        Ok(Answer {
            status: response.status_code,
            seen: response.header(SEEN_HEADER).map(str::to_owned),
            body: String::from_utf8_lossy(response.as_bytes()).into_owned(),
        })
    }

    /// How it is doing.
    pub fn report(&self) -> ServerReport {
        self.server.report()
    }

    fn admin_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.admin())
    }

    fn wait_for_secret(&mut self, name: &str, pem: &str) -> Result<(), Failure> {
        let url = self.admin_url("/config_dump?resource=dynamic_active_secrets");
        let wanted = bootstrap::inline(pem).to_string();
        self.server.wait_until(&format!("the new secret {name} of Envoy"), PATIENCE, || {
            let response = get(&url).map_err(|failure| failure.to_string())?;
            let dump: Value = serde_json::from_slice(response.as_bytes()).map_err(|e| e.to_string())?;
            if dump.to_string().contains(&wanted) { Ok(()) } else { Err("still the old one".to_owned()) }
        })
    }
}

fn get(url: &str) -> Result<minreq::Response, Failure> {
    minreq::get(url)
        .with_timeout(10)
        .send()
        .map_err(|reason| Failure::Http { url: url.to_owned(), reason: reason.to_string() })
}

/// Writes a file beside its place and moves it there: Envoy never reads half of it, and the move is what
/// Envoy watches for.
fn replace(folder: &Path, name: &str, content: &Value) -> Result<(), Failure> {
    let beside = folder.join(format!("{name}.new"));
    let place = folder.join(name);
    write_private(&beside, &content.to_string())?;
    fs::rename(&beside, &place).map_err(Failure::file(&place))
}
