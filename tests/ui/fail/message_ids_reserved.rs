use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(reserved(4, 7..=9))]
struct Entry {
    #[binary(id = 4)]
    key: String,
    #[binary(id = 8)]
    value: Vec<u8>,
    #[binary(id = 10)]
    version: u64,
}

fn main() {}
