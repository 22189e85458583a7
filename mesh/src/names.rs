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
/// The label with the Gateway that a pod of Istio's gateway controller belongs to.
pub const GATEWAY_NAME_LABEL: &str = "gateway.networking.k8s.io/gateway-name";
/// The labels that Istio's injection templates add to a pod (`files/*.yaml`): istiod resolved before
/// they were there.
pub const TEMPLATE_LABELS: [&str; 3] =
    ["security.istio.io/tlsMode", "service.istio.io/canonical-name", "service.istio.io/canonical-revision"];
/// The containers that Istio adds beside the proxy.
pub const ISTIO_INIT_CONTAINERS: [&str; 3] = ["istio-init", "istio-validation", "enable-core-dump"];
/// The label `app` of istiod's Deployment.
pub const ISTIOD_APP: &str = "istiod";
/// The container that runs istiod.
pub const ISTIOD_CONTAINER: &str = "discovery";
/// Where a file for all signers hides the roots of each (Istio `pilot/pkg/bootstrap/istio_ca.go`).
pub const EXTERNAL_CA_CERT_PATH: &str = "/etc/external-ca-cert";
/// The name under which the built-in CA is shown.
pub const BUILT_IN_SIGNER: &str = "istiod";
/// The word for SPIRE among the signers.
pub const SPIRE_SIGNER: &str = "spire";
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
/// The Secrets that istiod takes its own CA, or the root of another one, from.
pub const CA_SECRETS: [&str; 3] = ["cacerts", "external-ca-cert", "istio-ca-secret"];
/// The ConfigMap in which Signet's chart keeps the settings of the webhook.
pub const POLICY_CONFIG_MAP: &str = "signet-policy";
/// Its key.
pub const POLICY_KEY: &str = "policy.yaml";
/// Where Signet usually is installed.
pub const SIGNET_NAMESPACE: &str = "signet-system";
/// The ConfigMap with the signers' CA certificates that Signet keeps in each namespace.
pub const CA_CONFIG_MAP: &str = "signet-ca-certs";
/// The volume that brings it into a pod.
pub const CA_VOLUME: &str = "signet-ca";
/// Where it is mounted unless a ProxyConfig says otherwise.
pub const CA_MOUNT_PATH: &str = "/var/run/secrets/signet/ca";
/// The file in it.
pub const CA_FILE: &str = "root-cert.pem";
/// The file beside it that an agent verifies istiod with.
pub const AGENT_ROOTS_FILE: &str = "agent-roots.pem";
/// Where an agent looks for the roots of who signs, and of who configures it (Istio
/// `pkg/istio-agent/agent.go` `FindRootCAForCA`, `FindRootCAForXDS`).
pub const AGENT_ROOT_VARIABLES: [&str; 2] = ["CA_ROOT_CA", "XDS_ROOT_CA"];
/// The variable that says who made istiod's own certificate.
pub const PILOT_CERT_PROVIDER: &str = "PILOT_CERT_PROVIDER";
/// Where an agent looks for istiod's root unless the provider is `custom`.
pub const ISTIO_ROOT_PATH: &str = "/var/run/secrets/istio";
/// Where it looks then, and where an identity from files lies (Istio `pkg/security/security.go`).
pub const FILE_CERTS_PATH: &str = "/etc/certs";
/// The volume that brings istiod's root where Istio's template leaves it out.
pub const ISTIOD_ROOT_VOLUME: &str = "signet-istiod-root";
/// The volume with the Secret `istio.SERVICEACCOUNT`.
pub const FILE_CERTS_VOLUME: &str = "signet-mtls-certs";
/// The volume that brings `external-ca-cert` into istiod.
pub const EXTERNAL_CA_VOLUME: &str = "signet-external-ca-cert";
/// The labels of cert-manager's Deployment, as kubectl's `-l` writes them.
pub const CERT_MANAGER_LABELS: &str =
    "app.kubernetes.io/name=cert-manager,app.kubernetes.io/component=controller";
/// The container that runs cert-manager.
pub const CERT_MANAGER_CONTAINER: &str = "cert-manager-controller";
/// Where cert-manager usually is installed.
pub const CERT_MANAGER_NAMESPACE: &str = "cert-manager";
/// SPIFFE's CSI driver.
pub const SPIRE_DRIVER: &str = "csi.spiffe.io";
/// Where an agent looks for the socket of somebody else who hands out certificates.
pub const WORKLOAD_SOCKET_PATH: &str = "/var/run/secrets/workload-spiffe-uds";
/// Istio's empty volume for its own socket there.
pub const WORKLOAD_SOCKET_VOLUME: &str = "workload-socket";
/// The volume with SPIRE's socket, in a pod that has none of Istio's.
pub const SPIRE_VOLUME: &str = "signet-spire";
/// The label by which SPIRE's controller manager knows the pods that it registers.
pub const SPIRE_LABEL: &str = "spiffe.io/spire-managed-identity";
/// The service account's files, which no mount may hide.
pub const SERVICE_ACCOUNT_PATH: &str = "/var/run/secrets/kubernetes.io";
/// What every annotation of Signet begins with.
pub const ANNOTATION_PREFIX: &str = "signet.dev/";
/// ProxyConfig and pod annotation: the app containers that also get the CA; `*` for all.
pub const CA_CONTAINERS_ANNOTATION: &str = "signet.dev/ca-containers";
/// ProxyConfig and pod annotation: where the CA is mounted.
pub const CA_MOUNT_PATH_ANNOTATION: &str = "signet.dev/ca-mount-path";
/// ProxyConfig annotation: `true` has the agent verify istiod with istiod's root and the signer's.
pub const AGENT_ROOTS_ANNOTATION: &str = "signet.dev/agent-roots";
/// ProxyConfig annotation: `true` mounts the Secret `istio.SERVICEACCOUNT`.
pub const MOUNT_MTLS_CERTS_ANNOTATION: &str = "signet.dev/mount-mtls-certs";
/// Annotation on istiod's namespace: the Secret with the one root of all signers.
pub const ISTIOD_CA_SECRET_ANNOTATION: &str = "signet.dev/istiod-ca-secret";
