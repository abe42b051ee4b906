//! How values are read and shown that are about calls and their messages.

use super::kinds::Kind;
use crate::compression::Encoding;
use crate::limits::{CONFIG_RATE_MAX, CONFIG_RATE_MIN, POOL_SIZE_MAX, RETRY_ATTEMPTS_MAX};

/// Numbers in decimal digits, between two bounds.
macro_rules! bounded {
    ($($(#[$note:meta])* $name:ident: $type:ty, $least:expr, $most:expr, $allowed:literal;)+) => {$(
        $(#[$note])*
        pub(super) struct $name;

        impl Kind for $name {
            type Value = $type;
            const ALLOWED: &'static str = $allowed;

            fn parse(text: &str) -> Option<$type> {
                text.parse().ok().filter(Self::is_allowed)
            }

            fn is_allowed(value: &$type) -> bool {
                ($least..=$most).contains(value)
            }

            fn show(value: &$type) -> String {
                value.to_string()
            }
        }
    )+};
}

bounded! {
    /// How many calls.
    Calls: u32, 1, u32::MAX, "a number from 1 to 4294967295";
    /// How often a call is made.
    Attempts: u32, 1, RETRY_ATTEMPTS_MAX, "a number from 1 to 100";
    /// How many plugins a pool has.
    PoolSize: usize, 1, POOL_SIZE_MAX, "a number from 1 to 256";
    /// How many calls in a second.
    Rate: f64, CONFIG_RATE_MIN, CONFIG_RATE_MAX, "a number from 0.000001 to 1000000000";
}

/// Which plugin of a pool is called, by a name: what chooses is known to hosts alone.
pub(super) struct PoolChoice;

impl PoolChoice {
    pub(super) const ROUND_ROBIN: &'static str = "round_robin";
    pub(super) const LEAST_LOADED: &'static str = "least_loaded";
}

impl Kind for PoolChoice {
    type Value = String;
    const ALLOWED: &'static str = "round_robin or least_loaded";

    fn parse(text: &str) -> Option<String> {
        let name = text.to_ascii_lowercase();
        [Self::ROUND_ROBIN, Self::LEAST_LOADED].contains(&name.as_str()).then_some(name)
    }

    fn as_text(value: &String) -> Option<&str> {
        Some(value)
    }

    fn show(value: &String) -> String {
        value.clone()
    }
}

/// An encoding of messages.
pub(super) struct EncodingName;

impl Kind for EncodingName {
    type Value = Encoding;
    const ALLOWED: &'static str = "identity, or gzip and zstd where the program is built with these features";

    fn parse(text: &str) -> Option<Encoding> {
        Encoding::named(&text.to_ascii_lowercase())
    }

    fn show(value: &Encoding) -> String {
        value.to_string()
    }
}

/// Encodings of messages.
pub(super) struct EncodingNames;

impl Kind for EncodingNames {
    type Value = Vec<Encoding>;
    const ALLOWED: &'static str =
        "identity, or gzip and zstd where the program is built with these features, parted by commas";
    const IS_LIST: bool = true;

    fn parse(text: &str) -> Option<Vec<Encoding>> {
        text.split(',').map(|item| EncodingName::parse(item.trim())).collect()
    }

    fn show(value: &Vec<Encoding>) -> String {
        value.iter().map(Encoding::to_string).collect::<Vec<_>>().join(",")
    }
}
