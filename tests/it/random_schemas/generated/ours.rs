// Written by a test; see `random_schemas/fresh.rs`.

#[derive(rpcplugin::BinaryMessage)]
#[binary(id_type = i32)]
pub(super) enum Kind0 {
    #[binary(id = 128)]
    Plus128,
    #[binary(id = -1)]
    Minus1,
    #[binary(id = 0)]
    Plus0,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(id_type = u8)]
pub(super) enum Kind1 {
    #[binary(id = 127)]
    Plus127,
    #[binary(id = 128)]
    Plus128,
    #[binary(id = 2)]
    Plus2,
    #[binary(id = 3)]
    Plus3,
    #[binary(id = 1)]
    Plus1,
    #[binary(id = 0)]
    Plus0,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(id_type = u32)]
pub(super) enum Kind2 {
    #[binary(id = 2)]
    Plus2,
    #[binary(id = 16384)]
    Plus16384,
    #[binary(id = 1)]
    Plus1,
    #[binary(id = 0)]
    Plus0,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(id_type = i16)]
pub(super) enum Kind3 {
    #[binary(id = 0)]
    Plus0,
    #[binary(id = 1)]
    Plus1,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(id_type = i32)]
pub(super) enum Kind4 {
    #[binary(id = 0)]
    Plus0,
    #[binary(id = -2147483648)]
    Minus2147483648,
    #[binary(id = 127)]
    Plus127,
    #[binary(other)]
    Other(i32),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(id_type = u8)]
pub(super) enum Kind5 {
    #[binary(id = 2)]
    Plus2,
    #[binary(id = 128)]
    Plus128,
    #[binary(id = 3)]
    Plus3,
    #[binary(id = 255)]
    Plus255,
    #[binary(id = 0)]
    Plus0,
    #[binary(id = 127)]
    Plus127,
    #[binary(id = 1)]
    Plus1,
    #[binary(other)]
    Other(u8),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(id_type = u32)]
pub(super) enum Kind6 {
    #[binary(id = 1)]
    Plus1,
    #[binary(id = 0)]
    Plus0,
    #[binary(id = 128)]
    Plus128,
    #[binary(other)]
    Other(u32),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(id_type = i16)]
pub(super) enum Kind7 {
    #[binary(id = -32768)]
    Minus32768,
    #[binary(id = -1)]
    Minus1,
    #[binary(id = -300)]
    Minus300,
    #[binary(id = 0)]
    Plus0,
    #[binary(id = 1)]
    Plus1,
    #[binary(id = 32767)]
    Plus32767,
    #[binary(other)]
    Other(i16),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message00 {
    #[binary(id = 17)]
    field_0: std::collections::HashMap<u32, u64>,
    #[binary(id = 33554431, encoding = "fixed")]
    field_1: Option<u64>,
    #[binary(id = 4, encoding = "zigzag")]
    field_2: Option<i64>,
    #[binary(id = 3)]
    field_3: Vec<Vec<u8>>,
    #[binary(id = 452733477)]
    field_4: Vec<Box<str>>,
    #[binary(id = 183724621)]
    field_5: f32,
    #[binary(oneof)]
    field_6: Option<Message00Choice6>,
    #[binary(id = 262144)]
    field_7: i64,
    #[binary(id = 123456789)]
    field_8: String,
    #[binary(oneof)]
    field_9: Option<Message00Choice9>,
    #[binary(id = 5, encoding = "fixed")]
    field_10: u32,
    #[binary(id = 127)]
    field_11: u64,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message00Choice6 {
    #[binary(id = 20000)]
    Variant6And0(i32),
    #[binary(id = 128)]
    Variant6And1(#[binary(encoding = "fixed")] u64),
    #[binary(id = 9)]
    Variant6And2(#[binary(encoding = "fixed")] i64),
    #[binary(id = 33554432)]
    Variant6And3(Vec<u8>),
    #[binary(id = 6)]
    Variant6And4(bytes::Bytes),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message00Choice9 {
    #[binary(id = 536870910)]
    Variant9And0(i64),
    #[binary(id = 2048)]
    Variant9And1(f64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message01 {
    #[binary(id = 7)]
    field_0: Vec<Kind3>,
    #[binary(id = 15)]
    field_1: u32,
    #[binary(id = 2)]
    field_2: Option<Box<Message01>>,
    #[binary(id = 18999)]
    field_3: Vec<String>,
    #[binary(id = 2047, encoding = "fixed")]
    field_4: Option<u32>,
    #[binary(id = 8)]
    field_5: std::collections::HashMap<u64, i32>,
    #[binary(id = 202986975)]
    field_6: Vec<i64>,
    #[binary(oneof)]
    field_7: Option<Message01Choice7>,
    #[binary(id = 262143)]
    field_8: i32,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message01Choice7 {
    #[binary(id = 536870911)]
    Variant7And0(Kind0),
    #[binary(id = 1)]
    Variant7And1(#[binary(encoding = "zigzag")] i32),
    #[binary(id = 10)]
    Variant7And2(Box<Message00>),
    #[binary(id = 31)]
    Variant7And3(String),
    #[binary(id = 16)]
    Variant7And4(#[binary(encoding = "fixed")] i32),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message02 {
    #[binary(id = 14)]
    field_0: Option<String>,
    #[binary(id = 7)]
    field_1: Message00,
    #[binary(id = 17)]
    field_2: Option<u64>,
    #[binary(id = 262143)]
    field_3: std::collections::BTreeMap<i32, f64>,
    #[binary(id = 318911909)]
    field_4: Vec<bool>,
    #[binary(id = 123456789, encoding = "fixed")]
    field_5: i64,
    #[binary(id = 33554431, encoding = "fixed")]
    field_6: Option<i32>,
    #[binary(oneof)]
    field_7: Option<Message02Choice7>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message02Choice7 {
    #[binary(id = 2048)]
    Variant7And0(Box<Message02>),
    #[binary(id = 92873028)]
    Variant7And1(u64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message03 {
    #[binary(id = 6, encoding = "zigzag")]
    field_0: i32,
    #[binary(id = 18999)]
    field_1: std::collections::BTreeMap<i64, u32>,
    #[binary(id = 16)]
    field_2: Option<u32>,
    #[binary(id = 5)]
    field_3: Vec<Box<Message03>>,
    #[binary(id = 15, encoding = "zigzag")]
    field_4: i64,
    #[binary(id = 31)]
    field_5: Kind1,
    #[binary(id = 10)]
    field_6: Vec<u32>,
    #[binary(id = 262144)]
    field_7: Message00,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message04 {
    #[binary(id = 8)]
    field_1: Option<i64>,
    #[binary(id = 20000)]
    field_2: Vec<u64>,
    #[binary(id = 33554432)]
    field_0: std::collections::BTreeMap<String, bytes::Bytes>,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message05 {
    #[binary(id = 536870910)]
    field_0: bool,
    #[binary(oneof)]
    field_1: Option<Message05Choice1>,
    #[binary(id = 4, encoding = "fixed")]
    field_2: i32,
    #[binary(id = 128, encoding = "fixed")]
    field_3: Vec<u64>,
    #[binary(id = 1)]
    field_4: Option<Message01>,
    #[binary(id = 2047, encoding = "fixed")]
    field_5: u64,
    #[binary(id = 536870911, encoding = "fixed")]
    field_6: Vec<u32>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message05Choice1 {
    #[binary(id = 9)]
    Variant1And0(#[binary(encoding = "zigzag")] i64),
    #[binary(id = 2)]
    Variant1And1(u32),
    #[binary(id = 14)]
    Variant1And2(f32),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message06 {
    #[binary(id = 3)]
    field_1: Option<Vec<u8>>,
    #[binary(id = 9)]
    field_3: std::collections::HashMap<bool, Box<[u8]>>,
    #[binary(oneof)]
    field_5: Option<Message06Choice5>,
    #[binary(id = 127, encoding = "fixed")]
    field_2: Vec<i32>,
    #[binary(id = 20162756)]
    field_0: f64,
    #[binary(id = 49047268, encoding = "fixed")]
    field_4: Option<i64>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message06Choice5 {
    #[binary(id = 33554431)]
    Variant5And0(bool),
    #[binary(id = 262144)]
    Variant5And1(#[binary(encoding = "fixed")] u32),
    #[binary(id = 14)]
    Variant5And2(Kind7),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message07 {
    #[binary(id = 536870910)]
    field_0: Vec<u8>,
    #[binary(oneof)]
    field_1: Option<Message07Choice1>,
    #[binary(id = 16)]
    field_2: bytes::Bytes,
    #[binary(id = 17)]
    field_3: std::collections::BTreeMap<String, i64>,
    #[binary(id = 228976189)]
    field_4: Box<Message00>,
    #[binary(id = 405024559)]
    field_5: Option<Kind2>,
    #[binary(id = 421044738)]
    field_6: bytes::Bytes,
    #[binary(id = 127)]
    field_7: Vec<i32>,
    #[binary(id = 123456789)]
    field_8: Option<bool>,
    #[binary(id = 4)]
    field_9: Vec<f64>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message07Choice1 {
    #[binary(id = 3)]
    Variant1And0(i32),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message08 {
    #[binary(id = 5)]
    field_2: std::collections::HashMap<u64, Box<str>>,
    #[binary(oneof)]
    field_3: Option<Message08Choice3>,
    #[binary(id = 2047, encoding = "zigzag")]
    field_1: Vec<i64>,
    #[binary(id = 18999)]
    field_0: f64,
    #[binary(id = 86386441)]
    field_4: Option<bytes::Bytes>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message08Choice3 {
    #[binary(id = 128)]
    Variant3And0(u64),
    #[binary(id = 20000)]
    Variant3And1(#[binary(encoding = "fixed")] i64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message09 {
    #[binary(id = 1)]
    field_0: Vec<f32>,
    #[binary(id = 33554432)]
    field_1: i32,
    #[binary(id = 262143, encoding = "zigzag")]
    field_2: Option<i32>,
    #[binary(id = 536870911, encoding = "fixed")]
    field_3: u64,
    #[binary(id = 92658252, encoding = "fixed")]
    field_4: Vec<i64>,
    #[binary(id = 514953127)]
    field_5: Option<f32>,
    #[binary(id = 10)]
    field_6: std::collections::HashMap<i64, bool>,
    #[binary(oneof)]
    field_7: Option<Message09Choice7>,
    #[binary(id = 6)]
    field_8: Vec<bytes::Bytes>,
    #[binary(id = 15)]
    field_9: Option<f64>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message09Choice7 {
    #[binary(id = 2)]
    Variant7And0(Box<str>),
    #[binary(id = 2048)]
    Variant7And1(#[binary(encoding = "zigzag")] i64),
    #[binary(id = 31)]
    Variant7And2(Box<Message09>),
    #[binary(id = 7)]
    Variant7And3(bytes::Bytes),
    #[binary(id = 8)]
    Variant7And4(f32),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message10 {
    #[binary(id = 1)]
    field_9: u64,
    #[binary(id = 2, encoding = "zigzag")]
    field_1: i64,
    #[binary(oneof)]
    field_3: Option<Message10Choice3>,
    #[binary(id = 5)]
    field_0: Vec<u8>,
    #[binary(id = 6)]
    field_4: u32,
    #[binary(id = 14)]
    field_2: i64,
    #[binary(id = 17)]
    field_6: Option<i32>,
    #[binary(id = 18999, encoding = "zigzag")]
    field_7: Vec<i32>,
    #[binary(id = 33554431, encoding = "fixed")]
    field_8: i32,
    #[binary(id = 137827985)]
    field_5: std::collections::HashMap<bool, Message01>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message10Choice3 {
    #[binary(id = 2048)]
    Variant3And0(Box<Message01>),
    #[binary(id = 31)]
    Variant3And1(Vec<u8>),
    #[binary(id = 3)]
    Variant3And2(#[binary(encoding = "fixed")] u64),
    #[binary(id = 33554432)]
    Variant3And3(#[binary(encoding = "fixed")] i32),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message11 {
    #[binary(id = 7, encoding = "fixed")]
    field_2: Vec<u64>,
    #[binary(id = 9, encoding = "fixed")]
    field_8: u32,
    #[binary(oneof)]
    field_6: Option<Message11Choice6>,
    #[binary(id = 16)]
    field_7: Option<f32>,
    #[binary(id = 128)]
    field_1: Vec<f32>,
    #[binary(id = 2047)]
    field_5: bool,
    #[binary(id = 262143)]
    field_4: Option<String>,
    #[binary(id = 123456789, encoding = "fixed")]
    field_3: Vec<u32>,
    #[binary(id = 483651300)]
    field_0: Option<f64>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message11Choice6 {
    #[binary(id = 262144)]
    Variant6And0(#[binary(encoding = "fixed")] u32),
    #[binary(id = 10)]
    Variant6And1(i64),
    #[binary(id = 536870911)]
    Variant6And2(#[binary(encoding = "zigzag")] i32),
    #[binary(id = 536870910)]
    Variant6And3(u32),
    #[binary(id = 15)]
    Variant6And4(f64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message12 {
    #[binary(id = 8, encoding = "zigzag")]
    field_0: i32,
    #[binary(id = 20000)]
    field_1: std::collections::BTreeMap<u32, f32>,
    #[binary(id = 127, encoding = "fixed")]
    field_2: Option<u32>,
    #[binary(id = 4)]
    field_3: f32,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message13 {
    #[binary(id = 51799785)]
    field_0: Option<Kind4>,
    #[binary(id = 60997502)]
    field_1: Vec<i64>,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message14 {
    #[binary(id = 14)]
    field_0: String,
    #[binary(id = 2047)]
    field_1: std::collections::BTreeMap<i32, Kind6>,
    #[binary(id = 15)]
    field_2: Kind5,
    #[binary(id = 8)]
    field_3: Vec<bytes::Bytes>,
    #[binary(oneof)]
    field_4: Option<Message14Choice4>,
    #[binary(id = 6)]
    field_5: Option<bool>,
    #[binary(id = 9, encoding = "fixed")]
    field_6: i64,
    #[binary(id = 128)]
    field_7: std::collections::HashMap<u64, Message14>,
    #[binary(id = 1, encoding = "fixed")]
    field_8: Option<i64>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message14Choice4 {
    #[binary(id = 168147295)]
    Variant4And0(bool),
    #[binary(id = 4)]
    Variant4And1(#[binary(encoding = "zigzag")] i64),
    #[binary(id = 10)]
    Variant4And2(String),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message15 {
    #[binary(oneof)]
    field_4: Option<Message15Choice4>,
    #[binary(oneof)]
    field_8: Option<Message15Choice8>,
    #[binary(id = 5, encoding = "fixed")]
    field_5: Vec<i32>,
    #[binary(id = 17)]
    field_6: std::collections::BTreeMap<i32, bool>,
    #[binary(id = 127)]
    field_9: Option<i64>,
    #[binary(id = 2048)]
    field_3: Vec<i32>,
    #[binary(id = 262144)]
    field_2: bytes::Bytes,
    #[binary(id = 33554431, encoding = "fixed")]
    field_1: Vec<i64>,
    #[binary(id = 536870910)]
    field_0: Box<Message12>,
    #[binary(id = 536870911)]
    field_7: i64,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message15Choice4 {
    #[binary(id = 16)]
    Variant4And0(i64),
    #[binary(id = 7)]
    Variant4And1(Box<Message00>),
    #[binary(id = 33554432)]
    Variant4And2(#[binary(encoding = "zigzag")] i32),
    #[binary(id = 262143)]
    Variant4And3(u32),
    #[binary(id = 2)]
    Variant4And4(#[binary(encoding = "fixed")] i32),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message15Choice8 {
    #[binary(id = 20000)]
    Variant8And0(bool),
    #[binary(id = 31)]
    Variant8And1(Vec<u8>),
    #[binary(id = 18999)]
    Variant8And2(#[binary(encoding = "fixed")] u32),
    #[binary(id = 3)]
    Variant8And3(#[binary(encoding = "fixed")] i64),
    #[binary(id = 123456789)]
    Variant8And4(bytes::Bytes),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message16 {
    #[binary(id = 5, encoding = "zigzag")]
    field_0: Vec<i64>,
    #[binary(id = 8)]
    field_2: Message12,
    #[binary(id = 9)]
    field_6: u32,
    #[binary(id = 31)]
    field_5: std::collections::HashMap<String, i64>,
    #[binary(id = 2047)]
    field_3: Option<i32>,
    #[binary(id = 2048)]
    field_4: u64,
    #[binary(id = 536870911, encoding = "fixed")]
    field_1: i32,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message17 {
    #[binary(id = 329548270, encoding = "fixed")]
    field_0: Option<u64>,
    #[binary(id = 128)]
    field_1: Vec<u32>,
    #[binary(id = 262143)]
    field_2: Vec<Box<Message17>>,
    #[binary(id = 18999)]
    field_3: i32,
    #[binary(oneof)]
    field_4: Option<Message17Choice4>,
    #[binary(id = 15)]
    field_5: Option<Box<Message17>>,
    #[binary(id = 4, encoding = "zigzag")]
    field_6: i32,
    #[binary(id = 20000, encoding = "zigzag")]
    field_7: i64,
    #[binary(id = 33554431)]
    field_8: Vec<Message08>,
    #[binary(oneof)]
    field_9: Option<Message17Choice9>,
    #[binary(id = 2)]
    field_10: Vec<bool>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message17Choice4 {
    #[binary(id = 3)]
    Variant4And0(f64),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message17Choice9 {
    #[binary(id = 17)]
    Variant9And0(i32),
    #[binary(id = 262144)]
    Variant9And1(f32),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message18 {
    #[binary(id = 6)]
    field_8: std::collections::HashMap<bool, Kind2>,
    #[binary(id = 7)]
    field_4: Option<bytes::Bytes>,
    #[binary(id = 10)]
    field_7: f32,
    #[binary(id = 33554432, encoding = "fixed")]
    field_6: u64,
    #[binary(oneof)]
    field_5: Option<Message18Choice5>,
    #[binary(id = 123456789, encoding = "zigzag")]
    field_1: Option<i64>,
    #[binary(id = 189915492)]
    field_2: Option<u64>,
    #[binary(id = 247882194)]
    field_0: Box<[u8]>,
    #[binary(id = 418361438)]
    field_3: std::collections::BTreeMap<u32, u32>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message18Choice5 {
    #[binary(id = 55264427)]
    Variant5And0(Box<Message18>),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message19 {
    #[binary(id = 1)]
    field_2: Vec<String>,
    #[binary(id = 14)]
    field_3: Vec<Box<[u8]>>,
    #[binary(id = 15)]
    field_10: std::collections::HashMap<i64, Box<[u8]>>,
    #[binary(id = 16)]
    field_5: Vec<Kind4>,
    #[binary(id = 127)]
    field_4: Kind3,
    #[binary(id = 18999)]
    field_6: Option<u32>,
    #[binary(id = 20000)]
    field_11: Vec<f64>,
    #[binary(id = 262144)]
    field_8: Option<Vec<u8>>,
    #[binary(oneof)]
    field_7: Option<Message19Choice7>,
    #[binary(id = 502178840)]
    field_0: bool,
    #[binary(id = 536870910)]
    field_1: Option<Message18>,
    #[binary(id = 536870911)]
    field_9: Box<Message03>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message19Choice7 {
    #[binary(id = 97126545)]
    Variant7And0(#[binary(encoding = "fixed")] u64),
    #[binary(id = 33554432)]
    Variant7And1(u64),
    #[binary(id = 422293031)]
    Variant7And2(Kind7),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message20 {
    #[binary(id = 7)]
    field_0: f64,
    #[binary(id = 123456789)]
    field_1: Vec<u64>,
    #[binary(oneof)]
    field_2: Option<Message20Choice2>,
    #[binary(id = 9, encoding = "fixed")]
    field_3: i64,
    #[binary(id = 5, encoding = "zigzag")]
    field_4: Vec<i32>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message20Choice2 {
    #[binary(id = 3)]
    Variant2And0(f64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message21 {
    #[binary(id = 4)]
    field_5: Vec<bytes::Bytes>,
    #[binary(id = 8, encoding = "fixed")]
    field_4: u32,
    #[binary(id = 16)]
    field_1: std::collections::HashMap<i32, String>,
    #[binary(id = 127, encoding = "zigzag")]
    field_2: Option<i32>,
    #[binary(id = 128)]
    field_0: String,
    #[binary(id = 2047, encoding = "fixed")]
    field_3: Option<i32>,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message22 {
    #[binary(id = 262143)]
    field_0: std::collections::BTreeMap<u64, f64>,
    #[binary(id = 33554431)]
    field_1: Option<Kind6>,
    #[binary(id = 2048)]
    field_2: f64,
    #[binary(oneof)]
    field_3: Option<Message22Choice3>,
    #[binary(id = 203052785, encoding = "fixed")]
    field_4: i64,
    #[binary(id = 10, encoding = "fixed")]
    field_5: i32,
    #[binary(id = 16)]
    field_6: Vec<u64>,
    #[binary(id = 123456789, encoding = "fixed")]
    field_7: Option<i64>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message22Choice3 {
    #[binary(id = 31)]
    Variant3And0(#[binary(encoding = "fixed")] u32),
    #[binary(id = 2)]
    Variant3And1(Vec<u8>),
    #[binary(id = 17)]
    Variant3And2(Box<Message06>),
    #[binary(id = 1)]
    Variant3And3(Kind5),
    #[binary(id = 6)]
    Variant3And4(#[binary(encoding = "fixed")] u64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message23 {
    #[binary(id = 14)]
    field_0: std::collections::HashMap<String, f32>,
    #[binary(id = 33554431, encoding = "zigzag")]
    field_1: Option<i64>,
    #[binary(oneof)]
    field_2: Option<Message23Choice2>,
    #[binary(id = 2047)]
    field_3: Vec<u8>,
    #[binary(id = 6, encoding = "fixed")]
    field_4: u64,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message23Choice2 {
    #[binary(id = 96873892)]
    Variant2And0(#[binary(encoding = "fixed")] i64),
    #[binary(id = 5)]
    Variant2And1(Box<Message23>),
    #[binary(id = 31)]
    Variant2And2(i32),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message24 {
    #[binary(id = 4)]
    field_8: Option<i64>,
    #[binary(id = 7)]
    field_0: Vec<Kind0>,
    #[binary(id = 9)]
    field_7: Vec<i32>,
    #[binary(id = 10, encoding = "zigzag")]
    field_3: Option<i32>,
    #[binary(id = 127, encoding = "fixed")]
    field_1: Vec<i32>,
    #[binary(oneof)]
    field_4: Option<Message24Choice4>,
    #[binary(id = 262143)]
    field_6: String,
    #[binary(id = 262144, encoding = "fixed")]
    field_5: Option<u32>,
    #[binary(id = 389256891)]
    field_2: Box<Message12>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message24Choice4 {
    #[binary(id = 2048)]
    Variant4And0(bytes::Bytes),
    #[binary(id = 20000)]
    Variant4And1(i64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message25 {
    #[binary(id = 1)]
    field_2: bytes::Bytes,
    #[binary(id = 3)]
    field_4: Box<Message21>,
    #[binary(id = 8)]
    field_5: Option<i32>,
    #[binary(id = 17)]
    field_0: std::collections::HashMap<i64, bytes::Bytes>,
    #[binary(id = 128)]
    field_3: Vec<u32>,
    #[binary(id = 536870910, encoding = "zigzag")]
    field_1: i32,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message26 {
    #[binary(id = 348001810)]
    field_0: Vec<bool>,
    #[binary(id = 15, encoding = "fixed")]
    field_1: Vec<i64>,
    #[binary(id = 2)]
    field_2: Kind1,
    #[binary(oneof)]
    field_3: Option<Message26Choice3>,
    #[binary(id = 31)]
    field_4: std::collections::BTreeMap<u32, i32>,
    #[binary(id = 33554431)]
    field_5: Option<bool>,
    #[binary(id = 191280834)]
    field_6: f32,
    #[binary(id = 123456789)]
    field_7: Option<Box<[u8]>>,
    #[binary(id = 5)]
    field_8: Vec<Message07>,
    #[binary(id = 128, encoding = "fixed")]
    field_9: Option<u64>,
    #[binary(id = 16)]
    field_10: bool,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message26Choice3 {
    #[binary(id = 18999)]
    Variant3And0(u64),
    #[binary(id = 33554432)]
    Variant3And1(#[binary(encoding = "zigzag")] i64),
    #[binary(id = 536870911)]
    Variant3And2(f32),
    #[binary(id = 2047)]
    Variant3And3(bool),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message27 {
    #[binary(id = 3, encoding = "zigzag")]
    field_0: Vec<i32>,
    #[binary(id = 1)]
    field_1: u64,
    #[binary(oneof)]
    field_2: Option<Message27Choice2>,
    #[binary(id = 15)]
    field_3: std::collections::BTreeMap<bool, u64>,
    #[binary(id = 4, encoding = "zigzag")]
    field_4: i64,
    #[binary(id = 536870910)]
    field_5: std::collections::BTreeMap<i32, Box<Message27>>,
    #[binary(id = 2048)]
    field_6: u32,
    #[binary(id = 7)]
    field_7: Option<u32>,
    #[binary(id = 9)]
    field_8: Vec<i64>,
    #[binary(id = 327391406)]
    field_9: i64,
    #[binary(id = 14)]
    field_10: Option<f32>,
    #[binary(oneof)]
    field_11: Option<Message27Choice11>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message27Choice2 {
    #[binary(id = 8)]
    Variant2And0(u32),
    #[binary(id = 262143)]
    Variant2And1(#[binary(encoding = "zigzag")] i32),
    #[binary(id = 127)]
    Variant2And2(String),
    #[binary(id = 536870911)]
    Variant2And3(#[binary(encoding = "fixed")] i32),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message27Choice11 {
    #[binary(id = 190596923)]
    Variant11And0(f32),
    #[binary(id = 6)]
    Variant11And1(Kind1),
    #[binary(id = 17)]
    Variant11And2(#[binary(encoding = "fixed")] u32),
    #[binary(id = 340725964)]
    Variant11And3(u64),
    #[binary(id = 10)]
    Variant11And4(#[binary(encoding = "fixed")] u64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message28 {
    #[binary(id = 310502780, encoding = "fixed")]
    field_0: u32,
    #[binary(id = 20000, encoding = "fixed")]
    field_1: Vec<u32>,
    #[binary(id = 262144)]
    field_2: i32,
    #[binary(id = 33554432)]
    field_3: Vec<Box<str>>,
    #[binary(id = 127)]
    field_4: Option<String>,
    #[binary(id = 14)]
    field_5: Vec<f64>,
    #[binary(id = 4, encoding = "fixed")]
    field_6: Option<i32>,
    #[binary(oneof)]
    field_7: Option<Message28Choice7>,
    #[binary(id = 18999)]
    field_8: i32,
    #[binary(id = 2)]
    field_9: std::collections::HashMap<u64, Message12>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message28Choice7 {
    #[binary(id = 128)]
    Variant7And0(#[binary(encoding = "fixed")] i64),
    #[binary(id = 5)]
    Variant7And1(#[binary(encoding = "zigzag")] i64),
    #[binary(id = 17)]
    Variant7And2(#[binary(encoding = "zigzag")] i32),
    #[binary(id = 33554431)]
    Variant7And3(f64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message29 {
    #[binary(id = 3)]
    field_0: f64,
    #[binary(id = 123456789, encoding = "fixed")]
    field_1: u32,
    #[binary(id = 31)]
    field_2: std::collections::HashMap<String, i32>,
    #[binary(id = 8)]
    field_3: Option<Box<Message29>>,
    #[binary(id = 1)]
    field_4: String,
    #[binary(id = 536870910)]
    field_5: Option<u64>,
    #[binary(id = 9)]
    field_6: Vec<Box<[u8]>>,
    #[binary(oneof)]
    field_7: Option<Message29Choice7>,
    #[binary(id = 471580530, encoding = "zigzag")]
    field_8: Vec<i64>,
    #[binary(id = 6)]
    field_9: Vec<u8>,
    #[binary(oneof)]
    field_10: Option<Message29Choice10>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message29Choice7 {
    #[binary(id = 2047)]
    Variant7And0(u32),
    #[binary(id = 536870911)]
    Variant7And1(bool),
    #[binary(id = 7)]
    Variant7And2(bytes::Bytes),
    #[binary(id = 20000)]
    Variant7And3(Box<[u8]>),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message29Choice10 {
    #[binary(id = 262144)]
    Variant10And0(Box<str>),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message30 {
    #[binary(id = 10)]
    field_1: Vec<Message30>,
    #[binary(id = 15)]
    field_4: Option<Box<Message16>>,
    #[binary(id = 16)]
    field_0: std::collections::HashMap<u32, bytes::Bytes>,
    #[binary(id = 17)]
    field_10: Vec<f32>,
    #[binary(id = 2048)]
    field_5: Option<bytes::Bytes>,
    #[binary(id = 262143)]
    field_6: bytes::Bytes,
    #[binary(id = 33554432, encoding = "fixed")]
    field_7: Vec<u64>,
    #[binary(id = 115808497)]
    field_2: f32,
    #[binary(id = 129900288, encoding = "zigzag")]
    field_3: i32,
    #[binary(id = 536870910)]
    field_8: Option<f64>,
    #[binary(id = 536870911, encoding = "fixed")]
    field_9: Option<i32>,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message31 {
    #[binary(id = 5)]
    field_1: bool,
    #[binary(oneof)]
    field_2: Option<Message31Choice2>,
    #[binary(id = 9)]
    field_3: std::collections::HashMap<i64, bool>,
    #[binary(oneof)]
    field_6: Option<Message31Choice6>,
    #[binary(id = 16)]
    field_5: u32,
    #[binary(id = 127, encoding = "fixed")]
    field_0: i64,
    #[binary(id = 511476417)]
    field_4: Vec<Vec<u8>>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message31Choice2 {
    #[binary(id = 8)]
    Variant2And0(Box<Message31>),
    #[binary(id = 244408820)]
    Variant2And1(#[binary(encoding = "fixed")] i32),
    #[binary(id = 31)]
    Variant2And2(i64),
    #[binary(id = 18999)]
    Variant2And3(i32),
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message31Choice6 {
    #[binary(id = 14)]
    Variant6And0(Box<Message15>),
    #[binary(id = 155623006)]
    Variant6And1(f64),
    #[binary(id = 2048)]
    Variant6And2(Box<[u8]>),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message32 {
    #[binary(id = 2, encoding = "zigzag")]
    field_0: i64,
    #[binary(id = 3)]
    field_1: std::collections::BTreeMap<bool, Box<Message32>>,
    #[binary(id = 6)]
    field_2: Box<Message15>,
    #[binary(id = 123456789)]
    field_3: Vec<bytes::Bytes>,
    #[binary(id = 4)]
    field_4: u64,
    #[binary(id = 262144)]
    field_5: Vec<f32>,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message33 {
    #[binary(id = 1, encoding = "fixed")]
    field_8: u64,
    #[binary(id = 2)]
    field_10: Vec<i32>,
    #[binary(id = 7)]
    field_1: Option<u32>,
    #[binary(id = 10)]
    field_7: Kind4,
    #[binary(id = 15)]
    field_9: std::collections::HashMap<i64, u64>,
    #[binary(id = 128, encoding = "zigzag")]
    field_3: Option<i64>,
    #[binary(id = 2047, encoding = "zigzag")]
    field_4: Option<i32>,
    #[binary(id = 20000)]
    field_0: Option<Box<Message06>>,
    #[binary(oneof)]
    field_5: Option<Message33Choice5>,
    #[binary(id = 33554431, encoding = "fixed")]
    field_6: Vec<i32>,
    #[binary(id = 309622372, encoding = "fixed")]
    field_2: i32,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message33Choice5 {
    #[binary(id = 262143)]
    Variant5And0(Kind3),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message34 {
    #[binary(id = 10)]
    field_0: std::collections::HashMap<String, Box<str>>,
    #[binary(oneof)]
    field_1: Option<Message34Choice1>,
    #[binary(id = 18999)]
    field_2: Vec<u64>,
    #[binary(id = 2047)]
    field_3: i64,
    #[binary(id = 243595981)]
    field_4: Box<Message28>,
    #[binary(id = 123456789)]
    field_5: Option<u64>,
    #[binary(id = 468438469)]
    field_6: Option<Box<str>>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message34Choice1 {
    #[binary(id = 417573446)]
    Variant1And0(u32),
    #[binary(id = 94843735)]
    Variant1And1(bytes::Bytes),
    #[binary(id = 8)]
    Variant1And2(#[binary(encoding = "zigzag")] i32),
    #[binary(id = 15)]
    Variant1And3(Box<Message34>),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message35 {
    #[binary(id = 31, encoding = "fixed")]
    field_0: i64,
    #[binary(id = 536870910, encoding = "fixed")]
    field_1: Vec<u32>,
    #[binary(id = 6)]
    field_2: Vec<String>,
    #[binary(id = 2048)]
    field_3: Option<Box<Message35>>,
    #[binary(id = 262143, encoding = "zigzag")]
    field_4: Vec<i32>,
    #[binary(id = 33554431)]
    field_5: Option<Kind6>,
    #[binary(oneof)]
    field_6: Option<Message35Choice6>,
    #[binary(id = 33554432)]
    field_7: Box<Message14>,
    #[binary(id = 20000, encoding = "fixed")]
    field_8: u64,
    #[binary(id = 14)]
    field_9: u32,
    #[binary(id = 15204626)]
    field_10: std::collections::BTreeMap<bool, Message16>,
    #[binary(id = 366273950)]
    field_11: std::collections::HashMap<u32, Vec<u8>>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message35Choice6 {
    #[binary(id = 1)]
    Variant6And0(f32),
    #[binary(id = 262144)]
    Variant6And1(u64),
    #[binary(id = 7)]
    Variant6And2(#[binary(encoding = "zigzag")] i64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message36 {
    #[binary(id = 3)]
    field_0: i64,
    #[binary(id = 536870911, encoding = "fixed")]
    field_1: i32,
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message37 {
    #[binary(id = 4)]
    field_0: Vec<i64>,
    #[binary(oneof)]
    field_1: Option<Message37Choice1>,
    #[binary(id = 127, encoding = "fixed")]
    field_2: Vec<u64>,
    #[binary(id = 16, encoding = "fixed")]
    field_3: Option<u32>,
    #[binary(id = 9)]
    field_4: Option<f32>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message37Choice1 {
    #[binary(id = 17)]
    Variant1And0(#[binary(encoding = "fixed")] i32),
    #[binary(id = 5)]
    Variant1And1(i32),
    #[binary(id = 128)]
    Variant1And2(Message18),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message38 {
    #[binary(oneof)]
    field_5: Option<Message38Choice5>,
    #[binary(id = 3, encoding = "fixed")]
    field_9: Option<u64>,
    #[binary(id = 8)]
    field_7: i32,
    #[binary(id = 10)]
    field_0: f32,
    #[binary(id = 16)]
    field_8: Vec<u32>,
    #[binary(id = 2047)]
    field_2: std::collections::BTreeMap<i32, i64>,
    #[binary(id = 2048)]
    field_4: f64,
    #[binary(id = 262144, encoding = "zigzag")]
    field_1: i64,
    #[binary(id = 33554431)]
    field_3: Option<Vec<u8>>,
    #[binary(id = 250692716)]
    field_6: Vec<bool>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message38Choice5 {
    #[binary(id = 1)]
    Variant5And0(#[binary(encoding = "fixed")] i64),
    #[binary(id = 4)]
    Variant5And1(#[binary(encoding = "fixed")] u64),
    #[binary(id = 262143)]
    Variant5And2(i64),
}

#[derive(rpcplugin::BinaryMessage)]
pub(super) struct Message39 {
    #[binary(oneof)]
    field_5: Option<Message39Choice5>,
    #[binary(id = 7, encoding = "fixed")]
    field_3: u32,
    #[binary(id = 9)]
    field_6: Vec<Kind2>,
    #[binary(id = 14)]
    field_1: bool,
    #[binary(id = 17)]
    field_7: Option<bytes::Bytes>,
    #[binary(id = 128)]
    field_0: u64,
    #[binary(id = 20000)]
    field_4: std::collections::HashMap<u64, Kind7>,
    #[binary(id = 33554432, encoding = "zigzag")]
    field_8: Vec<i64>,
    #[binary(id = 536870910)]
    field_2: Option<f64>,
}

#[derive(rpcplugin::BinaryMessage)]
#[binary(oneof)]
pub(super) enum Message39Choice5 {
    #[binary(id = 295626582)]
    Variant5And0(#[binary(encoding = "fixed")] u32),
    #[binary(id = 6)]
    Variant5And1(Box<str>),
}
