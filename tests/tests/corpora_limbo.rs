//! C2SP's x509-limbo: every case is verified, and `docs/limbo.md` lists those where Signet differs from
//! what is expected, each with its reason. Needs `SIGNET_CORPORA`, and fails without it.
#![cfg(feature = "corpora")]

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;
use signet_certs::algorithms::aws_lc_rs;
use signet_certs::{
    Certificate, Limits, Severity, UnixTime, Usage, VerifyOptions, read, reservations, verify,
};
use signet_tests::bless::compare;

/// The time of cases that name none: their certificates are valid for a thousand years.
const DEFAULT_TIME: &str = "2026-11-24T12:00:00Z";

/// Cases of which another answer than the expected one is right here: the beginning of their names, and
/// why.
const NOT_APPLICABLE: &[(&str, &str)] = &[
    ("crl::", "Signet checks no revocation lists: short-lived certificates are not revoked in a mesh"),
    ("pathlen::max-chain-depth-", "a limit that the caller sets; Signet has none but rustls-webpki's own"),
    ("webpki::aki::root-with-aki-all-fields", WEB),
    ("webpki::aki::root-with-aki-authoritycertissuer", WEB),
    ("webpki::aki::root-with-aki-authoritycertserialnumber", WEB),
    ("webpki::aki::root-with-aki-missing-keyidentifier", WEB),
    ("webpki::cn::", "peers of a mesh do not read the common name, and nor does Signet"),
    ("webpki::eku::", WEB),
    ("webpki::forbidden-rsa-", WEB),
    (
        "webpki::san::public-suffix-",
        "a mesh's names have no public suffix; RFC 6125 leaves this to the caller",
    ),
    ("webpki::san::san-critical-with-nonempty-subject", "RFC 5280 section 4.2.1.6 says SHOULD, not MUST"),
];

const WEB: &str = "a rule for CAs of the public web (CA/Browser Forum), which a mesh's CA is not";

#[derive(Deserialize)]
struct Limbo {
    testcases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    validation_kind: String,
    trusted_certs: Vec<String>,
    untrusted_intermediates: Vec<String>,
    peer_certificate: String,
    validation_time: Option<String>,
    expected_result: String,
    expected_peer_name: Option<Name>,
}

#[derive(Deserialize)]
struct Name {
    value: String,
}

/// What Signet says to a case.
enum Answer {
    /// There is a path; with it come these errors: code, and what was found.
    Accepted(Vec<String>),
    /// There is none: code, and why.
    Refused(String),
}

#[test]
fn every_case_is_answered_as_expected_or_with_a_reason() {
    let cases = cases();
    let mut page = Page::default();
    for case in &cases {
        page.add(case, case.answer());
    }
    assert!(page.unsaid.is_empty(), "accepted without an error that says why not: {:#?}", page.unsaid);
    for (prefix, _) in NOT_APPLICABLE {
        let needed = page.not_applicable.iter().any(|(id, _)| id.starts_with(prefix));
        assert!(needed, "{prefix} is answered as expected by now: take it off the list");
    }
    compare("docs/limbo.md", &page.markdown(cases.len()));
}

fn cases() -> Vec<Case> {
    let folder = std::env::var_os("SIGNET_CORPORA").map(PathBuf::from).expect(
        "SIGNET_CORPORA is not set; point it at the folder with the corpora, as `make test-corpora` does",
    );
    let path = folder.join("x509-limbo/limbo.json");
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let limbo: Limbo = serde_json::from_slice(&text).unwrap_or_else(|error| panic!("limbo.json: {error}"));
    assert!(limbo.testcases.len() > 200, "only {} cases", limbo.testcases.len());
    limbo.testcases
}

impl Case {
    /// As `signet verify` answers with files of these certificates.
    fn answer(&self) -> Answer {
        let mut errors = Vec::new();
        let anchors = certificates(&self.trusted_certs, &mut errors);
        let intermediates = certificates(&self.untrusted_intermediates, &mut errors);
        let leaf = certificates(std::slice::from_ref(&self.peer_certificate), &mut errors);
        let Some(leaf) = leaf.first() else { return Answer::Refused(errors.join("; ")) };
        let time = self.validation_time.as_deref().unwrap_or(DEFAULT_TIME).replace("+00:00", "Z");
        let at: UnixTime = time.parse().unwrap_or_else(|error| panic!("{}: {error}", self.id));
        let usage = if self.validation_kind == "CLIENT" { Usage::Client } else { Usage::Server };
        let name = self.expected_peer_name.as_ref().map(|name| name.value.as_str());
        let options = VerifyOptions { at, usage, name, algorithms: aws_lc_rs() };
        match verify(leaf, &intermediates, &anchors, &options) {
            Ok(path) => {
                let findings = reservations(&path, at).into_iter();
                let grave = findings.filter(|finding| finding.severity == Severity::Error);
                errors.extend(grave.map(|one| format!("`{}` of {}: {}", one.code, one.about, one.message)));
                Answer::Accepted(errors)
            }
            Err(failure) => {
                assert!(!failure.message.is_empty() && !failure.reference.is_empty(), "{}", self.id);
                Answer::Refused(format!("`{}`: {}", failure.code, failure.message))
            }
        }
    }
}

/// The certificates of some PEM texts; what of them cannot be read goes to `errors`.
fn certificates(texts: &[String], errors: &mut Vec<String>) -> Vec<Arc<Certificate>> {
    let mut certificates = Vec::new();
    for text in texts {
        match read(text.as_bytes(), &Limits::default()) {
            Ok(documents) => {
                for document in &documents {
                    certificates.extend(document.certificates().cloned());
                    errors.extend(
                        document.findings.iter().map(|one| format!("`{}`: {}", one.code, one.message)),
                    );
                }
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
    certificates
}

/// Where Signet's answers differ from the expected ones.
#[derive(Default)]
struct Page {
    as_expected: usize,
    said: Vec<(String, String)>,
    stricter: Vec<(String, String)>,
    warned: Vec<(String, String)>,
    not_applicable: Vec<(String, String)>,
    unsaid: Vec<String>,
}

impl Page {
    fn add(&mut self, case: &Case, answer: Answer) {
        let id = case.id.clone();
        let known = NOT_APPLICABLE.iter().find(|(prefix, _)| id.starts_with(prefix));
        match (case.expected_result.as_str(), answer) {
            ("FAILURE", Answer::Refused(_)) => self.as_expected += 1,
            ("SUCCESS", Answer::Accepted(errors)) if errors.is_empty() => self.as_expected += 1,
            ("SUCCESS", Answer::Accepted(errors)) => self.warned.push((id, errors.join("; "))),
            ("SUCCESS", Answer::Refused(reason)) => self.stricter.push((id, reason)),
            ("FAILURE", Answer::Accepted(errors)) => match known {
                _ if !errors.is_empty() => self.said.push((id, errors.join("; "))),
                Some((_, why)) => self.not_applicable.push((id, (*why).to_owned())),
                None => self.unsaid.push(id),
            },
            (other, _) => panic!("{id}: an expected result `{other}`"),
        }
    }

    fn markdown(&self, cases: usize) -> String {
        let mut page = format!(
            "# x509-limbo\n\nWhere `signet verify` differs from what [x509-limbo](https://x509-limbo.com/) expects, \
             without its BetterTLS part, and why. `SIGNET_BLESS=1 make test-corpora` rewrites this page; the test \
             compares, so a change of verdict shows in a diff.\n\nOf {cases} cases {} are answered as expected.\n",
            self.as_expected
        );
        let tables = [
            ("Accepted, with an error that says what is wrong", "error", &self.said),
            ("Refused, where RFC 5280 would accept", "reason", &self.stricter),
            ("Accepted as expected, with an error all the same", "error", &self.warned),
            ("Not applicable: accepted, and rightly so here", "why", &self.not_applicable),
        ];
        for (title, column, rows) in tables {
            // Writing to a String cannot fail.
            let _ = write!(page, "\n## {title} ({})\n\n| case | {column} |\n|---|---|\n", rows.len());
            for (id, text) in rows {
                let _ = writeln!(page, "| `{id}` | {} |", text.replace('|', "\\|"));
            }
        }
        page
    }
}
