use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(crate = nowhere)]
struct Entry {
    key: u32,
}

fn main() {}
