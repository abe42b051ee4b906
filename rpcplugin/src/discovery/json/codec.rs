use std::io;

use bytes::Bytes;
use prost_reflect::prost::Message as _;
use prost_reflect::{
    DynamicMessage, MessageDescriptor, ReflectMessage as _, SerializeOptions, Value, prost_types,
};

use super::JsonFault;
use super::fault::plain;
use crate::call::contain;
use crate::limits::{JSON_DEPTH_MAX, JSON_MESSAGE_BYTES_MAX, JSON_TEXT_BYTES_MAX};

/// One message, as JSON and as bytes.
#[derive(Clone)]
pub(in crate::discovery) struct Codec {
    message: MessageDescriptor,
}

impl Codec {
    pub(in crate::discovery) const fn new(message: MessageDescriptor) -> Self {
        Self { message }
    }

    /// The bytes of a JSON.
    pub(super) fn encode(&self, json: &str) -> Result<Bytes, JsonFault> {
        let encoded = contain(|| {
            let mut reader = serde_json::Deserializer::from_str(json);
            let mut track = serde_path_to_error::Track::new();
            let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
            let message = DynamicMessage::deserialize(self.message.clone(), tracked);
            let message = message.and_then(|message| reader.end().map(|()| message));
            let message = message.map_err(|error| JsonFault::new(&error, &track.path(), &self.message))?;
            Ok(Bytes::from(message.encode_to_vec()))
        });
        encoded.unwrap_or_else(|_panicked| Err(JsonFault::whole(CONTRADICTS.to_owned())))
    }

    /// The JSON of some bytes that came from the plugin.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(in crate::discovery) fn decode(&self, bytes: Bytes) -> Result<String, String> {
        let length = bytes.len();
        if length > JSON_MESSAGE_BYTES_MAX {
            return Err(format!("it has {length} bytes, and at most {JSON_MESSAGE_BYTES_MAX} become JSON"));
        }
        contain(|| self.decode_uncontained(bytes)).unwrap_or_else(|_panicked| Err(CONTRADICTS.to_owned()))
    }

    fn decode_uncontained(&self, bytes: Bytes) -> Result<String, String> {
        let message = DynamicMessage::decode(self.message.clone(), bytes);
        let message = message.map_err(|error| plain(&error.to_string()))?;
        check_depth(&message, JSON_DEPTH_MAX)?;
        let mut text = Bounded(Vec::new());
        let mut writer = serde_json::Serializer::new(&mut text);
        let written = message.serialize_with_options(&mut writer, &SerializeOptions::new());
        written.map_err(|error| plain(&error.to_string()))?;
        String::from_utf8(text.0).map_err(|error| error.to_string())
    }
}

/// How deep a message goes, counted as its JSON does: within a `google.protobuf.Any` is another message, which may be one again.
fn check_depth(message: &DynamicMessage, left: usize) -> Result<(), String> {
    let left = left
        .checked_sub(1)
        .ok_or_else(|| format!("its messages are nested more than {JSON_DEPTH_MAX} levels deep"))?;
    // Of an `Any`, only what is within it is written: were its fields followed as well, each level would double the ways.
    if message.descriptor().full_name() == "google.protobuf.Any" {
        return inner(message).map_or(Ok(()), |inner| check_depth(&inner, left));
    }
    message.fields().try_for_each(|(_, value)| check_value(value, left))?;
    message.extensions().try_for_each(|(_, value)| check_value(value, left))
}

fn check_value(value: &Value, left: usize) -> Result<(), String> {
    match value {
        Value::Message(message) => check_depth(message, left),
        Value::List(values) => values.iter().try_for_each(|value| check_value(value, left)),
        Value::Map(values) => values.values().try_for_each(|value| check_value(value, left)),
        _ => Ok(()),
    }
}

/// The message within an `Any`, where its type is known. It is read as whoever writes the JSON reads it, and not by what the
/// plugin says that an `Any` has. The writer says what is wrong with another.
fn inner(any: &DynamicMessage) -> Option<DynamicMessage> {
    let read: prost_types::Any = any.transcode_to().ok()?;
    let (_, name) = read.type_url.rsplit_once('/')?;
    let message = any.descriptor().parent_pool().get_message_by_name(name)?;
    DynamicMessage::decode(message, read.value.as_slice()).ok()
}

/// A text that does not grow without end: a byte of a message may be a long name in JSON.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > JSON_TEXT_BYTES_MAX {
            return Err(io::Error::other(format!("it is longer than {JSON_TEXT_BYTES_MAX} bytes as JSON")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const CONTRADICTS: &str = "the description of its message contradicts itself";
