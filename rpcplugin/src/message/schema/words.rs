//! Types and lengths in words, for tables and errors.

use super::{LengthPrefix, TypeSchema};

/// A type as a table says it.
pub(super) fn type_words(ty: &TypeSchema) -> String {
    match ty {
        TypeSchema::Bool => "bool".into(),
        TypeSchema::Integer { bits, signed, .. } => integer_word(*bits, *signed),
        TypeSchema::Float { bits } => format!("f{bits}"),
        TypeSchema::Char => "char".into(),
        TypeSchema::Text => "text".into(),
        TypeSchema::Bytes => "bytes".into(),
        TypeSchema::Array(item, length) => format!("[{}; {length}]", type_words(item)),
        TypeSchema::Tuple(parts) => {
            format!("({})", parts.iter().map(type_words).collect::<Vec<_>>().join(", "))
        }
        TypeSchema::List(item) => format!("list of {}", type_words(item)),
        TypeSchema::Optional(value) => format!("optional {}", type_words(value)),
        TypeSchema::Map(key, value) => format!("map of {} to {}", type_words(key), type_words(value)),
        TypeSchema::Set(item) => format!("set of {}", type_words(item)),
        TypeSchema::Duration => "duration".into(),
        TypeSchema::Timestamp => "timestamp".into(),
        TypeSchema::Message(schema) => schema().name.into(),
    }
}

/// `u16`, `i8`.
pub(super) fn integer_word(bits: u32, signed: bool) -> String {
    format!("{}{bits}", if signed { "i" } else { "u" })
}

/// The number of so many bytes, `u16`.
pub(super) fn number_word(bytes: usize, signed: bool) -> String {
    integer_word(u32::try_from(bytes.saturating_mul(8)).unwrap_or(u32::MAX), signed)
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8], between: &str) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(between)
}

/// `1 byte`, `2 bytes`.
pub(super) fn bytes_words(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

/// Ids that no field may have, in ascending order and each once: `4, 7 to 9`.
pub(super) fn id_ranges(declared: &[(u32, u32)]) -> String {
    let range = |(first, last): &(u32, u32)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    merged_ids(declared).iter().map(range).collect::<Vec<_>>().join(", ")
}

/// The same ids, in ascending order and each once. Both ends of a range are part of it.
pub(super) fn merged_ids(declared: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut declared = declared.to_vec();
    declared.sort_unstable();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (first, last) in declared {
        match ranges.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => ranges.push((first, last)),
        }
    }
    ranges
}

impl LengthPrefix {
    /// How many bytes the length itself takes.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(rpcplugin::LengthPrefix::U16.bytes(), 2);
    /// ```
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::U32 => 4,
            Self::U64 => 8,
        }
    }
}

impl TypeSchema {
    /// Whether a list of this is plain bytes.
    pub(super) const fn is_byte(&self) -> bool {
        matches!(self, Self::Integer { bits: 8, signed: false, .. })
    }

    /// Calls `found` for every message that the type names, in order.
    pub(super) fn messages(&self, found: &mut impl FnMut(fn() -> &'static super::MessageSchema)) {
        match self {
            Self::Message(schema) => found(*schema),
            Self::Array(inner, _) | Self::List(inner) | Self::Optional(inner) | Self::Set(inner) => {
                inner.messages(found);
            }
            Self::Tuple(parts) => parts.iter().for_each(|part| part.messages(found)),
            Self::Map(key, value) => {
                key.messages(found);
                value.messages(found);
            }
            Self::Bool | Self::Integer { .. } | Self::Float { .. } | Self::Char => {}
            Self::Text | Self::Bytes | Self::Duration | Self::Timestamp => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_are_kept_twice_are_named_once() {
        assert_eq!(id_ranges(&[(3, 3), (2, 5)]), "2 to 5");
        assert_eq!(id_ranges(&[(7, 9), (1, 1), (8, 12), (1, 1), (2, 2)]), "1, 2, 7 to 12");
        assert_eq!(id_ranges(&[]), "");
    }
}
