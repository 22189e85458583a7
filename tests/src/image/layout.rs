//! An image as a file: OCI's image layout, and beside it what older Dockers read.

use std::fmt::Write;
use std::fs::File;
use std::io;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::Header;

use super::Image;
use super::layer::Layer;

const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Content with its digest, which is its name in the layout and takes a while for a large one.
pub(super) struct Blob {
    pub(super) content: Vec<u8>,
    pub(super) digest: String,
}

impl Blob {
    pub(super) fn new(content: Vec<u8>) -> Self {
        Self { digest: digest(&content), content }
    }

    fn descriptor(&self, media_type: &str) -> Value {
        json!({ "mediaType": media_type, "digest": self.digest, "size": self.content.len() })
    }

    fn place(&self) -> String {
        format!("blobs/{}", self.digest.replace(':', "/"))
    }
}

/// The digest of content as OCI writes it: `sha256:` and hexadecimal digits.
pub(super) fn digest(content: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(content) {
        // Writing into memory has no errors.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub(super) fn write(image: &Image, layer: &Layer, place: &Path) -> io::Result<()> {
    let config = Blob::new(config(image, layer).to_string().into_bytes());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.descriptor(CONFIG),
        "layers": [layer.blob.descriptor(layer.media_type)],
    });
    let manifest = Blob::new(manifest.to_string().into_bytes());
    let mut of_image = manifest.descriptor(MANIFEST);
    of_image["annotations"] = json!({
        // Whole for containerd, the tag alone by the letter of OCI.
        "io.containerd.image.name": whole_name(&image.reference),
        "org.opencontainers.image.ref.name": tag(&image.reference),
    });
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [of_image] }).to_string();
    let for_docker = json!([{
        "Config": config.place(),
        "RepoTags": [image.reference],
        "Layers": [layer.blob.place()],
    }])
    .to_string();

    let mut archive = tar::Builder::new(File::create(place)?);
    let layout = json!({ "imageLayoutVersion": "1.0.0" }).to_string();
    add(&mut archive, "oci-layout", layout.as_bytes())?;
    add(&mut archive, "index.json", index.as_bytes())?;
    add(&mut archive, "manifest.json", for_docker.as_bytes())?;
    for blob in [&manifest, &config, &layer.blob] {
        add(&mut archive, &blob.place(), &blob.content)?;
    }
    archive.into_inner().map(drop)
}

fn config(image: &Image, layer: &Layer) -> Value {
    let mut run = json!({ "Entrypoint": image.entrypoint, "Env": image.environment });
    if let Some(id) = image.user {
        run["User"] = format!("{id}:{id}").into();
    }
    json!({
        "architecture": architecture(),
        "os": "linux",
        "config": run,
        "rootfs": { "type": "layers", "diff_ids": [layer.diff_id] },
    })
}

/// What OCI, as Go, calls the processor of this machine.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// The name as containerd and the kubelet look it up: one without a registry is Docker's.
fn whole_name(reference: &str) -> String {
    match reference.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) => reference.to_owned(),
        Some(_) => format!("docker.io/{reference}"),
        None => format!("docker.io/library/{reference}"),
    }
}

fn tag(reference: &str) -> &str {
    reference.rsplit_once(':').map_or("latest", |(_, tag)| tag)
}

fn add(archive: &mut tar::Builder<File>, name: &str, content: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_size(content.len() as u64);
    archive.append_data(&mut header, name, content)
}
