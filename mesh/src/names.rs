//! Every name that crosses a wire: environment variables, labels, annotations, volumes, paths.

/// The environment variable that asks for a signer (Istio `pilot/cmd/pilot-agent/options`).
pub const CERT_SIGNER: &str = "ISTIO_META_CERT_SIGNER";
/// The container that runs pilot-agent and Envoy.
pub const PROXY_CONTAINER: &str = "istio-proxy";
/// The pod annotation with a piece of mesh-style ProxyConfig.
pub const PROXY_CONFIG_ANNOTATION: &str = "proxy.istio.io/config";
/// What the injector changed in a proxy that the pod's own spec already had.
pub const OVERRIDES_ANNOTATION: &str = "proxy.istio.io/overrides";
/// What the injector added; present once it has run.
pub const STATUS_ANNOTATION: &str = "sidecar.istio.io/status";
/// Label and annotation that switch injection for one pod.
pub const INJECT: &str = "sidecar.istio.io/inject";
/// Label and annotation that choose a control plane.
pub const REVISION: &str = "istio.io/rev";
/// The kubelet's mark of a static pod's mirror.
pub const MIRROR_ANNOTATION: &str = "kubernetes.io/config.mirror";
/// The ConfigMap with the mesh config; `istio-REVISION` for a revision.
pub const MESH_CONFIG_MAP: &str = "istio";
/// Its key.
pub const MESH_CONFIG_KEY: &str = "mesh";
/// The ConfigMap with istiod's roots in every namespace.
pub const ISTIO_ROOT_CONFIG_MAP: &str = "istio-ca-root-cert";
/// Its key.
pub const ISTIO_ROOT_KEY: &str = "root-cert.pem";
/// The ConfigMap with the signers' CA certificates that Signet keeps in each namespace.
pub const CA_CONFIG_MAP: &str = "signet-ca-certs";
/// The volume that brings it into a pod.
pub const CA_VOLUME: &str = "signet-ca";
/// Where it is mounted unless a ProxyConfig says otherwise.
pub const CA_MOUNT_PATH: &str = "/var/run/secrets/signet/ca";
/// The file in it.
pub const CA_FILE: &str = "root-cert.pem";
/// ProxyConfig and pod annotation: the app containers that also get the CA; `*` for all.
pub const CA_CONTAINERS_ANNOTATION: &str = "signet.dev/ca-containers";
/// ProxyConfig and pod annotation: where the CA is mounted.
pub const CA_MOUNT_PATH_ANNOTATION: &str = "signet.dev/ca-mount-path";
