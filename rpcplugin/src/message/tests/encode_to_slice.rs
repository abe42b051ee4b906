//! A buffer is written without measuring first: what comes out is as if it had been.

use crate::{BinaryMessage, EncodeErrorKind};

#[derive(Debug, PartialEq, BinaryMessage)]
struct Words {
    number: u32,
    words: Vec<String>,
}

fn words() -> Words {
    Words { number: 7, words: (0..70).map(|length| "x".repeat(length)).collect() }
}

#[test]
fn a_longer_buffer_gets_the_same_bytes_and_nothing_behind_them() {
    let bytes = words().encode_to_vec().unwrap();
    for behind in [0, 1, 40] {
        let mut buffer = vec![0xee; bytes.len() + behind];
        assert_eq!(words().encode_to_slice(&mut buffer).unwrap(), bytes.len());
        assert_eq!(buffer[..bytes.len()], bytes);
        assert!(buffer[bytes.len()..].iter().all(|byte| *byte == 0xee));
    }
    assert_eq!(Words::decode_slice(&bytes).unwrap(), words());
}

#[test]
fn memory_of_its_own_gets_the_same_bytes_and_no_more_at_every_length() {
    let mut buffer = Vec::new();
    for length in 0..300 {
        let words = Words { number: 7, words: vec!["x".repeat(length)] };
        let bytes = words.encode_to_vec().unwrap();
        buffer.clear();
        words.encode_append(&mut buffer).unwrap();
        assert_eq!(bytes, buffer, "{length}");
        assert_eq!(bytes.capacity(), bytes.len(), "{length}");
    }
}

#[test]
fn a_shorter_buffer_is_refused_with_what_is_needed_wherever_it_ends() {
    let needed = words().encoded_size();
    let mut buffer = vec![0; needed];
    for found in 0..needed {
        let error = words().encode_to_slice(&mut buffer[..found]).unwrap_err();
        assert_eq!(error.kind(), &EncodeErrorKind::Buffer { needed, found });
        assert_eq!((error.type_name(), error.path().as_str()), ("Words", ""));
    }
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Narrow {
    first: u8,
    #[binary(prefix = u8)]
    text: String,
}

#[test]
fn the_length_of_the_buffer_is_judged_before_the_value() {
    let long = Narrow { first: 1, text: "x".repeat(300) };
    let error = long.encode_to_slice(&mut [0; 301]).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::Buffer { needed: 302, found: 301 });
    let error = long.encode_to_slice(&mut [0; 302]).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: 255, found: 300 });
    assert_eq!(error.to_string(), long.encode_to_vec().unwrap_err().to_string());
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(memory = 2)]
struct Small {
    number: u32,
    words: Vec<String>,
}

#[test]
fn the_memory_is_bounded_by_the_message_and_not_by_the_buffer() {
    // 24 bytes of memory each, for 4 bytes of the message.
    let many = |count| Small { number: 7, words: vec![String::new(); count] };
    let mut buffer = vec![0; 1 << 20];
    let limit = |count| 2 * (8 + 4 * count) + 64 * 1024;
    let most = (0..10_000).take_while(|count| 24 * count <= limit(*count)).last().unwrap();
    assert_eq!(many(most).encode_to_slice(&mut buffer).unwrap(), 8 + 4 * most);
    let error = many(most + 1).encode_to_slice(&mut buffer).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::DecodedMemory { limit: limit(most + 1) });
    assert_eq!(error.path(), "words");
    assert_eq!(error.to_string(), many(most + 1).encode_to_vec().unwrap_err().to_string());
}
