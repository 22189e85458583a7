//! Which extensions are marked critical (RFC 5280 section 4.2).

use super::{Certificate, der, oids};

/// The last arc of the extensions of 2.5.29 (id-ce) whose criticality RFC 5280 prescribes.
pub(crate) mod id_ce {
    pub(crate) const SUBJECT_KEY_IDENTIFIER: u8 = 14;
    pub(crate) const KEY_USAGE: u8 = 15;
    pub(crate) const SUBJECT_ALT_NAME: u8 = 17;
    pub(crate) const BASIC_CONSTRAINTS: u8 = 19;
    pub(crate) const NAME_CONSTRAINTS: u8 = 30;
    pub(crate) const AUTHORITY_KEY_IDENTIFIER: u8 = 35;
    pub(crate) const POLICY_CONSTRAINTS: u8 = 36;
    pub(crate) const INHIBIT_ANY_POLICY: u8 = 54;
}

impl Certificate {
    /// Whether the extension 2.5.29.`arc` is marked critical; nothing if it is absent.
    pub(crate) fn is_critical(&self, arc: u8) -> Option<bool> {
        extensions(&self.der).find(|(oid, _)| *oid == [0x55, 0x1d, arc]).map(|(_, critical)| critical)
    }

    /// Dotted OIDs of the critical extensions that rustls-webpki does not process, and for which it
    /// therefore refuses the certificate: more than RFC 5280 would.
    pub(crate) fn critical_extensions_refused(&self) -> Vec<String> {
        extensions(&self.der)
            .filter(|(oid, critical)| *critical && !matches!(oid, [0x55, 0x1d, 15 | 17 | 19 | 30 | 31 | 37]))
            .map(|(oid, _)| oids::dotted(oid))
            .collect()
    }
}

/// The OIDs of all extensions, as encoded, and whether each is critical.
fn extensions(certificate: &[u8]) -> impl Iterator<Item = (&[u8], bool)> {
    const TRUE: &[u8] = &[0x01, 0x01, 0xff];
    let mut rest = list(certificate).unwrap_or_default();
    std::iter::from_fn(move || {
        let (extension, after) = der::expect(der::SEQUENCE, rest)?;
        rest = after;
        let (oid, value) = der::expect(der::OBJECT_IDENTIFIER, extension)?;
        Some((oid, value.starts_with(TRUE)))
    })
}

/// The extensions of a certificate, one after the other.
fn list(certificate: &[u8]) -> Option<&[u8]> {
    const EXTENSIONS: u8 = 0xa3;
    let (whole, _) = der::expect(der::SEQUENCE, certificate)?;
    let (mut rest, _) = der::expect(der::SEQUENCE, whole)?;
    loop {
        let (element, after) = der::read(rest)?;
        if element.tag == EXTENSIONS {
            return der::expect(der::SEQUENCE, element.value).map(|(list, _)| list);
        }
        rest = after;
    }
}
