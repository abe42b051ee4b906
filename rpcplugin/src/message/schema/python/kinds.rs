//! Single values: what `struct.pack` writes, text, and bytes.

use crate::message::schema::error::Place;
use crate::message::schema::words::{bytes_words, integer_word, type_words};
use crate::message::schema::{FieldPlace, LengthPrefix, SchemaError, TypeSchema};

#[derive(Debug)]
pub(super) enum Kind {
    /// As `struct.pack` writes it.
    Number { python: &'static str, format: String },
    /// Always so many bytes.
    Padded { python: &'static str, length: usize },
    /// Behind its length.
    Counted { python: &'static str },
}

/// What is one field for the package, too.
pub(super) fn kind(ty: &TypeSchema, form: &FieldPlace, place: &Place) -> Result<Kind, SchemaError> {
    let order = if form.big_endian { '>' } else { '<' };
    match ty {
        // The package reads its own `bool` wrongly.
        TypeSchema::Bool => Ok(Kind::Number { python: "int", format: format!("{order}?") }),
        TypeSchema::Integer { bits, signed, .. } => {
            let format = integer(*bits, *signed, form.big_endian, place)?;
            Ok(Kind::Number { python: "int", format })
        }
        TypeSchema::Float { bits } => {
            let letter = match bits {
                16 => 'e',
                32 => 'f',
                _ => 'd',
            };
            Ok(Kind::Number { python: "float", format: format!("{order}{letter}") })
        }
        TypeSchema::Text => run("str", ty, form, place),
        TypeSchema::Bytes => run("bytes", ty, form, place),
        TypeSchema::List(item) if item.is_byte() => run("bytes", ty, form, place),
        other => Err(place.unsupported(format!("`{}`", type_words(other)), remedy(other))),
    }
}

fn run(python: &'static str, ty: &TypeSchema, form: &FieldPlace, place: &Place) -> Result<Kind, SchemaError> {
    match (form.fixed_length, form.prefix, form.big_endian) {
        (Some(length), ..) => Ok(Kind::Padded { python, length }),
        (None, LengthPrefix::U32, true) => Ok(Kind::Counted { python }),
        (None, prefix, big_endian) => {
            let order = match (prefix, big_endian) {
                (LengthPrefix::U8, _) => "",
                (_, true) => ", most significant first",
                (_, false) => ", least significant first",
            };
            let length = bytes_words(prefix.bytes());
            let found = format!("`{}` behind a length of {length}{order}", type_words(ty));
            Err(place.unsupported(found, "take a `u32` as its length, and the byte order \"big\""))
        }
    }
}

pub(super) fn integer(
    bits: u32,
    signed: bool,
    big_endian: bool,
    place: &Place,
) -> Result<String, SchemaError> {
    let letter = match (bits, signed) {
        (8, false) => 'B',
        (8, true) => 'b',
        (16, false) => 'H',
        (16, true) => 'h',
        (32, false) => 'I',
        (32, true) => 'i',
        (64, false) => 'Q',
        (64, true) => 'q',
        _ => {
            let found = format!("`{}`", integer_word(bits, signed));
            return Err(place.unsupported(found, "write `[u8; N]` and put its bytes into it"));
        }
    };
    Ok(format!("{}{letter}", if big_endian { '>' } else { '<' }))
}

/// What to write instead of a type that the package does not know.
fn remedy(ty: &TypeSchema) -> &'static str {
    match ty {
        TypeSchema::Optional(_) => "make two messages of it, one with the value and one without",
        TypeSchema::Char => "write `u32`",
        TypeSchema::Duration | TypeSchema::Timestamp => "write `u64` and put nanoseconds into it",
        _ => "write `[T; N]` if the number is always the same, or `Vec<u8>` and encode the value by itself",
    }
}
