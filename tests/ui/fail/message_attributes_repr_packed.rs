use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[repr(C, packed)]
struct Header {
    kind: u8,
    size: u32,
}

fn main() {}
