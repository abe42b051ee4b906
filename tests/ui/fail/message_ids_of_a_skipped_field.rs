use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(id = 1)]
    key: String,
    #[binary(id = 2, skip)]
    cache: u32,
}

fn main() {}
