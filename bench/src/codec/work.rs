//! The measured loops.
//!
//! Where bytes lie in memory matters: a processor takes a store for one to the address it is about to load if the two
//! differ by a multiple of 4096 only. One run would be lucky and the next one not, so every sample has another place.

use std::hint::black_box;

use bytes::Bytes;
use rkyv::util::AlignedVec;

use crate::case::{Decode, Encode, Read};

/// One operation on one value, over and over.
pub(crate) trait Work {
    /// Brings the bytes to another place. This is not measured.
    fn relocate(&mut self, place: Place);

    /// Does the operation this many times.
    fn run(&mut self, times: u32);
}

/// Where in a page of memory a message begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    offset: usize,
}

impl Place {
    pub(crate) fn of_round(round: usize) -> Self {
        Self { offset: round * STRIDE_BYTES % PAGE_BYTES }
    }
}

pub(crate) struct Encoding<T> {
    value: T,
    buffer: Vec<u8>,
    offset: usize,
    encode: Encode<T>,
}

impl<T> Encoding<T> {
    pub(crate) fn new(value: T, buffer_bytes: usize, encode: Encode<T>) -> Self {
        Self { value, buffer: vec![0; buffer_bytes + PAGE_BYTES], offset: 0, encode }
    }
}

impl<T> Work for Encoding<T> {
    fn relocate(&mut self, place: Place) {
        self.offset = place.offset;
    }

    fn run(&mut self, times: u32) {
        let buffer = &mut self.buffer[self.offset..];
        for _ in 0..times {
            black_box((self.encode)(black_box(&self.value), black_box(buffer)));
            // As if somebody read it: every byte must stand in the buffer by now.
            black_box(&*buffer);
        }
    }
}

/// The bytes of a message, which views can read in place wherever they lie.
struct Message {
    original: Vec<u8>,
    placed: Bytes,
}

impl Message {
    fn new(original: Vec<u8>) -> Self {
        let mut message = Self { original, placed: Bytes::new() };
        message.relocate(Place::of_round(0));
        message
    }

    fn relocate(&mut self, Place { offset }: Place) {
        let mut aligned: AlignedVec<16> = AlignedVec::with_capacity(offset + self.original.len());
        aligned.resize(offset, 0);
        aligned.extend_from_slice(&self.original);
        self.placed = Bytes::from_owner(aligned).slice(offset..);
    }
}

pub(crate) struct Decoding<T> {
    message: Message,
    decode: Decode<T>,
}

impl<T> Decoding<T> {
    pub(crate) fn new(bytes: Vec<u8>, decode: Decode<T>) -> Self {
        Self { message: Message::new(bytes), decode }
    }

    pub(crate) fn once(&self) -> T {
        (self.decode)(&self.message.placed)
    }
}

impl<T> Work for Decoding<T> {
    fn relocate(&mut self, place: Place) {
        self.message.relocate(place);
    }

    fn run(&mut self, times: u32) {
        for _ in 0..times {
            let decoded = (self.decode)(black_box(&self.message.placed));
            // A reference, for moving a large value would cost a copy that nobody asked for.
            black_box(&decoded);
        }
    }
}

pub(crate) struct Reading {
    message: Message,
    read: Read,
}

impl Reading {
    pub(crate) fn new(bytes: Vec<u8>, read: Read) -> Self {
        Self { message: Message::new(bytes), read }
    }

    pub(crate) fn once(&self) -> u64 {
        (self.read)(&self.message.placed)
    }
}

impl Work for Reading {
    fn relocate(&mut self, place: Place) {
        self.message.relocate(place);
    }

    fn run(&mut self, times: u32) {
        for _ in 0..times {
            black_box((self.read)(black_box(&self.message.placed)));
        }
    }
}

/// What tells two addresses apart for the processor's first look at them.
const PAGE_BYTES: usize = 4096;

/// Whole cache lines, so that every place is aligned alike, and as many places as lines before one comes again.
const STRIDE_BYTES: usize = 7 * 64;
