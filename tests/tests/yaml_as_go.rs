//! What the YAML reader of Kubernetes and Istio makes of each case that ours is held against.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Map, Value};
use signet_tests::bless::{compare, root};
use signet_tests::testbed::Tool;

/// The cases: for each its text, what Go makes of it, and why ours differs where it does.
const CASES: &str = "certs/tests/fixtures/yaml.json";

#[test]
fn each_case_has_the_answer_of_go() {
    let text = fs::read_to_string(root().join(CASES)).expect("the cases");
    let mut cases: Map<String, Value> = serde_json::from_str(&text).expect("a map of cases");
    let texts: Map<String, Value> =
        cases.iter().map(|(name, case)| (name.clone(), case["yaml"].clone())).collect();
    let answers = go(&Value::Object(texts));
    for (name, case) in &mut cases {
        case["go"] = answers[name].clone();
    }
    compare(CASES, &ascii(&format!("{:#}\n", Value::Object(cases))));
}

fn go(texts: &Value) -> Value {
    let program = Tool::Goyaml.path().expect("Go's reader");
    let mut child =
        Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("its standard input is piped");
    write!(input, "{texts}").expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "goyaml failed; it says why above");
    serde_json::from_slice(&output.stdout).expect("answers")
}

/// JSON in which every character can be seen: byte order marks are among the cases.
fn ascii(json: &str) -> String {
    let mut text = String::new();
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte == b'\n' || (b' '..=b'~').contains(&byte) => text.push(char::from(byte)),
            // Writing to a `String` cannot fail.
            _ => write!(text, "\\u{unit:04x}").expect("it is written"),
        }
    }
    text
}
