//! SPIRE beside the node: it hands certificates to the pods that have a volume of `csi.spiffe.io`.

use std::path::Path;
use std::time::Duration;

use crate::testbed::{Failure, Kubectl, Server, Tool};

/// Where its requests for a certificate of its own are made.
const NAMESPACE: &str = "spire";
/// The name of its CSI driver, which the situation registers as a CSIDriver.
const DRIVER: &str = "csi.spiffe.io";
/// Short, so that a renewal is seen by who waits for one.
const LIFETIME: &str = "2m";
/// cert-manager has to approve and to sign.
const PATIENCE: Duration = Duration::from_secs(90);

/// Starts it below a ClusterIssuer, and waits until the kubelet knows its driver.
pub(super) fn start(
    issuer: &str,
    kubectl: &Kubectl,
    kubelet_folder: &Path,
    folder: &Path,
) -> Result<Server, Failure> {
    kubectl.namespace(NAMESPACE)?;
    let arguments = [
        format!("--kubeconfig={}", kubectl.kubeconfig().display()),
        format!("--namespace={NAMESPACE}"),
        format!("--issuer={issuer}"),
        format!("--svid-lifetime={LIFETIME}"),
        format!("--kubelet={}", kubelet_folder.display()),
    ];
    let mut spire = Server::start("spire", &Tool::Spire.path()?, arguments, folder)?;
    spire.wait_ready("the driver csi.spiffe.io", PATIENCE, || is_registered(kubectl))?;
    Ok(spire)
}

fn is_registered(kubectl: &Kubectl) -> Result<(), String> {
    let said = kubectl.run(&["get", "csinodes", "--output=jsonpath={.items[*].spec.drivers[*].name}"]);
    match said.map_err(|failure| failure.to_string())? {
        drivers if drivers.split(' ').any(|driver| driver == DRIVER) => Ok(()),
        drivers => Err(format!("the kubelet has the drivers {drivers:?}")),
    }
}
