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
