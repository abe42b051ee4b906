use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum DataFormat {
    #[binary(id = 0, name = "STANDARD")]
    Standard,
    #[binary(id = 1, name = "STANDARD")]
    Compressed,
    #[binary(id = 2, name = "BIN-ARY")]
    Binary,
    #[binary(id = 3, name = "")]
    Empty,
    #[binary(id = 4, name = TEXT)]
    Text,
    #[binary(other, name = "UNKNOWN")]
    Unknown(u8),
}

#[derive(BinaryMessage)]
enum Event {
    #[binary(id = 0, name = "STARTED")]
    Started,
    #[binary(id = 1)]
    Said(String),
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Target {
    #[binary(id = 1, name = "PATH")]
    Path(String),
}

#[derive(BinaryMessage)]
#[binary(family)]
enum Protocol {
    #[binary(id = 1, name = "PING")]
    Ping,
}

#[derive(BinaryMessage)]
struct Record {
    #[binary(id = 1, name = "key")]
    key: String,
}

#[derive(BinaryMessage)]
#[binary(name = "Mode")]
enum State {
    #[binary(id = 0)]
    Off,
}

fn main() {}
