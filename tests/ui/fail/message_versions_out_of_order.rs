use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(extensible)]
struct Entry {
    key: u32,
    #[binary(since = 3)]
    third: u32,
    #[binary(since = 2)]
    second: u32,
}

#[derive(BinaryMessage)]
enum Event {
    #[binary(id = 1)]
    Started {
        #[binary(since = 3)]
        third: u32,
        #[binary(since = 2)]
        second: u32,
    },
}

fn main() {}
