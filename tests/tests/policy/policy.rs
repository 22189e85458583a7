//! The module, and requests for it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

use serde_json::{Value, json};
use signet_tests::policy_server::Objects;
use signet_tests::programs;
use signet_tests::wapc::{Guest, HostCall};

/// What `make policy` built.
pub(crate) static BYTES: LazyLock<Vec<u8>> =
    LazyLock::new(|| std::fs::read(programs::path("SIGNET_POLICY")).expect("the built policy"));
/// The same, loaded.
pub(crate) static POLICY: LazyLock<Guest> = LazyLock::new(|| Guest::new(&BYTES));

/// A host with these objects, and the questions that it was asked.
pub(crate) fn host(objects: Objects) -> (HostCall, Rc<RefCell<Vec<String>>>) {
    let calls = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&calls);
    let host: HostCall = Rc::new(move |binding, namespace, operation, payload| {
        if namespace == "kubernetes" {
            let query: Value = serde_json::from_slice(payload).expect("a query");
            noted.borrow_mut().push(query["kind"].as_str().expect("a kind").to_owned());
        }
        objects.call(binding, namespace, operation, payload)
    });
    (host, calls)
}

/// What the policy answers about a request, on a cluster of these objects.
pub(crate) fn validate(request: &Value, settings: &Value, objects: &Objects) -> Result<Value, String> {
    validate_on(request, settings, &host(objects.clone()).0)
}

/// The same on any host.
pub(crate) fn validate_on(request: &Value, settings: &Value, host: &HostCall) -> Result<Value, String> {
    let payload = json!({"request": request, "settings": settings}).to_string();
    let response = POLICY.call("validate", payload.as_bytes(), host).result?;
    Ok(serde_json::from_slice(&response).expect("JSON"))
}
