use rpcplugin::{BinaryMessage, Message};

#[derive(BinaryMessage)]
enum Event {
    Started,
    Stopped { code: u32 },
}

// A use of the type is not reported once more.
#[derive(BinaryMessage)]
struct Log {
    events: Vec<Event>,
}

fn main() {
    let _ = Event::Started.encode();
    let _ = Event::Stopped { code: 1 };
}
