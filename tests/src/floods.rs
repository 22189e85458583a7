//! Inputs of any size that somebody made to cost more than they should: each in the worst way of its
//! format.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, CustomExtension, DnType, KeyPair, SanType};
use signet_certs::formats::pem;

/// One way to be costly.
pub struct Flood {
    /// What it is.
    pub name: &'static str,
    /// An input of about so many bytes.
    pub make: fn(usize) -> Vec<u8>,
}

/// Every way that is known.
pub static FLOODS: &[Flood] = &[
    Flood {
        name: "tiny PEM blocks",
        make: |n| repeat("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", n),
    },
    Flood { name: "PEM blocks without an end", make: |n| repeat("-----BEGIN CERTIFICATE-----\n", n) },
    Flood { name: "dashes", make: |n| repeat("-", n) },
    Flood {
        name: "one PEM block",
        make: |n| [b"-----BEGIN CERTIFICATE-----\n".to_vec(), repeat("MIIB", n)].concat(),
    },
    Flood { name: "certificates in PEM", make: |n| repeat(pem::encode("CERTIFICATE", &leaf()), n) },
    Flood { name: "certificates in DER", make: |n| repeat(leaf(), n) },
    Flood {
        name: "keys in PEM",
        make: |n| repeat(pem::encode("PRIVATE KEY", &KeyPair::generate().expect("a key").serialize_der()), n),
    },
    Flood { name: "base64 of nothing", make: |n| repeat("QUFB", n) },
    Flood { name: "hexadecimal of nothing", make: |n| repeat("30", n) },
    Flood { name: "numbers in JSON", make: |n| around("[", "1,", n, "1]") },
    Flood { name: "empty strings in JSON", make: |n| around("[", "\"\",", n, "1]") },
    Flood { name: "lists in JSON", make: |n| around("[", "[],", n, "1]") },
    Flood { name: "keys in JSON", make: |n| numbered("{", |i| format!("\"{i}\":1,"), n, "\"a\":1}") },
    Flood { name: "documents in JSON", make: |n| repeat("{}\n", n) },
    Flood {
        name: "items in YAML",
        make: |n| around("apiVersion: v1\nkind: Secret\ndata:\n", "- a\n", n, ""),
    },
    Flood { name: "keys in YAML", make: |n| numbered("apiVersion: v1\n", |i| format!("{i}:\n"), n, "") },
    Flood { name: "aliases in YAML", make: |n| around("apiVersion: &a v1\nb:\n", "- *a\n", n, "") },
    Flood {
        name: "anchors in YAML",
        make: |n| numbered("apiVersion: v1\nb:\n", |i| format!("- &a{i} x\n"), n, ""),
    },
    Flood { name: "documents in YAML", make: |n| around("apiVersion: v1\n", "---\na: 1\n", n, "") },
    Flood {
        name: "tag directives in YAML",
        make: |n| numbered("", |i| format!("%TAG !{i}! x\n"), n, "---\napiVersion: v1\n"),
    },
    Flood { name: "open brackets in YAML", make: |n| around("apiVersion: ", "[", n, "") },
    Flood {
        name: "a List of Secrets in YAML",
        make: |n| around("apiVersion: v1\nkind: List\nitems:\n", &secret_item(), n, ""),
    },
    Flood { name: "a Secret with many keys", make: many_keys },
    Flood {
        name: "identities of ztunnel",
        make: |n| {
            around("[", "{\"identity\":\"\",\"state\":\"\"},", n, "{\"identity\":\"\",\"state\":\"\"}]")
        },
    },
    Flood {
        name: "broken values of a Secret",
        make: |n| {
            numbered(
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{",
                |i| format!("\"{i}\":\"!\","),
                n,
                "\"a\":\"\"}}",
            )
        },
    },
    Flood {
        name: "broken certificates of ztunnel",
        make: |n| around("[{\"identity\":\"\",\"state\":\"\",\"certChain\":[", "{},", n, "{}]}]"),
    },
    Flood {
        name: "clusters of Envoy",
        make: |n| {
            around(
                "{\"configs\":[{\"@type\":\"type.googleapis.com/envoy.admin.v3.ClustersConfigDump\",\"dynamic_active_clusters\":[",
                "{\"cluster\":{\"@type\":\"c\",\"name\":\"outbound|80||a.b.svc.cluster.local\",\"type\":\"EDS\",\"eds_cluster_config\":{\"eds_config\":{\"ads\":{}}}}},",
                n,
                "{}]}]}",
            )
        },
    },
    Flood { name: "secrets of Envoy", make: |n| around("{\"dynamic_active_secrets\":[", "{},", n, "{}]}") },
    Flood {
        name: "Envoy's /certs",
        make: |n| around("{\"certificates\":[{\"cert_chain\":[", "{},", n, "{}]}]}"),
    },
    Flood {
        name: "keys of a JWK set",
        make: |n| around("{\"keys\":[{\"kty\":\"\"},", "{\"x5c\":[\"\"]},", n, "{}]}"),
    },
    Flood {
        name: "names of certificates",
        make: |n| repeat(one(100_000, |params, i| params.subject_alt_names.push(dns(i))), n),
    },
    Flood {
        name: "names of one certificate",
        make: |n| one(n, |params, i| params.subject_alt_names.push(dns(i))),
    },
    Flood {
        name: "extensions of one certificate",
        make: |n| one(n, |params, i| params.custom_extensions.push(extension(i))),
    },
    Flood {
        name: "attributes of one subject",
        make: |n| {
            one(n, |params, i| {
                params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, i]), "some text");
            })
        },
    },
];

fn repeat(part: impl AsRef<[u8]>, bytes: usize) -> Vec<u8> {
    part.as_ref().repeat(bytes / part.as_ref().len())
}

fn around(before: &str, part: &str, bytes: usize, after: &str) -> Vec<u8> {
    [before.as_bytes(), &repeat(part, bytes), after.as_bytes()].concat()
}

fn numbered(before: &str, part: fn(usize) -> String, bytes: usize, after: &str) -> Vec<u8> {
    let mut text = before.to_owned();
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&part(number));
    }
    (text + after).into_bytes()
}

fn leaf() -> Vec<u8> {
    one(300, |params, _| {
        params.subject_alt_names = vec![SanType::URI("spiffe://td/ns/a/sa/b".try_into().expect("ASCII"))];
    })
}

/// A certificate with so many parts of ten bytes or a little more.
fn one(bytes: usize, add: fn(&mut CertificateParams, u64)) -> Vec<u8> {
    let mut params = CertificateParams::default();
    for number in 0..(bytes as u64).div_ceil(20) {
        add(&mut params, number);
    }
    params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").der().to_vec()
}

fn dns(number: u64) -> SanType {
    SanType::DnsName(format!("{number}.example.com").try_into().expect("ASCII"))
}

fn extension(number: u64) -> CustomExtension {
    CustomExtension::from_oid_content(&[2, 5, 29, 1000 + number], vec![5, 0])
}

fn secret_item() -> String {
    let chain = STANDARD.encode(pem::encode("CERTIFICATE", &leaf()));
    format!(
        "- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: a\n    namespace: b\n  data:\n    tls.crt: {chain}\n"
    )
}

fn many_keys(bytes: usize) -> Vec<u8> {
    let mut text = "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{".to_owned();
    let chain = STANDARD.encode(pem::encode("CERTIFICATE", &leaf()));
    for number in 0..bytes / (chain.len() + "\"10000\":\"\",".len()) {
        text.extend(["\"", &number.to_string(), "\":\"", &chain, "\","]);
    }
    (text + "\"a\":\"\"}}").into_bytes()
}
