//! Starts real servers, says where they are, and ends them when its standard input closes.
//!
//! ```sh
//! cargo run -p signet-tests --bin testbed -- control-plane --kwok --envoys
//! ```

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use signet_tests::testbed::{
    ControlPlane, Envoy, EnvoyReport, Failure, Kwok, Line, PROXY_CONFIG_CRD, Proxy, Ready, ServerReport,
    Signer, end_of_use, proxied_pod,
};

/// Real servers for tests and for looking around. Each line of output is a JSON object; the last one has
/// `"event":"ready"`. Everything ends when standard input closes, or with SIGTERM, SIGINT or SIGHUP.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// etcd, the API server and some controllers, with Istio's kind `ProxyConfig`
    ControlPlane {
        /// a node on which pods become Running
        #[arg(long)]
        kwok: bool,
        /// an Envoy of signer foo and one of signer bar, behind pods that lead to their admin ports
        #[arg(long)]
        envoys: bool,
    },
}

fn main() -> ExitCode {
    let What::ControlPlane { kwok, envoys } = Arguments::parse().what;
    match run(kwok || envoys, envoys) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("testbed: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(kwok: bool, envoys: bool) -> Result<(), Failure> {
    let started = Instant::now();
    let end = end_of_use()?;
    let plane = ControlPlane::start()?;
    for report in plane.report() {
        Line::Server(report).say()?;
    }
    plane.kubectl().apply(PROXY_CONFIG_CRD)?;
    let kwok = kwok.then(|| Kwok::start(&plane, 1)).transpose()?;
    if let Some(kwok) = &kwok {
        Line::Server(kwok.report()).say()?;
    }
    // Bound to names, because they live until the end of this function.
    let envoys = match &kwok {
        Some(kwok) if envoys => start_envoys(&plane, kwok)?,
        _ => Vec::new(),
    };
    for (server, _, _) in &envoys {
        Line::Server(server.clone()).say()?;
    }
    let ready = Line::Ready(Ready {
        kubeconfig: plane.kubectl().kubeconfig().to_owned(),
        api_server: plane.api_server(),
        folder: plane.folder().to_owned(),
        pid: std::process::id(),
        seconds: started.elapsed().as_secs_f64(),
        envoys: envoys.iter().map(|(_, report, _)| report.clone()).collect(),
    });
    ready.say()?;
    // An error would mean that all who could tell are gone, which is the end as well.
    let _ = end.recv();
    Ok(())
}

/// One Envoy each of `foo` and `bar`, in namespaces of these names, behind the pod `client`.
fn start_envoys(
    plane: &ControlPlane,
    kwok: &Kwok,
) -> Result<Vec<(ServerReport, EnvoyReport, Envoy)>, Failure> {
    let mut envoys = Vec::new();
    for signer in [Signer::foo()?, Signer::bar()?] {
        let (namespace, pod) = (signer.name.as_str(), "client");
        let envoy = Envoy::start(&Proxy::new(namespace, pod, &signer.name), &signer)?;
        plane.kubectl().namespace(namespace)?;
        plane.kubectl().apply(&proxied_pod(namespace, pod, "node-0", &signer.name).to_string())?;
        kwok.forward(namespace, pod, envoy.admin().port(), envoy.admin())?;
        let report = EnvoyReport {
            namespace: namespace.to_owned(),
            pod: pod.to_owned(),
            cert_signer: signer.name.clone(),
            admin: envoy.admin(),
        };
        envoys.push((envoy.report(), report, envoy));
    }
    Ok(envoys)
}
