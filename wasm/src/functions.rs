//! `decode` and `verify`: bytes in, the documented JSON out, as the commands of these names answer.

use std::sync::Arc;

use serde::Deserialize;
use signet_certs::report::{Documents, Verification};
use signet_certs::{
    Certificate, Document, JudgeOptions, Limits, UnixTime, Usage, algorithms, read, reservations,
};

use crate::Failure;

/// How to decode.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DecodeOptions {
    /// The input's name, to stand in `source.file`.
    pub file: Option<String>,
    /// Answer with every certificate as PEM too.
    pub pem: bool,
}

/// How to verify.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VerifyOptions {
    /// What the leaf must be good for; `any` when absent.
    pub usage: Usage,
    /// The name that the leaf must carry: a DNS name, an IP address or a SPIFFE ID.
    pub name: Option<String>,
}

/// What is in `input`, judged at `now`: the answer of `signet decode -o json`.
pub fn decode(input: &[u8], now: UnixTime, options: &DecodeOptions) -> Result<Documents, Failure> {
    let what = options.file.as_deref().unwrap_or("the input");
    let mut documents = documents(what, input)?;
    for document in &mut documents {
        document.source.file.clone_from(&options.file);
    }
    let report = Documents::new(&documents, &JudgeOptions::at(now, algorithms::rustcrypto()));
    Ok(if options.pem { report.with_pem(&documents) } else { report })
}

/// Whether a path leads from the first certificate of `leaf` to one of `roots` at the time `at`: the
/// answer of `signet verify -o json`. What follows the leaf counts as intermediates too.
pub fn verify(
    leaf: &[u8],
    roots: &[u8],
    intermediates: Option<&[u8]>,
    at: UnixTime,
    options: &VerifyOptions,
) -> Result<Verification, Failure> {
    let anchors = certificates("the roots", roots)?;
    let chain = certificates("the leaf", leaf)?;
    let Some((leaf, served)) = chain.split_first() else {
        return Err(Failure::NoCertificate { what: "the leaf".to_owned() });
    };
    let mut others = served.to_vec();
    if let Some(intermediates) = intermediates {
        others.extend(certificates("the intermediates", intermediates)?);
    }
    let options = signet_certs::VerifyOptions {
        at,
        usage: options.usage,
        name: options.name.as_deref(),
        algorithms: algorithms::rustcrypto(),
    };
    let verified = signet_certs::verify(leaf, &others, &anchors, &options);
    let findings = verified.as_ref().map(|path| reservations(path, at)).unwrap_or_default();
    Ok(Verification::new(&verified, findings))
}

/// The documents of an input that is called `what`.
pub(crate) fn documents(what: &str, input: &[u8]) -> Result<Vec<Document>, Failure> {
    read(input, &Limits::default()).map_err(|error| Failure::Unread { what: what.to_owned(), error })
}

fn certificates(what: &str, input: &[u8]) -> Result<Vec<Arc<Certificate>>, Failure> {
    let documents = documents(what, input)?;
    let certificates: Vec<_> =
        documents.iter().flat_map(|document| document.certificates().cloned()).collect();
    if certificates.is_empty() {
        return Err(Failure::NoCertificate { what: what.to_owned() });
    }
    Ok(certificates)
}
