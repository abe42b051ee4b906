use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(endian = "big", prefix = u8, magic = b"RPC", fixed, extensible)]
struct Tagged {
    #[binary(id = 1, endian = "big")]
    count: u32,
    #[binary(id = 2, prefix = u16, length = 8)]
    text: String,
    #[binary(id = 3, pad_before = 1, pad_after = 1, magic = b"!")]
    padded: u32,
    #[binary(id = 4, since = 2)]
    added: u32,
}

fn main() {}
