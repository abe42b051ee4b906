use rpcplugin::{BinaryMessage, Message};

#[derive(BinaryMessage)]
struct Envelope<T> {
    #[binary(id = 1)]
    body: T,
}

#[derive(BinaryMessage)]
struct Table<const ROWS: usize> {
    rows: [u32; ROWS],
}

fn main() {
    let _ = Envelope { body: 1u32 }.encode();
    let _ = Table { rows: [1, 2] }.encode();
}
