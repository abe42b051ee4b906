//! How much a plugin describes, and how much of that a host reads.

use super::DescribeError;
use crate::limits::{
    DESCRIBED_FIELDS_MAX, DESCRIBED_METHODS_MAX, DESCRIBED_NAME_BYTES_MAX, DESCRIBED_NAMES_BYTES_MAX,
    DESCRIBED_THINGS_MAX,
};
use crate::message::descriptor::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, ServiceDescriptorProto,
};

/// What was read so far. Two bytes of a description may be a field that takes hundreds in memory, and a name that is said once is
/// part of the full name of each thing in it: bytes alone are no measure.
#[derive(Debug, Default)]
pub(super) struct Weight {
    things: usize,
    methods: usize,
    names_bytes: usize,
}

impl Weight {
    /// Adds what is in a file.
    ///
    /// # Errors
    ///
    /// If it is too much, in itself or with what there was before.
    pub(super) fn add(&mut self, file: &FileDescriptorProto) -> Result<(), DescribeError> {
        self.thing(0, file.name.as_deref())?;
        let package = file.package.as_deref().unwrap_or_default();
        // Each part of a package is a package with a full name of its own.
        for _ in package.split('.') {
            self.thing(0, Some(package))?;
        }
        self.things(file.dependency.len().saturating_add(file.public_dependency.len()))?;
        self.things(file.source_code_info.iter().map(|info| info.location.len()).sum())?;
        let scope = package.len();
        file.message_type.iter().try_for_each(|message| self.message(scope, message))?;
        file.enum_type.iter().try_for_each(|choice| self.choice(scope, choice))?;
        file.extension.iter().try_for_each(|extension| self.field(scope, extension))?;
        file.service.iter().try_for_each(|service| self.service(scope, service))
    }

    fn message(&mut self, scope: usize, message: &DescriptorProto) -> Result<(), DescribeError> {
        let scope = self.thing(scope, message.name.as_deref())?;
        let ranges = message.extension_range.len().saturating_add(message.reserved_range.len());
        for of_one_kind in [message.field.len(), message.oneof_decl.len(), ranges] {
            at_most(of_one_kind, "fields in a message", DESCRIBED_FIELDS_MAX)?;
        }
        self.things(ranges)?;
        message.field.iter().chain(&message.extension).try_for_each(|field| self.field(scope, field))?;
        message.oneof_decl.iter().try_for_each(|oneof| self.thing(scope, oneof.name.as_deref()).map(drop))?;
        message.enum_type.iter().try_for_each(|choice| self.choice(scope, choice))?;
        message.nested_type.iter().try_for_each(|nested| self.message(scope, nested))
    }

    fn field(&mut self, scope: usize, field: &FieldDescriptorProto) -> Result<(), DescribeError> {
        self.thing(scope, field.name.as_deref()).map(drop)
    }

    fn choice(&mut self, scope: usize, choice: &EnumDescriptorProto) -> Result<(), DescribeError> {
        let scope = self.thing(scope, choice.name.as_deref())?;
        choice.value.iter().try_for_each(|value| self.thing(scope, value.name.as_deref()).map(drop))
    }

    fn service(&mut self, scope: usize, service: &ServiceDescriptorProto) -> Result<(), DescribeError> {
        let scope = self.thing(scope, service.name.as_deref())?;
        self.methods = self.methods.saturating_add(service.method.len());
        at_most(self.methods, "methods", DESCRIBED_METHODS_MAX)?;
        service.method.iter().try_for_each(|method| self.thing(scope, method.name.as_deref()).map(drop))
    }

    /// Something that has a name, within something whose full name is `scope` bytes long: how long its own is.
    fn thing(&mut self, scope: usize, name: Option<&str>) -> Result<usize, DescribeError> {
        self.things(1)?;
        let full = scope.saturating_add(1).saturating_add(name.unwrap_or_default().len());
        at_most(full, "bytes in a name", DESCRIBED_NAME_BYTES_MAX)?;
        self.names_bytes = self.names_bytes.saturating_add(full);
        at_most(self.names_bytes, "bytes in all names", DESCRIBED_NAMES_BYTES_MAX)?;
        Ok(full)
    }

    fn things(&mut self, more: usize) -> Result<(), DescribeError> {
        self.things = self.things.saturating_add(more);
        at_most(self.things, "messages, fields and other things", DESCRIBED_THINGS_MAX)
    }
}

fn at_most(found: usize, what: &'static str, limit: usize) -> Result<(), DescribeError> {
    if found > limit { Err(DescribeError::TooMuch { what, limit }) } else { Ok(()) }
}
