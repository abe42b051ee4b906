use rpcplugin::BinaryMessage;
use std::time::Duration;

mod as_millis {
    pub type Wire = u32;

    pub fn encode(value: &u64) -> Wire {
        u32::try_from(*value).unwrap_or(u32::MAX)
    }

    pub fn decode(wire: Wire) -> u64 {
        u64::from(wire)
    }
}

mod as_text {
    use std::time::Duration;

    pub struct Text(pub String);

    pub type Wire = Text;

    pub fn encode(value: &Duration) -> Wire {
        Text(format!("{value:?}"))
    }

    pub fn decode(_: Wire) -> Result<Duration, &'static str> {
        Err("no text is a duration")
    }
}

#[derive(BinaryMessage)]
struct Entry {
    #[binary(with = as_millis)]
    pause: Duration,
    #[binary(with = as_text)]
    text: Duration,
}

fn main() {}
