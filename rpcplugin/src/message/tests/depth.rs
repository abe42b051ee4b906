//! Messages within one another, as deep as the limit and much deeper, on a small stack.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{decode, encode, refuse};
use crate::limits::MESSAGE_DEPTH_MAX;
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind, Message};

#[derive(Debug, PartialEq, BinaryMessage)]
struct Link {
    next: Option<Box<Self>>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Tree {
    children: Vec<Self>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Node {
    #[binary(id = 1)]
    next: Option<Box<Self>>,
    #[binary(id = 2)]
    others: Vec<Self>,
}

/// A chain of so many links. It takes itself apart without recursion, where the compiler's own drop would recurse.
struct Chain<T>(T, fn(&mut T) -> Option<T>);

impl<T> Drop for Chain<T> {
    fn drop(&mut self) {
        let Self(head, cut) = self;
        while let Some(next) = cut(head) {
            *head = next;
        }
    }
}

fn links(count: usize) -> Chain<Link> {
    let add = |next, _| Link { next: Some(Box::new(next)) };
    Chain((1..count).fold(Link { next: None }, add), |link| link.next.take().map(|next| *next))
}

fn nodes(count: usize) -> Chain<Node> {
    let add = |next, _| Node { next: Some(Box::new(next)), others: Vec::new() };
    let last = Node { next: None, others: Vec::new() };
    Chain((1..count).fold(last, add), |node| node.next.take().map(|next| *next))
}

fn on_a_small_stack(test: fn()) {
    std::thread::Builder::new().stack_size(128 * 1024).spawn(test).unwrap().join().unwrap();
}

#[test]
fn as_deep_as_the_limit_comes_back() {
    on_a_small_stack(|| {
        let chain = links(MESSAGE_DEPTH_MAX);
        assert_eq!(decode::<Link>(&encode(&chain.0)).unwrap(), chain.0);
        let chain = nodes(MESSAGE_DEPTH_MAX);
        assert_eq!(decode::<Node>(&encode(&chain.0)).unwrap(), chain.0);
    });
}

#[test]
fn a_value_that_no_decoder_would_follow_is_not_encoded() {
    on_a_small_stack(|| {
        let limit = MESSAGE_DEPTH_MAX;
        for count in [MESSAGE_DEPTH_MAX + 1, 1_000_000] {
            let chain = links(count);
            let error = chain.0.encode().unwrap_err();
            assert_eq!(error.kind(), &EncodeErrorKind::Depth { limit });
            assert!(error.path().starts_with("next.next."), "{error}");
            let chain = nodes(count);
            let error = chain.0.encode().unwrap_err();
            assert_eq!(error.kind(), &EncodeErrorKind::Depth { limit });
            assert!(chain.0.encoded_len() > 0);
        }
    });
}

#[test]
fn a_message_too_deep_is_not_taken_for_one_that_may_be_left_out() {
    let mut inner = Plain { next: vec![] };
    for _ in 0..MESSAGE_DEPTH_MAX {
        inner = Plain { next: vec![inner] };
    }
    assert_eq!(inner.encode().unwrap_err().kind(), &EncodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX });
    let wrapper = Wrapper { plain: inner };
    assert_eq!(wrapper.encode().unwrap_err().path().split('.').next(), Some("plain"));
}

#[derive(BinaryMessage)]
struct Plain {
    #[binary(id = 1)]
    next: Vec<Self>,
}

#[derive(BinaryMessage)]
struct Wrapper {
    #[binary(id = 1)]
    plain: Plain,
}

/// Holds two messages that are not written while they have their defaults.
#[derive(Debug, PartialEq, BinaryMessage)]
struct Holder {
    #[binary(id = 1)]
    next: Option<Box<Self>>,
    #[binary(id = 2)]
    part: Part,
    #[binary(id = 3)]
    parts: BTreeMap<u32, Part>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Part {
    #[binary(id = 1)]
    smaller: Smaller,
    #[binary(id = 2)]
    time: Duration,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Smaller {
    #[binary(id = 1)]
    number: u32,
}

fn part(number: u32) -> Part {
    Part { smaller: Smaller { number }, time: Duration::ZERO }
}

fn holders(count: usize, last: Holder) -> Holder {
    let add = |next, _| Holder { next: Some(Box::new(next)), part: part(0), parts: BTreeMap::new() };
    (1..count).fold(last, add)
}

#[test]
fn a_message_that_is_left_out_is_not_too_deep() {
    let limit = MESSAGE_DEPTH_MAX;
    let last = |number| Holder { next: None, part: part(number), parts: BTreeMap::new() };
    let deep = holders(limit, last(0));
    assert_eq!(decode::<Holder>(&encode(&deep)).unwrap(), deep);
    let error = holders(limit, last(1)).encode().unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::Depth { limit });

    // An entry of a map is a message, its value another one.
    let last = |number| Holder { next: None, part: part(0), parts: BTreeMap::from([(5, part(number))]) };
    let deep = holders(limit - 1, last(0));
    assert_eq!(decode::<Holder>(&encode(&deep)).unwrap(), deep);
    let error = holders(limit - 1, last(1)).encode().unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::Depth { limit });
}

#[test]
fn packed_bytes_that_nest_for_ever_are_refused() {
    on_a_small_stack(|| {
        let error = refuse::<Link>(&vec![1; 1_000_000]);
        assert_eq!(error.kind(), &DecodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX });
        assert_eq!(error.offset(), Some(MESSAGE_DEPTH_MAX));
        let error = refuse::<Tree>(&[1, 0, 0, 0].repeat(250_000));
        assert_eq!(error.kind(), &DecodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX });
        assert!(error.path().starts_with("children[0].children[0]."), "{error}");
    });
}

#[test]
fn tagged_bytes_that_nest_for_ever_are_refused() {
    on_a_small_stack(|| {
        // Written from the inside out: every message holds the one before.
        for key in [0x0a, 0x12] {
            let mut backwards: Vec<u8> = Vec::new();
            while backwards.len() < 100_000 {
                let mut prefix = vec![key];
                let mut length = backwards.len();
                while length > 0x7f {
                    prefix.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
                    length >>= 7;
                }
                prefix.push(u8::try_from(length).unwrap());
                backwards.extend(prefix.iter().rev());
            }
            backwards.reverse();
            let error = refuse::<Node>(&backwards);
            assert_eq!(error.kind(), &DecodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX });
        }
    });
}

#[test]
fn groups_that_nest_for_ever_are_refused() {
    on_a_small_stack(|| {
        // The start of group 50, again and again.
        let error = refuse::<Node>(&[0x93, 0x03].repeat(500_000));
        assert_eq!(error.kind(), &DecodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX });
        let deep = MESSAGE_DEPTH_MAX - 1;
        let allowed = [[0x93, 0x03].repeat(deep), [0x94, 0x03].repeat(deep)].concat();
        assert!(decode::<Node>(&allowed).is_ok());
        let many_beside = [0x93, 0x03, 0x94, 0x03].repeat(1_000);
        assert!(decode::<Node>(&many_beside).is_ok());
    });
}
