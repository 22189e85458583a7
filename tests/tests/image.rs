//! The webhook's image, as `make image` leaves it: one static program, nobody's, and small.

#![expect(clippy::expect_used, reason = "what goes wrong in the helpers of a test fails it, with its reason")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use signet_tests::bless::root;
use signet_tests::programs;

/// What may be pulled onto every node that runs a replica.
const LARGEST: u64 = 25_000_000;

/// The files of an archive by their names.
fn files(archive: impl Read) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(archive).entries().expect("an archive") {
        let mut entry = entry.expect("an entry");
        let name = entry.path().expect("a name").display().to_string();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its content");
        files.insert(name, content);
    }
    files
}

fn json(content: &[u8]) -> Value {
    serde_json::from_slice(content).expect("JSON")
}

/// The file that a descriptor of OCI means, whose digest must be the file's own.
fn blob<'a>(files: &'a BTreeMap<String, Vec<u8>>, descriptor: &Value) -> &'a [u8] {
    let digest = descriptor["digest"].as_str().expect("a digest");
    let content = &files[&format!("blobs/{}", digest.replace(':', "/"))];
    assert_eq!(digest, sha256(content));
    assert_eq!(descriptor["size"], content.len());
    content
}

fn sha256(content: &[u8]) -> String {
    let digits: Vec<String> = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{}", digits.concat())
}

#[test]
fn it_holds_one_static_program_that_runs_as_nobody_and_is_small() {
    let place = programs::path("SIGNET_WEBHOOK_IMAGE");
    let size = place.metadata().expect("a file").len();
    println!("the image has {size} bytes");
    assert!(size < LARGEST, "{size} bytes");

    let image = files(File::open(place).expect("the image"));
    let index = json(&image["index.json"]);
    let manifest = json(blob(&image, &index["manifests"][0]));
    let config = json(blob(&image, &manifest["config"]));
    assert_eq!(config["config"]["User"], "65532:65532", "the user of the chart's pods");
    assert_eq!(config["config"]["Entrypoint"], serde_json::json!(["/signet-webhook"]));
    assert_eq!(config["os"], "linux");

    let mut layer = Vec::new();
    let layers = manifest["layers"].as_array().expect("layers");
    assert_eq!(layers.len(), 1);
    GzDecoder::new(blob(&image, &layers[0])).read_to_end(&mut layer).expect("gzip");
    assert_eq!(config["rootfs"]["diff_ids"], serde_json::json!([sha256(&layer)]));
    let programs = files(layer.as_slice());
    assert_eq!(programs.keys().collect::<Vec<_>>(), ["signet-webhook"]);
    // The segment that names a loader (PT_INTERP); whoever has none needs no library.
    let interpreter = b"/lib/ld-musl-x86_64.so.1";
    assert!(!programs["signet-webhook"].windows(interpreter.len()).any(|bytes| bytes == interpreter));
}

#[test]
fn it_is_called_as_the_chart_calls_it() {
    let image = files(File::open(programs::path("SIGNET_WEBHOOK_IMAGE")).expect("the image"));
    let name = json(&image["manifest.json"])[0]["RepoTags"][0].as_str().expect("a name").to_owned();
    let manifest = std::fs::read_to_string(root().join("install.yaml")).expect("install.yaml");
    assert!(manifest.contains(&format!("image: \"{name}\"")), "install.yaml runs another image than {name}");
}
