//! Object identifiers of certificates and their names in the standards (X.690 section 8.19).

use std::fmt::Write as _;

/// Dotted form and name.
const NAMES: &[(&str, &str)] = &[
    ("0.9.2342.19200300.100.1.1", "userId"),
    ("0.9.2342.19200300.100.1.25", "domainComponent"),
    ("1.2.840.10045.2.1", "ecPublicKey"),
    ("1.2.840.10045.3.1.7", "prime256v1"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.2.840.113549.1.1.1", "rsaEncryption"),
    ("1.2.840.113549.1.1.10", "rsassaPss"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.132.0.34", "secp384r1"),
    ("1.3.132.0.35", "secp521r1"),
    ("1.3.6.1.4.1.11129.2.4.2", "signedCertificateTimestamps"),
    ("1.3.6.1.5.5.7.1.1", "authorityInfoAccess"),
    ("1.3.6.1.5.5.7.1.24", "tlsFeature"),
    ("1.3.6.1.5.5.7.3.1", "serverAuth"),
    ("1.3.6.1.5.5.7.3.2", "clientAuth"),
    ("1.3.6.1.5.5.7.3.3", "codeSigning"),
    ("1.3.6.1.5.5.7.3.4", "emailProtection"),
    ("1.3.6.1.5.5.7.3.8", "timeStamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    ("1.3.6.1.5.5.7.48.1", "ocsp"),
    ("1.3.6.1.5.5.7.48.2", "caIssuers"),
    ("2.16.840.1.101.3.4.2.1", "sha256"),
    ("2.16.840.1.113730.1.1", "netscapeCertType"),
    ("2.5.29.14", "subjectKeyIdentifier"),
    ("2.5.29.15", "keyUsage"),
    ("2.5.29.17", "subjectAltName"),
    ("2.5.29.18", "issuerAltName"),
    ("2.5.29.19", "basicConstraints"),
    ("2.5.29.30", "nameConstraints"),
    ("2.5.29.31", "cRLDistributionPoints"),
    ("2.5.29.32", "certificatePolicies"),
    ("2.5.29.33", "policyMappings"),
    ("2.5.29.35", "authorityKeyIdentifier"),
    ("2.5.29.36", "policyConstraints"),
    ("2.5.29.37", "extKeyUsage"),
    ("2.5.4.10", "organizationName"),
    ("2.5.4.11", "organizationalUnitName"),
    ("2.5.4.3", "commonName"),
    ("2.5.4.4", "surname"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "countryName"),
    ("2.5.4.7", "localityName"),
    ("2.5.4.8", "stateOrProvinceName"),
];

/// The name that the standards give an identifier.
pub(super) fn name(identifier: &[u8]) -> Option<&'static str> {
    let dotted = dotted(identifier);
    NAMES.iter().find(|(known, _)| *known == dotted).map(|(_, name)| *name)
}

/// An identifier as people write it; `?` where an arc does not fit.
pub(super) fn dotted(identifier: &[u8]) -> String {
    let mut text = String::new();
    let mut arc = Some(0_u64);
    for octet in identifier {
        arc = arc.and_then(|arc| Some(arc.checked_mul(128)? | u64::from(octet & 0x7f)));
        if octet & 0x80 != 0 {
            continue;
        }
        let written = match arc {
            // The first number holds two arcs.
            Some(both) if text.is_empty() => {
                let root = (both / 40).min(2);
                write!(text, "{root}.{}", both - 40 * root)
            }
            Some(arc) => write!(text, ".{arc}"),
            None => write!(text, ".?"),
        };
        // Writing to a String cannot fail.
        debug_assert!(written.is_ok());
        arc = Some(0);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{dotted, name};

    #[test]
    fn writes_identifiers_as_people_do() {
        assert_eq!(dotted(&[0x55, 0x1d, 0x11]), "2.5.29.17");
        assert_eq!(dotted(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), "1.2.840.10045.2.1");
        assert_eq!(dotted(&[0xff; 12]), "", "an arc without an end is none");
        assert_eq!(name(&[0x55, 0x1d, 0x11]), Some("subjectAltName"));
    }
}
