//! A `.proto` file of tagged messages.
//!
//! [`ProtoFile`] visits every message that it needs; `definition` says one in protobuf, `message` and `enumeration` its two
//! kinds, `types` a field's type, `service` the methods of a contract; `file` puts all of it together and sees that no name
//! is there twice. What comes out is a `model` of the file, which `print` writes as text, and `describe` as protobuf describes
//! its files, with `well_known` and `given` for the files that it imports. `reflected` describes what a running plugin serves.

mod definition;

mod message;

mod enumeration;

mod types;

mod service;
pub(crate) use self::service::{MethodParts, ServiceParts, SideParts};

mod file;

mod model;

mod kind;
pub(crate) use self::kind::kind_word;

mod print;

mod describe;

mod well_known;

mod given;

#[cfg(feature = "server")]
mod reflected;
#[cfg(feature = "server")]
pub(crate) use self::reflected::describe_each;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use prost::Message as _;

use self::file::File;
use self::given::{Collected, Given};
use self::model::Contents;
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
    go_package: Option<String>,
    services: Vec<ServiceParts>,
    messages: Vec<&'static MessageSchema>,
    descriptors: Vec<Cow<'static, [u8]>>,
}

impl ProtoFile {
    /// A file of the package `package`, `store.v1`; of none if it is empty.
    pub fn new(package: impl Into<String>) -> Self {
        let (services, messages, descriptors) = (Vec::new(), Vec::new(), Vec::new());
        Self { package: package.into(), go_package: None, services, messages, descriptors }
    }

    /// Adds a message or an enum, with everything that it holds.
    pub fn message(mut self, schema: &'static MessageSchema) -> Self {
        self.messages.push(schema);
        self
    }

    /// Names the package of the code that is generated for Go, `option go_package`: `example.com/store/storepb`.
    ///
    /// Go's generator asks for it, here or on its command line.
    pub fn go_package(mut self, package: impl Into<String>) -> Self {
        self.go_package = Some(package.into());
        self
    }

    /// Hands over files that the contract's prost types were generated from, as a serialized
    /// `google.protobuf.FileDescriptorSet` with all that they import. What stands in them is imported, not printed.
    pub fn descriptors(mut self, set: impl Into<Cow<'static, [u8]>>) -> Self {
        let set = set.into();
        if !set.is_empty() && !self.descriptors.contains(&set) {
            self.descriptors.push(set);
        }
        self
    }

    /// Adds a service, with the messages of its methods.
    pub(crate) fn service_parts(mut self, service: ServiceParts) -> Self {
        self.services.push(service);
        self
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// If a message is packed, holds what protobuf does not have, or two things have one name. The error names the
    /// message and the field, or the method, and says what to do.
    pub fn to_proto(&self) -> Result<String, SchemaError> {
        let given = Given::read(&self.descriptors)?;
        Ok(print::file(&self.contents(&given)?))
    }

    /// The file and all that it imports as a serialized `google.protobuf.FileDescriptorSet`: what a compiler would make of
    /// the text, documentation included. Each file stands behind those that it imports, and this one is the last.
    ///
    /// Its path is that of its package, `store/v1.proto` for `store.v1`, and `contract.proto` without one.
    ///
    /// # Errors
    ///
    /// As [`to_proto`](Self::to_proto).
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{BinaryMessage, ProtoFile};
    ///
    /// #[derive(BinaryMessage)]
    /// struct Entry {
    ///     #[binary(id = 1)]
    ///     key: String,
    /// }
    ///
    /// let set = ProtoFile::new("store.v1").message(Entry::SCHEMA).to_descriptor_set()?;
    /// assert!(set.windows(14).any(|bytes| bytes == b"store/v1.proto"));
    /// # Ok::<(), rpcplugin::SchemaError>(())
    /// ```
    pub fn to_descriptor_set(&self) -> Result<Vec<u8>, SchemaError> {
        let given = Given::read(&self.descriptors)?;
        let mut collected = Collected::default();
        self.describe(&given, &mut collected)?;
        Ok(collected.into_bytes())
    }

    /// Adds the file behind what it imports.
    fn describe(&self, given: &Given, collected: &mut Collected) -> Result<(), SchemaError> {
        let contents = self.contents(given)?;
        for import in &contents.imports {
            given.collect(import, collected)?;
        }
        let path = self.path(given);
        let bytes = describe::file(&contents, &path).encode_to_vec();
        collected.push(path, bytes);
        Ok(())
    }

    /// The path of the file in a description: one that no other file has.
    fn path(&self, given: &Given) -> String {
        let mut path =
            if self.package.is_empty() { "contract".to_owned() } else { self.package.replace('.', "/") };
        while given.has_file(&format!("{path}.proto")) {
            path.push_str("/contract");
        }
        path + ".proto"
    }

    fn contents(&self, given: &Given) -> Result<Contents, SchemaError> {
        let file = self.file(self.google(), given)?;
        // Whoever looks for the package `google` from within finds the message of that name.
        let file = if file.has("google") { self.file(".google", given)? } else { file };
        file.into_contents(given)
    }

    fn file(&self, google: &'static str, given: &Given) -> Result<File, SchemaError> {
        let scope = Scope { package: &self.package, google };
        let mut file = File::new(&self.package, self.go_package.clone())?;
        let mut first = Vec::new();
        for parts in &self.services {
            if let Some(path) = given.path_of(parts.name) {
                return Err(SchemaError::Given { service: parts.name, file: path.to_owned() });
            }
            let definition = service::define(parts, scope, given)?;
            first.extend(definition.held.iter().copied());
            file.add_service(definition)?;
        }
        first.extend(self.messages.iter().copied());
        let mut walk = Walk::new(&first);
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

/// The descriptions of services, with all that they need: those that stand in a file that was handed over are that file, and
/// the others one file for each package.
///
/// # Errors
///
/// As [`ProtoFile::to_proto`].
pub(crate) fn describe_all(
    services: Vec<ServiceParts>,
    descriptors: Vec<Cow<'static, [u8]>>,
) -> Result<Vec<u8>, SchemaError> {
    let given = Given::read(&descriptors)?;
    let mut collected = Collected::default();
    let mut files: BTreeMap<&'static str, ProtoFile> = BTreeMap::new();
    for service in services {
        match given.path_of(service.name) {
            Some(path) => given.collect(path, &mut collected)?,
            None => {
                let (package, _) = service.split();
                files.entry(package).or_insert_with(|| ProtoFile::new(package)).services.push(service);
            }
        }
    }
    for file in files.values() {
        file.describe(&given, &mut collected)?;
    }
    Ok(collected.into_bytes())
}

/// As errors say it.
const LANGUAGE: &str = "protobuf";
