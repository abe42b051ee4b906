//! Values that lie in the message and are no copy.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::tagged_field::{assert_field, read, write};
use crate::DecodeErrorKind;
use crate::message::tagged::PLAIN;

// A constant would have an address for each of its uses.
static TEXT: &[u8] = &[0x0a, 3, b'a', 0xc3, 0xa9];

#[test]
fn a_borrowed_value_lies_in_the_message() {
    let inside = |start: *const u8| TEXT.as_ptr_range().contains(&start);
    let text: &str = read::<&str, PLAIN>(TEXT).unwrap();
    assert_eq!(text, "aé");
    assert!(inside(text.as_ptr()));
    let bytes = read::<&[u8], PLAIN>(TEXT).unwrap();
    assert_eq!(bytes, &TEXT[2..]);
    assert!(inside(bytes.as_ptr()));
    let Cow::Borrowed(text) = read::<Cow<'_, str>, PLAIN>(TEXT).unwrap() else { panic!("a copy") };
    assert!(inside(text.as_ptr()));
    let Cow::Borrowed(bytes) = read::<Cow<'_, [u8]>, PLAIN>(TEXT).unwrap() else { panic!("a copy") };
    assert!(inside(bytes.as_ptr()));
    let owned = read::<Box<str>, PLAIN>(TEXT).unwrap();
    assert!(!inside(owned.as_ptr()));
}

#[test]
fn a_borrowed_value_is_written_like_an_owned_one() {
    assert_field::<String, PLAIN>(&"aé".to_owned(), TEXT);
    assert_field::<&str, PLAIN>(&"aé", TEXT);
    assert_field::<Box<str>, PLAIN>(&"aé".into(), TEXT);
    assert_field::<Cow<'_, str>, PLAIN>(&"aé".into(), TEXT);
    assert_field::<Cow<'_, str>, PLAIN>(&Cow::Owned("aé".to_owned()), TEXT);
    assert_field::<&[u8], PLAIN>(&&TEXT[2..], TEXT);
    assert_field::<Box<[u8]>, PLAIN>(&TEXT[2..].into(), TEXT);
    assert_field::<Cow<'_, [u8]>, PLAIN>(&TEXT[2..].into(), TEXT);
    assert_field::<&str, PLAIN>(&"", &[]);
    assert_field::<&[u8], PLAIN>(&&[][..], &[]);
}

#[test]
fn a_borrowed_value_may_come_in_every_number() {
    assert_field::<Option<&str>, PLAIN>(&None, &[]);
    assert_field::<Option<&str>, PLAIN>(&Some(""), &[0x0a, 0]);
    assert_field::<Vec<&str>, PLAIN>(&vec!["a", ""], &[0x0a, 1, b'a', 0x0a, 0]);
    assert_field::<Vec<&[u8]>, PLAIN>(&vec![&[1], &[2]], &[0x0a, 1, 1, 0x0a, 1, 2]);
    let names = BTreeMap::from([("a", "b")]);
    assert_field::<BTreeMap<&str, &str>, PLAIN>(&names, &[0x0a, 6, 0x0a, 1, b'a', 0x12, 1, b'b']);
}

#[test]
fn a_borrowed_value_outlives_the_reader_and_not_the_bytes() {
    fn first<'x>(bytes: &'x [u8]) -> &'x str {
        // What is read for the longer life can be had for a shorter one.
        read::<&'x str, PLAIN>(bytes).unwrap()
    }
    let bytes = write::<&str, PLAIN>(&"long");
    assert_eq!(first(&bytes), "long");
}

#[test]
fn borrowed_text_is_checked_like_any_other() {
    for error in [
        read::<&str, PLAIN>(&[0x0a, 2, b'a', 0xff]).unwrap_err(),
        read::<Cow<'_, str>, PLAIN>(&[0x0a, 2, b'a', 0xff]).unwrap_err(),
        read::<Box<str>, PLAIN>(&[0x0a, 2, b'a', 0xff]).unwrap_err(),
    ] {
        assert_eq!(error.kind(), &DecodeErrorKind::Utf8);
        assert_eq!((error.path().as_str(), error.offset()), ("field", Some(3)));
    }
    let error = read::<&[u8], PLAIN>(&[0x0a, 2, 1]).unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::Truncated { expected: 2, found: 1 });
}
