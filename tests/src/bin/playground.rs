//! A real mesh on this machine, to look at and to test against.
//!
//! ```sh
//! make playground
//! make playground-down
//! ```

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Duration;
use std::{io, thread};

use clap::{Args, Parser, Subcommand};
use signet_tests::playground::{Guest, Keeper, Place, Playground, Progress, Situation, Up};
use signet_tests::testbed::{
    API_SERVER, Enclosure, Failure, Line, OwnAddress, Ready, Tool, end_by_signal, end_of_use,
};

/// Kubernetes, cert-manager, Istio, Signet and some pods, on this machine alone. Needs root on Linux.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Brings a mesh up, says how to look at it, and returns; `down` ends it
    Up {
        #[command(flatten)]
        mesh: Mesh,
        /// A cluster that has Istio and cert-manager, instead of a mesh on this machine
        #[arg(long, env = "KUBECONFIG")]
        kubeconfig: Option<PathBuf>,
        /// Bring it into that cluster without being asked
        #[arg(long)]
        yes: bool,
    },
    /// Ends the mesh that `up` left, and waits until nothing is left of it
    Down,
    /// Brings a mesh up and keeps it until standard input closes. The last line of output has
    /// `"event":"ready"`
    Run {
        #[command(flatten)]
        mesh: Mesh,
    },
    /// What `run` starts in namespaces of its own
    #[command(hide = true)]
    Inside {
        #[command(flatten)]
        mesh: Mesh,
        #[arg(long)]
        address: Ipv4Addr,
        #[arg(long)]
        folder: PathBuf,
        #[arg(long)]
        cgroup: String,
    },
}

#[derive(Args)]
struct Mesh {
    /// A folder of tests/situations
    #[arg(long, value_parser = Situation::named, default_value = "signers-per-namespace")]
    situation: Situation,
    /// The webhook's image; `make image` makes it
    #[arg(long, env = "SIGNET_WEBHOOK_IMAGE")]
    webhook: PathBuf,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().what {
        What::Up { mesh, kubeconfig, yes } => match kubeconfig.filter(|place| !Guest::is_at_home(place)) {
            Some(kubeconfig) => up_elsewhere(&mesh, &kubeconfig, yes),
            None => up(&mesh),
        },
        What::Down => down(),
        What::Run { mesh } => run(&mesh),
        What::Inside { mesh, address, folder, cgroup } => {
            OwnAddress::take_this(address).and_then(|address| inside(mesh, Place { address, folder, cgroup }))
        }
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("playground: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn up(mesh: &Mesh) -> Result<ExitCode, Failure> {
    let (_, interrupted) = end_by_signal()?;
    let mut command = Command::new(this_program()?);
    command.arg("run").args(arguments(mesh));
    match Keeper::new().up(command, &interrupted)? {
        Up::Now(ready) => {
            let kubeconfig = format!("KUBECONFIG={} ", ready.kubeconfig.display());
            println!("{}", welcome(&kubeconfig, mesh, "`make playground-down` ends this mesh.")?);
            Ok(ExitCode::SUCCESS)
        }
        Up::Already(ready) => {
            eprintln!(
                "a playground is up already; `make playground-down` ends it, and this is where it is:\n\n  export KUBECONFIG={}",
                ready.kubeconfig.display()
            );
            Ok(ExitCode::FAILURE)
        }
        Up::Interrupted => {
            eprintln!("interrupted; nothing is left of it");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn down() -> Result<ExitCode, Failure> {
    if Keeper::new().down()? {
        println!("the playground is gone, and nothing is left of it");
    } else {
        println!("there is no playground");
    }
    Ok(ExitCode::SUCCESS)
}

/// Brings the situation into the cluster of a kubeconfig.
fn up_elsewhere(mesh: &Mesh, kubeconfig: &Path, yes: bool) -> Result<ExitCode, Failure> {
    let folder = mesh.webhook.with_file_name("playground");
    let guest = Guest::new(kubeconfig, &mesh.situation, &folder)?;
    eprintln!(
        "KUBECONFIG leads to {}. Namespaces foo, bar and signet-system come there, and STRICT mutual TLS for \
         the whole mesh. (unset KUBECONFIG for a mesh on this machine.)",
        guest.server()?
    );
    if !yes && !is_agreed() {
        return Ok(ExitCode::FAILURE);
    }
    let images = format!("{} {}", mesh.webhook.display(), guest.workload_image()?.display());
    eprintln!(
        "The nodes of the cluster need two images, which no registry has. Give them now, or once their pods wait:

  for image in {images}; do kind load image-archive $image; done      # kind
  k3s ctr images import {images}      # k3s, on each node
"
    );
    guest.settle(&mut Progress::start())?;
    let end = "What this has brought goes with\n\n  \
               kubectl delete --ignore-not-found -f tests/situations/mesh.yaml -f install.yaml";
    println!("{}", welcome("", mesh, end)?);
    Ok(ExitCode::SUCCESS)
}

/// Asks whoever sits at a terminal whether it is the right cluster. Where nobody does, nobody agrees.
fn is_agreed() -> bool {
    if !io::stdin().is_terminal() {
        eprintln!(
            "Nobody is here to agree, so nothing was done. If it is the right cluster: YES=1 make playground"
        );
        return false;
    }
    eprint!("Go on? [y/N] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).is_ok_and(|_| answer.trim().eq_ignore_ascii_case("y"))
}

/// What to paste, what to try, and how it ends. `variables` are those of a shell, each with a space behind it.
fn welcome(variables: &str, mesh: &Mesh, end: &str) -> Result<String, Failure> {
    let mut programs = vec![this_program()?];
    for tool in [Tool::Kubectl, Tool::Istioctl] {
        programs.push(tool.path()?);
    }
    let folders: Vec<String> =
        programs.iter().filter_map(|program| Some(program.parent()?.display().to_string())).collect();
    let situation = mesh.situation.name();
    Ok(format!(
        "\nA mesh is up ({situation}). In this shell:

  export {variables}PATH={}:$PATH

Then try:

  signet                         # the dashboard; ? lists its keys
  signet pods -A                 # which signer each pod should have, asked for and has
  signet chain -n foo deploy/httpbin --roots
  signet trust                   # who can talk to whom; and whether the mesh does as it says:
  kubectl -n foo exec deploy/sleep -c sleep -- curl -s httpbin.bar:8000/headers

What it shows: tests/situations/{situation}/README.md. {end}",
        folders.join(":"),
    ))
}

fn this_program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|reason| Failure::Start { program: "playground".to_owned(), reason })
}

/// Keeps the mesh in its namespaces until it ends or is no more needed.
fn run(mesh: &Mesh) -> Result<ExitCode, Failure> {
    const LOOK: Duration = Duration::from_millis(200);
    let end = end_of_use()?;
    let arguments = [OsString::from("inside")].into_iter().chain(arguments(mesh));
    let mut enclosure = Enclosure::start(&this_program()?, arguments, API_SERVER)?;
    loop {
        if let Some(status) = enclosure.wait(LOOK) {
            return Ok(code(status));
        }
        if end.try_recv().is_ok() {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// The arguments that make a [`Mesh`].
fn arguments(mesh: &Mesh) -> [OsString; 4] {
    ["--situation".into(), mesh.situation.name().into(), "--webhook".into(), mesh.webhook.clone().into()]
}

/// Whatever ended the program inside, it has said why.
fn code(status: io::Result<ExitStatus>) -> ExitCode {
    if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Brings the mesh up and keeps it. Ends at any moment without ado: the kernel removes what is there.
fn inside(mesh: Mesh, at: Place) -> Result<ExitCode, Failure> {
    let end = end_of_use()?;
    thread::spawn(move || match bring_up(&mesh, at) {
        Ok(_playground) => loop {
            thread::park();
        },
        Err(failure) => {
            eprintln!("playground: {failure}");
            std::process::exit(1);
        }
    });
    // An error would mean that all who could tell are gone, which is the end as well.
    let _ = end.recv();
    Ok(ExitCode::SUCCESS)
}

/// Brings the mesh up and says where it is.
fn bring_up(mesh: &Mesh, at: Place) -> Result<Playground, Failure> {
    let mut progress = Progress::start();
    let folder = at.folder.clone();
    let playground = Playground::start(at, &mesh.situation, &mesh.webhook, &mut progress)?;
    for report in playground.report() {
        Line::Server(report).say()?;
    }
    let plane = playground.plane();
    let ready = Line::Ready(Ready {
        kubeconfig: plane.kubectl().kubeconfig().to_owned(),
        api_server: plane.api_server(),
        folder,
        pid: std::process::id(),
        seconds: progress.seconds(),
        envoys: Vec::new(),
    });
    ready.say()?;
    Ok(playground)
}
