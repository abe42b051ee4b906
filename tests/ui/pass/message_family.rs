//! A message family with every kind of message.

use rpcplugin::{BinaryMessage, Family, Message, Payload};

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Status {
    code: u32,
    text: String,
}

fn sum(frame: &[u8]) -> [u8; 1] {
    [frame.iter().fold(0, |sum, byte| sum ^ byte)]
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(family, header = u8, checksum = sum)]
enum Protocol {
    #[binary(id = 1)]
    Ping,
    #[binary(id = 2)]
    Status(Status),
    #[binary(id = 3)]
    Pair(u8, #[binary(endian = "little")] u16),
    #[binary(id = 4)]
    Label {
        #[binary(length = 3)]
        name: String,
    },
    #[binary(not_found)]
    NotFound,
}

fn main() {
    assert_eq!(Protocol::payload(2), Some(Payload::Variable));
    assert_eq!(Protocol::payload(3), Some(Payload::Fixed(3)));
    assert_eq!(Protocol::payload(9), None);
    assert_eq!(Protocol::Ping.encode().unwrap()[..], [1, 1]);
    assert_eq!(Protocol::Pair(1, 2).encode().unwrap()[..], [3, 1, 2, 0, 0]);
    assert_eq!(Protocol::NotFound.encode().unwrap()[..], [0xff]);
    let label = Protocol::Label { name: "a".into() };
    assert_eq!(Protocol::decode(label.encode().unwrap()).unwrap(), label);
    let status = Protocol::Status(Status { code: 1, text: "ok".into() });
    assert_eq!(Protocol::decode(status.encode().unwrap()).unwrap(), status);
}
