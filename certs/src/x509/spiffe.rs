//! SPIFFE IDs (SPIFFE-ID standard, section 2) and Istio's form of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A SPIFFE ID that keeps the standard's rules.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SpiffeId {
    /// The authority part.
    pub trust_domain: String,
    /// Everything after it, with its leading slash; empty for a trust domain's own ID.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub path: String,
    /// The namespace, when the path is Istio's `/ns/NAMESPACE/sa/SERVICE-ACCOUNT`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub namespace: Option<String>,
    /// The service account, likewise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_account: Option<String>,
}

/// Why a URI is no SPIFFE ID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{uri}` is no SPIFFE ID: {reason}")]
pub struct InvalidSpiffeId {
    /// What was given.
    pub uri: String,
    /// The rule that it breaks.
    pub reason: &'static str,
}

impl fmt::Display for SpiffeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "spiffe://{}{}", self.trust_domain, self.path)
    }
}

impl SpiffeId {
    /// Whether `uri` is a SPIFFE ID, without keeping its parts.
    pub fn check(uri: &str) -> Result<(), InvalidSpiffeId> {
        split(uri).map(|_| ()).map_err(|reason| InvalidSpiffeId { uri: uri.to_owned(), reason })
    }
}

impl FromStr for SpiffeId {
    type Err = InvalidSpiffeId;

    fn from_str(uri: &str) -> Result<Self, InvalidSpiffeId> {
        parse(uri).map_err(|reason| InvalidSpiffeId { uri: uri.to_owned(), reason })
    }
}

fn parse(uri: &str) -> Result<SpiffeId, &'static str> {
    let (trust_domain, path) = split(uri)?;
    let (namespace, service_account) = match path.split('/').collect::<Vec<_>>()[..] {
        ["", "ns", namespace, "sa", account] => (Some(namespace.to_owned()), Some(account.to_owned())),
        _ => (None, None),
    };
    Ok(SpiffeId { trust_domain: trust_domain.to_owned(), path: path.to_owned(), namespace, service_account })
}

/// The trust domain and the path of a URI that keeps every rule.
fn split(uri: &str) -> Result<(&str, &str), &'static str> {
    if uri.len() > 2048 {
        return Err("it is longer than 2048 bytes (section 2.3)");
    }
    let scheme = uri.get(..9).ok_or("it does not begin with spiffe://")?;
    if !scheme.eq_ignore_ascii_case("spiffe://") {
        return Err("it does not begin with spiffe://");
    }
    let rest = &uri[9..];
    let (trust_domain, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    if trust_domain.is_empty() {
        return Err("its trust domain is empty (section 2.1)");
    }
    if !trust_domain.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_')) {
        return Err("its trust domain has a character other than a-z, 0-9, '.', '-' and '_' (section 2.1)");
    }
    for segment in path.split('/').skip(1) {
        match segment {
            "" => return Err("its path has an empty segment or ends with a slash (section 2.2)"),
            "." | ".." => return Err("its path has a relative segment (section 2.2)"),
            _ if !segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')) => {
                return Err(
                    "its path has a character other than letters, digits, '.', '-' and '_' (section 2.2)",
                );
            }
            _ => {}
        }
    }
    Ok((trust_domain, path))
}

#[cfg(test)]
mod tests {
    use super::SpiffeId;

    #[test]
    fn reads_istios_form() {
        let id: SpiffeId = "spiffe://cluster.local/ns/foo/sa/httpbin".parse().expect("a valid ID");
        assert_eq!(id.trust_domain, "cluster.local");
        assert_eq!((id.namespace.as_deref(), id.service_account.as_deref()), (Some("foo"), Some("httpbin")));
        assert_eq!(id.to_string(), "spiffe://cluster.local/ns/foo/sa/httpbin");
    }

    #[test]
    fn refuses_what_the_standard_refuses() {
        for uri in [
            "https://cluster.local/x",
            "spiffe://",
            "spiffe:///ns/foo",
            "spiffe://Cluster.Local/x",
            "spiffe://user@td/x",
            "spiffe://td:80/x",
            "spiffe://td/",
            "spiffe://td//x",
            "spiffe://td/../x",
            "spiffe://td/x?y",
            "spiffe://td/%41",
        ] {
            assert!(uri.parse::<SpiffeId>().is_err(), "{uri}");
        }
    }
}
