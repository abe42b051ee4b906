//! One end of a connection of bytes in memory.

use std::io::IoSlice;
use std::task::Waker;

use bytes::{Buf, Bytes, BytesMut};

use super::super::Violation;
use super::super::frame::Frame;
use super::super::machine::{Arrived, Bounds, Machine, Role, Shape};

/// A machine, and the bytes that are on their way to it.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) machine: Machine,
    frame_bytes_max: u32,
    pipe: BytesMut,
    buffer: BytesMut,
}

impl Side {
    pub(super) fn new(role: Role, own: Bounds, peer: Bounds, outbox_bytes: usize) -> Self {
        let mut machine = Machine::new(role, own, peer);
        machine.outbox().set_room(outbox_bytes);
        Self { machine, frame_bytes_max: own.frame_bytes_max, pipe: BytesMut::new(), buffer: BytesMut::new() }
    }

    /// Does something with the machine, and wakes who is concerned.
    pub(super) fn with<R>(&mut self, act: impl FnOnce(&mut Machine) -> R) -> R {
        let result = act(&mut self.machine);
        self.machine.woken().drain(..).for_each(Waker::wake);
        result
    }

    /// Takes up to so many bytes from the outbox.
    pub(super) fn write(&mut self, length: usize) -> Bytes {
        self.with(Machine::fill);
        let outbox = self.machine.outbox();
        let mut written = Vec::new();
        if length.is_multiple_of(2) {
            written.extend_from_slice(outbox.first());
        } else {
            let mut slices = [IoSlice::new(&[]); 3];
            let filled = outbox.slices(&mut slices);
            slices[..filled].iter().for_each(|slice| written.extend_from_slice(slice));
        }
        written.truncate(length);
        outbox.advance(written.len());
        self.with(Machine::fill);
        written.into()
    }

    /// Bytes are on their way to it.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.pipe.extend_from_slice(bytes);
    }

    /// Up to so many bytes arrive. Hands on the calls that begin with them.
    pub(super) fn deliver(
        &mut self,
        length: usize,
        shape: impl Fn(u32) -> Shape,
    ) -> Result<Vec<Arrived>, Violation> {
        let piece = self.pipe.split_to(length.min(self.pipe.len()));
        self.buffer.extend_from_slice(&piece);
        let mut arrived = Vec::new();
        while let Some(frame) = Frame::next(&mut self.buffer, self.frame_bytes_max)? {
            arrived.extend(self.with(|machine| machine.receive(&frame, &shape))?);
        }
        Ok(arrived)
    }

    /// Whether bytes are on their way.
    pub(super) fn is_still(&mut self) -> bool {
        self.with(Machine::fill);
        !self.pipe.has_remaining() && self.machine.outbox().is_empty()
    }
}
