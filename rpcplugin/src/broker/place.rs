//! Where something is served, in the words of the other side.

use crate::handshake::any_address;
use crate::limits::{BROKER_ADDRESS_BYTES_MAX, BROKER_NETWORK_BYTES_MAX};
use crate::transport::Address;

/// The network of a place on the connection itself, between two sides of this crate.
pub(super) const SHARED: &str = "yamux";

/// Where something is served, as the other side says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Whether and where this side reaches it is asked when it is dialled.
    Known(Address),
    /// On the connection itself, which streams share.
    Shared,
    /// It is no address.
    Unusable { network: String, address: String },
}

impl Place {
    /// What the other side says. `is_shared` where streams share the connection.
    pub(super) fn said(network: &str, address: &str, is_shared: bool) -> Self {
        match any_address(network, address) {
            Err(_) if is_shared && network == SHARED => Self::Shared,
            Ok(known) if address.len() <= BROKER_ADDRESS_BYTES_MAX => Self::Known(known),
            Ok(_) | Err(_) => Self::Unusable {
                network: cut(network, BROKER_NETWORK_BYTES_MAX),
                address: cut(address, BROKER_ADDRESS_BYTES_MAX),
            },
        }
    }
}

/// The network and the address, as they are said.
pub(super) fn words(address: &Address) -> (String, String) {
    let text = match address {
        Address::Unix(path) => path.to_string_lossy().into_owned(),
        Address::Tcp(address) => address.to_string(),
    };
    (address.network().to_owned(), text)
}

/// A text of its own: what is cut in place keeps its memory.
fn cut(text: &str, bytes_max: usize) -> String {
    let fits = |(start, character): &(usize, char)| start + character.len_utf8() <= bytes_max;
    let fitting = text.char_indices().take_while(fits);
    // Collected, it would take twice as much at times.
    let end = fitting.last().map_or(0, |(start, character)| start + character.len_utf8());
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_kept_as_such() {
        for (network, address) in [("udp", "127.0.0.1:1"), ("unix", ""), ("", "/a"), ("tcp", "plugin:1")] {
            let unusable = Place::Unusable { network: network.to_owned(), address: address.to_owned() };
            assert_eq!(Place::said(network, address, false), unusable);
        }
    }

    #[test]
    fn an_address_of_another_machine_is_kept_for_whoever_knows_a_way_to_it() {
        let elsewhere = Address::Tcp("8.8.8.8:53".parse().unwrap());
        assert_eq!(Place::said("tcp", "8.8.8.8:53", false), Place::Known(elsewhere.clone()));
        assert_eq!(words(&elsewhere), ("tcp".to_owned(), "8.8.8.8:53".to_owned()));
    }

    #[test]
    fn what_cannot_be_called_is_not_kept_at_the_length_of_the_message() {
        let long = |characters: usize| "\u{e4}".repeat(characters);
        let longest = long(BROKER_ADDRESS_BYTES_MAX / 2);
        for (network, address) in [
            (long(1_000_000), long(1_000_000)),
            ("unix".to_owned(), long(1_000_000)),
            ("unix".to_owned(), long(BROKER_ADDRESS_BYTES_MAX / 2 + 1)),
        ] {
            let Place::Unusable { network, address } = Place::said(&network, &address, false) else {
                panic!("it is no address")
            };
            assert!(network.capacity() <= BROKER_NETWORK_BYTES_MAX, "{}", network.capacity());
            assert!(address.capacity() <= BROKER_ADDRESS_BYTES_MAX, "{}", address.capacity());
        }
        assert_eq!(Place::said("unix", &longest, false), Place::Known(Address::Unix(longest.into())));
    }
}
