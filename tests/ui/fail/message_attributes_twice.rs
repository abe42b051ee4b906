use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(endian = "big", endian = "little")]
struct Entry {
    #[binary(prefix = u8)]
    #[binary(prefix = u16)]
    key: String,
}

#[derive(BinaryMessage)]
enum Event {
    #[binary(id = 1, id = 2)]
    Started,
}

fn main() {}
