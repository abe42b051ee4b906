//! Text and bytes of a fixed length, and the bound on what has a length.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bytes::Bytes;
use proptest::prelude::*;

use super::bare::said;
use crate::message::packed::{Length, Padded, check_decoded_length, check_encoded_length};
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, TypeSchema};

/// Writes into memory that was used before.
fn write<'a, T: Padded<'a>>(value: &T, length: usize) -> Result<Vec<u8>, EncodeError> {
    let mut place = vec![0xee; length];
    let mut writer = Writer::new(&mut place, 16);
    value.write_padded_field("name", length, &mut writer)?;
    writer.finish()?;
    Ok(place)
}

fn read<'a, T: Padded<'a>>(length: usize, bytes: &'a [u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes, 1);
    let value = T::read_padded_field("name", length, &mut reader)?;
    assert_eq!(reader.offset(), length, "exactly the bytes of the field are read");
    Ok(value)
}

#[test]
fn text_is_filled_up_with_zeros_and_ends_at_the_first() {
    let bytes = b"h\xc3\xa9\0\0";
    assert_eq!(write(&"hé", 5).unwrap(), bytes);
    assert_eq!(write(&"hé".to_owned(), 5).unwrap(), bytes);
    assert_eq!(write(&Cow::Borrowed("hé"), 5).unwrap(), bytes);
    assert_eq!(read::<String>(5, bytes).unwrap(), "hé");
    let text: &str = read(5, bytes).unwrap();
    assert_eq!((text, text.as_ptr()), ("hé", bytes.as_ptr()));
    assert!(matches!(read::<Cow<'_, str>>(5, bytes).unwrap(), Cow::Borrowed("hé")));
    assert!(matches!(<String as Padded<'_>>::TYPE, TypeSchema::Text));
}

#[test]
fn text_that_fills_its_field_has_no_zero_behind_it() {
    assert_eq!(write(&"abc", 3).unwrap(), b"abc");
    assert_eq!(read::<&str>(3, b"abcd").unwrap(), "abc");
    assert_eq!(write(&"", 2).unwrap(), [0, 0]);
    assert_eq!(read::<String>(2, &[0, 0]).unwrap(), "");
    assert_eq!(write(&"", 0).unwrap(), Vec::<u8>::new());
    assert_eq!(read::<&str>(0, b"a").unwrap(), "");
}

#[test]
fn what_is_behind_the_zero_of_a_text_is_not_looked_at() {
    assert_eq!(read::<&str>(5, b"a\0\xff\xfex").unwrap(), "a");
    assert_eq!(read::<String>(4, b"\0abc").unwrap(), "");
}

#[test]
fn bytes_are_filled_up_with_zeros_and_keep_them() {
    let bytes = [1, 0, 2, 0, 0];
    assert_eq!(write(&vec![1_u8, 0, 2], 5).unwrap(), bytes);
    assert_eq!(write(&&[1_u8, 0, 2][..], 5).unwrap(), bytes);
    assert_eq!(write(&Cow::Borrowed(&[1_u8, 0, 2][..]), 5).unwrap(), bytes);
    assert_eq!(write(&Bytes::from_static(&[1, 0, 2]), 5).unwrap(), bytes);
    assert_eq!(read::<Vec<u8>>(5, &bytes).unwrap(), bytes);
    assert_eq!(read::<Bytes>(5, &bytes).unwrap(), bytes[..]);
    let slice: &[u8] = read(5, &bytes).unwrap();
    assert_eq!((slice, slice.as_ptr()), (&bytes[..], bytes.as_ptr()));
    let Cow::Borrowed(cow) = read::<Cow<'_, [u8]>>(5, &bytes).unwrap() else { panic!("a copy was made") };
    assert_eq!(cow, bytes);
    assert!(matches!(<Bytes as Padded<'_>>::TYPE, TypeSchema::Bytes));
}

#[test]
fn shared_bytes_are_a_slice_of_the_message() {
    let message = Bytes::from_static(b"abc\0\0");
    let mut reader = Reader::sharing(&message, 1);
    let read = <Bytes as Padded<'_>>::read_padded(4, &mut reader).unwrap();
    assert_eq!((&read[..], read.as_ptr()), (&b"abc\0"[..], message.as_ptr()));
}

#[test]
fn what_is_longer_than_its_field_is_not_written() {
    let said = |error: EncodeError| (error.path(), error.kind().clone());
    let expected = ("name".to_owned(), EncodeErrorKind::TooLong { limit: 2, found: 3 });
    assert_eq!(said(write(&"hé", 2).unwrap_err()), expected);
    assert_eq!(said(write(&vec![0_u8; 3], 2).unwrap_err()), expected);
    assert_eq!(said(write(&Bytes::from_static(&[0; 3]), 2).unwrap_err()), expected);
}

#[test]
fn text_that_would_be_cut_when_it_is_read_is_not_written() {
    for text in ["\0", "a\0", "a\0b"] {
        let error = write(&text, 5).unwrap_err();
        assert_eq!(error.path(), "name");
        let EncodeErrorKind::Custom { reason } = error.kind() else { panic!("{error}") };
        assert!(reason.starts_with("expected a text without NUL"), "{reason}");
    }
    assert_eq!(write(&&b"a\0b"[..], 3).unwrap(), b"a\0b");
}

#[test]
fn text_that_is_none_is_refused_before_its_zero() {
    for bytes in [&b"ab\xffc\0"[..], b"ab\xc3\0\xa9"] {
        let error = read::<&str>(5, bytes).unwrap_err();
        assert_eq!(said(&error), ("name".into(), 2, DecodeErrorKind::Utf8));
        assert_eq!(read::<String>(5, bytes), Err(error));
        assert_eq!(read::<Vec<u8>>(5, bytes).unwrap(), bytes);
    }
}

#[test]
fn a_field_that_is_cut_is_refused() {
    for found in 0..4 {
        // A zero within what is left does not end the field.
        let bytes = &[b'a', 0, b'b', b'c'][..found];
        let expected = ("name".to_owned(), 0, DecodeErrorKind::Truncated { expected: 4, found });
        assert_eq!(said(&read::<&str>(4, bytes).unwrap_err()), expected);
        assert_eq!(said(&read::<String>(4, bytes).unwrap_err()), expected);
        assert_eq!(said(&read::<Vec<u8>>(4, bytes).unwrap_err()), expected);
        assert_eq!(said(&read::<Bytes>(4, bytes).unwrap_err()), expected);
    }
    let error = read::<Vec<u8>>(usize::MAX, b"abc").unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::Truncated { expected: usize::MAX, found: 3 });
}

proptest! {
    #[test]
    fn padded_text_comes_back(text in "[^\\x00]{0,20}", more in 0..20_usize) {
        let length = text.len() + more;
        let bytes = write(&text, length).unwrap();
        prop_assert_eq!(bytes.len(), length);
        prop_assert_eq!(read::<String>(length, &bytes).unwrap(), text);
    }

    #[test]
    fn random_bytes_are_some_text_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
        if let Ok(text) = read::<&str>(bytes.len(), &bytes) {
            let written = write(&text, bytes.len()).unwrap();
            prop_assert_eq!(&written[..text.len()], &bytes[..text.len()]);
            prop_assert!(written[text.len()..].iter().all(|byte| *byte == 0));
        }
    }
}

#[test]
fn a_length_counts_the_bytes_of_text_and_the_items_of_the_rest() {
    assert_eq!(("é".length(), "é".to_owned().length(), Cow::Borrowed("é").length()), (2, 2, 2));
    assert_eq!(Box::<str>::from("é").length(), 2);
    let slice = &[0_u64; 3][..];
    assert_eq!((vec![0_u64; 3].length(), slice.length(), <&[u64] as Length>::length(&slice)), (3, 3, 3));
    assert_eq!(Cow::Borrowed(&[0_u8; 3][..]).length(), 3);
    assert_eq!(Bytes::from_static(b"abc").length(), 3);
    assert_eq!((BTreeMap::from([(1, 2)]).length(), HashMap::from([(1, 2)]).length()), (1, 1));
    assert_eq!((BTreeSet::from([1, 2]).length(), HashSet::from([1, 2]).length()), (2, 2));
    assert_eq!((Some("abc").length(), None::<String>.length()), (3, 0));
    assert_eq!(Some(Box::new(vec![String::new(); 4])).length(), 4);
}

#[test]
fn a_length_above_its_bound_is_refused_on_both_ways() {
    let list = vec![0_u16; 3];
    assert_eq!(check_encoded_length(list.length(), 3, "list"), Ok(()));
    assert_eq!(check_decoded_length(list.length(), 3, "list", 7), Ok(()));
    let error = check_encoded_length(list.length(), 2, "list").unwrap_err();
    assert_eq!(error.path(), "list");
    assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: 2, found: 3 });
    let error = check_decoded_length(list.length(), 2, "list", 7).unwrap_err();
    assert_eq!(said(&error), ("list".into(), 7, DecodeErrorKind::TooLong { limit: 2, found: 3 }));
    assert_eq!(check_decoded_length(None::<String>.length(), 0, "text", 0), Ok(()));
}
