use rpcplugin::{BinaryMessage, Views};

#[derive(BinaryMessage)]
#[binary(fixed)]
struct Price(u32);

#[derive(BinaryMessage)]
#[binary(endian = "big")]
struct Prices<'a> {
    prices: Views<'a, Price>,
}

fn main() {}
