use super::assert_table;
use crate::BinaryMessage;

#[derive(Debug, BinaryMessage)]
struct Point {
    x: f32,
    /// Upwards.
    y: f32,
}

#[derive(BinaryMessage)]
enum Shape {
    #[binary(id = 0)]
    Empty,
    /// Round.
    #[binary(id = 1)]
    Circle { radius: f32 },
    #[binary(id = 2)]
    Dot(Point),
    #[binary(id = 7)]
    Label(String, u16),
    #[binary(id = 9)]
    Group(Vec<Self>),
    #[binary(other)]
    Other(u8),
}

#[test]
fn an_enum_lists_its_ids_and_then_each_payload() {
    let expected = r#"Shape: packed enum, id u8

id  name    payload  notes
0   Empty   0
1   Circle  4        Round.
2   Dot     8
7   Label   ..
9   Group   ..
-   Other   -        [every other id]

Shape::Circle
offset  size  order   type  name    notes
0       1     -       u8    id      1
1       4     little  f32   radius
total: 5 bytes

Shape::Dot
offset  size  order   type  name  notes
0       1     -       u8    id    2
1       4     little  f32   x
5       4     little  f32   y     Upwards.
total: 9 bytes

Shape::Label
offset  size   order   type  name  notes
0       1      -       u8    id    7
1       4 + n  little  text  0
+0      2      little  u16   1

Shape::Group
offset  size    order   type           name  notes
0       1       -       u8             id    9
1       4 + ..  little  list of Shape  0
"#;
    assert_table(Shape::SCHEMA, expected);
}

/// What stations speak.
#[derive(Debug, BinaryMessage)]
#[binary(family, checksum = no_checksum)]
enum Protocol {
    /// Where it is.
    #[binary(id = 1)]
    Position(Point),
    #[binary(id = 2)]
    Say { code: u8, text: String },
    #[binary(id = 3)]
    Ping,
    #[binary(not_found)]
    NotFound,
}

fn no_checksum(_: &[u8]) -> [u8; 4] {
    [0; 4]
}

#[test]
fn a_family_has_a_table_for_each_frame() {
    let expected = r#"Protocol: packed family, header u16 big, checksum 4 bytes
What stations speak.

id     name      payload  notes
1      Position  8        Where it is.
2      Say       ..
3      Ping      0
65535  NotFound  0

Protocol::Position
offset  size  order   type   name      notes
0       2     big     u16    header    1
2       4     little  f32    x
6       4     little  f32    y         Upwards.
10      4     -       bytes  checksum  of all that is before it
total: 14 bytes

Protocol::Say
offset  size   order  type   name      notes
0       2      big    u16    header    2
2       4      big    u32    length    of the payload
6       1      -      u8     code
7       4 + n  big    text   text
+0      4      -      bytes  checksum  of all that is before it

Protocol::Ping
offset  size  order  type   name      notes
0       2     big    u16    header    3
2       4     -      bytes  checksum  of all that is before it
total: 6 bytes

Protocol::NotFound
offset  size  order  type  name    notes
0       2     big    u16   header  65535
total: 2 bytes
"#;
    assert_table(Protocol::SCHEMA, expected);
}

#[derive(BinaryMessage)]
#[binary(reserved(2, 5..=7))]
struct Entry {
    /// Never empty.
    #[binary(id = 1, max_len = 8)]
    key: String,
    #[binary(id = 12, encoding = "zigzag")]
    delta: i64,
    #[binary(oneof)]
    choice: Option<Choice>,
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Choice {
    /// Counted.
    #[binary(id = 3)]
    Number(u32),
    #[binary(id = 4)]
    Entry(Box<Entry>),
}

#[test]
fn a_tagged_message_lists_ids_and_types() {
    let expected = r#"Entry: tagged message

id  type    name    notes
1   text    key     Never empty. [max_len 8]
12  i64     delta   [zigzag]
-   Choice  choice
reserved: 2, 5 to 7

Choice: tagged oneof

id  type   name    notes
3   u32    Number  Counted.
4   Entry  Entry
"#;
    assert_table(Entry::SCHEMA, expected);
}
