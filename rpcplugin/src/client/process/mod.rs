//! What runs a plugin: who owns it, how it is ended, and how its end becomes known.
//!
//! [`Running`] is all that this crate needs of it; [`child`] is the process that this host has started itself, and
//! [`attached`] a plugin that runs already, whose process must pass [`proof`].
//! [`Process`] is the host's hold of it, with a task that waits for its end whether anybody asks or not.

mod attached;
mod child;
mod keeper;
mod memory;
mod proof;
mod running;

pub(super) use attached::AttachedPlugin;
pub(super) use child::{ChildProcess, Spawned, lead_group};
pub(super) use keeper::Process;
pub(super) use proof::{Proven, Verdict};
pub(super) use running::{Boxed, Ended, Running};
