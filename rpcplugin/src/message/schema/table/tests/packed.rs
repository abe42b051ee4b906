use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::time::SystemTime;

use super::assert_table;
use crate::BinaryMessage;

#[derive(BinaryMessage)]
struct Point {
    x: f32,
    /// Upwards.
    y: f32,
}

/// What stands before every record.
///
/// See the manual.
#[derive(BinaryMessage)]
#[binary(magic = b"REC1")]
struct Header {
    /// Which record
    /// follows.
    kind: u8,
    #[binary(endian = "big", pad_before = 1, pad_after = 2)]
    number: u32,
    #[binary(magic = b"\xff\x00")]
    data: [u16; 3],
    /// Where it was.
    position: Point,
    #[binary(length = 8)]
    label: String,
    at: SystemTime,
    mark: char,
    pair: (u8, bool),
    nonzero: NonZero<i64>,
}

#[test]
fn a_fixed_message_has_exact_offsets_and_a_total() {
    let expected = r#"Header: packed message
What stands before every record.

See the manual.

offset  size  order   type        name        notes
0       4     -       magic       -           52 45 43 31 "REC1"
4       1     -       u8          kind        Which record follows.
5       1     -       zeros       -
6       4     big     u32         number
10      2     -       zeros       -
12      2     -       magic       -           ff 00
14      6     little  [u16; 3]    data
20      8     -       Point       position    Where it was.
20      4     little  f32         position.x
24      4     little  f32         position.y  Upwards.
28      8     -       text        label       [padded with zeros]
36      12    little  timestamp   at
48      4     little  char        mark
52      2     -       (u8, bool)  pair
54      8     little  i64         nonzero     [not zero]
total: 62 bytes
"#;
    assert_table(Header::SCHEMA, expected);
}

#[derive(BinaryMessage)]
struct Record {
    header: Point,
    #[binary(endian = "big", prefix = u16, max_len = 64)]
    name: String,
    /// How it is.
    state: State,
    #[binary(endian = "big")]
    samples: Vec<u16>,
    #[binary(prefix = u8)]
    blob: Vec<u8>,
    #[binary(prefix = u8)]
    names: Vec<String>,
    expires: Option<i64>,
    remark: Option<String>,
    points: Vec<Point>,
    counts: BTreeMap<u32, u64>,
    texts: BTreeMap<u32, String>,
    tags: BTreeSet<u8>,
    pair: (u8, String),
    next: Option<Box<Self>>,
    growing: Growing,
    line: Line,
    nothing: Nothing,
    #[binary(pad_before = 3, pad_after = 1)]
    last: bool,
}

/// How a record is.
#[derive(BinaryMessage)]
#[binary(id_type = i16, endian = "big")]
enum State {
    /// Nobody
    /// saw it.
    #[binary(id = -1)]
    New,
    #[binary(id = 300)]
    Old,
    /// Of a newer version.
    #[binary(other)]
    Other(i16),
}

#[derive(BinaryMessage)]
#[binary(extensible, endian = "big", prefix = u16)]
struct Growing {
    first: u32,
    #[binary(since = 2)]
    second: u8,
}

#[derive(BinaryMessage)]
struct Line {
    text: String,
}

#[derive(BinaryMessage)]
struct Nothing {}

#[test]
fn behind_a_field_without_a_fixed_size_offsets_count_from_its_end() {
    let expected = r#"Record: packed message

offset  size     order   type                name      notes
0       8        -       Point               header
0       4        little  f32                 header.x
4       4        little  f32                 header.y  Upwards.
8       2 + n    big     text                name      [max_len 64]
+0      2        big     State               state     How it is.
+2      4 + 2n   big     list of u16         samples
+0      1 + n    -       bytes               blob
+0      1 + ..   -       list of text        names
+0      1 or 9   little  optional i64        expires
+0      1 + ..   little  optional text       remark
+0      4 + 8n   little  list of Point       points
+0      4 + 12n  little  map of u32 to u64   counts
+0      4 + ..   little  map of u32 to text  texts
+0      4 + n    little  set of u8           tags
+0      ..       little  (u8, text)          pair
+0      1 + ..   -       optional Record     next
+0      2 + n    big     Growing             growing
+0      ..       -       Line                line
+0      0        -       Nothing             nothing
+0      3        -       zeros               -
+3      1        -       bool                last
+4      1        -       zeros               -

State: packed enum, id i16 big
How a record is.

id   name   notes
-1   New    Nobody saw it.
300  Old
-    Other  Of a newer version. [every other id]
total: 2 bytes

Point: packed message

offset  size  order   type  name  notes
0       4     little  f32   x
4       4     little  f32   y     Upwards.
total: 8 bytes

Growing: extensible packed message, within another behind a length (u16)

offset  size  order  type  name    notes
0       4     big    u32   first
4       1     -      u8    second  [since 2]

Line: packed message

offset  size   order   type  name  notes
0       4 + n  little  text  text

Nothing: message without fields

total: 0 bytes
"#;
    assert_table(Record::SCHEMA, expected);
}

#[derive(BinaryMessage)]
struct Versions {
    first: u16,
    #[binary(since = 2)]
    second: u16,
}

#[test]
fn a_message_that_may_end_before_a_field_has_no_total() {
    let expected = r#"Versions: packed message

offset  size  order   type  name    notes
0       2     little  u16   first
2       2     little  u16   second  [since 2]
"#;
    assert_table(Versions::SCHEMA, expected);
}
