//! What the page works on: inputs that are read once, then judged at any time and against any roots.
//!
//! A desk holds documents, not bytes, and a document holds no private key: whatever leaves a desk is
//! free of keys by construction.

mod chains;
mod encounters;
pub mod report;
mod roots;
mod text;

use std::collections::HashSet;
use std::sync::Arc;

use signet_certs::report::{DocumentReport, Documents};
use signet_certs::{Certificate, Document, Fingerprint, JudgeOptions, UnixTime, algorithms};

use crate::functions::documents;
use crate::{Failure, asn1, may_hold_key};
use report::{Card, Encounters, Input, Received, Summary, View};

/// The inputs that lie on the page's desk, in the order of their numbers.
#[derive(Debug, Default)]
pub struct Desk {
    inputs: Vec<(u32, Held)>,
    trusted: HashSet<Fingerprint>,
}

/// One input: what was read of it, or why nothing was.
#[derive(Debug)]
struct Held {
    name: String,
    documents: Result<Vec<Document>, Failure>,
    /// It held a private key, or something that may be one.
    sealed: bool,
}

/// How much of a desk is looked at; the rest is only counted.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Documents, from the first.
    pub documents: usize,
    /// Certificates of each document, from the first.
    pub certificates: usize,
}

impl Desk {
    /// Puts an input on the desk, in place of the one that had its number.
    pub fn put(&mut self, number: u32, name: &str, bytes: &[u8]) -> Received {
        let mut documents = documents(name, bytes);
        for document in documents.iter_mut().flatten() {
            document.source.file = Some(name.to_owned());
        }
        let keys = documents.iter().flatten().flat_map(|document| &document.entries);
        let sealed = keys.map(|entry| entry.keys.len()).sum::<usize>() > 0 || may_hold_key(bytes);
        let held = Held { name: name.to_owned(), documents, sealed };
        let received = Received {
            sealed,
            text: sealed.then(|| text::of(held.documents.as_deref().unwrap_or_default())),
            error: held.documents.as_ref().err().map(ToString::to_string),
        };
        match self.inputs.binary_search_by_key(&number, |(other, _)| *other) {
            Ok(index) => {
                if let Some(place) = self.inputs.get_mut(index) {
                    place.1 = held;
                }
            }
            Err(index) => self.inputs.insert(index, (number, held)),
        }
        received
    }

    /// Takes an input away.
    pub fn remove(&mut self, number: u32) {
        self.inputs.retain(|(other, _)| *other != number);
    }

    /// Which certificates are trust anchors, in place of those before.
    pub fn trust_these(&mut self, fingerprints: impl IntoIterator<Item = Fingerprint>) {
        self.trusted = fingerprints.into_iter().collect();
    }

    /// Everything on the desk as it is at `now`.
    pub fn look(&self, now: UnixTime, window: Window) -> View {
        let anchors = self.anchors();
        let options = JudgeOptions { anchors: &anchors, ..JudgeOptions::at(now, algorithms::rustcrypto()) };
        let mut summary = Summary::default();
        let mut cards = Vec::new();
        for (index, (number, document)) in self.documents().enumerate() {
            let mut report = DocumentReport::new(document, &options);
            summary.count(&report);
            if index < window.documents {
                let certificates = report.certificates.len();
                report.certificates.truncate(window.certificates);
                let chains = chains::of(document, &report, &anchors, now);
                cards.push(Card { input: number, certificates, chains, document: report });
            }
        }
        View {
            now,
            inputs: self.inputs.iter().map(|(number, held)| input(*number, held)).collect(),
            summary,
            cards,
            roots: roots::of(self, now),
        }
    }

    /// Who of the workloads on the desk could talk to whom at `now`.
    pub fn encounters(&self, now: UnixTime) -> Encounters {
        encounters::of(self, now)
    }

    /// Everything on the desk in the shape of `signet decode -o json`.
    pub fn decoded(&self, now: UnixTime) -> Documents {
        let documents: Vec<_> = self.documents().map(|(_, document)| document.clone()).collect();
        Documents::new(&documents, &JudgeOptions::at(now, algorithms::rustcrypto()))
    }

    /// Every certificate on the desk as PEM, each under a line that says where it stood.
    pub fn pem(&self) -> String {
        let documents: Vec<_> = self.documents().map(|(_, document)| document.clone()).collect();
        text::of(&documents)
    }

    /// Whether any input held a private key, or something that may be one.
    pub fn is_sealed(&self) -> bool {
        self.inputs.iter().any(|(_, held)| held.sealed)
    }

    /// The certificate of this fingerprint.
    pub fn certificate(&self, fingerprint: Fingerprint) -> Option<&Arc<Certificate>> {
        self.certificates().find(|certificate| certificate.fingerprint == fingerprint)
    }

    /// The elements of a certificate's encoding.
    pub fn elements(&self, fingerprint: Fingerprint) -> Vec<asn1::Element> {
        self.certificate(fingerprint).map(|found| asn1::certificate(found.der())).unwrap_or_default()
    }

    fn documents(&self) -> impl Iterator<Item = (u32, &Document)> {
        self.inputs.iter().flat_map(|(number, held)| {
            held.documents.iter().flatten().map(move |document| (*number, document))
        })
    }

    fn certificates(&self) -> impl Iterator<Item = &Arc<Certificate>> {
        self.documents().flat_map(|(_, document)| document.certificates())
    }

    /// The certificates that are marked as trusted, each once.
    fn anchors(&self) -> Vec<Arc<Certificate>> {
        let mut left = self.trusted.clone();
        self.certificates().filter(|certificate| left.remove(&certificate.fingerprint)).cloned().collect()
    }
}

fn input(number: u32, held: &Held) -> Input {
    Input {
        number,
        name: held.name.clone(),
        sealed: held.sealed,
        documents: held.documents.as_ref().map_or(0, Vec::len),
        error: held.documents.as_ref().err().map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests;
