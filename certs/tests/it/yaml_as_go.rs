//! YAML as the reader of Kubernetes and Istio has it: `fixtures/yaml.json` holds what Go's makes of each
//! case, and why ours differs where it does.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use signet_certs::yaml;

use crate::documents::fixture;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    yaml: String,
    go: Answer,
    /// Why ours differs on purpose.
    differs: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Json(Value),
    Error(#[expect(dead_code, reason = "an error is held against another one, whatever its words")] String),
}

#[test]
fn every_case_is_read_as_go_reads_it() {
    let cases: BTreeMap<String, Case> = serde_json::from_slice(&fixture("yaml.json")).expect("cases");
    assert!(cases.len() >= 80, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for (name, Case { yaml, go, differs }) in cases {
        let ours = yaml::first(&yaml);
        let same = match (&ours, &go) {
            (Ok(ours), Answer::Json(go)) => ours == go,
            (Err(_), Answer::Error(_)) => true,
            _ => false,
        };
        if same == differs.is_some() {
            wrong.push(format!(
                "{name}: {}",
                ours.map_or_else(|error| error.to_string(), |ours| ours.to_string())
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
