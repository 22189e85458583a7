//! PKCS#7 as a bag of certificates (RFC 2315, RFC 5652): what `openssl crl2pkcs7` and Windows write.

use x509_parser::asn1_rs::oid;

use super::der::{self, INTEGER, OBJECT_IDENTIFIER, SEQUENCE};

/// The certificates and revocation lists of a `SignedData`. Whatever is signed in it, and by whom, is
/// not looked at: as a bag of certificates it has no signer.
#[derive(Clone, Copy)]
pub(crate) struct SignedData<'a> {
    certificates: &'a [u8],
    revocation_lists: &'a [u8],
}

impl<'a> SignedData<'a> {
    /// Reads a `ContentInfo` that holds `SignedData` (RFC 5652 sections 3 and 5.1), in DER.
    pub(crate) fn parse(der: &'a [u8]) -> Option<Self> {
        const SIGNED_DATA: &[u8] = &oid!(raw 1.2.840.113549.1.7.2);
        const SET: u8 = 0x31;
        const CERTIFICATES: u8 = 0xa0;
        const REVOCATION_LISTS: u8 = 0xa1;
        let (content_info, []) = der::expect(SEQUENCE, der)? else { return None };
        let (kind, content) = der::expect(OBJECT_IDENTIFIER, content_info)?;
        if kind != SIGNED_DATA {
            return None;
        }
        let (content, _) = der::expect(CERTIFICATES, content)?;
        let (signed_data, _) = der::expect(SEQUENCE, content)?;
        let (_version, rest) = der::expect(INTEGER, signed_data)?;
        let (_digest_algorithms, rest) = der::expect(SET, rest)?;
        let (_content, mut rest) = der::expect(SEQUENCE, rest)?;
        let mut found = Self { certificates: &[], revocation_lists: &[] };
        while let Some((element, after)) = der::read(rest) {
            match element.tag {
                CERTIFICATES => found.certificates = element.value,
                REVOCATION_LISTS => found.revocation_lists = element.value,
                _ => {}
            }
            rest = after;
        }
        Some(found)
    }

    /// Every certificate as it is encoded, in the order of the file.
    pub(crate) fn certificates(self) -> impl Iterator<Item = &'a [u8]> {
        elements(self.certificates)
    }

    /// Every revocation list as it is encoded.
    pub(crate) fn revocation_lists(self) -> impl Iterator<Item = &'a [u8]> {
        elements(self.revocation_lists)
    }
}

/// The elements with their headers; what is cut off at the end is the last one.
fn elements(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (first, after) = der::split(rest).unwrap_or((rest, &[]));
        rest = after;
        (!first.is_empty()).then_some(first)
    })
}
