//! Values as Terraform sends them: of a type that only the schema knows, in msgpack or JSON, and perhaps not known yet.

use std::fmt;
use std::marker::PhantomData;

use rmp_serde::{MSGPACK_EXT_STRUCT_NAME, decode, encode};
use rpcplugin::Status;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::Bytes;

use crate::tfplugin6::DynamicValue;

/// A value, in a configuration, a plan or a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value<T> {
    /// There is none.
    #[default]
    Null,
    /// There will be one when what it depends on is done. In msgpack alone: nothing that is stored is unknown.
    Unknown,
    /// This one.
    Known(T),
}

impl<T> Value<T> {
    /// The value, where it is known and not null.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The same of what can be said of the value.
    pub fn map<U>(&self, change: impl FnOnce(&T) -> U) -> Value<U> {
        match self {
            Self::Null => Value::Null,
            Self::Unknown => Value::Unknown,
            Self::Known(value) => Value::Known(change(value)),
        }
    }
}

/// A [`DynamicValue`] that is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// Neither encoding is there.
    #[error("a value is absent; the host must send it as msgpack or as JSON")]
    Absent,
    /// It is not of the type that the schema says.
    #[error("a value in msgpack is not of the type in the schema: {source}")]
    Msgpack {
        /// What is wrong.
        source: decode::Error,
    },
    /// It is not of the type that the schema says.
    #[error("a value in JSON is not of the type in the schema: {source}")]
    Json {
        /// What is wrong.
        source: serde_json::Error,
    },
    /// It cannot be written.
    #[error("a value cannot be written as msgpack: {source}")]
    Write {
        /// What is wrong.
        source: encode::Error,
    },
}

impl From<ValueError> for Status {
    fn from(error: ValueError) -> Self {
        match error {
            ValueError::Write { .. } => Self::internal(error.to_string()),
            _ => Self::invalid_argument(error.to_string()),
        }
    }
}

/// Reads a value in whichever encoding it came.
///
/// # Errors
///
/// [`ValueError`] when there is none, or one of another type.
pub fn read<T: DeserializeOwned>(value: Option<&DynamicValue>) -> Result<Value<T>, ValueError> {
    match value {
        Some(value) if !value.msgpack.is_empty() => {
            rmp_serde::from_slice(&value.msgpack).map_err(|source| ValueError::Msgpack { source })
        }
        Some(value) if !value.json.is_empty() => {
            serde_json::from_slice(&value.json).map_err(|source| ValueError::Json { source })
        }
        _ => Err(ValueError::Absent),
    }
}

/// Writes a value as every host reads it: in msgpack, objects by the names of their attributes.
///
/// # Errors
///
/// [`ValueError::Write`] when serde cannot write the type.
pub fn write<T: Serialize>(value: &Value<T>) -> Result<Option<DynamicValue>, ValueError> {
    let msgpack = rmp_serde::to_vec_named(value).map_err(|source| ValueError::Write { source })?;
    Ok(Some(DynamicValue { msgpack, json: Vec::new() }))
}

impl<T: Serialize> Serialize for Value<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            // An extension of msgpack, of type 0 with a byte that says nothing more.
            Self::Unknown => {
                serializer.serialize_newtype_struct(MSGPACK_EXT_STRUCT_NAME, &(0_i8, Bytes::new(&[0])))
            }
            Self::Known(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor(PhantomData))
    }
}

/// Sees first what came: nothing, an extension, or something that the type itself reads.
struct ValueVisitor<T>(PhantomData<T>);

/// A visit that the type itself understands.
macro_rules! hand_on {
    ($($visit:ident: $type:ty,)*) => {$(
        fn $visit<E: serde::de::Error>(self, value: $type) -> Result<Self::Value, E> {
            T::deserialize(value.into_deserializer()).map(Value::Known)
        }
    )*};
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ValueVisitor<T> {
    type Value = Value<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value of the type in the schema, null, or one that is not known yet")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    // An extension. Those of other types than 0 say a little of what the value will be.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, extension: D) -> Result<Self::Value, D::Error> {
        <(IgnoredAny, IgnoredAny)>::deserialize(extension)?;
        Ok(Value::Unknown)
    }

    hand_on! {
        visit_bool: bool,
        visit_i64: i64,
        visit_u64: u64,
        visit_f64: f64,
        visit_str: &str,
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(items)).map(Value::Known)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(entries)).map(Value::Known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Object {
        name: Value<String>,
        size: Value<u64>,
        parts: Value<Vec<Value<String>>>,
    }

    fn of_msgpack(bytes: &[u8]) -> Result<Value<Object>, ValueError> {
        read(Some(&DynamicValue { msgpack: bytes.to_vec(), json: Vec::new() }))
    }

    /// `{name: NAME, size: 300, parts: ["a", unknown]}`, as go-cty writes it.
    fn bytes(name: &[u8]) -> Vec<u8> {
        let rest = b"\xa4size\xcd\x01\x2c\xa5parts\x92\xa1a\xd4\x00\x00";
        [b"\x83\xa4name", name, rest].concat()
    }

    fn object(name: Value<String>) -> Value<Object> {
        let parts = Value::Known(vec![Value::Known("a".to_owned()), Value::Unknown]);
        Value::Known(Object { name, size: Value::Known(300), parts })
    }

    #[test]
    fn values_are_read_and_written_as_go_cty_writes_them() {
        let vectors = [
            (bytes(b"\xa1x"), object(Value::Known("x".to_owned()))),
            (bytes(b"\xc0"), object(Value::Null)),
            (bytes(b"\xd4\x00\x00"), object(Value::Unknown)),
            (vec![0xc0], Value::Null),
            (vec![0xd4, 0, 0], Value::Unknown),
        ];
        for (bytes, value) in vectors {
            assert_eq!(of_msgpack(&bytes).unwrap(), value);
            assert_eq!(write(&value).unwrap().unwrap().msgpack, bytes);
        }
    }

    #[test]
    fn what_is_said_of_an_unknown_value_is_skipped() {
        // Type 12: not null, and beginning with "x".
        let refined = b"\xc7\x06\x0c\x82\x01\xc2\x02\xa1x";
        assert_eq!(of_msgpack(&bytes(refined)).unwrap(), object(Value::Unknown));
    }

    #[test]
    fn a_value_in_json_is_the_same() {
        let json = br#"{"name": null, "size": 7, "parts": ["a", null], "of another release": {"a": [1]}}"#;
        let value = read(Some(&DynamicValue { msgpack: Vec::new(), json: json.to_vec() })).unwrap();
        let parts = Value::Known(vec![Value::Known("a".to_owned()), Value::Null]);
        assert_eq!(value, Value::Known(Object { name: Value::Null, size: Value::Known(7), parts }));
    }

    #[test]
    fn what_is_no_value_is_an_error() {
        for value in [None, Some(&DynamicValue::default())] {
            assert!(matches!(read::<Object>(value), Err(ValueError::Absent)));
        }
        let whole = bytes(b"\xa1x");
        for length in 1..whole.len() {
            assert!(matches!(of_msgpack(&whole[..length]), Err(ValueError::Msgpack { .. })), "{length}");
        }
        // A number in the place of a text, and more arrays in each other than anybody means.
        for name in [vec![7], vec![0x91; 100_000]] {
            let error = of_msgpack(&bytes(&name)).unwrap_err();
            assert!(matches!(error, ValueError::Msgpack { .. }), "{error}");
        }
        let json = DynamicValue { msgpack: Vec::new(), json: b"{\"size\": -1}".to_vec() };
        assert!(matches!(read::<Object>(Some(&json)), Err(ValueError::Json { .. })));
    }
}
