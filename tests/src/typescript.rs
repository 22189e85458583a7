//! TypeScript types of a JSON schema, as schemars writes it for types that serde prints.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The `$defs` of `schema` as TypeScript, in alphabetical order, each with its description.
///
/// What may be absent is optional and never `null`, as Signet prints it.
///
/// # Panics
///
/// When the schema has a form that is not known here: a type is never guessed.
pub fn types(schema: &Value) -> String {
    let mut text = String::from("// Generated from the Rust types by `make generate`.\n");
    let definitions = schema["$defs"].as_object().expect("definitions");
    for (name, definition) in definitions {
        text.push('\n');
        comment(&mut text, "", definition);
        match definition.get("properties").and_then(Value::as_object) {
            Some(properties) => interface(&mut text, name, definition, properties),
            None => line(&mut text, format_args!("export type {name} = {};", of(definition))),
        }
    }
    text
}

fn interface(text: &mut String, name: &str, definition: &Value, properties: &Map<String, Value>) {
    line(text, format_args!("export interface {name} {{"));
    let required: Vec<_> =
        definition["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (key, property) in properties {
        comment(text, "  ", property);
        let mark = if required.contains(&key.as_str()) { "" } else { "?" };
        line(text, format_args!("  {key}{mark}: {};", of(property)));
    }
    text.push_str("}\n");
}

/// The type of a value.
fn of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    if let Some(constant) = schema.get("const") {
        return constant.to_string();
    }
    if let Some(words) = schema["enum"].as_array() {
        return union(words.iter().map(Value::to_string));
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(alternatives) = schema[key].as_array() {
            return union(alternatives.iter().filter(|one| one["type"] != "null").map(of));
        }
    }
    match &schema["type"] {
        Value::String(kind) => named(kind, schema),
        Value::Array(kinds) => {
            let kinds = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
            union(kinds.map(|kind| named(kind, schema)))
        }
        _ => panic!("no type is known for {schema}"),
    }
}

fn named(kind: &str, schema: &Value) -> String {
    match kind {
        "array" => {
            let item = of(&schema["items"]);
            if item.contains(' ') { format!("({item})[]") } else { format!("{item}[]") }
        }
        "boolean" => "boolean".to_owned(),
        "integer" | "number" => "number".to_owned(),
        "object" => format!("Record<string, {}>", of(&schema["additionalProperties"])),
        "string" => "string".to_owned(),
        other => panic!("no type is known for {other}"),
    }
}

fn union(alternatives: impl Iterator<Item = String>) -> String {
    alternatives.collect::<Vec<_>>().join(" | ")
}

fn comment(text: &mut String, indent: &str, schema: &Value) {
    if let Some(description) = schema["description"].as_str() {
        let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
        line(text, format_args!("{indent}/** {description} */"));
    }
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{words}");
}
