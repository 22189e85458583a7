//! What the servers of a node read when they start.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::NODE;
use crate::testbed::Failure;

/// Where CoreDNS says that it knows the Services.
pub(super) const NAMES_READY: u16 = 20_181;
/// The addresses of pods.
const PODS: &str = "10.55.0.0/16";
/// Where Debian's containernetworking-plugins has them.
const PLUGINS: &str = "/usr/lib/cni";

/// Writes all of them into the node's folder. `credentials` is the folder of the control plane, with its
/// authority, the kubelet's certificate and the kubeconfig.
pub(super) fn write(
    folder: &Path,
    credentials: &Path,
    socket: &Path,
    cgroup: &str,
    sandbox_image: &str,
) -> Result<(), Failure> {
    let network = folder.join("network");
    fs::create_dir(&network).map_err(Failure::file(&network))?;
    for (name, text) in [
        ("containerd.toml", containerd(folder, socket, &network, sandbox_image)),
        ("network/pods.conflist", pod_network(folder)),
        ("kubelet.json", kubelet(folder, credentials, socket, cgroup)),
        ("resolv.conf", format!("nameserver {NODE}\n")),
        ("Corefile", corefile(credentials)),
    ] {
        let place = folder.join(name);
        fs::write(&place, text).map_err(Failure::file(&place))?;
    }
    Ok(())
}

fn containerd(folder: &Path, socket: &Path, network: &Path, sandbox_image: &str) -> String {
    let (folder, socket, network) = (folder.display(), socket.display(), network.display());
    format!(
        r#"version = 2
root = "{folder}/containerd"
state = "{folder}/containerd-state"

[grpc]
address = "{socket}"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{sandbox_image}"
netns_mounts_under_state_dir = true
# A root without CAP_SYS_RESOURCE cannot make a score better than its own.
restrict_oom_score_adj = true

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{PLUGINS}"
conf_dir = "{network}"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
Root = "{folder}/runc"
"#
    )
}

/// Every pod has a link to the node and no bridge in between, so that what one pod sends to another by
/// way of a Service comes back by way of the node too.
fn pod_network(folder: &Path) -> String {
    let addresses = json!({
        "type": "host-local",
        "dataDir": folder.join("addresses"),
        "ranges": [[{ "subnet": PODS }]],
        "routes": [{ "dst": "0.0.0.0/0" }],
    });
    let plugin = json!({ "type": "ptp", "ipMasq": false, "ipam": addresses });
    json!({ "cniVersion": "1.0.0", "name": "pods", "plugins": [plugin] }).to_string()
}

fn kubelet(folder: &Path, credentials: &Path, socket: &Path, cgroup: &str) -> String {
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": NODE,
        "authentication": {
            "anonymous": { "enabled": false },
            "webhook": { "enabled": false },
            "x509": { "clientCAFile": credentials.join("ca.crt") },
        },
        // Only the API server has a certificate that gets so far.
        "authorization": { "mode": "AlwaysAllow" },
        "tlsCertFile": credentials.join("kubelet.crt"),
        "tlsPrivateKeyFile": credentials.join("kubelet.key"),
        "containerRuntimeEndpoint": format!("unix://{}", socket.display()),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": format!("/{cgroup}"),
        "failCgroupV1": false,
        "failSwapOn": false,
        "oomScoreAdj": 0,
        "clusterDNS": [NODE],
        "clusterDomain": "cluster.local",
        "resolvConf": folder.join("resolv.conf"),
        "podLogsDir": folder.join("logs"),
        // A machine with a full disk runs tests too.
        "evictionHard": { "memory.available": "1%", "nodefs.available": "0%", "imagefs.available": "0%" },
        "imageGCHighThresholdPercent": 100,
        // Seen at once, not after a minute.
        "configMapAndSecretChangeDetectionStrategy": "Watch",
    })
    .to_string()
}

fn corefile(credentials: &Path) -> String {
    format!(
        ".:53 {{
  bind {NODE}
  errors
  ready {NODE}:{NAMES_READY}
  kubernetes cluster.local in-addr.arpa {{
    kubeconfig {}
  }}
}}
",
        credentials.join("kubeconfig").display()
    )
}
