//! `signet verify`: a path, or the reason why there is none.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use rustls_pki_types::ServerName;
use signet_certs::report::{self, Verification};
use signet_certs::{
    Certificate, Severity, SpiffeId, UnixTime, Usage, VerifyOptions, algorithms, reservations, verify,
};

use super::{Context, decode::read_documents};
use crate::cli::Format;
use crate::columns::certificates::title;
use crate::output::{Output, exit_for};
use crate::{Exit, Failure};

/// Verify a leaf against trust anchors: the path from leaf to root, or the most useful reason
///
/// Every file may hold any of the formats that `signet decode` reads. The leaf is the first
/// certificate of LEAF; what follows it there counts as intermediates too.
#[derive(Debug, Args)]
pub struct Verify {
    /// The trust anchors.
    #[arg(long, value_name = "FILE", required = true)]
    roots: Vec<String>,
    /// Certificates that may stand between leaf and root.
    #[arg(long, value_name = "FILE")]
    intermediates: Vec<String>,
    /// Verify at this time instead of now (RFC 3339).
    #[arg(long, value_name = "TIME")]
    at: Option<UnixTime>,
    /// What the leaf must be good for.
    #[arg(long, value_enum, default_value_t = UsageArg::Any)]
    usage: UsageArg,
    /// The name that the leaf must carry: a DNS name, an IP address or a SPIFFE ID.
    #[arg(long, value_name = "NAME", value_parser = peer_name)]
    name: Option<String>,
    /// The leaf, with its chain if that is at hand; - for standard input.
    #[arg(value_name = "LEAF")]
    leaf: String,
}

/// What the leaf must be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum UsageArg {
    Any,
    Client,
    Server,
}

impl From<UsageArg> for Usage {
    fn from(usage: UsageArg) -> Self {
        match usage {
            UsageArg::Any => Self::Any,
            UsageArg::Client => Self::Client,
            UsageArg::Server => Self::Server,
        }
    }
}

impl Verify {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let anchors = certificates(&self.roots)?;
        let chain = certificates(std::slice::from_ref(&self.leaf))?;
        let Some((leaf, served)) = chain.split_first() else {
            return Err(Failure::unchecked(
                &self.leaf,
                "it holds no certificate",
                "name the file with the leaf",
            ));
        };
        let mut intermediates = served.to_vec();
        intermediates.extend(certificates(&self.intermediates)?);

        let at = self.at.unwrap_or_else(|| context.now());
        let algorithms = algorithms::aws_lc_rs();
        let options = VerifyOptions { at, usage: self.usage.into(), name: self.name.as_deref(), algorithms };
        let verified = verify(leaf, &intermediates, &anchors, &options);
        let findings = verified.as_ref().map(|path| reservations(path, at)).unwrap_or_default();
        let answer = Verification::new(&verified, findings);
        print(&mut context.output, &answer, verified.ok().map(|path| path.certificates), at)?;
        let gravest = answer.findings.iter().map(|finding| finding.severity).max();
        Ok(if answer.valid { exit_for(&context.global, gravest) } else { Exit::Findings })
    }
}

/// A name that a leaf can carry at all.
fn peer_name(text: &str) -> Result<String, String> {
    if text.contains("://") {
        SpiffeId::check(text).map_err(|error| error.reason.to_owned())?;
    } else {
        ServerName::try_from(text).map_err(|_| "it is no DNS name, IP address or SPIFFE ID".to_owned())?;
    }
    Ok(text.to_owned())
}

/// Every certificate of these files; a file without any is an error.
pub(super) fn certificates(files: &[String]) -> Result<Vec<Arc<Certificate>>, Failure> {
    let mut certificates = Vec::new();
    for file in files {
        let documents = read_documents(file)?;
        let before = certificates.len();
        certificates.extend(documents.iter().flat_map(|document| document.certificates().cloned()));
        if certificates.len() == before {
            return Err(Failure::unchecked(
                file,
                "it holds no certificate",
                "signet decode says what it holds",
            ));
        }
    }
    Ok(certificates)
}

fn print(
    output: &mut Output,
    answer: &Verification,
    path: Option<Vec<Arc<Certificate>>>,
    at: UnixTime,
) -> Result<(), Failure> {
    if output.object(answer)? {
        return Ok(());
    }
    if output.format == Format::Name {
        let names: Vec<_> = answer.path.iter().map(ToString::to_string).collect();
        return output.text(&names.join("\n"));
    }
    let mut lines = output.lines();
    match &answer.reason {
        None => lines.push(0, format_args!("valid at {at}")),
        Some(reason) => {
            let no = output.paint.severity(Severity::Error, "not valid");
            lines.push(0, format_args!("{no} at {at}: {}", reason.code));
            lines.push(2, &reason.message);
            lines.push(2, output.paint.faint(&reason.advice));
            lines.push(2, output.paint.faint(&format!("see {}", reason.reference)));
        }
    }
    for (depth, certificate) in path.unwrap_or_default().iter().enumerate() {
        let certificate = report::Certificate::new(certificate, at);
        lines.push(2 * depth, format_args!("{:<12} {}", certificate.role.word(), title(&certificate)));
    }
    for finding in &answer.findings {
        output.finding(&mut lines, 0, finding);
    }
    output.text(&lines.into_text())
}
