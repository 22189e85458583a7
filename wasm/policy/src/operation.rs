//! The operations that a policy server asks for, by name.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use signet_mesh::review::{Answer, Request};

use crate::explain::explain;
use crate::host::Host;
use crate::patched::Patched;
use crate::settings::{FailurePolicy, Settings};
use crate::{mesh, settings};

/// The longest reason of a host that is passed on.
const LONGEST_REASON: usize = 110;

/// Runs one operation: its response, or what went wrong with the call itself.
pub fn run(operation: &[u8], payload: &[u8], host: &impl Host) -> Result<Vec<u8>, String> {
    match operation {
        b"protocol_version" => Ok(b"\"v1\"".to_vec()),
        b"validate_settings" => json(&validate_settings(payload)),
        b"validate" => json(&validate(payload, host)?),
        // The page's.
        b"explain" => json(&explain(payload)?),
        _ => Err(format!("there is no operation {}", String::from_utf8_lossy(operation))),
    }
}

#[derive(Serialize)]
struct SettingsValidity {
    valid: bool,
    message: Option<String>,
}

fn validate_settings(payload: &[u8]) -> SettingsValidity {
    let text = str::from_utf8(payload).map_err(|error| error.to_string());
    let message = text.and_then(settings::read).err().map(|reason| format!("settings: {reason}"));
    SettingsValidity { valid: message.is_none(), message }
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    request: &'a RawValue,
    #[serde(borrow)]
    settings: Option<&'a RawValue>,
}

/// An answer as the policy server takes it, which makes an AdmissionReview of it.
#[derive(Serialize)]
struct Validity<'a> {
    accepted: bool,
    message: Option<String>,
    code: Option<u16>,
    /// The whole object, as it should be.
    mutated_object: Option<Patched<'a>>,
    audit_annotations: AuditAnnotations,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct AuditAnnotations {
    decision: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'static str,
}

fn validate<'a>(payload: &'a [u8], host: &impl Host) -> Result<Validity<'a>, String> {
    let text = str::from_utf8(payload).map_err(|error| format!("the request is malformed: {error}"))?;
    let payload: Payload<'_> = serde_json::from_str(text).map_err(|error| {
        format!("the request is malformed: line {} column {}", error.line(), error.column())
    })?;
    let text = payload.settings.map_or("null", RawValue::get);
    let (settings, policy) = settings::read(text).map_err(|reason| format!("settings: {reason}"))?;
    let mut request =
        Request::parse_bare(payload.request.get().as_bytes()).map_err(|refusal| refusal.to_string())?;
    let subject = request.take_subject();
    let answer = if subject.needs_no_state() {
        subject.answer(&signet_mesh::review::State::default())
    } else {
        match mesh::state(host, &settings, policy, request.namespace(), &subject) {
            Ok(state) => subject.answer(&state),
            Err(unknown) => without_state(&unknown, &settings),
        }
    };
    carry_out(answer, payload.request)
}

/// What is answered when it is not known what is configured: as the settings say.
fn without_state(unknown: &mesh::Unknown, settings: &Settings) -> Answer {
    let reason = "mesh-unknown";
    let said = |fate: &str| {
        let why = unknown.to_string();
        format!("Check the policy server's access to the cluster: {}; so this object was {fate}.", cut(&why))
    };
    match settings.failure_policy {
        FailurePolicy::Fail => {
            Answer { decision: "deny", reason, denial: Some(said("refused")), ..Answer::default() }
        }
        FailurePolicy::Ignore => {
            Answer { decision: "skip", reason, warnings: vec![said("left as it was")], ..Answer::default() }
        }
    }
}

/// One line, and no longer than a warning has room for.
fn cut(why: &str) -> Cow<'_, str> {
    if why.len() <= LONGEST_REASON && !why.contains(char::is_control) {
        return why.into();
    }
    let end = why.floor_char_boundary(LONGEST_REASON);
    let cut = why.get(..end).unwrap_or_default().replace(char::is_control, " ");
    (if end < why.len() { cut + "…" } else { cut }).into()
}

/// The answer with the object that its patch leaves.
fn carry_out(answer: Answer, request: &RawValue) -> Result<Validity<'_>, String> {
    #[derive(Deserialize)]
    struct Subject<'a> {
        #[serde(borrow)]
        object: Patched<'a>,
    }

    let mutated_object = match answer.patch {
        None => None,
        Some(patch) => {
            let subject: Subject<'_> =
                serde_json::from_str(request.get()).map_err(|error| error.to_string())?;
            let mut object = subject.object;
            object.patch(patch)?;
            Some(object)
        }
    };
    Ok(Validity {
        accepted: answer.denial.is_none(),
        code: answer.denial.as_ref().map(|_| 403),
        message: answer.denial,
        mutated_object,
        audit_annotations: AuditAnnotations { decision: answer.decision, reason: answer.reason },
        warnings: answer.warnings,
    })
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(value).map_err(|error| error.to_string())
}
