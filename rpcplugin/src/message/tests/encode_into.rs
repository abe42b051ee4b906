//! Messages behind each other in one buffer are those that stand alone.

use bytes::{Bytes, BytesMut};

use crate::{BinaryMessage, DecodeError, EncodeError, Message};

#[derive(BinaryMessage)]
struct Text {
    number: u16,
    text: String,
}

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    number: u32,
    #[binary(id = 2)]
    text: String,
}

/// As somebody writes it who knows nothing of buffers.
struct ByHand(Vec<u8>);

impl Message for ByHand {
    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn encode(&self) -> Result<Bytes, EncodeError> {
        Ok(self.0.clone().into())
    }

    fn decode(bytes: Bytes) -> Result<Self, DecodeError> {
        Ok(Self(bytes.to_vec()))
    }
}

fn put<T: Message>(message: &T, buffer: &mut BytesMut, expected: &mut Vec<u8>) {
    message.encode_into(buffer).unwrap();
    expected.extend_from_slice(&message.encode().unwrap());
    assert_eq!(buffer, &expected[..]);
}

#[test]
fn what_is_appended_is_the_message_whatever_is_before_it_and_however_long_it_is() {
    let (mut buffer, mut expected) = (BytesMut::new(), Vec::new());
    for length in (0..300).chain([5000]) {
        let text = "x".repeat(length);
        put(&Text { number: 7, text: text.clone() }, &mut buffer, &mut expected);
        put(&Tagged { number: 7, text: text.clone() }, &mut buffer, &mut expected);
        put(&ByHand(text.clone().into()), &mut buffer, &mut expected);
        // Of prost.
        put(&text, &mut buffer, &mut expected);
    }
}

#[derive(BinaryMessage, Debug, PartialEq)]
struct Part {
    number: u16,
    bytes: Bytes,
}

#[test]
fn the_first_of_several_is_read_where_it_lies_and_no_further() {
    let message = Part { number: 7, bytes: Bytes::from_static(b"abc") };
    let mut buffer = BytesMut::from(&message.encode().unwrap()[..]);
    let length = buffer.len();
    "behind".to_owned().encode_into(&mut buffer).unwrap();
    let bytes = buffer.freeze();
    let read = Part::decode_first(&bytes, length).unwrap();
    assert_eq!(read, message);
    assert!(bytes.as_ptr_range().contains(&read.bytes.as_ptr()), "no copy");
    Part::decode_first(&bytes, length - 1).unwrap_err();
    Part::decode_first(&bytes, length + 1).unwrap_err();
    assert_eq!(ByHand::decode_first(&bytes, 2).unwrap().0, [7, 0]);
    assert_eq!(String::decode_first(&bytes.slice(length..), bytes.len() - length).unwrap(), "behind");
}

#[derive(BinaryMessage)]
struct Narrow {
    first: u8,
    #[binary(prefix = u8)]
    text: String,
}

#[test]
fn what_does_not_fit_its_layout_is_an_error_and_leaves_alone_what_was_before() {
    for length in [256, 5000] {
        let mut buffer = BytesMut::from(&b"before"[..]);
        let error = Narrow { first: 1, text: "x".repeat(length) }.encode_into(&mut buffer).unwrap_err();
        assert_eq!((error.type_name(), error.path().as_str()), ("Narrow", "text"));
        assert!(buffer.starts_with(b"before"));
    }
}
