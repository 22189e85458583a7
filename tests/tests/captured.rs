//! What is said of a mesh that was captured and then changed: what the embedded mesh does not show.

use std::fs;

use serde_json::{Value, json};
use signet_tests::programs::{Run, signet};
use tempfile::TempDir;

/// A snapshot of the embedded mesh, one value a line.
struct Captured {
    folder: TempDir,
    lines: Vec<Value>,
}

impl Captured {
    fn new() -> Self {
        let run = signet(&["capture", "--demo", "--now", signet_tests::fixtures::NOW], b"");
        assert_eq!(run.code, 0, "{run:?}");
        let lines = run.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
        Self { folder: TempDir::new().expect("a folder"), lines: lines.collect() }
    }

    /// The object of this kind and name.
    fn object(&mut self, kind: &str, name: &str) -> &mut Value {
        let mut objects = self.lines.iter_mut().filter_map(|line| line.get_mut("object"));
        let found = objects.find(|object| object["kind"] == kind && object["metadata"]["name"] == name);
        found.unwrap_or_else(|| panic!("the embedded mesh has no {kind} {name}"))
    }

    /// The variables of the istiod that most pods have.
    fn istiod(&mut self) -> &mut Vec<Value> {
        let env =
            &mut self.object("Deployment", "istiod")["spec"]["template"]["spec"]["containers"][0]["env"];
        env.as_array_mut().expect("a list of variables")
    }

    /// Takes this object in beside those that are there.
    fn put(&mut self, object: &Value) {
        let whole = |line: &Value| line["observation"] == "synced";
        let end = self.lines.iter().position(whole).expect("the mesh was seen whole");
        self.lines.insert(end, json!({"observation": "put", "object": object}));
    }

    /// Makes this the webhook's settings.
    fn set_policy(&mut self, text: &str) {
        self.object("ConfigMap", "signet-policy")["data"]["policy.yaml"] = json!(text);
    }

    /// What is said of a pod with the signer `foo`.
    fn explain_foo(&self) -> Run {
        self.ask(&["explain", "-n", "foo", "deploy/httpbin"])
    }

    fn ask(&self, arguments: &[&str]) -> Run {
        let file = self.folder.path().join("mesh.jsonl").to_string_lossy().into_owned();
        let lines: Vec<_> = self.lines.iter().map(Value::to_string).collect();
        fs::write(&file, lines.join("\n")).expect("the snapshot is written");
        let [command, rest @ ..] = arguments else { unreachable!("every question names a command") };
        let all: Vec<_> = [*command, "--snapshot", &file].into_iter().chain(rest.iter().copied()).collect();
        signet(&all, b"")
    }
}

#[test]
fn an_istiod_of_several_roots_is_said_not_to_start_again() {
    let fault = "Remove ISTIO_MULTIROOT_MESH from istiod";
    let mut mesh = Captured::new();
    assert!(!mesh.ask(&["signers"]).stderr.contains(fault));
    mesh.istiod().push(json!({"name": "ISTIO_MULTIROOT_MESH", "value": "true"}));
    let said = mesh.ask(&["signers"]).stderr;
    assert!(said.contains(&format!("istiod of revision default: {fault}")), "{said}");
    let explained = mesh.explain_foo().stdout;
    assert!(explained.contains(fault), "{explained}");
}

#[test]
fn the_values_of_signers_are_not_given_to_an_istiod_that_they_end() {
    let mut mesh = Captured::new();
    // Its own CA signs as yet, and has a root.
    *mesh.istiod() = vec![json!({"name": "ISTIO_MULTIROOT_MESH", "value": "true"})];
    let fault = "Remove ISTIO_MULTIROOT_MESH from istiod";
    assert!(!mesh.ask(&["signers"]).stderr.contains(fault));
    let said = mesh.ask(&["signers", "--setup"]).stderr;
    assert_eq!(said.matches(fault).count(), 1, "{said}");
}

/// SPIRE in the place of the signer `foo`.
const FOO_IS_SPIRE: &str = "caSources: {foo: {spire: {}}}\n";

#[test]
fn explain_decides_by_the_settings_of_the_webhook_that_is_installed() {
    let mut mesh = Captured::new();
    let mounts = |run: &Run| run.stdout.contains("csi.spiffe.io");
    let with_patch = ["explain", "-n", "foo", "deploy/httpbin", "--patch"];
    let installed = mesh.ask(&with_patch);
    assert!(!mounts(&installed) && !installed.stderr.contains("settings"), "{installed:?}");
    mesh.set_policy(FOO_IS_SPIRE);
    assert!(mounts(&mesh.ask(&with_patch)));
    // A file that is named counts instead.
    let file = mesh.folder.path().join("policy.yaml").to_string_lossy().into_owned();
    fs::write(&file, "caSources: {}\n").expect("the settings are written");
    assert!(!mounts(&mesh.ask(&[&with_patch[..], &["--policy", &file]].concat())));
    fs::write(&file, "caSource: {}\n").expect("the settings are written");
    let wrong = mesh.ask(&[&with_patch[..], &["--policy", &file]].concat());
    assert!(wrong.code == 2 && wrong.stderr.contains("there is no setting `caSource`"), "{wrong:?}");
}

#[test]
fn settings_that_cannot_be_known_are_said_to_be_taken_as_the_defaults() {
    let assumed = "so the webhook's settings are taken to be the defaults; name others with --policy FILE";
    let mut mesh = Captured::new();
    mesh.set_policy("conflcit: keep");
    let said = mesh.explain_foo().stderr;
    assert!(
        said.contains("signet-system/signet-policy holds no settings") && said.contains(assumed),
        "{said}"
    );
    let settings = |line: &Value| line["object"]["metadata"]["name"] == "signet-policy";
    mesh.lines.retain(|line| !settings(line));
    let said = mesh.explain_foo().stderr;
    assert!(said.contains(&format!("there is no ConfigMap signet-policy, {assumed}")), "{said}");
    mesh.lines.retain(|line| line["kind"] != "PolicyConfigMap");
    let rule = "{apiGroups: [\"\"], resources: [configmaps], resourceNames: [signet-policy], verbs: [get, list, watch]}";
    mesh.lines.push(json!({"observation": "refused", "kind": "PolicyConfigMap", "rule": rule}));
    let said = mesh.explain_foo().stderr;
    assert!(said.contains("ConfigMap signet-policy was not seen") && said.contains(assumed), "{said}");
    assert_eq!(said.matches(rule).count(), 1, "{said}");
}

#[test]
fn what_spire_lacks_to_answer_a_pod_is_said() {
    let mut mesh = Captured::new();
    mesh.set_policy(FOO_IS_SPIRE);
    let warned = |mesh: &Captured| {
        let explained = mesh.explain_foo().stdout;
        ["Add SPIFFE's CSI driver", "Add a ClusterSPIFFEID", "Set the trust domain of ClusterSPIFFEID all"]
            .map(|text| explained.contains(text))
    };
    assert_eq!(
        warned(&mesh),
        [false, true, false],
        "the embedded mesh has the driver and no ClusterSPIFFEID"
    );
    let identity = |template: &str| json!({"kind": "ClusterSPIFFEID", "metadata": {"name": "all"}, "spec": {"spiffeIDTemplate": template}});
    mesh.put(&identity(
        "spiffe://example.org/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
    ));
    assert_eq!(warned(&mesh), [false, false, true]);
    mesh.put(&identity(
        "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
    ));
    assert_eq!(warned(&mesh), [false, false, false]);
    mesh.lines.retain(|line| line["object"]["kind"] != "CSIDriver");
    assert_eq!(warned(&mesh), [true, false, false]);
    // Whoever may not read the kind is told no tales of it.
    mesh.lines.retain(|line| line["kind"] != "CsiDriver");
    assert_eq!(warned(&mesh), [false, false, false]);
}

#[test]
fn where_plaintext_is_taken_a_no_is_not_all_that_is_said() {
    let mut mesh = Captured::new();
    let pairs = |mesh: &Captured| {
        let run = mesh.ask(&["trust", "-n", "foo", "-o", "json", "deploy/httpbin", "deploy/sleep"]);
        let answer: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let pair = answer["pairs"][0].clone();
        let codes = pair["otherReasons"].as_array().expect("a list").iter().map(|one| one["code"].clone());
        (pair["verdict"].clone(), codes.collect::<Vec<_>>())
    };
    let (verdict, codes) = pairs(&mesh);
    assert_eq!(codes, [] as [Value; 0], "the embedded mesh is STRICT");
    let policy = |mode: &str| json!({"kind": "PeerAuthentication", "metadata": {"namespace": "foo", "name": "own"}, "spec": {"mtls": {"mode": mode}}});
    mesh.put(&policy("DISABLE"));
    assert_eq!(pairs(&mesh), (verdict, vec![json!("mtls-disabled")]));
    let matrix = mesh.ask(&["trust", "-n", "foo"]).stdout;
    assert!(matrix.contains("takes plaintext alone: PeerAuthentication foo/own is DISABLE"), "{matrix}");
    mesh.put(&policy("PERMISSIVE"));
    let matrix = mesh.ask(&["trust", "-n", "foo"]).stdout;
    assert!(matrix.contains("takes plaintext too: PeerAuthentication foo/own is PERMISSIVE"), "{matrix}");
    // What may not be read is said, and nothing is concluded from it.
    mesh.lines.retain(|line| line["kind"] != "PeerAuthentication");
    mesh.lines.push(json!({"observation": "refused", "kind": "PeerAuthentication", "rule": "{a rule}"}));
    let run = mesh.ask(&["trust", "-n", "foo"]);
    assert!(!run.stdout.contains("beside the certificates"), "{}", run.stdout);
    assert_eq!(run.stderr.matches("PeerAuthentications may not be read").count(), 1, "{}", run.stderr);
}
