//! One write of a ConfigMap: what it is to become, and how.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::{Map, Value, json};
use signet_cluster::kube;
use signet_cluster::kube::api::{Api, DeleteParams, Patch, PatchParams};
use signet_mesh::names::CA_CONFIG_MAP;

use super::{Live, Wanted, publishable};
use crate::metrics::BundleWrite;
use crate::names::BUNDLE_FIELD_MANAGER;

/// One write.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plan {
    Delete,
    Write {
        data: Live,
        /// Keys that somebody else put there.
        surplus: Vec<String>,
    },
}

impl Plan {
    /// What makes `live` into what is wanted; nothing when it is already.
    pub(super) fn of(wanted: Wanted, live: Option<&Live>) -> Option<Self> {
        let mut data = wanted.published;
        for key in wanted.refused.into_keys() {
            let last = live.and_then(|live| live.get(&key)).filter(|pem| publishable(pem).is_ok());
            data.extend(last.map(|pem| (key, pem.clone())));
        }
        match live {
            None if data.is_empty() => None,
            Some(live) if *live == data && !data.is_empty() => None,
            Some(_) if data.is_empty() => Some(Self::Delete),
            _ => {
                let foreign =
                    live.into_iter().flat_map(BTreeMap::keys).filter(|key| !data.contains_key(*key));
                let surplus = foreign.cloned().collect();
                Some(Self::Write { data, surplus })
            }
        }
    }

    /// Carries it out in the namespace of `api`.
    pub(super) async fn carry_out(&self, api: &Api<ConfigMap>) -> Result<BundleWrite, kube::Error> {
        let Self::Write { data, surplus } = self else {
            api.delete(CA_CONFIG_MAP, &DeleteParams::default()).await?;
            return Ok(BundleWrite::Deleted);
        };
        if !surplus.is_empty() {
            // Applying leaves the keys of others alone; the ConfigMap is ours by its name.
            let nothing: Map<String, Value> = surplus.iter().map(|key| (key.clone(), Value::Null)).collect();
            let params = PatchParams {
                field_manager: Some(BUNDLE_FIELD_MANAGER.to_owned()),
                ..PatchParams::default()
            };
            api.patch(CA_CONFIG_MAP, &params, &Patch::Merge(json!({"data": nothing}))).await?;
        }
        let object = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": CA_CONFIG_MAP, "labels": {"app.kubernetes.io/managed-by": "signet"}},
            "data": data,
        });
        let params = PatchParams::apply(BUNDLE_FIELD_MANAGER).force();
        api.patch(CA_CONFIG_MAP, &params, &Patch::Apply(&object)).await?;
        Ok(BundleWrite::Applied)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Plan;
    use crate::bundle::{Live, Refusal, Wanted};

    fn live(of: &[(&str, &str)]) -> Live {
        of.iter().map(|(key, pem)| ((*key).to_owned(), (*pem).to_owned())).collect()
    }

    fn wanting(of: &[(&str, &str)]) -> Wanted {
        Wanted { published: live(of), refused: BTreeMap::new() }
    }

    #[test]
    fn what_is_there_already_is_left_alone() {
        let there = live(&[("a.pem", "A")]);
        assert_eq!(Plan::of(wanting(&[("a.pem", "A")]), Some(&there)), None);
        assert_eq!(Plan::of(wanting(&[]), None), None);
    }

    #[test]
    fn drift_is_mended_and_foreign_keys_go() {
        let there = live(&[("a.pem", "X"), ("b.pem", "B")]);
        let plan = Plan::of(wanting(&[("a.pem", "A")]), Some(&there));
        let data = live(&[("a.pem", "A")]);
        assert_eq!(plan, Some(Plan::Write { data, surplus: vec!["b.pem".to_owned()] }));
    }

    #[test]
    fn the_last_use_takes_it_away() {
        assert_eq!(Plan::of(wanting(&[]), Some(&live(&[("a.pem", "A")]))), Some(Plan::Delete));
    }

    #[test]
    fn a_ca_that_cannot_be_published_leaves_the_last_good_one_and_no_rubbish() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).expect("a certificate");
        let good = signet_certs::formats::pem::encode("CERTIFICATE", certificate.der());
        let refusal = Refusal { signer: "d/foo".to_owned(), reason: "no certificate".to_owned() };
        let refused = || Wanted {
            published: live(&[("a.pem", "A")]),
            refused: [("foo.pem".to_owned(), refusal.clone())].into(),
        };
        let there = live(&[("foo.pem", &good)]);
        let Some(Plan::Write { data, surplus }) = Plan::of(refused(), Some(&there)) else {
            panic!("a write")
        };
        assert_eq!((data.get("foo.pem"), surplus), (Some(&good), Vec::new()));
        let there = live(&[("foo.pem", "rubbish"), ("a.pem", "A")]);
        let Some(Plan::Write { data, surplus }) = Plan::of(refused(), Some(&there)) else {
            panic!("a write")
        };
        assert_eq!((data.get("foo.pem"), surplus), (None, vec!["foo.pem".to_owned()]));
    }
}
