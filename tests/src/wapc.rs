//! A waPC host as a policy server is one, on an interpreter: a module is loaded once, and each call has an
//! instance of its own.

use std::rc::Rc;

use wasmi::{Caller, Engine, Error, Linker, Memory, Module, Store, Val};

/// The most instructions of one call, after which it is ended: a policy server gives a policy seconds.
const FUEL: u64 = 4_000_000_000;

/// What the host does for a guest: binding, namespace and operation, and the payload.
pub type HostCall = Rc<dyn Fn(&str, &str, &str, &[u8]) -> Result<Vec<u8>, String>>;

/// What became of a call, and what it took.
#[derive(Debug)]
pub struct Outcome {
    /// The response; else what the guest said, or how it was ended.
    pub result: Result<Vec<u8>, String>,
    /// The memory of the instance in bytes, at its end.
    pub memory: usize,
}

/// A loaded module.
pub struct Guest {
    module: Module,
}

/// One call, as the instance and the host see it.
struct Exchange {
    operation: String,
    payload: Vec<u8>,
    host: HostCall,
    host_answer: Result<Vec<u8>, String>,
    guest_answer: Option<Result<Vec<u8>, String>>,
}

impl Guest {
    /// Loads a module.
    ///
    /// # Panics
    ///
    /// When it is none.
    pub fn new(wasm: &[u8]) -> Self {
        let mut config = wasmi::Config::default();
        config.consume_fuel(true);
        Self { module: Module::new(&Engine::new(&config), wasm).expect("a WebAssembly module") }
    }

    /// A custom section of the module.
    pub fn section(&self, name: &str) -> Option<&[u8]> {
        self.module.custom_sections().find(|section| section.name() == name).map(|section| section.data())
    }

    /// Calls an operation in a fresh instance.
    ///
    /// # Panics
    ///
    /// When the module is no waPC guest.
    pub fn call(&self, operation: &str, payload: &[u8], host: &HostCall) -> Outcome {
        let exchange = Exchange {
            operation: operation.to_owned(),
            payload: payload.to_owned(),
            host: Rc::clone(host),
            host_answer: Ok(Vec::new()),
            guest_answer: None,
        };
        let mut store = Store::new(self.module.engine(), exchange);
        store.set_fuel(FUEL).expect("fuel is on");
        let mut linker = Linker::new(self.module.engine());
        define_protocol(&mut linker).expect("the protocol is defined once");
        define_system(&mut linker, &self.module).expect("the system is defined once");
        let instance = linker.instantiate_and_start(&mut store, &self.module).expect("an instance");
        let call = instance.get_typed_func::<(u32, u32), i32>(&store, "__guest_call").expect("a waPC guest");
        let lengths = (length(operation.as_bytes()), length(payload));
        let ended = call.call(&mut store, lengths);
        let memory = instance.get_memory(&store, "memory").expect("a memory").data_size(&store);
        let answer = store.into_data().guest_answer;
        let result = match ended {
            Ok(1) => answer.expect("a guest that succeeds has answered"),
            Ok(_) => answer.unwrap_or_else(|| Err("the guest failed without a word".to_owned())),
            Err(trap) => Err(format!("the guest was ended: {trap}")),
        };
        Outcome { result, memory }
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("less than 4 GiB")
}

/// A place in the guest's memory.
type Place = (u32, u32);

fn memory(caller: &Caller<'_, Exchange>) -> Result<Memory, Error> {
    let memory = caller.get_export("memory").and_then(wasmi::Extern::into_memory);
    memory.ok_or_else(|| Error::new("the guest has no memory"))
}

fn read(caller: &Caller<'_, Exchange>, (at, length): Place) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; length as usize];
    memory(caller)?.read(caller, at as usize, &mut bytes).map_err(|error| Error::new(error.to_string()))?;
    Ok(bytes)
}

fn read_text(caller: &Caller<'_, Exchange>, place: Place) -> Result<String, Error> {
    String::from_utf8(read(caller, place)?).map_err(|error| Error::new(error.to_string()))
}

fn write(caller: &mut Caller<'_, Exchange>, at: u32, bytes: &[u8]) -> Result<(), Error> {
    let memory = memory(caller)?;
    memory.write(caller, at as usize, bytes).map_err(|error| Error::new(error.to_string()))
}

/// The functions of the waPC specification, as far as a guest of ours may call them.
fn define_protocol(linker: &mut Linker<Exchange>) -> Result<(), Error> {
    linker.func_wrap(
        "wapc",
        "__guest_request",
        |mut caller: Caller<'_, Exchange>, operation: u32, payload: u32| {
            let (name, bytes) = (caller.data().operation.clone(), caller.data().payload.clone());
            write(&mut caller, operation, name.as_bytes())?;
            write(&mut caller, payload, &bytes)
        },
    )?;
    linker.func_wrap(
        "wapc",
        "__guest_response",
        |mut caller: Caller<'_, Exchange>, at: u32, length: u32| {
            let response = read(&caller, (at, length))?;
            caller.data_mut().guest_answer = Some(Ok(response));
            Ok(())
        },
    )?;
    linker.func_wrap("wapc", "__guest_error", |mut caller: Caller<'_, Exchange>, at: u32, length: u32| {
        let message = read_text(&caller, (at, length))?;
        caller.data_mut().guest_answer = Some(Err(message));
        Ok(())
    })?;
    linker.func_wrap(
        "wapc",
        "__host_call",
        |mut caller: Caller<'_, Exchange>,
         binding: u32,
         binding_length: u32,
         namespace: u32,
         namespace_length: u32,
         operation: u32,
         operation_length: u32,
         payload: u32,
         payload_length: u32| {
            let binding = read_text(&caller, (binding, binding_length))?;
            let namespace = read_text(&caller, (namespace, namespace_length))?;
            let operation = read_text(&caller, (operation, operation_length))?;
            let payload = read(&caller, (payload, payload_length))?;
            let answer = (caller.data().host)(&binding, &namespace, &operation, &payload);
            let succeeded = i32::from(answer.is_ok());
            caller.data_mut().host_answer = answer;
            Ok(succeeded)
        },
    )?;
    linker.func_wrap("wapc", "__host_response_len", |caller: Caller<'_, Exchange>| {
        caller.data().host_answer.as_ref().map_or(0, |response| length(response))
    })?;
    linker.func_wrap("wapc", "__host_response", |mut caller: Caller<'_, Exchange>, at: u32| {
        let response = caller.data().host_answer.clone().unwrap_or_default();
        write(&mut caller, at, &response)
    })?;
    linker.func_wrap("wapc", "__host_error_len", |caller: Caller<'_, Exchange>| {
        caller.data().host_answer.as_ref().err().map_or(0, |message| length(message.as_bytes()))
    })?;
    linker.func_wrap("wapc", "__host_error", |mut caller: Caller<'_, Exchange>, at: u32| {
        let message = caller.data().host_answer.clone().err().unwrap_or_default();
        write(&mut caller, at, message.as_bytes())
    })?;
    Ok(())
}

/// The system interface that Rust's standard library is linked to. A policy has no environment, no files
/// and no randomness, so each function says that there is none, but the one that ends the guest.
fn define_system(linker: &mut Linker<Exchange>, module: &Module) -> Result<(), Error> {
    const NOT_SUPPORTED: i32 = 58;
    let imports = module.imports().filter(|import| import.module() == "wasi_snapshot_preview1");
    for import in imports {
        let name = import.name().to_owned();
        let signature = import.ty().func().cloned().expect("a function");
        let is_random = name == "random_get";
        linker.func_new("wasi_snapshot_preview1", import.name(), signature, move |_, _, results| {
            match results {
                [result] => *result = Val::I32(if is_random { 0 } else { NOT_SUPPORTED }),
                _ => return Err(Error::new(format!("the guest called {name}"))),
            }
            Ok(())
        })?;
    }
    Ok(())
}
