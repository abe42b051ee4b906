use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(id = 1)]
    key: String,
    #[binary(id = 2)]
    value: Vec<u8>,
    #[binary(id = 1)]
    version: u64,
    #[binary(id = 0x1)]
    expires: u64,
}

fn main() {}
