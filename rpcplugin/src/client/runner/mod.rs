//! Plugins that run elsewhere: in a container, on another machine, behind another program.
//!
//! [`Runner`] is what a user writes to start them there, and [`AttachedRunner`] what it gives. To the rest of the host they are
//! one more thing that runs a plugin ([`elsewhere`]).

mod command;
mod contract;
mod elsewhere;

pub use command::RunnerCommand;
pub use contract::{AttachedRunner, Runner, StartedRunner};
pub(super) use elsewhere::AnyRunner;
