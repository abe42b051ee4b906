//! Who starts a plugin again that has ended?
//!
//! [`Supervisor`] is what a user gets, and `run` what goes on behind it: start, attend, judge, pause, and again.
//! `history` judges under a `policy`, `health` sees whether the plugin is well, `gate` is where calls wait and whence they go,
//! and `launch` is the only file that knows of processes.

mod builder;
mod down_reason;
mod gate;
mod handle;
mod health;
mod history;
mod launch;
mod on_start;
mod orders;
mod policy;
mod random;
mod run;
mod state;

pub use builder::SupervisorBuilder;
pub use down_reason::DownReason;
pub use gate::DuringRestart;
pub(super) use gate::{Gate, Now};
pub use handle::Supervisor;
pub use health::{HealthCheck, Unhealthy};
pub use on_start::OnStart;
pub use policy::RestartPolicy;
pub use state::{NotRunning, SupervisorState, SupervisorStates};

#[cfg(all(test, feature = "server"))]
mod tests;
