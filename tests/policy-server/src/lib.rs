//! What Kubewarden's policy-server runs a policy on: the crates `wapc` and `wasmtime-provider`, an instance for
//! each request, and wasmtime's epochs as the clock that ends one.
//!
//! policy-server itself is in no package registry.

use std::error::Error;
use std::path::PathBuf;

use wapc::WapcHost;
use wasmtime_provider::wasmtime::{Config, Engine};
use wasmtime_provider::{EpochDeadlines, WasmtimeEngineProviderBuilder, WasmtimeEngineProviderPre};

#[path = "../../src/bless.rs"]
pub mod bless;
#[path = "../../src/interleaved.rs"]
pub mod interleaved;
#[path = "../../src/policy_server.rs"]
pub mod policy_server;

/// The ticks of the clock after which an evaluation is ended. policy-server's clock ticks each second, and
/// its `KUBEWARDEN_POLICY_TIMEOUT` is two of them.
pub const TIMEOUT: u64 = 2;

/// A module that was compiled once.
pub struct Policy {
    engine: Engine,
    compiled: WasmtimeEngineProviderPre,
}

impl Policy {
    /// Compiles the module in a file.
    ///
    /// # Panics
    ///
    /// When there is none, naming the command that builds it.
    pub fn load(file: &str) -> Self {
        let file = PathBuf::from(file);
        let wasm = std::fs::read(&file)
            .unwrap_or_else(|error| panic!("{}: {error}; run `make bench-policy`", file.display()));
        let engine = Engine::new(Config::new().epoch_interruption(true)).expect("an engine");
        let builder = WasmtimeEngineProviderBuilder::new().engine(engine.clone()).module_bytes(&wasm);
        let compiled = builder.build_pre().expect("a policy");
        Self { engine, compiled }
    }

    /// An instance whose questions about the cluster `answer` answers, by operation and payload, and whose log nobody
    /// reads.
    ///
    /// # Panics
    ///
    /// When the module cannot be started.
    pub fn instance<A>(&self, answer: A) -> WapcHost
    where
        A: Fn(&str, &[u8]) -> Result<Vec<u8>, String> + Send + Sync + 'static,
    {
        let deadlines = EpochDeadlines { wapc_init: TIMEOUT, wapc_func: TIMEOUT };
        let instance = self.compiled.rehydrate(Some(deadlines)).expect("an instance");
        let host = move |_id, binding: &str, namespace: &str, operation: &str, payload: &[u8]| {
            match (binding, namespace) {
                ("kubewarden", "kubernetes") => answer(operation, payload),
                ("kubewarden", "tracing") => Ok(Vec::new()),
                other => panic!("there is no capability {other:?}"),
            }
            .map_err(Box::<dyn Error + Send + Sync>::from)
        };
        WapcHost::new(Box::new(instance), Some(Box::new(host))).expect("a waPC guest")
    }

    /// Lets the clock tick once.
    pub fn tick(&self) {
        self.engine.increment_epoch();
    }
}
