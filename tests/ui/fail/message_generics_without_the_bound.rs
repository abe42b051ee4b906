use rpcplugin::{BinaryMessage, Message};

#[derive(BinaryMessage)]
struct Page<T> {
    items: Vec<T>,
}

fn send(message: &impl Message) {
    let _ = message.encode();
}

fn send_page<T>(page: &Page<T>) {
    send(page);
}

fn main() {}
