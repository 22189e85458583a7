//! Kubeconfig files. They are JSON, which every reader of the YAML takes.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Failure;
use super::pki::{Authority, Identity, write_private};

/// Writes a kubeconfig for a client with a certificate.
pub(crate) fn with_certificate(
    api_server: SocketAddr,
    authority: &Authority,
    identity: &Identity,
    path: &Path,
) -> Result<(), Failure> {
    let cluster = json!({
        "server": format!("https://{api_server}"),
        "certificate-authority-data": STANDARD.encode(authority.pem()),
    });
    let user = json!({
        "client-certificate-data": STANDARD.encode(&identity.chain),
        "client-key-data": STANDARD.encode(&identity.key),
    });
    write(&cluster, &user, path)
}

/// Writes a kubeconfig for the cluster of another one and a client with a bearer token.
pub(crate) fn with_token(of: &Path, token: &str, path: &Path) -> Result<(), Failure> {
    let bytes = fs::read(of).map_err(Failure::file(of))?;
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|reason| Failure::file(of)(std::io::Error::other(reason)))?;
    let cluster = value.pointer("/clusters/0/cluster").cloned().unwrap_or_default();
    write(&cluster, &json!({ "token": token }), path)
}

fn write(cluster: &Value, user: &Value, path: &Path) -> Result<(), Failure> {
    const NAME: &str = "testbed";
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{ "name": NAME, "cluster": cluster }],
        "users": [{ "name": NAME, "user": user }],
        "contexts": [{ "name": NAME, "context": { "cluster": NAME, "user": NAME } }],
        "current-context": NAME,
    });
    write_private(path, &format!("{config:#}\n"))
}
