use rpcplugin::{BinaryMessage, Message};

#[derive(BinaryMessage)]
enum Event {
    Started,
    Stopped { code: u32 },
    #[binary(id = 2)]
    Paused,
    Resumed,
}

#[derive(BinaryMessage)]
enum Level {
    Low = 1,
    Middle,
    High = 3,
}

// A use of the type is not reported once more.
#[derive(BinaryMessage)]
struct Log {
    events: Vec<Event>,
}

fn main() {
    let _ = Event::Started.encode();
}
