use rpcplugin::{BinaryMessage, Message};

#[derive(BinaryMessage)]
struct Page<T> {
    #[binary(id = 1)]
    items: Vec<T>,
}

#[derive(BinaryMessage)]
struct Pair<T> {
    first: T,
    second: T,
}

struct Stranger;

fn send(message: &impl Message) {
    let _ = message.encode();
}

fn main() {
    send(&Page { items: vec![1u16] });
    send(&Pair { first: Stranger, second: Stranger });
}
