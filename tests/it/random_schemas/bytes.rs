//! Random bytes of a message: its fields in any order and number, in every form that a reader has to take.
//!
//! A few bytes are wrong on purpose, seldom enough that most messages are right as a whole.

use std::iter;

use super::random::Random;
use super::schema::{Field, Place, Scalar, Schemas, Value, Wire};

/// Bytes for the message of this index.
pub(super) fn message(schemas: &Schemas, index: usize, random: &mut Random) -> Vec<u8> {
    let mut sender = Sender { schemas, random };
    if sender.random.one_in(64) {
        return sender.deep(index);
    }
    let most = 2 * schemas.message(index).fields().count() + 3;
    let count = sender.random.below(most);
    sender.message(index, count, LEVELS)
}

struct Sender<'s, 'r> {
    schemas: &'s Schemas,
    random: &'r mut Random,
}

impl Sender<'_, '_> {
    fn message(&mut self, index: usize, count: usize, levels: usize) -> Vec<u8> {
        let schemas = self.schemas;
        let fields: Vec<_> = schemas.message(index).fields().collect();
        let mut bytes = Vec::new();
        for _ in 0..count {
            if self.random.one_in(16) {
                bytes.extend(self.unknown(index, 3));
            } else {
                let field = self.random.pick(&fields);
                bytes.extend(self.field(field, levels));
            }
        }
        bytes
    }

    fn field(&mut self, field: &Field, levels: usize) -> Vec<u8> {
        let wire = Schemas::wire(field.value);
        if self.random.one_in(600) {
            return self.any_wire(field.id);
        }
        if field.place == Place::Repeated && wire != Wire::Length && self.random.one_in(2) {
            let count = self.random.below(6);
            let items = (0..count).flat_map(|_| self.value(field.value, levels)).collect();
            return self.delimited(field.id, items);
        }
        if let Place::Map { key, .. } = field.place {
            let entry = self.entry(key, field.value, levels);
            return self.delimited(field.id, entry);
        }
        let mut bytes = self.key(field.id, wire.number());
        bytes.extend(self.value(field.value, levels));
        bytes
    }

    /// Key and value in either order, missing, or twice.
    fn entry(&mut self, key: Scalar, value: Value, levels: usize) -> Vec<u8> {
        let mut parts: Vec<Vec<u8>> = Vec::new();
        for _ in 0..self.times() {
            parts.push(self.key(1, key.wire().number()));
            let key = self.scalar(key);
            parts.last_mut().expect("it was pushed").extend(key);
        }
        for _ in 0..self.times() {
            parts.push(self.key(2, Schemas::wire(value).number()));
            let value = self.value(value, levels);
            parts.last_mut().expect("it was pushed").extend(value);
        }
        if self.random.one_in(16) {
            let id = 3 + u32::from(self.random.byte());
            parts.push(self.any_wire(id));
        }
        self.random.shuffle(&mut parts);
        parts.concat()
    }

    /// Mostly once.
    fn times(&mut self) -> usize {
        self.random.pick(&[0, 1, 1, 1, 1, 1, 1, 2])
    }

    /// A value, behind its length if it has one.
    fn value(&mut self, value: Value, levels: usize) -> Vec<u8> {
        match value {
            Value::Scalar(scalar) => self.scalar(scalar),
            Value::Enumeration(index) => {
                let enumeration = self.schemas.enumeration(index);
                let often = if enumeration.open { 3 } else { 40 };
                let number = if self.random.one_in(often) {
                    self.number()
                } else {
                    i64::from(self.random.pick(&enumeration.numbers)).cast_unsigned()
                };
                self.varint(number)
            }
            Value::Message(index) => {
                let count = if levels == 0 { 0 } else { self.random.below(5) };
                let bytes = self.message(index, count, levels.saturating_sub(1));
                self.prefixed(bytes)
            }
        }
    }

    fn scalar(&mut self, scalar: Scalar) -> Vec<u8> {
        match (scalar, scalar.wire()) {
            (Scalar::Float, _) => self.random.pick(&FLOATS).map_or_else(
                || self.random.next().to_le_bytes()[..4].to_vec(),
                |special| special.to_le_bytes().to_vec(),
            ),
            (Scalar::Double, _) => self.random.pick(&FLOATS).map_or_else(
                || self.random.next().to_le_bytes().to_vec(),
                |special| f64::from(special).to_le_bytes().to_vec(),
            ),
            (_, Wire::Varint) => {
                let number = self.number();
                self.varint(number)
            }
            (_, Wire::Fixed32) => self.number().to_le_bytes()[..4].to_vec(),
            (_, Wire::Fixed64) => self.number().to_le_bytes().to_vec(),
            (Scalar::Text, _) => {
                let text = self.text();
                self.prefixed(text)
            }
            (_, Wire::Length) => {
                let count = self.random.pick(&[0, 1, 2, 5, 130]);
                let bytes = iter::repeat_with(|| self.random.byte()).take(count).collect();
                self.prefixed(bytes)
            }
        }
    }

    fn text(&mut self) -> Vec<u8> {
        match self.random.below(500) {
            // No UTF-8: a lone byte of a longer character, a surrogate, an end that is cut off.
            0 => self.random.pick(&[&[0x80][..], &[0xed, 0xa0, 0x80], &[b'a', 0xf0, 0x9f]]).to_vec(),
            1..4 => vec![b'x'; 128 + self.random.below(200)],
            _ => self
                .random
                .pick(&["", "a", "key", "grün", "\u{1f980}", "\0", "twenty-four characters"])
                .into(),
        }
    }

    /// Around the powers of two, where lengths and signs change; else anything.
    fn number(&mut self) -> u64 {
        let power = 1_u64 << self.random.below(64);
        match self.random.below(8) {
            0 => 0,
            1 => 1,
            2 => power,
            3 => power - 1,
            4 => power.wrapping_neg(),
            5 => u64::MAX,
            6 => u64::from(self.random.byte()),
            _ => self.random.next(),
        }
    }

    /// A field that the message does not know; a group holds others, so many levels deep.
    fn unknown(&mut self, index: usize, levels: usize) -> Vec<u8> {
        let id = loop {
            let id = self.random.pick(&[1, 2, 11, 15, 16, 100, 2047, 2048, 19_500, 0x1fff_ffff]);
            if self.schemas.message(index).field(id).is_none() {
                break id;
            }
        };
        if self.random.one_in(5) { self.group(id, levels) } else { self.any_wire(id) }
    }

    fn group(&mut self, id: u32, levels: usize) -> Vec<u8> {
        let mut bytes = self.key(id, GROUP_START);
        for _ in 0..self.random.below(3) {
            let inner = self.random.pick(&[1, 2, 16, 2048]);
            bytes.extend(match levels {
                0 => self.any_wire(inner),
                _ => self.group(inner, levels - 1),
            });
        }
        // The end belongs to the same id, else it is none.
        let end = if self.random.one_in(40) { 1 } else { id };
        bytes.extend(self.key(end, GROUP_END));
        bytes
    }

    /// A field of any wire type but a group's.
    fn any_wire(&mut self, id: u32) -> Vec<u8> {
        let (wire, value) = match self.random.below(4) {
            0 => (Wire::Varint, Scalar::Uint64),
            1 => (Wire::Fixed64, Scalar::Fixed64),
            2 => (Wire::Fixed32, Scalar::Fixed32),
            _ => (Wire::Length, Scalar::Bytes),
        };
        let mut bytes = self.key(id, wire.number());
        bytes.extend(self.scalar(value));
        bytes
    }

    /// A message in itself in itself, around the depth that this crate follows and the one that prost follows; of
    /// groups, if it cannot hold itself.
    fn deep(&mut self, index: usize) -> Vec<u8> {
        let depth = self.random.pick(&[50, 62, 63, 64, 65, 66, 98, 99, 100, 101, 102, 103]);
        let own = self.schemas.message(index).fields().find(|field| field.value == Value::Message(index));
        let Some(own) = own.cloned() else {
            let starts = iter::repeat_with(|| plain_key(UNKNOWN_ID, GROUP_START)).take(depth - 1);
            let ends = iter::repeat_with(|| plain_key(UNKNOWN_ID, GROUP_END)).take(depth - 1);
            return starts.chain(ends).flatten().collect();
        };
        let mut bytes = Vec::new();
        for _ in 1..depth {
            if matches!(own.place, Place::Map { .. }) {
                bytes = delimited(2, &bytes);
            }
            bytes = delimited(own.id, &bytes);
        }
        bytes
    }

    fn key(&mut self, id: u32, wire: u64) -> Vec<u8> {
        self.varint((u64::from(id) << 3) | wire)
    }

    fn delimited(&mut self, id: u32, bytes: Vec<u8>) -> Vec<u8> {
        let mut whole = self.key(id, Wire::Length.number());
        whole.extend(self.prefixed(bytes));
        whole
    }

    fn prefixed(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let mut whole = self.varint(length(&bytes));
        whole.extend(bytes);
        whole
    }

    /// Sometimes with more bytes than it needs, and very seldom with more than there may be.
    fn varint(&mut self, value: u64) -> Vec<u8> {
        let mut bytes = plain_varint(value);
        if self.random.one_in(24) {
            let most = if self.random.one_in(200) { 12 } else { 10 };
            while bytes.len() < most {
                *bytes.last_mut().expect("a varint has bytes") |= 0x80;
                bytes.push(0);
                if self.random.one_in(4) {
                    break;
                }
            }
        }
        bytes
    }
}

fn delimited(id: u32, bytes: &[u8]) -> Vec<u8> {
    [plain_key(id, Wire::Length.number()), plain_varint(length(bytes)), bytes.to_vec()].concat()
}

fn plain_key(id: u32, wire: u64) -> Vec<u8> {
    plain_varint((u64::from(id) << 3) | wire)
}

fn plain_varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).expect("a length fits")
}

/// `None` is anything.
const FLOATS: [Option<f32>; 7] =
    [None, None, None, Some(0.0), Some(-0.0), Some(1.5), Some(f32::NEG_INFINITY)];

/// Of a field that no message has.
const UNKNOWN_ID: u32 = 1000;

const GROUP_START: u64 = 3;
const GROUP_END: u64 = 4;

/// Messages within one another that are filled; deeper ones are empty.
const LEVELS: usize = 5;
