//! The waPC protocol, as a guest speaks it: an operation by its name, bytes in, bytes or a message out.
//!
//! Every length is looked at before memory is taken for it: what a host hands over may be of any size.

#![expect(unsafe_code, reason = "functions of the host, and the one that it calls, are beyond Rust's sight")]

use crate::host::{Host, HostError, LONGEST_ANSWER};
use crate::operation;

/// The longest request that is read. An object that etcd takes can grow past 3 MiB as JSON.
const LONGEST_REQUEST: usize = 16 * 1024 * 1024;
/// The longest name of an operation.
const LONGEST_NAME: usize = 64;

/// What a policy server wants to know before it loads the module: `metadata.yml`, as JSON.
#[used]
#[unsafe(link_section = "io.kubewarden.metadata")]
static METADATA: [u8; include_bytes!("../metadata.json").len()] = *include_bytes!("../metadata.json");

#[link(wasm_import_module = "wapc")]
unsafe extern "C" {
    fn __guest_request(operation: *mut u8, payload: *mut u8);
    fn __guest_response(response: *const u8, length: usize);
    fn __guest_error(message: *const u8, length: usize);
    #[expect(clippy::too_many_arguments, reason = "as the protocol has it")]
    fn __host_call(
        binding: *const u8,
        binding_length: usize,
        namespace: *const u8,
        namespace_length: usize,
        operation: *const u8,
        operation_length: usize,
        payload: *const u8,
        payload_length: usize,
    ) -> usize;
    fn __host_response_len() -> usize;
    fn __host_response(response: *mut u8);
    fn __host_error_len() -> usize;
    fn __host_error(message: *mut u8);
}

/// What the host calls: 1 when there is a response, 0 when there is an error.
#[unsafe(no_mangle)]
extern "C" fn __guest_call(operation_length: usize, payload_length: usize) -> i32 {
    let answer = match request(operation_length, payload_length) {
        Ok((operation, payload)) => operation::run(&operation, &payload, &Wapc),
        Err(message) => Err(message),
    };
    match answer {
        Ok(response) => {
            // SAFETY: the host reads that many bytes from there before it returns.
            unsafe { __guest_response(response.as_ptr(), response.len()) };
            1
        }
        Err(message) => {
            // SAFETY: as above.
            unsafe { __guest_error(message.as_ptr(), message.len()) };
            0
        }
    }
}

/// The operation's name and its payload.
fn request(operation_length: usize, payload_length: usize) -> Result<(Vec<u8>, Vec<u8>), String> {
    if operation_length > LONGEST_NAME {
        return Err("the operation's name is longer than 64 bytes".to_owned());
    }
    if payload_length > LONGEST_REQUEST {
        return Err("the request is larger than 16 MiB".to_owned());
    }
    let (mut operation, mut payload) = (vec![0; operation_length], vec![0; payload_length]);
    // SAFETY: the host writes as many bytes as it said there are, and both buffers have that many.
    unsafe { __guest_request(operation.as_mut_ptr(), payload.as_mut_ptr()) };
    Ok((operation, payload))
}

/// The host that this module runs in.
struct Wapc;

impl Host for Wapc {
    fn call(&self, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, HostError> {
        const BINDING: &str = "kubewarden";
        // SAFETY: the host reads that many bytes from each place before it returns.
        let succeeded = unsafe {
            __host_call(
                BINDING.as_ptr(),
                BINDING.len(),
                namespace.as_ptr(),
                namespace.len(),
                operation.as_ptr(),
                operation.len(),
                payload.as_ptr(),
                payload.len(),
            )
        };
        if succeeded == 1 {
            // SAFETY: takes nothing and touches no memory of the guest.
            let length = unsafe { __host_response_len() };
            if length > LONGEST_ANSWER {
                return Err(HostError::TooLarge);
            }
            let mut response = vec![0; length];
            // SAFETY: the host writes as many bytes as it just said there are.
            unsafe { __host_response(response.as_mut_ptr()) };
            return Ok(response);
        }
        // SAFETY: as above.
        let length = unsafe { __host_error_len() };
        if length > LONGEST_ANSWER {
            return Err(HostError::TooLarge);
        }
        let mut message = vec![0; length];
        // SAFETY: as above.
        unsafe { __host_error(message.as_mut_ptr()) };
        Err(HostError::Refused(String::from_utf8_lossy(&message).into_owned()))
    }
}
