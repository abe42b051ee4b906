//! What a plugin says of its methods, and what a host makes of it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

mod hostile;
mod refused;

use bytes::Bytes;
use rpcplugin::BinaryMessage;

use super::{Announcement, AnnouncementError, Table};
use crate::contract::{Code, MethodKind, MethodSpec};
use crate::limits::{BINARY_METHODS_MAX, BINARY_PATH_BYTES_MAX, BINARY_TABLE_BYTES_MAX};
use crate::message::Message;

#[derive(BinaryMessage)]
struct Range {
    from: u32,
    #[binary(endian = "big")]
    count: u16,
}

#[derive(BinaryMessage)]
struct Sample {
    value: u8,
}

const fn method(path: &'static str, kind: MethodKind) -> MethodSpec {
    MethodSpec::new("vectors.Store", "", path, kind, "", 0)
}

const GET: MethodSpec = method("/vectors.Store/Get", MethodKind::UnaryUnary);
const LIST: MethodSpec = method("/vectors.Store/List", MethodKind::UnaryStream)
    .messages(Range::KNOWN_SCHEMA, Sample::KNOWN_SCHEMA);
const PUT_ALL: MethodSpec =
    method("/vectors.Store/PutAll", MethodKind::StreamUnary).messages(Sample::KNOWN_SCHEMA, None);
const WATCH: MethodSpec = method("/vectors.Store/Watch", MethodKind::StreamStream);

/// The two payloads of METHODS in `tests/vectors/binary_wire.json`.
const VECTORS: [&[u8]; 2] = [
    b"\x00\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x12\x00/vectors.Store/Get\x00\x00\x00\x00\
      \x01\x9c\xa8\x65\x91\xbe\x90\xa7\xcc\xf1\xd4\x46\x3f\x7d\x5d\xc9\x44\x13\x00/vectors.Store/List\
      \x1e\x00Range {from:u32le,count:u16be}\x11\x00Sample {value:u8}",
    b"\x02\xf1\xd4\x46\x3f\x7d\x5d\xc9\x44\0\0\0\0\0\0\0\0\x15\x00/vectors.Store/PutAll\
      \x11\x00Sample {value:u8}\x00\x00\
      \x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x14\x00/vectors.Store/Watch\x00\x00\x00\x00",
];

fn announced(methods: &[MethodSpec]) -> Announcement {
    Announcement::new(methods.iter().map(|spec| (spec.path, spec))).unwrap()
}

/// What a host knows of a plugin with these methods.
fn table(methods: &[MethodSpec]) -> Table {
    let mut table = Table::default();
    for payload in announced(methods).payloads(65_536) {
        table.add(&payload).unwrap();
    }
    table
}

#[test]
fn methods_cross_as_the_page_says() {
    let methods = [GET, LIST, PUT_ALL, WATCH];
    let payloads = announced(&methods).payloads(65_536);
    assert_eq!(payloads, [VECTORS.concat()]);
    let mut table = Table::default();
    for payload in VECTORS {
        table.add(payload).unwrap();
    }
    for (number, spec) in (0..).zip(methods) {
        assert_eq!(table.resolve(&spec).unwrap(), number);
    }
}

#[test]
fn a_method_is_found_by_its_name_wherever_it_stands() {
    let table = table(&[WATCH, PUT_ALL, GET, LIST]);
    let numbers = [GET, LIST, PUT_ALL, WATCH].map(|spec| table.resolve(&spec).unwrap());
    assert_eq!(numbers, [2, 3, 1, 0]);
}

#[test]
fn a_side_may_have_more_methods_than_the_other() {
    let small = table(&[LIST]);
    assert_eq!(small.resolve(&LIST).unwrap(), 0);
    assert_eq!(small.resolve(&GET).unwrap_err().code(), Code::Unimplemented);
    assert_eq!(table(&[GET, PUT_ALL, LIST, WATCH]).resolve(&LIST).unwrap(), 2);
}

#[test]
fn every_alias_has_a_number_of_its_own() {
    let renamed = method("/vectors.Store/Read", MethodKind::UnaryUnary);
    let routes = [(renamed.path, &renamed), (GET.path, &renamed), (LIST.path, &LIST)];
    let mut table = Table::default();
    table.add(&Announcement::new(routes).unwrap().payloads(65_536).concat()).unwrap();
    // A host of an older version calls by the older name.
    assert_eq!(table.resolve(&GET).unwrap(), 1);
    assert_eq!(table.resolve(&renamed).unwrap(), 0);
    assert_eq!(table.resolve(&LIST).unwrap(), 2);
}

#[test]
fn frames_are_as_long_as_the_host_takes_and_no_entry_is_cut() {
    let announcement = announced(&[GET, LIST, PUT_ALL, WATCH]);
    let whole = announcement.payloads(u32::MAX).concat();
    let of_entries = announcement.payloads(0);
    assert_eq!((of_entries.len(), of_entries.concat()), (4, whole.clone()));
    let longest = of_entries.iter().map(Bytes::len).max().unwrap();
    for most in longest..=whole.len() {
        let payloads = announcement.payloads(most.try_into().unwrap());
        assert_eq!(payloads.concat(), whole, "{most}");
        assert!(payloads.iter().all(|payload| payload.len() <= most), "{most}");
        let mut table = Table::default();
        for payload in payloads {
            table.add(&payload).unwrap();
        }
        assert_eq!(table.resolve(&WATCH).unwrap(), 3, "{most}");
    }
    let two = u32::try_from(VECTORS[0].len()).unwrap();
    assert_eq!(announcement.payloads(two), VECTORS.map(Bytes::from_static));
}

#[test]
fn a_plugin_without_a_method_says_that_in_a_frame() {
    assert_eq!(announced(&[]).payloads(65_536), [Bytes::new()]);
}

/// So many different paths.
fn paths(number: usize, length: usize) -> Vec<String> {
    (0..number).map(|number| format!("/{number:0>width$}", width = length - 1)).collect()
}

fn announce(paths: &[String]) -> Result<Announcement, AnnouncementError> {
    Announcement::new(paths.iter().map(|path| (path.as_str(), &GET)))
}

#[test]
fn what_no_host_takes_is_not_said() {
    let largest = announce(&paths(BINARY_METHODS_MAX, 900)).unwrap();
    let mut table = Table::default();
    for payload in largest.payloads(65_536) {
        table.add(&payload).unwrap();
    }
    let many = announce(&paths(BINARY_METHODS_MAX + 1, 10)).unwrap_err();
    assert!(many.to_string().starts_with("the plugin answers 4097 paths"), "{many}");
    announce(&paths(1, BINARY_PATH_BYTES_MAX)).unwrap();
    let long = announce(&paths(1, BINARY_PATH_BYTES_MAX + 1)).unwrap_err();
    assert!(long.to_string().contains("has 16385 bytes, over the limit of 16384"), "{long}");
    let much = announce(&paths(300, 15_000)).unwrap_err();
    assert_eq!(much, AnnouncementError::Bytes { found: 300 * (15_000 + 23), limit: BINARY_TABLE_BYTES_MAX });
}
