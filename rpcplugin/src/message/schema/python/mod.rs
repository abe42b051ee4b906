//! A Python module for a message family, to be used with the package `binary_protocol`.
//!
//! `structure` turns the payload of a message into the flat list of fields that the package knows, `kinds` says what a
//! single one is, `module` prints them all.

mod structure;

mod kinds;

mod module;

#[cfg(test)]
mod tests;

use super::{MessageSchema, SchemaError, ShapeSchema};

impl MessageSchema {
    /// The source of a Python module that describes this message family to the package `binary_protocol` 0.2.2, for the
    /// other side of the connection.
    ///
    /// It defines `MessageType`, `message_structures` and `config`, which the package's client and server take. A
    /// message is written under the name of its variant, `SensorData` as `MessageType.SENSOR_DATA`; `NOT_FOUND`, whose
    /// id has all bits set, is the package's own.
    ///
    /// The package knows numbers, text and bytes. So the fields of a message within a message come as fields of their
    /// own, `position` with `x` as `position_x`, those of tuples and arrays as `pair_0`; a field without a name is
    /// `field_0`; an enum without payload is its id; `[u8; N]` are bytes.
    ///
    /// A family with a checksum gets a function `checksum` that must be filled in: what the family computes is not part
    /// of its description.
    ///
    /// # Errors
    ///
    /// If this is no message family, or a field cannot be said: an `Option`, a list, a map, 128 bits, zeros and constant
    /// bytes, a field with `since`, text whose length is not four bytes with the most significant first. The package pads
    /// no field of a message that has a field of variable length, so a message with both is an error as well; and it
    /// writes the length of a frame for text and bytes only. The error names the field and says what to do. A variant has
    /// no name that Python keeps for itself, `__Name` or `_Name_`.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::BinaryMessage;
    ///
    /// #[derive(BinaryMessage)]
    /// #[binary(family)]
    /// enum Station {
    ///     #[binary(id = 1)]
    ///     Ping,
    ///     #[binary(id = 2)]
    ///     Reading {
    ///         station: u16,
    ///         /// Celsius.
    ///         degrees: f32,
    ///     },
    /// }
    ///
    /// assert_eq!(Station::SCHEMA.to_python()?, r#"# -*- coding: utf-8 -*-
    /// from enum import IntEnum
    ///
    /// from binary_protocol import ProtocolConfig
    /// from binary_protocol.protocol.message_structure import FieldDefinition, MessageStructure
    ///
    ///
    /// class MessageType(IntEnum):
    ///     PING = 1
    ///     READING = 2
    ///
    ///
    /// message_structures = {
    ///     MessageType.PING: MessageStructure([]),
    ///     MessageType.READING: MessageStructure([
    ///         FieldDefinition("station", int, format_string=">H"),
    ///         ## Celsius.
    ///         FieldDefinition("degrees", float, format_string=">f"),
    ///     ]),
    /// }
    ///
    /// config = ProtocolConfig(
    ///     message_type_enum=MessageType,
    ///     message_structures=message_structures,
    ///     header_format=">H",
    /// )
    /// "#);
    /// # Ok::<(), rpcplugin::SchemaError>(())
    /// ```
    pub fn to_python(&self) -> Result<String, SchemaError> {
        match self.shape {
            ShapeSchema::Family(family) => module::module(self, &family),
            ShapeSchema::Struct { .. } | ShapeSchema::Enum(_) => {
                Err(SchemaError::NotFamily { message: self.name })
            }
        }
    }
}

/// As errors say it.
const LANGUAGE: &str = "binary_protocol";
