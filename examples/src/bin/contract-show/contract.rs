//! A contract that begins in Rust. In a real project this is a crate of its own that both sides use.

use std::collections::BTreeMap;
use std::time::SystemTime;

use rpcplugin::{BinaryMessage, Status, Streaming, rpc_protocol};

/// A shipment on its way.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Shipment {
    /// Never changes.
    #[binary(id = 1)]
    pub number: u64,
    /// Where it goes.
    #[binary(id = 2)]
    pub destination: String,
    /// How far it is.
    #[binary(id = 3)]
    pub state: State,
    /// When it will be there, if that is known.
    #[binary(id = 4)]
    pub expected: Option<SystemTime>,
    /// How many there are of each article.
    #[binary(id = 5)]
    pub articles: BTreeMap<String, u32>,
}

/// How far a shipment is.
#[derive(BinaryMessage, Clone, Copy, Debug, PartialEq)]
pub enum State {
    /// Nobody has said.
    #[binary(id = 0)]
    Unspecified,
    /// On a truck.
    #[binary(id = 1)]
    OnItsWay,
    /// With whom it was sent to.
    #[binary(id = 2)]
    Delivered,
}

/// Follows shipments.
#[rpc_protocol(name = "shipping", service = "shipping.v1.Shipments", version = "1.2.0")]
pub trait Shipments {
    /// The shipment with this number. Without one: NOT_FOUND.
    #[rpc(idempotent, timeout = "5s")]
    async fn find(&self, number: u64) -> Result<Shipment, Status>;

    /// Every state of a shipment from now on.
    async fn follow(&self, number: u64) -> Result<Streaming<Shipment>, Status>;

    /// Takes shipments over, and answers with how many there were.
    #[rpc(max_len = 65536, aliases = ["Import"])]
    async fn take_over(&self, shipments: Streaming<Shipment>) -> Result<u32, Status>;

    /// Answers each shipment with what is known of it.
    async fn compare(&self, shipments: Streaming<Shipment>) -> Result<Streaming<Shipment>, Status>;
}
