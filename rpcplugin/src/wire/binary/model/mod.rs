//! Two machines, or one and a stranger, opposite the promises that a connection makes.
//!
//! What happens is told by a script: bytes from a generator of tests, or from a fuzzer. Whatever they are, a promise that is
//! broken is a panic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a promise that is broken is told by a panic"
)]

mod agent;
mod call;
mod frames;
mod observer;
mod peer;
mod script;
mod side;
mod stranger;
#[cfg(test)]
mod tests;
mod wild;
mod world;

use script::Script;

/// What a script says of a connection: the first byte chooses who is there.
pub(crate) fn connection(script: &[u8]) {
    let mut script = Script::new(script);
    match script.below(4) {
        0 => stranger::opposite_plugin(&mut script),
        1 => stranger::opposite_host(&mut script),
        _ => world::run(&mut script),
    }
}

/// Any bytes as frames, and as what stands in them.
pub(crate) fn frames(bytes: &[u8]) {
    frames::read(bytes);
}
