//! The messages that are measured, and the values that every codec gets.
//!
//! The types here serve all codecs that take a plain struct. A codec whose attributes say more than that (field numbers,
//! readers) has types of its own in its file, made from the same values.

use crate::touch::{touch_batch, touch_fixed, touch_market, touch_status};

/// A kind of message; on the tagged ones every field has an id on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Fixed,
    Status,
    Market,
    Batch,
    StatusTagged,
    MarketTagged,
}

impl Shape {
    pub(crate) const ALL: [Self; 6] =
        [Self::Fixed, Self::Status, Self::Market, Self::Batch, Self::StatusTagged, Self::MarketTagged];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fixed => "Fixed",
            Self::Status => "Status",
            Self::Market => "Market",
            Self::Batch => "Batch",
            Self::StatusTagged => "Status-tagged",
            Self::MarketTagged => "Market-tagged",
        }
    }

    pub(crate) fn from_name(name: &str) -> Result<Self, String> {
        let named = |shape: &Self| shape.name().eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(named).ok_or_else(|| format!("`{name}` is no shape"))
    }

    /// The codec that writes the same bytes as we do.
    pub(crate) fn same_bytes_as(self) -> &'static str {
        match self {
            Self::Fixed | Self::Status | Self::Market | Self::Batch => "hand-written",
            Self::StatusTagged | Self::MarketTagged => "prost",
        }
    }

    /// A buffer that holds the message in every codec.
    pub(crate) fn buffer_bytes(self) -> usize {
        match self {
            Self::Batch => 4 << 20,
            _ => 4096,
        }
    }
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    serde::Serialize,
    serde::Deserialize,
    wincode::SchemaRead,
    wincode::SchemaWrite,
)]
#[wincode(assert_zero_copy)]
#[repr(C)]
pub(crate) struct Fixed {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) z: f32,
    pub(crate) w: f32,
}
touch_fixed!(Fixed);

#[derive(
    Debug,
    Clone,
    PartialEq,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    serde::Serialize,
    serde::Deserialize,
    wincode::SchemaRead,
    wincode::SchemaWrite,
)]
pub(crate) struct Status {
    pub(crate) code: u32,
    pub(crate) text: String,
}
touch_status!(Status);

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    serde::Serialize,
    serde::Deserialize,
    wincode::SchemaRead,
    wincode::SchemaWrite,
)]
#[wincode(assert_zero_copy)]
#[repr(C)]
pub(crate) struct Level {
    pub(crate) price: f64,
    pub(crate) quantity: f64,
}

#[derive(
    Debug,
    Clone,
    PartialEq,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    serde::Serialize,
    serde::Deserialize,
    wincode::SchemaRead,
    wincode::SchemaWrite,
)]
pub(crate) struct Market {
    pub(crate) symbol: String,
    pub(crate) venue: String,
    pub(crate) sequence: u64,
    pub(crate) time: i64,
    pub(crate) best_bid: Level,
    pub(crate) best_ask: Level,
    pub(crate) bids: Vec<Level>,
    pub(crate) asks: Vec<Level>,
    pub(crate) conditions: Vec<String>,
    pub(crate) note: Option<String>,
}
touch_market!(Market);
touch_market!(ArchivedMarket);
touch_status!(ArchivedStatus);

#[derive(
    Debug,
    Clone,
    PartialEq,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    serde::Serialize,
    serde::Deserialize,
    wincode::SchemaRead,
    wincode::SchemaWrite,
)]
pub(crate) struct Batch {
    pub(crate) items: Vec<Fixed>,
}
touch_batch!(Batch);

/// A [`Status`] whose text stays in the bytes it came from.
#[derive(bincode::BorrowDecode, serde::Deserialize, wincode::SchemaRead)]
pub(crate) struct StatusRef<'a> {
    pub(crate) code: u32,
    pub(crate) text: &'a str,
}
touch_status!(StatusRef<'_>);

/// A [`Market`] whose texts stay in the bytes they came from.
#[derive(bincode::BorrowDecode, serde::Deserialize)]
pub(crate) struct MarketRef<'a> {
    pub(crate) symbol: &'a str,
    pub(crate) venue: &'a str,
    pub(crate) sequence: u64,
    pub(crate) time: i64,
    pub(crate) best_bid: Level,
    pub(crate) best_ask: Level,
    pub(crate) bids: Vec<Level>,
    pub(crate) asks: Vec<Level>,
    #[serde(borrow)]
    pub(crate) conditions: Vec<&'a str>,
    #[serde(borrow)]
    pub(crate) note: Option<&'a str>,
}
touch_market!(MarketRef<'_>);

pub(crate) fn fixed() -> Fixed {
    numbered(7)
}

pub(crate) fn status() -> Status {
    Status { code: 20_417, text: TEXT.to_owned() }
}

pub(crate) fn market() -> Market {
    Market {
        symbol: SYMBOL.to_owned(),
        venue: VENUE.to_owned(),
        sequence: 987_654_321_012,
        time: 1_732_459_200_123_456_789,
        best_bid: Level { price: 1.054_21, quantity: 1_250_000.0 },
        best_ask: Level { price: 1.054_23, quantity: 975_000.0 },
        bids: DEPTHS
            .map(|depth| Level { price: 1.054_21 - depth / 1e5, quantity: 1e6 + depth * 125e3 })
            .to_vec(),
        asks: DEPTHS
            .map(|depth| Level { price: 1.054_23 + depth / 1e5, quantity: 9e5 + depth * 150e3 })
            .to_vec(),
        conditions: CONDITIONS.map(str::to_owned).to_vec(),
        note: Some(NOTE.to_owned()),
    }
}

pub(crate) fn batch() -> Batch {
    Batch { items: (0..BATCH_HALF).chain(0..BATCH_HALF).map(numbered).collect() }
}

fn numbered(number: u16) -> Fixed {
    let base = f32::from(number);
    Fixed { x: base + 0.25, y: base * 1.5, z: 0.5 - base, w: 1.0 / (base + 1.0) }
}

pub(crate) const TEXT: &str = "accepted, in queue at 17";
pub(crate) const SYMBOL: &str = "EURUSD.SPOT";
pub(crate) const VENUE: &str = "XLON-MTF";
pub(crate) const CONDITIONS: [&str; 3] = ["regular", "opening cross", "odd lot"];
pub(crate) const NOTE: &str = "halted 09:58, resumed";
/// Every number up to here is exact in an `f32`.
const BATCH_HALF: u16 = 50_000;
const DEPTHS: [f64; 5] = [0.0, 1.0, 2.0, 3.0, 4.0];
