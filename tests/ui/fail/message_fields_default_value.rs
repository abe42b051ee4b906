use rpcplugin::BinaryMessage;

struct Cache(u32);

#[derive(BinaryMessage)]
struct Entry {
    key: u32,
    #[binary(skip)]
    cache: Cache,
    #[binary(skip, default = "seven")]
    level: u32,
    #[binary(since = 2, default = nowhere())]
    added: u32,
}

fn main() {}
