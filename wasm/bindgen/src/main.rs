//! `signet-bindgen MODULE.wasm FOLDER`: writes the JavaScript and the types around a module, as
//! ES modules for browsers.

use std::env::args;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<_> = args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        eprintln!("usage: signet-bindgen MODULE.wasm FOLDER");
        return ExitCode::from(2);
    };
    match package(module, folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("signet-bindgen: {module}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn package(module: &str, folder: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name("signet").web(true)?.typescript(true);
    // Names and producers are for debuggers; the module carries only what runs.
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(folder)?;
    Ok(())
}
