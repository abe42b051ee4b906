//! What the files of a plugin come to.

use std::collections::{BTreeMap, HashMap};

use super::ask::Said;
use super::files::Files;
use super::{MessageDescription, MethodDescription, ServiceDescription};
use crate::contract::MethodKind;
use crate::limits::{DESCRIBED_LAYOUT_BYTES_MAX, UNTYPED_PATH_BYTES_MAX};
use crate::message::comments_by_path;
use crate::message::descriptor::{
    FILE_SERVICE, FileDescriptorProto, IDEMPOTENT, MethodDescriptorProto, OPAQUE, SERVICE_METHOD,
};
use crate::quote::clean;

/// The services, in the order of their names.
pub(super) fn services(said: &Said) -> Vec<ServiceDescription> {
    let opaque = opaque_messages(&said.files);
    // Looked for once in a file: it may have as many services as comments.
    let mut comments = HashMap::new();
    said.services.iter().map(|name| service(name, &said.files, &opaque, &mut comments)).collect()
}

/// The comments of files, by the path of each file.
type Comments<'a> = HashMap<&'a str, HashMap<&'a [i32], &'a str>>;

fn service<'a>(
    name: &str,
    files: &'a Files,
    opaque: &Opaque<'_>,
    comments: &mut Comments<'a>,
) -> ServiceDescription {
    let (path, place) = files.service(name).unzip();
    let mut described = ServiceDescription {
        name: name.to_owned(),
        documentation: String::new(),
        methods: Vec::new(),
        file: path.map(str::to_owned),
        is_of_every_plugin: OF_EVERY_PLUGIN.contains(&name),
    };
    let Some((path, file)) = path.and_then(|path| Some((path, files.get(path)?))) else { return described };
    let file = &file.described;
    let mut services = (0..).zip(&file.service).skip(place.unwrap_or_default());
    let Some((place, service)) = services.next() else { return described };
    let comments = comments.entry(path).or_insert_with(|| comments_by_path(file));
    let comment = |path: &[i32]| plain(comments.get(path).copied().unwrap_or_default());
    described.documentation = comment(&[FILE_SERVICE, place]);
    for (index, method) in (0..).zip(&service.method) {
        let documentation = comment(&[FILE_SERVICE, place, SERVICE_METHOD, index]);
        described.methods.extend(self::method(name, method, documentation, opaque));
    }
    described
}

/// A method, unless its name is none.
fn method(
    service: &str,
    method: &MethodDescriptorProto,
    documentation: String,
    opaque: &Opaque<'_>,
) -> Option<MethodDescription> {
    let name = method.name.as_deref().filter(|name| is_name(name))?;
    let streams = (method.client_streaming == Some(true), method.server_streaming == Some(true));
    let kind = match streams {
        (false, false) => MethodKind::UnaryUnary,
        (false, true) => MethodKind::UnaryStream,
        (true, false) => MethodKind::StreamUnary,
        (true, true) => MethodKind::StreamStream,
    };
    let level = method.options.as_ref().and_then(|options| options.idempotency_level);
    Some(MethodDescription {
        service: service.to_owned(),
        name: name.to_owned(),
        path: format!("/{service}/{name}"),
        kind,
        documentation,
        idempotent: matches!(level, Some(NO_SIDE_EFFECTS | IDEMPOTENT)),
        request: message(method.input_type.as_deref(), opaque),
        response: message(method.output_type.as_deref(), opaque),
    })
}

fn message(full: Option<&str>, opaque: &Opaque<'_>) -> MessageDescription {
    let full = full.unwrap_or_default();
    let full = full.strip_prefix('.').unwrap_or(full);
    match opaque.get(full) {
        Some((name, layout)) => MessageDescription {
            name: cut(&clean(name.map_or(full, cut))).to_owned(),
            is_protobuf: false,
            layout: layout.map(|layout| cut(&clean(cut(layout))).to_owned()),
        },
        None => MessageDescription { name: clean(full), is_protobuf: true, layout: None },
    }
}

/// The beginning of what is said once and stands at many methods.
fn cut(text: &str) -> &str {
    let mut ends = (0..=DESCRIBED_LAYOUT_BYTES_MAX.min(text.len())).rev();
    ends.find_map(|end| text.get(..end)).unwrap_or_default()
}

/// The messages that are none of protobuf, by the names that stand for them: what they are called, and their layouts.
type Opaque<'a> = HashMap<String, (Option<&'a str>, Option<&'a str>)>;

fn opaque_messages(files: &Files) -> Opaque<'_> {
    let mut opaque = Opaque::new();
    for file in files.all() {
        for (name, found) in opaque_messages_of(file) {
            opaque.entry(name).or_insert(found);
        }
    }
    opaque
}

fn opaque_messages_of(file: &FileDescriptorProto) -> BTreeMap<String, (Option<&str>, Option<&str>)> {
    let package = file.package.as_deref().unwrap_or_default();
    if !package.strip_prefix(OPAQUE).is_some_and(|rest| rest.starts_with('.')) {
        return BTreeMap::new();
    }
    let messages = file.message_type.iter().map(|message| {
        let name = message.name.as_deref().unwrap_or_default();
        let options = message.options.as_ref();
        let said = options.map(|options| (options.opaque_type.as_deref(), options.opaque_layout.as_deref()));
        (format!("{package}.{name}"), said.unwrap_or_default())
    });
    messages.collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() < UNTYPED_PATH_BYTES_MAX / 2
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A comment without its marks, and without what could reach a terminal.
fn plain(comment: &str) -> String {
    let lines = comment.lines().map(|line| clean(line.strip_prefix(' ').unwrap_or(line)));
    let lines: Vec<_> = lines.map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// The other level of a method that may be called again.
const NO_SIDE_EFFECTS: i32 = 1;

/// What plugins of this crate, and those of go-plugin, have without a word of their author's.
const OF_EVERY_PLUGIN: [&str; 7] = [
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "plugin.GRPCBroker",
    "plugin.GRPCController",
    "plugin.GRPCStdio",
    "rpcplugin.Versions",
];
