//! `signet schema`: the JSON schema of what the commands print.

use clap::Args;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use signet_certs::report as certs;
use signet_mesh::report as mesh;

use super::Context;
use crate::{Exit, Failure};

/// Print the JSON schema of everything that -o json prints
#[derive(Debug, Args)]
pub struct Schema {}

impl Schema {
    pub(super) fn run(context: &mut Context) -> Result<Exit, Failure> {
        let text = serde_json::to_string_pretty(&schema()).map_err(|error| {
            Failure::unchecked("the schema", error.to_string(), "report this as a bug of signet")
        })?;
        context.output.text(&text)?;
        Ok(Exit::Ok)
    }
}

/// One schema for every kind: an answer is one of them.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let kinds = [
        generator.subschema_for::<certs::Documents>(),
        generator.subschema_for::<mesh::Explanations>(),
        generator.subschema_for::<certs::Findings>(),
        generator.subschema_for::<mesh::Roots>(),
        generator.subschema_for::<mesh::Signers>(),
        generator.subschema_for::<mesh::Trust>(),
        generator.subschema_for::<certs::Verification>(),
        generator.subschema_for::<mesh::Workload>(),
        generator.subschema_for::<mesh::Workloads>(),
    ];
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("What signet prints, {}", certs::API_VERSION),
        "oneOf": kinds,
        "$defs": generator.take_definitions(true),
    })
}
