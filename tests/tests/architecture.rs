//! What ARCHITECTURE.md promises about the code, held against the code.

use std::fs;

use signet_tests::bless::root;

/// Direct dependencies that a pure crate may have. A new one is weighed before it is listed here.
const ALLOWED: &[(&str, &[&str])] = &[
    (
        "certs",
        &[
            "base64",
            "ed25519-dalek",
            "granit-parser",
            "memchr",
            "p256",
            "p384",
            "p521",
            "rsa",
            "rustls-pki-types",
            "rustls-webpki",
            "schemars",
            "serde",
            "serde-saphyr",
            "serde_json",
            "sha2",
            "thiserror",
            "time",
            "x509-parser",
            "zeroize",
        ],
    ),
    (
        "mesh",
        &[
            "base64",
            "json-patch",
            "litemap",
            "schemars",
            "serde",
            "serde_json",
            "sha2",
            "signet-certs",
            "thiserror",
        ],
    ),
];

#[test]
fn pure_crates_have_only_known_dependencies() {
    for (crate_name, allowed) in ALLOWED {
        let manifest = fs::read_to_string(root().join(crate_name).join("Cargo.toml")).expect("a manifest");
        let section = manifest.split("[dependencies]\n").nth(1).expect("dependencies");
        let names: Vec<&str> = section
            .lines()
            .take_while(|line| !line.starts_with('['))
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|name| !name.is_empty() && !name.starts_with('#'))
            .collect();
        assert!(
            !names.is_empty(),
            "{crate_name}: no dependency found, so this test reads the manifest wrongly"
        );
        for name in names {
            assert!(allowed.contains(&name), "{crate_name} depends on {name}; weigh it, then list it here");
        }
    }
}

/// Names of outside crates and the one place that may name each.
const ONE_ROOM: &[(&str, &str, &str)] = &[
    ("certs/src", "x509_parser", "certs/src/x509"),
    ("certs/src", "granit_parser", "certs/src/formats/yaml"),
    ("certs/src", "serde_saphyr", "certs/src/formats/yaml"),
    ("mesh/src", "json_patch", "mesh/src/patch"),
];

#[test]
fn each_outside_thing_has_one_room() {
    for (folder, name, room) in ONE_ROOM {
        let mut seen_in_room = false;
        // Tests may make by other means what they hold the code against.
        let of_code = |file: &std::path::PathBuf| !file.ends_with("tests.rs");
        for file in sources(&root().join(folder)).into_iter().filter(of_code) {
            let text = fs::read_to_string(&file).expect("a source file");
            let path = file.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            let named = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(name));
            if path.starts_with(room) {
                seen_in_room |= named;
            } else {
                assert!(!named, "{path} names {name}, which belongs in {room}");
            }
        }
        assert!(seen_in_room, "{room} does not name {name}, so this test looks in the wrong place");
    }
}

fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn every_path_that_the_documents_name_is_there() {
    let mut named = 0;
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        let text = fs::read_to_string(root().join(document)).expect("a document");
        // What stands between backticks and looks like a path of this repository.
        for path in text.split('`').skip(1).step_by(2).filter(|word| is_path(word)) {
            assert!(root().join(path).exists(), "{document} names {path}, which is not there");
            named += 1;
        }
    }
    assert!(named > 10, "only {named} paths found, so this test reads the documents wrongly");
}

fn is_path(word: &str) -> bool {
    let folders = ["certs/", "mesh/", "demo/", "inspector/", "tests/", "docs/", "wasm/"];
    folders.iter().any(|folder| word.starts_with(folder)) && !word.contains(['*', ' ', '$'])
}
