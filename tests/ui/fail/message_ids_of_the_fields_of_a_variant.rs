use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum Event {
    #[binary(id = 1)]
    Started {
        #[binary(id = 1)]
        at: u64,
        #[binary(id = 2)]
        by: String,
    },
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Value {
    #[binary(id = 1)]
    Text(#[binary(id = 1)] String),
}

fn main() {}
