//! The tagged layout against prost, which reads and writes the same messages from its own derive.

use bytes::Bytes;
use proptest::prelude::*;
use prost::Message as _;

use super::{decode, encode};
use crate::{BinaryMessage, Message};

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Ours {
    #[binary(id = 1)]
    a: u32,
    #[binary(id = 2)]
    b: i32,
    #[binary(id = 3)]
    c: u64,
    #[binary(id = 4)]
    d: i64,
    #[binary(id = 5)]
    e: bool,
    #[binary(id = 6)]
    f: f32,
    #[binary(id = 7)]
    g: f64,
    #[binary(id = 8)]
    h: String,
    #[binary(id = 9)]
    i: Vec<u8>,
    #[binary(id = 10)]
    j: Bytes,
    #[binary(id = 20)]
    k: Option<i32>,
    #[binary(id = 21)]
    l: Option<String>,
    #[binary(id = 22)]
    m: Vec<i64>,
    #[binary(id = 23)]
    n: Vec<f32>,
    #[binary(id = 24)]
    o: Vec<String>,
    #[binary(id = 25)]
    p: Vec<bool>,
    #[binary(id = 2000)]
    q: Option<OursInner>,
    #[binary(id = 2001)]
    r: Vec<OursInner>,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct OursInner {
    #[binary(id = 1)]
    x: i64,
    #[binary(id = 2)]
    y: Vec<Vec<u8>>,
    #[binary(id = 3)]
    z: Option<Box<Self>>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Theirs {
    #[prost(uint32, tag = "1")]
    a: u32,
    #[prost(int32, tag = "2")]
    b: i32,
    #[prost(uint64, tag = "3")]
    c: u64,
    #[prost(int64, tag = "4")]
    d: i64,
    #[prost(bool, tag = "5")]
    e: bool,
    #[prost(float, tag = "6")]
    f: f32,
    #[prost(double, tag = "7")]
    g: f64,
    #[prost(string, tag = "8")]
    h: String,
    #[prost(bytes = "vec", tag = "9")]
    i: Vec<u8>,
    #[prost(bytes = "bytes", tag = "10")]
    j: Bytes,
    #[prost(int32, optional, tag = "20")]
    k: Option<i32>,
    #[prost(string, optional, tag = "21")]
    l: Option<String>,
    #[prost(int64, repeated, tag = "22")]
    m: Vec<i64>,
    #[prost(float, repeated, tag = "23")]
    n: Vec<f32>,
    #[prost(string, repeated, tag = "24")]
    o: Vec<String>,
    #[prost(bool, repeated, tag = "25")]
    p: Vec<bool>,
    #[prost(message, optional, tag = "2000")]
    q: Option<TheirsInner>,
    #[prost(message, repeated, tag = "2001")]
    r: Vec<TheirsInner>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirsInner {
    #[prost(int64, tag = "1")]
    x: i64,
    #[prost(bytes = "vec", repeated, tag = "2")]
    y: Vec<Vec<u8>>,
    #[prost(message, optional, boxed, tag = "3")]
    z: Option<Box<Self>>,
}

fn arbitrary_inner() -> impl Strategy<Value = TheirsInner> {
    let leaf = (any::<i64>(), prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 0..3))
        .prop_map(|(x, y)| TheirsInner { x, y, z: None });
    leaf.prop_recursive(4, 8, 1, |inner| {
        (any::<i64>(), inner).prop_map(|(x, z)| TheirsInner { x, y: Vec::new(), z: Some(Box::new(z)) })
    })
}

/// Half of the time the default, so that what is left out is tried too.
fn sparse<T: Clone + Default + std::fmt::Debug + 'static>(
    values: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = T> {
    prop_oneof![Just(T::default()), values]
}

/// Without negative zero, which prost leaves out and this crate keeps.
fn float() -> impl Strategy<Value = f32> {
    any::<f32>().prop_map(|value| value + 0.0)
}

fn arbitrary_theirs() -> impl Strategy<Value = Theirs> {
    let numbers = (sparse(any::<u32>()), sparse(any::<i32>()), sparse(any::<u64>()), sparse(any::<i64>()));
    let others = (any::<bool>(), sparse(float()), sparse(float().prop_map(f64::from)), any::<String>());
    let bytes = (sparse(any::<Vec<u8>>()), sparse(any::<Vec<u8>>()));
    let options = (any::<Option<i32>>(), any::<Option<String>>(), prop::option::of(arbitrary_inner()));
    let lists = (
        any::<Vec<i64>>(),
        prop::collection::vec(any::<f32>(), 0..9),
        any::<Vec<String>>(),
        any::<Vec<bool>>(),
    );
    let inners = prop::collection::vec(arbitrary_inner(), 0..4);
    (numbers, others, bytes, options, lists, inners).prop_map(
        |((a, b, c, d), (e, f, g, h), (i, j), (k, l, q), (m, n, o, p), r)| {
            let j = Bytes::from(j);
            Theirs { a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r }
        },
    )
}

proptest! {
    #[test]
    fn both_write_the_same_bytes_and_read_each_other(theirs in arbitrary_theirs()) {
        let written = theirs.encode_to_vec();
        let ours = decode::<Ours>(&written).unwrap();
        let bytes = encode(&ours);
        prop_assert_eq!(&bytes[..], &written[..]);
        prop_assert_eq!(<Theirs as prost::Message>::decode(bytes).unwrap(), theirs);
    }

    #[test]
    fn both_accept_and_refuse_the_same_bytes(
        theirs in arbitrary_theirs(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = theirs.encode_to_vec();
        prop_assume!(!bytes.is_empty());
        for (position, byte) in changes {
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        let read = <Theirs as prost::Message>::decode(&bytes[..]);
        match decode::<Ours>(&bytes) {
            Ok(ours) => {
                let read = read.unwrap();
                // Compared by their bytes: a change can make a float that equals nothing, or a negative zero.
                let again = <Theirs as prost::Message>::decode(encode(&ours)).unwrap();
                prop_assert_eq!(again.encode_to_vec(), read.encode_to_vec());
            }
            Err(error) => prop_assert!(read.is_err(), "refused by us alone: {}", error),
        }
    }
}

#[test]
fn a_prost_type_is_a_message_as_it_is() {
    let inner = TheirsInner { x: 5, y: vec![], z: None };
    let bytes = Message::encode(&inner).unwrap();
    assert_eq!(bytes[..], [0x08, 5]);
    assert_eq!(Message::encoded_len(&inner), 2);
    assert_eq!(decode::<TheirsInner>(&bytes).unwrap(), inner);
    assert_eq!(Message::encode(&()).unwrap(), "");
    let error = decode::<TheirsInner>(&[0x08]).unwrap_err();
    assert_eq!(error.type_name(), "TheirsInner");
    assert!(
        error.to_string().starts_with("cannot decode `TheirsInner`: failed to decode Protobuf message"),
        "{error}"
    );
}
