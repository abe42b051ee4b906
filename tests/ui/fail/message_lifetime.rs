use rpcplugin::{BinaryMessage, Message};

#[derive(BinaryMessage)]
struct Line<'a> {
    text: &'a str,
}

fn main() {
    let _ = Line { text: "text" }.encode();
}
