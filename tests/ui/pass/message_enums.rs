//! Enums of every shape.

use rpcplugin::BinaryMessage;

/// Discriminants are ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, BinaryMessage)]
#[binary(id_type = i16, endian = "big")]
#[repr(i16)]
enum Level {
    #[default]
    None = 0,
    Below = -2,
    Above = 0x1ff,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(prefix = u8)]
enum Event {
    #[binary(id = 0)]
    Unit,
    #[binary(id = 1)]
    Tuple(u8, #[binary(endian = "big")] u16),
    #[binary(id = 7)]
    Named {
        #[binary(max_len = 4)]
        text: String,
        #[binary(skip)]
        cached: u32,
        level: Level,
    },
    #[binary(other)]
    Other(u8),
}

/// The same enum in both layouts.
#[derive(Debug, PartialEq, BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    level: Level,
    #[binary(id = 2)]
    levels: Vec<Level>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Fixed {
    levels: [Level; 2],
}

/// Nothing in three ways.
#[derive(Debug, PartialEq, BinaryMessage)]
enum Nothing {
    #[binary(id = 0)]
    Unit,
    #[binary(id = 1)]
    Braces {},
    #[binary(id = 2)]
    Parentheses(),
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct TaggedNothing {
    #[binary(id = 1)]
    all: Vec<Nothing>,
}

fn round_trip<T>(value: T, bytes: &[u8])
where
    T: for<'a> rpcplugin::DecodeFrom<'a> + PartialEq + std::fmt::Debug,
{
    assert_eq!(value.encode_to_vec().unwrap(), bytes);
    assert_eq!(T::decode_slice(bytes).unwrap(), value);
}

fn main() {
    round_trip(Level::Below, &[0xff, 0xfe]);
    round_trip(Event::Unit, &[0]);
    round_trip(Event::Tuple(1, 2), &[1, 1, 0, 2]);
    round_trip(Event::Named { text: "a".into(), cached: 0, level: Level::Above }, &[7, 1, b'a', 1, 0xff]);
    round_trip(Event::Other(9), &[9]);
    round_trip(Tagged { level: Level::None, levels: vec![Level::None] }, &[0x12, 1, 0]);
    round_trip(Nothing::Braces {}, &[1]);
    round_trip(Nothing::Parentheses(), &[2]);
    round_trip(TaggedNothing { all: vec![Nothing::Unit, Nothing::Braces {}] }, &[0x0a, 2, 0, 1]);
    round_trip(Fixed { levels: [Level::Below, Level::None] }, &[0xff, 0xfe, 0, 0]);
}
