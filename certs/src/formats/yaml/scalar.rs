//! What a scalar stands for: YAML 1.1, as Go's reader has it (go.yaml.in/yaml/v2 `resolve`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::decimal::Decimal;

/// A scalar of JSON.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    /// As JSON writes it.
    Number(String),
    /// The text as it stands.
    Text,
    /// The text that base64 stands for.
    Binary(String),
}

/// What `text` stands for, or why it is nothing that JSON has. `tag` is the name of a tag of YAML's own.
pub(super) fn resolve(text: &str, is_plain: bool, tag: Option<&str>) -> Result<Scalar, String> {
    let natural = if is_plain || tag.is_some() { natural(text) } else { Natural::Text };
    let scalar = match (tag, natural) {
        (None | Some("null"), Natural::Null) => Scalar::Null,
        (None | Some("bool"), Natural::Bool(value)) => Scalar::Bool(value),
        (None | Some("int" | "float"), Natural::Integer(value)) => Scalar::Number(value),
        (None | Some("float"), Natural::Float(value)) => Scalar::Number(value.to_string()),
        (None | Some("float"), Natural::NotFinite) => {
            return Err(format!("`{text}` is no number that JSON has; put it in quotes"));
        }
        (Some("binary"), _) => {
            let bytes =
                STANDARD.decode(text).map_err(|error| format!("its !!binary is no base64: {error}"))?;
            Scalar::Binary(String::from_utf8_lossy(&bytes).into_owned())
        }
        (Some(tag @ ("null" | "bool" | "int" | "float")), _) => {
            return Err(format!("`{text}` is no !!{tag}"));
        }
        _ => Scalar::Text,
    };
    Ok(scalar)
}

/// What a scalar without quotes is.
enum Natural {
    Null,
    Bool(bool),
    /// As JSON writes it.
    Integer(String),
    Float(Decimal),
    /// An infinity, or not a number.
    NotFinite,
    Text,
}

fn natural(text: &str) -> Natural {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Natural::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Natural::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Natural::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf"
        | "-.Inf" | "-.INF" => return Natural::NotFinite,
        _ => {}
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return Natural::Text;
    }
    let digits = if text.starts_with('.') { text.to_owned() } else { text.replace('_', "") };
    if let Some(integer) = integer(&digits) {
        return Natural::Integer(integer);
    }
    Decimal::parse(&digits).map_or(Natural::Text, Natural::Float)
}

/// An integer of 64 bits, with or without a sign, in the bases that Go's `strconv.ParseInt` knows; written in base
/// ten.
fn integer(digits: &str) -> Option<String> {
    let is_negative = digits.starts_with('-');
    let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, digits.get(2..)?),
        Some("0o" | "0O") => (8, digits.get(2..)?),
        Some("0b" | "0B") => (2, digits.get(2..)?),
        Some(_) if digits.starts_with('0') => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match (is_negative, magnitude) {
        (false, _) | (true, 0) => Some(magnitude.to_string()),
        (true, _) => (magnitude <= i64::MIN.unsigned_abs()).then(|| format!("-{magnitude}")),
    }
}
