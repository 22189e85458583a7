//! Copying through the terminal itself (OSC 52), which also works over SSH.

use std::io::{self, Write};

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

/// Asks the terminal behind `out` to put `text` on the clipboard. Terminals that do not know how
/// ignore it, and none says whether it did.
pub(crate) fn copy(out: &mut impl Write, text: &str) -> io::Result<()> {
    execute!(out, CopyToClipboard::to_clipboard_from(text))
}

#[cfg(test)]
mod tests {
    use super::copy;

    #[test]
    fn the_text_travels_as_base64_in_osc_52() {
        let mut out = Vec::new();
        copy(&mut out, "signet").expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), "\u{1b}]52;c;c2lnbmV0\u{1b}\\");
    }
}
