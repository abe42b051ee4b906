//! The tagged layout against prost, on messages that nobody thought of: random declarations, random bytes.
//!
//! `draw` invents messages in the terms of `schema`; `print` writes them twice, for this crate and for prost, and what it
//! wrote is checked in under `generated/`, because the compiler has to see it. `fresh` sees that it still is what `draw`
//! and `print` give. `proto` compares the `.proto` file that this crate exports with the same invention.
//!
//! `bytes` invents bytes for a message, and `mutate` spoils them. `difference` has both sides read and write them, and
//! `facts` says of bytes in which of the known ways the two sides may differ.
//!
//! Everything comes from one number, so a failure can be had again. From the environment:
//!
//! - `RPCPLUGIN_SEED=7` takes other random bytes; the declarations stay.
//! - `RPCPLUGIN_RANDOM_VALUES=100000` takes more of them for each message.

mod random;

mod schema;

mod draw;

mod print;

mod fresh;

mod proto;

mod bytes;

mod mutate;

mod facts;

mod case;

mod difference;

/// The declarations of this crate.
#[expect(clippy::use_self, clippy::vec_box, reason = "every type is tried, written in one way")]
mod ours {
    include!("generated/ours.rs");
}

/// The declarations of prost.
#[expect(clippy::use_self, clippy::vec_box, reason = "every type is tried, written in one way")]
mod theirs {
    include!("generated/theirs.rs");
}

/// The pairs of the two.
mod cases {
    use super::case::{Case, case};
    use super::{ours, theirs};

    include!("generated/cases.rs");
}
