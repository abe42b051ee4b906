// Written by a test; see `random_schemas/fresh.rs`.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Kind0 {
    Plus0 = 0,
    Plus128 = 128,
    Minus1 = -1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Kind1 {
    Plus0 = 0,
    Plus127 = 127,
    Plus128 = 128,
    Plus2 = 2,
    Plus3 = 3,
    Plus1 = 1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Kind2 {
    Plus0 = 0,
    Plus2 = 2,
    Plus16384 = 16384,
    Plus1 = 1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Kind3 {
    Plus0 = 0,
    Plus1 = 1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Kind4 {
    Plus0 = 0,
    Minus2147483648 = -2147483648,
    Plus127 = 127,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Kind5 {
    Plus0 = 0,
    Plus2 = 2,
    Plus128 = 128,
    Plus3 = 3,
    Plus255 = 255,
    Plus127 = 127,
    Plus1 = 1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Kind6 {
    Plus0 = 0,
    Plus1 = 1,
    Plus128 = 128,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Kind7 {
    Plus0 = 0,
    Minus32768 = -32768,
    Minus1 = -1,
    Minus300 = -300,
    Plus1 = 1,
    Plus32767 = 32767,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message00 {
    #[prost(btree_map = "uint32, uint64", tag = "17")]
    field_0: std::collections::BTreeMap<u32, u64>,
    #[prost(fixed64, optional, tag = "33554431")]
    field_1: Option<u64>,
    #[prost(sint64, optional, tag = "4")]
    field_2: Option<i64>,
    #[prost(bytes = "vec", repeated, tag = "3")]
    field_3: Vec<Vec<u8>>,
    #[prost(string, repeated, tag = "452733477")]
    field_4: Vec<String>,
    #[prost(float, tag = "183724621")]
    field_5: f32,
    #[prost(oneof = "Message00Choice6", tags = "20000, 128, 9, 33554432, 6")]
    field_6: Option<Message00Choice6>,
    #[prost(int64, tag = "262144")]
    field_7: i64,
    #[prost(string, tag = "123456789")]
    field_8: String,
    #[prost(oneof = "Message00Choice9", tags = "536870910, 2048")]
    field_9: Option<Message00Choice9>,
    #[prost(fixed32, tag = "5")]
    field_10: u32,
    #[prost(uint64, tag = "127")]
    field_11: u64,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message00Choice6 {
    #[prost(int32, tag = "20000")]
    Variant6And0(i32),
    #[prost(fixed64, tag = "128")]
    Variant6And1(u64),
    #[prost(sfixed64, tag = "9")]
    Variant6And2(i64),
    #[prost(bytes = "vec", tag = "33554432")]
    Variant6And3(Vec<u8>),
    #[prost(bytes = "bytes", tag = "6")]
    Variant6And4(bytes::Bytes),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message00Choice9 {
    #[prost(int64, tag = "536870910")]
    Variant9And0(i64),
    #[prost(double, tag = "2048")]
    Variant9And1(f64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message01 {
    #[prost(enumeration = "Kind3", repeated, tag = "7")]
    field_0: Vec<i32>,
    #[prost(uint32, tag = "15")]
    field_1: u32,
    #[prost(message, optional, tag = "2")]
    field_2: Option<Box<Message01>>,
    #[prost(string, repeated, tag = "18999")]
    field_3: Vec<String>,
    #[prost(fixed32, optional, tag = "2047")]
    field_4: Option<u32>,
    #[prost(btree_map = "uint64, int32", tag = "8")]
    field_5: std::collections::BTreeMap<u64, i32>,
    #[prost(int64, repeated, tag = "202986975")]
    field_6: Vec<i64>,
    #[prost(oneof = "Message01Choice7", tags = "536870911, 1, 10, 31, 16")]
    field_7: Option<Message01Choice7>,
    #[prost(int32, tag = "262143")]
    field_8: i32,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message01Choice7 {
    #[prost(enumeration = "Kind0", tag = "536870911")]
    Variant7And0(i32),
    #[prost(sint32, tag = "1")]
    Variant7And1(i32),
    #[prost(message, tag = "10")]
    Variant7And2(Box<Message00>),
    #[prost(string, tag = "31")]
    Variant7And3(String),
    #[prost(sfixed32, tag = "16")]
    Variant7And4(i32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message02 {
    #[prost(string, optional, tag = "14")]
    field_0: Option<String>,
    #[prost(message, required, tag = "7")]
    field_1: Message00,
    #[prost(uint64, optional, tag = "17")]
    field_2: Option<u64>,
    #[prost(btree_map = "int32, double", tag = "262143")]
    field_3: std::collections::BTreeMap<i32, f64>,
    #[prost(bool, repeated, tag = "318911909")]
    field_4: Vec<bool>,
    #[prost(sfixed64, tag = "123456789")]
    field_5: i64,
    #[prost(sfixed32, optional, tag = "33554431")]
    field_6: Option<i32>,
    #[prost(oneof = "Message02Choice7", tags = "2048, 92873028")]
    field_7: Option<Message02Choice7>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message02Choice7 {
    #[prost(message, tag = "2048")]
    Variant7And0(Box<Message02>),
    #[prost(uint64, tag = "92873028")]
    Variant7And1(u64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message03 {
    #[prost(sint32, tag = "6")]
    field_0: i32,
    #[prost(btree_map = "int64, uint32", tag = "18999")]
    field_1: std::collections::BTreeMap<i64, u32>,
    #[prost(uint32, optional, tag = "16")]
    field_2: Option<u32>,
    #[prost(message, repeated, tag = "5")]
    field_3: Vec<Box<Message03>>,
    #[prost(sint64, tag = "15")]
    field_4: i64,
    #[prost(enumeration = "Kind1", tag = "31")]
    field_5: i32,
    #[prost(uint32, repeated, tag = "10")]
    field_6: Vec<u32>,
    #[prost(message, required, tag = "262144")]
    field_7: Message00,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message04 {
    #[prost(int64, optional, tag = "8")]
    field_1: Option<i64>,
    #[prost(uint64, repeated, tag = "20000")]
    field_2: Vec<u64>,
    #[prost(btree_map = "string, bytes", tag = "33554432")]
    field_0: std::collections::BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message05 {
    #[prost(bool, tag = "536870910")]
    field_0: bool,
    #[prost(oneof = "Message05Choice1", tags = "9, 2, 14")]
    field_1: Option<Message05Choice1>,
    #[prost(sfixed32, tag = "4")]
    field_2: i32,
    #[prost(fixed64, repeated, tag = "128")]
    field_3: Vec<u64>,
    #[prost(message, optional, tag = "1")]
    field_4: Option<Message01>,
    #[prost(fixed64, tag = "2047")]
    field_5: u64,
    #[prost(fixed32, repeated, tag = "536870911")]
    field_6: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message05Choice1 {
    #[prost(sint64, tag = "9")]
    Variant1And0(i64),
    #[prost(uint32, tag = "2")]
    Variant1And1(u32),
    #[prost(float, tag = "14")]
    Variant1And2(f32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message06 {
    #[prost(bytes = "vec", optional, tag = "3")]
    field_1: Option<Vec<u8>>,
    #[prost(btree_map = "bool, bytes", tag = "9")]
    field_3: std::collections::BTreeMap<bool, Vec<u8>>,
    #[prost(oneof = "Message06Choice5", tags = "33554431, 262144, 14")]
    field_5: Option<Message06Choice5>,
    #[prost(sfixed32, repeated, tag = "127")]
    field_2: Vec<i32>,
    #[prost(double, tag = "20162756")]
    field_0: f64,
    #[prost(sfixed64, optional, tag = "49047268")]
    field_4: Option<i64>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message06Choice5 {
    #[prost(bool, tag = "33554431")]
    Variant5And0(bool),
    #[prost(fixed32, tag = "262144")]
    Variant5And1(u32),
    #[prost(enumeration = "Kind7", tag = "14")]
    Variant5And2(i32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message07 {
    #[prost(bytes = "vec", tag = "536870910")]
    field_0: Vec<u8>,
    #[prost(oneof = "Message07Choice1", tags = "3")]
    field_1: Option<Message07Choice1>,
    #[prost(bytes = "bytes", tag = "16")]
    field_2: bytes::Bytes,
    #[prost(btree_map = "string, int64", tag = "17")]
    field_3: std::collections::BTreeMap<String, i64>,
    #[prost(message, required, tag = "228976189")]
    field_4: Box<Message00>,
    #[prost(enumeration = "Kind2", optional, tag = "405024559")]
    field_5: Option<i32>,
    #[prost(bytes = "bytes", tag = "421044738")]
    field_6: bytes::Bytes,
    #[prost(int32, repeated, tag = "127")]
    field_7: Vec<i32>,
    #[prost(bool, optional, tag = "123456789")]
    field_8: Option<bool>,
    #[prost(double, repeated, tag = "4")]
    field_9: Vec<f64>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message07Choice1 {
    #[prost(int32, tag = "3")]
    Variant1And0(i32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message08 {
    #[prost(btree_map = "uint64, string", tag = "5")]
    field_2: std::collections::BTreeMap<u64, String>,
    #[prost(oneof = "Message08Choice3", tags = "128, 20000")]
    field_3: Option<Message08Choice3>,
    #[prost(sint64, repeated, tag = "2047")]
    field_1: Vec<i64>,
    #[prost(double, tag = "18999")]
    field_0: f64,
    #[prost(bytes = "bytes", optional, tag = "86386441")]
    field_4: Option<bytes::Bytes>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message08Choice3 {
    #[prost(uint64, tag = "128")]
    Variant3And0(u64),
    #[prost(sfixed64, tag = "20000")]
    Variant3And1(i64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message09 {
    #[prost(float, repeated, tag = "1")]
    field_0: Vec<f32>,
    #[prost(int32, tag = "33554432")]
    field_1: i32,
    #[prost(sint32, optional, tag = "262143")]
    field_2: Option<i32>,
    #[prost(fixed64, tag = "536870911")]
    field_3: u64,
    #[prost(sfixed64, repeated, tag = "92658252")]
    field_4: Vec<i64>,
    #[prost(float, optional, tag = "514953127")]
    field_5: Option<f32>,
    #[prost(btree_map = "int64, bool", tag = "10")]
    field_6: std::collections::BTreeMap<i64, bool>,
    #[prost(oneof = "Message09Choice7", tags = "2, 2048, 31, 7, 8")]
    field_7: Option<Message09Choice7>,
    #[prost(bytes = "bytes", repeated, tag = "6")]
    field_8: Vec<bytes::Bytes>,
    #[prost(double, optional, tag = "15")]
    field_9: Option<f64>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message09Choice7 {
    #[prost(string, tag = "2")]
    Variant7And0(String),
    #[prost(sint64, tag = "2048")]
    Variant7And1(i64),
    #[prost(message, tag = "31")]
    Variant7And2(Box<Message09>),
    #[prost(bytes = "bytes", tag = "7")]
    Variant7And3(bytes::Bytes),
    #[prost(float, tag = "8")]
    Variant7And4(f32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message10 {
    #[prost(uint64, tag = "1")]
    field_9: u64,
    #[prost(sint64, tag = "2")]
    field_1: i64,
    #[prost(oneof = "Message10Choice3", tags = "2048, 31, 3, 33554432")]
    field_3: Option<Message10Choice3>,
    #[prost(bytes = "vec", tag = "5")]
    field_0: Vec<u8>,
    #[prost(uint32, tag = "6")]
    field_4: u32,
    #[prost(int64, tag = "14")]
    field_2: i64,
    #[prost(int32, optional, tag = "17")]
    field_6: Option<i32>,
    #[prost(sint32, repeated, tag = "18999")]
    field_7: Vec<i32>,
    #[prost(sfixed32, tag = "33554431")]
    field_8: i32,
    #[prost(btree_map = "bool, message", tag = "137827985")]
    field_5: std::collections::BTreeMap<bool, Message01>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message10Choice3 {
    #[prost(message, tag = "2048")]
    Variant3And0(Box<Message01>),
    #[prost(bytes = "vec", tag = "31")]
    Variant3And1(Vec<u8>),
    #[prost(fixed64, tag = "3")]
    Variant3And2(u64),
    #[prost(sfixed32, tag = "33554432")]
    Variant3And3(i32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message11 {
    #[prost(fixed64, repeated, tag = "7")]
    field_2: Vec<u64>,
    #[prost(fixed32, tag = "9")]
    field_8: u32,
    #[prost(oneof = "Message11Choice6", tags = "262144, 10, 536870911, 536870910, 15")]
    field_6: Option<Message11Choice6>,
    #[prost(float, optional, tag = "16")]
    field_7: Option<f32>,
    #[prost(float, repeated, tag = "128")]
    field_1: Vec<f32>,
    #[prost(bool, tag = "2047")]
    field_5: bool,
    #[prost(string, optional, tag = "262143")]
    field_4: Option<String>,
    #[prost(fixed32, repeated, tag = "123456789")]
    field_3: Vec<u32>,
    #[prost(double, optional, tag = "483651300")]
    field_0: Option<f64>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message11Choice6 {
    #[prost(fixed32, tag = "262144")]
    Variant6And0(u32),
    #[prost(int64, tag = "10")]
    Variant6And1(i64),
    #[prost(sint32, tag = "536870911")]
    Variant6And2(i32),
    #[prost(uint32, tag = "536870910")]
    Variant6And3(u32),
    #[prost(double, tag = "15")]
    Variant6And4(f64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message12 {
    #[prost(sint32, tag = "8")]
    field_0: i32,
    #[prost(btree_map = "uint32, float", tag = "20000")]
    field_1: std::collections::BTreeMap<u32, f32>,
    #[prost(fixed32, optional, tag = "127")]
    field_2: Option<u32>,
    #[prost(float, tag = "4")]
    field_3: f32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message13 {
    #[prost(enumeration = "Kind4", optional, tag = "51799785")]
    field_0: Option<i32>,
    #[prost(int64, repeated, tag = "60997502")]
    field_1: Vec<i64>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message14 {
    #[prost(string, tag = "14")]
    field_0: String,
    #[prost(btree_map = "int32, enumeration(Kind6)", tag = "2047")]
    field_1: std::collections::BTreeMap<i32, i32>,
    #[prost(enumeration = "Kind5", tag = "15")]
    field_2: i32,
    #[prost(bytes = "bytes", repeated, tag = "8")]
    field_3: Vec<bytes::Bytes>,
    #[prost(oneof = "Message14Choice4", tags = "168147295, 4, 10")]
    field_4: Option<Message14Choice4>,
    #[prost(bool, optional, tag = "6")]
    field_5: Option<bool>,
    #[prost(sfixed64, tag = "9")]
    field_6: i64,
    #[prost(btree_map = "uint64, message", tag = "128")]
    field_7: std::collections::BTreeMap<u64, Message14>,
    #[prost(sfixed64, optional, tag = "1")]
    field_8: Option<i64>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message14Choice4 {
    #[prost(bool, tag = "168147295")]
    Variant4And0(bool),
    #[prost(sint64, tag = "4")]
    Variant4And1(i64),
    #[prost(string, tag = "10")]
    Variant4And2(String),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message15 {
    #[prost(oneof = "Message15Choice4", tags = "16, 7, 33554432, 262143, 2")]
    field_4: Option<Message15Choice4>,
    #[prost(oneof = "Message15Choice8", tags = "20000, 31, 18999, 3, 123456789")]
    field_8: Option<Message15Choice8>,
    #[prost(sfixed32, repeated, tag = "5")]
    field_5: Vec<i32>,
    #[prost(btree_map = "int32, bool", tag = "17")]
    field_6: std::collections::BTreeMap<i32, bool>,
    #[prost(int64, optional, tag = "127")]
    field_9: Option<i64>,
    #[prost(int32, repeated, tag = "2048")]
    field_3: Vec<i32>,
    #[prost(bytes = "bytes", tag = "262144")]
    field_2: bytes::Bytes,
    #[prost(sfixed64, repeated, tag = "33554431")]
    field_1: Vec<i64>,
    #[prost(message, required, tag = "536870910")]
    field_0: Box<Message12>,
    #[prost(int64, tag = "536870911")]
    field_7: i64,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message15Choice4 {
    #[prost(int64, tag = "16")]
    Variant4And0(i64),
    #[prost(message, tag = "7")]
    Variant4And1(Box<Message00>),
    #[prost(sint32, tag = "33554432")]
    Variant4And2(i32),
    #[prost(uint32, tag = "262143")]
    Variant4And3(u32),
    #[prost(sfixed32, tag = "2")]
    Variant4And4(i32),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message15Choice8 {
    #[prost(bool, tag = "20000")]
    Variant8And0(bool),
    #[prost(bytes = "vec", tag = "31")]
    Variant8And1(Vec<u8>),
    #[prost(fixed32, tag = "18999")]
    Variant8And2(u32),
    #[prost(sfixed64, tag = "3")]
    Variant8And3(i64),
    #[prost(bytes = "bytes", tag = "123456789")]
    Variant8And4(bytes::Bytes),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message16 {
    #[prost(sint64, repeated, tag = "5")]
    field_0: Vec<i64>,
    #[prost(message, required, tag = "8")]
    field_2: Message12,
    #[prost(uint32, tag = "9")]
    field_6: u32,
    #[prost(btree_map = "string, int64", tag = "31")]
    field_5: std::collections::BTreeMap<String, i64>,
    #[prost(int32, optional, tag = "2047")]
    field_3: Option<i32>,
    #[prost(uint64, tag = "2048")]
    field_4: u64,
    #[prost(sfixed32, tag = "536870911")]
    field_1: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message17 {
    #[prost(fixed64, optional, tag = "329548270")]
    field_0: Option<u64>,
    #[prost(uint32, repeated, tag = "128")]
    field_1: Vec<u32>,
    #[prost(message, repeated, tag = "262143")]
    field_2: Vec<Box<Message17>>,
    #[prost(int32, tag = "18999")]
    field_3: i32,
    #[prost(oneof = "Message17Choice4", tags = "3")]
    field_4: Option<Message17Choice4>,
    #[prost(message, optional, tag = "15")]
    field_5: Option<Box<Message17>>,
    #[prost(sint32, tag = "4")]
    field_6: i32,
    #[prost(sint64, tag = "20000")]
    field_7: i64,
    #[prost(message, repeated, tag = "33554431")]
    field_8: Vec<Message08>,
    #[prost(oneof = "Message17Choice9", tags = "17, 262144")]
    field_9: Option<Message17Choice9>,
    #[prost(bool, repeated, tag = "2")]
    field_10: Vec<bool>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message17Choice4 {
    #[prost(double, tag = "3")]
    Variant4And0(f64),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message17Choice9 {
    #[prost(int32, tag = "17")]
    Variant9And0(i32),
    #[prost(float, tag = "262144")]
    Variant9And1(f32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message18 {
    #[prost(btree_map = "bool, enumeration(Kind2)", tag = "6")]
    field_8: std::collections::BTreeMap<bool, i32>,
    #[prost(bytes = "bytes", optional, tag = "7")]
    field_4: Option<bytes::Bytes>,
    #[prost(float, tag = "10")]
    field_7: f32,
    #[prost(fixed64, tag = "33554432")]
    field_6: u64,
    #[prost(oneof = "Message18Choice5", tags = "55264427")]
    field_5: Option<Message18Choice5>,
    #[prost(sint64, optional, tag = "123456789")]
    field_1: Option<i64>,
    #[prost(uint64, optional, tag = "189915492")]
    field_2: Option<u64>,
    #[prost(bytes = "vec", tag = "247882194")]
    field_0: Vec<u8>,
    #[prost(btree_map = "uint32, uint32", tag = "418361438")]
    field_3: std::collections::BTreeMap<u32, u32>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message18Choice5 {
    #[prost(message, tag = "55264427")]
    Variant5And0(Box<Message18>),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message19 {
    #[prost(string, repeated, tag = "1")]
    field_2: Vec<String>,
    #[prost(bytes = "vec", repeated, tag = "14")]
    field_3: Vec<Vec<u8>>,
    #[prost(btree_map = "int64, bytes", tag = "15")]
    field_10: std::collections::BTreeMap<i64, Vec<u8>>,
    #[prost(enumeration = "Kind4", repeated, tag = "16")]
    field_5: Vec<i32>,
    #[prost(enumeration = "Kind3", tag = "127")]
    field_4: i32,
    #[prost(uint32, optional, tag = "18999")]
    field_6: Option<u32>,
    #[prost(double, repeated, tag = "20000")]
    field_11: Vec<f64>,
    #[prost(bytes = "vec", optional, tag = "262144")]
    field_8: Option<Vec<u8>>,
    #[prost(oneof = "Message19Choice7", tags = "97126545, 33554432, 422293031")]
    field_7: Option<Message19Choice7>,
    #[prost(bool, tag = "502178840")]
    field_0: bool,
    #[prost(message, optional, tag = "536870910")]
    field_1: Option<Message18>,
    #[prost(message, required, tag = "536870911")]
    field_9: Box<Message03>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message19Choice7 {
    #[prost(fixed64, tag = "97126545")]
    Variant7And0(u64),
    #[prost(uint64, tag = "33554432")]
    Variant7And1(u64),
    #[prost(enumeration = "Kind7", tag = "422293031")]
    Variant7And2(i32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message20 {
    #[prost(double, tag = "7")]
    field_0: f64,
    #[prost(uint64, repeated, tag = "123456789")]
    field_1: Vec<u64>,
    #[prost(oneof = "Message20Choice2", tags = "3")]
    field_2: Option<Message20Choice2>,
    #[prost(sfixed64, tag = "9")]
    field_3: i64,
    #[prost(sint32, repeated, tag = "5")]
    field_4: Vec<i32>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message20Choice2 {
    #[prost(double, tag = "3")]
    Variant2And0(f64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message21 {
    #[prost(bytes = "bytes", repeated, tag = "4")]
    field_5: Vec<bytes::Bytes>,
    #[prost(fixed32, tag = "8")]
    field_4: u32,
    #[prost(btree_map = "int32, string", tag = "16")]
    field_1: std::collections::BTreeMap<i32, String>,
    #[prost(sint32, optional, tag = "127")]
    field_2: Option<i32>,
    #[prost(string, tag = "128")]
    field_0: String,
    #[prost(sfixed32, optional, tag = "2047")]
    field_3: Option<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message22 {
    #[prost(btree_map = "uint64, double", tag = "262143")]
    field_0: std::collections::BTreeMap<u64, f64>,
    #[prost(enumeration = "Kind6", optional, tag = "33554431")]
    field_1: Option<i32>,
    #[prost(double, tag = "2048")]
    field_2: f64,
    #[prost(oneof = "Message22Choice3", tags = "31, 2, 17, 1, 6")]
    field_3: Option<Message22Choice3>,
    #[prost(sfixed64, tag = "203052785")]
    field_4: i64,
    #[prost(sfixed32, tag = "10")]
    field_5: i32,
    #[prost(uint64, repeated, tag = "16")]
    field_6: Vec<u64>,
    #[prost(sfixed64, optional, tag = "123456789")]
    field_7: Option<i64>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message22Choice3 {
    #[prost(fixed32, tag = "31")]
    Variant3And0(u32),
    #[prost(bytes = "vec", tag = "2")]
    Variant3And1(Vec<u8>),
    #[prost(message, tag = "17")]
    Variant3And2(Box<Message06>),
    #[prost(enumeration = "Kind5", tag = "1")]
    Variant3And3(i32),
    #[prost(fixed64, tag = "6")]
    Variant3And4(u64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message23 {
    #[prost(btree_map = "string, float", tag = "14")]
    field_0: std::collections::BTreeMap<String, f32>,
    #[prost(sint64, optional, tag = "33554431")]
    field_1: Option<i64>,
    #[prost(oneof = "Message23Choice2", tags = "96873892, 5, 31")]
    field_2: Option<Message23Choice2>,
    #[prost(bytes = "vec", tag = "2047")]
    field_3: Vec<u8>,
    #[prost(fixed64, tag = "6")]
    field_4: u64,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message23Choice2 {
    #[prost(sfixed64, tag = "96873892")]
    Variant2And0(i64),
    #[prost(message, tag = "5")]
    Variant2And1(Box<Message23>),
    #[prost(int32, tag = "31")]
    Variant2And2(i32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message24 {
    #[prost(int64, optional, tag = "4")]
    field_8: Option<i64>,
    #[prost(enumeration = "Kind0", repeated, tag = "7")]
    field_0: Vec<i32>,
    #[prost(int32, repeated, tag = "9")]
    field_7: Vec<i32>,
    #[prost(sint32, optional, tag = "10")]
    field_3: Option<i32>,
    #[prost(sfixed32, repeated, tag = "127")]
    field_1: Vec<i32>,
    #[prost(oneof = "Message24Choice4", tags = "2048, 20000")]
    field_4: Option<Message24Choice4>,
    #[prost(string, tag = "262143")]
    field_6: String,
    #[prost(fixed32, optional, tag = "262144")]
    field_5: Option<u32>,
    #[prost(message, required, tag = "389256891")]
    field_2: Box<Message12>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message24Choice4 {
    #[prost(bytes = "bytes", tag = "2048")]
    Variant4And0(bytes::Bytes),
    #[prost(int64, tag = "20000")]
    Variant4And1(i64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message25 {
    #[prost(bytes = "bytes", tag = "1")]
    field_2: bytes::Bytes,
    #[prost(message, required, tag = "3")]
    field_4: Box<Message21>,
    #[prost(int32, optional, tag = "8")]
    field_5: Option<i32>,
    #[prost(btree_map = "int64, bytes", tag = "17")]
    field_0: std::collections::BTreeMap<i64, Vec<u8>>,
    #[prost(uint32, repeated, tag = "128")]
    field_3: Vec<u32>,
    #[prost(sint32, tag = "536870910")]
    field_1: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message26 {
    #[prost(bool, repeated, tag = "348001810")]
    field_0: Vec<bool>,
    #[prost(sfixed64, repeated, tag = "15")]
    field_1: Vec<i64>,
    #[prost(enumeration = "Kind1", tag = "2")]
    field_2: i32,
    #[prost(oneof = "Message26Choice3", tags = "18999, 33554432, 536870911, 2047")]
    field_3: Option<Message26Choice3>,
    #[prost(btree_map = "uint32, int32", tag = "31")]
    field_4: std::collections::BTreeMap<u32, i32>,
    #[prost(bool, optional, tag = "33554431")]
    field_5: Option<bool>,
    #[prost(float, tag = "191280834")]
    field_6: f32,
    #[prost(bytes = "vec", optional, tag = "123456789")]
    field_7: Option<Vec<u8>>,
    #[prost(message, repeated, tag = "5")]
    field_8: Vec<Message07>,
    #[prost(fixed64, optional, tag = "128")]
    field_9: Option<u64>,
    #[prost(bool, tag = "16")]
    field_10: bool,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message26Choice3 {
    #[prost(uint64, tag = "18999")]
    Variant3And0(u64),
    #[prost(sint64, tag = "33554432")]
    Variant3And1(i64),
    #[prost(float, tag = "536870911")]
    Variant3And2(f32),
    #[prost(bool, tag = "2047")]
    Variant3And3(bool),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message27 {
    #[prost(sint32, repeated, tag = "3")]
    field_0: Vec<i32>,
    #[prost(uint64, tag = "1")]
    field_1: u64,
    #[prost(oneof = "Message27Choice2", tags = "8, 262143, 127, 536870911")]
    field_2: Option<Message27Choice2>,
    #[prost(btree_map = "bool, uint64", tag = "15")]
    field_3: std::collections::BTreeMap<bool, u64>,
    #[prost(sint64, tag = "4")]
    field_4: i64,
    #[prost(btree_map = "int32, message", tag = "536870910")]
    field_5: std::collections::BTreeMap<i32, Box<Message27>>,
    #[prost(uint32, tag = "2048")]
    field_6: u32,
    #[prost(uint32, optional, tag = "7")]
    field_7: Option<u32>,
    #[prost(int64, repeated, tag = "9")]
    field_8: Vec<i64>,
    #[prost(int64, tag = "327391406")]
    field_9: i64,
    #[prost(float, optional, tag = "14")]
    field_10: Option<f32>,
    #[prost(oneof = "Message27Choice11", tags = "190596923, 6, 17, 340725964, 10")]
    field_11: Option<Message27Choice11>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message27Choice2 {
    #[prost(uint32, tag = "8")]
    Variant2And0(u32),
    #[prost(sint32, tag = "262143")]
    Variant2And1(i32),
    #[prost(string, tag = "127")]
    Variant2And2(String),
    #[prost(sfixed32, tag = "536870911")]
    Variant2And3(i32),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message27Choice11 {
    #[prost(float, tag = "190596923")]
    Variant11And0(f32),
    #[prost(enumeration = "Kind1", tag = "6")]
    Variant11And1(i32),
    #[prost(fixed32, tag = "17")]
    Variant11And2(u32),
    #[prost(uint64, tag = "340725964")]
    Variant11And3(u64),
    #[prost(fixed64, tag = "10")]
    Variant11And4(u64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message28 {
    #[prost(fixed32, tag = "310502780")]
    field_0: u32,
    #[prost(fixed32, repeated, tag = "20000")]
    field_1: Vec<u32>,
    #[prost(int32, tag = "262144")]
    field_2: i32,
    #[prost(string, repeated, tag = "33554432")]
    field_3: Vec<String>,
    #[prost(string, optional, tag = "127")]
    field_4: Option<String>,
    #[prost(double, repeated, tag = "14")]
    field_5: Vec<f64>,
    #[prost(sfixed32, optional, tag = "4")]
    field_6: Option<i32>,
    #[prost(oneof = "Message28Choice7", tags = "128, 5, 17, 33554431")]
    field_7: Option<Message28Choice7>,
    #[prost(int32, tag = "18999")]
    field_8: i32,
    #[prost(btree_map = "uint64, message", tag = "2")]
    field_9: std::collections::BTreeMap<u64, Message12>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message28Choice7 {
    #[prost(sfixed64, tag = "128")]
    Variant7And0(i64),
    #[prost(sint64, tag = "5")]
    Variant7And1(i64),
    #[prost(sint32, tag = "17")]
    Variant7And2(i32),
    #[prost(double, tag = "33554431")]
    Variant7And3(f64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message29 {
    #[prost(double, tag = "3")]
    field_0: f64,
    #[prost(fixed32, tag = "123456789")]
    field_1: u32,
    #[prost(btree_map = "string, int32", tag = "31")]
    field_2: std::collections::BTreeMap<String, i32>,
    #[prost(message, optional, tag = "8")]
    field_3: Option<Box<Message29>>,
    #[prost(string, tag = "1")]
    field_4: String,
    #[prost(uint64, optional, tag = "536870910")]
    field_5: Option<u64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    field_6: Vec<Vec<u8>>,
    #[prost(oneof = "Message29Choice7", tags = "2047, 536870911, 7, 20000")]
    field_7: Option<Message29Choice7>,
    #[prost(sint64, repeated, tag = "471580530")]
    field_8: Vec<i64>,
    #[prost(bytes = "vec", tag = "6")]
    field_9: Vec<u8>,
    #[prost(oneof = "Message29Choice10", tags = "262144")]
    field_10: Option<Message29Choice10>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message29Choice7 {
    #[prost(uint32, tag = "2047")]
    Variant7And0(u32),
    #[prost(bool, tag = "536870911")]
    Variant7And1(bool),
    #[prost(bytes = "bytes", tag = "7")]
    Variant7And2(bytes::Bytes),
    #[prost(bytes = "vec", tag = "20000")]
    Variant7And3(Vec<u8>),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message29Choice10 {
    #[prost(string, tag = "262144")]
    Variant10And0(String),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message30 {
    #[prost(message, repeated, tag = "10")]
    field_1: Vec<Message30>,
    #[prost(message, optional, tag = "15")]
    field_4: Option<Box<Message16>>,
    #[prost(btree_map = "uint32, bytes", tag = "16")]
    field_0: std::collections::BTreeMap<u32, Vec<u8>>,
    #[prost(float, repeated, tag = "17")]
    field_10: Vec<f32>,
    #[prost(bytes = "bytes", optional, tag = "2048")]
    field_5: Option<bytes::Bytes>,
    #[prost(bytes = "bytes", tag = "262143")]
    field_6: bytes::Bytes,
    #[prost(fixed64, repeated, tag = "33554432")]
    field_7: Vec<u64>,
    #[prost(float, tag = "115808497")]
    field_2: f32,
    #[prost(sint32, tag = "129900288")]
    field_3: i32,
    #[prost(double, optional, tag = "536870910")]
    field_8: Option<f64>,
    #[prost(sfixed32, optional, tag = "536870911")]
    field_9: Option<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message31 {
    #[prost(bool, tag = "5")]
    field_1: bool,
    #[prost(oneof = "Message31Choice2", tags = "8, 244408820, 31, 18999")]
    field_2: Option<Message31Choice2>,
    #[prost(btree_map = "int64, bool", tag = "9")]
    field_3: std::collections::BTreeMap<i64, bool>,
    #[prost(oneof = "Message31Choice6", tags = "14, 155623006, 2048")]
    field_6: Option<Message31Choice6>,
    #[prost(uint32, tag = "16")]
    field_5: u32,
    #[prost(sfixed64, tag = "127")]
    field_0: i64,
    #[prost(bytes = "vec", repeated, tag = "511476417")]
    field_4: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message31Choice2 {
    #[prost(message, tag = "8")]
    Variant2And0(Box<Message31>),
    #[prost(sfixed32, tag = "244408820")]
    Variant2And1(i32),
    #[prost(int64, tag = "31")]
    Variant2And2(i64),
    #[prost(int32, tag = "18999")]
    Variant2And3(i32),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message31Choice6 {
    #[prost(message, tag = "14")]
    Variant6And0(Box<Message15>),
    #[prost(double, tag = "155623006")]
    Variant6And1(f64),
    #[prost(bytes = "vec", tag = "2048")]
    Variant6And2(Vec<u8>),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message32 {
    #[prost(sint64, tag = "2")]
    field_0: i64,
    #[prost(btree_map = "bool, message", tag = "3")]
    field_1: std::collections::BTreeMap<bool, Box<Message32>>,
    #[prost(message, required, tag = "6")]
    field_2: Box<Message15>,
    #[prost(bytes = "bytes", repeated, tag = "123456789")]
    field_3: Vec<bytes::Bytes>,
    #[prost(uint64, tag = "4")]
    field_4: u64,
    #[prost(float, repeated, tag = "262144")]
    field_5: Vec<f32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message33 {
    #[prost(fixed64, tag = "1")]
    field_8: u64,
    #[prost(int32, repeated, tag = "2")]
    field_10: Vec<i32>,
    #[prost(uint32, optional, tag = "7")]
    field_1: Option<u32>,
    #[prost(enumeration = "Kind4", tag = "10")]
    field_7: i32,
    #[prost(btree_map = "int64, uint64", tag = "15")]
    field_9: std::collections::BTreeMap<i64, u64>,
    #[prost(sint64, optional, tag = "128")]
    field_3: Option<i64>,
    #[prost(sint32, optional, tag = "2047")]
    field_4: Option<i32>,
    #[prost(message, optional, tag = "20000")]
    field_0: Option<Box<Message06>>,
    #[prost(oneof = "Message33Choice5", tags = "262143")]
    field_5: Option<Message33Choice5>,
    #[prost(sfixed32, repeated, tag = "33554431")]
    field_6: Vec<i32>,
    #[prost(sfixed32, tag = "309622372")]
    field_2: i32,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message33Choice5 {
    #[prost(enumeration = "Kind3", tag = "262143")]
    Variant5And0(i32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message34 {
    #[prost(btree_map = "string, string", tag = "10")]
    field_0: std::collections::BTreeMap<String, String>,
    #[prost(oneof = "Message34Choice1", tags = "417573446, 94843735, 8, 15")]
    field_1: Option<Message34Choice1>,
    #[prost(uint64, repeated, tag = "18999")]
    field_2: Vec<u64>,
    #[prost(int64, tag = "2047")]
    field_3: i64,
    #[prost(message, required, tag = "243595981")]
    field_4: Box<Message28>,
    #[prost(uint64, optional, tag = "123456789")]
    field_5: Option<u64>,
    #[prost(string, optional, tag = "468438469")]
    field_6: Option<String>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message34Choice1 {
    #[prost(uint32, tag = "417573446")]
    Variant1And0(u32),
    #[prost(bytes = "bytes", tag = "94843735")]
    Variant1And1(bytes::Bytes),
    #[prost(sint32, tag = "8")]
    Variant1And2(i32),
    #[prost(message, tag = "15")]
    Variant1And3(Box<Message34>),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message35 {
    #[prost(sfixed64, tag = "31")]
    field_0: i64,
    #[prost(fixed32, repeated, tag = "536870910")]
    field_1: Vec<u32>,
    #[prost(string, repeated, tag = "6")]
    field_2: Vec<String>,
    #[prost(message, optional, tag = "2048")]
    field_3: Option<Box<Message35>>,
    #[prost(sint32, repeated, tag = "262143")]
    field_4: Vec<i32>,
    #[prost(enumeration = "Kind6", optional, tag = "33554431")]
    field_5: Option<i32>,
    #[prost(oneof = "Message35Choice6", tags = "1, 262144, 7")]
    field_6: Option<Message35Choice6>,
    #[prost(message, required, tag = "33554432")]
    field_7: Box<Message14>,
    #[prost(fixed64, tag = "20000")]
    field_8: u64,
    #[prost(uint32, tag = "14")]
    field_9: u32,
    #[prost(btree_map = "bool, message", tag = "15204626")]
    field_10: std::collections::BTreeMap<bool, Message16>,
    #[prost(btree_map = "uint32, bytes", tag = "366273950")]
    field_11: std::collections::BTreeMap<u32, Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message35Choice6 {
    #[prost(float, tag = "1")]
    Variant6And0(f32),
    #[prost(uint64, tag = "262144")]
    Variant6And1(u64),
    #[prost(sint64, tag = "7")]
    Variant6And2(i64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message36 {
    #[prost(int64, tag = "3")]
    field_0: i64,
    #[prost(sfixed32, tag = "536870911")]
    field_1: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message37 {
    #[prost(int64, repeated, tag = "4")]
    field_0: Vec<i64>,
    #[prost(oneof = "Message37Choice1", tags = "17, 5, 128")]
    field_1: Option<Message37Choice1>,
    #[prost(fixed64, repeated, tag = "127")]
    field_2: Vec<u64>,
    #[prost(fixed32, optional, tag = "16")]
    field_3: Option<u32>,
    #[prost(float, optional, tag = "9")]
    field_4: Option<f32>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message37Choice1 {
    #[prost(sfixed32, tag = "17")]
    Variant1And0(i32),
    #[prost(int32, tag = "5")]
    Variant1And1(i32),
    #[prost(message, tag = "128")]
    Variant1And2(Message18),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message38 {
    #[prost(oneof = "Message38Choice5", tags = "1, 4, 262143")]
    field_5: Option<Message38Choice5>,
    #[prost(fixed64, optional, tag = "3")]
    field_9: Option<u64>,
    #[prost(int32, tag = "8")]
    field_7: i32,
    #[prost(float, tag = "10")]
    field_0: f32,
    #[prost(uint32, repeated, tag = "16")]
    field_8: Vec<u32>,
    #[prost(btree_map = "int32, int64", tag = "2047")]
    field_2: std::collections::BTreeMap<i32, i64>,
    #[prost(double, tag = "2048")]
    field_4: f64,
    #[prost(sint64, tag = "262144")]
    field_1: i64,
    #[prost(bytes = "vec", optional, tag = "33554431")]
    field_3: Option<Vec<u8>>,
    #[prost(bool, repeated, tag = "250692716")]
    field_6: Vec<bool>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message38Choice5 {
    #[prost(sfixed64, tag = "1")]
    Variant5And0(i64),
    #[prost(fixed64, tag = "4")]
    Variant5And1(u64),
    #[prost(int64, tag = "262143")]
    Variant5And2(i64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Message39 {
    #[prost(oneof = "Message39Choice5", tags = "295626582, 6")]
    field_5: Option<Message39Choice5>,
    #[prost(fixed32, tag = "7")]
    field_3: u32,
    #[prost(enumeration = "Kind2", repeated, tag = "9")]
    field_6: Vec<i32>,
    #[prost(bool, tag = "14")]
    field_1: bool,
    #[prost(bytes = "bytes", optional, tag = "17")]
    field_7: Option<bytes::Bytes>,
    #[prost(uint64, tag = "128")]
    field_0: u64,
    #[prost(btree_map = "uint64, enumeration(Kind7)", tag = "20000")]
    field_4: std::collections::BTreeMap<u64, i32>,
    #[prost(sint64, repeated, tag = "33554432")]
    field_8: Vec<i64>,
    #[prost(double, optional, tag = "536870910")]
    field_2: Option<f64>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Message39Choice5 {
    #[prost(fixed32, tag = "295626582")]
    Variant5And0(u32),
    #[prost(string, tag = "6")]
    Variant5And1(String),
}
