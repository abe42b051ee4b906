//! Fields with a bound, a fixed length or a lifetime, in derived messages.

use std::borrow::Cow;

use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind, Message};

#[derive(Debug, PartialEq, BinaryMessage)]
struct Label {
    #[binary(length = 4)]
    name: String,
    #[binary(length = 2)]
    code: Vec<u8>,
    #[binary(max_len = 3)]
    few: Vec<u16>,
    #[binary(max_len = 2, prefix = u8)]
    short: Option<String>,
}

fn label() -> Label {
    Label { name: "ab".into(), code: vec![1, 2], few: vec![1], short: Some("x".into()) }
}

#[test]
fn a_fixed_length_pads_and_a_bound_bounds() {
    let bytes = label().encode_to_vec().unwrap();
    assert_eq!(bytes, [b'a', b'b', 0, 0, 1, 2, 1, 0, 0, 0, 1, 0, 1, 1, b'x']);
    assert_eq!(Label::decode_slice(&bytes).unwrap(), label());

    let long = Label { name: "abcde".into(), ..label() }.encode_to_vec().unwrap_err();
    assert_eq!(
        (long.path().as_str(), long.kind()),
        ("name", &EncodeErrorKind::TooLong { limit: 4, found: 5 })
    );
    let many = Label { few: vec![0; 4], ..label() }.encode_to_vec().unwrap_err();
    assert_eq!(
        (many.path().as_str(), many.kind()),
        ("few", &EncodeErrorKind::TooLong { limit: 3, found: 4 })
    );

    let mut claimed = vec![b'a', b'b', 0, 0, 1, 2, 4, 0, 0, 0];
    claimed.extend_from_slice(&[0; 9]);
    let many = Label::decode_slice(&claimed).unwrap_err();
    assert_eq!((many.path().as_str(), many.offset()), ("few", Some(6)));
    assert_eq!(many.kind(), &DecodeErrorKind::TooLong { limit: 3, found: 4 });
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Bounded {
    #[binary(id = 1, max_len = 2)]
    texts: Vec<String>,
    #[binary(id = 2, max_len = 3)]
    text: String,
}

#[test]
fn a_bound_holds_in_a_tagged_message() {
    let fits = Bounded { texts: vec!["a".into(), "b".into()], text: "abc".into() };
    let bytes = fits.encode_to_vec().unwrap();
    assert_eq!(Bounded::decode_slice(&bytes).unwrap(), fits);
    let mut more = bytes;
    more.extend_from_slice(&[0x0a, 1, b'c']);
    let error = Bounded::decode_slice(&more).unwrap_err();
    assert_eq!(error.path(), "texts");
    assert_eq!(error.kind(), &DecodeErrorKind::TooLong { limit: 2, found: 3 });
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Line<'a, 'b> {
    number: u32,
    text: &'a str,
    bytes: &'b [u8],
    words: Vec<&'a str>,
    owned: Cow<'a, str>,
    word: Option<Word<'a>>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Word<'a>(&'a str);

#[test]
fn a_message_with_a_lifetime_borrows_from_its_bytes() {
    let line = Line {
        number: 1,
        text: "text",
        bytes: b"bytes",
        words: vec!["a", "b"],
        owned: Cow::Borrowed("cow"),
        word: Some(Word("word")),
    };
    let bytes = line.encode_to_vec().unwrap();
    let read = Line::decode_slice(&bytes).unwrap();
    assert_eq!(read, line);
    let inside = bytes.as_ptr_range();
    for part in [read.text, read.words[1], &read.owned, read.word.as_ref().unwrap().0] {
        assert!(inside.contains(&part.as_ptr()), "{part} was copied");
    }
    assert!(inside.contains(&read.bytes.as_ptr()));
    assert_eq!(Line::decode_slice(&bytes[..10]).unwrap_err().path(), "text");
}

mod elsewhere {
    pub(super) use crate as renamed;
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(crate = elsewhere::renamed, memory = 1)]
struct Strict {
    items: Vec<Option<[u64; 8]>>,
}

#[test]
fn the_memory_of_a_value_is_bounded_by_its_bytes() {
    // Nothing of 72 bytes, for each byte of the message: 64 KiB hold 910 of them.
    let message = |count: u32| {
        let mut bytes = count.to_le_bytes().to_vec();
        bytes.resize(4 + usize::try_from(count).unwrap(), 0);
        bytes
    };
    assert_eq!(Strict::decode_slice(&message(900)).unwrap().items.len(), 900);
    let bytes = message(2000);
    let error = Strict::decode_slice(&bytes).unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::Memory { limit: 2004 + 64 * 1024 });
    assert!(error.path().starts_with("items"), "{error}");
    assert!(error.to_string().contains("#[binary(memory = N)]"), "{error}");
    assert!(Strict::decode(bytes.into()).is_err());
    // What would be refused is not written.
    let error = Strict { items: vec![None; 2000] }.encode_to_vec().unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::DecodedMemory { limit: 2004 + 64 * 1024 });
    assert_eq!(error.path(), "items");
}
