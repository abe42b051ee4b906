//! What runs a plugin: who owns it, how it is ended, and how its end becomes known.
//!
//! [`Running`] is all that this crate needs of it; [`child`] is the process that this host has started itself.
//! [`Process`] is the host's hold of it, with a task that waits for its end whether anybody asks or not.

mod child;
mod keeper;
mod memory;
mod running;

pub(super) use child::ChildProcess;
pub(super) use keeper::Process;
pub(super) use running::{Boxed, Ended, Running};
