//! Text in a place of a given width: cut with an ellipsis, or wrapped.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A certificate may say anything, so characters that move the cursor or turn the direction of
/// writing are shown as a replacement character.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.contains(harmful) { Cow::Owned(text.replace(harmful, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// The text cut to `columns`, with an ellipsis where something is missing.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    let text = harmless(text);
    if text.width() <= columns {
        return text.into_owned();
    }
    let Some(room) = columns.checked_sub(1) else { return String::new() };
    let mut shown = prefix(&text, room).to_owned();
    shown.push('…');
    shown
}

/// The text cut to `columns` and filled with spaces up to them.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let mut shown = cut(text, columns);
    let missing = columns.saturating_sub(shown.width());
    shown.extend(std::iter::repeat_n(' ', missing));
    shown
}

/// The same, but what is missing is missing at its start: the end of an identity says whose it is.
pub(crate) fn pad_keeping_end(text: &str, columns: usize) -> String {
    let text = harmless(text);
    if text.width() <= columns || columns == 0 {
        return pad(&text, columns);
    }
    let mut kept = text.as_ref();
    while kept.width() >= columns {
        let mut characters = kept.chars();
        characters.next();
        kept = characters.as_str();
    }
    pad(&format!("…{kept}"), columns)
}

/// The text in lines of at most `columns`: broken between words, and within words that are longer
/// than a line. At least one line.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let word = harmless(word);
        let mut rest = word.as_ref();
        while !rest.is_empty() {
            let Some(line) = lines.last_mut() else { return lines };
            let used = line.width();
            let gap = usize::from(used > 0);
            if used + gap + rest.width() <= columns {
                line.extend(std::iter::repeat_n(' ', gap));
                line.push_str(rest);
                break;
            }
            if used > 0 {
                lines.push(String::new());
                continue;
            }
            // A character wider than the line still has to go somewhere.
            let head = match prefix(rest, columns) {
                "" => &rest[..rest.chars().next().map_or(0, char::len_utf8)],
                head => head,
            };
            line.push_str(head);
            rest = &rest[head.len()..];
            if !rest.is_empty() {
                lines.push(String::new());
            }
        }
    }
    lines
}

/// The longest beginning of `text` that fits into `columns`.
fn prefix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += character.width().unwrap_or(0);
        if used > columns {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{cut, harmless, pad, pad_keeping_end, width, wrap};

    #[test]
    fn cutting_keeps_to_the_columns_and_says_that_something_is_missing() {
        assert_eq!(cut("httpbin-7d9f8c", 8), "httpbin…");
        assert_eq!(cut("httpbin", 7), "httpbin");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(width(&cut("日本語", 5)), 5);
        assert_eq!(cut("a", 0), "");
        assert_eq!(pad("日", 3), "日 ");
        assert_eq!(pad_keeping_end("spiffe://td/ns/foo", 8), "…/ns/foo");
        assert_eq!(pad_keeping_end("日本", 3), "…本");
        assert_eq!(pad_keeping_end("a", 3), "a  ");
    }

    #[test]
    fn wrapping_breaks_between_words_and_within_those_that_are_too_long() {
        assert_eq!(wrap("restart the workload", 12), ["restart the", "workload"]);
        assert_eq!(wrap("a 0123456789 b", 4), ["a", "0123", "4567", "89 b"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("日本", 1), ["日", "本"]);
    }

    #[test]
    fn a_certificate_cannot_steer_the_terminal() {
        assert_eq!(harmless("CN=\u{1b}[2Jroot"), "CN=\u{fffd}[2Jroot");
        assert_eq!(cut("CN=\u{202e}toor", 20), "CN=\u{fffd}toor");
    }
}
