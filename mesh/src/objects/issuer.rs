//! cert-manager's issuers, and which of them a signer's name means.

use serde::{Deserialize, Serialize};

use super::meta::{ObjectMeta, null_as_default};
use super::{Kind, ObjectName, mapping};

/// What the signers are called that ClusterIssuers are: `DOMAIN/NAME`.
const CLUSTER_ISSUERS: &str = "clusterissuers.cert-manager.io";
/// What those are called that Issuers are: `DOMAIN/NAMESPACE.NAME`.
const ISSUERS: &str = "issuers.cert-manager.io";

/// A ClusterIssuer or an Issuer (cert-manager.io/v1), which differ in whether they have a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Issuer {
    /// Its metadata.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// How it issues.
    #[serde(deserialize_with = "mapping::object")]
    pub spec: IssuerSpec,
    /// Whether it can.
    #[serde(deserialize_with = "mapping::object")]
    pub status: IssuerStatus,
}

/// How an issuer issues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IssuerSpec {
    /// By a CA of which a Secret holds the key.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub ca: Option<CaIssuer>,
}

/// An issuer by a CA.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CaIssuer {
    /// The Secret: in the Issuer's namespace, or in the one that cert-manager keeps for ClusterIssuers.
    pub secret_name: String,
}

/// Whether an issuer can issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IssuerStatus {
    /// Its conditions, `Ready` among them.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub conditions: Vec<Condition>,
}

/// One condition of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// Its name.
    #[serde(rename = "type")]
    pub name: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Why, in words.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub message: String,
}

impl Issuer {
    /// Its condition `Ready`, once it has one.
    pub fn ready(&self) -> Option<&Condition> {
        self.status.conditions.iter().find(|condition| condition.name == "Ready")
    }

    /// Whether cert-manager says that it cannot issue; one that it has not looked at yet may.
    pub fn is_unready(&self) -> bool {
        self.ready().is_some_and(|ready| ready.status == "False")
    }

    /// The issuer that the signer of this full name is, by its namespace, empty for a ClusterIssuer, and its
    /// name (cert-manager `pkg/controller/certificatesigningrequests/util/signername.go`).
    pub fn of_signer(full_name: &str) -> Option<ObjectName> {
        let (domain, name) = full_name.split_once('/').filter(|(_, name)| !name.contains('/'))?;
        let (namespace, name) = match domain {
            CLUSTER_ISSUERS => ("", name),
            ISSUERS => name.split_once('.')?,
            _ => return None,
        };
        (!name.is_empty()).then(|| ObjectName::new(namespace, name))
    }

    /// The signer that the issuer of this name is: what comes before the slash, and what comes after it.
    pub fn signer(issuer: &ObjectName) -> (&'static str, String) {
        match issuer.namespace.as_str() {
            "" => (CLUSTER_ISSUERS, issuer.name.clone()),
            namespace => (ISSUERS, format!("{namespace}.{}", issuer.name)),
        }
    }

    /// The kind of the issuer of this name.
    pub fn kind(issuer: &ObjectName) -> Kind {
        if issuer.namespace.is_empty() { Kind::ClusterIssuer } else { Kind::Issuer }
    }
}

#[cfg(test)]
mod tests {
    use super::{Issuer, ObjectName};

    #[test]
    fn a_signers_name_means_an_issuer_as_cert_manager_reads_it() {
        for (signer, namespace, name) in [
            ("clusterissuers.cert-manager.io/foo", "", "foo"),
            ("clusterissuers.cert-manager.io/foo.bar", "", "foo.bar"),
            ("issuers.cert-manager.io/team.foo", "team", "foo"),
            ("issuers.cert-manager.io/team.foo.bar", "team", "foo.bar"),
        ] {
            let issuer = Issuer::of_signer(signer).expect(signer);
            assert_eq!(issuer, ObjectName::new(namespace, name));
            let (domain, name) = Issuer::signer(&issuer);
            assert_eq!(format!("{domain}/{name}"), signer);
        }
        for other in
            ["issuers.cert-manager.io/foo", "issuers.cert-manager.io/team.", "example.com/foo", "istiod"]
        {
            assert_eq!(Issuer::of_signer(other), None, "{other}");
        }
    }
}
