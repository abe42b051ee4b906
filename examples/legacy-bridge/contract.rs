//! What host and plugin agree on. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, rpc_protocol};

/// Host and plugin know the same cookie.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("LEGACY_BRIDGE_PLUGIN", "a-random-text-that-both-know")
}

/// Seats that somebody wants.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Booking {
    /// The flight.
    #[binary(id = 1)]
    pub flight: String,
    /// In whose name.
    #[binary(id = 2)]
    pub passenger: String,
    /// How many seats.
    #[binary(id = 3)]
    pub seats: u32,
}

/// Seats that somebody has.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Confirmation {
    /// What the booking is found by.
    #[binary(id = 1)]
    pub reference: String,
    /// The price of all seats, in cents.
    #[binary(id = 2)]
    pub price_cents: u64,
}

/// Books seats in a system that is older than anything here.
#[rpc_protocol(service = "legacy.Bookings")]
pub trait Bookings {
    /// Books seats. Without the flight: NOT_FOUND. What the old system cannot be told: INVALID_ARGUMENT.
    async fn book(&self, request: Booking) -> Result<Confirmation, Status>;
}
