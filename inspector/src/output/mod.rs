//! What is printed: data to standard output, everything else to standard error.

mod certificates;
mod lines;
mod paint;
mod table;
mod tree;

pub use certificates::signer;
pub use lines::Lines;
pub use paint::Paint;
pub use table::Table;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use signet_certs::yaml;

use crate::cli::{Color, Format, Global};
use crate::{Exit, Failure};

/// Standard output with the choices that were made about it.
pub struct Output {
    /// How to print.
    pub format: Format,
    /// How to colour.
    pub paint: Paint,
    writer: io::StdoutLock<'static>,
    width: Option<usize>,
}

impl Output {
    /// Standard output as `global` asks for it.
    pub fn new(global: &Global) -> Self {
        let writer = io::stdout().lock();
        let colour = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => writer.is_terminal() && !no_color(),
        };
        // What goes to a file or another program is not broken: `grep` wants whole values.
        let width = writer.is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
        let width = width.map(|(columns, _)| usize::from(columns));
        Self { format: global.output, paint: Paint::new(colour), writer, width }
    }

    /// Prints `object` as JSON or YAML where that was asked for; says whether it did.
    pub fn object(&mut self, object: &impl Serialize) -> Result<bool, Failure> {
        match self.format {
            Format::Json => self.text(&pretty_json(object)?)?,
            Format::Yaml => self.text(&yaml::to_string(&json_value(object)?))?,
            Format::Table | Format::Wide | Format::Name => return Ok(false),
        }
        Ok(true)
    }

    /// Prints `object` as one line of JSON, for `--watch`.
    pub fn json_line(&mut self, object: &impl Serialize) -> Result<(), Failure> {
        self.text(&json_value(object)?.to_string())
    }

    /// Lines for where the answer goes.
    pub fn lines(&self) -> Lines {
        Lines::of_width(self.width)
    }

    /// Prints `text`, ending in exactly one line break; an empty text is nothing to print.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        if text.is_empty() {
            return Ok(());
        }
        let written = self
            .writer
            .write_all(text.trim_end_matches('\n').as_bytes())
            .and_then(|()| self.writer.write_all(b"\n"))
            .and_then(|()| self.writer.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::closed_pipe()),
            Err(error) => {
                Err(Failure::unchecked("standard output", error.to_string(), "look at where it goes"))
            }
            Ok(()) => Ok(()),
        }
    }

    /// Whether every column was asked for.
    pub fn is_wide(&self) -> bool {
        self.format == Format::Wide
    }
}

/// Says something that is not data: one line on standard error. A closed standard error is no
/// reason to stop.
pub fn say(message: &str) {
    let _ = writeln!(io::stderr(), "signet: {message}");
}

/// Whether the environment asks for no colour (<https://no-color.org>).
pub fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The exit code for the gravest severity found.
pub fn exit_for(global: &Global, gravest: Option<signet_certs::Severity>) -> Exit {
    match gravest {
        Some(severity) if global.fail_on.is_reached_by(severity) => Exit::Findings,
        _ => Exit::Ok,
    }
}

fn pretty_json(object: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(object).map_err(|error| unprintable(&error))
}

fn json_value(object: &impl Serialize) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(object).map_err(|error| unprintable(&error))
}

fn unprintable(error: &serde_json::Error) -> Failure {
    Failure::unchecked("the answer", error.to_string(), "report this as a bug of signet")
}
