use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum Level {
    Low = 0,
    High = 1,
}

#[derive(BinaryMessage)]
#[binary(extensible)]
struct Entry {
    key: u32,
    #[binary(since = 2)]
    level: Level,
}

fn main() {}
