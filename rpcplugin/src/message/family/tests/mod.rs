//! Frames: those of the Python package `binary_protocol`, those of a stranger, and streams cut anywhere.

pub(crate) mod sample;

mod vectors;

mod frames;

mod hostile;

mod backlog;

mod sizes;

use bytes::Bytes;

use sample::decode_frame;

use crate::message::{DecodeError, Family, FrameReader};

/// Large enough for every frame here.
const PLENTY: usize = 1 << 20;

fn decode<F: Family>(frame: &[u8]) -> Result<F, DecodeError> {
    decode_frame(&Bytes::copy_from_slice(frame))
}

/// Decodes what must not be accepted.
fn refuse<F: Family + std::fmt::Debug>(frame: &[u8]) -> DecodeError {
    decode::<F>(frame).unwrap_err()
}

fn reader<F: Family>() -> FrameReader<F> {
    FrameReader::new(PLENTY)
}

/// The bytes of hexadecimal digits; spaces are for people.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|digit| *digit != b' ').collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}
