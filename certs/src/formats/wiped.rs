//! Buffers that may hold a private key, overwritten when they are dropped.
//!
//! Everything that is decoded from an input goes through here, whatever it turns out to be. What the
//! parsers of JSON and YAML copy for themselves on their way is out of reach.

use std::borrow::Cow;
use std::ops::Deref;

use base64::Engine;
use zeroize::{Zeroize, Zeroizing};

use super::pem::BASE64;

/// Bytes that are overwritten when they are dropped.
pub(super) type Wiped = Zeroizing<Vec<u8>>;

/// What base64 stands for, white space in it left out; nothing if it is none.
pub(super) fn base64(text: &[u8]) -> Option<Wiped> {
    if !text.iter().any(u8::is_ascii_whitespace) {
        return decode(text);
    }
    let mut digits = Wiped::default();
    extend(&mut digits, text.len(), text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()));
    decode(&digits)
}

fn decode(digits: &[u8]) -> Option<Wiped> {
    let mut bytes = Wiped::default();
    decode_into(digits, &mut bytes).then_some(bytes)
}

/// Decodes base64 without white space into `bytes`, whose old content goes. `false` if it is none.
pub(super) fn decode_into(digits: &[u8], bytes: &mut Wiped) -> bool {
    let most = base64::decoded_len_estimate(digits.len());
    bytes.clear();
    grow(bytes, most);
    bytes.resize(most, 0);
    let decoded = BASE64.decode_slice(digits, bytes).ok();
    bytes.truncate(decoded.unwrap_or_default());
    decoded.is_some()
}

/// Appends `more`, which has at most so many bytes.
pub(super) fn extend(bytes: &mut Wiped, at_most: usize, more: impl Iterator<Item = u8>) {
    grow(bytes, at_most);
    bytes.extend(more);
}

/// Makes room for so many bytes more. A vector that grows by itself would leave its old buffer behind
/// as it is.
pub(super) fn grow(bytes: &mut Wiped, more: usize) {
    let needed = bytes.len() + more;
    if needed > bytes.capacity() {
        let mut larger = Wiped::new(Vec::with_capacity(needed.max(bytes.len() + bytes.len() / 2)));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
}

/// A text: part of the input, or a copy, which is overwritten when it is dropped.
pub(super) struct Text<'t>(Cow<'t, str>);

impl<'t> From<Cow<'t, str>> for Text<'t> {
    fn from(text: Cow<'t, str>) -> Self {
        Self(text)
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Drop for Text<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(copy) = &mut self.0 {
            copy.zeroize();
        }
    }
}
