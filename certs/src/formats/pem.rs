//! PEM (RFC 7468), strict where it writes and forgiving where it reads.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem::Finder;

use super::wiped::{self, Wiped};

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

/// The bytes of every block of `text` with this label that can be decoded; what they are is not looked at.
pub fn blocks(text: &[u8], label: &str) -> Vec<Vec<u8>> {
    let mut blocks = Blocks::new(text);
    let mut all = Vec::new();
    while let Some(block) = blocks.advance() {
        if block.label == label {
            all.extend(block.der.ok().map(<[u8]>::to_vec));
        }
    }
    all
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
    /// The byte at which its BEGIN stands, from 0.
    pub(super) offset: usize,
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
    dashes: Finder<'static>,
    /// Everything before it has been read.
    position: usize,
    number: usize,
    /// Line breaks are counted up to here, which is in this line.
    counted: usize,
    line: usize,
    text: Wiped,
    der: Wiped,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            begins: Finder::new(BEGIN),
            dashes: Finder::new(DASHES),
            position: 0,
            number: 0,
            counted: 0,
            line: 1,
            text: Wiped::default(),
            der: Wiped::default(),
        }
    }

    /// The next block, in buffers that the one after it uses again.
    pub(super) fn advance(&mut self) -> Option<Block<'_>> {
        loop {
            let rest = self.input.get(self.position..)?;
            let begin = self.position + self.begins.find(rest)?;
            let after = begin + BEGIN.len();
            self.position = after;
            let Some((label, start)) = label_at(self.input, after) else { continue };
            self.number += 1;
            self.line += memchr::memchr_iter(b'\n', &self.input[self.counted..begin]).count();
            self.counted = begin;
            let der = match self.body(start) {
                Some((body, at_end)) if at_end == label => decode(body, &mut self.text, &mut self.der),
                Some(_) => Err(Broken::Label),
                None => Err(Broken::NoEnd),
            };
            let der = der.map(|()| self.der.as_slice());
            return Some(Block { label, number: self.number, line: self.line, offset: begin, der });
        }
    }

    /// The text from `start` up to the END line, and the label of that. `None` if the next block
    /// begins, or the input ends, before there is one.
    fn body(&mut self, start: usize) -> Option<(&'a [u8], &'a str)> {
        let mut at = start;
        loop {
            let Some(found) = self.dashes.find(self.input.get(at..)?) else {
                self.position = self.input.len();
                return None;
            };
            let here = at + found;
            let marker = self.input.get(here..)?;
            if marker.starts_with(BEGIN) {
                self.position = here;
                return None;
            }
            if marker.starts_with(END) {
                let (label, after) = label_at(self.input, here + END.len())?;
                self.position = after;
                return Some((self.input.get(start..here)?, label));
            }
            at = here + 1;
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

/// Decodes a body into `der`, by way of `text`, which is the body without what is around its lines.
fn decode(body: &[u8], text: &mut Wiped, der: &mut Wiped) -> Result<(), Broken> {
    text.clear();
    // All there is to come fits, so that nothing is moved on the way.
    wiped::grow(text, body.len());
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', body).chain([body.len()]) {
        text.extend_from_slice(body.get(start..end).unwrap_or_default().trim_ascii());
        start = end + 1;
    }
    if wiped::decode_into(text, der) {
        return Ok(());
    }
    if memchr::memchr(b':', text).is_some() {
        return Err(Broken::Encrypted);
    }
    text.retain(|byte| !byte.is_ascii_whitespace());
    if wiped::decode_into(text, der) { Ok(()) } else { Err(Broken::Base64) }
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
