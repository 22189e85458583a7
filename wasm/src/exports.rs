//! What JavaScript calls. Types are in `signet.d.ts`, made of the Rust types.

use js_sys::{JSON, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use signet_certs::{Fingerprint, UnixTime};
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use crate::{DecodeOptions, Failure, VerifyOptions, Window, functions};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../signet.d.ts");

/// What is in these bytes: the answer of `signet decode -o json`.
///
/// `now` is an RFC 3339 time, `new Date().toISOString()` say. Throws when nothing can be read at all.
#[wasm_bindgen(unchecked_return_type = "Documents")]
pub fn decode(
    #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] input: &JsValue,
    now: &str,
    #[wasm_bindgen(unchecked_optional_param_type = "DecodeOptions")] options: Option<JsValue>,
) -> Result<JsValue, JsError> {
    let options: DecodeOptions = parsed("options", options)?;
    object(&functions::decode(&bytes("input", input)?, time(now)?, &options)?)
}

/// Whether a path leads from the first certificate of `leaf` to one of `roots` at the time `at`: the
/// answer of `signet verify -o json`.
///
/// `at` is an RFC 3339 time. Throws when there is no leaf or no root to verify.
#[wasm_bindgen(unchecked_return_type = "Verification")]
pub fn verify(
    #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] leaf: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] roots: &JsValue,
    at: &str,
    #[wasm_bindgen(unchecked_optional_param_type = "VerifyOptions")] options: Option<JsValue>,
    #[wasm_bindgen(unchecked_optional_param_type = "string | Uint8Array")] intermediates: Option<JsValue>,
) -> Result<JsValue, JsError> {
    let options: VerifyOptions = parsed("options", options)?;
    let intermediates = intermediates.filter(|value| !value.is_undefined());
    let intermediates = intermediates.map(|value| bytes("intermediates", &value)).transpose()?;
    let (leaf, roots) = (bytes("leaf", leaf)?, bytes("roots", roots)?);
    object(&functions::verify(&leaf, &roots, intermediates.as_deref(), time(at)?, &options)?)
}

/// The desk of the page, which answers in JSON texts: its Worker passes them on as they are.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Desk(crate::Desk);

#[wasm_bindgen]
impl Desk {
    /// An empty desk.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts an input on the desk, in place of the one that had its number; a `Received`.
    pub fn put(&mut self, number: u32, name: &str, bytes: &[u8]) -> Result<String, JsError> {
        text(&self.0.put(number, name, bytes))
    }

    /// Takes an input away.
    pub fn remove(&mut self, number: u32) {
        self.0.remove(number);
    }

    /// Which certificates are trust anchors, by fingerprint.
    #[wasm_bindgen(js_name = trustThese)]
    #[expect(clippy::needless_pass_by_value, reason = "JavaScript hands arrays over")]
    pub fn trust_these(&mut self, fingerprints: Vec<String>) -> Result<(), JsError> {
        let parsed: Result<Vec<_>, _> = fingerprints.iter().map(|one| fingerprint(one)).collect();
        self.0.trust_these(parsed?);
        Ok(())
    }

    /// Everything on the desk at a time; a `View` of so many documents and certificates of each.
    pub fn look(&self, now: &str, documents: usize, certificates: usize) -> Result<String, JsError> {
        text(&self.0.look(time(now)?, Window { documents, certificates }))
    }

    /// Who could talk to whom; `Encounters`.
    pub fn encounters(&self, now: &str) -> Result<String, JsError> {
        text(&self.0.encounters(time(now)?))
    }

    /// All of it in the shape of `signet decode -o json`; `Documents`.
    pub fn decoded(&self, now: &str) -> Result<String, JsError> {
        text(&self.0.decoded(time(now)?))
    }

    /// Every certificate as PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Whether any input held a private key.
    #[wasm_bindgen(js_name = isSealed)]
    pub fn is_sealed(&self) -> bool {
        self.0.is_sealed()
    }

    /// The elements of a certificate's encoding; `Element[]`.
    pub fn elements(&self, of: &str) -> Result<String, JsError> {
        text(&self.0.elements(fingerprint(of)?))
    }

    /// A certificate's bytes; nothing when it is not here.
    pub fn der(&self, of: &str) -> Result<Option<Vec<u8>>, JsError> {
        Ok(self.0.certificate(fingerprint(of)?).map(|certificate| certificate.der().to_vec()))
    }
}

fn bytes(what: &'static str, value: &JsValue) -> Result<Vec<u8>, Failure> {
    if let Some(text) = value.as_string() {
        return Ok(text.into_bytes());
    }
    // A view of other bytes of the same buffer would be read wrongly, so only this one is taken.
    if wasm_bindgen::JsCast::is_instance_of::<Uint8Array>(value) {
        return Ok(Uint8Array::new(value).to_vec());
    }
    Err(Failure::Argument { what, why: "it is neither a string nor a Uint8Array".to_owned() })
}

fn time(text: &str) -> Result<UnixTime, Failure> {
    Ok(text.parse()?)
}

fn fingerprint(text: &str) -> Result<Fingerprint, JsError> {
    Ok(text.parse()?)
}

fn parsed<T: DeserializeOwned + Default>(what: &'static str, value: Option<JsValue>) -> Result<T, Failure> {
    let Some(value) = value.filter(|value| !value.is_undefined() && !value.is_null()) else {
        return Ok(T::default());
    };
    let text = JSON::stringify(&value).ok().and_then(|text| text.as_string()).unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| Failure::Argument { what, why: error.to_string() })
}

fn text<T: Serialize>(value: &T) -> Result<String, JsError> {
    Ok(serde_json::to_string(value)?)
}

fn object<T: Serialize>(value: &T) -> Result<JsValue, JsError> {
    let text = text(value)?;
    JSON::parse(&text).map_err(|_| JsError::new("the answer is no JSON; report this as a bug of signet"))
}
