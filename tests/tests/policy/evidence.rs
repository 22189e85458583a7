//! ClusterTrustBundles, cert-manager's ClusterIssuers and what SPIRE is set up by: asked for where they decide, and no
//! failure where they are not to be had.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};
use signet_certs::yaml;
use signet_tests::policy_server::Objects;
use signet_tests::wapc::HostCall;

use crate::policy::{host, validate_on};
use crate::requests;

/// A mesh whose signer `foo` has a root, and in whose namespace `foo` pods ask for `signer`; with these objects.
fn mesh(signer: &str, others: &[Value]) -> Objects {
    let mesh = yaml::documents(include_str!("../../../mesh/tests/fixtures/pods/mesh.yaml"));
    let mut objects: Vec<Value> = mesh.into_iter().map(|document| document.expect("YAML")).collect();
    objects.push(json!({
        "kind": "ProxyConfig", "metadata": {"name": "signer", "namespace": "foo"},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": signer}},
    }));
    objects.extend_from_slice(others);
    Objects(objects)
}

fn bundle(version: &str) -> Value {
    json!({
        "apiVersion": format!("certificates.k8s.io/{version}"), "kind": "ClusterTrustBundle",
        "metadata": {"name": "nobody"}, "spec": {"signerName": "clusterissuers.cert-manager.io/nobody"},
    })
}

/// The settings by which the signer `foo` is SPIRE.
fn spire() -> Value {
    json!({"failurePolicy": "Fail", "caSources": {"foo": {"spire": {}}}})
}

/// What is asked about a request beyond what always is.
fn asked(request: &Value, settings: &Value, objects: Objects) -> Vec<String> {
    let (host, questions) = host(objects);
    validate_on(&requests::body(request)["request"], settings, &host).expect("an answer");
    let always = ["Deployment", "Namespace", "ConfigMap", "ProxyConfig", "ProxyConfig"];
    let questions = questions.take();
    assert_eq!(questions.get(..always.len()).unwrap_or_default(), always);
    questions.into_iter().skip(always.len()).collect()
}

#[test]
fn they_are_asked_for_where_the_answer_rests_on_them() {
    let (nothing, pod): ([&str; 0], _) = ([], json!({}));
    let settings = json!({});
    let of_known = ["ClusterIssuer"];
    assert_eq!(asked(&pod, &settings, mesh("foo", &[])), of_known);
    assert_eq!(asked(&pod, &settings, mesh("", &[])), nothing);
    let of_unknown = ["ClusterTrustBundle", "ClusterIssuer"];
    assert_eq!(asked(&pod, &settings, mesh("nobody", &[bundle("v1")])), of_unknown);
    let of_both_versions = ["ClusterTrustBundle", "ClusterTrustBundle", "ClusterIssuer"];
    assert_eq!(asked(&pod, &settings, mesh("nobody", &[bundle("v1beta1")])), of_both_versions);
    assert_eq!(asked(&pod, &spire(), mesh("foo", &[])), ["CSIDriver", "ClusterSPIFFEID"]);
    let source = json!({"caSources": {"nobody": {"clusterTrustBundle": {}}}});
    assert_eq!(asked(&pod, &source, mesh("nobody", &[])), of_known);
    // Its own value stays, so that is the signer whose CA counts.
    let keep = json!({"conflict": "keep"});
    let own = requests::with_its_own_signer();
    assert_eq!(asked(&own, &keep, mesh("foo", &[bundle("v1")])), of_unknown);
    assert_eq!(asked(&own, &json!({"conflict": "deny"}), mesh("foo", &[])), nothing);
    // About a ProxyConfig, what its signer rests on.
    let proxy_config = |signer: &str, selector: Value| {
        let spec = json!({"selector": selector, "environmentVariables": {"ISTIO_META_CERT_SIGNER": signer}});
        requests::proxy_config(&json!({"object": {"metadata": {"name": "signer"}, "spec": spec}}))
    };
    let known = proxy_config("foo", Value::Null);
    assert_eq!(asked(&known, &settings, mesh("foo", &[])), of_known);
    assert_eq!(asked(&known, &spire(), mesh("foo", &[])), ["CSIDriver"]);
    let unknown = proxy_config("nobody", Value::Null);
    assert_eq!(asked(&unknown, &settings, mesh("foo", &[bundle("v1")])), of_unknown);
    assert_eq!(asked(&proxy_config("$(A)", Value::Null), &settings, mesh("foo", &[])), nothing);
    assert_eq!(asked(&proxy_config("nobody", json!({})), &settings, mesh("foo", &[])), nothing);
}

#[test]
fn bundles_of_either_version_are_mounted() {
    for version in ["v1", "v1beta1"] {
        let host = host(mesh("nobody", &[bundle(version)])).0;
        let answer =
            validate_on(&requests::body(&json!({}))["request"], &json!({}), &host).expect("an answer");
        let volume = &answer["mutated_object"]["spec"]["volumes"][0];
        let bundle = &volume["projected"]["sources"][0]["clusterTrustBundle"];
        assert_eq!(bundle["signerName"], "clusterissuers.cert-manager.io/nobody", "{version}: {answer}");
        assert_eq!(answer["warnings"], json!([]), "{version}");
    }
}

/// A host that refuses these kinds, and what it is given to log.
fn refusing(
    objects: Objects,
    kinds: &'static [&str],
    how: Result<&'static str, &'static str>,
) -> (HostCall, Rc<RefCell<Vec<Value>>>) {
    let log = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&log);
    let host: HostCall = Rc::new(move |binding, namespace, operation, payload| {
        let value: Value = serde_json::from_slice(payload).expect("JSON");
        if (namespace, operation) == ("tracing", "log") {
            noted.borrow_mut().push(value);
            return Ok(Vec::new());
        }
        if kinds.iter().any(|kind| value["kind"] == *kind) {
            return how.map(Vec::from).map_err(str::to_owned);
        }
        objects.call(binding, namespace, operation, payload)
    });
    (host, log)
}

#[test]
fn what_is_not_to_be_had_is_no_failure_and_stands_in_the_hosts_log() {
    const KINDS: &[&str] = &["ClusterIssuer", "ClusterTrustBundle", "CSIDriver", "ClusterSPIFFEID"];
    let request = &requests::body(&json!({}))["request"];
    let cases = [("nobody", json!({"failurePolicy": "Fail"}), 1, 2), ("foo", spire(), 0, 2)];
    for how in [
        Err("forbidden"),
        Err("deadline has elapsed"),
        Ok("rubbish"),
        Ok(r#"{"items": 7}"#),
        Ok(r#"{"items": [{"metadata": 7}]}"#),
    ] {
        for (signer, settings, warnings, lines) in &cases {
            let (host, log) = refusing(mesh(signer, &[bundle("v1")]), KINDS, how);
            let answer = validate_on(request, settings, &host).expect("an answer");
            assert_eq!(answer["accepted"], true, "{answer}");
            assert_eq!(answer["audit_annotations"]["decision"], "inject", "{answer}");
            // An unknown signer is one with or without trust bundles.
            assert_eq!(answer["warnings"].as_array().map(Vec::len), Some(*warnings), "{answer}");
            let log = log.take();
            assert_eq!(log.len(), *lines, "{log:?}");
            for line in log {
                let message = line["message"].as_str().expect("a message");
                assert_eq!(line["level"], "debug");
                assert!(message.contains("kubernetes/list_resources_all of C"), "{message}");
                assert!(!message.contains("rubbish"), "{message}");
            }
        }
    }
}

#[test]
fn what_spire_lacks_is_said() {
    let request = &requests::body(&json!({}))["request"];
    let nothing = refusing(mesh("foo", &[]), &["CSIDriver", "ClusterSPIFFEID"], Ok(r#"{"items": []}"#)).0;
    let answer = validate_on(request, &spire(), &nothing).expect("an answer");
    let warnings = answer["warnings"].to_string();
    assert!(warnings.contains("csi.spiffe.io") && warnings.contains("ClusterSPIFFEID"), "{warnings}");
    let complete = [
        json!({"kind": "CSIDriver", "metadata": {"name": "csi.spiffe.io"}}),
        json!({"kind": "ClusterSPIFFEID", "metadata": {"name": "all"}, "spec": {}}),
    ];
    let answer = validate_on(request, &spire(), &host(mesh("foo", &complete)).0).expect("an answer");
    assert_eq!(answer["warnings"], json!([]));
    // Another driver brings nothing of SPIRE's.
    let other = [json!({"kind": "CSIDriver", "metadata": {"name": "other"}}), complete[1].clone()];
    let answer = validate_on(request, &spire(), &host(mesh("foo", &other)).0).expect("an answer");
    assert!(answer["warnings"].to_string().contains("csi.spiffe.io"), "{answer}");
}
