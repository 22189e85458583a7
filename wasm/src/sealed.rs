//! Whether an input may hold a private key, also where it could not be read.

use memchr::memmem;

/// `PRIVATE KEY` in each of the three ways in which it can stand in base64, without the characters
/// that its neighbours decide too.
const IN_BASE64: [&[u8]; 3] = [b"UFJJVkFURSBLRV", b"BSSVZBVEUgS0VZ", b"QUklWQVRFIEtFW"];

/// Whether `input` says of itself that it holds a private key. The reader recognises keys by what
/// they are; this is for what it could not read: a torn block, an unknown kind, a broken object.
pub fn may_hold_key(input: &[u8]) -> bool {
    let mut words = IN_BASE64.iter().copied().chain([&b"PRIVATE KEY"[..], b"PuTTY-User-Key-File"]);
    words.any(|word| memmem::find(input, word).is_some()) || is_private_jwk(input)
}

/// A JWK of a private key has the member `d` (RFC 7518 sections 6.2.2 and 6.3.2).
fn is_private_jwk(input: &[u8]) -> bool {
    memmem::find(input, b"\"kty\"").is_some() && memmem::find(input, b"\"d\"").is_some()
}

#[cfg(test)]
mod tests {
    use super::may_hold_key;

    #[test]
    fn knows_keys_that_cannot_be_read() {
        assert!(may_hold_key(b"-----BEGIN PRIVATE KEY-----\ntorn"));
        assert!(may_hold_key(br#"{"kty": "EC", "d": "x"}"#));
        for pad in ["", "x", "xx"] {
            let encoded = base64(format!("{pad}-----BEGIN EC PRIVATE KEY-----").as_bytes());
            assert!(may_hold_key(encoded.as_bytes()), "{encoded}");
        }
        assert!(!may_hold_key(b"-----BEGIN PUBLIC KEY-----"));
    }

    fn base64(bytes: &[u8]) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for index in 0..=chunk.len() {
                text.push(char::from(ALPHABET[(word >> (18 - 6 * index) & 63) as usize]));
            }
        }
        text
    }
}
