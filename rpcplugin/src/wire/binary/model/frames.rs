//! Any bytes as frames, however they come, and as what stands in them.

use bytes::BytesMut;

use super::super::frame::{Flags, Frame, HEADER_BYTES, Header, Kind, Opening};
use super::super::opening::{Settings, Table};
use super::super::{metadata, status};

/// Small, so that the bound is met.
const FRAME_BYTES_MAX: u32 = 256;

/// The first byte says how the others come.
pub(super) fn read(bytes: &[u8]) {
    let Some((piece, stream)) = bytes.split_first() else { return };
    let whole = frames_of(stream, stream.len());
    assert_eq!(frames_of(stream, usize::from(*piece)), whole);
    assert_eq!(frames_of(stream, 1), whole);
    let mut again = Vec::new();
    for frame in &whole.0 {
        write(frame, &mut again);
        if frame.kind == Kind::Call {
            open(frame);
        }
    }
    // The numbers of kinds that are not known are lost.
    if whole.0.iter().all(|frame| frame.kind != Kind::Extension) {
        assert!(stream.starts_with(&again));
    }
    read_opening(&whole.0, stream);
    read_metadata(stream);
    read_status(stream);
}

/// What a plugin says before the first call, in frames and alone.
fn read_opening(frames: &[Frame], stream: &[u8]) {
    let mut table = Table::default();
    let mut is_whole = true;
    for frame in frames.iter().filter(|frame| frame.kind == Kind::Methods) {
        is_whole = is_whole && table.add(&frame.payload).is_ok();
    }
    let _alone = Table::default().add(stream);
    if let Ok(settings) = Settings::decode(stream) {
        let mut again = Vec::new();
        settings.encode(&mut again);
        assert!(stream.starts_with(&again));
    }
}

fn write(frame: &Frame, to: &mut Vec<u8>) {
    let Frame { kind, flags, call, payload } = frame;
    let length = u32::try_from(payload.len()).unwrap();
    to.extend_from_slice(&Header { length, kind: *kind, flags: *flags, call: *call }.bytes());
    to.extend_from_slice(payload);
}

fn open(frame: &Frame) {
    let Ok((opening, part)) = Opening::read(frame) else { return };
    let mut payload = Vec::new();
    opening.write(&mut payload);
    assert_eq!(payload.len(), opening.length());
    assert_eq!(opening.flags(), frame.flags.0 & (Flags::TIMEOUT | Flags::METADATA));
    payload.extend_from_slice(&part);
    assert_eq!(payload, frame.payload);
}

/// What was read can be written, and is read the same.
fn read_metadata(bytes: &[u8]) {
    let Ok(read) = metadata::decode(bytes) else { return };
    let mut again = Vec::new();
    metadata::encode(&read, u32::MAX, &mut again).expect("it came so");
    assert_eq!(metadata::decode(&again).unwrap(), read);
}

fn read_status(bytes: &[u8]) {
    let Ok((outcome, trailing)) = status::decode(bytes) else { return };
    let mut again = Vec::new();
    status::encode(outcome.as_ref().copied(), &trailing, u32::MAX, &mut again);
    let second = status::decode(&again).unwrap();
    assert_eq!(second.0.is_ok(), outcome.is_ok());
}

/// All frames of some bytes that come in pieces, up to the first fault.
pub(super) fn frames_of(bytes: &[u8], piece: usize) -> (Vec<Frame>, bool) {
    let mut buffer = BytesMut::new();
    let mut frames = Vec::new();
    for piece in bytes.chunks(piece.max(1)) {
        buffer.extend_from_slice(piece);
        loop {
            match Frame::next(&mut buffer, FRAME_BYTES_MAX) {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(_) => return (frames, true),
            }
        }
        let most = usize::try_from(FRAME_BYTES_MAX).unwrap() + HEADER_BYTES + piece.len();
        assert!(buffer.len() < most, "more is kept than one frame");
    }
    (frames, false)
}
