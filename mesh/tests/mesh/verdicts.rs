//! Each verdict: a workload that has it, and one that just has not.

use serde_json::json;
use signet_mesh::Verdict;
use signet_mesh::dump::{Dump, ReadError};

use crate::support::{DAY, HOUR, Mesh, START, answer, pod, pod_with, presenting, put};

fn verdict(mesh: &Mesh, seconds: i64) -> Verdict {
    mesh.web(START.plus(seconds)).verdict
}

fn finding(mesh: &Mesh, seconds: i64, code: &str) -> signet_certs::Finding {
    let workload = mesh.web(START.plus(seconds));
    workload.findings.iter().find(|finding| finding.code == code).expect(code).clone()
}

#[test]
fn a_workload_with_the_certificate_that_it_should_have_is_ok() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    let web = mesh.web(START.plus(HOUR));
    assert_eq!((web.verdict, &web.findings[..], web.reason.as_deref()), (Verdict::Ok, &[][..], None));
    let signer = &web.signer;
    let all = [&signer.configured, &signer.injected, &signer.requested, &signer.actual];
    assert!(all.iter().all(|name| name.as_deref() == Some("foo")), "{signer:?}");
    assert_eq!(web.owner.as_deref(), Some("Deployment/web"));
    assert_eq!(web.trust_domain.as_deref(), Some("cluster.local"));
    assert_eq!(web.rotation_due, Some(START.plus(DAY / 2)));
}

#[test]
fn a_short_lived_certificate_goes_through_its_phases() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", 1_000);
    mesh.run(Some("foo"), &[&leaf]);
    let phases = [
        (-1, Verdict::Untrusted),
        (0, Verdict::Ok),
        (510, Verdict::Ok),
        (511, Verdict::RotationOverdue),
        (900, Verdict::RotationOverdue),
        (901, Verdict::Expiring),
        (1_000, Verdict::Expiring),
        (1_001, Verdict::Expired),
    ];
    for (seconds, expected) in phases {
        assert_eq!(verdict(&mesh, seconds), expected, "after {seconds} of 1000 seconds");
    }
}

#[test]
fn a_certificate_of_a_month_is_nobodys_to_rotate() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", 30 * DAY);
    mesh.run(Some("foo"), &[&leaf]);
    assert_eq!(verdict(&mesh, 26 * DAY), Verdict::Ok);
    assert_eq!(mesh.web(START).rotation_due, None);
    assert_eq!(verdict(&mesh, 28 * DAY), Verdict::Expiring);
}

#[test]
fn expiry_does_not_hide_who_signed() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", HOUR);
    mesh.run(Some("foo"), &[&leaf]);
    let web = mesh.web(START.plus(DAY));
    assert_eq!((web.verdict, web.signer.actual.as_deref()), (Verdict::Expired, Some("foo")));
}

#[test]
fn drift_names_the_proxy_config_its_value_and_the_command() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    mesh.inventory.apply(put(json!({
        "kind": "ProxyConfig",
        "metadata": {"namespace": "app", "name": "signer", "creationTimestamp": "2026-11-01T00:00:00Z"},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": "bar"}},
    })));
    assert_eq!(verdict(&mesh, 1), Verdict::Drift);
    let drift = finding(&mesh, 1, "drift");
    for words in ["app/signer", "`bar`", "`foo`"] {
        assert!(drift.message.contains(words), "{}", drift.message);
    }
    assert!(drift.advice.contains("kubectl -n app rollout restart deployment/web"), "{}", drift.advice);
}

#[test]
fn a_pod_that_asks_itself_where_nothing_is_configured_does_not_drift() {
    let mut mesh = Mesh::bare();
    let (observations, leaf) = (mesh.control_plane(json!([])), mesh.istiod.leaf("web", DAY));
    mesh.apply_all(observations);
    mesh.inventory.apply(put(json!({
        "kind": "ConfigMap",
        "metadata": {"namespace": "istio-system", "name": "istio"},
        "data": {"mesh": "{}"},
    })));
    mesh.run(Some("own"), &[&leaf]);
    assert!(mesh.web(START).findings.iter().any(|finding| finding.code == "drift"));
    let overrides = json!({"containers": [
        {"name": "istio-proxy", "env": [{"name": "ISTIO_META_CERT_SIGNER", "value": "own"}]},
    ]});
    let overrides = json!({"metadata": {"annotations": {"proxy.istio.io/overrides": overrides.to_string()}}});
    mesh.inventory.apply(pod_with("web", Some("own"), overrides));
    assert!(mesh.web(START).findings.iter().all(|finding| finding.code != "drift"));
}

#[test]
fn another_signer_than_the_one_asked_for_is_wrong() {
    let mut mesh = Mesh::new();
    let leaf = mesh.bar.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.actual.as_deref()), (Verdict::WrongSigner, Some("bar")));
}

#[test]
fn an_empty_signer_is_a_choice_and_means_the_fallback() {
    let mut mesh = Mesh::new();
    let leaf = mesh.bar.leaf("web", DAY);
    mesh.run(Some(""), &[&leaf]);
    let web = mesh.web(START);
    assert_eq!(web.signer.injected.as_deref(), Some(""));
    assert_eq!(web.signer.requested.as_deref(), Some("bar"));
    assert!(web.findings.iter().all(|finding| finding.code != "wrong-signer"), "{:?}", web.findings);
}

#[test]
fn the_built_in_ca_that_ignores_the_signer_is_named() {
    let mut mesh = Mesh::built_in();
    let leaf = mesh.istiod.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.actual.as_deref()), (Verdict::WrongSigner, Some("istiod")));
    assert!(web.reason.as_deref().is_some_and(|reason| reason.contains("EXTERNAL_CA")), "{:?}", web.reason);
}

#[test]
fn a_chain_over_an_intermediate_is_the_roots() {
    let mut mesh = Mesh::new();
    let intermediate = mesh.foo.intermediate("foo 1");
    let leaf = intermediate.leaf("web", DAY);
    let root = mesh.foo.certificate.clone();
    mesh.run(Some("foo"), &[&leaf, &root, &intermediate.certificate]);
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.actual.as_deref()), (Verdict::Ok, Some("foo")));
    assert_eq!(web.chain, [leaf, intermediate.certificate.clone(), root], "in order");
    assert_eq!(finding(&mesh, 0, "chain-out-of-order").severity, signet_certs::Severity::Warning);
}

#[test]
fn a_chain_of_an_unknown_root_is_untrusted_for_a_reason() {
    let mut mesh = Mesh::new();
    let stranger = crate::support::Ca::root("stranger");
    let leaf = stranger.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf, &stranger.certificate]);
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.actual.as_deref()), (Verdict::Untrusted, None));
    let untrusted = finding(&mesh, 0, "untrusted");
    assert_eq!(untrusted.evidence.get("cause").map(String::as_str), Some("untrusted-root"));
    assert!(!untrusted.advice.is_empty());
}

#[test]
fn a_signer_that_was_renewed_and_whose_root_was_not_exchanged_is_named() {
    let mut mesh = Mesh::new();
    let leaf = crate::support::Ca::root("foo").leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    assert_eq!(verdict(&mesh, 0), Verdict::Untrusted);
    let drift = finding(&mesh, 0, "signer-root-drift");
    assert_eq!(drift.fingerprint_sha256, Some(mesh.foo.certificate.fingerprint));
    assert!(drift.message.contains("`CN=foo` for signer `foo`"), "{}", drift.message);

    let stranger = crate::support::Ca::root("stranger").leaf("web", DAY);
    mesh.run(Some("foo"), &[&stranger]);
    let web = mesh.web(START);
    assert_eq!(web.verdict, Verdict::Untrusted);
    assert!(web.findings.iter().all(|finding| finding.code != "signer-root-drift"), "{:?}", web.findings);
}

#[test]
fn what_peers_refuse_is_untrusted_whoever_signed() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf_with("spiffe://Upper.Case/ns/app/sa/web", &[], DAY);
    mesh.run(Some("foo"), &[&leaf]);
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.actual.as_deref()), (Verdict::Untrusted, Some("foo")));
    assert_eq!(finding(&mesh, 0, "spiffe-id-invalid").severity, signet_certs::Severity::Error);
}

#[test]
fn the_reason_of_a_verdict_says_what_ended_and_what_was_due() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", HOUR);
    mesh.run(Some("foo"), &[&leaf]);
    let reason = mesh.web(START.plus(2 * HOUR)).reason.clone().unwrap_or_default();
    for words in ["the leaf expired", &START.plus(HOUR).to_string(), &START.plus(HOUR / 2).to_string()] {
        assert!(reason.contains(words), "{reason}");
    }
}

#[test]
fn an_intermediate_that_ends_before_its_leaf_ends_the_chain() {
    let mut mesh = Mesh::new();
    let intermediate = mesh.foo.intermediate_until("foo 1", START.plus(HOUR));
    let leaf = intermediate.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf, &intermediate.certificate]);
    assert_eq!(verdict(&mesh, HOUR), Verdict::Expiring);
    assert_eq!(verdict(&mesh, HOUR + 1), Verdict::Expired);
    let expired = finding(&mesh, HOUR + 1, "expired");
    assert_eq!(expired.fingerprint_sha256, Some(intermediate.certificate.fingerprint));
}

#[test]
fn a_certificate_for_another_workload_is_not_accepted() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("somebody-else", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    assert_eq!(verdict(&mesh, 0), Verdict::Untrusted);
    assert!(finding(&mesh, 0, "spiffe-id-not-this-workload").message.contains("somebody-else"));
}

#[test]
fn spires_chain_is_verified_against_the_bundle_that_it_gave() {
    use rcgen::DnType::{CountryName, OrganizationName};
    let mut mesh = Mesh::new();
    let spire = crate::support::Ca::root("upstream");
    let leaf = spire.leaf_with(
        "spiffe://cluster.local/ns/app/sa/web",
        &[(CountryName, "US"), (OrganizationName, "SPIRE")],
        HOUR,
    );
    let csi = json!({"spec": {"volumes": [{"name": "workload-socket", "csi": {"driver": "csi.spiffe.io"}}]}});
    mesh.inventory.apply(pod_with("web", Some("foo"), csi));
    let with_roots = Dump { roots: vec![spire.certificate.clone()], ..presenting(&[&leaf]) };
    mesh.inventory.apply(answer("web", START, Ok(with_roots)));
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.requested.as_deref()), (Verdict::Ok, Some("spire")));
    assert_eq!(web.signer.actual.as_deref(), Some("spire"));

    mesh.inventory.apply(answer("web", START.plus(1), Ok(presenting(&[&leaf]))));
    assert_eq!(verdict(&mesh, 1), Verdict::Untrusted, "without its bundle");
}

#[test]
fn a_root_that_istiod_has_from_a_file_is_the_one_that_the_pod_was_given() {
    let mut mesh = Mesh::new();
    let company = crate::support::Ca::root("company");
    let leaf = company.leaf("web", DAY);
    let with_roots = Dump { roots: vec![company.certificate.clone()], ..presenting(&[&leaf]) };
    mesh.inventory.apply(pod("web", Some("foo")));
    mesh.inventory.apply(answer("web", START, Ok(with_roots)));
    assert_eq!(verdict(&mesh, 0), Verdict::Untrusted, "without the file the mesh config decides");

    let mount = json!([{"name": "external-ca-cert", "mountPath": "/etc/external-ca-cert"}]);
    let discovery = json!({
        "name": "discovery",
        "env": [{"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"}],
        "volumeMounts": mount,
    });
    mesh.inventory.apply(put(json!({
        "kind": "Deployment",
        "metadata": {"namespace": "istio-system", "name": "istiod", "labels": {"app": "istiod"}},
        "spec": {"template": {"spec": {"containers": [discovery]}}},
    })));
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.actual.as_deref()), (Verdict::Ok, None));
    assert!(
        web.reason.as_deref().is_some_and(|reason| reason.contains("external-ca-cert")),
        "{:?}",
        web.reason
    );

    mesh.inventory.apply(answer("web", START.plus(1), Ok(presenting(&[&leaf]))));
    assert_eq!(verdict(&mesh, 1), Verdict::Untrusted, "not with its own roots either");
}

#[test]
fn a_proxy_without_a_certificate_says_whether_it_waits_for_one() {
    let mut mesh = Mesh::new();
    mesh.inventory.apply(pod("web", Some("foo")));
    mesh.inventory.apply(answer("web", START, Ok(Dump { warming: true, ..Dump::default() })));
    assert_eq!(verdict(&mesh, 0), Verdict::NoCertificate);
    assert!(mesh.web(START).reason.as_deref().is_some_and(|reason| reason.contains("asked for one")));
}

#[test]
fn a_failed_read_keeps_the_last_chain_with_its_age_and_the_error() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", HOUR);
    mesh.run(Some("foo"), &[&leaf]);
    let error = ReadError::Unreachable { message: "connection refused".to_owned() };
    mesh.inventory.apply(answer("web", START.plus(60), Err(error)));
    // The certificate that was seen is long over: whether it was renewed since is not known.
    let web = mesh.web(START.plus(DAY));
    assert_eq!((web.verdict, web.read_at, web.chain.len()), (Verdict::Unreachable, Some(START), 1));
    assert!(web.error.as_deref().is_some_and(|error| error.contains("connection refused")));

    let renewed = mesh.foo.leaf("web", 2 * DAY);
    mesh.inventory.apply(answer("web", START.plus(120), Ok(presenting(&[&renewed]))));
    let web = mesh.web(START.plus(DAY / 2));
    assert_eq!((web.verdict, web.error.as_deref(), &web.chain[..]), (Verdict::Ok, None, &[renewed][..]));
}

#[test]
fn a_claim_that_differs_from_the_environment_is_found() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", DAY);
    mesh.inventory.apply(pod("web", Some("foo")));
    let claim = Dump { claimed_signer: Some("bar".to_owned()), ..presenting(&[&leaf]) };
    mesh.inventory.apply(answer("web", START, Ok(claim)));
    assert_eq!(verdict(&mesh, 0), Verdict::Ok, "a claim alone changes nothing about who signed");
    assert!(finding(&mesh, 0, "signer-claim-differs").message.contains("`bar`"));
}

#[test]
fn ztunnel_and_pods_without_a_proxy_are_not_judged() {
    let mut mesh = Mesh::new();
    let ztunnel = json!({"spec": {"containers": [
        {"name": "istio-proxy", "image": "ztunnel", "args": ["proxy", "ztunnel"]},
    ]}});
    mesh.inventory.apply(pod_with("web", None, ztunnel));
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.configured.as_deref()), (Verdict::Ok, None));
    mesh.inventory.apply(pod_with("web", None, json!({"spec": {"containers": [{"name": "app"}]}})));
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.proxy.word(), web.reason.as_deref()), (Verdict::Ok, "none", None));
}
