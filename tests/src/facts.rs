//! What openssl and `signet` both say of a certificate, to be compared.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Some facts of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Hexadecimal digits in lower case.
    pub serial: String,
    /// RFC 3339.
    pub not_after: String,
    /// SHA-256 of the DER, hexadecimal digits in lower case.
    pub fingerprint: String,
}

impl Facts {
    /// As openssl says it of PEM.
    ///
    /// # Panics
    /// When openssl is not there, or finds no certificate.
    pub fn by_openssl(pem: &str) -> Self {
        let arguments = "x509 -noout -serial -enddate -fingerprint -sha256 -dateopt iso_8601".split(' ');
        let mut openssl = Command::new("openssl")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("openssl is installed");
        openssl.stdin.take().expect("piped").write_all(pem.as_bytes()).expect("it reads");
        let said = openssl.wait_with_output().expect("it ends").stdout;
        let said = String::from_utf8(said).expect("text");
        let value = |key: &str| {
            let line = said.lines().find(|line| line.to_lowercase().contains(key)).expect(key);
            line.split_once('=').expect("KEY=VALUE").1.to_owned()
        };
        Self {
            serial: value("serial").to_lowercase(),
            not_after: value("notafter").replace(' ', "T").replace("TZ", "Z"),
            fingerprint: value("fingerprint").replace(':', "").to_lowercase(),
        }
    }

    /// As `signet` says it in a list of certificates.
    ///
    /// # Panics
    /// When it is not one.
    pub fn by_signet(certificates: &Value) -> Vec<Self> {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let list = certificates.as_array().expect("a list").iter();
        list.map(|certificate| Self {
            serial: text(&certificate["serialNumber"]),
            not_after: text(&certificate["notAfter"]),
            fingerprint: text(&certificate["fingerprintSha256"]),
        })
        .collect()
    }
}

/// Each certificate of a PEM text by itself.
pub fn pem_blocks(pem: &str) -> Vec<String> {
    const END: &str = "-----END CERTIFICATE-----";
    pem.split_inclusive(END).filter(|block| block.ends_with(END)).map(str::to_owned).collect()
}
