//! The keys of `#[binary(..)]`, by the place where they may stand.

use super::words::{ENUM_WORDS, FIELD_WORDS, STRUCT_WORDS, VARIANT_WORDS};
use crate::attributes::Vocabulary;

/// The helper attribute of the derive.
pub(super) const HELPER: &str = "binary";

/// What may stand above a struct.
pub(super) const STRUCT: Vocabulary = Vocabulary {
    allowed: &["endian", "prefix", "fixed", "extensible", "magic", "validate", "reserved", "memory", "crate"],
    advice: STRUCT_WORDS,
};

/// What may stand above an enum.
pub(super) const ENUM: Vocabulary = Vocabulary {
    allowed: &[
        "id_type", "endian", "prefix", "oneof", "family", "header", "checksum", "validate", "memory", "crate",
    ],
    advice: ENUM_WORDS,
};

/// What may stand above a field.
pub(super) const FIELD: Vocabulary = Vocabulary {
    allowed: &[
        "id",
        "endian",
        "prefix",
        "length",
        "pad_before",
        "pad_after",
        "magic",
        "skip",
        "default",
        "with",
        "max_len",
        "since",
        "validate",
        "oneof",
        "encoding",
    ],
    advice: FIELD_WORDS,
};

/// What may stand above a variant.
pub(super) const VARIANT: Vocabulary =
    Vocabulary { allowed: &["id", "name", "other", "not_found"], advice: VARIANT_WORDS };
