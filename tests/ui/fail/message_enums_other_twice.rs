use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum Event {
    #[binary(id = 1)]
    Started,
    #[binary(other)]
    Unknown(u8),
    #[binary(other)]
    Rest(u8),
}

fn main() {}
