//! Flags, their environment variables, and the policy file.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use axum::http::Uri;
use clap::{Parser, ValueEnum};
use signet_mesh::Policy;
use signet_mesh::names::SIGNET_NAMESPACE;

use crate::Failure;

/// Where requests about pods are sent.
pub const MUTATE_PATH: &str = "/mutate";

/// Where requests about ProxyConfigs are sent.
pub const VALIDATE_PATH: &str = "/validate";

/// Gives every pod of an Istio mesh the certificate signer and the CA files that its ProxyConfig asks for.
#[expect(clippy::doc_markdown, reason = "these are the words of --help")]
#[derive(Clone, Debug, Parser)]
#[command(name = "signet-webhook", version, max_term_width = 100)]
pub struct Config {
    /// Where admission requests are answered, over TLS; port 0 takes a free one and prints it.
    #[arg(long, env = "SIGNET_LISTEN", value_name = "ADDR:PORT", default_value = "0.0.0.0:8443")]
    pub listen: SocketAddr,

    /// Where /healthz, /readyz and /metrics are answered, in plain HTTP.
    #[arg(long, env = "SIGNET_METRICS_LISTEN", value_name = "ADDR:PORT", default_value = "0.0.0.0:9090")]
    pub metrics_listen: SocketAddr,

    /// The namespace that Signet itself lives in [default: $POD_NAMESPACE, else signet-system].
    #[arg(long, env = "SIGNET_NAMESPACE", value_name = "NAMESPACE")]
    namespace: Option<String>,

    /// The namespace of Istio's control plane.
    #[arg(long, env = "SIGNET_MESH_NAMESPACE", value_name = "NAMESPACE", default_value = "istio-system")]
    pub mesh_namespace: String,

    /// The control plane's revision for namespaces that name none.
    #[arg(long, env = "SIGNET_REVISION", value_name = "REVISION")]
    pub revision: Option<String>,

    /// The kubeconfig file, when it runs outside of the cluster.
    #[arg(long, env = "SIGNET_KUBECONFIG", value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// The context of the kubeconfig.
    #[arg(long, env = "SIGNET_CONTEXT", value_name = "NAME")]
    pub context: Option<String>,

    /// Register this address instead of a Service, and take the registration away on exit. Port 0
    /// stands for the one that --listen got.
    #[arg(long, env = "SIGNET_WEBHOOK_URL", value_name = "https://HOST:PORT")]
    pub webhook_url: Option<WebhookUrl>,

    /// The name of the webhook configurations; it should sort after Istio's.
    #[arg(long, env = "SIGNET_WEBHOOK_NAME", value_name = "NAME", default_value = "zz-signet")]
    pub webhook_name: String,

    /// The name of the Service in front of it, which its certificate names.
    #[arg(long, env = "SIGNET_SERVICE_NAME", value_name = "NAME", default_value = "signet-webhook")]
    pub service_name: String,

    /// Who makes the serving certificate.
    #[arg(long, env = "SIGNET_TLS", value_enum, default_value_t = TlsMode::SelfManaged)]
    pub tls: TlsMode,

    /// The folder with tls.crt, tls.key and perhaps ca.crt, unless the certificate is self-managed.
    #[arg(
        long,
        env = "SIGNET_TLS_DIR",
        value_name = "FOLDER",
        required_if_eq("tls", "provided"),
        required_if_eq("tls", "cert-manager")
    )]
    pub tls_dir: Option<PathBuf>,

    /// The policy, as YAML; the chart writes it.
    #[arg(long = "config", env = "SIGNET_CONFIG", value_name = "FILE")]
    pub policy_file: Option<PathBuf>,

    /// How log lines are written to stderr; RUST_LOG says which.
    #[arg(long, env = "SIGNET_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    #[arg(env = "POD_NAMESPACE", hide = true, long = "pod-namespace")]
    pod_namespace: Option<String>,
}

/// Who makes the serving certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TlsMode {
    /// The webhook: its own CA, in a Secret that its replicas share.
    SelfManaged,
    /// cert-manager, which also fills in the caBundle.
    CertManager,
    /// Somebody else, in the folder --tls-dir.
    Provided,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl Config {
    /// The namespace that Signet itself lives in.
    pub fn namespace(&self) -> &str {
        let given = self.namespace.as_deref().or(self.pod_namespace.as_deref());
        given.filter(|namespace| !namespace.is_empty()).unwrap_or(SIGNET_NAMESPACE)
    }

    /// The policy, from its file when there is one.
    pub fn policy(&self) -> Result<Policy, Failure> {
        let Some(file) = &self.policy_file else { return Ok(Policy::default()) };
        let text = std::fs::read_to_string(file).map_err(|error| unusable(file, error))?;
        Policy::parse(&text).map_err(|reason| unusable(file, reason))
    }
}

fn unusable(file: &Path, reason: impl fmt::Display) -> Failure {
    Failure::new(format!("policy {}", file.display()), reason, "mend the file that --config names")
}

/// The address that the API server is to call: `https`, a host, a port, and perhaps a path of its own,
/// which then stands for [`MUTATE_PATH`] and [`VALIDATE_PATH`] both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookUrl {
    /// The host, as a certificate names it: an IPv6 address without brackets.
    pub host: String,
    /// 0 until the listener has its port.
    pub port: u16,
    path: Option<String>,
}

impl WebhookUrl {
    /// The same address with the port that a listener got, if it had none.
    #[must_use]
    pub fn or_port(mut self, port: u16) -> Self {
        if self.port == 0 {
            self.port = port;
        }
        self
    }

    /// The whole address of what is answered at `path`.
    pub fn to(&self, path: &str) -> String {
        let Self { host, port, path: own } = self;
        let path = own.as_deref().unwrap_or(path);
        if host.contains(':') {
            format!("https://[{host}]:{port}{path}")
        } else {
            format!("https://{host}:{port}{path}")
        }
    }
}

impl FromStr for WebhookUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|error| format!("it is no URL: {error}"))?;
        if uri.scheme_str() != Some("https") {
            return Err("the API server only calls https://HOST:PORT".to_owned());
        }
        if uri.query().is_some() || uri.authority().is_some_and(|authority| authority.as_str().contains('@'))
        {
            return Err("the API server allows neither a user nor a query in it".to_owned());
        }
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let path = (uri.path() != "/").then(|| uri.path().to_owned());
        Ok(Self { host, port: uri.port_u16().unwrap_or(443), path })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Config, TlsMode, VALIDATE_PATH, WebhookUrl};

    #[test]
    fn a_url_names_the_host_and_the_path() {
        let url: WebhookUrl = "https://127.0.0.1:0".parse().expect("a URL");
        assert_eq!(url.or_port(8443).to(VALIDATE_PATH), "https://127.0.0.1:8443/validate");
        let url: WebhookUrl = "https://[::1]:9443/elsewhere".parse().expect("a URL");
        let shown = url.to(VALIDATE_PATH);
        assert_eq!((url.host.as_str(), shown.as_str()), ("::1", "https://[::1]:9443/elsewhere"));
        for refused in ["http://a:1", "a:1", "https://u@a:1", "https://a:1/?x", ""] {
            assert!(refused.parse::<WebhookUrl>().is_err(), "{refused}");
        }
    }

    #[test]
    fn a_provided_certificate_needs_its_folder() {
        let parse = |arguments: &[&str]| Config::try_parse_from(["signet-webhook"].iter().chain(arguments));
        assert!(parse(&["--tls", "provided"]).is_err());
        let config = parse(&["--tls", "provided", "--tls-dir", "certs"]).expect("flags");
        assert_eq!(config.tls, TlsMode::Provided);
        assert!(parse(&["--listen", "here"]).is_err());
    }
}
