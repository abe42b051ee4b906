//! What is in the files that describe a plugin.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use prost::Message as _;

use crate::message::descriptor::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, ServiceDescriptorProto,
};

/// Files, and where in them is what somebody may ask for.
#[derive(Debug, Default)]
pub(super) struct Index {
    files: Vec<File>,
    by_path: HashMap<String, usize>,
    by_symbol: HashMap<String, usize>,
    /// By the message that they extend, and their number.
    extensions: HashMap<String, BTreeMap<i32, usize>>,
}

#[derive(Debug)]
struct File {
    bytes: Vec<u8>,
    imports: Vec<String>,
}

impl Index {
    /// Of serialized files. One that cannot be read is left out.
    pub(super) fn new(files: Vec<Vec<u8>>) -> Self {
        let mut index = Self::default();
        for bytes in files {
            if let Ok(file) = FileDescriptorProto::decode(bytes.as_slice()) {
                index.add(file, bytes);
            }
        }
        index
    }

    fn add(&mut self, file: FileDescriptorProto, bytes: Vec<u8>) {
        let mut symbols = Symbols { index: self.files.len(), of: self };
        let package = file.package.as_deref().unwrap_or_default();
        symbols.of.by_path.insert(file.name.unwrap_or_default(), symbols.index);
        file.message_type.iter().for_each(|message| symbols.message(package, message));
        file.enum_type.iter().for_each(|choice| symbols.enumeration(package, choice));
        file.service.iter().for_each(|service| symbols.service(package, service));
        file.extension.iter().for_each(|extension| symbols.extension(package, extension));
        self.files.push(File { bytes, imports: file.dependency });
    }

    /// The place of the file with this path.
    pub(super) fn path(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The place of the file in which something of this full name stands.
    pub(super) fn symbol(&self, name: &str) -> Option<usize> {
        self.by_symbol.get(name).copied()
    }

    /// The place of the file in which an extension stands.
    pub(super) fn extension(&self, extended: &str, number: i32) -> Option<usize> {
        self.extensions.get(extended)?.get(&number).copied()
    }

    /// The numbers of all extensions of a message, in ascending order; none of one that nobody extends.
    pub(super) fn extensions(&self, extended: &str) -> Vec<i32> {
        self.extensions.get(extended).map(|known| known.keys().copied().collect()).unwrap_or_default()
    }

    /// A file, and behind it those of the files that it needs which are not among `sent`, where all of them are then.
    pub(super) fn with_imports(&self, file: usize, sent: &mut BTreeSet<usize>) -> Vec<Vec<u8>> {
        let mut bytes = Vec::new();
        // The file itself was asked for, whoever has it.
        sent.remove(&file);
        let mut open = vec![file];
        while let Some(place) = open.pop() {
            let Some(file) = self.files.get(place).filter(|_| sent.insert(place)) else { continue };
            bytes.push(file.bytes.clone());
            open.extend(file.imports.iter().rev().filter_map(|path| self.path(path)));
        }
        bytes
    }
}

/// The names of one file, on their way into the index.
struct Symbols<'a> {
    index: usize,
    of: &'a mut Index,
}

impl Symbols<'_> {
    fn add(&mut self, scope: &str, name: Option<&str>) -> String {
        let name = name.unwrap_or_default();
        let full = if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") };
        // Who comes first has the name.
        self.of.by_symbol.entry(full.clone()).or_insert(self.index);
        full
    }

    fn message(&mut self, scope: &str, message: &DescriptorProto) {
        let full = self.add(scope, message.name.as_deref());
        for field in &message.field {
            self.add(&full, field.name.as_deref());
        }
        for oneof in &message.oneof_decl {
            self.add(&full, oneof.name.as_deref());
        }
        message.enum_type.iter().for_each(|choice| self.enumeration(&full, choice));
        message.extension.iter().for_each(|extension| self.extension(&full, extension));
        message.nested_type.iter().for_each(|nested| self.message(&full, nested));
    }

    /// The values of an enum stand beside it.
    fn enumeration(&mut self, scope: &str, choice: &EnumDescriptorProto) {
        self.add(scope, choice.name.as_deref());
        for value in &choice.value {
            self.add(scope, value.name.as_deref());
        }
    }

    fn service(&mut self, scope: &str, service: &ServiceDescriptorProto) {
        let full = self.add(scope, service.name.as_deref());
        for method in &service.method {
            self.add(&full, method.name.as_deref());
        }
    }

    fn extension(&mut self, scope: &str, extension: &FieldDescriptorProto) {
        self.add(scope, extension.name.as_deref());
        let extended = extension.extendee.as_deref().unwrap_or_default();
        let extended = extended.strip_prefix('.').unwrap_or(extended).to_owned();
        if let Some(number) = extension.number {
            self.of.extensions.entry(extended).or_default().entry(number).or_insert(self.index);
        }
    }
}
