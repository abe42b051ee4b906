//! One number for a layout: two sides compare it before they send messages that only one of them understands.
//!
//! `label` says what a message is apart from the messages in it; `graph` finds out which of those are one, and puts the
//! text together; the number is the text's hash.

mod label;

mod graph;

#[cfg(test)]
mod tests;

use super::MessageSchema;
use crate::message::Layout;

impl MessageSchema {
    /// The layout as text: what the bytes depend on, and nothing else. Nothing for a tagged message, which evolves by
    /// its ids.
    ///
    /// The text has no spaces and no line breaks. Two types with the same text have the same fields of the same names in
    /// the same bytes, apart from what later versions add to an extensible message. The reverse holds for types that are
    /// put together alike: `(u8, u8, bool)` and `([u8; 2], bool)` have the same bytes and two texts.
    ///
    /// | what | text |
    /// |---|---|
    /// | numbers, `char` and times | `u8`, `u16le`, `i64be`, `f32le`, `charle`, `durationle`, `timestampbe`: with the byte order where there is more than one byte |
    /// | `bool` | `bool` |
    /// | text, bytes | `text(u32le)`, `bytes(u8)`: with the length before it; `text[16]`, `bytes[16]` if they always have 16 bytes |
    /// | `[T; N]`, tuple | `[u16le;4]`, `(u8,bool)`; `[u8; 4]` is `bytes[4]` |
    /// | `Option<T>` | `optional<u8>` |
    /// | list, set, map | `list(u32le)<u16le>`, `set(u32le)<u8>`, `map(u16be)<u8,text(u16be)>`; a list of `u8` is `bytes` |
    /// | message | `{name:type,other:type}`; the fields of a tuple are named `0`, `1` |
    /// | constant bytes, zeros | `magic(52454331)`, `zeros(3)`, among the fields where they lie: zeros, constant bytes, field, zeros; two of a kind beside each other are one |
    /// | extensible message | `extensible(u16le){..}` with the length that is before it in another message; fields with `since` are left out |
    /// | enum | `enum(u8){0=None,1=Some{value:u8}}` with the type of the id, by ascending ids; the variant for other ids is left out |
    /// | family | `family(u16be,checksum(4)){1=Ping,2=Say(u32be){text:text(u32be)}}`, likewise, with the length before a payload that is not always as long; `NOT_FOUND` is left out |
    ///
    /// Messages, enums and families are numbered in the order in which their text begins, the outermost is 0. One whose
    /// text has begun before is not written again, it is `#` and its number: `{value:u8,next:optional<#0>}` is a list,
    /// `{from:{x:f32le},to:#1}` has one message in two places. Two types with the same layout are one here.
    ///
    /// Left out, because the bytes do not depend on it: the names of types, documentation, `max_len`, `validate`, that
    /// a number is not zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::BinaryMessage;
    ///
    /// #[derive(BinaryMessage)]
    /// struct Point {
    ///     x: f32,
    ///     y: f32,
    /// }
    ///
    /// #[derive(BinaryMessage)]
    /// #[binary(endian = "big")]
    /// struct Line {
    ///     width: u16,
    ///     from: Point,
    ///     to: Point,
    ///     label: String,
    /// }
    ///
    /// assert_eq!(
    ///     Line::SCHEMA.canonical_layout().unwrap(),
    ///     "{width:u16be,from:{x:f32le,y:f32le},to:#1,label:text(u32be)}",
    /// );
    /// ```
    #[must_use]
    pub fn canonical_layout(&self) -> Option<String> {
        (self.layout != Layout::Tagged).then(|| graph::canonical_text(self))
    }

    /// A number that two sides compare to learn whether they mean the same bytes. Nothing for a tagged message, which
    /// evolves by its ids.
    ///
    /// It is the 64-bit FNV-1a hash of the [`canonical_layout`](Self::canonical_layout) in UTF-8: begin with
    /// `0xcbf29ce484222325`, and for each byte take the exclusive or with it, then multiply by `0x100000001b3`, modulo
    /// 2<sup>64</sup>. It finds mistakes, not forgeries.
    ///
    /// All versions of an extensible message have one fingerprint, because fields with `since` are left out. So it does
    /// not see that the two sides mean something else by such a field: whoever gives it another type, instead of adding a
    /// new one with a higher version, changes the bytes and not the number. In a message that is not extensible fields
    /// with `since` count like any other.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::BinaryMessage;
    ///
    /// #[derive(BinaryMessage)]
    /// struct Sample {
    ///     value: u8,
    /// }
    ///
    /// assert_eq!(Sample::SCHEMA.canonical_layout().unwrap(), "{value:u8}");
    /// assert_eq!(Sample::SCHEMA.fingerprint(), Some(0x44c9_5d7d_3f46_d4f1));
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> Option<u64> {
        self.canonical_layout().map(|text| fnv1a(text.as_bytes()))
    }
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
}

/// Where FNV-1a of 64 bits begins.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// What FNV-1a of 64 bits multiplies by.
const FNV_PRIME: u64 = 0x0100_0000_01b3;
