//! Any bytes as what a plugin says of itself, and as a message that it answers with: what must hold for all of them.

use bytes::Bytes;
use prost::Message as _;

use super::ask::{Said, checked};
use super::files::Files;
use super::json::codec::Codec;
use super::{MethodDescription, PluginDescription};
use crate::limits::DESCRIBED_TEXT_BYTES_MAX;
use crate::message::descriptor::FileDescriptorSet;
use crate::quote::clean;
use crate::rpc::{Channel, Router};

/// Reads these bytes as the files of a plugin, each behind its length in two bytes, least first. What is left behind one of
/// length 0 is what each method answers with.
pub(crate) fn description(bytes: &[u8]) {
    let (files, response) = files(bytes);
    let names = files.all().flat_map(|file| {
        let package = file.package.as_deref().unwrap_or_default();
        let before = if package.is_empty() { String::new() } else { format!("{package}.") };
        file.service.iter().map(move |service| before.clone() + service.name.as_deref().unwrap_or_default())
    });
    let Ok(services) = checked(names) else { return };
    let description = PluginDescription::of(Said { services, files }, Channel::local(Router::new()));
    for service in description.services() {
        service.documentation.lines().for_each(harmless);
        for method in &service.methods {
            method.documentation.lines().for_each(harmless);
            harmless(&format!("{} {} {}", method.path, method.request, method.response));
            json(&description, method, response);
        }
    }
    for path in description.files() {
        let text = description.to_proto(path).unwrap_or_default();
        assert!(text.len() <= DESCRIBED_TEXT_BYTES_MAX + LAST_LINE_BYTES_MAX, "{} bytes", text.len());
        text.lines().for_each(harmless);
    }
    let set = FileDescriptorSet::decode(description.descriptor_set().as_slice());
    let all = set.map(|set| set.file.len());
    assert_eq!(all, Ok(description.files().count()), "not every file is there once");
}

/// The files up to the first that is none, and what is behind them.
fn files(mut bytes: &[u8]) -> (Files, &[u8]) {
    let mut files = Files::default();
    while let Some((length, behind)) = bytes.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes(*length));
        let (file, behind) = behind.split_at(length.min(behind.len()));
        bytes = behind;
        if length == 0 || files.add(file.to_vec(), "a file").is_err() {
            break;
        }
    }
    (files, bytes)
}

/// An answer of a method as JSON, where it has one.
fn json(description: &PluginDescription, method: &MethodDescription, response: &[u8]) {
    let service = description.service(&method.service);
    let Some(path) = service.and_then(|service| service.file.as_deref()) else { return };
    let Ok(pool) = description.pools.get(description, path) else { return };
    let Some(message) = pool.get_message_by_name(&method.response.name) else { return };
    match Codec::new(message).decode(Bytes::copy_from_slice(response)) {
        Ok(json) => assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "no JSON: {json}"),
        Err(reason) => harmless(&reason),
    }
}

fn harmless(line: &str) {
    assert_eq!(clean(line), line, "it reaches a terminal");
}

/// The line that says that a text was cut, and more.
const LAST_LINE_BYTES_MAX: usize = 100;
