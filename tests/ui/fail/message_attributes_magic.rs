use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(magic = "RPC1")]
struct Text {
    value: u32,
}

#[derive(BinaryMessage)]
struct Fields {
    #[binary(magic = 0x5250)]
    number: u32,
    #[binary(magic = b'R')]
    byte: u32,
    #[binary(magic = [0x52, 0x50])]
    array: u32,
    #[binary(magic = b"")]
    nothing: u32,
}

fn main() {}
