//! Inputs that cannot be read at all: each says what it looks like.

use signet_certs::{Limits, ReadError, read};

use crate::documents::{documents, fixture};

fn refused(input: &[u8]) -> ReadError {
    read(input, &Limits::default()).expect_err("nothing to read")
}

#[test]
fn says_what_it_looks_like() {
    for (input, words) in [
        (&b"\xff\xd8\xff\xe0\x00\x10JFIF"[..], "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\x00\x01\x02\x80\xff", "binary"),
        (b"hello, world", "text without any certificate"),
        (b"a: 1\nb: 2\n", "text without any certificate"),
        (b"{\"a\": 1}", "JSON without any certificate"),
        (b"{\"a\": \n", "broken JSON (line 2"),
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x02", "keystore"),
        (b"\x30\x82\x01\x00\x02\x01\x03", "DER, but of something else"),
        (b"<html>", "HTML"),
        (b"PK\x03\x04rest", "zip"),
        (b"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n", "PEM of PUBLIC KEY only"),
    ] {
        let error = refused(input).to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
}

#[test]
fn every_limit_has_its_own_error() {
    assert_eq!(refused(b" \n\t"), ReadError::Empty);
    assert_eq!(refused(b"\xef\xbb\xbf"), ReadError::Empty, "a byte order mark alone");
    let small = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(read(&[b'a'; 11], &small), Err(ReadError::TooLarge { bytes: 11, limit: 10 }));
    let root = fixture("root.pem");
    let two = Limits { certificates: 2, ..Limits::default() };
    assert!(read(&root.repeat(2), &two).is_ok());
    assert_eq!(read(&root.repeat(3), &two), Err(ReadError::TooManyCertificates { limit: 2 }));
    let objects = Limits { objects: 2, ..Limits::default() };
    let map = "apiVersion: v1\nkind: ConfigMap\n---\n";
    assert!(read(map.repeat(2).as_bytes(), &objects).is_ok());
    assert_eq!(read(map.repeat(3).as_bytes(), &objects), Err(ReadError::TooManyObjects { limit: 2 }));
    let flood = format!("[{}1]", "1,".repeat(1_000_000));
    assert_eq!(refused(flood.as_bytes()), ReadError::TooManyObjects { limit: 100_000 });
    let repeated = format!("apiVersion: &a {}\nb:\n{}", "x".repeat(10_000), "- *a\n".repeat(1000));
    assert_eq!(refused(repeated.as_bytes()), ReadError::TooManyValues);
    let broken = documents("apiVersion: v1\n".to_owned() + &"---\na: [\n".repeat(1000));
    let findings: Vec<_> = broken.iter().flat_map(|one| &one.findings).collect();
    assert_eq!(findings.len(), 101);
    assert!(findings[100].message.starts_with("900 more"), "{}", findings[100].message);
    let unclosed = format!("a: {}", "[".repeat(100_000));
    assert!(refused(unclosed.as_bytes()).to_string().contains("without any certificate"));
    assert_eq!(refused("[".repeat(1000).as_bytes()), ReadError::TooDeep { limit: 127 });
    let deep = format!("apiVersion: v1\nkind: Secret\ndata: {}", "{a: ".repeat(500));
    assert_eq!(refused(deep.as_bytes()), ReadError::TooDeep { limit: 127 });
}
