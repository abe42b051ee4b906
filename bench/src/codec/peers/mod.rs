//! The other codecs, a file each, each used as its own documents advise for speed, without `unsafe`.
//!
//! Whatever a codec can choose that changes the work (checks of what it reads, byte order, widths) stands in its file.

mod hand_written;
mod memcpy;

mod bincode;
mod deku;
mod postcard;
mod prost;
mod rkyv;
mod wincode;
mod zerocopy;

use crate::case::Codec;

/// In the order of the columns: the floor, the yardstick, the libraries.
pub(crate) fn codecs() -> Vec<Codec> {
    vec![
        memcpy::codec(),
        hand_written::codec(),
        wincode::codec(),
        bincode::codec(),
        postcard::codec(),
        rkyv::codec(),
        zerocopy::codec(),
        prost::codec(),
        deku::codec(),
    ]
}
