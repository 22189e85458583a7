//! Text for people, line by line.

use std::fmt::{Display, Write};

use unicode_width::UnicodeWidthChar;

/// Lines that grow; each is indented by so many blanks.
#[derive(Debug, Default)]
pub struct Lines {
    text: String,
    /// Columns of the terminal that they are for; without one nothing is broken.
    width: Option<usize>,
}

impl Lines {
    /// Lines for a terminal of so many columns.
    pub fn of_width(width: Option<usize>) -> Self {
        Self { text: String::new(), width }
    }

    /// Columns of the terminal that they are for, if it is one.
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// Adds a value with what it is, in so many columns. A value that is too long for the terminal goes on
    /// below its beginning.
    pub fn fact(&mut self, indent: usize, label: &dyn Display, columns: usize, value: &str) {
        self.broken(indent, label, columns, value, str::to_owned);
    }

    /// Adds a sentence, painted, on as many lines as the terminal needs.
    pub fn sentence(&mut self, indent: usize, text: &str, paint: impl Fn(&str) -> String) {
        self.broken(indent, &"", 0, text, paint);
    }

    fn broken(
        &mut self,
        indent: usize,
        label: &dyn Display,
        columns: usize,
        value: &str,
        paint: impl Fn(&str) -> String,
    ) {
        let room = self.width.map_or(usize::MAX, |width| width.saturating_sub(indent + columns).max(20));
        let mut rest = value;
        let mut first = true;
        while first || !rest.is_empty() {
            let (line, after) = break_at(rest, room);
            if first {
                self.push(indent, format_args!("{label}{}", paint(line)));
            } else {
                self.push(indent + columns, paint(line));
            }
            (rest, first) = (after, false);
        }
    }

    /// Adds a line.
    pub fn push(&mut self, indent: usize, line: impl Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{:indent$}{line}", "");
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Adds text that has its own line breaks.
    pub fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// All of them.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// What of `text` fits into so many columns, up to a blank if there is one, and the rest.
fn break_at(text: &str, room: usize) -> (&str, &str) {
    let mut columns = 0;
    let mut blank = None;
    for (offset, character) in text.char_indices() {
        columns += character.width().unwrap_or_default();
        if columns > room {
            let end = blank.unwrap_or(offset);
            let (line, rest) = text.split_at(end);
            return (line, rest.trim_start());
        }
        if character == ' ' {
            blank = Some(offset);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::Lines;

    fn shown(width: Option<usize>, value: &str) -> String {
        let mut lines = Lines::of_width(width);
        lines.fact(2, &"names   ", 8, value);
        lines.into_text()
    }

    #[test]
    fn a_value_goes_on_below_itself_on_a_terminal_and_nowhere_else() {
        let names = "DNS:one.example.com, DNS:two.example.com";
        assert_eq!(shown(Some(32), names), "  names   DNS:one.example.com,\n          DNS:two.example.com\n");
        assert_eq!(shown(None, names), format!("  names   {names}\n"));
        let hex = "0123456789abcdef".repeat(2);
        assert_eq!(shown(Some(34), &hex), format!("  names   {}\n          {}\n", &hex[..24], &hex[24..]));
        assert_eq!(shown(Some(4), ""), "  names   \n");
    }
}
