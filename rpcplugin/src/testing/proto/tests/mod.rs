//! A contract beside its own description, in which one thing after the other is changed.

mod changes;

mod unknown;

use std::collections::BTreeMap;

use prost::Message as _;
use rpcplugin::{BinaryMessage, Status, rpc_protocol};

use super::proto_differences;
use crate::contract::ServiceSpec;
use crate::message::descriptor::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet,
};

/// Refers to itself, as what is stored may.
#[derive(BinaryMessage)]
struct Shelf {
    #[binary(id = 1)]
    paint: Paint,
    #[binary(id = 2)]
    above: Option<Box<Self>>,
}

#[derive(BinaryMessage)]
struct Paint {
    #[binary(id = 1)]
    color: Color,
    #[binary(id = 2)]
    litres: u32,
}

#[derive(BinaryMessage)]
enum Color {
    #[binary(id = 0)]
    Red,
    #[binary(id = 1)]
    Green,
}

#[derive(BinaryMessage)]
struct Order {
    #[binary(id = 1)]
    litres: BTreeMap<String, u32>,
    #[binary(id = 2)]
    paints: BTreeMap<u32, Sample>,
    #[binary(oneof)]
    payment: Option<Payment>,
}

#[derive(BinaryMessage)]
struct Sample {
    #[binary(id = 1)]
    text: String,
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Payment {
    #[binary(id = 3)]
    Card(String),
    #[binary(id = 4)]
    Voucher(Voucher),
}

#[derive(BinaryMessage)]
struct Voucher {
    #[binary(id = 1)]
    number: u64,
}

#[rpc_protocol(service = "shop.Paints")]
trait Paints {
    async fn order(&self, order: Order) -> Result<Shelf, Status>;
    async fn left(&self) -> Result<u32, Status>;
}

/// The description of a contract, after a change of the file of its package.
fn changed(spec: &ServiceSpec, change: impl FnOnce(&mut FileDescriptorProto)) -> Vec<u8> {
    let mut set = FileDescriptorSet::decode(spec.to_descriptor_set().unwrap().as_slice()).unwrap();
    let own =
        |bytes: &&mut Vec<u8>| FileDescriptorProto::decode(bytes.as_slice()).unwrap().package() == "shop";
    let bytes = set.file.iter_mut().find(own).unwrap();
    let mut file = FileDescriptorProto::decode(bytes.as_slice()).unwrap();
    change(&mut file);
    *bytes = file.encode_to_vec();
    set.encode_to_vec()
}

fn message<'a>(file: &'a mut FileDescriptorProto, name: &str) -> &'a mut DescriptorProto {
    file.message_type.iter_mut().find(|message| message.name() == name).unwrap()
}

fn field(message: &mut DescriptorProto, number: i32) -> &mut FieldDescriptorProto {
    message.field.iter_mut().find(|field| field.number() == number).unwrap()
}

fn color(file: &mut FileDescriptorProto) -> &mut EnumDescriptorProto {
    file.enum_type.iter_mut().find(|choice| choice.name() == "Color").unwrap()
}
