//! What host and plugin agree on: `trading.proto`, in Rust. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, Streaming, rpc_protocol};

/// Host and plugin know the same cookie: by it a program sees that it was started as a plugin.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("MARKET_DATA_PLUGIN", "a-random-text-that-both-know")
}

/// What custom data a response carries.
#[derive(BinaryMessage, Clone, Copy, Debug, PartialEq)]
pub enum DataFormat {
    /// None.
    #[binary(id = 0, name = "STANDARD")]
    Standard,
    /// The bytes of an [`OrderBook`], as gzip.
    #[binary(id = 1, name = "COMPRESSED")]
    Compressed,
    /// The bytes of an [`OrderBook`].
    #[binary(id = 2, name = "BINARY")]
    Binary,
}

/// Which data are wanted.
#[derive(BinaryMessage, Clone, Debug)]
pub struct MarketDataRequest {
    /// Of which shares.
    #[binary(id = 1)]
    pub symbols: Vec<String>,
    /// From this second on.
    #[binary(id = 2)]
    pub start_time: i64,
    /// Up to this second, which is not among them.
    #[binary(id = 3)]
    pub end_time: i64,
    /// With which custom data.
    #[binary(id = 4)]
    pub format: DataFormat,
}

/// The price of one share at one moment.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct MarketDataResponse {
    /// Which share.
    #[binary(id = 1)]
    pub symbol: String,
    /// What it cost last.
    #[binary(id = 2)]
    pub price: f64,
    /// How many were sold.
    #[binary(id = 3)]
    pub volume: i64,
    /// The second.
    #[binary(id = 4)]
    pub timestamp: i64,
    /// What protobuf knows nothing about, see [`DataFormat`].
    #[binary(id = 5)]
    pub custom_data: Vec<u8>,
}

/// What is bid and asked for, the best first. No field has an id: it is packed, as C and Python's `struct` have it, and always of
/// the same size. In Python: `struct.unpack("<" + "dI" * 10, custom_data)`.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
#[binary(fixed)]
pub struct OrderBook {
    /// Who buys.
    pub bids: [Level; 5],
    /// Who sells.
    pub asks: [Level; 5],
}

/// A price, and how many are wanted for it.
#[derive(BinaryMessage, Clone, Copy, Debug, PartialEq)]
#[binary(fixed)]
pub struct Level {
    /// The price of one.
    pub price: f64,
    /// How many.
    pub size: u32,
}

/// Knows prices.
#[rpc_protocol(service = "trading.MarketDataService")]
pub trait MarketDataService {
    /// A response for each second and each share.
    async fn get_market_data(
        &self,
        request: MarketDataRequest,
    ) -> Result<Streaming<MarketDataResponse>, Status>;
}
