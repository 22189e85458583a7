//! The four signers of a pod, each with where it comes from.

use ratatui::style::Style;
use signet_certs::Severity;
use signet_mesh::Workload;
use signet_mesh::resolve::{InertReason, Layer, Provenance};

use crate::dashboard::prose::Prose;

/// Writes the four signers and what did not apply.
pub(super) fn write(prose: &mut Prose, workload: &Workload) {
    let signer = &workload.signer;
    prose.heading("Signers");
    let configured = workload.resolved.signer();
    row(
        prose,
        "configured",
        signer.configured.as_deref(),
        configured.map(|variable| origin(&variable.effective)).as_deref(),
    );
    for overrode in configured.into_iter().flat_map(|variable| &variable.overrode) {
        prose.fact("", &format!("overrides {}, {}", shown(&overrode.value), origin(overrode)));
    }
    row(prose, "injected", signer.injected.as_deref(), Some("in the proxy container's environment"));
    row(prose, "requested", signer.requested.as_deref(), Some("asked for by its agent"));
    // Whoever signed other than was asked is what one came to see.
    let differs = signer.requested.is_some() && signer.actual.is_some() && signer.requested != signer.actual;
    let style = if differs { prose.theme().severity(Some(Severity::Error)) } else { Style::new() };
    let actual = match &signer.actual {
        Some(actual) => format!("{}, the signer of the root that its path ends in", shown(actual)),
        None => "none: no path to a known signer's root".to_owned(),
    };
    prose.fact_styled("actual", &actual, style);
    for inert in &workload.resolved.inert {
        let what = match &inert.object {
            Some(object) => format!("ProxyConfig {object}"),
            None => "the pod's annotation".to_owned(),
        };
        prose.fact("not applied", &format!("{what} ({}): {}", reason(inert.reason), inert.message));
    }
}

fn row(prose: &mut Prose, label: &str, value: Option<&str>, origin: Option<&str>) {
    match (value, origin) {
        (None, _) => prose.fact(label, "none"),
        (Some(value), None) => prose.fact(label, shown(value)),
        (Some(value), Some(origin)) => prose.fact(label, &format!("{}, {origin}", shown(value))),
    }
}

/// The empty name is a name: it says so.
fn shown(signer: &str) -> &str {
    if signer.is_empty() { "(empty)" } else { signer }
}

fn origin(provenance: &Provenance) -> String {
    match (provenance.layer, &provenance.object) {
        (Layer::MeshDefault, Some(object)) => format!("from the mesh config {object}"),
        (Layer::MeshDefault, None) => "from the mesh config".to_owned(),
        (Layer::Annotation, _) => "from the pod's annotation proxy.istio.io/config".to_owned(),
        (layer, Some(object)) => format!("from ProxyConfig {object} ({})", scope(layer)),
        (layer, None) => scope(layer).to_owned(),
    }
}

const fn scope(layer: Layer) -> &'static str {
    match layer {
        Layer::Annotation => "annotation",
        Layer::MeshDefault => "mesh default",
        Layer::Namespace => "whole namespace",
        Layer::RootNamespace => "whole mesh",
        Layer::Workload => "by labels",
    }
}

const fn reason(reason: InertReason) -> &'static str {
    match reason {
        InertReason::EmptySelector => "empty-selector",
        InertReason::InvalidAnnotation => "invalid-annotation",
        InertReason::InvalidValue => "invalid-value",
        InertReason::LabelsDoNotMatch => "labels-do-not-match",
        InertReason::RootNamespaceSelector => "root-namespace-selector",
        InertReason::TieLoser => "tie-loser",
    }
}
