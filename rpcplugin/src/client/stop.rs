//! The end that the host wants, in three stages, each with its own time.

use std::process::ExitStatus;
use std::sync::Arc;

use tokio::time::{Instant, timeout, timeout_at};

use super::heartbeat::Heartbeat;
use super::process::Process;
use super::sockets::Sockets;
use super::stdio::Output;
use super::{PluginExit, StopTimes};
#[cfg(feature = "broker")]
use crate::broker::HostBroker;
use crate::limits::UNANSWERED_END_TIMEOUT;
use crate::quote::quote;
use crate::rpc::Channel;
use crate::services::controller::{Controller, ControllerClient};
use crate::services::plugin::Empty;
use crate::transport::Lifeline;

/// What a host has of a running plugin besides its process.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) output: Output,
    pub(super) heartbeat: Option<Heartbeat>,
    /// What is brokered is there for the plugin's last calls.
    #[cfg(feature = "broker")]
    pub(super) broker: HostBroker,
    /// Held until the plugin has ended.
    pub(super) lifeline: Option<Lifeline>,
    /// What a killed plugin left there goes with it.
    pub(super) sockets: Sockets,
}

/// Ends the plugin. Dropping the future kills the process.
pub(super) async fn stop(process: &Process, channel: &Channel, held: Held, times: StopTimes) -> Stopped {
    if !process.is_ended_by_hosts() {
        return let_go(held, times).await;
    }
    let kill = KillIfDropped(Some(process));
    #[cfg(feature = "broker")]
    let broker = held.broker;
    let Held { output, heartbeat, lifeline: _held, sockets, .. } = held;
    // Stopping has times of its own.
    drop(heartbeat);
    process.expect_end();
    let begun = Instant::now();
    let stopped = match end_by_itself(process, channel, begun, times).await {
        Some(exit) => Stopped { exit: Some(exit), killed: false },
        None if !process.is_killable() => {
            tracing::warn!(
                ?times,
                "the attached plugin did not end by itself; its process is not known, and it goes on"
            );
            Stopped { exit: None, killed: false }
        }
        None => {
            tracing::warn!(?times, "the plugin did not end by itself; killing it");
            Stopped { exit: process.kill(times.kill()).await, killed: true }
        }
    };
    #[cfg(feature = "broker")]
    drop(broker);
    // The stdio stream ends with the connection, and that with the process. Whoever else holds the pipes or the connection is not waited for.
    let last = match stopped.killed {
        true => begun.checked_add(times.total()),
        false => Instant::now().checked_add(times.kill()),
    };
    output.finish(last).await;
    drop(sockets);
    kill.disarm();
    stopped
}

/// Leaves the plugin as it is.
async fn let_go(held: Held, times: StopTimes) -> Stopped {
    let Held { mut output, heartbeat, .. } = held;
    drop(heartbeat);
    output.leave();
    output.finish(Instant::now().checked_add(times.kill())).await;
    Stopped { exit: None, killed: false }
}

/// The end of a plugin that has been asked for it: over the connection, and then by SIGTERM. `None` if it takes its time.
async fn end_by_itself(
    process: &Process,
    channel: &Channel,
    begun: Instant,
    times: StopTimes,
) -> Option<Arc<PluginExit>> {
    if !times.ask().is_zero()
        && let Ok(Some(exit)) = timeout(times.ask(), ask_to_end(channel, process)).await
    {
        return Some(exit);
    }
    if !times.terminate().is_zero() {
        process.terminate().await;
    }
    let longest = times.ask().saturating_add(times.terminate());
    match begun.checked_add(longest) {
        Some(end) => timeout_at(end, process.ended()).await.ok(),
        None => Some(process.ended().await),
    }
}

/// Asks the plugin to end and waits for it. `None` if it could not be asked, or did not end all the same.
async fn ask_to_end(channel: &Channel, process: &Process) -> Option<Arc<PluginExit>> {
    let controller = ControllerClient::new(channel.clone());
    let answer = tokio::select! {
        // It may have ended long ago, or be gone before its answer is out.
        exit = process.ended() => return Some(exit),
        answer = controller.shutdown(Empty {}) => answer,
    };
    match answer {
        Ok(Empty {}) => Some(process.ended().await),
        // An older plugin may not know the request.
        Err(status) => {
            let message = quote(status.message());
            tracing::debug!(code = %status.code(), message, "the plugin did not answer the request to end");
            process.wait(UNANSWERED_END_TIMEOUT).await
        }
    }
}

struct KillIfDropped<'a>(Option<&'a Process>);

impl KillIfDropped<'_> {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for KillIfDropped<'_> {
    fn drop(&mut self) {
        if let Some(process) = self.0 {
            process.kill_at_once();
        }
    }
}

/// How a plugin was stopped.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stopped {
    /// How it ended; `None` if that is not known even after the kill: a process in an uninterruptible sleep ends later. `None` as
    /// well for one in test mode, which goes on, and for an attached one that does not end when it is asked, and whose process is
    /// not known.
    pub exit: Option<Arc<PluginExit>>,
    /// Whether it had to be killed.
    pub killed: bool,
}

impl Stopped {
    /// Whether the plugin ended by itself and says that all went well.
    #[must_use]
    pub fn is_graceful(&self) -> bool {
        !self.killed && self.status().is_some_and(|status| status.success())
    }

    /// The exit status of its process, where it is known.
    #[must_use]
    pub fn status(&self) -> Option<ExitStatus> {
        self.exit.as_ref().and_then(|exit| exit.status())
    }
}
