//! What `signet` does when it is told what to do: one file a command.

pub mod capture;
pub mod chain;
pub mod check;
pub mod completion;
pub mod dashboard;
pub mod decode;
pub mod demo;
pub mod explain;
pub mod man;
pub mod pods;
pub mod rbac;
pub mod roots;
pub mod schema;
pub mod signers;
pub mod trust;
pub mod verify;

use std::future::Future;

use crate::cli::{Cli, Command, Global};
use crate::output::Output;
use crate::{Clock, Exit, Failure};
use signet_certs::UnixTime;

/// What every command is given.
pub struct Context {
    /// The options that every command takes.
    pub global: Global,
    /// Where the answer goes.
    pub output: Output,
}

impl Context {
    /// The time at which files are judged: `--now`, else the machine's clock.
    pub fn now(&self) -> UnixTime {
        self.global.now.unwrap_or_else(|| Clock::System.now())
    }
}

/// Does what the command line says.
pub fn run(cli: Cli) -> Result<Exit, Failure> {
    let mut context = Context { output: Output::new(&cli.global), global: cli.global };
    let context = &mut context;
    match cli.command {
        None => cli.dashboard.run(context),
        Some(Command::Capture(command)) => command.run(context),
        Some(Command::Chain(command)) => command.run(context),
        Some(Command::Check(command)) => command.run(context),
        Some(Command::Completion(command)) => command.run(context),
        Some(Command::Decode(command)) => command.run(context),
        Some(Command::Demo(command)) => command.run(context),
        Some(Command::Explain(command)) => command.run(context),
        Some(Command::Man(command)) => command.run(context),
        Some(Command::Pods(command)) => command.run(context),
        Some(Command::Rbac(command)) => command.run(context),
        Some(Command::Roots(command)) => command.run(context),
        Some(Command::Schema(schema::Schema {})) => schema::Schema::run(context),
        Some(Command::Signers(command)) => command.run(context),
        Some(Command::Trust(command)) => command.run(context),
        Some(Command::Verify(command)) => command.run(context),
    }
}

/// Runs a future to its end: only what looks at a mesh needs a runtime.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::unchecked("the asynchronous runtime", error.to_string(), "check the limits of this process")
    })?;
    runtime.block_on(future)
}
