//! Files that somebody else has described: those of a contract that started from a `.proto`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;

use super::well_known;
use crate::message::schema::SchemaError;
use crate::message::schema::descriptor::{DescriptorProto, FileDescriptorProto, FileDescriptorSet};

/// Described files by their paths.
#[derive(Debug, Default)]
pub(super) struct Given {
    files: BTreeMap<String, File>,
    /// The path of the file that a message or a service stands in, by its full name.
    paths: BTreeMap<String, String>,
}

#[derive(Debug)]
struct File {
    /// As they were given: a file may say more than we read.
    bytes: Vec<u8>,
    dependencies: Vec<String>,
}

impl Given {
    /// Reads serialized descriptor sets. A file that is there twice is taken once.
    ///
    /// # Errors
    ///
    /// If they are none.
    pub(super) fn read(sets: &[Cow<'static, [u8]>]) -> Result<Self, SchemaError> {
        let mut given = Self::default();
        for set in sets {
            let set = FileDescriptorSet::decode(set.as_ref()).map_err(refused)?;
            for bytes in set.file {
                given.add(bytes)?;
            }
        }
        Ok(given)
    }

    /// Reads what can be read, and says what could not.
    #[cfg(feature = "server")]
    pub(super) fn read_each(sets: &[Cow<'static, [u8]>]) -> (Self, Vec<SchemaError>) {
        let (mut given, mut errors) = (Self::default(), Vec::new());
        for set in sets {
            match FileDescriptorSet::decode(set.as_ref()) {
                Ok(set) => errors.extend(set.file.into_iter().filter_map(|file| given.add(file).err())),
                Err(error) => errors.push(refused(error)),
            }
        }
        (given, errors)
    }

    /// Adds a file in the place of the one that has its path, if any has.
    #[cfg(feature = "server")]
    pub(super) fn put(&mut self, bytes: Vec<u8>) -> Result<(), SchemaError> {
        let file = FileDescriptorProto::decode(bytes.as_slice()).map_err(refused)?;
        self.files.remove(file.name());
        self.add(bytes)
    }

    fn add(&mut self, bytes: Vec<u8>) -> Result<(), SchemaError> {
        let file = FileDescriptorProto::decode(bytes.as_slice()).map_err(refused)?;
        let path = file.name.unwrap_or_default();
        let package = file.package.unwrap_or_default();
        let mut names = Vec::new();
        for message in &file.message_type {
            add_names(&package, message, &mut names);
        }
        names.extend(file.service.iter().map(|service| joined(&package, service.name.as_deref())));
        for name in names {
            self.paths.entry(name).or_insert_with(|| path.clone());
        }
        self.files.entry(path).or_insert(File { bytes, dependencies: file.dependency });
        Ok(())
    }

    /// The path of the file in which a message or a service stands.
    pub(super) fn path_of(&self, full: &str) -> Option<&str> {
        self.paths.get(full).map(String::as_str)
    }

    pub(super) fn has_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The file with this path behind all that it imports, each file once.
    ///
    /// # Errors
    ///
    /// If an import is neither here nor one of protobuf's own. The others are collected all the same.
    pub(super) fn collect(&self, path: &str, collected: &mut Collected) -> Result<(), SchemaError> {
        // What is still to be written, each file with whether its imports are: a file from elsewhere may import in circles.
        let mut open = vec![(path.to_owned(), false)];
        let (mut begun, mut missing) = (BTreeSet::new(), None);
        while let Some((path, imports_are_written)) = open.pop() {
            if collected.has(&path) {
                continue;
            }
            let Some(file) = self.files.get(&path) else {
                match well_known::file(&path) {
                    Some(bytes) => collected.push(path, bytes),
                    None => missing = missing.or(Some(path)),
                }
                continue;
            };
            if imports_are_written || !begun.insert(path.clone()) {
                collected.push(path, file.bytes.clone());
                continue;
            }
            open.push((path, true));
            open.extend(file.dependencies.iter().rev().map(|import| (import.clone(), false)));
        }
        missing.map_or(Ok(()), |file| Err(SchemaError::MissingFile { file }))
    }
}

/// Files in an order in which each stands behind those that it imports.
#[derive(Debug, Default)]
pub(super) struct Collected {
    paths: BTreeSet<String>,
    files: Vec<Vec<u8>>,
}

impl Collected {
    fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    pub(super) fn push(&mut self, path: String, bytes: Vec<u8>) {
        if self.paths.insert(path) {
            self.files.push(bytes);
        }
    }

    /// The files, a serialized `FileDescriptorProto` each.
    #[cfg(feature = "server")]
    pub(super) fn into_files(self) -> Vec<Vec<u8>> {
        self.files
    }

    /// As a serialized `FileDescriptorSet`.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        FileDescriptorSet { file: self.files }.encode_to_vec()
    }
}

fn add_names(scope: &str, message: &DescriptorProto, names: &mut Vec<String>) {
    let full = joined(scope, message.name.as_deref());
    for nested in &message.nested_type {
        add_names(&full, nested, names);
    }
    names.push(full);
}

fn joined(scope: &str, name: Option<&str>) -> String {
    let name = name.unwrap_or_default();
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` calls")]
fn refused(error: prost::DecodeError) -> SchemaError {
    SchemaError::Descriptors { reason: error.to_string() }
}
