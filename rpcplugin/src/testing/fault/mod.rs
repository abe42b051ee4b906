//! How does a connection fail?
//!
//! [`Faults`] say what happens to the bytes of each direction, [`FaultyStream`] does it where they are read.

mod lane;
mod state;
mod stream;

pub use lane::{Faults, Lane};
pub use stream::FaultyStream;
