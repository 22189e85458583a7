//! Workloads as they are printed: kinds `Workloads`, `Workload` and `Findings`.

use serde::{Deserialize, Serialize};
use signet_certs::report::{API_VERSION, Certificate, Summary};
use signet_certs::{Finding, Severity, UnixTime};

use crate::workload::{self, ProxyKind, SignerNames, Verdict};

/// What `signet pods` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Workloads {
    /// The version of this shape.
    pub api_version: String,
    /// `Workloads`.
    pub kind: String,
    /// One per pod, in byte order of namespace and name.
    pub items: Vec<WorkloadItem>,
}

/// What `signet chain` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// The version of this shape.
    pub api_version: String,
    /// `Workload`.
    pub kind: String,
    /// The pod.
    #[serde(flatten)]
    pub item: WorkloadItem,
}

/// One pod with its signers, its certificates and the verdict on them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkloadItem {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod's name.
    pub name: String,
    /// The service account.
    pub service_account: String,
    /// What kind of proxy it has.
    pub proxy: ProxyKind,
    /// The controller it belongs to, `KIND/NAME`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<String>,
    /// The node.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub node: Option<String>,
    /// The control plane's revision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<String>,
    /// The trust domain of its identity.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trust_domain: Option<String>,
    /// The four signers.
    pub signer: SignerNames,
    /// The gravest of what is wrong.
    pub verdict: Verdict,
    /// How grave that is.
    pub severity: Severity,
    /// Why, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The chain, leaf first.
    pub certificates: Vec<Certificate>,
    /// What it verifies peers against.
    pub roots: Vec<Certificate>,
    /// When the leaf ends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub not_after: Option<UnixTime>,
    /// What remains of the leaf's life; negative once expired.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remaining_seconds: Option<i64>,
    /// When its agent renews the leaf.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rotation_due: Option<UnixTime>,
    /// When its proxy was last read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_at: Option<UnixTime>,
    /// Why it could not be read since, if so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// Everything that is wrong, gravest first.
    pub findings: Vec<Finding>,
}

impl Workloads {
    /// The report of these workloads at `now`.
    pub fn new<'a>(workloads: impl IntoIterator<Item = &'a workload::Workload>, now: UnixTime) -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Workloads".to_owned(),
            items: workloads.into_iter().map(|workload| WorkloadItem::new(workload, now)).collect(),
        }
    }
}

impl Workload {
    /// The report of one workload at `now`.
    pub fn new(workload: &workload::Workload, now: UnixTime) -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Workload".to_owned(),
            item: WorkloadItem::new(workload, now),
        }
    }

    /// The same report with each certificate itself as PEM. `workload` is the one it was made of.
    #[must_use]
    pub fn with_pem(mut self, workload: &workload::Workload) -> Self {
        let reported = self.item.certificates.iter_mut().chain(&mut self.item.roots);
        for (report, certificate) in reported.zip(workload.chain.iter().chain(&workload.roots)) {
            *report = report.clone().with_pem(certificate);
        }
        self
    }
}

impl WorkloadItem {
    /// The report of one workload at `now`.
    pub fn new(workload: &workload::Workload, now: UnixTime) -> Self {
        let report = |certificate: &std::sync::Arc<_>| Certificate::new(certificate, now);
        Self {
            namespace: workload.name.namespace.clone(),
            name: workload.name.name.clone(),
            service_account: workload.service_account.clone(),
            proxy: workload.proxy,
            owner: workload.owner.clone(),
            node: workload.node.clone(),
            revision: workload.revision.clone(),
            trust_domain: workload.trust_domain.clone(),
            signer: workload.signer.clone(),
            verdict: workload.verdict,
            severity: workload.verdict.severity(),
            reason: workload.reason.clone(),
            certificates: workload.chain.iter().map(report).collect(),
            roots: workload.roots.iter().map(report).collect(),
            not_after: workload.not_after(),
            remaining_seconds: workload.not_after().map(|not_after| not_after.since(now)),
            rotation_due: workload.rotation_due,
            read_at: workload.read_at,
            error: workload.error.clone(),
            findings: workload.findings.clone(),
        }
    }
}

/// What `signet check` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// The version of this shape.
    pub api_version: String,
    /// `Findings`.
    pub kind: String,
    /// Gravest first, then in byte order of namespace and name.
    pub items: Vec<FindingItem>,
    /// How many of each severity.
    pub summary: Summary,
}

/// A finding and the object that it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingItem {
    /// The object's namespace.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// What is wrong with it.
    #[serde(flatten)]
    pub finding: Finding,
}

impl Findings {
    /// Everything that is wrong with these workloads.
    pub fn new<'a>(workloads: impl IntoIterator<Item = &'a workload::Workload>) -> Self {
        let items = workloads.into_iter().flat_map(|workload| {
            workload.findings.iter().map(|finding| FindingItem {
                namespace: workload.name.namespace.clone(),
                name: workload.name.name.clone(),
                finding: finding.clone(),
            })
        });
        let mut items: Vec<_> = items.collect();
        items.sort_by(|a, b| {
            let rank = |item: &FindingItem| std::cmp::Reverse(item.finding.severity);
            rank(a).cmp(&rank(b)).then_with(|| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)))
        });
        let summary = Summary::of(items.iter().map(|item| &item.finding));
        Self { api_version: API_VERSION.to_owned(), kind: "Findings".to_owned(), items, summary }
    }
}
