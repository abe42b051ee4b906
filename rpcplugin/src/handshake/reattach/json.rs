//! The JSON of Terraform, read as Go reads it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{ReattachConfig, ReattachError};
use crate::handshake::line::parse_address;
use crate::handshake::{HandshakeError, PluginProtocol};
use crate::limits::REATTACH_TEXT_BYTES_MAX;
use crate::transport::Address;

pub(super) fn parse(text: &str) -> Result<Value, ReattachError> {
    if text.len() > REATTACH_TEXT_BYTES_MAX {
        return Err(ReattachError::TooLong { limit: REATTACH_TEXT_BYTES_MAX });
    }
    serde_json::from_str(text).map_err(|source| ReattachError::Json { source: source.into() })
}

pub(super) fn read_providers(value: &Value) -> Result<BTreeMap<String, ReattachConfig>, ReattachError> {
    let providers = Fields { plugin: None, fields: None };
    let Value::Object(map) = value else {
        return Err(providers.bad("the text", value, "an object with an object for each plugin"));
    };
    let read = |(name, value): (&String, &Value)| Ok((name.clone(), read_config(value, Some(name))?));
    map.iter().map(read).collect()
}

pub(super) fn read_config(value: &Value, plugin: Option<&str>) -> Result<ReattachConfig, ReattachError> {
    let fields = Fields { plugin, fields: None }.inside("the object", value)?;
    let place = fields.get("Addr").unwrap_or(&Value::Null);
    let place = Fields { plugin, fields: None }.inside("Addr", place)?;
    Ok(ReattachConfig {
        protocol: read_protocol(&fields)?,
        protocol_version: fields.number("ProtocolVersion", "a version from 0 to 4294967295")?,
        address: read_address(&place)?,
        process_id: match fields.number("Pid", "the number of a process, or 0")? {
            0 => None,
            process => Some(process),
        },
        test: match fields.get("Test") {
            None => false,
            Some(Value::Bool(test)) => *test,
            Some(other) => return Err(fields.bad("Test", other, "`true` or `false`")),
        },
    })
}

/// The fields of an object of the text, and the name of the plugin that it is about.
struct Fields<'a> {
    plugin: Option<&'a str>,
    fields: Option<&'a Map<String, Value>>,
}

impl<'a> Fields<'a> {
    /// What is in an object.
    fn inside(&self, name: &'static str, value: &'a Value) -> Result<Self, ReattachError> {
        match value {
            Value::Object(fields) => Ok(Self { plugin: self.plugin, fields: Some(fields) }),
            other => Err(self.bad(name, other, "an object")),
        }
    }

    /// The field as it stands, or else in whatever case; `None` where it is not there, or is `null`.
    fn get(&self, name: &str) -> Option<&'a Value> {
        let fields = self.fields?;
        let other_case =
            || fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        fields.get(name).or_else(other_case).filter(|value| !value.is_null())
    }

    fn number(&self, name: &'static str, expected: &'static str) -> Result<u32, ReattachError> {
        let Some(value) = self.get(name) else { return Ok(0) };
        value
            .as_u64()
            .and_then(|number| number.try_into().ok())
            .ok_or_else(|| self.bad(name, value, expected))
    }

    fn text(&self, name: &str, field: &'static str) -> Result<&'a str, ReattachError> {
        match self.get(name) {
            None => Ok(""),
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(self.bad(field, other, "a text")),
        }
    }

    fn bad(&self, field: &'static str, found: &Value, expected: &'static str) -> ReattachError {
        let plugin = self.plugin.map(str::to_owned);
        ReattachError::BadField { plugin, field, found: found.to_string(), expected }
    }
}

/// One that is not named is net/rpc, the only one there was when the field was not there.
fn read_protocol(fields: &Fields<'_>) -> Result<PluginProtocol, ReattachError> {
    match fields.text("Protocol", "Protocol")? {
        "grpc" => Ok(PluginProtocol::Grpc),
        "netrpc" | "" => Ok(PluginProtocol::NetRpc),
        other => Err(fields.bad("Protocol", &other.into(), "`grpc` or `netrpc`")),
    }
}

/// The address, by the rules of the handshake line.
fn read_address(place: &Fields<'_>) -> Result<Address, ReattachError> {
    let network = place.text("Network", "Addr.Network")?;
    let address = place.text("String", "Addr.String")?;
    parse_address(network, address).map_err(|error| {
        let (field, found, expected) = match error {
            HandshakeError::UnknownNetwork { found } => ("Addr.Network", found, "`unix` or `tcp`"),
            HandshakeError::BadAddress { found, expected } => ("Addr.String", found, expected),
            _ => ("Addr.String", address.to_owned(), "a loopback address, such as 127.0.0.1:1234"),
        };
        place.bad(field, &found.into(), expected)
    })
}

pub(super) fn write_config(config: &ReattachConfig) -> Result<String, ReattachError> {
    let address = match &config.address {
        Address::Unix(path) => {
            let text = path.to_str().ok_or_else(|| ReattachError::Unprintable { path: path.clone() })?;
            text.to_owned()
        }
        Address::Tcp(address) => address.to_string(),
    };
    let ReattachConfig { protocol_version, test, .. } = config;
    Ok(format!(
        r#"{{"Protocol":"{}","ProtocolVersion":{protocol_version},"Pid":{},"Test":{test},"Addr":{{"Network":"{}","String":{}}}}}"#,
        config.protocol.name(),
        config.process_id.unwrap_or_default(),
        config.address.network(),
        Value::String(address),
    ))
}

pub(super) fn write_providers<'a>(
    providers: impl Iterator<Item = (&'a str, &'a ReattachConfig)>,
) -> Result<String, ReattachError> {
    let write = |(name, config): (&str, &ReattachConfig)| {
        Ok(format!("{}:{}", Value::String(name.to_owned()), write_config(config)?))
    };
    let written = providers.map(write).collect::<Result<Vec<_>, ReattachError>>()?;
    Ok(format!("{{{}}}", written.join(",")))
}
