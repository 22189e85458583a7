//! Certificates in any text of an object whose kind is not known: `caBundle`, `trustBundle`, …

use super::json::Json;
use super::{ReadError, pem, reading::Reading, wiped, yaml};
use crate::Entry;

/// `-----BEGIN ` in base64, by how many bytes of text stand before it: a multiple of three, one more,
/// two more.
const BEGIN_IN_BASE64: [&[u8]; 3] = [b"LS0tLS1CRUdJTi", b"0tLS0tQkVHSU4g", b"tLS0tLUJFR0lOI"];

/// Reads every text that is PEM, or base64 of PEM, with the path that leads to it.
pub(super) fn read(value: Json<'_>, reading: &mut Reading<'_>) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    let whole = value.texts("", &mut |path, text| {
        entries.extend(string(path, text, reading)?);
        Ok::<_, ReadError>(())
    })?;
    if whole { Ok(entries) } else { Err(ReadError::TooDeep { limit: yaml::DEPTH }) }
}

/// Reads a text that may be PEM or base64 of PEM; nothing if it is neither, or holds nothing.
pub(super) fn string(path: &str, text: &str, reading: &mut Reading<'_>) -> Result<Option<Entry>, ReadError> {
    let before = reading.unread();
    let mut entry = Entry::at(path);
    string_into(&mut entry, None, text, reading)?;
    Ok((!entry.is_empty() || reading.unread() > before).then_some(entry))
}

/// Reads a text that is an item of the list at the entry's path. `false` if it is no PEM in either
/// form.
pub(super) fn string_into(
    entry: &mut Entry,
    item: Option<usize>,
    text: &str,
    reading: &mut Reading<'_>,
) -> Result<bool, ReadError> {
    let text = text.as_bytes();
    let may_be_base64 = BEGIN_IN_BASE64.iter().any(|begin| memchr::memmem::find(text, begin).is_some());
    let decoded = may_be_base64.then(|| wiped::base64(text)).flatten();
    let pem = decoded.as_ref().map_or(text, |decoded| decoded.as_slice());
    let is_pem = memchr::memmem::find(pem, pem::BEGIN).is_some();
    if is_pem {
        reading.pem_into(entry, item, pem)?;
    }
    Ok(is_pem)
}
