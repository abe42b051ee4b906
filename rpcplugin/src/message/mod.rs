//! Which bytes are this value?
//!
//! The wires carry a message as opaque bytes; only its type knows the layout. So the room is one trait, [`Message`]:
//! how long a value is, its bytes, and a value from bytes. Everything here is pure: no socket, no clock, no
//! environment.
//!
//! Types come to the trait on two roads. A prost type has it at once, through one blanket impl (`value`).
//! `#[derive(BinaryMessage)]` writes it for a struct, in one of two layouts:
//!
//! - `packed`: the fields in order, no padding, a byte order; what `struct.pack` writes;
//! - `tagged`: the protobuf wire format, one id a field.
//!
//! Both layouts stand on the same three parts: `reader` takes bytes of a stranger and never trusts a length, `writer`
//! writes into memory that was reserved once, `depth` stops both before the stack does. What goes wrong is a
//! [`DecodeError`] or an [`EncodeError`], with the `path` to the field.

mod value;
pub use value::Message;

mod binary;
pub use binary::{BinaryMessage, DecodeFrom, Layout};

mod decode_error;
pub use decode_error::{DecodeError, DecodeErrorKind};

mod encode_error;
pub use encode_error::{EncodeError, EncodeErrorKind};

mod family;
#[cfg(feature = "crc32")]
pub use family::crc32;
pub use family::{Family, FrameExtent, FrameReader, Payload, frame_extent};
#[cfg(feature = "family")]
pub(crate) use family::{append_frame, append_not_found, decode_frame_within, not_found_type};

#[cfg(all(test, feature = "family"))]
pub(crate) use family::tests::sample;

mod fixed_message;
pub use fixed_message::{FixedMessage, Views, ViewsIter};

mod items;
pub use items::{Items, ItemsIter};

mod checks;

mod packed;
mod tagged;

mod schema;
#[cfg(feature = "server")]
pub(crate) use schema::describe_each;
#[cfg(feature = "_connected")]
pub(crate) use schema::descriptor;
pub use schema::{
    EnumSchema, FamilySchema, FieldPlace, FieldSchema, LengthPrefix, MessageSchema, NumberEncoding,
    ProtoFile, ProtobufName, SchemaError, ShapeSchema, TypeSchema, VariantSchema,
};
pub(crate) use schema::{MethodParts, ServiceParts, SideParts, describe_all};
#[cfg(feature = "client")]
pub(crate) use schema::{comments_by_path, file_text};

mod reader;
mod writer;

mod depth;
mod memory;
mod path;
mod refusal;

#[doc(hidden)]
pub mod generated;

#[cfg(test)]
mod tests;
