use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(extensible)]
struct Entry {
    key: u32,
    #[binary(since = 2)]
    added: u32,
    forgotten: u32,
    #[binary(skip)]
    cache: u32,
}

fn main() {}
