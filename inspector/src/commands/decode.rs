//! `signet decode`: what is in these bytes.

use clap::Args;
use signet_certs::report::{DocumentReport, Documents, KeyReport, RequestReport};
use signet_certs::{Document, JudgeOptions, Limits, Source, algorithms, read};

use signet_certs::x509::KeyAlgorithm;

use super::Context;
use crate::cli::Format;
use crate::output::{Lines, Output, exit_for, say};
use crate::{Exit, Failure, files};

/// Say what files hold: every certificate of every block, keys by kind only, and what is wrong
///
/// Reads PEM, DER, base64 and hexadecimal of DER; Kubernetes Secrets, ConfigMaps and Lists as YAML or
/// JSON; Envoy's, istioctl's and ztunnel's dumps. What it is given it finds out by itself.
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
        let mut documents = Vec::new();
        let mut unread = false;
        for file in &self.files {
            match read_documents(file) {
                Ok(read) => documents.extend(read),
                // One file that cannot be read does not hide the others.
                Err(failure) => {
                    say(&failure.to_string());
                    unread = true;
                }
            }
        }
        let options = JudgeOptions::at(context.now(), algorithms::aws_lc_rs());
        let mut answer = Documents::new(&documents, &options);
        if self.pem {
            answer = answer.with_pem(&documents);
        }
        if !(documents.is_empty() && unread) {
            print(&mut context.output, &answer)?;
        }
        let findings = answer.documents.iter().flat_map(|document| &document.findings);
        let gravest = findings.map(|finding| finding.severity).max();
        Ok(if unread { Exit::Unchecked } else { exit_for(&context.global, gravest) })
    }
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

fn print(output: &mut Output, answer: &Documents) -> Result<(), Failure> {
    if output.object(answer)? {
        return Ok(());
    }
    if output.format == Format::Name {
        let certificates = answer.documents.iter().flat_map(|document| &document.certificates);
        let names: Vec<_> =
            certificates.map(|located| located.certificate.fingerprint_sha256.to_string()).collect();
        return output.text(&names.join("\n"));
    }
    let mut lines = Lines::default();
    for (index, document) in answer.documents.iter().enumerate() {
        if index > 0 {
            lines.gap();
        }
        render(output, &mut lines, document);
    }
    output.text(&lines.into_text())
}

fn render(output: &Output, lines: &mut Lines, document: &DocumentReport) {
    lines.push(0, output.paint.heading(&heading(&document.source)));
    let mut path = None;
    for placed in &document.certificates {
        if placed.path != path {
            path.clone_from(&placed.path);
            lines.push(2, path.as_deref().unwrap_or_default());
        }
        output.certificate(lines, 2, &placed.certificate);
    }
    for key in &document.keys {
        lines.push(2, key_sentence(key));
    }
    for request in &document.requests {
        lines.push(2, request_sentence(request));
    }
    for finding in &document.findings {
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
    let place: Vec<_> = [source.file.as_deref(), source.path.as_deref()].into_iter().flatten().collect();
    match place.as_slice() {
        [] => format!("{kind}{name}"),
        place => format!("{kind}{name} ({})", place.join(", ")),
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
