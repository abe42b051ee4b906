//! After a mistake nothing is reported where the type is used.

use rpcplugin::{BinaryMessage, FixedMessage, Message, Views};

#[derive(BinaryMessage)]
#[binary(fixed, endain = "big")]
struct Sample {
    value: u32,
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Choice {
    #[binary(idd = 3)]
    Number(u64),
}

#[derive(BinaryMessage)]
struct Holder {
    #[binary(oneof)]
    choice: Option<Choice>,
}

#[derive(BinaryMessage)]
struct Samples<'a> {
    samples: Views<'a, Sample>,
}

fn used(bytes: &[u8]) -> u32 {
    let _ = Holder { choice: None }.encode();
    Sample::view(bytes).map_or(0, |view| view.value())
}

fn main() {
    used(&[]);
}
