//! The images of what runs in the playground's pods, made of programs that are on this machine.

use std::path::{Path, PathBuf};

use crate::image::{Entry, Image};
use crate::testbed::{Failure, Tool};

/// The registry that these images would come from, if they came from one.
const REGISTRY: &str = "playground.signet.dev";
const TAG: &str = "local";
/// Where Debian has what iptables loads, and the one program behind its many names.
const XTABLES: &str = "/usr/lib/x86_64-linux-gnu/xtables";
const IPTABLES: &str = "/usr/sbin/xtables-nft-multi";
const IPTABLES_NAMES: [&str; 6] =
    ["iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"];
/// The user of Istio's proxies.
const USERS: &str = "root:x:0:0:root:/root:/bin/sh\nistio-proxy:x:1337:1337:istio-proxy:/:/bin/sh\n";

/// The name of the image that holds the namespaces of each pod.
pub fn sandbox_name() -> String {
    name("pause")
}

/// That image.
pub fn sandbox(folder: &Path) -> Result<PathBuf, Failure> {
    Image::new(&sandbox_name(), &["/workload", "pause"])
        .with([Entry::program("/workload", &Tool::Workload.path()?)])
        .write_into(folder)
}

/// The others: Istio's two, and the one of the workloads.
pub fn all(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    [workload()?, istiod()?, proxy()?].iter().map(|image| image.write_into(folder)).collect()
}

/// What serves and what calls: the program `workload`, and curl in a shell.
pub fn workload() -> Result<Image, Failure> {
    Image::new(&name("workload"), &["/workload"])
        .with([Entry::program("/workload", &Tool::Workload.path()?), Entry::shared_folder("/tmp")])
        .with_dynamic(Path::new("/bin/sh"), "/bin/sh")?
        .with_dynamic(Path::new("/usr/bin/curl"), "/usr/bin/curl")
}

fn istiod() -> Result<Image, Failure> {
    Ok(Image::new(&name("pilot"), &["/usr/local/bin/pilot-discovery"]).user(1337).with([
        Entry::program("/usr/local/bin/pilot-discovery", &Tool::PilotDiscovery.path()?),
        Entry::shared_folder("/tmp"),
    ]))
}

/// As Istio's own: its agent, Envoy with the template of its configuration, and iptables. And openssl, to
/// look from a proxy at what another one serves.
fn proxy() -> Result<Image, Failure> {
    let agent = Tool::PilotAgent.path()?;
    let template = agent.with_file_name("envoy_bootstrap.json");
    let mut image = Image::new(&name("proxyv2"), &["/usr/local/bin/pilot-agent"])
        .with([
            Entry::program("/usr/local/bin/pilot-agent", &agent),
            Entry::file("/var/lib/istio/envoy/envoy_bootstrap_tmpl.json", &template),
            Entry::text("/etc/passwd", USERS),
            Entry::text("/etc/group", "root:x:0:\nistio-proxy:x:1337:\n"),
            Entry::shared_folder("/tmp"),
        ])
        .with_dynamic(&Tool::Envoy.path()?, "/usr/local/bin/envoy")?
        .with_dynamic(Path::new(IPTABLES), IPTABLES)?
        .with_dynamic(Path::new("/usr/bin/openssl"), "/usr/bin/openssl")?
        .with_dynamic(Path::new("/bin/sh"), "/bin/sh")?;
    for name in IPTABLES_NAMES {
        image = image.with([Entry::link(&format!("/usr/sbin/{name}"), IPTABLES)]);
    }
    for module in std::fs::read_dir(XTABLES).map_err(Failure::file(Path::new(XTABLES)))?.flatten() {
        let module = module.path();
        image = image.with([Entry::program(&module.display().to_string(), &module)]);
    }
    Ok(image)
}

fn name(of: &str) -> String {
    format!("{REGISTRY}/{of}:{TAG}")
}
