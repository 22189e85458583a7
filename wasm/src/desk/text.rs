//! An input as it may be shown and passed on: its certificates as PEM, its keys by kind only.

use std::fmt::Write as _;

use signet_certs::formats::pem;
use signet_certs::x509::KeyAlgorithm;
use signet_certs::{Document, Source};

/// The certificates of `documents`, each value under a line that says where it stood.
pub(super) fn of(documents: &[Document]) -> String {
    let mut text = String::new();
    for document in documents {
        let title = title(&document.source);
        for entry in document.entries.iter().filter(|entry| !entry.is_empty()) {
            let place = [title.as_str(), entry.path.as_str()].join(" ");
            line(&mut text, place.trim());
            for certificate in &entry.certificates {
                text.push_str(&pem::encode("CERTIFICATE", certificate.der()));
            }
            for key in &entry.keys {
                let kind = key.algorithm.map_or("encrypted or unknown", KeyAlgorithm::word);
                let bits = key.bits.map(|bits| format!(" {bits}")).unwrap_or_default();
                line(&mut text, &format!("private key, {kind}{bits} (not shown)"));
            }
            for request in &entry.requests {
                line(&mut text, &format!("certificate request for {}", request.subject));
            }
        }
    }
    text
}

/// `Secret foo/cacerts`; empty for a plain file.
pub(super) fn title(source: &Source) -> String {
    let kind = source.kind.as_deref().unwrap_or_default();
    let name = match (&source.namespace, &source.name) {
        (Some(namespace), Some(name)) => format!("{namespace}/{name}"),
        (None, Some(name)) => name.clone(),
        _ => String::new(),
    };
    format!("{kind} {name}").trim().to_owned()
}

/// One line of comment, whatever is in `words`.
fn line(text: &mut String, words: &str) {
    let words: String = words.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    // Dashes would begin a PEM block when the text is read again. Writing to a String cannot fail.
    let _ = writeln!(text, "# {}", words.replace("-----", "- - -"));
}
