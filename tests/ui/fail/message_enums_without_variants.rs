use rpcplugin::{BinaryMessage, Message};

#[derive(BinaryMessage)]
enum Event {}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Value {}

#[derive(BinaryMessage)]
#[binary(family)]
enum Command {}

// A use of the type is not reported once more.
#[derive(BinaryMessage)]
struct Log {
    events: Vec<Event>,
}

fn write(event: &Event) {
    let _ = event.encode();
}

fn main() {}
