//! The roots of a signer, out of the PEM that configures them.

use std::sync::Arc;

use signet_certs::{Certificate, Document, Limits, read as read_documents};

/// Every certificate of `pem`, or why it has none that can be used.
pub(super) fn read(pem: &str) -> Result<Vec<Arc<Certificate>>, String> {
    if pem.trim().is_empty() {
        return Err("its caCertificates entry has no pem".to_owned());
    }
    let documents = read_documents(pem.as_bytes(), &Limits::default()).map_err(|error| error.to_string())?;
    let certificates: Vec<_> = documents.iter().flat_map(Document::certificates).cloned().collect();
    if !certificates.is_empty() {
        return Ok(certificates);
    }
    let finding = documents.iter().flat_map(|document| &document.findings).next();
    Err(finding.map_or_else(|| "it holds no certificate".to_owned(), |finding| finding.message.clone()))
}
