use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(tag = "1")]
    key: String,
    #[binary(bytes, optional, tag = 2)]
    value: Vec<u8>,
    #[binary(id = "3")]
    version: u64,
}

fn main() {}
