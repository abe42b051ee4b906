use std::ops::RangeInclusive;

use bytes::BufMut;

use crate::limits::{BINARY_HELLO_FRAME_BYTES, BINARY_HELLO_WINDOW_BYTES};
use crate::wire::binary::Violation;
use crate::wire::binary::fields::Fields;
use crate::wire::binary::frame::Kind;

/// What a side takes: the payload of its HELLO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wire::binary) struct Settings {
    /// The newest version of the wire that it speaks.
    pub(in crate::wire::binary) version: u16,
    /// The payload of one frame, in bytes.
    pub(in crate::wire::binary) frame_bytes_max: u32,
    /// What each direction of a call may spend at first.
    pub(in crate::wire::binary) window_bytes: u32,
    /// What all directions together may spend at first that are streams.
    pub(in crate::wire::binary) connection_window_bytes: u32,
    /// Calls at once, as a number.
    pub(in crate::wire::binary) calls_max: u32,
    /// One message, in bytes.
    pub(in crate::wire::binary) message_bytes_max: u32,
    /// The metadata of one frame, in bytes.
    pub(in crate::wire::binary) metadata_bytes_max: u32,
    /// In which encodings messages may come, a bit each.
    pub(in crate::wire::binary) encodings: u8,
}

impl Settings {
    pub(in crate::wire::binary) fn encode(&self, to: &mut impl BufMut) {
        to.put_u16_le(self.version);
        to.put_u32_le(self.frame_bytes_max);
        to.put_u32_le(self.window_bytes);
        to.put_u32_le(self.connection_window_bytes);
        to.put_u32_le(self.calls_max);
        to.put_u32_le(self.message_bytes_max);
        to.put_u32_le(self.metadata_bytes_max);
        // Who knows nothing of it skips it; who reads nothing compressed has nothing to say.
        if self.encodings != 0 {
            to.put_u8(self.encodings);
        }
    }

    /// What the other side says, each of it in its range. What a newer version says behind it is skipped.
    pub(in crate::wire::binary) fn decode(payload: &[u8]) -> Result<Self, Violation> {
        let settings = Self::read(payload)
            .ok_or_else(|| Violation::Payload { kind: Kind::Hello.number(), length: payload.len() })?;
        check("version", u32::from(settings.version), &(1..=u32::from(u16::MAX)))?;
        check("frame_bytes_max", settings.frame_bytes_max, &BINARY_HELLO_FRAME_BYTES)?;
        check("window_bytes", settings.window_bytes, &BINARY_HELLO_WINDOW_BYTES)?;
        check("connection_window_bytes", settings.connection_window_bytes, &BINARY_HELLO_WINDOW_BYTES)?;
        check("calls_max", settings.calls_max, &(1..=u32::MAX))?;
        Ok(settings)
    }

    fn read(payload: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(payload);
        Some(Self {
            version: fields.u16()?,
            frame_bytes_max: fields.u32()?,
            window_bytes: fields.u32()?,
            connection_window_bytes: fields.u32()?,
            calls_max: fields.u32()?,
            message_bytes_max: fields.u32()?,
            metadata_bytes_max: fields.u32()?,
            encodings: fields.u8().unwrap_or_default(),
        })
    }
}

fn check(setting: &'static str, found: u32, range: &RangeInclusive<u32>) -> Result<(), Violation> {
    if range.contains(&found) {
        return Ok(());
    }
    Err(Violation::Setting { setting, found, from: *range.start(), to: *range.end() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A HELLO, byte by byte as `docs/protocol.md` has it. Those of the vectors are held by `vectors.rs`.
    const VECTOR: &[u8] = b"\x01\0\0\0\x01\0\x40\0\0\0\x60\0\0\0\x02\0\0\0\0\x04\0\0\0\x40\0\0";

    const SAMPLE: Settings = Settings {
        version: 1,
        frame_bytes_max: 65_536,
        window_bytes: 64,
        connection_window_bytes: 96,
        calls_max: 2,
        message_bytes_max: 1024,
        metadata_bytes_max: 16_384,
        encodings: 0,
    };

    #[test]
    fn settings_cross_as_the_page_says() {
        let mut bytes = Vec::new();
        SAMPLE.encode(&mut bytes);
        assert_eq!(bytes, VECTOR);
        assert_eq!(Settings::decode(VECTOR), Ok(SAMPLE));
        let sample = Settings { encodings: 6, ..SAMPLE };
        bytes.clear();
        sample.encode(&mut bytes);
        assert_eq!(bytes, [VECTOR, &[6]].concat());
        for newer in 1..10 {
            assert_eq!(Settings::decode(&bytes), Ok(sample), "what comes behind is of a newer version");
            bytes.push(newer);
        }
    }

    #[test]
    fn every_cut_is_a_violation() {
        for length in 0..VECTOR.len() {
            let cut = Settings::decode(&VECTOR[..length]);
            assert_eq!(cut, Err(Violation::Payload { kind: 0x01, length }));
        }
    }

    #[test]
    fn each_setting_has_a_range_that_the_violation_names() {
        let decoded = |settings: Settings| {
            let mut bytes = Vec::new();
            settings.encode(&mut bytes);
            Settings::decode(&bytes)
        };
        let window = i32::MAX.unsigned_abs();
        let wrong: [(Settings, &str); 8] = [
            (Settings { version: 0, ..SAMPLE }, "version is 0 in the HELLO; it takes 1 to 65535"),
            (
                Settings { frame_bytes_max: 65_535, ..SAMPLE },
                "frame_bytes_max is 65535 in the HELLO; it takes 65536 to 16777216",
            ),
            (Settings { frame_bytes_max: 16_777_217, ..SAMPLE }, "frame_bytes_max is 16777217"),
            (
                Settings { window_bytes: 63, ..SAMPLE },
                "window_bytes is 63 in the HELLO; it takes 64 to 2147483647",
            ),
            (Settings { window_bytes: window + 1, ..SAMPLE }, "window_bytes is 2147483648"),
            (Settings { connection_window_bytes: 63, ..SAMPLE }, "connection_window_bytes is 63"),
            (
                Settings { connection_window_bytes: window + 1, ..SAMPLE },
                "connection_window_bytes is 2147483648",
            ),
            (Settings { calls_max: 0, ..SAMPLE }, "calls_max is 0 in the HELLO; it takes 1 to 4294967295"),
        ];
        for (settings, text) in wrong {
            let said = decoded(settings).unwrap_err().to_string();
            assert!(said.starts_with(text), "{said}");
        }
        let right = [
            Settings { version: u16::MAX, frame_bytes_max: 16_777_216, ..SAMPLE },
            Settings { window_bytes: window, connection_window_bytes: window, calls_max: u32::MAX, ..SAMPLE },
            Settings { connection_window_bytes: 64, message_bytes_max: 0, metadata_bytes_max: 0, ..SAMPLE },
            Settings { message_bytes_max: u32::MAX, metadata_bytes_max: u32::MAX, ..SAMPLE },
        ];
        for settings in right {
            assert_eq!(decoded(settings), Ok(settings));
        }
    }
}
