//! Variables that do not arrive as they are written: Istio's template puts names and values into the
//! YAML of every proxy without escaping them (Istio `files/injection-template.yaml`).

use super::notice::Notice;
use crate::plan::Short;
use crate::resolve::first_lost_in_the_merge;

/// What is hazardous about one variable.
pub(super) fn of<'a>(key: &'a str, value: &'a str) -> impl Iterator<Item = Notice<'a>> {
    let named = Short(key);
    let lost =
        first_lost_in_the_merge(key, value).map(|character| Notice::LostInTheMerge { key: named, character });
    let of_key = match key {
        "<<" => Some(Notice::MergeKey),
        key if is_plain(key) => None,
        _ => Some(Notice::KeyUnescaped { key: named }),
    };
    let unescaped = value.chars().find(|&character| breaks_quotes(character));
    let of_value = unescaped.map(|character| Notice::ValueUnescaped { key: named, character });
    [lost, of_key, of_value].into_iter().flatten()
}

/// Whether a name is the same text in YAML without quotes.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Whether a character between double quotes is not itself in YAML, or is none of YAML's at all. The
/// characters from DEL on are those of [`first_lost_in_the_merge`].
fn breaks_quotes(character: char) -> bool {
    matches!(character, '"' | '\\' | '\0'..='\u{8}' | '\n'..='\u{1f}')
}
