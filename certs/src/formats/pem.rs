//! PEM (RFC 7468), strict where it writes and forgiving where it reads.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem::Finder;

/// Encodes DER as one PEM block: lines of 64 columns, as RFC 7468 section 2 says.
pub fn encode(label: &str, der: &[u8]) -> String {
    let body = BASE64.encode(der);
    let mut text = String::with_capacity(body.len() * 65 / 64 + 2 * label.len() + 40);
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    let mut rest = body.as_str();
    while let Some((line, after)) = rest.split_at_checked(64) {
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    if !rest.is_empty() {
        text.push_str(rest);
        text.push('\n');
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// Base64 with or without its padding.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// One block as it stands in the input.
pub(super) struct Block<'a> {
    /// What stands between the dashes.
    pub(super) label: &'a str,
    /// Counted from 1, broken ones included.
    pub(super) number: usize,
    /// The line of its BEGIN, counted from 1.
    pub(super) line: usize,
    /// Its DER, or why there is none.
    pub(super) der: Result<&'a [u8], Broken>,
}

/// Why a block cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    #[error("its text is not base64")]
    Base64,
    #[error("it is encrypted (RFC 1421 headers)")]
    Encrypted,
    #[error("its END line names another label")]
    Label,
    #[error("it has no END line")]
    NoEnd,
}

/// The blocks of a text, in one pass over it whatever is in it.
pub(super) struct Blocks<'a> {
    input: &'a [u8],
    begins: Finder<'static>,
    /// Everything before it has been read.
    position: usize,
    number: usize,
    /// Line breaks are counted up to here, which is in this line.
    counted: usize,
    line: usize,
    text: Vec<u8>,
    der: Vec<u8>,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            begins: Finder::new(BEGIN),
            position: 0,
            number: 0,
            counted: 0,
            line: 1,
            text: Vec::new(),
            der: Vec::new(),
        }
    }

    /// The next block, in buffers that the one after it uses again.
    pub(super) fn advance(&mut self) -> Option<Block<'_>> {
        loop {
            let rest = self.input.get(self.position..)?;
            let begin = self.position + self.begins.find(rest)?;
            let after = begin + BEGIN.len();
            self.position = after;
            let Some((label, body)) = label_at(self.input, after) else { continue };
            self.number += 1;
            self.line += memchr::memchr_iter(b'\n', &self.input[self.counted..begin]).count();
            self.counted = begin;
            let der = match self.body(body) {
                Some(at_end) if at_end == label => decode(&mut self.text, &mut self.der),
                Some(_) => Err(Broken::Label),
                None => Err(Broken::NoEnd),
            };
            return Some(Block {
                label,
                number: self.number,
                line: self.line,
                der: der.map(|()| self.der.as_slice()),
            });
        }
    }

    /// Gathers the text from `start` up to the END line, whose label it returns. `None` if the next
    /// block begins, or the input ends, before there is one.
    fn body(&mut self, start: usize) -> Option<&'a str> {
        self.text.clear();
        let (mut from, mut at) = (start, start);
        loop {
            let Some(found) = memchr::memchr2(b'\n', b'-', self.input.get(at..)?) else {
                self.position = self.input.len();
                return None;
            };
            let here = at + found;
            at = here + 1;
            let marker = &self.input[here..];
            let is_marker =
                marker.starts_with(DASHES) && (marker.starts_with(END) || marker.starts_with(BEGIN));
            if !is_marker && marker.first() == Some(&b'-') {
                continue;
            }
            self.text.extend_from_slice(self.input[from..here].trim_ascii());
            from = at;
            if is_marker {
                self.position = here;
                return marker
                    .starts_with(END)
                    .then(|| label_at(self.input, here + END.len()))
                    .flatten()
                    .map(|(label, after)| {
                        self.position = after;
                        label
                    });
            }
        }
    }
}

/// The label that starts at `start`, and where the line after it begins.
fn label_at(input: &[u8], start: usize) -> Option<(&str, usize)> {
    // RFC 7468 knows no label of more than 21 characters; a line without dashes is no block.
    let window = input.get(start..)?;
    let window = window.get(..80).unwrap_or(window);
    let length = window.windows(DASHES.len()).position(|dashes| dashes == DASHES)?;
    let label = std::str::from_utf8(window.get(..length)?).ok()?;
    (!label.contains('\n')).then_some((label, start + length + DASHES.len()))
}

/// Decodes the gathered `text` into `der`.
fn decode(text: &mut Vec<u8>, der: &mut Vec<u8>) -> Result<(), Broken> {
    der.clear();
    if BASE64.decode_vec(&*text, der).is_ok() {
        return Ok(());
    }
    if memchr::memchr(b':', text).is_some() {
        return Err(Broken::Encrypted);
    }
    text.retain(|byte| !byte.is_ascii_whitespace());
    der.clear();
    BASE64.decode_vec(&*text, der).map_err(|_| Broken::Base64)
}

#[cfg(test)]
mod tests {
    use super::{Blocks, Broken, encode};

    fn read(text: &str) -> Vec<(String, usize, Result<Vec<u8>, Broken>)> {
        let mut blocks = Blocks::new(text.as_bytes());
        let mut all = Vec::new();
        while let Some(block) = blocks.advance() {
            all.push((block.label.to_owned(), block.line, block.der.map(<[u8]>::to_vec)));
        }
        all
    }

    #[test]
    fn writes_lines_of_64_columns() {
        let text = encode("CERTIFICATE", &[7; 96]);
        let lines: Vec<usize> = text.lines().map(str::len).collect();
        assert_eq!(lines, [27, 64, 64, 25]);
        assert_eq!(read(&text), [("CERTIFICATE".to_owned(), 1, Ok(vec![7; 96]))]);
    }

    #[test]
    fn reads_through_text_around_blocks_and_every_line_ending() {
        let text = format!(
            "subject=CN = a\r\n{}\r\nbetween -----BEGIN nothing\n{}",
            encode("A", b"one").replace('\n', "\r\n"),
            encode("B", b"two").replace("dHdv", " d H\tdv ")
        );
        assert_eq!(
            read(&text),
            [("A".to_owned(), 2, Ok(b"one".to_vec())), ("B".to_owned(), 7, Ok(b"two".to_vec()))]
        );
    }

    #[test]
    fn reads_a_block_on_a_single_line() {
        let text = encode("A", b"one").replace('\n', " ");
        assert_eq!(read(&text), [("A".to_owned(), 1, Ok(b"one".to_vec()))]);
    }

    #[test]
    fn a_broken_block_hides_no_other() {
        let good = encode("A", b"one");
        let cut = &good[..good.len() - 12];
        let other = good.replace("END A", "END B");
        let rubbish = good.replace("b25l", "b2%l");
        let text = format!("{good}{cut}\n{good}{other}{rubbish}{cut}");
        let kinds: Vec<_> = read(&text).into_iter().map(|(_, _, der)| der.map(|_| ())).collect();
        assert_eq!(
            kinds,
            [Ok(()), Err(Broken::NoEnd), Ok(()), Err(Broken::Label), Err(Broken::Base64), Err(Broken::NoEnd)]
        );
    }
}
