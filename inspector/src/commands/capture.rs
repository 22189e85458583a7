//! `signet capture`: the whole state without keys, to a file.

use std::fs::File;
use std::io::{BufWriter, Write};

use clap::Args;
use signet_mesh::Observation;
use signet_mesh::objects::Kind;

use super::{Context, block_on};
use crate::source::{MeshArgs, snapshot};
use crate::{Exit, Failure, output};

/// Write what there is to be seen of the mesh to a file, without any key, for --snapshot
#[derive(Debug, Args)]
pub struct Capture {
    #[command(flatten)]
    mesh: MeshArgs,
    /// The file to write; standard output when absent or -.
    #[arg(value_name = "FILE", default_value = "-")]
    file: String,
}

impl Capture {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let mut observations: Vec<Observation> = Vec::new();
        let settled = block_on(async {
            let look = self.mesh.still(context.global.now).await?.with(&Kind::BESIDE);
            look.settle(|observation| observations.push(observation.clone())).await
        })?;
        let captured_at = settled.now;
        if self.file == "-" {
            let mut text = Vec::new();
            // Memory takes every byte.
            let written = snapshot::write(&mut text, captured_at, &observations);
            written.map_err(|error| unwritable("-", &error))?;
            context.output.text(&String::from_utf8_lossy(&text))?;
            return Ok(settled.exit(Exit::Ok));
        }
        let file = File::create(&self.file).map_err(|error| unwritable(&self.file, &error))?;
        let mut file = BufWriter::new(file);
        let written = snapshot::write(&mut file, captured_at, &observations).and_then(|()| file.flush());
        written.map_err(|error| unwritable(&self.file, &error))?;
        output::say(&format!("wrote {} observations of {captured_at} to {}", observations.len(), self.file));
        Ok(settled.exit(Exit::Ok))
    }
}

fn unwritable(file: &str, error: &std::io::Error) -> Failure {
    Failure::unchecked(file, error.to_string(), "name a file in a folder that can be written")
}
