//! Several meshes at once, for what is asked between them.

use clap::Args;

use super::{ClusterArgs, MeshArgs, PodArgs};

/// Which meshes to look at, and which of their pods.
#[derive(Clone, Debug, Args)]
pub struct MeshesArgs {
    /// Look at the embedded mesh: real certificates, no cluster.
    #[arg(long, conflicts_with_all = ["snapshots", "contexts", "kubeconfig", "user", "groups"])]
    demo: bool,
    /// Seed of the embedded mesh's keys.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// Look at a file that `signet capture` wrote. May be repeated, and stand beside --context.
    #[arg(long = "snapshot", value_name = "FILE")]
    snapshots: Vec<String>,
    /// The context of the kubeconfig; else the current one. May be repeated: one cluster each.
    #[arg(long = "context", value_name = "CONTEXT")]
    contexts: Vec<String>,
    /// How the clusters are reached.
    #[command(flatten)]
    cluster: ClusterArgs,
    /// Which of their pods.
    #[command(flatten)]
    pods: PodArgs,
}

impl MeshesArgs {
    /// Each of the meshes, in every namespace unless one is named.
    pub fn each(&self) -> Vec<MeshArgs> {
        let mesh = MeshArgs {
            demo: self.demo,
            seed: self.seed,
            snapshot: None,
            context: None,
            cluster: self.cluster.clone(),
            pods: self.pods.clone(),
        };
        let mesh = mesh.everywhere();
        let of_snapshot = |file: &String| MeshArgs { snapshot: Some(file.clone()), ..mesh.clone() };
        let of_context = |name: &String| MeshArgs { context: Some(name.clone()), ..mesh.clone() };
        let mut each: Vec<MeshArgs> = self.snapshots.iter().map(of_snapshot).collect();
        each.extend(self.contexts.iter().map(of_context));
        if each.is_empty() { vec![mesh] } else { each }
    }
}
