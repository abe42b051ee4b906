use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum Event {
    #[binary(id = 1)]
    Moved { by: isize },
    #[binary(id = 2)]
    Resized(u32, usize),
}

fn main() {}
