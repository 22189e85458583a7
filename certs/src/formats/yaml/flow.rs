//! A look at a document's brackets before the parser sees them.
//!
//! The parser reads a whole document before its depth can be judged, and for each token it looks at
//! every bracket that is open: 100 kB of `[` keep it busy for half a minute.

/// Open brackets that nothing honest has. Well above the depth that is read, because text in a block
/// scalar may look like brackets that are never closed.
const MOST: usize = 1000;

/// Where more brackets are open than the parser should be given, in bytes.
///
/// Outside of brackets one counts only where a value may begin: those in the middle of a plain or
/// quoted text open nothing. Within brackets every one counts, as no plain text may hold them there.
/// Quotes and comments are not told apart, so a text made to deceive can hide its depth; where such
/// texts are to be feared, the number of brackets is limited before (`proxy.istio.io/config` is).
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut may_begin = true;
    // Within an anchor or a tag, after which a value may begin as before it.
    let mut property = false;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' if open > 0 || may_begin => {
                open += 1;
                if open > MOST {
                    return Some(offset);
                }
            }
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        let blank = matches!(byte, b' ' | b'\t');
        property = !blank && (property || may_begin && matches!(byte, b'&' | b'!'));
        may_begin = property || blank && may_begin || matches!(byte, b'\n' | b'\r' | b':' | b'-' | b'?');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::too_deep;

    #[test]
    fn brackets_that_are_never_closed_are_found_wherever_they_begin() {
        for text in [
            "[".repeat(2000),
            "a: ".to_owned() + &"{a: ".repeat(2000),
            "- &a ".to_owned() + &"[!b ".repeat(2000),
        ] {
            assert!(too_deep(&text).is_some());
        }
    }

    #[test]
    fn brackets_in_text_and_closed_ones_do_not_count() {
        let colours = "a: |\n".to_owned() + &"  printf '\\033[31mred'\n".repeat(2000);
        let lists = "- [a, {b: c}]\n".repeat(2000);
        for text in [colours, lists, "a: \"x[[[\"\n".repeat(2000)] {
            assert_eq!(too_deep(&text), None);
        }
    }
}
