use rpcplugin::{BinaryMessage, FixedMessage};

#[derive(BinaryMessage)]
#[binary(fixed)]
struct Pair<T> {
    first: T,
    second: T,
}

fn main() {
    let _ = Pair::<String>::view(&[]);
}
