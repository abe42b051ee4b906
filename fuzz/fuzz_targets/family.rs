//! Any bytes as frames of message families: as one frame, and as a stream that comes in pieces.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use rpcplugin::{BinaryMessage, Family, FrameReader, Message};
use rpcplugin_fuzz::telemetry::{Checked, Telemetry};
use rpcplugin_fuzz::{again, decode};

/// The frames of a stream, up to its first fault, and whether there was one.
fn frames<F: Family + BinaryMessage>(stream: &[u8], piece: usize) -> (Vec<Bytes>, bool) {
    let mut reader = FrameReader::<F>::new(PAYLOAD_MAX);
    let mut frames = Vec::new();
    for piece in stream.chunks(piece.max(1)) {
        reader.push(piece);
        loop {
            match reader.next_frame() {
                Ok(Some(message)) => frames.push(message.encode().expect("it was decoded")),
                Ok(None) => break,
                Err(_) => return (frames, true),
            }
        }
        assert!(reader.buffered() <= PAYLOAD_MAX + piece.len() + 16, "more is kept than one frame");
    }
    (frames, false)
}

fuzz_target!(|data: &[u8]| {
    let Some((piece, stream)) = data.split_first() else { return };
    if let Some(message) = decode::<Telemetry>(stream) {
        assert_eq!(again(&message).as_deref(), Some(stream));
    }
    if let Some(message) = decode::<Checked>(stream) {
        assert_eq!(again(&message).as_deref(), Some(stream));
    }
    // However the stream is cut, the same frames come out of it.
    let whole = frames::<Telemetry>(stream, stream.len());
    assert_eq!(frames::<Telemetry>(stream, usize::from(*piece)), whole);
    assert_eq!(frames::<Telemetry>(stream, 1), whole);
    assert_eq!(frames::<Checked>(stream, usize::from(*piece)), frames::<Checked>(stream, stream.len()));
});

/// Small, so that the bound is met.
const PAYLOAD_MAX: usize = 256;
