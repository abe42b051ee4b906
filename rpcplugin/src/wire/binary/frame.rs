//! A frame: ten bytes that say what it is, and its payload.

use bytes::{Buf, Bytes, BytesMut};

use super::Violation;

/// What stands before every payload, in bytes.
pub(super) const HEADER_BYTES: usize = 10;

/// What a frame with a part of a message costs beside the part, in bytes: an empty message costs something too.
pub(super) const PART_COST: u32 = 16;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Hello,
    Methods,
    Call,
    Message,
    Headers,
    Status,
    Cancel,
    Window,
    Ping,
    Goodbye,
    /// Of a newer version, and not needed to understand the rest.
    Extension,
}

/// From this number on a kind that is not known may be skipped.
const FIRST_EXTENSION: u8 = 0x80;

impl Kind {
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Hello => 0x01,
            Self::Methods => 0x02,
            Self::Call => 0x10,
            Self::Message => 0x11,
            Self::Headers => 0x12,
            Self::Status => 0x13,
            Self::Cancel => 0x14,
            Self::Window => 0x15,
            Self::Ping => 0x16,
            Self::Goodbye => 0x17,
            Self::Extension => FIRST_EXTENSION,
        }
    }

    const fn from_number(number: u8) -> Result<Self, Violation> {
        Ok(match number {
            0x01 => Self::Hello,
            0x02 => Self::Methods,
            0x10 => Self::Call,
            0x11 => Self::Message,
            0x12 => Self::Headers,
            0x13 => Self::Status,
            0x14 => Self::Cancel,
            0x15 => Self::Window,
            0x16 => Self::Ping,
            0x17 => Self::Goodbye,
            FIRST_EXTENSION.. => Self::Extension,
            kind => return Err(Violation::UnknownKind { kind }),
        })
    }

    /// The flags that the kind may have, all together.
    const fn flags(self) -> u8 {
        match self {
            Self::Methods => Flags::MORE,
            Self::Call => {
                Flags::PART | Flags::MORE | Flags::END | Flags::TIMEOUT | Flags::METADATA | Flags::COMPRESSED
            }
            Self::Message => Flags::PART | Flags::MORE | Flags::END | Flags::SEVERAL | Flags::COMPRESSED,
            Self::Ping => Flags::ANSWER,
            Self::Extension => u8::MAX,
            _ => 0,
        }
    }
}

/// What a frame says besides its kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(pub(super) u8);

impl Flags {
    /// A PING that was asked for.
    pub(super) const ANSWER: u8 = 0x01;
    /// The payload ends with a part of a message.
    pub(super) const PART: u8 = 0x01;
    /// Something goes on in the next frame: a message, the table.
    pub(super) const MORE: u8 = 0x02;
    /// The direction is over with this frame.
    pub(super) const END: u8 = 0x04;
    /// Of a MESSAGE: the payload is whole messages, each with its length before it.
    pub(super) const SEVERAL: u8 = 0x08;
    /// Of a CALL: there is a timeout.
    pub(super) const TIMEOUT: u8 = 0x08;
    /// Of a CALL: there is metadata.
    pub(super) const METADATA: u8 = 0x10;
    /// The message that is complete with this part is compressed.
    pub(super) const COMPRESSED: u8 = 0x20;

    pub(super) const fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    /// Those of a part of a message. `is_last` of the message, `ends` the direction.
    pub(super) const fn of_part(is_last: bool, ends: bool) -> Self {
        Self(match (is_last, ends) {
            (false, _) => Self::PART | Self::MORE,
            (true, false) => Self::PART,
            (true, true) => Self::PART | Self::END,
        })
    }

    /// These of the last part of a message that is compressed.
    pub(super) const fn compressed(self) -> Self {
        Self(self.0 | Self::COMPRESSED)
    }
}

/// The ten bytes before a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) length: u32,
    pub(super) kind: Kind,
    pub(super) flags: Flags,
    pub(super) call: u32,
}

impl Header {
    pub(super) fn bytes(self) -> [u8; HEADER_BYTES] {
        let [a, b, c, d] = self.length.to_le_bytes();
        let [e, f, g, h] = self.call.to_le_bytes();
        [a, b, c, d, self.kind.number(), self.flags.0, e, f, g, h]
    }

    fn read(bytes: [u8; HEADER_BYTES]) -> Result<Self, Violation> {
        let [a, b, c, d, number, flags, e, f, g, h] = bytes;
        let kind = Kind::from_number(number)?;
        let header = Self {
            length: u32::from_le_bytes([a, b, c, d]),
            kind,
            flags: Flags(flags),
            call: u32::from_le_bytes([e, f, g, h]),
        };
        if header.has_right_flags() { Ok(header) } else { Err(Violation::Flags { kind: number, flags }) }
    }

    fn has_right_flags(self) -> bool {
        let flags = self.flags;
        if flags.0 & !self.kind.flags() != 0 {
            return false;
        }
        match self.kind {
            Kind::Call | Kind::Message => {
                let (part, more, end) =
                    (flags.has(Flags::PART), flags.has(Flags::MORE), flags.has(Flags::END));
                let is_call = self.kind == Kind::Call;
                let several = !is_call && flags.has(Flags::SEVERAL);
                let compressed = flags.has(Flags::COMPRESSED);
                (is_call || part || end)
                    && (part || !(more || several || compressed))
                    && !(more && (end || several))
                    && !(compressed && (more || several))
            }
            _ => true,
        }
    }
}

/// A frame that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) flags: Flags,
    pub(super) call: u32,
    pub(super) payload: Bytes,
}

impl Frame {
    /// The next frame of what was read; nothing while it is not all there.
    ///
    /// What a header claims is believed up to the limit, and no memory is set aside for it: the buffer grows with the bytes
    /// that come.
    pub(super) fn next(buffer: &mut BytesMut, payload_bytes_max: u32) -> Result<Option<Self>, Violation> {
        let Some(header) = buffer.first_chunk() else { return Ok(None) };
        let Header { length, kind, flags, call } = Header::read(*header)?;
        if length > payload_bytes_max {
            return Err(Violation::FrameTooLong { length, limit: payload_bytes_max });
        }
        let all = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(HEADER_BYTES);
        if buffer.len() < all {
            return Ok(None);
        }
        let mut payload = buffer.split_to(all).freeze();
        payload.advance(HEADER_BYTES);
        Ok(Some(Self { kind, flags, call, payload }))
    }

    /// The violation of a payload that is too short or too long.
    pub(super) fn bad_payload(&self) -> Violation {
        Violation::Payload { kind: self.kind.number(), length: self.payload.len() }
    }

    /// The violation of a frame that belongs elsewhere.
    pub(super) const fn out_of_place(&self, why: &'static str) -> Violation {
        Violation::OutOfPlace { kind: self.kind.number(), call: self.call, why }
    }

    /// Whether the payload is whole messages, each with its length before it. In a CALL the same flag is that of a timeout.
    pub(super) fn has_several(&self) -> bool {
        self.kind == Kind::Message && self.flags.has(Flags::SEVERAL)
    }

    /// The lengths of the messages of a payload that has several.
    pub(super) fn lengths(&self) -> impl Iterator<Item = Result<usize, Violation>> {
        let mut rest = self.payload.as_ref();
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let length = rest.try_get_u32_le().ok().and_then(|length| usize::try_from(length).ok());
            let Some(length) = length.filter(|length| *length <= rest.len()) else {
                rest = &[];
                return Some(Err(self.bad_payload()));
            };
            rest.advance(length);
            Some(Ok(length))
        })
    }

    /// The payload of a WINDOW.
    pub(super) fn granted(&self) -> Result<u32, Violation> {
        let bytes = self.payload.as_ref().try_into().map_err(|_| self.bad_payload())?;
        Ok(u32::from_le_bytes(bytes))
    }
}

/// What a CALL says before the first part of its first message, if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// The method's place in the plugin's table.
    pub(super) method: u32,
    /// In nanoseconds.
    pub(super) timeout: Option<u64>,
    /// As it travels.
    pub(super) metadata: Option<Bytes>,
}

impl Opening {
    /// What a CALL says, and the part of a message behind it.
    pub(super) fn read(frame: &Frame) -> Result<(Self, Bytes), Violation> {
        let mut rest = frame.payload.clone();
        let short = |_| frame.bad_payload();
        let method = rest.try_get_u32_le().map_err(short)?;
        let has = |flag| frame.flags.has(flag);
        let timeout = has(Flags::TIMEOUT).then(|| rest.try_get_u64_le()).transpose().map_err(short)?;
        let metadata = match has(Flags::METADATA) {
            false => None,
            true => {
                let length = rest.try_get_u32_le().map_err(short)?;
                let length = usize::try_from(length).ok().filter(|length| *length <= rest.len());
                Some(rest.split_to(length.ok_or_else(|| frame.bad_payload())?))
            }
        };
        if !has(Flags::PART) && !rest.is_empty() {
            return Err(frame.bad_payload());
        }
        Ok((Self { method, timeout, metadata }, rest))
    }

    /// What stands before the part, as it travels.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.method.to_le_bytes());
        if let Some(timeout) = self.timeout {
            to.extend_from_slice(&timeout.to_le_bytes());
        }
        if let Some(metadata) = &self.metadata {
            to.extend_from_slice(&u32::try_from(metadata.len()).unwrap_or(u32::MAX).to_le_bytes());
            to.extend_from_slice(metadata);
        }
    }

    /// The bytes that [`write`](Self::write) writes, as a number.
    pub(super) fn length(&self) -> usize {
        let timeout = if self.timeout.is_some() { 8 } else { 0 };
        let metadata = self.metadata.as_ref().map_or(0, |metadata| metadata.len() + 4);
        4 + timeout + metadata
    }

    /// The flags that it needs.
    pub(super) fn flags(&self) -> u8 {
        let timeout = if self.timeout.is_some() { Flags::TIMEOUT } else { 0 };
        let metadata = if self.metadata.is_some() { Flags::METADATA } else { 0 };
        timeout | metadata
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: Kind, flags: u8, call: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap();
        let mut bytes = Header { length, kind, flags: Flags(flags), call }.bytes().to_vec();
        bytes.extend_from_slice(payload);
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Option<Frame>, Violation> {
        Frame::next(&mut BytesMut::from(bytes), 100)
    }

    #[test]
    fn a_frame_is_there_with_its_last_byte() {
        let bytes = frame(Kind::Message, Flags::PART | Flags::END, 7, b"hello");
        for length in 0..bytes.len() {
            assert_eq!(read(&bytes[..length]), Ok(None), "{length}");
        }
        let expected = Frame {
            kind: Kind::Message,
            flags: Flags(Flags::PART | Flags::END),
            call: 7,
            payload: Bytes::from_static(b"hello"),
        };
        assert_eq!(read(&bytes), Ok(Some(expected.clone())));
        let mut two = BytesMut::from(&[bytes.as_slice(), &bytes].concat()[..]);
        assert_eq!(Frame::next(&mut two, 100), Ok(Some(expected.clone())));
        assert_eq!(Frame::next(&mut two, 100), Ok(Some(expected)));
        assert_eq!(Frame::next(&mut two, 100), Ok(None));
    }

    #[test]
    fn a_claim_over_the_limit_is_refused_by_its_header_alone() {
        for length in [101, u32::MAX] {
            let header = Header { length, kind: Kind::Message, flags: Flags(Flags::PART), call: 1 }.bytes();
            assert_eq!(read(&header), Err(Violation::FrameTooLong { length, limit: 100 }));
        }
    }

    #[test]
    fn every_kind_has_its_flags_and_no_others() {
        let allowed = |number: u8| -> Vec<u8> {
            let mut header = frame(Kind::Hello, 0, 0, &[]);
            header[4] = number;
            let is_allowed = |flags: &u8| {
                header.clone_from_slice(&frame(Kind::Hello, *flags, 0, &[]));
                header[4] = number;
                read(&header).is_ok()
            };
            (0..=u8::MAX).filter(is_allowed).collect()
        };
        for number in [0x01, 0x12, 0x13, 0x14, 0x15, 0x17] {
            assert_eq!(allowed(number), [0], "{number:#x}");
        }
        assert_eq!(allowed(0x02), [0, 2]);
        assert_eq!(allowed(0x16), [0, 1]);
        assert_eq!(allowed(0x11), [1, 3, 4, 5, 9, 13, 33, 37]);
        let of_calls = [0, 1, 3, 4, 5, 33, 37];
        let others = [0, 8, 16, 24];
        let mut expected: Vec<u8> =
            others.iter().flat_map(|other| of_calls.map(|flags| flags | other)).collect();
        expected.sort_unstable();
        assert_eq!(allowed(0x10), expected);
        assert_eq!(allowed(0x80).len(), 256);
        for number in [0x00, 0x03, 0x0f, 0x18, 0x7f] {
            assert!(allowed(number).is_empty(), "{number:#x}");
        }
    }

    #[test]
    fn what_a_call_says_is_read_as_it_was_written() {
        let metadata = Some(Bytes::from_static(b"\x00\x00"));
        for (timeout, metadata) in
            [(None, None), (Some(5), None), (None, metadata.clone()), (Some(u64::MAX), metadata)]
        {
            let opening = Opening { method: 9, timeout, metadata };
            let mut payload = Vec::new();
            opening.write(&mut payload);
            assert_eq!(payload.len(), opening.length());
            let short = payload.len();
            payload.extend_from_slice(b"part");
            let flags = opening.flags() | Flags::PART;
            let frame = |payload: &[u8]| read(&frame(Kind::Call, flags, 1, payload)).unwrap().unwrap();
            assert_eq!(Opening::read(&frame(&payload)), Ok((opening, Bytes::from_static(b"part"))));
            for length in 0..short {
                let cut = frame(&payload[..length]);
                assert_eq!(Opening::read(&cut), Err(cut.bad_payload()), "{length}");
            }
        }
    }

    #[test]
    fn a_call_without_a_message_has_nothing_behind_its_opening() {
        let frame = read(&frame(Kind::Call, 0, 1, &[0, 0, 0, 0, 1])).unwrap().unwrap();
        assert_eq!(Opening::read(&frame), Err(frame.bad_payload()));
    }
}
