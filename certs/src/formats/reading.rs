//! What is carried along while an input is read: the limits, how much of them is used, and what could not
//! be read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::json::Json;
use super::pem::{Block, Blocks};
use super::{Limits, ReadError, der};
use crate::finding::{Finding, UNREADABLE};
use crate::x509::{Certificate, CertificateRequest, KeyAlgorithm, PrivateKey, RevocationList, SignedData};
use crate::{Document, Entry, Key, Place, Request, Source};

/// Parts of one document that get a finding each when they cannot be read; what follows is counted in one
/// more.
const UNREAD_IN_DOCUMENT: usize = 100;

/// The same for all documents.
const UNREAD: usize = 10_000;

/// Names with which a certificate counts for one more.
const NAMES: usize = 10;

/// One pass over an input.
pub(super) struct Reading<'l> {
    pub(super) limits: &'l Limits,
    certificates: usize,
    objects: usize,
    /// What was found in the document at hand.
    findings: Vec<Finding>,
    /// Parts of the document at hand that cannot be read.
    unread: usize,
    /// Those of them that have no finding.
    unsaid: usize,
    /// Findings of all documents.
    said: usize,
}

impl<'l> Reading<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { limits, certificates: 0, objects: 0, findings: Vec::new(), unread: 0, unsaid: 0, said: 0 }
    }

    /// Notes what should not be in the document at hand.
    pub(super) fn found(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Notes a part of the document at hand that cannot be read.
    pub(super) fn unreadable(&mut self, finding: Finding) {
        self.unread += 1;
        if self.unread <= UNREAD_IN_DOCUMENT && self.said < UNREAD {
            self.said += 1;
            self.findings.push(finding);
        } else {
            self.unsaid += 1;
        }
    }

    /// How many parts of the document at hand cannot be read so far.
    pub(super) fn unread(&self) -> usize {
        self.unread
    }

    /// Ends a document: what was found since the last one is in it.
    pub(super) fn document(&mut self, source: Source, mut entries: Vec<Entry>) -> Document {
        // Most have one certificate in one entry, and a vector makes room for four.
        entries.shrink_to_fit();
        for entry in &mut entries {
            entry.certificates.shrink_to_fit();
            entry.places.shrink_to_fit();
        }
        if self.said < UNREAD {
            self.said += self.unsaid.min(1);
            let rest = self.rest();
            self.findings.extend(rest);
        }
        self.unread = 0;
        Document { source, entries, findings: std::mem::take(&mut self.findings) }
    }

    /// What no finding was made of, as one.
    pub(super) fn rest(&mut self) -> Option<Finding> {
        let more = std::mem::take(&mut self.unsaid);
        let message = format!("{more} more parts cannot be read");
        (more > 0).then(|| Finding::new(&UNREADABLE, "other parts", message))
    }

    /// Reads every block of a PEM text into an entry at `path`; what cannot be read becomes findings
    /// with the block's number and line.
    pub(super) fn pem(&mut self, path: &str, text: &[u8]) -> Result<Entry, ReadError> {
        let mut entry = Entry::at(path);
        self.pem_into(&mut entry, None, text)?;
        Ok(entry)
    }

    /// Reads every block of a PEM text, which is an item of the list at the entry's path, into it.
    pub(super) fn pem_into(
        &mut self,
        entry: &mut Entry,
        item: Option<usize>,
        text: &[u8],
    ) -> Result<(), ReadError> {
        let mut blocks = Blocks::new(text);
        while let Some(block) = blocks.advance() {
            let place = Place { item, block: block.number, offset: block.offset };
            if let Err(reason) = self.block(&block, place, entry)? {
                self.unreadable(unreadable_block(&entry.path, &block, &reason));
            }
        }
        Ok(())
    }

    /// Adds what a block holds to `entry`, or says why it cannot be read.
    fn block(
        &mut self,
        block: &Block<'_>,
        place: Place,
        entry: &mut Entry,
    ) -> Result<Result<(), String>, ReadError> {
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
                return match Certificate::parse(der) {
                    Ok(certificate) => self.certificate(certificate, place, entry).map(Ok),
                    Err(error) => Ok(Err(error.to_string())),
                };
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
            Kind::RevocationList => {
                return Ok(match RevocationList::parse(der) {
                    Some(list) => {
                        entry.revocation_lists.push(list);
                        Ok(())
                    }
                    None => Err("it is no certificate revocation list (RFC 5280 section 5.1)".to_owned()),
                });
            }
            Kind::SignedData => return self.signed_data(der, place, entry),
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
    pub(super) fn der(&mut self, der: &[u8], place: Place, entry: &mut Entry) -> Result<bool, ReadError> {
        if let Ok(certificate) = Certificate::parse(der) {
            self.certificate(certificate, place, entry)?;
        } else if let Some(parsed) = CertificateRequest::parse(der) {
            entry.requests.push(request(parsed));
        } else if let Some(list) = RevocationList::parse(der) {
            entry.revocation_lists.push(list);
        } else if let Some(private) = der::private_key(der) {
            entry.keys.push(key(&private));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Reads a PKCS#7 into an entry: every certificate that it holds, or why one of them cannot be read.
    pub(super) fn signed_data(
        &mut self,
        der: &[u8],
        place: Place,
        entry: &mut Entry,
    ) -> Result<Result<(), String>, ReadError> {
        let Some(bundle) = SignedData::parse(der) else {
            return Ok(Err(NO_SIGNED_DATA.to_owned()));
        };
        let mut unread = None;
        for (index, one) in bundle.certificates().enumerate() {
            match Certificate::parse(one) {
                Ok(certificate) => self.certificate(certificate, place, entry)?,
                Err(error) => unread = unread.or(Some(format!("certificate {} in it: {error}", index + 1))),
            }
        }
        entry.revocation_lists.extend(bundle.revocation_lists().filter_map(RevocationList::parse));
        Ok(unread.map_or(Ok(()), Err))
    }

    /// Adds a certificate that stands at `place`.
    pub(super) fn certificate(
        &mut self,
        certificate: Certificate,
        place: Place,
        entry: &mut Entry,
    ) -> Result<(), ReadError> {
        self.count()?;
        // Each name takes many times the bytes that it has in the certificate.
        self.count_many(certificate.sans.len() / NAMES)?;
        entry.certificates.push(Arc::new(certificate));
        entry.places.push(place);
        Ok(())
    }

    /// The items of a list, each an object or a part of one; none if it is no list.
    pub(super) fn items<'t>(&self, list: Json<'t>) -> Result<Vec<Json<'t>>, ReadError> {
        list.items(self.limits.objects).map_err(|_| self.too_many_objects())
    }

    /// The entries of an object; none if it is no object.
    pub(super) fn entries<'t>(&self, map: Json<'t>) -> Result<Vec<(Cow<'t, str>, Json<'t>)>, ReadError> {
        map.entries(self.limits.objects).map_err(|_| self.too_many_objects())
    }

    pub(super) fn too_many_objects(&self) -> ReadError {
        ReadError::TooManyObjects { limit: self.limits.objects }
    }

    /// Counts one more object.
    pub(super) fn object(&mut self) -> Result<(), ReadError> {
        self.objects += 1;
        if self.objects > self.limits.objects { Err(self.too_many_objects()) } else { Ok(()) }
    }

    /// Counts one more certificate.
    pub(super) fn count(&mut self) -> Result<(), ReadError> {
        self.count_many(1)
    }

    fn count_many(&mut self, more: usize) -> Result<(), ReadError> {
        self.certificates += more;
        if self.certificates > self.limits.certificates {
            Err(ReadError::TooManyCertificates { limit: self.limits.certificates })
        } else {
            Ok(())
        }
    }
}

/// Why a PKCS#7 is not read.
pub(super) const NO_SIGNED_DATA: &str = "it is no PKCS#7 of signed data in DER (RFC 5652 section 5); one in BER \
                                         becomes certificates by openssl pkcs7 -print_certs";

/// Tells every key of the document which of its certificates carries its public half.
pub(super) fn match_keys(document: &mut Document) {
    if document.entries.iter().all(|entry| entry.keys.is_empty()) {
        return;
    }
    let mut halves = HashMap::new();
    for certificate in document.certificates() {
        halves.entry(public_half(certificate.public_key_bits())).or_insert(certificate.fingerprint);
    }
    for key in document.entries.iter_mut().flat_map(|entry| &mut entry.keys) {
        key.matches = key.public_half.and_then(|half| halves.get(&half).copied());
    }
}

/// The kinds of PEM blocks that are read. Others (parameters, public keys) are passed over.
#[derive(Clone, Copy)]
enum Kind {
    Certificate,
    Pkcs1,
    Pkcs8,
    Request,
    RevocationList,
    Sealed,
    Sec1,
    SignedData,
}

impl Kind {
    fn of(label: &str) -> Option<Self> {
        Some(match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::Request,
            "X509 CRL" | "CRL" => Self::RevocationList,
            "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => Self::SignedData,
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
