use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum Event {
    #[binary(id = 1)]
    Started,
    #[binary(id = 2)]
    Stopped,
    #[binary(id = 1)]
    Paused,
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Value {
    #[binary(id = 3)]
    Text(String),
    #[binary(id = 3)]
    Number(u64),
}

#[derive(BinaryMessage)]
#[binary(family)]
enum Command {
    #[binary(id = 0x10)]
    Reset,
    #[binary(id = 16)]
    Halt,
}

fn main() {}
