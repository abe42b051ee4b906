use rpcplugin::BinaryMessage;
use std::time::Duration;

mod no_wire {
    use std::time::Duration;

    pub fn encode(value: &Duration) -> u32 {
        value.subsec_nanos()
    }

    pub fn decode(wire: u32) -> Result<Duration, &'static str> {
        Ok(Duration::from_nanos(u64::from(wire)))
    }
}

#[derive(BinaryMessage)]
struct Entry {
    #[binary(with = no_wire)]
    pause: Duration,
}

fn main() {}
