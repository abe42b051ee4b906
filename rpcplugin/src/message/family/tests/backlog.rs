//! What a reader keeps, and how often it moves what it keeps. Counted, not timed.

use bytes::Bytes;

use super::sample::{Telemetry, encode_frame};
use super::{PLENTY, hex, reader};
use crate::message::FrameReader;

fn blob(bytes: usize) -> Bytes {
    encode_frame(&Telemetry::Blob { data: Bytes::from(vec![7; bytes]) }).unwrap()
}

/// Pushes, and says whether the room grew: then everything that is kept was moved.
fn moves(reader: &mut FrameReader<Telemetry>, bytes: &[u8]) -> bool {
    let before = reader.capacity();
    reader.push(bytes);
    reader.capacity() > before
}

#[test]
fn a_backlog_is_not_moved_for_every_push() {
    const FRAMES: usize = 4000;
    let frame = blob(26);
    let mut reader = reader::<Telemetry>();
    reader.push(&frame.repeat(FRAMES));
    let mut moved = 0;
    // Who keeps the messages keeps the buffer: what is pushed finds no room behind the backlog.
    let mut kept = Vec::new();
    for piece in frame.iter().cycle().take(FRAMES / 2) {
        kept.push(reader.next_frame().unwrap().unwrap());
        moved += usize::from(moves(&mut reader, &[*piece]));
    }
    assert!(moved <= 3, "moved {moved} times for {} pushes", kept.len());
}

#[test]
fn a_long_frame_that_comes_byte_by_byte_is_moved_as_often_as_its_size_doubles() {
    let frame = blob(100_000);
    let mut reader = reader::<Telemetry>();
    let mut moved = 0;
    for byte in &frame[..frame.len() - 1] {
        moved += usize::from(moves(&mut reader, &[*byte]));
        assert_eq!(reader.next_frame().unwrap(), None);
        assert!(reader.capacity() <= 2 * reader.buffered().max(64), "more than twice what came");
    }
    assert!(moved <= 18, "moved {moved} times");
    reader.push(&frame[frame.len() - 1..]);
    assert!(reader.next_frame().unwrap().is_some());
}

#[test]
fn the_room_of_a_long_frame_is_given_back_when_it_is_cut_out() {
    for behind in [&[][..], &[0], &blob(1000)[..999]] {
        let mut reader = reader::<Telemetry>();
        reader.push(&blob(900_000));
        reader.push(behind);
        assert!(reader.next_frame().unwrap().is_some());
        assert!(reader.capacity() <= 2000, "{} bytes of room for {}", reader.capacity(), behind.len());
        assert_eq!(reader.buffered(), behind.len());
    }
    // Behind many short ones as well, and what stands behind them is still read.
    let mut reader = reader::<Telemetry>();
    reader.push(&blob(100).repeat(2000));
    for left in (0..2000).rev() {
        assert!(reader.next_frame().unwrap().is_some());
        assert_eq!(reader.buffered(), left * blob(100).len());
    }
    assert_eq!(reader.capacity(), 0);
}

#[test]
fn a_message_does_not_keep_the_room_that_the_reader_gave_back() {
    let mut reader = reader::<Telemetry>();
    reader.push(&[&blob(900_000)[..], &[0, 3]].concat());
    let long = reader.next_frame().unwrap().unwrap();
    drop(long);
    // The rest of a frame of which two bytes are there.
    reader.push(&blob(3)[2..]);
    let Some(Telemetry::Blob { data }) = reader.next_frame().unwrap() else { panic!() };
    assert_eq!(data, [7; 3][..]);
}

#[test]
fn nothing_is_kept_once_the_place_in_the_stream_is_lost() {
    let unknown = (hex("0009"), PLENTY);
    let too_long = (hex("0003 ffffffff"), 16);
    for (bytes, limit) in [unknown, too_long] {
        let mut reader = FrameReader::<Telemetry>::new(limit);
        reader.push(&bytes);
        assert!(reader.next_frame().is_err());
        for _ in 0..100 {
            reader.push(&[0; 65_536]);
            assert!(reader.next_frame().is_err());
        }
        assert_eq!((reader.buffered(), reader.capacity()), (0, 0));
    }
}
