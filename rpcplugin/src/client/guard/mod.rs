//! A plugin ends with its host, however that ends.
//!
//! A process that is killed can do nothing more, so somebody else has to. A shell waits for the end of a pipe of which only
//! the host has the other side; then it kills the process groups that the host has named and not taken back, and removes the
//! directories of their sockets. There is one shell for all plugins of a host. It takes any plugin as it is, with everything
//! that it started, and needs nothing of one system alone: a signal at the death of the parent is Linux's, comes when the thread
//! ends that started the plugin, and reaches nobody behind it.
//!
//! A host can be killed when it has a plugin and has not named it yet. The pipe ends when that plugin has begun, because until
//! then it holds the host's side as well; by then it has the path of its sockets in its environment, which is the host's alone.
//! Where the system shows environments, the leaders of groups are killed in which it stands. Whoever has left for a session of
//! their own has the path as well, and is let be: see `docs/decisions/0031-the-end-of-a-plugin.md`.
//!
//! On Windows the system does it: a plugin is in a job, which ends with its host.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{Guarded, GuardedDirectory, guarded_directory};
#[cfg(target_os = "linux")]
pub(super) use unix::{keep_directory, path};
#[cfg(windows)]
pub(super) use windows::{GuardedDirectory, guarded_directory};

/// What every system of the Unix family has.
pub(super) const SHELL: &str = "/bin/sh";
