//! `KUBECONFIG=… make playground`: a situation comes into a cluster that somebody else has brought up.

use std::path::Path;
use std::process::{Command, Output};

use signet_tests::bless::root;

use crate::agreement;
use crate::mesh::{Mesh, PLAYGROUND};

const SITUATION: &str = "built-in-ca";

/// A mesh of the tests stands in for that cluster: it has cert-manager, Istio and the images. What the playground
/// brings is there already, goes by what the playground says, and comes anew.
pub(crate) fn comes_and_goes(mesh: &Mesh) {
    let folder = tempfile::tempdir().expect("a folder");
    // In a folder of the testbed's it would be that of a mesh on this machine.
    let kubeconfig = folder.path().join("config");
    std::fs::copy(mesh.kubectl().kubeconfig(), &kubeconfig).expect("a copy");

    let refused = up("spire", &kubeconfig);
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("unset KUBECONFIG for a mesh on this machine"), "{refused:?}");

    let unasked = playground(SITUATION, &kubeconfig).output().expect("it starts");
    assert!(!unasked.status.success(), "nobody agreed");
    assert!(text(&unasked.stderr).contains("YES=1 make playground"), "{unasked:?}");

    let first = up(SITUATION, &kubeconfig);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let said = text(&first.stdout);
    let line = |start: &str| said.lines().find(|line| line.trim().starts_with(start)).expect(start);
    let undo = Command::new("sh")
        .args(["-c", &format!("{}; {}", line("export PATH="), line("kubectl delete"))])
        .current_dir(root())
        .env("KUBECONFIG", &kubeconfig)
        .output()
        .expect("a shell");
    assert!(undo.status.success(), "{}", text(&undo.stderr));
    let namespaces = mesh.kubectl().run(&["get", "namespaces", "--output=name"]).expect("namespaces");
    for gone in ["foo", "bar", "signet-system"] {
        assert!(!namespaces.contains(&format!("namespace/{gone}\n")), "{namespaces}");
    }

    let second = up(SITUATION, &kubeconfig);
    assert!(second.status.success(), "{}", text(&second.stderr));
    agreement::on_certificates(mesh);
    assert_eq!(agreement::on_trust(mesh), (6, 0), "there is one root");
}

/// As with `YES=1`.
fn up(situation: &str, kubeconfig: &Path) -> Output {
    playground(situation, kubeconfig).arg("--yes").output().expect("it starts")
}

fn playground(situation: &str, kubeconfig: &Path) -> Command {
    let mut command = Command::new(PLAYGROUND);
    command.args(["up", "--situation", situation]).env("KUBECONFIG", kubeconfig);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
