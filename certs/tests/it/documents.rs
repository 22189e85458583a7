//! Reading for the other tests, and files of every plain kind.

use std::path::Path;

use signet_certs::{Document, Format, Limits, read};

/// A file of `tests/fixtures`.
#[expect(clippy::disallowed_methods, reason = "fixtures are files")]
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The documents of an input that can be read.
pub(crate) fn documents(input: impl AsRef<[u8]>) -> Vec<Document> {
    read(input.as_ref(), &Limits::default()).expect("a readable input")
}

/// The one document of an input.
pub(crate) fn document(input: impl AsRef<[u8]>) -> Document {
    let mut all = documents(input);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

/// The codes of a document's own findings.
pub(crate) fn codes(document: &Document) -> Vec<&str> {
    document.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn der_as_it_is_in_base64_and_in_hexadecimal() {
    use base64::Engine;
    let pem = fixture("leaf.pem");
    let leaf = document(&pem).certificates().next().cloned().expect("a certificate");
    let base64 = base64::engine::general_purpose::STANDARD;
    let hex: Vec<String> = leaf.der().iter().map(|byte| format!("{byte:02X}")).collect();
    let forms: [Vec<u8>; 4] = [
        leaf.der().to_vec(),
        base64.encode(leaf.der()).into_bytes(),
        hex.join(":").into(),
        [b"  ".as_slice(), base64.encode(leaf.der()).as_bytes(), b"\r\n"].concat(),
    ];
    for form in forms {
        let read = document(&form);
        assert_eq!(read.source.format, Format::Der);
        assert_eq!(read.certificates().next(), Some(&leaf));
    }
    let of_pem = document(base64.encode(&pem));
    assert_eq!((of_pem.source.format, of_pem.certificates().next()), (Format::Pem, Some(&leaf)));
}

#[test]
fn der_one_after_the_other_up_to_the_rubbish() {
    let leaf = document(fixture("leaf.pem"));
    let root = document(fixture("root.pem"));
    let der = |document: &Document| document.certificates().next().expect("a certificate").der().to_vec();
    let both = [der(&leaf), der(&root)].concat();
    assert_eq!(document(&both).certificates().count(), 2);
    let cut = document(&both[..both.len() - 1]);
    assert_eq!((cut.certificates().count(), codes(&cut)), (1, vec!["unreadable"]));
    assert!(
        cut.findings[0].message.contains(&format!("byte {}", der(&leaf).len())),
        "{}",
        cut.findings[0].message
    );
}
