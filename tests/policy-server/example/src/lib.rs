//! A policy as the SDK's documentation teaches to write them: it reads the pod into k8s-openapi's type, gives it a
//! label, and answers with the whole object.

use k8s_openapi::api::core::v1::Pod;
use kubewarden_policy_sdk::request::ValidationRequest;
use kubewarden_policy_sdk::settings::Validatable;
use kubewarden_policy_sdk::wapc_guest::{CallResult, register_function};
use kubewarden_policy_sdk::{accept_request, mutate_request, protocol_version_guest, validate_settings};
use serde::{Deserialize, Serialize};

/// There is nothing to set.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Settings {}

impl Validatable for Settings {
    fn validate(&self) -> Result<(), String> {
        Ok(())
    }
}

/// What the host calls first.
#[expect(unsafe_code, reason = "the host finds the function by its name")]
#[unsafe(no_mangle)]
pub extern "C" fn wapc_init() {
    register_function("validate", validate);
    register_function("validate_settings", validate_settings::<Settings>);
    register_function("protocol_version", protocol_version_guest);
}

fn validate(payload: &[u8]) -> CallResult {
    let review: ValidationRequest<Settings> = ValidationRequest::new(payload)?;
    let Ok(mut pod) = serde_json::from_value::<Pod>(review.request.object) else {
        return accept_request();
    };
    pod.metadata.labels.get_or_insert_default().insert("example".to_owned(), "yes".to_owned());
    mutate_request(serde_json::to_value(&pod)?)
}
