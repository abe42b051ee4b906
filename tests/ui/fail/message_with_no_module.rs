use rpcplugin::BinaryMessage;
use std::time::Duration;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(with = nowhere)]
    pause: Duration,
}

fn main() {}
