//! Each fact of a certificate as OpenSSL would write it, and where in its text it is found.

use std::net::IpAddr;

use signet_certs::report::Certificate;
use signet_certs::x509::{KeyAlgorithm, SubjectAltNames};

use super::Text;

/// One field to compare.
pub(super) struct Field {
    pub(super) name: &'static str,
    /// The extension that says it.
    pub(super) oid: Option<&'static str>,
    /// Our fact in OpenSSL's words.
    pub(super) ours: String,
    /// What OpenSSL says.
    pub(super) theirs: fn(&Text) -> String,
}

/// Every fact of the report but those that are computed from others.
pub(super) fn fields(c: &Certificate) -> Vec<Field> {
    let plain = |name, ours, theirs| Field { name, oid: None, ours, theirs };
    let of = |name, oid, ours, theirs| Field { name, oid: Some(oid), ours, theirs };
    vec![
        plain("version", c.version.to_string(), |t| {
            t.after("Version:").split(' ').next().unwrap_or_default().to_owned()
        }),
        plain("serialNumber", significant(&c.serial_number), |t| serial(t.after_or_below("Serial Number:"))),
        plain("signatureAlgorithm", c.signature_algorithm.replace('-', ""), |t| {
            t.last_after("Signature Algorithm:").to_lowercase().replace(['-', '_'], "")
        }),
        plain("issuer", with_their_names(&c.issuer), |t| name(t.after("Issuer:"))),
        plain("subject", with_their_names(&c.subject), |t| name(t.after("Subject:"))),
        plain("notBefore", c.not_before.to_string(), |t| time(t.after("Not Before:"))),
        plain("notAfter", c.not_after.to_string(), |t| time(t.after("Not After :"))),
        plain("publicKey.algorithm", c.public_key.algorithm.word().to_owned(), key_algorithm),
        plain("publicKey.bits", bits(c), key_bits),
        plain("publicKey.curve", c.public_key.curve.as_deref().unwrap_or_default().to_owned(), curve),
        plain("fingerprintSha256", c.fingerprint_sha256.to_string(), |t| hex(t.after("sha256 Fingerprint="))),
        of("isCa and pathLength", "2.5.29.19", constraints(c), |t| {
            joined(t, "X509v3 Basic Constraints").replace("CA:FALSE", "")
        }),
        of("keyUsage", "2.5.29.15", words(&c.key_usage, KEY_USAGE), |t| joined(t, "X509v3 Key Usage")),
        of("extendedKeyUsage", "2.5.29.37", words(&c.extended_key_usage, KEY_PURPOSES), |t| {
            joined(t, "X509v3 Extended Key Usage")
        }),
        of("subjectKeyId", "2.5.29.14", c.subject_key_id.clone().unwrap_or_default(), |t| {
            hex(&joined(t, "X509v3 Subject Key Identifier"))
        }),
        of("authorityKeyId", "2.5.29.35", c.authority_key_id.clone().unwrap_or_default(), |t| {
            authority_key_id(t)
        }),
        of("sans", "2.5.29.17", sans(&c.sans), |t| {
            their_names(&joined(t, "X509v3 Subject Alternative Name"))
        }),
        of("nameConstraints", "2.5.29.30", subtrees(c), their_subtrees),
        of("crlDistributionPoints", "2.5.29.31", sorted(&c.crl_distribution_points), |t| {
            addresses(t, "X509v3 CRL Distribution Points", "URI:")
        }),
        of("ocsp", "1.3.6.1.5.5.7.1.1", sorted(&c.ocsp), |t| {
            addresses(t, "Authority Information Access", "OCSP - URI:")
        }),
        of("caIssuers", "1.3.6.1.5.5.7.1.1", sorted(&c.ca_issuers), |t| {
            addresses(t, "Authority Information Access", "CA Issuers - URI:")
        }),
        plain("unknownCriticalExtensions", sorted(&c.unknown_critical_extensions), unknown_critical),
    ]
}

const KEY_USAGE: &[(&str, &str)] = &[
    ("digital-signature", "Digital Signature"),
    ("non-repudiation", "Non Repudiation"),
    ("key-encipherment", "Key Encipherment"),
    ("data-encipherment", "Data Encipherment"),
    ("key-agreement", "Key Agreement"),
    ("key-cert-sign", "Certificate Sign"),
    ("crl-sign", "CRL Sign"),
    ("encipher-only", "Encipher Only"),
    ("decipher-only", "Decipher Only"),
];

const KEY_PURPOSES: &[(&str, &str)] = &[
    ("server-auth", "TLS Web Server Authentication"),
    ("client-auth", "TLS Web Client Authentication"),
    ("code-signing", "Code Signing"),
    ("email-protection", "E-mail Protection"),
    ("time-stamping", "Time Stamping"),
    ("ocsp-signing", "OCSP Signing"),
    ("any", "Any Extended Key Usage"),
];

fn words<W: AsRef<str>>(ours: &[W], table: &[(&str, &str)]) -> String {
    let theirs = |word: &W| table.iter().find(|(one, _)| *one == word.as_ref()).map(|(_, theirs)| *theirs);
    ours.iter().map(|word| theirs(word).unwrap_or(word.as_ref())).collect::<Vec<_>>().join(", ")
}

fn joined(text: &Text, extension: &str) -> String {
    text.extension(extension).map(|extension| extension.lines.join(" ")).unwrap_or_default()
}

fn significant(hex: &str) -> String {
    let digits = hex.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
}

/// `2 (0x2)`, `-2 (-0x2)`, `3f:0a:…` or `(Negative)3f:0a:…`.
fn serial(text: &str) -> String {
    let bracket = |sign| text.split_once(sign).map(|(_, digits)| digits.trim_end_matches(')'));
    match (bracket("(-0x").or(text.strip_prefix("(Negative)")), bracket("(0x")) {
        (Some(magnitude), _) => complement(&hex(magnitude)),
        (None, Some(digits)) => significant(digits),
        (None, None) => significant(&hex(text)),
    }
}

/// The octets of a negative INTEGER, which we show as they stand: the two's complement.
fn complement(magnitude: &str) -> String {
    let value = u64::from_str_radix(magnitude, 16).expect("a small number");
    let octets = (1..=8).find(|octets| value <= 1 << (8 * octets - 1)).expect("at most eight octets");
    format!("{:x}", (1_u128 << (8 * octets)) - u128::from(value))
}

fn hex(text: &str) -> String {
    text.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase()
}

/// `Nov 22 10:20:35 2026 GMT` in RFC 3339.
fn time(text: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts: Vec<_> = text.split_whitespace().collect();
    let [month, day, time, year, "GMT"] = parts.as_slice() else { return text.to_owned() };
    let month = MONTHS.iter().position(|name| name == month).map_or(0, |index| index + 1);
    format!("{year:0>4}-{month:02}-{day:0>2}T{time}Z")
}

/// OpenSSL's short names that are not those of RFC 4519, and its digits of escapes.
fn name(text: &str) -> String {
    let mut named = format!(",{text}");
    for (theirs, ours) in [
        ("emailAddress", "email"),
        ("SN", "sn"),
        ("GN", "givenName"),
        ("street", "STREET"),
        ("dnQualifier", "dnQualifier"),
    ] {
        for separator in [',', '+'] {
            named = named.replace(&format!("{separator}{theirs}="), &format!("{separator}{ours}="));
        }
    }
    let mut text = String::new();
    let mut rest = named.strip_prefix(',').unwrap_or(&named);
    // A value of BER is hexadecimal, which OpenSSL writes in capitals.
    while let Some(at) = rest.find("=#") {
        let (before, value) = rest.split_at(at + 2);
        let end = value.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(value.len());
        text.push_str(before);
        text.push_str(&value[..end].to_lowercase());
        rest = &value[end..];
    }
    text + rest
}

/// A name with the attributes that OpenSSL has a word for and LDAP has not: their values, which we write
/// as BER (RFC 4514 section 2.4), as text.
fn with_their_names(name: &str) -> String {
    let mut named = name.to_owned();
    for (oid, word) in [
        ("1.3.6.1.4.1.311.60.2.1.1=#", "jurisdictionL="),
        ("1.3.6.1.4.1.311.60.2.1.2=#", "jurisdictionST="),
        ("1.3.6.1.4.1.311.60.2.1.3=#", "jurisdictionC="),
    ] {
        while let Some(at) = named.find(oid) {
            let digits = &named[at + oid.len()..];
            let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
            // Two octets of header before a short text.
            let octets =
                (4..end).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("a byte"));
            let text = String::from_utf8(octets.collect()).expect("a text");
            named.replace_range(at..at + oid.len() + end, &format!("{word}{text}"));
        }
    }
    named
}

fn key_algorithm(text: &Text) -> String {
    match text.after("Public Key Algorithm:") {
        "rsaEncryption" | "rsassaPss" => "rsa",
        "id-ecPublicKey" => "ec",
        "ED25519" => "ed25519",
        _ => "other",
    }
    .to_owned()
}

/// What OpenSSL says of a key that it cannot read.
const UNLOADED: &str = "Unable to load Public Key";

fn bits(c: &Certificate) -> String {
    match c.public_key.algorithm {
        // OpenSSL cannot load a key without a size, and says so.
        KeyAlgorithm::Rsa if c.public_key.bits == 0 => UNLOADED.to_owned(),
        KeyAlgorithm::Ec | KeyAlgorithm::Rsa => c.public_key.bits.to_string(),
        // OpenSSL names no size for these.
        KeyAlgorithm::Ed25519 | KeyAlgorithm::Other => String::new(),
    }
}

fn key_bits(text: &Text) -> String {
    if !matches!(key_algorithm(text).as_str(), "rsa" | "ec") {
        return String::new();
    }
    if text.has_line(UNLOADED) {
        return UNLOADED.to_owned();
    }
    let line = text.after("Public-Key: (");
    let line = if line.is_empty() { text.after("RSA Public-Key: (") } else { line };
    line.split(' ').next().unwrap_or_default().to_owned()
}

fn curve(text: &Text) -> String {
    if key_algorithm(text) != "ec" {
        return String::new();
    }
    match text.after("ASN1 OID:") {
        "prime256v1" => "P-256",
        "prime192v1" => "P-192",
        "secp224r1" => "P-224",
        "secp384r1" => "P-384",
        "secp521r1" => "P-521",
        "brainpoolP256r1" => "1.3.36.3.3.2.8.1.1.7",
        other => other,
    }
    .to_owned()
}

fn constraints(c: &Certificate) -> String {
    match (c.is_ca, c.path_length) {
        (false, _) => String::new(),
        (true, None) => "CA:TRUE".to_owned(),
        (true, Some(length)) => format!("CA:TRUE, pathlen:{length}"),
    }
}

fn authority_key_id(text: &Text) -> String {
    let Some(extension) = text.extension("X509v3 Authority Key Identifier") else { return String::new() };
    let line =
        extension.lines.iter().find(|line| !line.starts_with("DirName:") && !line.starts_with("serial:"));
    // An empty sequence is printed as its bytes.
    hex(line.filter(|line| *line != "0.").map_or("", |line| line.strip_prefix("keyid:").unwrap_or(line)))
}

/// Every name as OpenSSL writes it, sorted: it keeps their order, and we sort by type.
fn sans(sans: &SubjectAltNames) -> String {
    let typed = |kind: &'static str, names: &[String]| -> Vec<String> {
        names.iter().map(|name| format!("{kind}:{name}")).collect()
    };
    let addresses: Vec<_> = sans.ip.iter().map(|ip| format!("IP Address:{}", address(ip))).collect();
    let others: Vec<_> = sans.other.iter().map(|name| other(name)).collect();
    let all =
        [typed("DNS", &sans.dns), typed("URI", &sans.uri), typed("email", &sans.email), addresses, others];
    sorted(&all.concat())
}

/// OpenSSL writes IPv6 in capitals and without `::`.
fn address(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(v6)) => v6.segments().map(|part| format!("{part:X}")).join(":"),
        _ => ip.to_owned(),
    }
}

fn other(name: &str) -> String {
    match name.split_once(':') {
        Some(("registeredID", oid)) => format!("Registered ID:{oid}"),
        Some(("dirName", name)) => format!("DirName:{}", with_slashes(name)),
        Some(("otherName", _)) => "othername:".to_owned(),
        Some(("x400Address", _)) => "X400Name:<unsupported>".to_owned(),
        Some(("ediPartyName", _)) => "EdiPartyName:<unsupported>".to_owned(),
        _ => name.to_owned(),
    }
}

/// A name without escapes as OpenSSL writes it among alternative names.
fn with_slashes(name: &str) -> String {
    let mut parts: Vec<_> = name.split(',').collect();
    parts.reverse();
    format!("/{}", parts.join("/"))
}

/// A name without escapes as OpenSSL writes it among constraints.
fn one_line(name: &str) -> String {
    let mut parts: Vec<_> = name.split(',').map(|part| part.replacen('=', " = ", 1)).collect();
    parts.reverse();
    parts.join(", ")
}

const KINDS: [&str; 9] =
    ["DNS:", "URI:", "email:", "IP Address:", "IP:", "DirName:", "Registered ID:", "othername:", "X400Name:"];

/// Cuts OpenSSL's list of names where a type begins.
fn their_names(text: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for part in text.split(", ").filter(|part| !part.is_empty()) {
        let begins = KINDS.iter().chain(&["EdiPartyName:"]).any(|kind| part.starts_with(kind));
        match names.last_mut() {
            Some(last) if !begins => last.extend([", ", part]),
            _ => names.push(part.to_owned()),
        }
    }
    for name in &mut names {
        if name.starts_with("othername:") {
            name.truncate("othername:".len());
        }
    }
    sorted(&names)
}

fn sorted(names: &[String]) -> String {
    let mut names = names.to_vec();
    names.sort();
    names.join(" | ")
}

fn subtrees(c: &Certificate) -> String {
    let Some(constraints) = &c.name_constraints else { return String::new() };
    let all = |kind: &str, names: &[String]| -> Vec<String> {
        names.iter().map(|name| format!("{kind} {}", subtree(name))).collect()
    };
    sorted(&[all("Permitted", &constraints.permitted), all("Excluded", &constraints.excluded)].concat())
}

fn subtree(name: &str) -> String {
    match name.strip_prefix("IP:").and_then(|network| network.split_once('/')) {
        Some((network, length)) => {
            let mask = match (network.parse(), length.parse::<u32>()) {
                (Ok(IpAddr::V4(_)), Ok(length)) => {
                    std::net::Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - length).unwrap_or_default())
                        .to_string()
                }
                (Ok(IpAddr::V6(_)), Ok(length)) => {
                    std::net::Ipv6Addr::from_bits(u128::MAX.checked_shl(128 - length).unwrap_or_default())
                        .to_string()
                }
                _ => length.to_owned(),
            };
            format!("IP:{}/{}", address(network), address(&mask))
        }
        None => match name.strip_prefix("dirName:") {
            Some(name) => format!("DirName:{}", one_line(name)),
            None => other(name),
        },
    }
}

fn their_subtrees(text: &Text) -> String {
    let Some(extension) = text.extension("X509v3 Name Constraints") else { return String::new() };
    let mut kind = "";
    let mut all = Vec::new();
    for line in &extension.lines {
        match line.as_str() {
            "Permitted:" | "Excluded:" => kind = line.trim_end_matches(':'),
            name => {
                let name = if name.starts_with("othername:") { "othername:" } else { name };
                all.push(format!("{kind} {name}"));
            }
        }
    }
    sorted(&all)
}

fn addresses(text: &Text, extension: &str, label: &str) -> String {
    let lines = text.extension(extension).map(|extension| extension.lines.as_slice()).unwrap_or_default();
    // OpenSSL 3.0 forgets the line break before the reasons of a distribution point.
    let address = |line: &String| line.strip_prefix(label)?.split("  ").next().map(str::to_owned);
    sorted(&lines.iter().filter_map(address).collect::<Vec<_>>())
}

/// The critical extensions that RFC 5280 does not define and no rule of Signet knows.
fn unknown_critical(text: &Text) -> String {
    let unknown = text
        .critical()
        .filter(|name| !name.starts_with("X509v3 ") && *name != "Authority Information Access");
    let named = unknown.map(|name| match name {
        "CT Precertificate Poison" => "1.3.6.1.4.1.11129.2.4.3",
        "TLS Feature" => "1.3.6.1.5.5.7.1.24",
        "OCSP No Check" => "1.3.6.1.5.5.7.48.1.5",
        other => other,
    });
    sorted(&named.map(str::to_owned).collect::<Vec<_>>())
}
