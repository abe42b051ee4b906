//! A contract beside the `.proto` that somebody else wrote for it.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;

use crate::contract::{MethodSpec, ServiceSpec};
use crate::message::descriptor::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    LABEL_REPEATED, MethodDescriptorProto, ServiceDescriptorProto, kind_word,
};
use crate::message::{MessageSchema, ProtoFile, ProtobufName, SchemaError};

/// Everything in which a contract differs from the service of its name in compiled `.proto` files, a sentence each; empty
/// where they are one.
///
/// The files are a serialized `google.protobuf.FileDescriptorSet`, as `protoc --include_imports --descriptor_set_out` or
/// protox writes it.
/// Compared are the methods with their names, kinds and types, and the fields of the messages, as deep as they go: number,
/// name, type, whether it is repeated or optional, as proto3 has it, and its `oneof`; of enums
/// the values.
/// Comments and options do not count, and neither does the order of anything.
/// What is known of a type must be known on both sides, and where it is not, that is a difference as well: a contract with
/// messages of prost has `descriptors`, and the files come with those that they import.
/// Types of the package `google.protobuf` are the same everywhere, and may be left out.
/// The files are taken for proto3: what proto2 calls `required` or `optional` is read as a field without either.
///
/// # Errors
///
/// [`SchemaError`] if the files are no descriptor set, or if a message of the contract cannot be said in protobuf.
///
/// # Examples
///
/// ```
/// use rpcplugin::testing::proto_differences;
/// use rpcplugin::{BinaryMessage, Status, rpc_protocol};
///
/// mod written {
///     # use rpcplugin::{BinaryMessage, Status, rpc_protocol};
///     #[derive(BinaryMessage)]
///     pub struct Key {
///         #[binary(id = 1)]
///         key: String,
///     }
///
///     #[rpc_protocol(service = "example.Kv")]
///     pub trait Kv {
///         async fn get(&self, key: Key) -> Result<Vec<u8>, Status>;
///         async fn delete(&self, key: Key) -> Result<(), Status>;
///     }
/// }
///
/// #[derive(BinaryMessage)]
/// struct Key {
///     #[binary(id = 2)]
///     key: String,
/// }
///
/// #[rpc_protocol(service = "example.Kv")]
/// trait Kv {
///     async fn get(&self, key: Key) -> Result<Vec<u8>, Status>;
/// }
///
/// let files = written::KvClient::SPEC.to_descriptor_set()?;
/// assert!(proto_differences(written::KvClient::SPEC, &files)?.is_empty());
/// assert_eq!(
///     proto_differences(KvClient::SPEC, &files)?,
///     [
///         "method `Delete` is in the file, and not in the contract",
///         "field 1 of `example.Key` is in the file, and not in the contract: `key`",
///         "field 2 of `example.Key` is in the contract, and not in the file: `key`",
///     ],
/// );
/// # Ok::<(), rpcplugin::SchemaError>(())
/// ```
pub fn proto_differences(spec: &ServiceSpec, descriptor_set: &[u8]) -> Result<Vec<String>, SchemaError> {
    let theirs = Files::read(descriptor_set)?;
    let mut ours = Files::read(spec.descriptors)?;
    let Some(service) = theirs.services.get(spec.name) else {
        let known: Vec<_> = theirs.services.keys().map(|name| format!("`{name}`")).collect();
        let known =
            if known.is_empty() { "has none".to_owned() } else { format!("has {}", known.join(", ")) };
        return Ok(vec![format!("service `{}` is not in the file, which {known}", spec.name)]);
    };
    let mut compared = Compared::default();
    let mut types = Vec::new();
    for row in spec.methods {
        let Some(method) = service.method.iter().find(|method| method.name() == row.name) else {
            compared.say(format!("method `{}` is in the contract, and not in the file", row.name));
            continue;
        };
        compared.kind(row, method);
        let sides = [
            ("request", row.request, row.request_name, method.input_type()),
            ("response", row.response, row.response_name, method.output_type()),
        ];
        for (side, schema, name, file) in sides {
            let file = file.trim_start_matches('.').to_owned();
            let own = ours.type_of(spec, row, side, schema, name)?;
            let is_same = match schema {
                // The package of a type of ours is that of whichever contract it stands in.
                Some(_) => last(&own) == last(&file),
                None => own == file,
            };
            if is_same {
                types.push((own, file));
            } else {
                compared.say(format!(
                    "the {side} of `{}` is `{own}` in the contract, and `{file}` in the file",
                    row.name
                ));
            }
        }
    }
    for method in &service.method {
        if !spec.methods.iter().any(|row| row.name == method.name()) {
            compared.say(format!("method `{}` is in the file, and not in the contract", method.name()));
        }
    }
    for (own, file) in types {
        compared.messages(&own, &file, &ours, &theirs);
    }
    Ok(compared.differences)
}

/// Panics with everything in which a contract differs from the service of its name in compiled `.proto` files, as
/// [`proto_differences`] finds it.
///
/// # Panics
///
/// If there is a difference, or if [`proto_differences`] fails.
///
/// # Examples
///
/// ```
/// use rpcplugin::testing::assert_same_as_proto;
/// use rpcplugin::{Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Clock")]
/// trait Clock {
///     async fn now(&self) -> Result<u64, Status>;
/// }
///
/// // In a test of your own: what protox makes of your `.proto`.
/// let files = ClockClient::SPEC.to_descriptor_set().unwrap();
/// assert_same_as_proto(ClockClient::SPEC, &files);
/// ```
#[track_caller]
#[expect(clippy::panic, reason = "an assertion ends a test")]
pub fn assert_same_as_proto(spec: &ServiceSpec, descriptor_set: &[u8]) {
    match proto_differences(spec, descriptor_set) {
        Ok(differences) if differences.is_empty() => {}
        Ok(differences) => {
            panic!("`{}` is not the service of the file:\n- {}", spec.name, differences.join("\n- "));
        }
        Err(error) => panic!("`{}` cannot be compared: {error}", spec.name),
    }
}

/// What is described, by its full name.
#[derive(Default)]
struct Files {
    services: BTreeMap<String, ServiceDescriptorProto>,
    messages: BTreeMap<String, DescriptorProto>,
    enums: BTreeMap<String, EnumDescriptorProto>,
}

impl Files {
    fn read(set: &[u8]) -> Result<Self, SchemaError> {
        let mut files = Self::default();
        files.add(set).map_err(|error| SchemaError::Descriptors { reason: error.to_string() })?;
        Ok(files)
    }

    fn add(&mut self, set: &[u8]) -> Result<(), prost::DecodeError> {
        for bytes in FileDescriptorSet::decode(set)?.file {
            let file = FileDescriptorProto::decode(bytes.as_slice())?;
            for service in &file.service {
                self.services.insert(joined(file.package(), service.name()), service.clone());
            }
            for message in &file.message_type {
                self.add_message(file.package(), message);
            }
            for choice in &file.enum_type {
                self.enums.insert(joined(file.package(), choice.name()), choice.clone());
            }
        }
        Ok(())
    }

    fn add_message(&mut self, scope: &str, message: &DescriptorProto) {
        let full = joined(scope, message.name());
        for nested in &message.nested_type {
            self.add_message(&full, nested);
        }
        for choice in &message.enum_type {
            self.enums.insert(joined(&full, choice.name()), choice.clone());
        }
        self.messages.insert(full, message.clone());
    }

    fn find(&self, name: &str) -> Option<Described<'_>> {
        let choice = self.enums.get(name).map(Described::Enum);
        choice.or_else(|| self.messages.get(name).map(Described::Message))
    }

    /// The full name of a message of the contract, which is described here from now on.
    fn type_of(
        &mut self,
        spec: &ServiceSpec,
        row: &MethodSpec,
        side: &'static str,
        schema: Option<&'static MessageSchema>,
        name: Option<ProtobufName>,
    ) -> Result<String, SchemaError> {
        if let Some(schema) = schema {
            let set = ProtoFile::new(spec.package()).message(schema).to_descriptor_set()?;
            self.add(&set).map_err(|error| SchemaError::Descriptors { reason: error.to_string() })?;
            return Ok(joined(spec.package(), schema.name));
        }
        name.map(|name| name.full_name()).ok_or_else(|| SchemaError::Method {
            method: format!("{}.{}", spec.name, row.name),
            side,
            found: "its type does not know its name".to_owned(),
            remedy: "derive `BinaryMessage` with an id on each field, or have prost-build write the names: \
                     `Config::enable_type_names`",
        })
    }
}

/// What a field that has no plain value may hold.
enum Described<'a> {
    Message(&'a DescriptorProto),
    Enum(&'a EnumDescriptorProto),
}

/// What was found, and what was looked at.
#[derive(Default)]
struct Compared {
    differences: Vec<String>,
    seen: BTreeSet<(String, String)>,
}

impl Compared {
    fn say(&mut self, difference: String) {
        self.differences.push(difference);
    }

    fn kind(&mut self, row: &MethodSpec, method: &MethodDescriptorProto) {
        let words = |streams: bool| if streams { "stream" } else { "unary" };
        let (requests, responses) = (method.client_streaming(), method.server_streaming());
        if (row.kind.streams_requests(), row.kind.streams_responses()) != (requests, responses) {
            let file = format!("{}_{}", words(requests), words(responses));
            self.say(format!(
                "method `{}` is {} in the contract, and {file} in the file",
                row.name, row.kind
            ));
        }
    }

    fn messages(&mut self, own: &str, file: &str, ours: &Files, theirs: &Files) {
        if !self.seen.insert((own.to_owned(), file.to_owned())) {
            return;
        }
        let (own_message, file_message) = match (ours.find(own), theirs.find(file)) {
            (Some(Described::Message(own_message)), Some(Described::Message(file_message))) => {
                (own_message, file_message)
            }
            (Some(Described::Enum(own_enum)), Some(Described::Enum(file_enum))) => {
                return self.enums(file, own_enum, file_enum);
            }
            // That one is an enum and the other a message was said of the field.
            (Some(_), Some(_)) => return,
            (own_found, file_found) => {
                return self.unknown((own, own_found.is_some()), (file, file_found.is_some()));
            }
        };
        let numbers = |message: &DescriptorProto| {
            message.field.iter().map(FieldDescriptorProto::number).collect::<BTreeSet<_>>()
        };
        for number in numbers(own_message).union(&numbers(file_message)) {
            let find = |message: &DescriptorProto| {
                message.field.iter().find(|field| field.number() == *number).cloned()
            };
            match (find(own_message), find(file_message)) {
                (Some(own_field), Some(file_field)) => {
                    self.fields(file, (own_message, &own_field), (file_message, &file_field));
                    if !own_field.type_name().is_empty() && !file_field.type_name().is_empty() {
                        let plain = |field: &FieldDescriptorProto| {
                            field.type_name().trim_start_matches('.').to_owned()
                        };
                        self.messages(&plain(&own_field), &plain(&file_field), ours, theirs);
                    }
                }
                (Some(field), None) => self.say(format!(
                    "field {number} of `{file}` is in the contract, and not in the file: `{}`",
                    field.name()
                )),
                (None, Some(field)) => self.say(format!(
                    "field {number} of `{file}` is in the file, and not in the contract: `{}`",
                    field.name()
                )),
                (None, None) => {}
            }
        }
    }

    /// Says what is known by its name alone: that two names are the same says nothing of what they stand for.
    fn unknown(&mut self, (own, own_is_known): (&str, bool), (file, file_is_known): (&str, bool)) {
        // A file of protobuf itself is the same everywhere, and is often left out.
        if own == file && own.starts_with("google.protobuf.") {
            return;
        }
        if !own_is_known {
            self.say(format!(
                "what is in `{own}` is not known in the contract: \
                 give it `descriptors = ..`, the descriptor set of the files that it was made of"
            ));
        }
        if !file_is_known {
            self.say(format!(
                "what is in `{file}` is not known in the file: \
                 have the compiler write what is imported as well, `protoc --include_imports`"
            ));
        }
    }

    fn fields(
        &mut self,
        message: &str,
        (own_message, own): (&DescriptorProto, &FieldDescriptorProto),
        (file_message, file): (&DescriptorProto, &FieldDescriptorProto),
    ) {
        let pairs = [
            ("name", format!("`{}`", own.name()), format!("`{}`", file.name())),
            ("type", type_word(own), type_word(file)),
            ("label", label_word(own).to_owned(), label_word(file).to_owned()),
            ("`oneof`", oneof_word(own_message, own), oneof_word(file_message, file)),
        ];
        for (what, own_word, file_word) in pairs {
            if own_word != file_word {
                self.say(format!(
                    "field {} of `{message}` has the {what} {own_word} in the contract, and {file_word} in the file",
                    file.number()
                ));
            }
        }
    }

    fn enums(&mut self, name: &str, own: &EnumDescriptorProto, file: &EnumDescriptorProto) {
        let values = |choice: &EnumDescriptorProto| -> BTreeMap<i32, String> {
            choice.value.iter().map(|value| (value.number(), value.name().to_owned())).collect()
        };
        let (own, file) = (values(own), values(file));
        let numbers: BTreeSet<_> = own.keys().chain(file.keys()).collect();
        for number in numbers {
            let word = |values: &BTreeMap<i32, String>| {
                values.get(number).map_or_else(|| "missing".to_owned(), |name| format!("`{name}`"))
            };
            if own.get(number) != file.get(number) {
                let (own, file) = (word(&own), word(&file));
                self.say(format!(
                    "value {number} of `{name}` is {own} in the contract, and {file} in the file"
                ));
            }
        }
    }
}

/// Messages are compared by what is in them; here their names count without the packages.
fn type_word(field: &FieldDescriptorProto) -> String {
    match field.type_name() {
        "" => kind_word(field.r#type()).to_owned(),
        name => format!("{} `{}`", kind_word(field.r#type()), last(name)),
    }
}

fn label_word(field: &FieldDescriptorProto) -> &'static str {
    match (field.label() == LABEL_REPEATED, field.proto3_optional()) {
        (true, _) => "repeated",
        (false, true) => "optional",
        (false, false) => "none",
    }
}

fn oneof_word(message: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let index = field.oneof_index.filter(|_| !field.proto3_optional());
    let oneof = index.and_then(|index| message.oneof_decl.get(usize::try_from(index).ok()?));
    oneof.map_or_else(|| "none".to_owned(), |oneof| format!("`{}`", oneof.name()))
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

#[cfg(test)]
mod tests;
