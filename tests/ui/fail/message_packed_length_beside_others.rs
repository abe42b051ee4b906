use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(length = 8, with = module)]
    pause: std::time::Duration,
    #[binary(length = 8, prefix = u8)]
    text: String,
}

fn main() {}
