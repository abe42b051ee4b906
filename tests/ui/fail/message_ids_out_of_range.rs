use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(id = 0)]
    key: String,
    #[binary(id = 536870912)]
    value: Vec<u8>,
    #[binary(id = -1)]
    version: u64,
    #[binary(id = 99999999999999999999999)]
    expires: u64,
    #[binary(id = 0x2000_0000)]
    size: u64,
}

fn main() {}
