//! Which of several plugins is called?
//!
//! [`PluginPool`] is what a user gets: a [`Supervisor`](super::Supervisor) for each member, and one channel before them all.
//! `picker` finds a member for each call, by a `strategy` and as far as `member` says that it may be called; `held` is one that
//! somebody has for himself, and `no_member` says why there is none.

mod builder;
mod handle;
mod held;
mod member;
mod no_member;
mod picker;
mod start_error;
mod stopped;
mod strategy;

pub use builder::PluginPoolBuilder;
pub use handle::PluginPool;
pub use held::PooledPlugin;
pub use member::PoolMember;
pub use no_member::{NoMember, NoMemberReason};
pub use start_error::PoolStartError;
pub use stopped::PoolStopped;
pub use strategy::PoolStrategy;

#[cfg(all(test, feature = "server"))]
mod tests;
