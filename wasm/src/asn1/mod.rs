//! The bytes of a certificate as the elements that they encode (X.690), with the names that RFC 5280
//! gives them.

mod identifiers;
mod read;
mod shape;
mod value;

use serde::Serialize;

use shape::Shape;

/// Elements that are shown of one certificate; what follows stays bytes.
const ELEMENTS: usize = 20_000;
/// Levels of nesting that are followed.
const DEPTH: usize = 40;
/// The tag of a TBSCertificate's version, which one of version 1 leaves out.
const VERSION: u8 = 0xa0;

/// One element of a certificate's encoding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Element {
    /// What RFC 5280 calls it: `serialNumber`, `subjectAltName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// Its type or tag: `SEQUENCE`, `[0]`.
    pub kind: String,
    /// Where its first byte stands.
    pub offset: usize,
    /// Bytes of tag and length.
    pub header: usize,
    /// Bytes of its value.
    pub length: usize,
    /// The value in words, where it has no elements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The elements in it.
    pub elements: Vec<Element>,
}

/// The elements of a certificate's DER.
pub fn certificate(der: &[u8]) -> Vec<Element> {
    let mut budget = ELEMENTS;
    elements(der, 0, Shape::Whole, DEPTH, &mut budget).unwrap_or_default()
}

/// The elements that fill `der` from its first to its last byte; nothing if they do not.
fn elements(
    der: &[u8],
    start: usize,
    shape: Shape,
    depth: usize,
    budget: &mut usize,
) -> Option<Vec<Element>> {
    let mut found: Vec<Element> = Vec::new();
    let mut rest = der;
    let mut offset = start;
    // What an extension holds is named by the identifier before it.
    let mut identifier: &[u8] = &[];
    let absent = usize::from(shape == Shape::TbsCertificate && der.first() != Some(&VERSION));
    while !rest.is_empty() {
        *budget = budget.checked_sub(1)?;
        let (raw, after) = read::first(rest)?;
        let (name, inner) = shape.of(found.len() + absent, raw.tag, identifier);
        if raw.tag.is_object_identifier() && identifier.is_empty() {
            identifier = raw.value;
        }
        let within = depth.checked_sub(1).filter(|_| may_hold_elements(&raw, inner));
        let (skipped, content) = raw.content(inner);
        let begin = offset + raw.header + skipped;
        let nested = within.and_then(|depth| elements(content, begin, inner, depth, budget));
        found.push(Element {
            name: name.or_else(|| nested.as_deref().and_then(|nested| inner.name_by(nested, content, begin))),
            kind: raw.tag.to_string(),
            offset,
            header: raw.header,
            length: raw.value.len(),
            value: nested.is_none().then(|| value::in_words(&raw)),
            elements: nested.unwrap_or_default(),
        });
        offset += raw.header + raw.value.len();
        rest = after;
    }
    Some(found)
}

fn may_hold_elements(raw: &read::Raw<'_>, inner: Shape) -> bool {
    raw.tag.constructed || inner.is_wrapped()
}

#[cfg(test)]
mod tests;
