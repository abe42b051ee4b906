//! A message as data: what the derive knows of a type, as a constant, and what can be made of it.
//!
//! `description` holds the types of messages, `field` those of what lies in them, `build` what generated code writes them
//! with. Four things are made of a description: a `.proto` file (`proto`), a table of the bytes (`table`), a Python module
//! (`python`), and a number that two sides can compare (`fingerprint`). They share what is beside them: `walk` visits
//! messages that may hold themselves, `size` knows what always takes the same bytes, `names` and `words` write names,
//! comments and types.

mod build;

mod description;
pub use description::{EnumSchema, FamilySchema, MessageSchema, ShapeSchema, VariantSchema};

mod field;
pub use field::{FieldPlace, FieldSchema, LengthPrefix, NumberEncoding, TypeSchema};

mod error;
pub use error::SchemaError;

mod proto;
pub use proto::ProtoFile;
#[cfg(feature = "server")]
pub(crate) use proto::describe_each;
pub(crate) use proto::{MethodParts, ServiceParts, SideParts, describe_all};

mod protobuf_name;
pub use protobuf_name::ProtobufName;

pub(crate) mod descriptor;

#[cfg(feature = "client")]
mod text;
#[cfg(feature = "client")]
pub(crate) use text::{comments_by_path, file_text};

mod table;

mod python;

mod fingerprint;

mod walk;

mod size;

mod names;
mod words;

#[cfg(test)]
mod samples;

#[cfg(test)]
mod tests;
