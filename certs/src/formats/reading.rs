//! What is carried along while an input is read: the limits, and how much of them is used.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::pem::{Block, Blocks};
use super::{Limits, ReadError, der};
use crate::finding::{Finding, UNREADABLE};
use crate::x509::{Certificate, CertificateRequest, KeyAlgorithm, PrivateKey};
use crate::{Document, Entry, Key, Request};

/// Broken blocks of one value that get a finding each; what follows is counted in one more.
const FINDINGS_PER_VALUE: usize = 100;

/// One pass over an input.
pub(super) struct Reading<'l> {
    pub(super) limits: &'l Limits,
    certificates: usize,
}

impl<'l> Reading<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { limits, certificates: 0 }
    }

    /// Reads every block of a PEM text into an entry at `path`; what cannot be read becomes findings
    /// with the block's number and line.
    pub(super) fn pem(
        &mut self,
        path: &str,
        text: &[u8],
        findings: &mut Vec<Finding>,
    ) -> Result<Entry, ReadError> {
        let mut entry = Entry { path: path.to_owned(), ..Entry::default() };
        let mut blocks = Blocks::new(text);
        let mut broken = 0;
        while let Some(block) = blocks.advance() {
            if let Err(reason) = self.block(&block, &mut entry)? {
                broken += 1;
                if broken <= FINDINGS_PER_VALUE {
                    findings.push(unreadable_block(path, &block, &reason));
                }
            }
        }
        if broken > FINDINGS_PER_VALUE {
            let more = broken - FINDINGS_PER_VALUE;
            findings.push(Finding::new(&UNREADABLE, path, format!("{more} more blocks cannot be read")));
        }
        Ok(entry)
    }

    /// Adds what a block holds to `entry`, or says why it cannot be read.
    fn block(&mut self, block: &Block<'_>, entry: &mut Entry) -> Result<Result<(), String>, ReadError> {
        let Some(kind) = Kind::of(block.label) else { return Ok(Ok(())) };
        let der = match (kind, block.der) {
            (_, Ok(der)) => der,
            // Encrypted in the way of RFC 1421: what it is is all that can be known.
            (Kind::Pkcs1 | Kind::Sec1 | Kind::Pkcs8 | Kind::Sealed, Err(super::pem::Broken::Encrypted)) => {
                entry.keys.push(key(&PrivateKey::sealed()));
                return Ok(Ok(()));
            }
            (_, Err(broken)) => return Ok(Err(broken.to_string())),
        };
        let private = match kind {
            Kind::Certificate => {
                return Ok(match Certificate::parse(der) {
                    Ok(certificate) => {
                        self.count()?;
                        entry.certificates.push(Arc::new(certificate));
                        Ok(())
                    }
                    Err(error) => Err(error.to_string()),
                });
            }
            Kind::Request => {
                return Ok(match CertificateRequest::parse(der) {
                    Some(parsed) => {
                        entry.requests.push(request(parsed));
                        Ok(())
                    }
                    None => Err("it is no PKCS#10 request (RFC 2986 section 4.2)".to_owned()),
                });
            }
            Kind::Pkcs1 => PrivateKey::pkcs1(der),
            Kind::Sec1 => PrivateKey::sec1(der),
            Kind::Pkcs8 => PrivateKey::pkcs8(der),
            Kind::Sealed => Some(PrivateKey::sealed()),
        };
        Ok(match private {
            Some(private) => {
                entry.keys.push(key(&private));
                Ok(())
            }
            None => Err("it is no private key of the kind that its label names".to_owned()),
        })
    }

    /// Reads one DER structure into an entry, whatever of the kinds above it is. `false` if none.
    pub(super) fn der(&mut self, der: &[u8], entry: &mut Entry) -> Result<bool, ReadError> {
        if let Ok(certificate) = Certificate::parse(der) {
            self.count()?;
            entry.certificates.push(Arc::new(certificate));
        } else if let Some(parsed) = CertificateRequest::parse(der) {
            entry.requests.push(request(parsed));
        } else if let Some(private) = der::private_key(der) {
            entry.keys.push(key(&private));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn count(&mut self) -> Result<(), ReadError> {
        self.certificates += 1;
        if self.certificates > self.limits.certificates {
            Err(ReadError::TooManyCertificates { limit: self.limits.certificates })
        } else {
            Ok(())
        }
    }
}

/// Tells every key of the document which of its certificates carries its public half.
pub(super) fn match_keys(document: &mut Document) {
    if document.entries.iter().all(|entry| entry.keys.is_empty()) {
        return;
    }
    let halves: Vec<_> = document
        .certificates()
        .map(|certificate| (public_half(certificate.public_key_bits()), certificate.fingerprint))
        .collect();
    for key in document.entries.iter_mut().flat_map(|entry| &mut entry.keys) {
        key.matches = key.public_half.and_then(|half| {
            halves.iter().find(|(other, _)| *other == half).map(|(_, fingerprint)| *fingerprint)
        });
    }
}

/// The kinds of PEM blocks that are read. Others (CRLs, parameters, public keys) are passed over.
#[derive(Clone, Copy)]
enum Kind {
    Certificate,
    Pkcs1,
    Pkcs8,
    Request,
    Sealed,
    Sec1,
}

impl Kind {
    fn of(label: &str) -> Option<Self> {
        Some(match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::Request,
            "RSA PRIVATE KEY" => Self::Pkcs1,
            "EC PRIVATE KEY" => Self::Sec1,
            "PRIVATE KEY" => Self::Pkcs8,
            "ENCRYPTED PRIVATE KEY" | "DSA PRIVATE KEY" | "OPENSSH PRIVATE KEY" => Self::Sealed,
            _ => return None,
        })
    }
}

fn unreadable_block(path: &str, block: &Block<'_>, reason: &str) -> Finding {
    let Block { label, number, line, .. } = block;
    let about = if path.is_empty() { format!("block {number}") } else { format!("{path} block {number}") };
    Finding::new(&UNREADABLE, about, format!("block {number} ({label}, line {line}): {reason}"))
        .with("block", number)
        .with("line", line)
        .with("label", label)
}

fn key(private: &PrivateKey<'_>) -> Key {
    Key {
        algorithm: private.algorithm.filter(|algorithm| *algorithm != KeyAlgorithm::Other),
        bits: private.bits,
        matches: None,
        public_half: private.public_bits.as_deref().map(public_half),
    }
}

fn public_half(bits: &[u8]) -> [u8; 32] {
    Sha256::digest(bits).into()
}

fn request(parsed: CertificateRequest) -> Request {
    Request { subject: parsed.subject, uris: parsed.sans.uri, dns: parsed.sans.dns }
}
