//! What is generated is what is committed: `make generate` rewrites, this compares.

use signet_certs::{Code, finding};
use signet_inspector::dashboard;
use signet_mesh::codes;
use signet_tests::bless::{compare, compare_part, root};
use signet_tests::examples::examples;
use signet_tests::fixtures::NOW;
use signet_tests::picture;
use signet_tests::programs::{path, signet};
use signet_tests::terminal::Terminal;
use signet_tests::typescript::types;

#[test]
fn the_schema_is_that_of_the_types() {
    compare("docs/schema.json", &signet(&["schema"], b"").stdout);
}

#[test]
fn the_typescript_types_are_those_of_the_types() {
    compare("wasm/signet.d.ts", &types(&signet_wasm::schema()));
}

#[test]
fn the_policys_metadata_is_that_of_its_yaml() {
    let text = std::fs::read_to_string(root().join("wasm/policy/metadata.yml")).expect("the metadata");
    let metadata = signet_certs::yaml::first(&text).expect("YAML");
    compare("wasm/policy/metadata.json", &metadata.to_string());
}

#[test]
fn the_pages_examples_are_those_of_the_embedded_mesh() {
    compare("wasm/www/examples.json", &format!("{:#}\n", examples()));
}

#[test]
fn the_readme_lists_every_finding() {
    let mut codes: Vec<&Code> = finding::CODES.iter().chain(codes::CODES).collect();
    codes.sort_by_key(|code| code.name);
    let mut table = String::from("| finding | severity | meaning | what to do |\n|---|---|---|---|\n");
    for code in &codes {
        let line =
            format!("| `{}` | {} | {} | {} |\n", code.name, code.severity.word(), code.meaning, code.advice);
        table.push_str(&line);
    }
    compare_part("docs/findings.md", "findings", &table);
    assert!(codes.windows(2).all(|pair| pair[0].name != pair[1].name), "a code stands in both lists");
}

#[test]
fn the_readme_lists_every_key() {
    compare_part("README.md", "keys", &dashboard::markdown());
}

#[test]
fn the_readme_shows_what_the_commands_print() {
    let shown = |arguments: &[&str]| {
        let run = signet(arguments, b"");
        let command: Vec<_> =
            arguments.iter().filter(|word| **word != "--now" && **word != NOW).copied().collect();
        format!("```console\n$ signet {}\n{}{}```\n", command.join(" "), run.stdout, run.stderr)
    };
    compare_part(
        "README.md",
        "chain",
        &shown(&["chain", "--demo", "--now", NOW, "-n", "foo", "deploy/checkout"]),
    );
}

#[test]
fn the_picture_is_what_the_dashboard_draws() {
    let signet = path("SIGNET_BIN").into_os_string().into_string().expect("UTF-8");
    let command_line = [&signet, "demo", "--now", NOW].map(str::to_owned);
    let mut terminal = Terminal::start(&command_line, &[]);
    terminal.resize(120, 34);
    // The embedded mesh has more pods than rows, so a whole screen has no empty row.
    terminal.shows("pods in every row", |screen| screen.rows(0, 120).all(|row| !row.trim().is_empty()));
    terminal.falls_silent();
    compare("docs/dashboard.svg", &picture::svg(terminal.screen(), "signet demo"));
}
