use rpcplugin::BinaryMessage;
use std::time::Duration;

mod no_decode {
    use std::time::Duration;

    pub type Wire = u32;

    pub fn encode(value: &Duration) -> Wire {
        value.subsec_nanos()
    }
}

#[derive(BinaryMessage)]
struct Entry {
    #[binary(with = no_decode)]
    pause: Duration,
}

fn main() {}
