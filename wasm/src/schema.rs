//! The JSON schema of everything that JavaScript is given, of which its types are made.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use signet_certs::report::{Documents, Verification};

use crate::asn1::Element;
use crate::desk::report::{Encounters, Received, View};
use crate::{DecodeOptions, VerifyOptions};

/// Every type by its name.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<Documents>();
    generator.subschema_for::<Verification>();
    generator.subschema_for::<DecodeOptions>();
    generator.subschema_for::<VerifyOptions>();
    generator.subschema_for::<Received>();
    generator.subschema_for::<View>();
    generator.subschema_for::<Encounters>();
    generator.subschema_for::<Element>();
    json!({ "$defs": generator.take_definitions(true) })
}
