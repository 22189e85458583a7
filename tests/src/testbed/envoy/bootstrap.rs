//! How an Envoy of the testbed is configured: in what Signet reads of it, as Istio's agent would.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{ADMIN, INBOUND, OUTBOUND, Proxy};
use crate::testbed::{Identity, OwnAddress};

const TLS: &str = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3";
const HTTP: &str = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const CONNECTION_MANAGER: &str =
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER: &str = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";
/// The request header that says which peer to connect to.
pub(super) const PEER_HEADER: &str = "x-envoy-original-dst-host";
/// The response header in which the serving side says whose certificate it saw.
pub(super) const SEEN_HEADER: &str = "x-seen-peer";

/// The whole bootstrap: an admin port, a port that takes mutual TLS only and answers by itself, and a
/// port without TLS that opens mutual TLS to the peer that a request names. The secrets are files in a folder.
pub(super) fn bootstrap(proxy: &Proxy, address: &OwnAddress, secrets: &Path) -> Value {
    let socket = |port| json!({ "socket_address": { "address": address.ip(), "port_value": port } });
    json!({
        "node": node(proxy),
        "admin": { "address": socket(ADMIN) },
        "static_resources": {
            "listeners": [
                {
                    "name": "virtualInbound",
                    "address": socket(INBOUND),
                    "filter_chains": [{
                        "filters": [http("inbound", &json!({
                            "match": { "prefix": "/" },
                            "direct_response": { "status": 200, "body": { "inline_string": "hello\n" } },
                            "response_headers_to_add": [
                                { "header": { "key": SEEN_HEADER, "value": "%DOWNSTREAM_PEER_URI_SAN%" } },
                            ],
                        }))],
                        "transport_socket": tls("DownstreamTlsContext", &json!({
                            "require_client_certificate": true,
                            "common_tls_context": tls_context(secrets),
                        })),
                    }],
                },
                {
                    "name": "virtualOutbound",
                    "address": socket(OUTBOUND),
                    "filter_chains": [{ "filters": [http("outbound", &json!({
                        "match": { "prefix": "/" },
                        "route": { "cluster": "peer" },
                    }))] }],
                },
            ],
            "clusters": [{
                "name": "peer",
                "type": "ORIGINAL_DST",
                "lb_policy": "CLUSTER_PROVIDED",
                "connect_timeout": "5s",
                "original_dst_lb_config": { "use_http_header": true },
                // A connection of before a rotation would hide what the rotation did.
                "typed_extension_protocol_options": {
                    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                        "@type": HTTP,
                        "common_http_protocol_options": { "max_requests_per_connection": 1 },
                        "explicit_http_config": { "http_protocol_options": {} },
                    },
                },
                "transport_socket": tls("UpstreamTlsContext", &json!({
                    "common_tls_context": tls_context(secrets),
                })),
            }],
        },
    })
}

/// The file behind secret `default`: what the proxy presents.
pub(super) fn default_secret(identity: &Identity) -> Value {
    secret(
        "default",
        "tls_certificate",
        &json!({
            "certificate_chain": inline(&identity.chain),
            "private_key": inline(&identity.key),
        }),
    )
}

/// The file behind secret `ROOTCA`: whom the proxy believes.
pub(super) fn root_secret(roots: &str) -> Value {
    secret("ROOTCA", "validation_context", &json!({ "trusted_ca": inline(roots) }))
}

/// PEM as Istio's agent sends it: bytes, which `config_dump` shows as base64.
pub(super) fn inline(pem: &str) -> Value {
    json!({ "inline_bytes": STANDARD.encode(pem) })
}

fn secret(name: &str, kind: &str, value: &Value) -> Value {
    json!({ "resources": [{ "@type": format!("{TLS}.Secret"), "name": name, kind: value }] })
}

fn node(proxy: &Proxy) -> Value {
    let Proxy { namespace, pod, service_account, cert_signer } = proxy;
    json!({
        "id": format!("sidecar~10.56.0.1~{pod}.{namespace}~{namespace}.svc.cluster.local"),
        "cluster": format!("{pod}.{namespace}"),
        "metadata": {
            "CERT_SIGNER": cert_signer,
            "CLUSTER_ID": "Kubernetes",
            "NAME": pod,
            "NAMESPACE": namespace,
            "SERVICE_ACCOUNT": service_account,
        },
    })
}

fn http(name: &str, route: &Value) -> Value {
    json!({
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": CONNECTION_MANAGER,
            "stat_prefix": name,
            // Why a connection to the peer did not come about, which Envoy tells only who asks.
            "local_reply_config": { "body_format": { "text_format_source": {
                "inline_string": "%LOCAL_REPLY_BODY% %UPSTREAM_TRANSPORT_FAILURE_REASON%\n",
            } } },
            "route_config": { "virtual_hosts": [{ "name": name, "domains": ["*"], "routes": [route] }] },
            "http_filters": [{ "name": "envoy.filters.http.router", "typed_config": { "@type": ROUTER } }],
        },
    })
}

fn tls(context: &str, fields: &Value) -> Value {
    let mut config = fields.clone();
    if let Some(fields) = config.as_object_mut() {
        fields.insert("@type".to_owned(), format!("{TLS}.{context}").into());
    }
    json!({ "name": "envoy.transport_sockets.tls", "typed_config": config })
}

fn tls_context(secrets: &Path) -> Value {
    json!({
        "tls_certificate_sds_secret_configs": [sds(secrets, "default")],
        "combined_validation_context": {
            "default_validation_context": {},
            "validation_context_sds_secret_config": sds(secrets, "ROOTCA"),
        },
    })
}

/// A secret from a file that Envoy reads again whenever another is moved into its place.
fn sds(secrets: &Path, name: &str) -> Value {
    json!({
        "name": name,
        "sds_config": {
            "resource_api_version": "V3",
            "path_config_source": { "path": secrets.join(format!("{name}.json")) },
        },
    })
}
