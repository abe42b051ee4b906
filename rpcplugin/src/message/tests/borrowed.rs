//! Text and bytes that stay where they are, in the message.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::bare::{assert_bytes, assert_bytes_in, read, refuse, said, try_write, write};
use crate::message::packed::{Big, Fixed, Little, Packed};
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind, TypeSchema};

type LittleEndian = (Little, u32);

/// Whether a part lies in the message, and is no copy.
fn lies_in(part: &[u8], message: &[u8]) -> bool {
    let message = message.as_ptr_range();
    let part = part.as_ptr_range();
    message.start <= part.start && part.end <= message.end
}

#[test]
fn borrowed_text_and_bytes_are_written_as_owned_ones() {
    let (little, big) = ([2, 0, 0, 0, 0xc3, 0xa9], [0, 0, 0, 2, 0xc3, 0xa9]);
    assert_bytes(&"é".to_owned(), &little, &big);
    assert_bytes(&"é", &little, &big);
    assert_bytes(&Cow::Borrowed("é"), &little, &big);
    assert_bytes(&Cow::<str>::Owned("é".to_owned()), &little, &big);
    assert_bytes(&Box::<str>::from("é"), &little, &big);
    let bytes = "é".as_bytes();
    assert_bytes(&bytes, &little, &big);
    assert_bytes(&Cow::Borrowed(bytes), &little, &big);
    assert_bytes(&Cow::<[u8]>::Owned(bytes.to_vec()), &little, &big);
    assert_bytes(&bytes.to_vec(), &little, &big);
    assert_bytes(&"", &[0; 4], &[0; 4]);
    assert_bytes_in::<(Big, u16), _>(&"ab", &[0, 2, b'a', b'b']);
    assert_bytes_in::<(Big, u8), _>(&&b"ab"[..], &[2, b'a', b'b']);
}

#[test]
fn what_is_borrowed_lies_in_the_message() {
    let bytes = write::<LittleEndian, _>(&("text", &b"bytes"[..], &[1_u8, 2, 3], "cow", &b"herd"[..]));
    type Parts<'x> = (&'x str, &'x [u8], &'x [u8; 3], Cow<'x, str>, Cow<'x, [u8]>);
    let (text, slice, array, cow, herd) = read::<LittleEndian, Parts<'_>>(&bytes).unwrap();
    assert_eq!((text, slice, array), ("text", &b"bytes"[..], &[1, 2, 3]));
    assert!(lies_in(text.as_bytes(), &bytes));
    assert!(lies_in(slice, &bytes));
    assert!(lies_in(array, &bytes));
    let (Cow::Borrowed(cow), Cow::Borrowed(herd)) = (cow, herd) else { panic!("a copy was made") };
    assert_eq!((cow, herd), ("cow", &b"herd"[..]));
    assert!(lies_in(cow.as_bytes(), &bytes) && lies_in(herd, &bytes));
    // The test can fail: this one is a copy.
    let (owned, ..) = read::<LittleEndian, (String, &[u8], [u8; 3], &str, &[u8])>(&bytes).unwrap();
    assert!(!lies_in(owned.as_bytes(), &bytes));
}

#[test]
fn what_was_read_outlives_the_reader() {
    let bytes = write::<LittleEndian, _>(&vec!["a", "b"]);
    // The reader is gone when `read` returns.
    let texts: Vec<&str> = read::<LittleEndian, _>(&bytes).unwrap();
    let map_bytes = write::<LittleEndian, _>(&BTreeMap::from([("k", &[1_u8][..])]));
    let map: HashMap<&str, &[u8]> = read::<LittleEndian, _>(&map_bytes).unwrap();
    assert_eq!((texts, map["k"]), (vec!["a", "b"], &[1][..]));
}

#[test]
fn an_array_of_bytes_has_no_length_before_it() {
    assert_bytes(&b"abc", b"abc", b"abc");
    assert_bytes(&&[0_u8; 0], &[], &[]);
    assert_bytes(&[b"ab", b"cd"], b"abcd", b"abcd");
    assert_bytes(&vec![b"ab", b"cd"], b"\x02\0\0\0abcd", b"\0\0\0\x02abcd");
    assert_eq!(<&[u8; 3] as Packed<'_>>::SIZE, Some(3));
    let TypeSchema::Array(TypeSchema::Integer { bits: 8, .. }, 3) = <&[u8; 3] as Packed<'_>>::TYPE else {
        panic!("an array of bytes");
    };
}

#[test]
fn an_array_of_bytes_is_a_view_in_a_fixed_message_too() {
    let bytes = *b"\x01abc";
    assert_eq!(<(u8, &[u8; 3]) as Fixed<'_>>::check::<LittleEndian>(&bytes), Ok(()));
    let (first, rest) = <(u8, &[u8; 3]) as Fixed<'_>>::get::<LittleEndian>(&bytes);
    assert_eq!((first, rest), (1, b"abc"));
    assert!(lies_in(rest, &bytes));
    let mut place = [0xee; 4];
    (first, rest).put::<LittleEndian>(&mut place);
    assert_eq!(place, bytes);
    assert_eq!(<&[u8; 3] as Fixed<'_>>::get::<LittleEndian>(b"ab"), &[0; 3]);
}

#[test]
fn text_that_is_none_is_refused_in_every_form() {
    let bytes = [3, 0, 0, 0, b'a', b'b', 0xff];
    let expected = (String::new(), 6, DecodeErrorKind::Utf8);
    assert_eq!(said(&refuse::<LittleEndian, &str>(&bytes)), expected);
    assert_eq!(said(&refuse::<LittleEndian, Cow<'_, str>>(&bytes)), expected);
    assert_eq!(said(&refuse::<LittleEndian, Box<str>>(&bytes)), expected);
    assert_eq!(read::<LittleEndian, &[u8]>(&bytes).unwrap(), b"ab\xff");
}

#[test]
fn a_length_that_the_bytes_do_not_have_is_refused() {
    let bytes = [0xff, 0xff, 0xff, 0xff, b'a'];
    let expected = (String::new(), 4, DecodeErrorKind::Truncated { expected: 0xffff_ffff, found: 1 });
    assert_eq!(said(&refuse::<LittleEndian, &str>(&bytes)), expected);
    assert_eq!(said(&refuse::<LittleEndian, &[u8]>(&bytes)), expected);
    assert_eq!(said(&refuse::<LittleEndian, Cow<'_, [u8]>>(&bytes)), expected);
    assert_eq!(said(&refuse::<LittleEndian, Box<str>>(&bytes)), expected);
}

#[test]
fn what_is_longer_than_the_prefix_can_say_is_not_written() {
    let long = "a".repeat(256);
    let error = try_write::<(Big, u8), _>(&long.as_str()).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: 255, found: 256 });
    let error = try_write::<(Big, u8), _>(&Cow::Borrowed(long.as_bytes())).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: 255, found: 256 });
}

#[test]
fn pointers_are_paid_for_where_they_take_more_than_their_bytes() {
    // One byte each, and a pointer of eight.
    let bytes = [&100_000_u32.to_le_bytes()[..], &[7; 100_000]].concat();
    assert_eq!(read::<LittleEndian, Vec<&[u8; 1]>>(&bytes).unwrap().len(), 100_000);
    let mut reader = crate::message::reader::Reader::new(&bytes, 1);
    let error = <Vec<&[u8; 1]> as Packed<'_>>::read::<LittleEndian>(&mut reader).unwrap_err();
    assert!(matches!(error.kind(), DecodeErrorKind::Memory { .. }), "{error}");
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Plain {
    name: Box<str>,
}

#[test]
fn a_message_holds_a_boxed_text() {
    super::assert_bytes(&Plain { name: "é".into() }, &[2, 0, 0, 0, 0xc3, 0xa9]);
    let error = super::refuse::<Plain>(&[1, 0, 0, 0, 0xff]);
    assert_eq!(said(&error), ("name".into(), 4, DecodeErrorKind::Utf8));
}
