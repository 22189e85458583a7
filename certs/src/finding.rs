//! What can be wrong with a certificate or a chain: one list of codes for table, JSON, docs and page.

#![expect(clippy::doc_markdown, reason = "the codes' meanings are printed, too")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Fingerprint;

/// How grave a finding is. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Info,
    /// Will become an error, or breaks for some peers.
    Warning,
    /// A peer that follows the rules refuses it now.
    Error,
}

impl Severity {
    /// The word used in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One kind of finding: the row of the documented table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The kebab-case word that scripts match on.
    pub name: &'static str,
    /// The severity that a finding of this code has unless its evidence says otherwise.
    pub severity: Severity,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What to do about it, remedy first.
    pub advice: &'static str,
    /// The clause it rests on: an RFC section, a SPIFFE clause or an Istio fact.
    pub reference: &'static str,
}

/// One thing that is wrong, with the evidence for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The code's name; every code is in [`CODES`] or in the list of the crate that found it.
    pub code: String,
    /// How grave it is here.
    pub severity: Severity,
    /// What it is about, in words a reader finds again: `data['tls.crt'] certificate 1`.
    pub about: String,
    /// The certificate it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fingerprint_sha256: Option<Fingerprint>,
    /// What was found, with the values that disagree.
    pub message: String,
    /// The values themselves, for scripts.
    pub evidence: BTreeMap<String, String>,
    /// What to do, remedy first.
    pub advice: String,
}

impl Finding {
    /// A finding of `code` with its usual severity and advice.
    pub fn new(code: &Code, about: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.name.to_owned(),
            severity: code.severity,
            about: about.into(),
            fingerprint_sha256: None,
            message: message.into(),
            evidence: BTreeMap::new(),
            advice: code.advice.to_owned(),
        }
    }

    /// The same finding, about this certificate.
    #[must_use]
    pub fn of(mut self, fingerprint: Fingerprint) -> Self {
        self.fingerprint_sha256 = Some(fingerprint);
        self
    }

    /// The same finding with one more value as evidence.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers give numbers, times and texts as they have them"
    )]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.evidence.insert(key.to_owned(), value.to_string());
        self
    }
}

/// Declares the codes of a crate as constants, and as the one list of them, `CODES`.
#[macro_export]
macro_rules! codes {
    ($($constant:ident = $name:literal, $severity:ident, $meaning:literal, $advice:literal, $reference:literal;)+) => {
        $(#[doc = $meaning]
        pub const $constant: $crate::Code = $crate::Code {
            name: $name,
            severity: $crate::Severity::$severity,
            meaning: $meaning,
            advice: $advice,
            reference: $reference,
        };)+

        /// Every code that this crate finds, in alphabetical order.
        pub static CODES: &[$crate::Code] = &[$($constant),+];
    };
}

codes! {
    ANCHOR_NOT_ROOT = "anchor-not-root", Info,
        "The path ends in a trust anchor that is no root: whoever issued it is not asked any more.",
        "Trust the root instead, if it should be able to replace this CA.",
        "RFC 5280 section 6.1.1 (d)";
    CA_WITHOUT_KEY_CERT_SIGN = "ca-without-key-cert-sign", Error,
        "The keyUsage of a CA does not let it sign certificates.",
        "Issue the CA certificate with keyUsage keyCertSign.",
        "RFC 5280 section 4.2.1.3";
    CERTIFICATE_UNAVAILABLE = "certificate-unavailable", Warning,
        "A proxy says that it has no certificate for an identity that it serves.",
        "Read the reason that it gives; most often its CA cannot be reached or is not trusted.",
        "ztunnel src/admin.rs CertsDump";
    CHAIN_INCOMPLETE = "chain-incomplete", Warning,
        "An issuer between the leaf and its root is missing from what was served.",
        "Append the missing intermediate to the chain, leaf first.",
        "RFC 8446 section 4.4.2";
    CHAIN_OUT_OF_ORDER = "chain-out-of-order", Warning,
        "The certificates of the chain are not in the order leaf, issuer, its issuer.",
        "Reorder the chain: leaf first, each certificate followed by its issuer.",
        "RFC 8446 section 4.4.2";
    CRITICAL_EXTENSION_UNKNOWN = "critical-extension-unknown", Error,
        "A critical extension is not processed, so the certificate must be refused.",
        "Issue the certificate without the extension, or with it not critical.",
        "RFC 5280 section 4.2";
    DUPLICATE = "duplicate", Warning,
        "The same certificate stands more than once in one chain or bundle.",
        "Remove the repeated certificate.",
        "RFC 8446 section 4.4.2";
    DUPLICATE_ROOT = "duplicate-root", Info,
        "One bundle has two certificates of one root: the same name and key, as after a renewal.",
        "Remove the older one once every workload has the newer one.",
        "RFC 4158 section 2.4.1";
    EXPIRED = "expired", Error,
        "The certificate's notAfter has passed.",
        "Renew the certificate; if it should have renewed by itself, look at its issuer.",
        "RFC 5280 section 4.1.2.5";
    EXPIRES_SOON = "expires-soon", Warning,
        "Less than a tenth of the certificate's life, or less than the wanted time, remains.",
        "Renew the certificate before its notAfter.",
        "RFC 5280 section 4.1.2.5";
    EXTENSION_CRITICALITY = "extension-criticality", Error,
        "An extension is marked critical that must not be, or is not that must be; strict verifiers refuse it.",
        "Issue the certificate with the extension marked as the message says.",
        "RFC 5280 section 4.2.1";
    INCOMPLETE_SIGNING_BUNDLE = "incomplete-signing-bundle", Error,
        "The Secret that istiod takes its signing CA from lacks a part, and istiod does not start with it.",
        "Add the missing key; create the Secret anew from all parts of one CA.",
        "Istio pilot/pkg/bootstrap/istio_ca.go detectSigningCABundleAndCRL";
    ISSUER_NOT_CA = "issuer-not-ca", Error,
        "A certificate that is no CA issued another one.",
        "Issue the issuer's certificate with basicConstraints CA:TRUE, or use the right issuer.",
        "RFC 5280 section 6.1.4 (k)";
    KEY_IDENTIFIER_MISMATCH = "key-identifier-mismatch", Error,
        "A certificate names another key of its issuer than the one that signed it; OpenSSL and Envoy refuse it.",
        "Issue the certificate again by an issuer that knows its own subjectKeyIdentifier.",
        "RFC 5280 section 4.2.1.1";
    KEY_IDENTIFIER_MISSING = "key-identifier-missing", Error,
        "A certificate does not say which key it has, or which signed it; strict verifiers refuse it.",
        "Issue the certificate with subjectKeyIdentifier (a CA) and authorityKeyIdentifier.",
        "RFC 5280 sections 4.2.1.1 and 4.2.1.2";
    KEY_MISMATCH = "key-mismatch", Error,
        "The private key is not that of the certificate beside it, so nobody can serve with the two.",
        "Put the key there that the certificate was issued for, or have it issued again for this key.",
        "RFC 8446 section 4.4.3";
    LEAF_IS_CA = "leaf-is-ca", Error,
        "The certificate that a workload presents is a certificate authority.",
        "Issue the leaf with basicConstraints CA:FALSE; never hand a CA key to a workload.",
        "SPIFFE X509-SVID section 4.1";
    LEAF_MAY_SIGN = "leaf-may-sign", Error,
        "The keyUsage of a leaf lets it sign certificates or revocation lists.",
        "Issue the leaf without keyCertSign and cRLSign.",
        "RFC 5280 section 4.2.1.3; SPIFFE X509-SVID section 4.3";
    LIFETIME_LONGER_THAN_ISSUER = "lifetime-longer-than-issuer", Warning,
        "A certificate is valid for longer than the one that issued it, after whose end it verifies no more.",
        "Renew the issuer before that time, or issue for shorter.",
        "RFC 5280 section 6.1.3 (a)(2)";
    MISSING_SAN = "missing-san", Error,
        "The leaf has no subject alternative name, so no peer can tell whose it is.",
        "Issue the leaf with a URI SAN spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT.",
        "SPIFFE X509-SVID section 2";
    MISSING_SUBJECT = "missing-subject", Error,
        "A CA certificate has no subject, so nothing can name it as its issuer for sure.",
        "Issue the CA certificate with a subject.",
        "RFC 5280 section 4.1.2.6";
    NAME_CONSTRAINT = "name-constraint", Error,
        "A name lies outside of what an issuer may certify.",
        "Issue the leaf from a CA whose name constraints permit its names.",
        "RFC 5280 section 4.2.1.10";
    NAME_CONSTRAINTS_INVALID = "name-constraints-invalid", Error,
        "Name constraints are empty, malformed, or in a certificate that is no CA's.",
        "Issue the CA certificate with constraints that name what is permitted or excluded, a leaf without any.",
        "RFC 5280 section 4.2.1.10";
    NAME_MISMATCH = "name-mismatch", Error,
        "The leaf does not carry the name that it was asked for.",
        "Ask for a name that the leaf carries, or issue it with the one that is needed.",
        "RFC 6125 section 6; SPIFFE X509-SVID section 5.2";
    NAME_SYNTAX = "name-syntax", Error,
        "A subject alternative name is not written as names of its type are.",
        "Issue the certificate with DNS names of letters, digits and hyphens.",
        "RFC 5280 section 4.2.1.6; RFC 1034 section 3.5";
    NO_PEER_CERTIFICATE = "no-peer-certificate", Error,
        "The other side presents no certificate at all.",
        "Check that the workload has a proxy and that the proxy has its certificate.",
        "RFC 8446 section 4.4.2.4";
    NOT_YET_VALID = "not-yet-valid", Error,
        "The certificate's notBefore lies in the future.",
        "Compare the clocks of the issuer and of this machine; else wait until notBefore.",
        "RFC 5280 section 4.1.2.5";
    PATH_LENGTH_EXCEEDED = "path-length-exceeded", Error,
        "There are more intermediate CAs below an issuer than its pathLenConstraint allows.",
        "Issue the CA certificate with a larger pathLenConstraint, or the leaf from a CA above.",
        "RFC 5280 section 4.2.1.9";
    PRIVATE_KEY_IN_CONFIGMAP = "private-key-in-configmap", Error,
        "A ConfigMap holds a private key, readable by everyone who may read ConfigMaps.",
        "Move the key to a Secret and replace the key pair: it must be taken as known.",
        "Kubernetes: Secrets, ConfigMaps";
    ROTATION_OVERDUE = "rotation-overdue", Warning,
        "A short-lived certificate is older than the share of its life at which its agent renews it.",
        "Look at the workload's agent log for failed renewals: signet explain POD.",
        "Istio SECRET_GRACE_PERIOD_RATIO (0.5)";
    SERIAL_NUMBER_INVALID = "serial-number-invalid", Error,
        "The serial number is zero or longer than 20 octets; strict verifiers refuse it.",
        "Issue the certificate with a positive serial number of at most 20 octets.",
        "RFC 5280 section 4.1.2.2";
    SIGNATURE_MISMATCH = "signature-mismatch", Error,
        "The issuer's name fits, but the certificate was signed by another key of that name.",
        "Use the issuer certificate that belongs to the signing key; typical after a CA renewed with a new key.",
        "RFC 5280 section 6.1.3 (a)(1)";
    SPIFFE_ID_INVALID = "spiffe-id-invalid", Error,
        "A URI SAN begins with spiffe:// but breaks the rules of a SPIFFE ID or of its certificate's role, or there is more than one.",
        "Issue the leaf with exactly one URI SAN of the form spiffe://TRUST-DOMAIN/PATH.",
        "SPIFFE-ID section 2; X509-SVID sections 2, 3.1 and 3.2";
    STALE_ROOT = "stale-root", Warning,
        "The Secret of istiod's own CA holds a root that is not the one it signs with any more.",
        "Read ca-cert.pem, which istiod renews; root-cert.pem stays behind.",
        "Istio security/pkg/pki/ca/selfsignedcarootcertrotator.go updateRootCertificate";
    SUMMARY_ONLY = "summary-only", Info,
        "The input speaks of certificates without holding them, so nothing of them can be verified.",
        "Take Envoy's /config_dump instead: signet chain POD reads it.",
        "envoy admin v3 certs.proto";
    SVID_EXTENDED_KEY_USAGE = "svid-extended-key-usage", Warning,
        "The extended key usage of a workload's certificate lacks serverAuth or clientAuth.",
        "Issue the leaf with both serverAuth and clientAuth.",
        "SPIFFE X509-SVID section 4.4";
    SVID_KEY_USAGE = "svid-key-usage", Warning,
        "The keyUsage of a SPIFFE certificate is absent, not critical, or not what its role asks for.",
        "Issue it with a critical keyUsage: digitalSignature for a leaf, keyCertSign for a CA.",
        "SPIFFE X509-SVID section 4.3";
    TRUST_DOMAIN_MISMATCH = "trust-domain-mismatch", Warning,
        "A signing certificate's SPIFFE ID is of another trust domain than the leaf below it.",
        "Sign the leaf by a CA of its own trust domain.",
        "SPIFFE X509-SVID section 3.2";
    UNREADABLE = "unreadable", Error,
        "A part of the input looks like a certificate, a key or an object, but cannot be read.",
        "Export the part again; the message says where it breaks off.",
        "RFC 7468, RFC 5280 section 4.1";
    UNSUPPORTED_ALGORITHM = "unsupported-algorithm", Error,
        "A signature or key is of a kind that is not accepted.",
        "Use ECDSA P-256 or P-384, Ed25519, or RSA of 2048 to 8192 bits with SHA-256 or better.",
        "RFC 8446 section 4.2.3";
    UNSUPPORTED_VERSION = "unsupported-version", Error,
        "The certificate is not of version 3.",
        "Issue it with extensions; openssl x509 -req needs -extfile for that.",
        "RFC 5280 section 4.1.2.1";
    UNTRUSTED_ROOT = "untrusted-root", Error,
        "No path leads from the leaf to any of the given trust anchors.",
        "Add the root that signed the chain to the trust anchors, or have the leaf issued by a trusted signer.",
        "RFC 5280 section 6.1";
    USAGE_MISMATCH = "usage-mismatch", Error,
        "The extended key usage does not include what the certificate is wanted for.",
        "Issue the leaf with both serverAuth and clientAuth, as mesh workloads need.",
        "RFC 5280 section 4.2.1.12";
    VALIDITY_INVERTED = "validity-inverted", Error,
        "The certificate's notBefore is after its notAfter, so it is never valid.",
        "Issue the certificate again with a validity in the right order.",
        "RFC 5280 section 4.1.2.5";
    WEAK_KEY = "weak-key", Error,
        "The certified key is so short that peers refuse it: RSA below 2048 bits, EC below 256.",
        "Issue the certificate for an ECDSA P-256 key, or an RSA key of at least 2048 bits.",
        "NIST SP 800-131A section 3";
    WEAK_SIGNATURE = "weak-signature", Error,
        "The certificate is signed with a hash that can be forged.",
        "Issue the certificate again with SHA-256 or better.",
        "RFC 9155; RFC 6151";
    WORK_LIMIT = "work-limit", Error,
        "The search for a path was given up: there are too many possible ones.",
        "Leave out the certificates that are no part of the chain.",
        "RFC 4158 section 2.4";
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_unique_and_in_alphabetical_order() {
        assert!(CODES.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
