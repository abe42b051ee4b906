//! Everything that the expansion of `#[derive(BinaryMessage)]` names. Not for people: it changes without notice.

pub use std::vec::Vec;

pub use bytes::{Bytes, BytesMut};

pub use super::binary::{
    BinaryMessage, DecodeFrom, Derived, Described, Layout, decode, decode_first, decode_fixed,
    description_of, encode, encode_into, packed_len, read_packed, read_tagged, schema_of, tagged_len,
    write_packed, write_tagged,
};
pub use super::checks::{
    check_decoded, check_decoded_whole, check_encoded, check_encoded_whole, decoded_with,
};
pub use super::decode_error::DecodeError;
pub use super::depth::{Depth, total};
pub use super::encode_error::EncodeError;
pub use super::family::{
    Family, Payload, checksum_bytes, frame_len, payload_of, put_checksum, read_frame, write_frame,
};
pub use super::fixed_message::{FixedMessage, OwnOrder, check_view};
pub use super::memory::{Raw, RawField};
pub use super::packed::{
    Big, ByteOrder, Fixed, Format, Length, Little, Packed, Padded, Prefix, check_constant,
    check_decoded_length, check_encoded_length, constant_len, extensible_len, extensible_min, newtype_len,
    put_constant, put_padding, read_constant, read_extensible, read_fixed, read_fixed_array,
    read_fixed_items, read_newtype, read_padding, read_variant, skip_padding, total_size, unknown_variant,
    write_constant, write_extensible, write_fixed, write_fixed_array, write_fixed_items, write_newtype,
    write_padding, write_variant,
};
pub use super::reader::Reader;
pub use super::refusal::Refusal;
pub use super::schema::{
    EnumSchema, FamilySchema, FieldPlace, FieldSchema, LengthPrefix, MessageSchema, NumberEncoding,
    ShapeSchema, TypeSchema, VariantSchema,
};
pub use super::tagged::{
    FIXED_WIDTH, Oneof, OneofField, PLAIN, Tagged, TaggedField, WireType, WithParts, ZIGZAG, check_present,
    enum_len, has_id_within, have_common_id, merge_present, number_encoding, present_len, read_enum,
    write_enum, write_present,
};
pub use super::value::Message;
pub use super::writer::Writer;
