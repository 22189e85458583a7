use super::Manifests;
use crate::Policy;

fn read(text: &str) -> Manifests {
    let mut manifests = Manifests::default();
    manifests.read("all.yaml", text.as_bytes());
    manifests
}

fn problems(manifests: &Manifests) -> Vec<String> {
    manifests.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn any_mix_of_documents_is_read() {
    let manifests = read(
        "kind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    rootNamespace: root\n\
         ---\nkind: ProxyConfig\nmetadata: {name: p, namespace: foo, creationTimestamp: \"2026-01-02T03:04:05Z\"}\n\
         spec: {environmentVariables: {A: b}}\n\
         ---\nkind: Namespace\nmetadata: {name: foo}\n\
         ---\nkind: Service\nmetadata: {name: web}\n\
         ---\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n\
         ---\nkind: ConfigMap\nmetadata: {name: istio-ca-root-cert, namespace: foo}\ndata: {root-cert.pem: PEM}\n",
    );
    assert_eq!(problems(&manifests), [""; 0]);
    assert_eq!(manifests.mesh.as_ref().map(|mesh| mesh.root_namespace.as_str()), Some("root"));
    assert_eq!(manifests.istiod_roots.as_deref(), Some("PEM"));
    let names: Vec<_> = manifests.pods.iter().map(|pod| pod.metadata.object_name().to_string()).collect();
    assert_eq!(names, ["default/web"]);
    let state = manifests.state(Policy::default());
    assert_eq!(state.proxy_configs.get("foo").map(|found| found.len()), Some(1));
    assert_eq!(manifests.namespaces.len(), 1);
}

#[test]
fn a_pod_of_a_template_is_named_after_its_owner() {
    let template = "template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c}]}}";
    let document = |kind: &str, namespace: &str, spec: &str| {
        format!("kind: {kind}\nmetadata: {{name: {kind}, namespace: {namespace}}}\nspec: {{{spec}}}\n")
    };
    let cron_job = document("CronJob", "", &format!("jobTemplate: {{spec: {{{template}}}}}"));
    let mut documents = ["Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"]
        .map(|kind| document(kind, "ns", template))
        .to_vec();
    documents.push(cron_job);
    let text = documents.join("---\n");
    let manifests = read(&text);
    assert_eq!(problems(&manifests), [""; 0]);
    let pods: Vec<_> = manifests
        .pods
        .iter()
        .map(|pod| {
            assert_eq!(pod.metadata.labels.get("app").map(String::as_str), Some("x"));
            assert_eq!(
                pod.metadata.owner_references.first().map(|owner| &owner.kind),
                Some(&pod.metadata.name)
            );
            pod.metadata.object_name().to_string()
        })
        .collect();
    assert_eq!(
        pods,
        ["ns/Deployment", "ns/StatefulSet", "ns/DaemonSet", "ns/Job", "ns/ReplicaSet", "default/CronJob"]
    );
}

#[test]
fn items_of_a_list_are_read_one_by_one() {
    let manifests = read(
        r#"{"kind": "List", "items": [
            {"kind": "Pod", "metadata": {"name": "a"}},
            {"kind": "Pod", "metadata": {"name": "b", "labels": 1}},
            {"kind": "Pod", "metadata": {"name": "c"}}]}"#,
    );
    assert_eq!(manifests.pods.len(), 2);
    let [problem] = problems(&manifests).try_into().expect("one problem");
    assert!(problem.starts_with("all.yaml, document 1 (items[1], Pod "), "{problem}");
    let typed = read(r#"{"kind": "PodList", "items": [{"metadata": {"name": "a"}}]}"#);
    assert_eq!(typed.pods.len(), 1);
}

#[test]
fn a_broken_document_never_hides_the_others() {
    let manifests = read(
        "kind: Pod\nmetadata: {name: a}\n---\nkind: Pod\nmetadata: {name: b\n---\nkind: Pod\nmetadata: {name: c}\n\
         ---\njust text\n---\na: b\n---\nkind: ProxyConfig\nmetadata: {name: p}\nspec: {environmentVariables: {A: 1}}\n",
    );
    assert_eq!(manifests.pods.len(), 2);
    let documents: Vec<_> = manifests.problems.iter().map(|problem| problem.document).collect();
    assert_eq!(documents, [2, 4, 5, 6]);
}

#[test]
fn what_is_no_manifest_is_a_problem_of_the_file() {
    let mut manifests = Manifests::default();
    manifests.read("empty", b" \n");
    manifests.read("binary", b"\xff\xfe\0");
    manifests.read("pod.yaml", b"kind: Pod\nmetadata: {name: a}\n");
    let files: Vec<_> = manifests.problems.iter().map(|problem| problem.file.as_str()).collect();
    assert_eq!((files, manifests.pods.len()), (vec!["empty", "binary"], 1));
}

#[test]
fn the_default_revisions_mesh_config_comes_first() {
    let config_map = |name: &str| {
        format!("kind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{mesh: \"trustDomain: {name}\"}}\n---\n")
    };
    let manifests = read(&(config_map("istio-canary") + &config_map("istio") + &config_map("istio-old")));
    assert_eq!(manifests.mesh.as_ref().map(|mesh| mesh.trust_domain.as_str()), Some("istio"));
    let [problem] = problems(&manifests).try_into().expect("one problem");
    assert!(problem.contains("ConfigMap istio-old"), "{problem}");
}

#[test]
fn istiods_deployment_is_read_for_its_settings() {
    let manifests = read(
        "kind: Deployment\nmetadata: {name: istiod, labels: {app: istiod}}\n\
         spec: {template: {spec: {containers: [{name: discovery, env: [{name: CERT_SIGNER_DOMAIN, value: d}]}]}}}\n",
    );
    let domain = manifests.control_plane.and_then(|control_plane| control_plane.cert_signer_domain);
    assert_eq!((domain.as_deref(), manifests.pods.len()), (Some("d"), 0));
}

#[test]
fn a_ca_secret_gives_istiods_roots() {
    let manifests =
        read("kind: Secret\nmetadata: {name: cacerts}\ndata: {root-cert.pem: UEVN, ca-key.pem: c2VjcmV0}\n");
    assert_eq!(manifests.istiod_roots.as_deref(), Some("PEM"));
    let stale = read(
        "kind: Secret\nmetadata: {name: istio-ca-secret}\ndata: {ca-cert.pem: TkVX, root-cert.pem: T0xE}\n",
    );
    assert_eq!(stale.istiod_roots.as_deref(), Some("NEW"));
    let broken = read("kind: Secret\nmetadata: {name: cacerts}\ndata: {root-cert.pem: \"%%\"}\n");
    assert_eq!((broken.istiod_roots, broken.problems.len()), (None, 1));
}
