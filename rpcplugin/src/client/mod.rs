//! A plugin's life from outside: start the process, shake hands, connect, call, end.
//!
//! [`start`](PluginClientBuilder::start) goes through these files in order: `builder` (options), `verified` (the program, where it has a
//! checksum), `launch` (the process), `process` (who owns it),
//! `output` (its two pipes), `bring_up` (line), `opening` (TLS, connection, wire), and `plugin_client` is what comes out.
//! Where a plugin runs already, `attach` stands in the place of all before `opening`.

mod allowed_addresses;
#[cfg(feature = "_fuzz")]
pub(crate) mod any_log;
mod attach;
mod bring_up;
#[cfg(feature = "broker")]
mod brokering;
mod builder;
mod checksum;
mod cut_off;
mod detach;
mod diagnose;
mod discover;
mod early_end;
mod environment;
mod error;
mod exit;
mod exit_status;
mod exit_watch;
mod failure;
mod files;
mod guard;
mod handover;
mod heartbeat;
mod last_bytes;
mod launch;
mod log_forward;
mod log_line;
mod log_queue;
mod log_rate;
mod negotiate;
mod not_started;
mod opening;
mod output;
mod panic_text;
mod plugin_client;
mod pool;
mod process;
mod process_stderr;
mod program_file;
mod reaching;
mod runner;
mod sink;
mod sockets;
mod stdio;
mod stop;
mod stop_times;
mod supervisor;
mod sweep;
mod verified;
mod versioned_clients;
mod wires_file;

pub use attach::AttachError;
pub use builder::{PluginClientBuilder, Security};
pub use checksum::{Checksum, ChecksumError};
pub use detach::{DetachError, Detached};
pub use diagnose::SpawnCause;
pub use discover::{DiscoverError, discover};
pub use early_end::EarlyEnd;
pub use environment::Environment;
pub use error::{Diagnosis, StartError};
pub use exit::{ExitReason, PluginExit};
pub use exit_watch::ExitWatch;
pub use negotiate::NegotiateError;
pub use plugin_client::PluginClient;
pub use pool::{
    NoMember, NoMemberReason, PluginPool, PluginPoolBuilder, PoolMember, PoolStartError, PoolStopped,
    PoolStrategy, PooledPlugin,
};
pub use runner::{AttachedRunner, Runner, RunnerCommand, StartedRunner};
pub use stop::Stopped;
pub use stop_times::StopTimes;
pub use supervisor::{
    DownReason, DuringRestart, HealthCheck, NotRunning, OnStart, RestartPolicy, Supervisor,
    SupervisorBuilder, SupervisorState, SupervisorStates, Unhealthy,
};
pub use versioned_clients::{NoClient, VersionedClients};
