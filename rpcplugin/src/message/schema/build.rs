//! How generated code writes the constants: other crates cannot name the fields of a struct that may get more of them.

use super::{
    EnumSchema, FamilySchema, FieldPlace, FieldSchema, LengthPrefix, MessageSchema, NumberEncoding,
    ShapeSchema, TypeSchema, VariantSchema,
};
use crate::message::Layout;

impl MessageSchema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, docs: &'static str, layout: Layout, shape: ShapeSchema) -> Self {
        Self { name, docs, layout, size: None, shape }
    }

    /// Its bytes, if they are the same for every value.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_size(mut self, size: Option<usize>) -> Self {
        self.size = size;
        self
    }
}

impl ShapeSchema {
    /// A struct; what else is special about it is said by the functions beside this one.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_fields(fields: &'static [FieldSchema], magic: &'static [u8]) -> Self {
        Self::Struct {
            fields,
            magic,
            extensible: false,
            big_endian: false,
            prefix: LengthPrefix::U32,
            reserved: &[],
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn of_extensible_fields(
        fields: &'static [FieldSchema],
        magic: &'static [u8],
        big_endian: bool,
        prefix: LengthPrefix,
    ) -> Self {
        Self::Struct { fields, magic, extensible: true, big_endian, prefix, reserved: &[] }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn of_tagged_fields(fields: &'static [FieldSchema], reserved: &'static [(u32, u32)]) -> Self {
        Self::Struct {
            fields,
            magic: &[],
            extensible: false,
            big_endian: false,
            prefix: LengthPrefix::U32,
            reserved,
        }
    }
}

impl FieldSchema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        docs: &'static str,
        id: u32,
        ty: TypeSchema,
        place: FieldPlace,
    ) -> Self {
        Self { name, docs, id, ty, place }
    }
}

impl FieldPlace {
    #[doc(hidden)]
    #[must_use]
    pub const fn with_format(mut self, big_endian: bool, prefix: LengthPrefix) -> Self {
        self.big_endian = big_endian;
        self.prefix = prefix;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_fixed_length(mut self, length: usize) -> Self {
        self.fixed_length = Some(length);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_magic(mut self, magic: &'static [u8]) -> Self {
        self.magic = magic;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_padding(mut self, before: usize, after: usize) -> Self {
        self.pad_before = before;
        self.pad_after = after;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_max_len(mut self, most: usize) -> Self {
        self.max_len = Some(most);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_since(mut self, version: u32) -> Self {
        self.since = Some(version);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_encoding(mut self, encoding: NumberEncoding) -> Self {
        self.encoding = encoding;
        self
    }
}

impl VariantSchema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        docs: &'static str,
        id: Option<i128>,
        fields: &'static [FieldSchema],
    ) -> Self {
        Self { name, docs, proto_name: None, id, fields, size: None }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_proto_name(mut self, name: &'static str) -> Self {
        self.proto_name = Some(name);
        self
    }

    /// The bytes of its payload, if they are the same for every value.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_size(mut self, size: Option<usize>) -> Self {
        self.size = size;
        self
    }
}

impl EnumSchema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        id_bytes: usize,
        id_signed: bool,
        big_endian: bool,
        variants: &'static [VariantSchema],
    ) -> Self {
        Self { id_bytes, id_signed, big_endian, oneof: false, variants }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn new_oneof(variants: &'static [VariantSchema]) -> Self {
        Self { id_bytes: 0, id_signed: false, big_endian: false, oneof: true, variants }
    }
}

impl FamilySchema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        header_bytes: usize,
        big_endian: bool,
        checksum_bytes: usize,
        messages: &'static [VariantSchema],
    ) -> Self {
        Self { header_bytes, big_endian, checksum_bytes, messages }
    }
}
