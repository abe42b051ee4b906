//! What bytes hold that the two sides treat differently, each for a reason. It is found out by a third reader, which
//! knows the random schema and neither of the two sides.
//!
//! - This crate follows 64 messages within one another, map entries and groups counted; prost follows 100.
//! - This crate's enums are closed, unless one variant takes all other numbers; prost keeps any number.
//! - This crate refuses a map entry that has not the wire type of one; prost looks at the wire type of every other field,
//!   and takes a map entry for what it should be.
//! - This crate keeps the sign of a zero; prost takes negative zero for the default, and leaves it out.

use super::schema::{Field, Place, Scalar, Schemas, Value, Wire};

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// Messages within one another, from 1.
    pub(super) depth: usize,
    /// Whether an enum has a number that it does not take.
    pub(super) has_unknown_number: bool,
    /// Whether an entry of a map has another wire type.
    pub(super) has_disguised_entry: bool,
    pub(super) has_negative_zero: bool,
}

/// Nothing for bytes that are no message. Of those that prost takes, all are one.
pub(super) fn facts(schemas: &Schemas, index: usize, bytes: &[u8]) -> Option<Facts> {
    let mut walk = Walk { schemas, facts: Facts::default() };
    walk.message(index, bytes, 1)?;
    Some(walk.facts)
}

struct Walk<'s> {
    schemas: &'s Schemas,
    facts: Facts,
}

impl Walk<'_> {
    fn message(&mut self, index: usize, mut bytes: &[u8], depth: usize) -> Option<()> {
        self.facts.depth = self.facts.depth.max(depth);
        let schemas = self.schemas;
        while !bytes.is_empty() {
            let (id, wire) = take_key(&mut bytes)?;
            match schemas.message(index).field(id) {
                Some(field) => self.field(field, wire, &mut bytes, depth)?,
                None => self.skip(id, wire, &mut bytes, depth)?,
            }
        }
        Some(())
    }

    fn field(&mut self, field: &Field, wire: u64, bytes: &mut &[u8], depth: usize) -> Option<()> {
        if let Place::Map { key, .. } = field.place {
            self.facts.has_disguised_entry |= wire != Wire::Length.number();
            return self.entry(key, field.value, take_delimited(bytes)?, depth + 1);
        }
        let is_number = Schemas::wire(field.value) != Wire::Length;
        if is_number && wire == Wire::Length.number() {
            let mut items = take_delimited(bytes)?;
            while !items.is_empty() {
                self.value(field.value, &mut items, depth)?;
            }
            return Some(());
        }
        self.value(field.value, bytes, depth)
    }

    fn entry(&mut self, key: Scalar, value: Value, mut bytes: &[u8], depth: usize) -> Option<()> {
        self.facts.depth = self.facts.depth.max(depth);
        while !bytes.is_empty() {
            match take_key(&mut bytes)? {
                (1, _) => self.value(Value::Scalar(key), &mut bytes, depth)?,
                (2, _) => self.value(value, &mut bytes, depth)?,
                (id, wire) => self.skip(id, wire, &mut bytes, depth)?,
            }
        }
        Some(())
    }

    fn value(&mut self, value: Value, bytes: &mut &[u8], depth: usize) -> Option<()> {
        match value {
            Value::Message(index) => self.message(index, take_delimited(bytes)?, depth + 1),
            Value::Enumeration(index) => {
                let [low @ .., _, _, _, _] = take_varint(bytes)?.to_le_bytes();
                let is_known = self.schemas.enumeration(index).takes(i32::from_le_bytes(low));
                self.facts.has_unknown_number |= !is_known;
                Some(())
            }
            Value::Scalar(Scalar::Float) => {
                self.facts.has_negative_zero |= take(bytes, 4)? == (-0.0_f32).to_le_bytes();
                Some(())
            }
            Value::Scalar(Scalar::Double) => {
                self.facts.has_negative_zero |= take(bytes, 8)? == (-0.0_f64).to_le_bytes();
                Some(())
            }
            Value::Scalar(scalar) => self.skip(0, scalar.wire().number(), bytes, depth),
        }
    }

    fn skip(&mut self, id: u32, wire: u64, bytes: &mut &[u8], depth: usize) -> Option<()> {
        match wire {
            0 => take_varint(bytes).map(drop),
            1 => take(bytes, 8).map(drop),
            2 => take_delimited(bytes).map(drop),
            3 => self.group(id, bytes, depth + 1),
            5 => take(bytes, 4).map(drop),
            _ => None,
        }
    }

    fn group(&mut self, group: u32, bytes: &mut &[u8], depth: usize) -> Option<()> {
        self.facts.depth = self.facts.depth.max(depth);
        loop {
            match take_key(bytes)? {
                (id, 4) => return (id == group).then_some(()),
                (id, wire) => self.skip(id, wire, bytes, depth)?,
            }
        }
    }
}

fn take_key(bytes: &mut &[u8]) -> Option<(u32, u64)> {
    let key = take_varint(bytes)?;
    Some((u32::try_from(key >> 3).ok()?, key & 7))
}

fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let [byte] = *take(bytes, 1)? else { return None };
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn take_delimited<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take_varint(bytes)?).ok()?;
    take(bytes, length)
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random_schemas::draw;

    #[test]
    fn what_is_no_message_has_no_facts() {
        let schemas = draw::schemas();
        assert_eq!(facts(&schemas, 0, &[]).unwrap().depth, 1);
        // A length beyond the end, a group that does not end, the end of a group that did not begin.
        for bytes in [&[0xc2, 0x3e, 1][..], &[0xc3, 0x3e], &[0xc4, 0x3e]] {
            assert_eq!(facts(&schemas, 0, bytes), None, "{bytes:x?}");
        }
        assert_eq!(facts(&schemas, 0, &[0xc3, 0x3e, 0xc3, 0x3e, 0xc4, 0x3e, 0xc4, 0x3e]).unwrap().depth, 3);
    }
}
