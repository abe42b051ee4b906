//! A message that borrows, in every place where it can.

use std::borrow::Cow;

use rpcplugin::{BinaryMessage, DecodeError, Items, Views};

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Level {
    price: f64,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Packed<'text, 'bytes: 'text> {
    text: &'text str,
    bytes: &'bytes [u8],
    array: &'text [u8; 2],
    cow: Cow<'text, str>,
    words: Vec<&'text str>,
    maybe: Option<&'bytes str>,
    inner: Inner<'text>,
    levels: Views<'bytes, Level>,
    lines: Items<'bytes, &'text str>,
    names: Items<'text, Inner<'text>>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Inner<'a>(&'a str);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Tagged<'a> {
    #[binary(id = 1)]
    text: &'a str,
    #[binary(id = 2)]
    words: Vec<&'a str>,
    #[binary(id = 3)]
    inner: Option<Box<Tagged<'a>>>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
enum Choice<'a> {
    #[binary(id = 1)]
    Text(&'a str),
    #[binary(id = 2)]
    Number(u8),
}

/// The text lives as long as the bytes, not as long as the message.
fn text(bytes: &[u8]) -> Result<&str, DecodeError> {
    Ok(Tagged::decode_slice(bytes)?.text)
}

fn main() {
    let tagged = Tagged { text: "a", words: vec!["b"], inner: None };
    assert_eq!(text(&tagged.encode_to_vec().unwrap()).unwrap(), "a");
    let choice = Choice::Text("a").encode_to_vec().unwrap();
    assert_eq!(Choice::decode_slice(&choice).unwrap(), Choice::Text("a"));
    assert_eq!(Choice::decode_slice(&[2, 3]).unwrap(), Choice::Number(3));
    assert!(Packed::decode_slice(&choice).is_err());
}
