//! The roots of a signer, out of the PEM that configures them.

use std::sync::Arc;

use signet_certs::Certificate;
use signet_certs::formats::pem;

/// Every certificate of `text`, or why it has none that can be used. Istio reads PEM here, and no other
/// format.
pub(super) fn read(text: &str) -> Result<Vec<Arc<Certificate>>, String> {
    if text.trim().is_empty() {
        return Err("its caCertificates entry has no pem".to_owned());
    }
    let blocks = pem::blocks(text.as_bytes(), "CERTIFICATE");
    let mut problem = None;
    let mut certificates = Vec::with_capacity(blocks.len());
    for block in blocks {
        match Certificate::parse(&block) {
            Ok(certificate) => certificates.push(Arc::new(certificate)),
            Err(error) => problem = problem.or(Some(error.to_string())),
        }
    }
    if certificates.is_empty() {
        return Err(problem.unwrap_or_else(|| "it holds no certificate in PEM".to_owned()));
    }
    Ok(certificates)
}
