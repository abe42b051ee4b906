//! The frames that `binary_protocol` 0.2.2 wrote, as `tests/vectors/binary_protocol.json` keeps them, against families
//! that are declared with the derive alone.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;

use rpcplugin::checksum::crc32;
use rpcplugin::{BinaryMessage, Family};
use serde_json::Value;

use crate::python::{from_hex, hex};
use crate::root;

/// The frames in the file. A file that lost some proves less.
const VECTORS_NUMBER: usize = 18;

/// A value as the file writes it: bytes as `{"hex": ..}`, booleans as `{"bool": ..}`, floats that JSON has no number for as
/// `{"float": ..}`.
trait FromVector {
    fn from_vector(value: &Value) -> Self;
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl FromVector for $type {
            fn from_vector(value: &Value) -> Self {
                let number = value.as_i64().map(i128::from).or(value.as_u64().map(i128::from));
                Self::try_from(number.expect("an integer")).expect("an integer of this width")
            }
        }
    )*};
}

integers! { u8 i8 u16 i16 u32 i32 u64 i64 }

impl FromVector for f64 {
    fn from_vector(value: &Value) -> Self {
        let special = || value.get("float")?.as_str()?.parse().ok();
        value.as_f64().or_else(special).expect("a float")
    }
}

impl FromVector for f32 {
    fn from_vector(value: &Value) -> Self {
        // By its text: what has fewer digits than a double is rounded once.
        f64::from_vector(value).to_string().parse().unwrap()
    }
}

impl FromVector for bool {
    fn from_vector(value: &Value) -> Self {
        value["bool"].as_bool().expect("a boolean")
    }
}

impl FromVector for String {
    fn from_vector(value: &Value) -> Self {
        value.as_str().expect("a text").to_owned()
    }
}

impl FromVector for Vec<u8> {
    fn from_vector(value: &Value) -> Self {
        from_hex(value["hex"].as_str().expect("bytes"))
    }
}

/// A family with one message for each vector, and the table of them all.
macro_rules! vectors {
    ($(
        $vector:literal $name:ident($($keys:tt)*) $number:literal {
            $($(#[$place:meta])* $field:ident: $type:ty = $key:literal,)*
        }
    )*) => {
        $(
            fn $name(vector: &Value) {
                #[derive(Debug, PartialEq, BinaryMessage)]
                #[binary(family, $($keys)*)]
                enum Frame {
                    #[binary(id = $number)]
                    Message { $($(#[$place])* $field: $type,)* },
                }

                let names: &[&str] = &[$($key),*];
                assert_frame(vector, names, |_values| Frame::Message {
                    $($field: <$type>::from_vector(&_values[$key]),)*
                });
            }
        )*

        const TYPES: [(&str, fn(&Value)); VECTORS_NUMBER] = [$(($vector, $name),)*];
    };
}

vectors! {
    "readme_sensor_4xf32" readme_sensor_4xf32(header = u16) 1 {
        sensor1: f32 = "sensor1",
        sensor2: f32 = "sensor2",
        sensor3: f32 = "sensor3",
        sensor4: f32 = "sensor4",
    }
    "readme_status" readme_status(header = u16) 2 {
        status_code: u32 = "status_code",
        message: String = "message",
    }
    "readme_fixed_benchmark_u32" readme_fixed_benchmark_u32(header = u16) 1 {
        value: u32 = "value",
    }
    "all_int_widths_be" all_int_widths_be(header = u16) 1 {
        small: i8 = "b",
        small_unsigned: u8 = "B",
        short: i16 = "h",
        short_unsigned: u16 = "H",
        medium: i32 = "i",
        medium_unsigned: u32 = "I",
        long: i64 = "q",
        long_unsigned: u64 = "Q",
    }
    "all_int_widths_le" all_int_widths_le(header = u16) 1 {
        #[binary(endian = "little")] short: i16 = "h",
        #[binary(endian = "little")] short_unsigned: u16 = "H",
        #[binary(endian = "little")] medium: i32 = "i",
        #[binary(endian = "little")] medium_unsigned: u32 = "I",
        #[binary(endian = "little")] long: i64 = "q",
        #[binary(endian = "little")] long_unsigned: u64 = "Q",
    }
    "f32_f64_special" f32_f64_special(header = u16) 1 {
        a: f64 = "a",
        b: f32 = "b",
        c: f64 = "c",
        #[binary(endian = "little")] d: f64 = "d",
    }
    "bool_as_int_question_mark" bool_as_int_question_mark(header = u16) 1 {
        flag: bool = "flag",
        n: u8 = "n",
    }
    "fixed_str_padded" fixed_str_padded(header = u16) 1 {
        #[binary(length = 8)] name: String = "name",
        n: u16 = "n",
    }
    "fixed_bytes_padded" fixed_bytes_padded(header = u16) 1 {
        #[binary(length = 4)] id: Vec<u8> = "id",
        #[binary(length = 2)] tail: Vec<u8> = "tail",
    }
    "var_str_utf8" var_str_utf8(header = u16) 1 {
        s: String = "s",
    }
    "var_bytes" var_bytes(header = u16) 1 {
        data: Vec<u8> = "data",
    }
    "var_empty_str_and_bytes" var_empty_str_and_bytes(header = u16) 1 {
        s: String = "s",
        b: Vec<u8> = "b",
    }
    // The package keeps no fixed length once another field of the message is variable.
    "fixed_field_inside_variable_struct" fixed_field_inside_variable_struct(header = u16) 1 {
        name: String = "name",
        body: String = "body",
    }
    "var_64B" var_64b(header = u16) 1 {
        data: Vec<u8> = "data",
    }
    "var_1KiB" var_1kib(header = u16) 1 {
        data: Vec<u8> = "data",
    }
    "empty_structure" empty_structure(header = u16) 65534 {}
    "header_B" header_b(header = u8) 2 {
        v: u8 = "v",
    }
    "checksum_fixed" checksum_fixed(header = u16, checksum = crc32) 1 {
        value: u32 = "value",
    }
}

/// Holds one vector against the family that was declared for it. `read` makes the message of a vector's values.
fn assert_frame<F: Family + Debug + PartialEq>(vector: &Value, names: &[&str], read: impl Fn(&Value) -> F) {
    let name = vector["name"].as_str().unwrap();
    let fields = vector["fields"].as_array().unwrap();
    let theirs: Vec<_> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(names, theirs, "{name}: the fields");
    let frame = from_hex(vector["frame_hex"].as_str().unwrap());
    assert_eq!(Some(frame.len()), vector["frame_len"].as_u64().map(|bytes| bytes.try_into().unwrap()));

    let written = read(&vector["values"]);
    assert_eq!(Some(written.message_type()), vector["msg_type"].as_u64(), "{name}: the type");
    assert_eq!(hex(&written.encode().unwrap()), hex(&frame), "{name}: the frame of the values");
    let decoded = F::decode(frame.clone().into()).unwrap_or_else(|error| panic!("{name}: {error}"));
    // By what `Debug` says: it tells the two zeros apart.
    let expected = read(&vector["decoded"]);
    assert_eq!(format!("{decoded:?}"), format!("{expected:?}"), "{name}: the values of the frame");
    assert_eq!(hex(&decoded.encode().unwrap()), hex(&frame), "{name}: the frame written again");
}

fn file() -> Value {
    let text = fs::read_to_string(root().join("tests/vectors/binary_protocol.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_frame_that_the_package_wrote_is_the_frame_of_a_derived_family() {
    let file = file();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), VECTORS_NUMBER);
    let names: BTreeSet<_> = vectors.iter().map(|vector| vector["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        TYPES.iter().map(|(name, _)| *name).collect(),
        "each vector has a type, and each type a vector"
    );
    for vector in vectors {
        let (_, assert) = TYPES.iter().find(|(name, _)| vector["name"] == **name).unwrap();
        assert(vector);
    }
}

#[test]
fn not_found_is_a_header_with_all_bits_set() {
    #[derive(Debug, PartialEq, BinaryMessage)]
    #[binary(family, checksum = crc32)]
    enum Wide {
        #[binary(id = 1)]
        Known,
        #[binary(not_found)]
        NotFound,
    }

    #[derive(Debug, PartialEq, BinaryMessage)]
    #[binary(family, header = u8)]
    enum Narrow {
        #[binary(id = 1)]
        Known,
        #[binary(not_found)]
        NotFound,
    }

    let file = file();
    for vector in file["not_found"].as_array().unwrap() {
        let frame = from_hex(vector["frame_hex"].as_str().unwrap());
        match vector["header_format"].as_str().unwrap() {
            ">H" => assert_not_found(&[Wide::NotFound, Wide::Known], &frame),
            ">B" => assert_not_found(&[Narrow::NotFound, Narrow::Known], &frame),
            header => panic!("no family with the header {header}"),
        }
    }
}

/// The first of the two is the frame, the second is not.
fn assert_not_found<F: Family + Debug + PartialEq>([not_found, known]: &[F; 2], frame: &[u8]) {
    assert_eq!(not_found.encode().unwrap(), frame);
    assert_eq!(&F::decode(frame.to_vec().into()).unwrap(), not_found);
    assert_ne!(known.encode().unwrap(), frame);
}
