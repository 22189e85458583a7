//! What the `openssl` command says of a certificate, field by field, beside what Signet says.

mod expected;
mod text;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use signet_certs::x509::Certificate;
use signet_certs::{UnixTime, report};

pub use text::Text;

/// Runs `openssl` in `folder` and returns what it prints, or nothing if it refuses.
///
/// # Panics
///
/// When there is no `openssl`, saying how to get it.
pub fn openssl(folder: &Path, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this test needs the openssl command: apt-get install openssl, or brew install openssl");
    // One certificate or key fits the pipe, so nothing waits for anything.
    let _ = child.stdin.take().expect("its standard input is piped").write_all(input);
    let output = child.wait_with_output().expect("openssl ends");
    output.status.success().then_some(output.stdout)
}

/// What OpenSSL says of a certificate in DER, if it can read it.
pub fn read(der: &[u8]) -> Option<Text> {
    let arguments = [
        "x509",
        "-inform",
        "DER",
        "-noout",
        "-text",
        "-fingerprint",
        "-sha256",
        "-nameopt",
        "RFC2253,-esc_msb,-esc_ctrl",
    ];
    openssl(Path::new("."), &arguments, der).map(|text| Text::new(&String::from_utf8_lossy(&text)))
}

/// Every field in which Signet and OpenSSL differ about a certificate: `field: ours, theirs`.
pub fn differences(certificate: &Certificate, theirs: &Text) -> Vec<String> {
    let ours = report::Certificate::new(certificate, UnixTime::from_seconds(0));
    let malformed = |oid: &str| certificate.malformed_extensions.iter().any(|(found, _)| found == oid);
    expected::fields(&ours)
        .into_iter()
        .filter(|field| !field.oid.is_some_and(malformed))
        .filter_map(|field| {
            let found = (field.theirs)(theirs);
            (field.ours != found).then(|| format!("{}: {:?}, OpenSSL {found:?}", field.name, field.ours))
        })
        .collect()
}
