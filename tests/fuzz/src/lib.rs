//! What holds for every input, for the fuzz targets to hold the input at hand against.
//!
//! A target hands its bytes to `signet-certs` as a file of one format, and puts the same bytes into
//! that format itself, whatever they are: what is in them does not depend on what is around them.

mod signatures;

use std::collections::BTreeSet;
use std::sync::Arc;

use signet_certs::formats::pem;
use signet_certs::report::Documents;
use signet_certs::{
    CODES, Certificate, Document, Fingerprint, JudgeOptions, Limits, ReadError, UnixTime, judge,
};

pub use signatures::algorithms;

/// Inside the life of every certificate of the fixtures: 2026-11-24.
pub const NOW: UnixTime = UnixTime::from_seconds(1_795_510_800);

/// Reads and judges `input` in every way that a face does.
///
/// There is an answer or an error in words, every finding has a code of the list, and each certificate
/// comes back from PEM as it went.
///
/// # Panics
///
/// When one of these does not hold.
///
/// # Errors
///
/// Those of [`signet_certs::read`].
pub fn answer(input: &[u8]) -> Result<Vec<Document>, ReadError> {
    let documents = signet_certs::read(input, &Limits::default())
        .inspect_err(|error| assert!(!error.to_string().is_empty(), "{error:?}"))?;
    assert!(!documents.is_empty(), "neither an answer nor an error");
    let roots: Vec<_> = documents.iter().flat_map(Document::certificates).cloned().collect();
    for anchors in [&[][..], &roots] {
        let options = JudgeOptions { anchors, ..JudgeOptions::at(NOW, algorithms()) };
        for finding in documents.iter().flat_map(|document| judge(document, &options)) {
            assert!(is_code(&finding.code), "{finding:?}");
        }
    }
    let report = Documents::new(&documents, &JudgeOptions::at(NOW, algorithms()));
    serde_json::to_string(&report).expect("a report is JSON");
    for certificate in &roots {
        let again = read_one(&pem::encode("CERTIFICATE", certificate.der()));
        assert_eq!(again.as_ref(), Some(certificate), "written as PEM and read again");
    }
    Ok(documents)
}

/// The certificates that were read, in any order; none where there was no answer.
pub fn certificates(answer: &Result<Vec<Document>, ReadError>) -> BTreeSet<Fingerprint> {
    answer.iter().flatten().flat_map(Document::certificates).map(|one| one.fingerprint).collect()
}

/// Whether the list of findings has this code.
pub fn is_code(code: &str) -> bool {
    CODES.iter().any(|known| known.name == code)
}

fn read_one(text: &str) -> Option<Arc<Certificate>> {
    let documents = signet_certs::read(text.as_bytes(), &Limits::default()).ok()?;
    documents.iter().flat_map(Document::certificates).next().cloned()
}
