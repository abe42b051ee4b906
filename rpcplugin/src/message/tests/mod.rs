//! The room from outside: types with the derive, bytes written by hand, and bytes of a stranger.

mod packed;

mod tagged;

mod hostile;

mod depth;

mod memory;

mod derive;
mod validate;

mod derive_fields;

mod encode_into;
mod encode_to_slice;

mod newtype;

mod prost_peer;

mod tagged_field;

mod tagged_numbers;

mod tagged_borrowed;

mod tagged_maps;

mod tagged_time;

mod tagged_enums;

mod tagged_oneof;

mod tagged_checks;

mod tagged_hostile;

mod bare;

mod values;

mod tuple;

mod map;

mod borrowed;

mod items;

mod padded;

mod every_type;

use bytes::Bytes;

use crate::{DecodeError, Message};

fn decode<T: Message>(bytes: &[u8]) -> Result<T, DecodeError> {
    T::decode(Bytes::copy_from_slice(bytes))
}

/// Decodes what must not be accepted.
fn refuse<T: Message>(bytes: &[u8]) -> DecodeError {
    match decode::<T>(bytes) {
        Ok(_) => panic!("accepted {bytes:02x?}"),
        Err(error) => error,
    }
}

fn encode<T: Message>(message: &T) -> Bytes {
    let bytes = message.encode().unwrap();
    assert_eq!(bytes.len(), message.encoded_len(), "the length is known beforehand");
    bytes
}

/// Encodes to exactly these bytes, and back.
fn assert_bytes<T: Message + PartialEq + std::fmt::Debug>(message: &T, bytes: &[u8]) {
    assert_eq!(encode(message), bytes);
    assert_eq!(&decode::<T>(bytes).unwrap(), message);
}
