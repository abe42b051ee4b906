use rpcplugin::Message;

struct Entry {
    key: String,
}

fn main() {
    let entry = Entry { key: String::new() };
    send(&entry);
}

fn send(message: &impl Message) {
    let _ = message.encode();
}
