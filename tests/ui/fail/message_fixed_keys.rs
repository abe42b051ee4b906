use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(fixed, extensible, prefix = u8)]
struct Growing {
    count: u32,
}

#[derive(BinaryMessage)]
#[binary(fixed)]
struct Fixed {
    #[binary(length = 8)]
    text: String,
    #[binary(with = module)]
    pause: std::time::Duration,
    #[binary(prefix = u8, max_len = 4)]
    data: [u8; 4],
    #[binary(since = 2)]
    added: u32,
}

fn main() {}
