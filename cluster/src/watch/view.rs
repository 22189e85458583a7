//! How mesh's own views of objects come from an API server.

use std::borrow::Cow;
use std::fmt::Debug;
use std::mem;

use kube::Resource;
use kube::core::{DynamicResourceScope, ObjectMeta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use signet_mesh::objects::{
    CaSecret, ClusterSpiffeId, ClusterTrustBundle, ConfigMap, CsiDriver, Deployment, Issuer, Namespace,
    Object, ObjectMeta as ViewMeta, PeerAuthentication, Pod, ProxyConfig,
};

/// kubectl's copy of what was applied: large, and with every value that the object has.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A kind that is watched.
pub(crate) trait View: Clone + Debug + DeserializeOwned + Send + Sync + 'static {
    /// Its API group, version, kind and plural name.
    const NAMES: [&'static str; 4];

    /// Its metadata.
    fn metadata(&mut self) -> &mut ViewMeta;

    /// The object, without what nobody judges.
    fn into_object(self) -> Object;
}

/// Says of each view what the API calls its kind, and which object it is.
macro_rules! views {
    ($($view:ident: $group:literal $version:literal $kind:literal $plural:literal => $object:expr;)*) => {$(
        impl View for $view {
            const NAMES: [&'static str; 4] = [$group, $version, $kind, $plural];

            fn metadata(&mut self) -> &mut ViewMeta {
                &mut self.metadata
            }

            fn into_object(self) -> Object {
                ($object)(self)
            }
        }
    )*};
}

views! {
    CaSecret: "" "v1" "Secret" "secrets" => Object::Secret;
    ClusterSpiffeId: "spire.spiffe.io" "v1alpha1" "ClusterSPIFFEID" "clusterspiffeids" => Object::ClusterSpiffeId;
    ClusterTrustBundle: "certificates.k8s.io" "v1" "ClusterTrustBundle" "clustertrustbundles" => Object::ClusterTrustBundle;
    ConfigMap: "" "v1" "ConfigMap" "configmaps" => Object::ConfigMap;
    CsiDriver: "storage.k8s.io" "v1" "CSIDriver" "csidrivers" => Object::CsiDriver;
    Deployment: "apps" "v1" "Deployment" "deployments" => Object::Deployment;
    Issuer: "cert-manager.io" "v1" "Issuer" "issuers" => Object::Issuer;
    Namespace: "" "v1" "Namespace" "namespaces" => Object::Namespace;
    PeerAuthentication: "security.istio.io" "v1" "PeerAuthentication" "peerauthentications" => Object::PeerAuthentication;
    Pod: "" "v1" "Pod" "pods" => |pod| Object::Pod(Box::new(pod));
    ProxyConfig: "networking.istio.io" "v1beta1" "ProxyConfig" "proxyconfigs" => Object::ProxyConfig;
}

/// An issuer without a namespace.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct ClusterIssuer(Issuer);

impl View for ClusterIssuer {
    const NAMES: [&'static str; 4] = ["cert-manager.io", "v1", "ClusterIssuer", "clusterissuers"];

    fn metadata(&mut self) -> &mut ViewMeta {
        &mut self.0.metadata
    }

    fn into_object(self) -> Object {
        Object::ClusterIssuer(self.0)
    }
}

/// A trust bundle of a cluster older than Kubernetes 1.37.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct BetaTrustBundle(ClusterTrustBundle);

impl View for BetaTrustBundle {
    const NAMES: [&'static str; 4] =
        ["certificates.k8s.io", "v1beta1", "ClusterTrustBundle", "clustertrustbundles"];

    fn metadata(&mut self) -> &mut ViewMeta {
        &mut self.0.metadata
    }

    fn into_object(self) -> Object {
        Object::ClusterTrustBundle(self.0)
    }
}

/// A view with the version that a watch goes on from.
#[derive(Clone, Debug)]
pub(crate) struct Watched<V> {
    version: ObjectMeta,
    view: V,
}

impl<V: View> Watched<V> {
    /// The object.
    pub(crate) fn into_object(self) -> Object {
        self.view.into_object()
    }
}

impl<'de, V: View> Deserialize<'de> for Watched<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut view = V::deserialize(deserializer)?;
        let metadata = view.metadata();
        metadata.annotations.remove(LAST_APPLIED);
        let resource_version = Some(mem::take(&mut metadata.resource_version));
        Ok(Self { version: ObjectMeta { resource_version, ..ObjectMeta::default() }, view })
    }
}

/// As much of kube's idea of a resource as a watcher uses: the address, and the version.
impl<V: View> Resource for Watched<V> {
    type DynamicType = ();
    type Scope = DynamicResourceScope;

    fn group((): &()) -> Cow<'_, str> {
        V::NAMES[0].into()
    }

    fn version((): &()) -> Cow<'_, str> {
        V::NAMES[1].into()
    }

    fn kind((): &()) -> Cow<'_, str> {
        V::NAMES[2].into()
    }

    fn plural((): &()) -> Cow<'_, str> {
        V::NAMES[3].into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.version
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.version
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_keeps_what_decides_and_drops_what_is_private() {
        let pod = json!({
            "metadata": {
                "name": "a",
                "resourceVersion": "7",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{hunter2}", "x": "y"},
            },
            "spec": {"containers": [
                {"name": "app", "env": [{"name": "PASSWORD", "value": "hunter2"}], "args": ["--p=hunter2"]},
                {"name": "istio-proxy", "args": ["proxy"], "env": [{"name": "A", "value": "b"}]},
            ]},
        });
        let watched: Watched<Pod> = serde_json::from_value(pod).expect("a pod");
        assert_eq!(watched.meta().resource_version.as_deref(), Some("7"));
        let text = serde_json::to_string(&watched.into_object()).expect("JSON");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains(r#""name":"A","value":"b""#) && text.contains(r#""x":"y""#), "{text}");
    }
}
