// A config dump as the sidecar of a large mesh answers: thousands of clusters, and two secrets.

const type = (name) => `type.googleapis.com/envoy.${name}`;
const UNLIMITED = 4294967295;

/** An answer of `/config_dump` with these secrets, in Envoy's spelling and indentation, of at least so many bytes. */
export function dump(secrets, bytes) {
  const written = (clusters) => {
    const configs = [
      { "@type": type("admin.v3.ClustersConfigDump"), version_info: "2026-11-24T08:58:11Z/42", dynamic_active_clusters: clusters },
      { "@type": type("admin.v3.SecretsConfigDump"), ...secrets },
    ];
    return JSON.stringify({ configs }, null, 1);
  };
  const each = written([cluster(0)]).length - written([]).length;
  return written(Array.from({ length: Math.ceil(bytes / each) }, (_, index) => cluster(index)));
}

/** What istiod tells a sidecar of one port of one service. */
function cluster(index) {
  const [name, namespace] = [`service-${index}`, `team-${index % 40}`];
  const host = `${name}.${namespace}.svc.cluster.local`;
  const outbound = `outbound|8080||${host}`;
  const sds = (secret) => ({ name: secret, sds_config: { api_config_source: { api_type: "GRPC", grpc_services: [{ envoy_grpc: { cluster_name: "sds-grpc" } }], set_node_on_first_message_only: true, transport_api_version: "V3" }, initial_fetch_timeout: "0s", resource_api_version: "V3" } });
  const mutual = {
    "@type": type("extensions.transport_sockets.tls.v3.UpstreamTlsContext"),
    common_tls_context: {
      alpn_protocols: ["istio-peer-exchange", "istio"],
      tls_certificate_sds_secret_configs: [sds("default")],
      combined_validation_context: { default_validation_context: { match_typed_subject_alt_names: [{ san_type: "URI", matcher: { exact: `spiffe://cluster.local/ns/${namespace}/sa/${name}` } }] }, validation_context_sds_secret_config: sds("ROOTCA") },
    },
    sni: `outbound_.8080_._.${host}`,
  };
  return {
    version_info: "2026-11-24T08:58:11Z/42",
    cluster: {
      "@type": type("config.cluster.v3.Cluster"),
      name: outbound,
      type: "EDS",
      eds_cluster_config: { eds_config: { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" }, service_name: outbound },
      connect_timeout: "10s",
      lb_policy: "LEAST_REQUEST",
      circuit_breakers: { thresholds: [{ max_connections: UNLIMITED, max_pending_requests: UNLIMITED, max_requests: UNLIMITED, max_retries: UNLIMITED, track_remaining: true }] },
      common_lb_config: {},
      metadata: { filter_metadata: { istio: { default_original_port: 8080, services: [{ host, name, namespace }] } } },
      filters: [{ name: "istio.metadata_exchange", typed_config: { "@type": type("tcp.metadataexchange.config.MetadataExchange"), protocol: "istio-peer-exchange", enable_discovery: true } }],
      transport_socket_matches: [
        { name: "tlsMode-istio", match: { tlsMode: "istio" }, transport_socket: { name: "envoy.transport_sockets.tls", typed_config: mutual } },
        { name: "tlsMode-disabled", match: {}, transport_socket: { name: "envoy.transport_sockets.raw_buffer", typed_config: { "@type": type("extensions.transport_sockets.raw_buffer.v3.RawBuffer") } } },
      ],
    },
    last_updated: "2026-11-24T08:58:12.314Z",
  };
}
