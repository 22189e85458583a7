//! Object identifiers and the words for them. Compared as they are encoded (X.690 section 8.19).

use x509_parser::asn1_rs::{Oid, oid};

use super::KeyAlgorithm;

/// The kind of key that an algorithm identifier names (RFC 3279, RFC 5480, RFC 8410).
pub(super) fn key_algorithm(oid: &[u8]) -> KeyAlgorithm {
    const RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.1);
    const RSA_PSS: &[u8] = &oid!(raw 1.2.840.113549.1.1.10);
    const EC: &[u8] = &oid!(raw 1.2.840.10045.2.1);
    const ED25519: &[u8] = &oid!(raw 1.3.101.112);
    match oid {
        RSA | RSA_PSS => KeyAlgorithm::Rsa,
        EC => KeyAlgorithm::Ec,
        ED25519 => KeyAlgorithm::Ed25519,
        _ => KeyAlgorithm::Other,
    }
}

/// A named curve and its size in bits (RFC 5480 section 2.1.1.1; Brainpool: RFC 5639).
pub(super) fn curve(oid: &[u8]) -> Option<(&'static str, u32)> {
    const P192: &[u8] = &oid!(raw 1.2.840.10045.3.1.1);
    const P256: &[u8] = &oid!(raw 1.2.840.10045.3.1.7);
    const P224: &[u8] = &oid!(raw 1.3.132.0.33);
    const P384: &[u8] = &oid!(raw 1.3.132.0.34);
    const P521: &[u8] = &oid!(raw 1.3.132.0.35);
    const SECP256K1: &[u8] = &oid!(raw 1.3.132.0.10);
    Some(match oid {
        P192 => ("P-192", 192),
        P224 => ("P-224", 224),
        P256 => ("P-256", 256),
        P384 => ("P-384", 384),
        P521 => ("P-521", 521),
        SECP256K1 => ("secp256k1", 256),
        _ => return None,
    })
}

/// The ASN.1 name of a signature algorithm in kebab-case (RFC 3279, 4055, 5758, 8410, 9881).
pub(super) fn signature_algorithm(oid: &[u8]) -> Option<&'static str> {
    const MD5_RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.4);
    const SHA1_RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.5);
    const PSS: &[u8] = &oid!(raw 1.2.840.113549.1.1.10);
    const SHA256_RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.11);
    const SHA384_RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.12);
    const SHA512_RSA: &[u8] = &oid!(raw 1.2.840.113549.1.1.13);
    const ECDSA_SHA1: &[u8] = &oid!(raw 1.2.840.10045.4.1);
    const ECDSA_SHA224: &[u8] = &oid!(raw 1.2.840.10045.4.3.1);
    const ECDSA_SHA256: &[u8] = &oid!(raw 1.2.840.10045.4.3.2);
    const ECDSA_SHA384: &[u8] = &oid!(raw 1.2.840.10045.4.3.3);
    const ECDSA_SHA512: &[u8] = &oid!(raw 1.2.840.10045.4.3.4);
    const DSA_SHA1: &[u8] = &oid!(raw 1.2.840.10040.4.3);
    const DSA_SHA224: &[u8] = &oid!(raw 2.16.840.1.101.3.4.3.1);
    const DSA_SHA256: &[u8] = &oid!(raw 2.16.840.1.101.3.4.3.2);
    const ED25519: &[u8] = &oid!(raw 1.3.101.112);
    const ED448: &[u8] = &oid!(raw 1.3.101.113);
    const ML_DSA_44: &[u8] = &oid!(raw 2.16.840.1.101.3.4.3.17);
    const ML_DSA_65: &[u8] = &oid!(raw 2.16.840.1.101.3.4.3.18);
    const ML_DSA_87: &[u8] = &oid!(raw 2.16.840.1.101.3.4.3.19);
    Some(match oid {
        MD5_RSA => "md5-with-rsa-encryption",
        SHA1_RSA => "sha1-with-rsa-encryption",
        PSS => "rsassa-pss",
        SHA256_RSA => "sha256-with-rsa-encryption",
        SHA384_RSA => "sha384-with-rsa-encryption",
        SHA512_RSA => "sha512-with-rsa-encryption",
        ECDSA_SHA1 => "ecdsa-with-sha1",
        ECDSA_SHA224 => "ecdsa-with-sha224",
        ECDSA_SHA256 => "ecdsa-with-sha256",
        ECDSA_SHA384 => "ecdsa-with-sha384",
        ECDSA_SHA512 => "ecdsa-with-sha512",
        DSA_SHA1 => "dsa-with-sha1",
        DSA_SHA224 => "dsa-with-sha224",
        DSA_SHA256 => "dsa-with-sha256",
        ED25519 => "ed25519",
        ED448 => "ed448",
        ML_DSA_44 => "ml-dsa-44",
        ML_DSA_65 => "ml-dsa-65",
        ML_DSA_87 => "ml-dsa-87",
        _ => return None,
    })
}

/// The short name of an attribute type that LDAP registers for it (RFC 4514 section 3, RFC 4519 section 2).
pub(super) fn attribute_type(oid: &[u8]) -> Option<&'static str> {
    const UID: &[u8] = &oid!(raw 0.9.2342.19200300.100.1.1);
    const DC: &[u8] = &oid!(raw 0.9.2342.19200300.100.1.25);
    const EMAIL: &[u8] = &oid!(raw 1.2.840.113549.1.9.1);
    Some(match oid {
        // id-at, 2.5.4: the last octet is the last arc.
        [0x55, 4, arc] => match arc {
            3 => "CN",
            4 => "sn",
            5 => "serialNumber",
            6 => "C",
            7 => "L",
            8 => "ST",
            9 => "STREET",
            10 => "O",
            11 => "OU",
            12 => "title",
            13 => "description",
            15 => "businessCategory",
            17 => "postalCode",
            18 => "postOfficeBox",
            20 => "telephoneNumber",
            41 => "name",
            42 => "givenName",
            43 => "initials",
            44 => "generationQualifier",
            45 => "x500UniqueIdentifier",
            46 => "dnQualifier",
            _ => return None,
        },
        UID => "UID",
        DC => "DC",
        EMAIL => "email",
        _ => return None,
    })
}

/// The name of a key purpose in kebab-case (RFC 5280 section 4.2.1.12).
pub(super) fn key_purpose(oid: &[u8]) -> Option<&'static str> {
    const KP: [u8; 7] = oid!(raw 1.3.6.1.5.5.7.3);
    Some(match oid {
        [0x55, 0x1d, 37, 0] => "any",
        [prefix @ .., last] if *prefix == KP => match last {
            1 => "server-auth",
            2 => "client-auth",
            3 => "code-signing",
            4 => "email-protection",
            8 => "time-stamping",
            9 => "ocsp-signing",
            _ => return None,
        },
        _ => return None,
    })
}

/// An OID as people write it.
pub(super) fn dotted(oid: &[u8]) -> String {
    Oid::new(oid.into()).to_id_string()
}

/// id-pe-authorityInfoAccess (RFC 5280 section 4.2.2.1).
pub(super) const AUTHORITY_INFO_ACCESS: &[u8] = &oid!(raw 1.3.6.1.5.5.7.1.1);
/// id-ad-ocsp (RFC 5280 section 4.2.2.1).
pub(super) const OCSP: &[u8] = &oid!(raw 1.3.6.1.5.5.7.48.1);
/// id-ad-caIssuers (RFC 5280 section 4.2.2.1).
pub(super) const CA_ISSUERS: &[u8] = &oid!(raw 1.3.6.1.5.5.7.48.2);
