//! How much memory a document may cost, against the size of its text.
//!
//! A value of two bytes (`1,`) becomes one of a hundred, a map of one entry takes six hundred: 64 MiB of
//! them would fill a machine. What Envoy and kubectl write costs five to ten times its text.

/// What the values of a document may cost whatever its size.
const ALLOWANCE: usize = 24 << 20;

/// What the parser's events may cost whatever the size: any object that a cluster stores has fewer.
const EVENTS_ALLOWANCE: usize = 32 << 20;

/// What a value costs in a list: itself, in a vector that doubles when it is full.
pub(super) const IN_LIST: usize = 96;

/// What a document costs, or the reason why there is none.
pub(super) const DOCUMENT: usize = 240;

/// Entries that a node of a map holds at the least, once it is not the only one.
pub(super) const IN_NODE: usize = 6;

/// What a node of a map costs, however few entries it holds.
pub(super) const NODE: usize = 640;

/// What the YAML parser keeps of each value until the document is read.
const EVENT: usize = 256;

/// Bytes that the values of a text of so many bytes may cost.
pub(super) fn budget(bytes: usize) -> usize {
    bytes.saturating_mul(12).saturating_add(ALLOWANCE)
}

/// Whether the YAML parser may be given this text: it keeps every value of a document at once, before any
/// of them can be looked at.
pub(super) fn are_few(text: &str) -> bool {
    at_most(text) <= text.len().saturating_add(EVENTS_ALLOWANCE) / EVENT
}

/// How many values the text may hold, by the marks between them. Text in a block scalar may look like
/// marks, so this is no count.
fn at_most(text: &str) -> usize {
    let mut values = 0_usize;
    let mut open = 0_usize;
    let mut may_begin = true;
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let blank_after = || bytes.get(index + 1).is_none_or(u8::is_ascii_whitespace);
        match byte {
            b'[' | b'{' if open > 0 || may_begin => {
                open += 1;
                values += 2;
            }
            b']' | b'}' => open = open.saturating_sub(1),
            b',' if open > 0 => values += 1,
            b'\n' => values += 1,
            b':' if blank_after() => values += 1,
            b'-' | b'?' if may_begin && blank_after() => values += 2,
            _ => {}
        }
        may_begin =
            matches!(byte, b'\n' | b'\r' | b':' | b'-' | b'?') || may_begin && matches!(byte, b' ' | b'\t');
    }
    values
}

/// A list as kubectl prints it, without its items; and each item with the line, from 0, where it begins.
///
/// Its items begin with a dash in the first column, where nothing else of a mapping can: the text of a
/// block scalar is indented.
pub(super) fn split_list(text: &str) -> Option<(String, Vec<(usize, &str)>)> {
    let mut frame = String::new();
    let mut items: Vec<(usize, &str)> = Vec::new();
    let mut within = false;
    let (mut start, mut begins, mut offset) = (0, None, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let first = line.as_bytes().first().copied();
        let is_dash = line.starts_with("- ");
        if within && (is_dash || matches!(first, Some(byte) if !byte.is_ascii_whitespace() && byte != b'#')) {
            if let Some(begin) = begins.take() {
                items.push((begin, text.get(start..offset)?));
            }
            within = is_dash;
            if is_dash {
                (start, begins) = (offset, Some(index));
            }
        }
        if !within {
            frame.push_str(line);
            within = items.is_empty() && line.trim_end() == "items:";
        }
        offset += line.len();
    }
    if let Some(begin) = begins {
        items.push((begin, text.get(start..)?));
    }
    (!items.is_empty()).then_some((frame, items))
}

#[cfg(test)]
mod tests {
    use super::{are_few, split_list};

    #[test]
    fn honest_objects_have_few_values_and_floods_have_not() {
        let pod = "  metadata:\n    name: a-pod-of-some-length\n    labels:\n      app: httpbin\n";
        assert!(are_few(&pod.repeat(10_000)));
        for flood in ["- a\n", "a: [1,1,1,1,1]\n", "- - - -\n", "? a\n"] {
            assert!(!are_few(&flood.repeat(400_000)), "{flood}");
        }
    }

    #[test]
    fn a_list_is_cut_where_its_items_begin() {
        let text = "apiVersion: v1\nitems:\n- a: |\n    - b\n  c: 1\n# note\n- d: 2\nkind: List\n";
        let (frame, items) = split_list(text).expect("a list");
        assert_eq!(frame, "apiVersion: v1\nitems:\nkind: List\n");
        assert_eq!(items, [(2, "- a: |\n    - b\n  c: 1\n# note\n"), (6, "- d: 2\n")]);
        assert_eq!(split_list("a: 1\nb:\n- c\n"), None);
    }
}
