//! Decimal numbers as Go's JSON writes them, without floating point, whose tables would be a twentieth of the
//! page's module.
//!
//! Up to 15 digits are themselves the shortest text of the number nearest to them, so that their form alone is
//! changed. What has more keeps them; whoever reads the JSON rounds them.

use std::fmt;

/// The least number that is too large for 64 bits: its point and its digits.
const TOO_LARGE: (i64, &str) = (309, "17976931348623158079");

/// A number that has a place among those of 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    is_negative: bool,
    /// Without zeros at either end, so that none are left of zero.
    digits: String,
    /// Where the point is: the value is 0.DIGITS times this power of ten.
    point: i64,
}

impl Decimal {
    /// Reads `1.5`, `.5`, `5.`, `+1e3` and the like. None of what is no number, or too large.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = all.trim_start_matches('0');
        let zeros = i64::try_from(all.len() - digits.len()).ok()?;
        let point = i64::try_from(whole.len()).ok()?.checked_sub(zeros)?.checked_add(exponent)?;
        let digits = digits.trim_end_matches('0');
        let is_too_large = !digits.is_empty() && (point, digits) >= TOO_LARGE;
        let is_negative = text.starts_with('-');
        (!is_too_large).then(|| Self { is_negative, digits: digits.to_owned(), point })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is_negative, digits, point } = self;
        if *is_negative {
            f.write_str("-")?;
        }
        if digits.is_empty() {
            return f.write_str("0");
        }
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
        let split = |at: i64| usize::try_from(at).ok().and_then(|at| digits.split_at_checked(at));
        match *point {
            -5..=0 => write!(f, "0.{}{digits}", zeros(-point)),
            1..=21 => match split(*point) {
                Some((whole, fraction)) if !fraction.is_empty() => write!(f, "{whole}.{fraction}"),
                Some(_) => f.write_str(digits),
                None => write!(f, "{digits}{}", zeros(point - i64::try_from(digits.len()).unwrap_or(*point))),
            },
            _ => match split(1) {
                Some((first, "")) => write!(f, "{first}e{}", point - 1),
                Some((first, rest)) => write!(f, "{first}.{rest}e{}", point - 1),
                None => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Decimal;

    fn written(text: &str) -> Option<String> {
        Decimal::parse(text).map(|decimal| decimal.to_string())
    }

    #[test]
    fn each_form_is_written_as_json_has_it() {
        for (text, expected) in [
            ("1.50", "1.5"),
            (".5", "0.5"),
            ("+.5", "0.5"),
            ("5.", "5"),
            ("007.5", "7.5"),
            ("-0.0", "-0"),
            ("1E+3", "1000"),
            ("123.456e1", "1234.56"),
            ("1e20", "100000000000000000000"),
            ("1e21", "1e21"),
            ("0.000001", "0.000001"),
            ("-0.00000012", "-1.2e-7"),
            ("1e-400", "1e-400"),
        ] {
            assert_eq!(written(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_64_bits_is_none() {
        for text in [
            "",
            "+",
            ".",
            "1.2.3",
            "e3",
            "1e",
            "1e+",
            "1-",
            "0x1p3",
            "inf",
            "1e309",
            "1.7976931348623159e308",
        ] {
            assert_eq!(written(text), None, "{text}");
        }
        assert_eq!(written("1.7976931348623157e308").as_deref(), Some("1.7976931348623157e308"));
        assert_eq!(written(&format!("1{}", "0".repeat(400))), None);
        assert_eq!(written("0e999").as_deref(), Some("0"));
    }

    proptest! {
        #[test]
        fn up_to_15_digits_are_what_floating_point_makes_of_them(text in r"[-+]?[0-9]{1,9}(\.[0-9]{0,6})?([eE][-+]?[0-9]{1,2})?") {
            let value: f64 = text.parse().expect("a number");
            let expected = match value.abs() {
                0.0 | 1e-6..1e21 => value.to_string(),
                _ => format!("{value:e}"),
            };
            prop_assert_eq!(written(&text), Some(expected));
        }
    }
}
