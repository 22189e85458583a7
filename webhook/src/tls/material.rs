//! All that the replicas share: the CA with its key, and the serving certificate with its own.

use std::collections::BTreeSet;
use std::fmt;

use signet_certs::UnixTime;

use super::Identity;
use super::authority::{Authority, first_certificate, is_due, renewal_of};

/// The content of the Secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Material {
    /// The signing CA first, then those before it that are still to be trusted.
    pub(super) ca_bundle: String,
    pub(super) ca_key: String,
    pub(super) chain: String,
    pub(super) key: String,
}

impl Material {
    /// Makes everything that `former` does not have or that is due: a CA, and a serving certificate
    /// for `names` and for those that `former` was for.
    ///
    /// A CA that is replaced stays in the bundle, so that what it signed is trusted while replicas
    /// change over.
    pub fn renewed(
        former: Option<&Self>,
        names: &BTreeSet<String>,
        now: UnixTime,
    ) -> Result<Self, rcgen::Error> {
        let kept = former.and_then(|former| Authority::read(&former.ca_bundle, &former.ca_key, now));
        let is_new = kept.is_none();
        let authority = kept.map_or_else(|| Authority::new(now), Ok)?;
        let mut names = names.clone();
        names.extend(former.into_iter().flat_map(Self::names));
        let issued = authority.issue(&names, now)?;
        let ca_bundle = match former {
            Some(former) if !is_new => former.ca_bundle.clone(),
            Some(former) => format!("{}{}", authority.certificate, former.trusted_ca(now)),
            None => authority.certificate.clone(),
        };
        Ok(Self { ca_bundle, ca_key: authority.key_pem(), chain: issued.certificate, key: issued.key })
    }

    /// Whether it can be served with at `now` for `names`, and is not due for renewal.
    pub fn is_current(&self, names: &BTreeSet<String>, now: UnixTime) -> bool {
        let Some(leaf) = first_certificate(&self.chain) else { return false };
        let covered: BTreeSet<String> = self.names().collect();
        names.is_subset(&covered)
            && !is_due(&leaf, now)
            && Authority::read(&self.ca_bundle, &self.ca_key, now).is_some()
            && self.identity().server_config().is_ok()
    }

    /// When it is due for renewal.
    pub fn renewal(&self) -> Option<UnixTime> {
        let leaf = first_certificate(&self.chain)?;
        let ca = first_certificate(&self.ca_bundle)?;
        Some(renewal_of(&leaf).min(renewal_of(&ca)))
    }

    /// What is served with it.
    pub fn identity(&self) -> Identity {
        Identity { chain: self.chain.clone(), key: self.key.clone(), ca_bundle: Some(self.ca_bundle.clone()) }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let leaf = first_certificate(&self.chain);
        leaf.into_iter().flat_map(|leaf| leaf.sans.dns.clone().into_iter().chain(leaf.sans.ip.clone()))
    }

    /// The former signing CA, unless it has ended.
    fn trusted_ca(&self, now: UnixTime) -> String {
        let former = first_certificate(&self.ca_bundle).filter(|ca| ca.is_ca && ca.is_valid_at(now));
        former.map(|ca| signet_certs::formats::pem::encode("CERTIFICATE", ca.der())).unwrap_or_default()
    }
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Material").field("renewal", &self.renewal()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use signet_certs::UnixTime;

    use super::Material;
    use crate::tls::authority::first_certificate;

    const NOW: UnixTime = UnixTime::from_seconds(1_795_514_400);
    const DAY: i64 = 86_400;

    fn names(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(ToString::to_string).collect()
    }

    fn made(of: &[&str]) -> Material {
        Material::renewed(None, &names(of), NOW).expect("certificates")
    }

    #[test]
    fn what_is_made_can_be_served_with() {
        let material = made(&["signet-webhook.signet-system.svc", "127.0.0.1"]);
        assert!(material.is_current(&names(&["127.0.0.1"]), NOW));
        assert!(!material.is_current(&names(&["elsewhere.example"]), NOW));
        let leaf = first_certificate(&material.chain).expect("a certificate");
        assert_eq!(leaf.sans.dns, ["signet-webhook.signet-system.svc"]);
        assert!(!leaf.is_ca);
    }

    #[test]
    fn the_serving_certificate_is_renewed_under_the_same_ca() {
        let first = made(&["a.example"]);
        let later = NOW.plus(61 * DAY);
        assert!(!first.is_current(&names(&["a.example"]), later), "two thirds of ninety days are over");
        let second = Material::renewed(Some(&first), &names(&["b.example"]), later).expect("certificates");
        assert_eq!(second.ca_bundle, first.ca_bundle);
        assert!(second.is_current(&names(&["a.example", "b.example"]), later), "it keeps the other's names");
    }

    #[test]
    fn a_new_ca_leaves_the_former_one_trusted() {
        let first = made(&["a.example"]);
        let later = NOW.plus(2500 * DAY);
        let second = Material::renewed(Some(&first), &names(&[]), later).expect("certificates");
        assert!(second.ca_bundle.ends_with(&first.ca_bundle) && second.ca_bundle != first.ca_bundle);
        assert!(second.is_current(&names(&["a.example"]), later));
    }

    #[test]
    fn a_key_of_another_ca_is_not_used() {
        let (one, other) = (made(&["a.example"]), made(&["a.example"]));
        let mixed = Material { ca_key: other.ca_key.clone(), ..one.clone() };
        assert!(!mixed.is_current(&names(&["a.example"]), NOW));
        let mixed = Material { key: other.key, ..one };
        assert!(!mixed.is_current(&names(&["a.example"]), NOW));
    }

    #[test]
    fn no_key_is_ever_shown() {
        let material = made(&["a.example"]);
        let shown = format!("{material:?} {:?}", material.identity());
        assert!(!shown.contains("PRIVATE") && !shown.contains("-----"), "{shown}");
    }
}
