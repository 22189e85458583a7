//! `signet trust`: who can talk mutual TLS to whom, and what a change would break.

mod named;
mod print;

use std::sync::Arc;

use clap::Args;
use signet_certs::algorithms::{Reuse, aws_lc_rs};
use signet_certs::{Fingerprint, UnixTime};
use signet_mesh::objects::Kind;
use signet_mesh::report::{self, Question};
use signet_mesh::trust::{Change, ImpossibleChange, Matrix, Peer};

use self::named::named;
use super::verify::certificates;
use super::{Context, block_on};
use crate::cli::Format;
use crate::source::{MeshesArgs, Settled};
use crate::{Exit, Failure};

/// More pairs than anybody reads; each takes some hundred bytes.
const MOST_PAIRS: usize = 1_000_000;

/// Say who can talk mutual TLS to whom, and if not, which root is missing where
///
/// Without a pod: the matrix by namespace and signer, clients down and servers across. With one or two: their
/// pairs, each with its reason. In every namespace unless -n names one. With --add-root, --remove-root or
/// --signer: what would change, and who has to restart first.
#[derive(Debug, Args)]
pub struct Trust {
    #[command(flatten)]
    meshes: MeshesArgs,
    /// The client: POD, NAMESPACE/POD, deploy/NAME or ns/NAMESPACE; CLUSTER: before it where there are several.
    #[arg(value_name = "FROM")]
    from: Option<String>,
    /// The server, likewise.
    #[arg(value_name = "TO", requires = "from")]
    to: Option<String>,
    /// What if every workload trusted the certificates of this file as well? May be repeated.
    #[arg(long, value_name = "FILE")]
    add_root: Vec<String>,
    /// What if no workload trusted this root any more? At least the first eight digits. May be repeated.
    #[arg(long, value_name = "FINGERPRINT", value_parser = beginning)]
    remove_root: Vec<String>,
    /// What if the workloads of this namespace had this signer? May be repeated.
    #[arg(long, value_name = "NAMESPACE=SIGNER", value_parser = namespace_and_signer)]
    signer: Vec<(String, String)>,
}

impl Trust {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let (meshes, titles) = block_on(self.look(context.global.now))?;
        let at = meshes.iter().map(|mesh| mesh.now).max().unwrap_or_else(|| context.now());
        let matrix = matrix(&meshes, &titles, at);
        let change = self.change(&matrix)?;
        let changed = if change.is_empty() {
            None
        } else {
            Some(matrix.after(&change).map_err(|error| impossible(&error))?)
        };
        let clients = named(&matrix, self.from.as_deref())?;
        let servers = named(&matrix, self.to.as_deref())?;
        let question = Question {
            matrix: changed.as_ref().unwrap_or(&matrix),
            before: changed.as_ref().map(|_| &matrix),
            clients: &clients,
            servers: &servers,
        };
        let in_full = self.from.is_some()
            || matches!(context.global.output, Format::Json | Format::Yaml | Format::Name);
        if in_full && question.pairs() > MOST_PAIRS {
            let why = format!("{} pairs are more than {MOST_PAIRS}", question.pairs());
            return Err(Failure::usage(
                "trust",
                why,
                "name a client, or a namespace with -n; the table has groups",
            ));
        }
        let exit = if in_full {
            let answer = report::Trust::new(&question);
            print::pairs(&mut context.output, &answer, at)?;
            self.exit(&answer)
        } else {
            let breaks = print::groups(&mut context.output, &question)?;
            if breaks { Exit::Findings } else { Exit::Ok }
        };
        Ok(meshes.iter().fold(exit, |exit, mesh| mesh.exit(exit)))
    }

    async fn look(&self, now: Option<UnixTime>) -> Result<(Vec<Settled>, Vec<String>), Failure> {
        let (mut meshes, mut titles) = (Vec::new(), Vec::new());
        for mesh in self.meshes.each() {
            let look = mesh.still(now).await?.with(&Kind::OF_TRUST);
            titles.push(look.title.clone());
            meshes.push(look.settle(|_| ()).await?);
        }
        Ok((meshes, titles))
    }

    fn change(&self, matrix: &Matrix) -> Result<Change, Failure> {
        let remove = self.remove_root.iter().map(|beginning| root(matrix, beginning));
        Ok(Change {
            add: certificates(&self.add_root)?,
            remove: remove.collect::<Result<_, _>>()?,
            signers: self.signer.iter().cloned().collect(),
        })
    }

    /// A question about two sides is answered with yes or no; a matrix only says how things are.
    fn exit(&self, answer: &report::Trust) -> Exit {
        let summary = answer.summary;
        match (&self.to, summary.no, summary.unknown) {
            (Some(_), 1.., _) => Exit::Findings,
            (Some(_), 0, 1..) => Exit::Unchecked,
            _ if summary.breaks > 0 => Exit::Findings,
            _ => Exit::Ok,
        }
    }
}

fn matrix(meshes: &[Settled], titles: &[String], at: UnixTime) -> Matrix {
    let several = meshes.len() > 1;
    let peers = meshes.iter().zip(titles).flat_map(|(mesh, title)| {
        let mut peers = Peer::all(&mesh.inventory, at);
        for peer in peers.iter_mut().filter(|_| several) {
            peer.cluster = Some(title.clone());
        }
        peers
    });
    let reuse = match meshes {
        [only] => Arc::clone(only.inventory.reuse()),
        _ => Arc::new(Reuse::new(aws_lc_rs())),
    };
    Matrix::new(peers.collect(), at, reuse)
}

/// The root whose fingerprint begins so, among those that workloads trust.
fn root(matrix: &Matrix, beginning: &str) -> Result<Fingerprint, Failure> {
    let trusted = matrix.peers().iter().flat_map(|peer| &peer.trusts.roots).map(|root| root.fingerprint);
    let mut found: Vec<Fingerprint> =
        trusted.filter(|root| root.to_string().starts_with(beginning)).collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(Failure::usage(
            "--remove-root",
            format!("no workload trusts a root {beginning}…"),
            "`signet roots` lists them all",
        )),
        several => Err(Failure::usage(
            "--remove-root",
            format!("{} roots begin with {beginning}", several.len()),
            "give more digits",
        )),
    }
}

fn impossible(error: &ImpossibleChange) -> Failure {
    let remedy = match error {
        ImpossibleChange::NobodyThere { .. } => "`signet pods -A` lists the namespaces",
        ImpossibleChange::UnknownSigner { .. } => "name one of those, or add its root with --add-root",
        ImpossibleChange::UnknownRoot { .. } => "`signet roots` lists them all",
    };
    Failure::usage("trust", error.to_string(), remedy)
}

/// Hexadecimal digits as fingerprints are written, colons left out.
fn beginning(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|c| *c != ':').collect::<String>().to_ascii_lowercase();
    if (8..=64).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(digits);
    }
    Err("give 8 to 64 hexadecimal digits, the beginning of a SHA-256 fingerprint".to_owned())
}

fn namespace_and_signer(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((namespace, signer)) if !namespace.is_empty() && !signer.is_empty() => {
            Ok((namespace.to_owned(), signer.to_owned()))
        }
        _ => Err("write it as NAMESPACE=SIGNER".to_owned()),
    }
}
