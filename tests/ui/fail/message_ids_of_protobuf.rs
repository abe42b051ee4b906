use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(id = 18999)]
    before: u32,
    #[binary(id = 19000)]
    first: u32,
    #[binary(id = 19999)]
    last: u32,
    #[binary(id = 20000)]
    after: u32,
}

fn main() {}
