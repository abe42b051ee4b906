//! Makes `:authority` acceptable where gRPC's C core (Python, C++, Ruby, PHP) talks to a unix socket.
//!
//! It sends the path of the socket, percent-encoded: `tmp%2Fplugin-1%2Fsocket`. h2 takes that for a malformed request and
//! resets the stream. Nobody here reads the authority, so each `%` in it is replaced by `.` before h2 sees it.
//! The replacement changes one byte, or one bit where the value is in Huffman code (`%` is 010101, `.` is 010111), and so
//! no length: neither that of the frame nor that of an entry in the peer's table of headers.

use super::huffman::Walker;

/// Bytes of the text with which a client opens HTTP/2.
const PREFACE_BYTES: u64 = 24;
const FRAME_HEADER_BYTES: usize = 9;
const FRAME_HEADERS: u8 = 1;
const FLAG_PADDED: u8 = 0x08;
const FLAG_PRIORITY: u8 = 0x20;
const PRIORITY_BYTES: u64 = 5;
/// The position of `:authority` in HPACK's table. The C core does not use it: it spells the name.
const AUTHORITY_INDEX: u64 = 1;
const AUTHORITY_NAME: &[u8] = b":authority";
/// A number in HPACK that needs more bytes than this is larger than any frame.
const INTEGER_SHIFT_MAX: u32 = 28;

/// Follows the frames of a connection and changes the one thing that must be changed. Holds no bytes back.
#[derive(Debug)]
pub(super) struct Mender {
    place: Place,
}

impl Default for Mender {
    fn default() -> Self {
        Self { place: Place::Skip { left: PREFACE_BYTES } }
    }
}

/// Where in the stream of frames the next byte stands.
#[derive(Debug)]
enum Place {
    /// Bytes that need no look; a frame header follows.
    Skip {
        left: u64,
    },
    FrameHeader {
        seen: [u8; FRAME_HEADER_BYTES],
        count: usize,
    },
    /// The one byte that says how much padding ends the frame.
    PadLength {
        left: u64,
        skip: u64,
    },
    /// Bytes of a HEADERS frame before its header block.
    BeforeBlock {
        skip: u64,
        left: u64,
        padding: u64,
    },
    Block {
        block: Block,
        left: u64,
        padding: u64,
    },
    /// The authority is in order, or the bytes are not what they should be. h2 judges them.
    Done,
}

impl Mender {
    /// Takes the next bytes of the connection and mends them where they are.
    pub(super) fn mend(&mut self, bytes: &mut [u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            match &mut self.place {
                Place::Done => return,
                Place::Skip { left } => {
                    // The bulk of the data goes by here, without a look at each byte.
                    let now = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    *left -= u64::try_from(now).unwrap_or(*left);
                    if *left == 0 {
                        self.place = Place::frame_header();
                    }
                    rest = rest.get_mut(now..).unwrap_or_default();
                }
                _ => {
                    let Some((byte, after)) = rest.split_first_mut() else {
                        return;
                    };
                    self.step(byte);
                    rest = after;
                }
            }
        }
    }

    fn step(&mut self, byte: &mut u8) {
        match &mut self.place {
            Place::FrameHeader { seen, count } => {
                if let Some(slot) = seen.get_mut(*count) {
                    *slot = *byte;
                }
                *count += 1;
                if *count == FRAME_HEADER_BYTES {
                    self.place = Place::after_header(*seen);
                }
            }
            Place::PadLength { left, skip } => {
                let padding = u64::from(*byte);
                self.place = Place::before_block(*skip, left.saturating_sub(1), padding);
            }
            Place::BeforeBlock { skip, left, padding } => {
                self.place = Place::before_block(*skip - 1, left.saturating_sub(1), *padding);
            }
            Place::Block { block, left, padding } => {
                *left -= 1;
                let (left, padding) = (*left, *padding);
                match block.step(byte) {
                    Verdict::Going if left == padding => self.place = Place::skip(padding),
                    Verdict::Going => {}
                    Verdict::Finished => self.place = Place::Done,
                }
            }
            Place::Skip { .. } | Place::Done => {}
        }
    }
}

impl Place {
    const fn frame_header() -> Self {
        Self::FrameHeader { seen: [0; FRAME_HEADER_BYTES], count: 0 }
    }

    const fn skip(left: u64) -> Self {
        if left == 0 { Self::frame_header() } else { Self::Skip { left } }
    }

    fn after_header(header: [u8; FRAME_HEADER_BYTES]) -> Self {
        let [high, middle, low, kind, flags, ..] = header;
        let length = u64::from(u32::from_be_bytes([0, high, middle, low]));
        if kind != FRAME_HEADERS {
            return Self::skip(length);
        }
        let skip = if flags & FLAG_PRIORITY == 0 { 0 } else { PRIORITY_BYTES };
        if flags & FLAG_PADDED == 0 {
            Self::before_block(skip, length, 0)
        } else {
            Self::PadLength { left: length, skip }
        }
    }

    fn before_block(skip: u64, left: u64, padding: u64) -> Self {
        if left <= skip + padding {
            // No block here, or a frame that contradicts itself.
            Self::skip(left)
        } else if skip > 0 {
            Self::BeforeBlock { skip, left, padding }
        } else {
            Self::Block { block: Block::Field, left, padding }
        }
    }
}

/// Whether to go on looking.
enum Verdict {
    Going,
    /// The peer's authority needs no mending, or its bytes make no sense.
    Finished,
}

/// Where in a header block the next byte stands.
#[derive(Debug)]
enum Block {
    /// At the beginning of a field.
    Field,
    Number {
        value: u64,
        shift: u32,
        then: Then,
    },
    /// Before the length of a text.
    TextStart {
        text: Text,
    },
    /// In a name, `count` is how many of its bytes are those of `:authority`, while all of them are.
    InText {
        text: Text,
        left: u64,
        huffman: Option<Walker>,
        mended: bool,
        count: Option<usize>,
    },
}

/// What a number in a header block is.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// A whole field, or the size of a table: nothing belongs to it.
    NextField,
    /// The position of a field's name; its value follows.
    NameIndex,
    Length {
        text: Text,
        huffman: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Name,
    Value,
    Authority,
}

impl Block {
    fn step(&mut self, byte: &mut u8) -> Verdict {
        match self {
            Self::Field => {
                let (bits, then) = match *byte {
                    0x80.. => (7, Then::NextField),
                    0x40..=0x7f => (6, Then::NameIndex),
                    0x20..=0x3f => (5, Then::NextField),
                    0x00..=0x1f => (4, Then::NameIndex),
                };
                *self = Self::number(*byte, bits, then);
                Verdict::Going
            }
            Self::TextStart { text } => {
                let then = Then::Length { text: *text, huffman: *byte & 0x80 != 0 };
                *self = Self::number(*byte, 7, then);
                Verdict::Going
            }
            Self::Number { value, shift, then } => {
                *value += u64::from(*byte & 0x7f) << *shift;
                *shift += 7;
                if *byte & 0x80 == 0 {
                    *self = Self::after_number(*value, *then);
                } else if *shift > INTEGER_SHIFT_MAX {
                    return Verdict::Finished;
                }
                Verdict::Going
            }
            Self::InText { text, left, huffman, mended, count } => {
                match text {
                    Text::Authority => *mended |= mend_byte(byte, huffman.as_mut()),
                    Text::Name => {
                        *count = count.filter(|at| AUTHORITY_NAME.get(*at) == Some(byte)).map(|at| at + 1);
                    }
                    Text::Value => {}
                }
                *left -= 1;
                if *left > 0 {
                    return Verdict::Going;
                }
                let (text, mended, count) = (*text, *mended, *count);
                *self = match text {
                    Text::Name if count == Some(AUTHORITY_NAME.len()) => {
                        Self::TextStart { text: Text::Authority }
                    }
                    Text::Name => Self::TextStart { text: Text::Value },
                    Text::Value | Text::Authority => Self::Field,
                };
                if text == Text::Authority && !mended { Verdict::Finished } else { Verdict::Going }
            }
        }
    }

    /// A number begins in the last `bits` bits of a byte and goes on only if they are all set.
    fn number(byte: u8, bits: u32, then: Then) -> Self {
        let mask = u8::MAX >> (8 - bits);
        match byte & mask {
            value if value == mask => Self::Number { value: u64::from(mask), shift: 0, then },
            value => Self::after_number(u64::from(value), then),
        }
    }

    fn after_number(value: u64, then: Then) -> Self {
        match then {
            Then::NextField => Self::Field,
            Then::NameIndex => Self::TextStart {
                text: match value {
                    0 => Text::Name,
                    AUTHORITY_INDEX => Text::Authority,
                    _ => Text::Value,
                },
            },
            Then::Length { text: Text::Name, .. } if value == 0 => Self::TextStart { text: Text::Value },
            Then::Length { .. } if value == 0 => Self::Field,
            Then::Length { text, huffman } => {
                // A name in Huffman code is not read: no client is known that spells this one so.
                let count = (text == Text::Name && !huffman).then_some(0);
                let huffman = huffman.then(Walker::default);
                Self::InText { text, left: value, huffman, mended: false, count }
            }
        }
    }
}

/// Replaces `%` in a byte of the authority, and says whether there was one.
fn mend_byte(byte: &mut u8, huffman: Option<&mut Walker>) -> bool {
    match huffman {
        Some(walker) => walker.replace_percent(byte),
        None if *byte == b'%' => {
            *byte = b'.';
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests;
