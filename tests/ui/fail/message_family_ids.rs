use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(family)]
enum Wide {
    #[binary(id = 0xffff)]
    AllBits,
    #[binary(id = 0x10000)]
    TooHigh,
    #[binary(id = -1)]
    Negative,
    Missing,
}

#[derive(BinaryMessage)]
#[binary(family, header = u8)]
enum Narrow {
    AllBits = 255,
    TooHigh = 256,
}

fn main() {}
