//! Modules that convert and functions that check, in both layouts, wherever they are.

use std::time::Duration;

use rpcplugin::BinaryMessage;

mod convert {
    pub mod millis {
        use std::time::Duration;

        pub type Wire = u64;

        pub fn encode(value: &Duration) -> Wire {
            value.as_millis().try_into().unwrap_or(u64::MAX)
        }

        pub fn decode(wire: Wire) -> Result<Duration, std::convert::Infallible> {
            Ok(Duration::from_millis(wire))
        }
    }

    /// A wire type that is a message.
    pub mod text {
        #[derive(rpcplugin::BinaryMessage)]
        pub struct Wire {
            #[binary(id = 1)]
            pub text: String,
        }

        pub fn encode(value: &std::net::Ipv4Addr) -> Wire {
            Wire { text: value.to_string() }
        }

        pub fn decode(wire: Wire) -> Result<std::net::Ipv4Addr, std::net::AddrParseError> {
            wire.text.parse()
        }
    }
}

fn positive(value: &i32) -> Result<(), &'static str> {
    if *value > 0 { Ok(()) } else { Err("not above zero") }
}

impl Packed {
    fn check(&self) -> Result<(), String> {
        if self.wait.is_zero() { Err("no wait".to_owned()) } else { Ok(()) }
    }
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(validate = Self::check)]
struct Packed {
    #[binary(with = convert::millis)]
    wait: Duration,
    #[binary(validate = positive)]
    value: i32,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Tagged {
    #[binary(id = 1, with = crate::convert::millis)]
    wait: Duration,
    #[binary(id = 2, with = convert::text, default = std::net::Ipv4Addr::LOCALHOST)]
    address: std::net::Ipv4Addr,
    #[binary(id = 3, validate = positive)]
    value: i32,
}

fn main() {
    let packed = Packed { wait: Duration::from_millis(5), value: 1 };
    let bytes = packed.encode_to_vec().unwrap();
    assert_eq!(Packed::decode_slice(&bytes).unwrap(), packed);
    assert!(Packed { wait: Duration::ZERO, value: 1 }.encode_to_vec().is_err());
    let tagged = Tagged { wait: Duration::ZERO, address: [1, 2, 3, 4].into(), value: 1 };
    let bytes = tagged.encode_to_vec().unwrap();
    assert_eq!(Tagged::decode_slice(&bytes).unwrap(), tagged);
    assert_eq!(Tagged::decode_slice(&[0x18, 1]).unwrap().address, std::net::Ipv4Addr::LOCALHOST);
}
