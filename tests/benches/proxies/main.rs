//! The chains of 100, 1,000 and 10,000 pods, cold, beside a bare loop of the same port-forwards.
//!
//! Both connect anew, ask the API server for the pods, and ask each Envoy for its secrets and metadata
//! through a port-forward of its own, sixteen at once. Ours also watches what configures the mesh, and
//! reads, verifies and judges every chain. Beside that: how much memory it takes, when the dashboard
//! shows pods and the chains of those that are on the screen, and how long its other screens take.

#![expect(clippy::expect_used, reason = "what goes wrong here ends the measurement, with its reason")]

mod bare;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitCode, Termination as _};
use std::time::Instant;

use clap::Parser as _;
use peak_alloc::PeakAlloc;
use serde_json::json;
use signet_inspector::cli::Cli;
use signet_inspector::commands;
use signet_inspector::source::{ClusterArgs, MeshArgs};
use signet_mesh::Observation;
use signet_tests::interleaved::{measure, measure_rounds, write};
use signet_tests::terminal::Terminal;
use signet_tests::testbed::Crowd;
use tokio::runtime::Runtime;
use vt100::Screen;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What the first argument is when this program has to be `signet`, built as it is measured.
const AS_SIGNET: &str = "signet";
/// MB of heap for 10,000 pods.
const MEMORY_LIMIT: usize = 200;
/// Seconds until the dashboard shows the chains that are on the screen, of 10,000 pods.
const SCREEN_LIMIT: f64 = 10.0;
/// Seconds from a key to the screen that it opens.
const KEY_LIMIT: f64 = 1.0;
/// Each key with the beginning of that screen's title: what they show rests on all pods.
const SCREENS: [(&str, &str); 3] = [("t", "Trust"), ("s", "Signers"), ("r", "Roots")];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.peek().is_some_and(|first| first == AS_SIGNET) {
        return commands::run(Cli::parse_from(arguments)).expect("an answer").report();
    }
    let runtime = Runtime::new().expect("a runtime");
    let mut crowd = Crowd::start().expect("servers");
    let goals = [100, 1_000, 10_000].map(|pods| {
        crowd.grow_to(pods).expect("pods");
        is_fast_and_small(&crowd, &runtime) & is_soon(&crowd)
    });
    if goals.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// How long all chains take, and the largest heap meanwhile.
fn is_fast_and_small(crowd: &Crowd, runtime: &Runtime) -> bool {
    let (file, pods) = (crowd.kubectl().kubeconfig(), crowd.pods());
    let mut largest = 0;
    let ours = || {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let chains = runtime.block_on(chains(file));
        assert_eq!(chains.read, pods, "{:#?}", chains.failures);
        if !chains.failures.is_empty() {
            println!("asked again: {:?}", chains.failures);
        }
        largest = largest.max(MEMORY.peak_usage() - before);
    };
    let bare = || assert_eq!(runtime.block_on(bare::dumps(file)), pods);
    let of = ("pods", pods);
    let ratio = match pods {
        10_000 => measure_rounds(1, "chains of 10000 pods, cold", of, 1.25, ours, bare),
        1_000 => measure_rounds(5, "chains of 1000 pods, cold", of, 1.25, ours, bare),
        _ => measure("chains of 100 pods, cold", of, 1.25, ours, bare),
    };
    let megabytes = largest / 1_000_000;
    println!("signet-memory: {megabytes} MB of heap at most with {pods} pods (goal at most {MEMORY_LIMIT})");
    let measured = json!({ "megabytes": megabytes, "goal": MEMORY_LIMIT, "pods": pods });
    write(&format!("signet-memory-{pods}"), &measured);
    let is_fast = ratio.report();
    is_fast && megabytes <= MEMORY_LIMIT
}

/// What `signet pods -A` reads.
struct Chains {
    read: usize,
    /// What went wrong, and how often. A proxy that fails is asked again.
    failures: BTreeMap<String, usize>,
}

async fn chains(kubeconfig: &Path) -> Chains {
    let cluster = ClusterArgs { kubeconfig: Some(kubeconfig.to_owned()), ..ClusterArgs::default() };
    let mesh = MeshArgs { demo: false, cluster, ..MeshArgs::of_demo(1) };
    let look = mesh.still(None).await.expect("a cluster");
    let mut failures = BTreeMap::new();
    let settled = look.settle(|observation| {
        if let Observation::Proxy { answer: Err(error), .. } = observation {
            *failures.entry(error.to_string()).or_default() += 1;
        }
    });
    let settled = settled.await.expect("a mesh");
    let workloads = settled.inventory.workloads(settled.now);
    let read = workloads.iter().filter(|workload| workload.signer.actual.is_some()).count();
    Chains { read, failures }
}

/// From the start of the program until its dashboard shows pods, and until all that it shows have a signer.
fn is_soon(crowd: &Crowd) -> bool {
    let program = std::env::current_exe().expect("this program").display().to_string();
    let kubeconfig = format!("--kubeconfig={}", crowd.kubectl().kubeconfig().display());
    let rows = |screen: &Screen| -> Vec<String> {
        screen.contents().lines().filter(|line| line.starts_with("crowd-")).map(str::to_owned).collect()
    };
    let started = Instant::now();
    let mut terminal = Terminal::start(&[program, AS_SIGNET.to_owned(), kubeconfig, "-A".to_owned()], &[]);
    terminal.shows("pods", |screen| !rows(screen).is_empty());
    let pods = started.elapsed().as_secs_f64();
    terminal.shows("their signers", |screen| {
        let rows = rows(screen);
        rows.len() > 10 && rows.iter().all(|row| row.contains(" ok "))
    });
    let chains = started.elapsed().as_secs_f64();
    let of = crowd.pods();
    println!(
        "dashboard: pods after {pods:.1} s, chains of the first screen after {chains:.1} s with {of} pods (goal at most {SCREEN_LIMIT} s)"
    );
    write(
        &format!("dashboard-{of}"),
        &json!({"pods": of, "seconds": {"pods": pods, "chains": chains, "goal": SCREEN_LIMIT}}),
    );
    let slowest = SCREENS.map(|screen| seconds_to(screen, &mut terminal, of)).into_iter().fold(0.0, f64::max);
    chains <= SCREEN_LIMIT && slowest <= KEY_LIMIT
}

/// From a key until the screen that it opens shows something, while chains are still being read: one time all of what
/// it shows is worked out, and one frame.
fn seconds_to((key, name): (&str, &str), terminal: &mut Terminal, pods: usize) -> f64 {
    let title = format!("─ {name}: ");
    let pressed = Instant::now();
    terminal.types(key);
    terminal.shows(name, |screen| {
        let text = screen.contents();
        let shown = text.split_once(&title).map(|(_, shown)| shown);
        shown.is_some_and(|shown| !shown.starts_with("0 ") && shown.contains("bar"))
    });
    let seconds = pressed.elapsed().as_secs_f64();
    println!("dashboard: {name} after {seconds:.2} s with {pods} pods (goal at most {KEY_LIMIT} s)");
    let measured = json!({"pods": pods, "seconds": seconds, "goal": KEY_LIMIT});
    write(&format!("dashboard-{}-{pods}", name.to_lowercase()), &measured);
    seconds
}
