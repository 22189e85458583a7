//! The pod annotation `proxy.istio.io/config`: a piece of mesh-style ProxyConfig
//! (Istio `pilot/pkg/model/proxy_config.go` `proxyConfigFromAnnotation`).

use std::collections::BTreeMap;

use signet_certs::yaml;

use super::proxy_metadata;

/// An annotation that Istio cannot read: the layer is skipped, and the injector rejects the pod.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidAnnotation {
    /// What is wrong with it.
    pub reason: String,
}

/// The `proxyMetadata` of an annotation's text.
pub fn proxy_metadata(text: &str) -> Result<BTreeMap<String, String>, InvalidAnnotation> {
    if let Some(control) = text.chars().find(|&c| is_refused(c)) {
        let reason = format!("it has the control character U+{:04X}, which YAML refuses", u32::from(control));
        return Err(InvalidAnnotation { reason });
    }
    if text.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    // A "next line" character is a line break of YAML 1.1, and a single one in a value is a space.
    let text = text.replace('\u{85}', " ");
    let config = yaml::first(&text).map_err(|error| InvalidAnnotation { reason: error.to_string() })?;
    proxy_metadata::of(&config).map_err(|reason| InvalidAnnotation { reason })
}

/// What Go's YAML reader refuses anywhere in its input, also in a quoted value.
fn is_refused(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::proxy_metadata;

    fn read(text: &str) -> Option<BTreeMap<String, String>> {
        proxy_metadata(text).ok()
    }

    fn values(pairs: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
        pairs.iter().map(|&(key, value)| Some((key.to_owned(), value.to_owned()))).collect()
    }

    #[test]
    fn yaml_and_json_are_read() {
        assert_eq!(read("proxyMetadata:\n  A: b\n"), values(&[("A", "b")]));
        assert_eq!(read(r#"{"proxyMetadata": {"A": "1"}}"#), values(&[("A", "1")]));
    }

    #[test]
    fn other_fields_and_unknown_fields_are_tolerated() {
        assert_eq!(read("concurrency: 2\nnoSuchField: [1]\n"), values(&[]));
        assert_eq!(read(""), values(&[]));
    }

    #[test]
    fn environment_variables_is_no_field_of_the_annotation() {
        assert_eq!(read("environmentVariables: {A: b}"), values(&[]));
    }

    #[test]
    fn null_is_the_empty_string() {
        assert_eq!(read("proxyMetadata: {A: null}"), values(&[("A", "")]));
        assert_eq!(read("proxyMetadata:\n  A:\n"), values(&[("A", "")]));
        assert_eq!(read("proxyMetadata: null"), values(&[]));
    }

    #[test]
    fn snake_case_counts_only_alone() {
        assert_eq!(read("proxy_metadata: {A: b}"), values(&[("A", "b")]));
        assert_eq!(read("proxy_metadata: {A: b}\nproxyMetadata: {C: d}"), values(&[("C", "d")]));
    }

    #[test]
    fn what_yaml_1_1_takes_for_a_number_or_a_boolean_is_an_error() {
        for value in ["1", "1.5", "true", "y", "yes", "No", "on", "off", "0x1F", "1_000", "0b1", "017"] {
            assert_eq!(read(&format!("proxyMetadata:\n  A: {value}\n")), None, "{value}");
            assert_eq!(read(&format!("proxyMetadata: {{A: {value}, B: x}}")), None, "{value}");
            let quoted = format!("proxyMetadata:\n  A: \"{value}\"\n");
            assert_eq!(read(&quoted), values(&[("A", value)]), "{value}");
        }
    }

    #[test]
    fn only_the_first_document_counts() {
        assert_eq!(read("proxyMetadata: {A: b}\n---\nproxyMetadata: {A: c}\n"), values(&[("A", "b")]));
    }

    #[test]
    fn the_last_duplicate_key_wins() {
        assert_eq!(read("proxyMetadata:\n  A: b\n  A: c\n"), values(&[("A", "c")]));
    }

    #[test]
    fn control_characters_lose_the_whole_annotation() {
        assert_eq!(read("proxyMetadata: {A: \"b\u{7f}\", C: d}"), None);
        assert_eq!(read("proxyMetadata: {A: \"b\u{9b}\"}"), None);
        assert_eq!(read("proxyMetadata: {A: \"b\u{fffe}\"}"), None);
    }

    #[test]
    fn an_annotation_of_brackets_costs_no_more_than_reading_it() {
        let honest = format!("proxyMetadata: {{A: b}}\nx: [{}]", "[], ".repeat(900));
        assert_eq!(read(&honest), values(&[("A", "b")]));
        let reason = proxy_metadata(&"{a: ".repeat(60_000)).expect_err("too deep").to_string();
        assert!(reason.contains("nested deeper"), "{reason}");
    }

    #[test]
    fn a_next_line_character_becomes_a_space() {
        assert_eq!(read("proxyMetadata: {A: \"b\u{85}c\"}"), values(&[("A", "b c")]));
    }

    #[test]
    fn what_is_no_mapping_is_an_error() {
        for text in [
            "- A",
            "just words",
            "proxyMetadata: [A]",
            "proxyMetadata: {A: [b]}",
            "{",
            "proxyMetadata: {A: {}}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
