//! Starts real servers, says where they are, and ends them when its standard input closes.
//!
//! ```sh
//! cargo run -p signet-tests --bin testbed -- control-plane --kwok --envoys
//! ```

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

use clap::{Parser, Subcommand};
use serde_json::to_string;
use signet_tests::testbed::{
    ControlPlane, Envoy, EnvoyReport, Failure, Kwok, Line, PROXY_CONFIG_CRD, Proxy, Ready, ServerReport,
    Signer, proxied_pod,
};
use tokio::signal::unix::{SignalKind, signal};

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
    let end = end_of_use().map_err(said("signal handlers"))?;
    let plane = ControlPlane::start()?;
    for report in plane.report() {
        say(&Line::Server(report))?;
    }
    plane.kubectl().apply(PROXY_CONFIG_CRD)?;
    let kwok = kwok.then(|| Kwok::start(&plane, 1)).transpose()?;
    if let Some(kwok) = &kwok {
        say(&Line::Server(kwok.report()))?;
    }
    // Bound to names, because they live until the end of this function.
    let envoys = match &kwok {
        Some(kwok) if envoys => start_envoys(&plane, kwok)?,
        _ => Vec::new(),
    };
    for (server, _, _) in &envoys {
        say(&Line::Server(server.clone()))?;
    }
    say(&Line::Ready(Ready {
        kubeconfig: plane.kubectl().kubeconfig().to_owned(),
        api_server: plane.api_server(),
        folder: plane.folder().to_owned(),
        pid: std::process::id(),
        seconds: started.elapsed().as_secs_f64(),
        envoys: envoys.iter().map(|(_, report, _)| report.clone()).collect(),
    }))?;
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

/// Answers once when nobody needs the testbed any more. Begins to listen at once, so that an end that
/// comes while servers start is not missed.
fn end_of_use() -> io::Result<Receiver<()>> {
    let (tell, end) = mpsc::channel();
    let closed = tell.clone();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        closed.send(())
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?]
    };
    thread::spawn(move || {
        let [terminate, interrupt, hangup] = &mut signals;
        runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {}
            }
        });
        tell.send(())
    });
    Ok(end)
}

fn say(line: &Line) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    let text = to_string(line).map_err(io::Error::from).map_err(said("standard output"))?;
    writeln!(output, "{text}").and_then(|()| output.flush()).map_err(said("standard output"))
}

/// Names what failed in an error of the system.
fn said(what: &str) -> impl Fn(io::Error) -> Failure {
    move |reason| Failure::Start { program: format!("testbed ({what})"), reason }
}
