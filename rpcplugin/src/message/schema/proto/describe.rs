//! A file as protobuf describes files.

use super::kind::Kind;
use super::model::{Contents, Count, Enum, Field, Item, Member, Message, Method, Service, Type};
use crate::message::schema::descriptor::{
    DescriptorProto, ENUM_VALUE, EnumDescriptorProto, EnumValueDescriptorProto, FILE_ENUM, FILE_MESSAGE,
    FILE_SERVICE, FieldDescriptorProto, FileDescriptorProto, FileOptions, IDEMPOTENT, LABEL_OPTIONAL,
    LABEL_REPEATED, Location, MESSAGE_FIELD, MESSAGE_ONEOF, MessageOptions, MethodDescriptorProto,
    MethodOptions, NumberRange, OneofDescriptorProto, SERVICE_METHOD, ServiceDescriptorProto, SourceCodeInfo,
};
use crate::message::schema::names::{comments, entry_name, json_name};

/// The description of a file, under its path.
pub(super) fn file(contents: &Contents, path: &str) -> FileDescriptorProto {
    let mut docs = Docs::default();
    let (mut messages, mut enums) = (Vec::new(), Vec::new());
    for item in &contents.items {
        match item {
            Item::Message(message) => {
                let at = [FILE_MESSAGE, place(messages.len())];
                messages.push(self::message(message, &contents.package, &mut docs, at));
            }
            Item::Enum(choice) => {
                let at = [FILE_ENUM, place(enums.len())];
                enums.push(enumeration(choice, &mut docs, at));
            }
        }
    }
    let services = contents.services.iter().enumerate();
    let services =
        services.map(|(index, service)| self::service(service, &mut docs, [FILE_SERVICE, place(index)]));
    let services = services.collect();
    FileDescriptorProto {
        name: Some(path.to_owned()),
        package: Some(contents.package.clone()).filter(|package| !package.is_empty()),
        dependency: contents.imports.clone(),
        message_type: messages,
        enum_type: enums,
        service: services,
        extension: Vec::new(),
        options: contents.go_package.clone().map(|package| FileOptions { go_package: Some(package) }),
        source_code_info: Some(SourceCodeInfo { location: docs.locations }),
        public_dependency: Vec::new(),
        syntax: Some("proto3".to_owned()),
    }
}

fn service(service: &Service, docs: &mut Docs, at: [i32; 2]) -> ServiceDescriptorProto {
    docs.add(&at, service.docs);
    let methods = service.methods.iter().enumerate().map(|(index, method)| {
        docs.add(&[&at[..], &[SERVICE_METHOD, place(index)]].concat(), method.docs);
        self::method(method)
    });
    let method = methods.collect();
    ServiceDescriptorProto { name: Some(service.name.to_owned()), method }
}

fn method(method: &Method) -> MethodDescriptorProto {
    MethodDescriptorProto {
        name: Some(method.name.to_owned()),
        input_type: Some(method.request.ty.full.clone()),
        output_type: Some(method.response.ty.full.clone()),
        options: method.idempotent.then_some(MethodOptions { idempotency_level: Some(IDEMPOTENT) }),
        client_streaming: method.request.streams.then_some(true),
        server_streaming: method.response.streams.then_some(true),
    }
}

fn message(message: &Message, package: &str, docs: &mut Docs, at: [i32; 2]) -> DescriptorProto {
    docs.add(&at, message.docs);
    let full =
        if package.is_empty() { message.name.to_owned() } else { format!("{package}.{}", message.name) };
    let mut described = DescriptorProto {
        name: Some(message.name.to_owned()),
        reserved_range: message.reserved.iter().map(|(first, last)| reserved(*first, *last)).collect(),
        ..DescriptorProto::default()
    };
    for member in &message.members {
        match member {
            Member::Field(field) => described.add(field, None, &full, docs, at),
            Member::Oneof { name, docs: words, fields } => {
                let index = place(described.oneof_decl.len());
                docs.add(&[&at[..], &[MESSAGE_ONEOF, index]].concat(), words);
                described.oneof_decl.push(OneofDescriptorProto { name: Some(name.clone()) });
                for field in fields {
                    described.add(field, Some(index), &full, docs, at);
                }
            }
        }
    }
    described.add_oneofs_of_optional_fields();
    described
}

impl DescriptorProto {
    fn add(&mut self, field: &Field, oneof: Option<i32>, message: &str, docs: &mut Docs, at: [i32; 2]) {
        docs.add(&[&at[..], &[MESSAGE_FIELD, place(self.field.len())]].concat(), field.docs);
        let label = match field.count {
            Count::Repeated | Count::Map(_) => LABEL_REPEATED,
            Count::Once | Count::Optional => LABEL_OPTIONAL,
        };
        let ty = match &field.count {
            Count::Map(key) => {
                let entry = entry_name(&field.name);
                let full = format!(".{message}.{entry}");
                self.nested_type.push(map_entry(entry, key, &field.ty));
                Type { kind: Kind::Message, written: String::new(), full }
            }
            _ => field.ty.clone(),
        };
        let mut described = self::field(&field.name, field.id, label, &ty);
        described.oneof_index = oneof;
        described.proto3_optional = matches!(field.count, Count::Optional).then_some(true);
        self.field.push(described);
    }

    /// To protobuf an `optional` field of proto3 is the only one of a `oneof` that nobody wrote. They stand behind those that
    /// somebody did.
    fn add_oneofs_of_optional_fields(&mut self) {
        let fields = self.field.iter().filter_map(|field| field.name.clone());
        let oneofs = self.oneof_decl.iter().filter_map(|oneof| oneof.name.clone());
        let nested = self.nested_type.iter().filter_map(|nested| nested.name.clone());
        let mut taken: Vec<_> = fields.chain(oneofs).chain(nested).collect();
        for field in self.field.iter_mut().filter(|field| field.proto3_optional == Some(true)) {
            let name = field.name.as_deref().unwrap_or_default();
            let mut name = if name.starts_with('_') { name.to_owned() } else { format!("_{name}") };
            while taken.contains(&name) {
                name.insert(0, 'X');
            }
            taken.push(name.clone());
            field.oneof_index = Some(place(self.oneof_decl.len()));
            self.oneof_decl.push(OneofDescriptorProto { name: Some(name) });
        }
    }
}

/// The message that protobuf puts beside a map for its entries.
fn map_entry(name: String, key: &Type, value: &Type) -> DescriptorProto {
    DescriptorProto {
        name: Some(name),
        field: vec![field("key", 1, LABEL_OPTIONAL, key), field("value", 2, LABEL_OPTIONAL, value)],
        options: Some(MessageOptions { map_entry: Some(true), ..MessageOptions::default() }),
        ..DescriptorProto::default()
    }
}

fn field(name: &str, id: u32, label: i32, ty: &Type) -> FieldDescriptorProto {
    FieldDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(i32::try_from(id).unwrap_or(i32::MAX)),
        label: Some(label),
        r#type: Some(ty.kind.number()),
        type_name: Some(ty.full.clone()).filter(|full| !full.is_empty()),
        json_name: Some(json_name(name)),
        ..FieldDescriptorProto::default()
    }
}

fn reserved(first: u32, last: u32) -> NumberRange {
    let end = i32::try_from(last).unwrap_or(i32::MAX).saturating_add(1);
    NumberRange { start: Some(i32::try_from(first).unwrap_or(i32::MAX)), end: Some(end) }
}

fn enumeration(choice: &Enum, docs: &mut Docs, at: [i32; 2]) -> EnumDescriptorProto {
    docs.add(&at, choice.docs);
    let values = choice.values.iter().enumerate().map(|(index, value)| {
        docs.add(&[&at[..], &[ENUM_VALUE, place(index)]].concat(), value.docs);
        EnumValueDescriptorProto { name: Some(value.name.clone()), number: Some(value.number) }
    });
    let value = values.collect();
    EnumDescriptorProto { name: Some(choice.name.to_owned()), value, options: None }
}

/// The comments of a file, each with the path to what it is about.
#[derive(Debug, Default)]
struct Docs {
    locations: Vec<Location>,
}

impl Docs {
    fn add(&mut self, path: &[i32], docs: &str) {
        let leading = comments("", "", docs);
        if !leading.is_empty() {
            // There is no text that it could stand in.
            let span = vec![0, 0, 0];
            self.locations.push(Location { path: path.to_vec(), span, leading_comments: Some(leading) });
        }
    }
}

fn place(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}
