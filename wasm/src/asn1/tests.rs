use rcgen::{CertificateParams, CustomExtension, KeyPair, SanType, string::Ia5String};

use super::{Element, certificate};

fn der() -> Vec<u8> {
    let mut params = CertificateParams::new(vec!["a.example".to_owned()]).expect("a name");
    let id = Ia5String::try_from("spiffe://td/ns/foo/sa/a").expect("ASCII");
    params.subject_alt_names.push(SanType::URI(id));
    params.custom_extensions.push(CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]));
    let key = KeyPair::generate().expect("a key");
    params.self_signed(&key).expect("a certificate").der().to_vec()
}

fn all(elements: &[Element]) -> Vec<&Element> {
    elements.iter().flat_map(|one| std::iter::once(one).chain(all(&one.elements))).collect()
}

fn named<'e>(elements: &'e [Element], name: &str) -> &'e Element {
    all(elements).into_iter().find(|one| one.name == Some(name)).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn names_the_fields_and_extensions_of_rfc_5280() {
    let der = der();
    let tree = certificate(&der);
    for name in
        ["version", "serialNumber", "issuer", "notBefore", "subject", "subjectPublicKey", "signatureValue"]
    {
        named(&tree, name);
    }
    let san = named(&tree, "subjectAltName");
    let uri = named(std::slice::from_ref(san), "uniformResourceIdentifier");
    assert_eq!(uri.value.as_deref(), Some("spiffe://td/ns/foo/sa/a"));
    assert_eq!(named(std::slice::from_ref(san), "dNSName").value.as_deref(), Some("a.example"));
}

#[test]
fn every_element_stands_where_it_says() {
    let der = der();
    let tree = certificate(&der);
    assert_eq!(tree[0].header + tree[0].length, der.len());
    for element in all(&tree) {
        let end = element.offset + element.header + element.length;
        assert!(end <= der.len(), "{element:?}");
        for inner in &element.elements {
            assert!(inner.offset >= element.offset + element.header, "{inner:?}");
            assert!(inner.offset + inner.header + inner.length <= end, "{inner:?}");
        }
    }
    let serial = named(&tree, "serialNumber");
    assert_eq!(der[serial.offset], 2, "the tag of an INTEGER");
}

#[test]
fn survives_every_cut_and_every_changed_byte() {
    let der = der();
    for length in 0..der.len() {
        certificate(&der[..length]);
    }
    for index in 0..der.len() {
        for flip in [0x80, 0xff] {
            let mut changed = der.clone();
            changed[index] ^= flip;
            certificate(&changed);
        }
    }
}

#[test]
fn stops_at_its_limits() {
    // Sequences in sequences, as deep as fit into two octets of length.
    let mut nested = Vec::new();
    while nested.len() < 60_000 {
        let length = u16::try_from(nested.len()).expect("fits").to_be_bytes();
        nested = [&[0x30, 0x82][..], &length, &nested].concat();
        if nested.len() > 4 * 200 {
            break;
        }
    }
    let depth = |mut elements: &[Element]| {
        let mut depth = 0;
        while let Some(first) = elements.first() {
            depth += 1;
            elements = &first.elements;
        }
        depth
    };
    assert_eq!(depth(&certificate(&nested)), super::DEPTH + 1);
}
