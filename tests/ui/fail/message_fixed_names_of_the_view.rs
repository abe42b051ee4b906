use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(fixed)]
struct Entry {
    as_bytes: u32,
    to_value: u32,
    view: u32,
}

fn main() {}
