//! The command line: what is asked for, before anything is done about it.

use clap::{Args, Parser, Subcommand, ValueEnum};
use signet_certs::{Severity, UnixTime};

use crate::commands::{
    capture, chain, check, completion, dashboard, decode, demo, explain, man, pods, rbac, roots, schema,
    signers, trust, verify,
};

/// Shows which certificate signer every pod of an Istio mesh should have, asked for and really has.
///
/// Without a command, on a terminal: the dashboard. Not on a terminal: the table of `signet pods`.
#[derive(Debug, Parser)]
#[command(name = "signet", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where and what to look at when there is no command.
    #[command(flatten)]
    pub dashboard: dashboard::Dashboard,
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing wrong
  1  findings at or over --fail-on, or the answer is no
  2  the command line is wrong
  3  it could not be checked: nothing readable";

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// How to print.
    #[arg(short, long, value_enum, default_value_t = Format::Table, global = true, value_name = "FORMAT")]
    pub output: Format,
    /// When to colour.
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true, value_name = "WHEN")]
    pub color: Color,
    /// Exit 1 when something of this severity, or graver, was found.
    #[arg(long, value_enum, default_value_t = FailOn::Error, global = true, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Judge at this time instead of now (RFC 3339), so that examples print the same for ever.
    #[arg(long, global = true, hide = true, value_name = "TIME")]
    pub now: Option<UnixTime>,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people; may change between versions.
    Table,
    /// The table with every column.
    Wide,
    /// One JSON object.
    Json,
    /// One YAML document.
    Yaml,
    /// Names only, one a line.
    Name,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// From which severity on a finding makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Any finding.
    Info,
    /// A warning or an error.
    Warning,
    /// An error.
    Error,
    /// Never.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity makes the exit code 1.
    pub fn is_reached_by(self, severity: Severity) -> bool {
        match self {
            Self::Info => true,
            Self::Warning => severity >= Severity::Warning,
            Self::Error => severity >= Severity::Error,
            Self::Never => false,
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "clap shows the documentation of each command's own struct")]
pub enum Command {
    Capture(capture::Capture),
    Chain(chain::Chain),
    Check(check::Check),
    Completion(completion::Completion),
    Decode(decode::Decode),
    Demo(demo::Demo),
    Explain(explain::Explain),
    Man(man::Man),
    Pods(pods::Pods),
    Rbac(rbac::Rbac),
    Roots(roots::Roots),
    Schema(schema::Schema),
    Signers(signers::Signers),
    Trust(trust::Trust),
    Verify(verify::Verify),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
