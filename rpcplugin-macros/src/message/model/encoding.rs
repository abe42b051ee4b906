//! How a number of a tagged message is encoded: as a varint, zigzag, or with a fixed width.

use syn::LitStr;

use super::types::{Stated, inner};
use crate::attributes::Errors;
use crate::message::parse::ParsedField;

/// The number that the runtime gives to the encoding of a field.
pub(super) fn of_field(parsed: &ParsedField<'_>, errors: &mut Errors) -> u8 {
    let Some(key) = &parsed.keys.encoding else { return PLAIN };
    let Some(encoding) = errors.keep(read(&key.value)) else { return PLAIN };
    // The types of a `with` module are the compiler's to know.
    if let Stated::Primitive(name) | Stated::Named(name) = inner(parsed.ty)
        && parsed.keys.with.is_none()
        && HAVE_ONE_FORM.contains(&name.as_str())
        && !(encoding == FIXED && matches!(name.as_str(), "u32" | "u64"))
    {
        let types = if encoding == FIXED { "`u32`, `u64`, `i32` and `i64`" } else { "`i32` and `i64`" };
        let written = key.value.value();
        let message = format!("leave `encoding` out: \"{written}\" is for {types}, not for `{name}`");
        errors.push(syn::Error::new(key.value.span(), message));
    }
    encoding
}

fn read(written: &LitStr) -> syn::Result<u8> {
    match written.value().as_str() {
        "zigzag" => Ok(ZIGZAG),
        "fixed" => Ok(FIXED),
        other => {
            let message = format!(
                "`{other}` is no encoding: write \"zigzag\" for protobuf's `sint32` and `sint64`, \"fixed\" for `fixed32`, \
                 `sfixed32`, `fixed64` and `sfixed64`, or leave `encoding` out"
            );
            Err(syn::Error::new(written.span(), message))
        }
    }
}

const PLAIN: u8 = 0;
const ZIGZAG: u8 = 1;
const FIXED: u8 = 2;

/// What protobuf writes in one form only, as far as a type's name says it. The unsigned numbers have two.
const HAVE_ONE_FORM: [&str; 16] = [
    "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i128", "f32", "f64", "bool", "char", "String", "Bytes",
    "BTreeMap", "HashMap",
];
