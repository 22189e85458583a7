//! `signet decode`: what is in these bytes.

use clap::Args;
use signet_certs::report::{
    DocumentReport, Documents, KeyReport, RequestReport, RevocationListReport, SummaryReport,
};
use signet_certs::x509::KeyAlgorithm;
use signet_certs::{Document, JudgeOptions, Limits, Source, UnixTime, algorithms, read};

use super::Context;
use crate::cli::Format;
use crate::output::{Lines, Output, exit_for, say};
use crate::{Exit, Failure, files};

/// Say what files hold: every certificate of every block, keys by kind only, and what is wrong
///
/// Reads PEM, DER and PKCS#7, as they are, in base64 or in hexadecimal; Kubernetes Secrets, ConfigMaps,
/// requests, trust bundles and Lists as YAML or JSON; mesh configs; SPIFFE bundles; Envoy's, istioctl's
/// and ztunnel's dumps. What it is given it finds out by itself.
#[derive(Debug, Args)]
pub struct Decode {
    /// The files; standard input when absent or -.
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<String>,
    /// Print each certificate as PEM too.
    #[arg(long)]
    pem: bool,
}

impl Decode {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let (documents, unread) = read_all(&self.files);
        let options = JudgeOptions::at(context.now(), algorithms::aws_lc_rs());
        let mut answer = Documents::new(&documents, &options);
        if self.pem {
            answer = answer.with_pem(&documents);
        }
        if !(documents.is_empty() && unread) {
            print(&mut context.output, &documents, &answer, options.now)?;
        }
        let findings = answer.documents.iter().flat_map(|document| &document.findings);
        let gravest = findings.map(|finding| finding.severity).max();
        Ok(if unread { Exit::Unchecked } else { exit_for(&context.global, gravest) })
    }
}

/// The documents of every file that can be read, and whether there is one that cannot: it is named on
/// standard error, and hides none of the others.
pub(super) fn read_all(files: &[String]) -> (Vec<Document>, bool) {
    let mut documents = Vec::new();
    let mut unread = false;
    for file in files {
        match read_documents(file) {
            Ok(read) => documents.extend(read),
            Err(failure) => {
                say(&failure.to_string());
                unread = true;
            }
        }
    }
    (documents, unread)
}

/// The documents of one file, each with the file's name.
pub(super) fn read_documents(file: &str) -> Result<Vec<Document>, Failure> {
    let bytes = files::read(file)?;
    let mut documents = read(&bytes, &Limits::default()).map_err(|error| {
        Failure::unchecked(files::shown(file), error.to_string(), "name a file that holds certificates")
    })?;
    for document in &mut documents {
        document.source.file = Some(file.to_owned());
    }
    Ok(documents)
}

fn print(
    output: &mut Output,
    documents: &[Document],
    answer: &Documents,
    now: UnixTime,
) -> Result<(), Failure> {
    if output.object(answer)? {
        return Ok(());
    }
    if output.format == Format::Name {
        let certificates = answer.documents.iter().flat_map(|document| &document.certificates);
        let names: Vec<_> =
            certificates.map(|located| located.certificate.fingerprint_sha256.to_string()).collect();
        return output.text(&names.join("\n"));
    }
    let mut lines = output.lines();
    for (index, (document, report)) in documents.iter().zip(&answer.documents).enumerate() {
        if index > 0 {
            lines.gap();
        }
        render(output, &mut lines, document, report, now);
    }
    output.text(&lines.into_text())
}

/// A heading; each value with its certificates as a tree and one by one; keys and the rest; findings.
fn render(output: &Output, lines: &mut Lines, document: &Document, report: &DocumentReport, now: UnixTime) {
    lines.push(0, output.paint.heading(&heading(&report.source)));
    // The report has the certificates of every value in the order of the document.
    let mut placed = report.certificates.iter();
    for entry in document.entries.iter().filter(|entry| !entry.certificates.is_empty()) {
        if !entry.path.is_empty() {
            lines.push(2, &entry.path);
        }
        if entry.certificates.len() > 1 {
            output.tree(lines, 2, &entry.certificates, now);
            lines.gap();
        }
        for placed in placed.by_ref().take(entry.certificates.len()) {
            output.certificate(lines, 2, &placed.certificate);
        }
    }
    let sentences = (report.keys.iter().map(key_sentence))
        .chain(report.requests.iter().map(request_sentence))
        .chain(report.revocation_lists.iter().map(revocation_list_sentence))
        .chain(report.summaries.iter().map(summary_sentence));
    for sentence in sentences {
        lines.sentence(2, &sentence, str::to_owned);
    }
    for finding in &report.findings {
        output.finding(lines, 2, finding);
    }
}

/// `Secret foo/cacerts (cacerts.yaml, items[2])`.
fn heading(source: &Source) -> String {
    let kind = source.kind.as_deref().unwrap_or(source.format.word());
    let name = match (&source.namespace, &source.name) {
        (Some(namespace), Some(name)) => format!(" {namespace}/{name}"),
        (None, Some(name)) => format!(" {name}"),
        _ => String::new(),
    };
    let state = source.state.map(|state| format!(", {}", state.word())).unwrap_or_default();
    let place: Vec<_> = [source.file.as_deref(), source.path.as_deref()].into_iter().flatten().collect();
    match place.as_slice() {
        [] => format!("{kind}{name}{state}"),
        place => format!("{kind}{name} ({}{state})", place.join(", ")),
    }
}

/// What a key is and which certificate it belongs to; never what it says.
fn key_sentence(key: &KeyReport) -> String {
    let algorithm = key.algorithm.map_or("encrypted or unknown", KeyAlgorithm::word);
    let bits = key.bits.map(|bits| format!(" {bits}")).unwrap_or_default();
    let place = key.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    let belongs = match &key.matches {
        Some(fingerprint) => format!(", belongs to certificate {}", fingerprint.short()),
        None => String::new(),
    };
    format!("{place}private key, {algorithm}{bits}{belongs} (not shown)")
}

fn request_sentence(request: &RequestReport) -> String {
    let names = [request.uris.as_slice(), request.dns.as_slice()].concat();
    let subject = if request.subject.is_empty() { "an empty subject" } else { &request.subject };
    let place = request.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    match names.as_slice() {
        [] => format!("{place}certificate request for {subject}"),
        names => format!("{place}certificate request for {subject}, {}", names.join(", ")),
    }
}

fn revocation_list_sentence(list: &RevocationListReport) -> String {
    let place = list.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    let next = list.next_update.map(|next| format!(", next by {next}")).unwrap_or_default();
    format!(
        "{place}revocation list of {} of {}{next}: {} revoked",
        list.issuer, list.this_update, list.revoked
    )
}

/// A certificate that is not here: nothing of it is known but what the proxy says.
fn summary_sentence(summary: &SummaryReport) -> String {
    let place = summary.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    let serial = summary.serial_number.as_deref().unwrap_or("not told");
    let names = [summary.sans.uri.as_slice(), &summary.sans.dns, &summary.sans.ip].concat();
    let names = if names.is_empty() { String::new() } else { format!(" {},", names.join(", ")) };
    let until = summary.not_after.map(|end| format!(", notAfter {end}")).unwrap_or_default();
    format!("{place}says of a certificate:{names} serial {serial}{until}")
}
