//! A `.proto` file of tagged messages.
//!
//! [`ProtoFile`] visits every message that it needs; `definition` prints one, `message` and `enumeration` its two kinds,
//! `types` says a field's type; `file` puts the definitions together and sees that no name is there twice.

mod definition;

mod message;

mod enumeration;

mod types;

mod file;

#[cfg(test)]
mod tests;

use self::file::File;
use self::types::Scope;
use super::walk::Walk;
use super::{MessageSchema, SchemaError};

/// A `.proto` file that says the same as tagged messages, for the other side in another language.
///
/// Name the messages that the other side needs; the messages, enums and `oneof`s that they hold are found by themselves.
/// Each is printed once, first the message, then what it holds, in the order of its fields. The text depends on nothing
/// but the declarations, so it can be checked in and compared.
///
/// - Documentation becomes comments, `Option<T>` is `optional`, a list or a set is `repeated`.
/// - The variants of an enum get its name before theirs, `Color::Red` is `COLOR_RED`, and the one with the id 0 comes
///   first: protobuf wants both.
/// - A field of a tuple struct, whose name is a number, is `field_0`.
/// - A message whose name would mean something else where it is written, `int32` or `ValuesEntry` beside a map `values`,
///   is written from the outermost package on: `.store.v1.ValuesEntry`.
/// - The numbers in a map are plain, without zigzag or a fixed width: the derive has no others there.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ProtoFile};
///
/// /// A value and its key.
/// #[derive(BinaryMessage)]
/// struct Entry {
///     /// Never empty.
///     #[binary(id = 1)]
///     key: String,
///     #[binary(id = 2)]
///     versions: Vec<u64>,
///     #[binary(id = 5)]
///     expires: Option<i64>,
/// }
///
/// let file = ProtoFile::new("store.v1").message(Entry::SCHEMA).to_proto()?;
/// assert_eq!(file, r#"syntax = "proto3";
///
/// package store.v1;
///
/// // A value and its key.
/// message Entry {
///   // Never empty.
///   string key = 1;
///   repeated uint64 versions = 2;
///   optional int64 expires = 5;
/// }
/// "#);
/// # Ok::<(), rpcplugin::SchemaError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is printed before `to_proto`"]
pub struct ProtoFile {
    package: String,
    messages: Vec<&'static MessageSchema>,
}

impl ProtoFile {
    /// A file of the package `package`, `store.v1`; of none if it is empty.
    pub fn new(package: impl Into<String>) -> Self {
        Self { package: package.into(), messages: Vec::new() }
    }

    /// Adds a message or an enum, with everything that it holds.
    pub fn message(mut self, schema: &'static MessageSchema) -> Self {
        self.messages.push(schema);
        self
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// If a message is packed, holds what protobuf does not have, or two things have one name. The error names the
    /// message and the field, and says what to do.
    pub fn to_proto(&self) -> Result<String, SchemaError> {
        let file = self.file(self.google())?;
        // Whoever looks for the package `google` from within finds the message of that name.
        let file = if file.has("google") { self.file(".google")? } else { file };
        file.to_text()
    }

    fn file(&self, google: &'static str) -> Result<File, SchemaError> {
        let scope = Scope { package: &self.package, google };
        let mut file = File::new(&self.package)?;
        let mut walk = Walk::new(&self.messages);
        while let Some(schema) = walk.next() {
            let definition = definition::define(schema, scope)?;
            let held = definition.held.clone();
            if file.add(schema.name, definition)? {
                walk.add(&held);
            } else {
                walk.add_known(&held);
            }
        }
        Ok(file)
    }

    /// A name is looked up from the innermost package outwards: in `com.google.store` a dot says where to begin.
    fn google(&self) -> &'static str {
        if self.package.split('.').skip(1).any(|part| part == "google") { ".google" } else { "google" }
    }
}

/// As errors say it.
const LANGUAGE: &str = "protobuf";
