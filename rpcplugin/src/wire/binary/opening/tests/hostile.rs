//! Tables that break a rule.

use proptest::prelude::*;

use super::{GET, LIST, VECTORS, paths};
use crate::contract::MethodKind;
use crate::limits::{BINARY_METHODS_MAX, BINARY_TABLE_BYTES_MAX};
use crate::wire::binary::fields::put_short;
use crate::wire::binary::opening::Table;
use crate::wire::binary::opening::entry::Entry;
use crate::wire::binary::{TableFault, Violation};

fn entry(path: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    Entry { kind: MethodKind::UnaryUnary, path, request: (0, ""), response: (0, "") }.write(&mut bytes);
    bytes
}

fn fault(payloads: &[&[u8]]) -> (usize, TableFault) {
    let mut table = Table::default();
    let (last, before) = payloads.split_last().unwrap();
    for payload in before {
        table.add(payload).unwrap();
    }
    match table.add(last) {
        Err(Violation::Table { offset, fault }) => (offset, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_that_is_cut_is_a_violation() {
    let [payload, _] = VECTORS;
    let first = entry(GET.path).len();
    for length in 0..payload.len() {
        let cut = &payload[..length];
        if length == 0 || length == first {
            Table::default().add(cut).unwrap();
        } else {
            let offset = if length < first { 0 } else { first };
            assert_eq!(fault(&[cut]), (offset, TableFault::Cut), "{length}");
        }
    }
}

#[test]
fn a_kind_that_is_none_is_a_violation() {
    for found in 4..=u8::MAX {
        let mut bytes = entry("/a/B");
        bytes[0] = found;
        assert_eq!(fault(&[&bytes]), (0, TableFault::Kind { found }));
    }
}

#[test]
fn a_text_that_is_none_is_a_violation() {
    for spoiled in 0..3 {
        let mut bytes = [0; 17].to_vec();
        for text in 0..3 {
            put_short(&mut bytes, if text == spoiled { b"\xff" } else { b"/a" });
        }
        assert_eq!(fault(&[&bytes]), (0, TableFault::Text), "{spoiled}");
    }
}

#[test]
fn a_path_that_comes_twice_is_a_violation() {
    let (one, other) = (entry(GET.path), entry(LIST.path));
    let expected = TableFault::PathTwice { path: format!("`{}`", GET.path) };
    let twice = [one.clone(), other.clone(), one.clone()].concat();
    assert_eq!(fault(&[&twice]), (one.len() + other.len(), expected.clone()));
    assert_eq!(fault(&[&one, &other, &one]), (0, expected));
    let (_, hidden) = fault(&[&[entry("\n"), entry("\n")].concat()]);
    assert_eq!(hidden.to_string(), "the path `\\n` comes twice");
}

#[test]
fn more_methods_than_a_table_may_have_are_a_violation() {
    let full: Vec<u8> = paths(BINARY_METHODS_MAX, 10).iter().flat_map(|path| entry(path)).collect();
    assert_eq!(fault(&[&full, &entry("/a/B")]), (0, TableFault::Methods { limit: BINARY_METHODS_MAX }));
}

#[test]
fn more_bytes_than_a_table_may_have_are_a_violation() {
    let large: Vec<Vec<u8>> = paths(65, 65_500).iter().map(|path| entry(path)).collect();
    let most = BINARY_TABLE_BYTES_MAX / large[0].len();
    let frames: Vec<&[u8]> = large.iter().map(Vec::as_slice).collect();
    let (offset, found) = fault(&frames[..=most]);
    assert_eq!(offset, 0);
    assert!(matches!(found, TableFault::Bytes { limit: BINARY_TABLE_BYTES_MAX, .. }), "{found}");
}

#[test]
fn a_length_is_not_believed() {
    for texts in [&b"\xff\xff"[..], b"\x00\x00\xff\xff", b"\x00\x00\x00\x00\xff\xff/", b"\x01\x00"] {
        assert_eq!(fault(&[&[&[0; 17], texts].concat()]), (0, TableFault::Cut));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_table_or_a_violation(bytes: Vec<u8>, at: usize, byte: u8) {
        let _answer = Table::default().add(&bytes);
        let mut spoiled = VECTORS.concat();
        let at = at % spoiled.len();
        spoiled[at] = byte;
        let _answer = Table::default().add(&spoiled);
    }
}
