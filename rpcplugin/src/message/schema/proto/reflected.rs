//! What a running plugin says of its services: as much as can be said, and never nothing because one thing cannot.

use std::borrow::Cow;
use std::collections::BTreeMap;

use prost::Message as _;

use super::given::{Collected, Given};
use super::service::{MethodParts, ServiceParts, SideParts};
use super::{ProtoFile, well_known};
use crate::message::Layout;
use crate::message::schema::descriptor::{
    DescriptorProto, FileDescriptorProto, Location, MessageOptions, OPAQUE, SourceCodeInfo,
};
use crate::message::schema::{MessageSchema, SchemaError, ShapeSchema};

/// The files in which services are described, a serialized `FileDescriptorProto` each, every one with all that it imports; and
/// what could not be said as it is.
///
/// A message that is none of protobuf stands there as an empty one in a package of its own, below [`OPAQUE`], which says in a
/// comment and in its options what it is.
pub(crate) fn describe_each(
    services: Vec<ServiceParts>,
    descriptors: &[Cow<'static, [u8]>],
) -> (Vec<Vec<u8>>, Vec<SchemaError>) {
    let (mut given, mut errors) = Given::read_each(descriptors);
    let mut collected = Collected::default();
    let mut packages: BTreeMap<&'static str, Vec<ServiceParts>> = BTreeMap::new();
    for service in services {
        match given.path_of(service.name) {
            Some(path) => errors.extend(given.collect(path, &mut collected).err()),
            None => packages.entry(service.split().0).or_default().push(service),
        }
    }
    for (package, services) in packages {
        let careful = settled(&services, &mut given, |side, given| reason(side, package, given));
        let Err(error) = describe(package, careful, &given, &mut collected) else { continue };
        // Messages that are said well, each alone, have one name together.
        errors.push(error);
        let nothing_said = settled(&services, &mut given, |side, given| {
            let is_own = side.schema.is_some();
            is_own.then(|| "another message has its name".to_owned()).or_else(|| reason(side, package, given))
        });
        errors.extend(describe(package, nothing_said, &given, &mut collected).err());
    }
    (collected.into_files(), errors)
}

fn describe(
    package: &'static str,
    services: Vec<ServiceParts>,
    given: &Given,
    collected: &mut Collected,
) -> Result<(), SchemaError> {
    let file = services.into_iter().fold(ProtoFile::new(package), ProtoFile::service_parts);
    file.describe(given, collected)
}

/// The services, with an opaque message in the place of each that has a reason not to be said.
fn settled(
    services: &[ServiceParts],
    given: &mut Given,
    reason: impl Fn(&SideParts, &Given) -> Option<String>,
) -> Vec<ServiceParts> {
    let mut settled = services.to_vec();
    for service in &mut settled {
        let mut file = OpaqueFile::of(service.name);
        for method in &mut service.methods {
            let MethodParts { name, request, response, .. } = method;
            for (side, which) in [(request, "Request"), (response, "Response")] {
                if let Some(reason) = reason(side, given) {
                    side.name = Some(file.add(format!("{name}{which}"), side, &reason));
                    side.schema = None;
                }
            }
        }
        if let Some(bytes) = file.into_bytes() {
            // It was written here, and can be read.
            drop(given.put(bytes));
        }
    }
    settled
}

/// Why a message cannot be said, if it cannot.
fn reason(side: &SideParts, package: &str, given: &Given) -> Option<String> {
    match (side.schema, &side.name) {
        (Some(schema), _) => match (schema.layout, schema.shape) {
            (Layout::Tagged, ShapeSchema::Struct { .. }) => {
                let said = ProtoFile::new(package).message(schema).contents(given);
                said.err().map(|error| error.to_string())
            }
            (_, ShapeSchema::Struct { .. }) => Some("it is packed".to_owned()),
            (_, ShapeSchema::Enum(_)) => Some("it is an enum".to_owned()),
            (_, ShapeSchema::Family(_)) => Some("it is a message family".to_owned()),
        },
        (None, Some(name)) if well_known::is_known(name) || given.path_of(name).is_some() => None,
        (None, Some(_)) => Some("nobody has described the file in which it stands".to_owned()),
        (None, None) => Some("its type has a codec of its own".to_owned()),
    }
}

/// The messages of a service that are none of protobuf.
struct OpaqueFile {
    service: &'static str,
    messages: Vec<DescriptorProto>,
    locations: Vec<Location>,
}

impl OpaqueFile {
    const fn of(service: &'static str) -> Self {
        Self { service, messages: Vec::new(), locations: Vec::new() }
    }

    /// Adds a message, and says its full name.
    fn add(&mut self, name: String, side: &SideParts, reason: &str) -> String {
        let full = format!("{OPAQUE}.{}.{name}", self.service);
        let opaque_type = side.schema.map(|schema| schema.name.to_owned()).or_else(|| side.name.clone());
        let opaque_layout = side.schema.and_then(MessageSchema::canonical_layout);
        let what = opaque_type.as_ref().map_or_else(String::new, |name| format!("`{name}`: "));
        let layout =
            opaque_layout.as_ref().map_or_else(String::new, |layout| format!(" Its bytes: {layout}"));
        let comment = format!(" {what}no message of protobuf, because {reason}.{layout}\n");
        let place = i32::try_from(self.messages.len()).unwrap_or(i32::MAX);
        let (path, span) = (vec![FILE_MESSAGE, place], vec![0, 0, 0]);
        self.locations.push(Location { path, span, leading_comments: Some(comment) });
        let options = MessageOptions { map_entry: None, opaque_type, opaque_layout };
        self.messages.push(DescriptorProto {
            name: Some(name),
            options: Some(options),
            ..DescriptorProto::default()
        });
        full
    }

    fn into_bytes(self) -> Option<Vec<u8>> {
        let package = format!("{OPAQUE}.{}", self.service);
        let file = FileDescriptorProto {
            name: Some(format!("{}.proto", package.replace('.', "/"))),
            package: Some(package),
            message_type: self.messages,
            source_code_info: Some(SourceCodeInfo { location: self.locations }),
            syntax: Some("proto3".to_owned()),
            ..FileDescriptorProto::default()
        };
        (!file.message_type.is_empty()).then(|| file.encode_to_vec())
    }
}

/// The number of the messages in the description of a file.
const FILE_MESSAGE: i32 = 4;
