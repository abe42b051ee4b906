use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(id = 1)]
    key: String,
    value: Vec<u8>,
    #[binary(id = 2)]
    version: u64,
    expires: Option<u64>,
}

fn main() {
    assert_eq!(Entry::NAME, "Entry");
}
