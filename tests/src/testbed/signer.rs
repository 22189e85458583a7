//! The certificate signers of the testbed's mesh.

use std::time::Duration;

use super::pki::{Authority, Identity, KeyKind};
use super::{Failure, Proxy};

/// How long Istio's certificates live by default.
const DAY: Duration = Duration::from_hours(24);

/// A signer: its name, what signs, and what its certificates end in.
pub struct Signer {
    /// Its name in `ISTIO_META_CERT_SIGNER`, without the domain of the signers.
    pub name: String,
    /// PEM of its root.
    pub root: String,
    issuer: Authority,
}

impl Signer {
    /// Signer `foo`: a P-256 root that signs by itself.
    pub fn foo() -> Result<Self, Failure> {
        let root = Authority::root("foo root", KeyKind::P256)?;
        Ok(Self { name: "foo".to_owned(), root: root.pem(), issuer: root })
    }

    /// Signer `bar`: a P-384 root, and an RSA intermediate that signs.
    pub fn bar() -> Result<Self, Failure> {
        let root = Authority::root("bar root", KeyKind::P384)?;
        let issuer = root.intermediate("bar issuing", KeyKind::Rsa2048)?;
        Ok(Self { name: "bar".to_owned(), root: root.pem(), issuer })
    }

    /// A certificate of a day for a proxy, as its agent would get it.
    pub fn issue(&self, proxy: &Proxy) -> Result<Identity, Failure> {
        self.issue_for(proxy, DAY)
    }

    /// A certificate that lives as long as this.
    pub fn issue_for(&self, proxy: &Proxy, lifetime: Duration) -> Result<Identity, Failure> {
        self.issuer.workload(&proxy.spiffe_id(), lifetime)
    }
}
