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

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    use futures_util::{StreamExt, stream};
    use tokio::io::DuplexStream;
    use tokio::sync::Notify;

    use super::*;
    use crate::call::Peer;
    use crate::client::bring_up::{Parts, plugin_log};
    use crate::client::opening::Opened;
    use crate::client::output::Tail;
    use crate::client::process::{Boxed, Ended, Running};
    use crate::client::process_stderr::ProcessStderr;
    use crate::client::sockets::SocketOptions;
    use crate::client::{ExitReason, PluginClient};
    use crate::contract::Status;
    use crate::handshake::{Accepted, Cookie};
    use crate::rpc::{Router, Streaming};
    use crate::services::controller::ControllerServer;
    use crate::services::plugin::StdioData;
    use crate::services::stdio::{Stdio, StdioServer};
    use crate::task::OwnedTask;
    use crate::transport::Address;
    use crate::wire::Protocol;

    /// What was done to a plugin, and how long behind the beginning of its stop.
    type Done = (&'static str, Duration);

    /// What runs a plugin that ends when this is done to it, if it ends.
    #[derive(Debug)]
    struct Stubborn {
        ends_by: &'static str,
        begun: Instant,
        done: Mutex<Vec<Done>>,
        end: Notify,
    }

    impl Stubborn {
        fn is_done(&self, what: &'static str) {
            let done = (what, self.begun.elapsed());
            self.done.lock().unwrap_or_else(PoisonError::into_inner).push(done);
            if what == self.ends_by {
                self.end.notify_one();
            }
        }

        fn done(&self) -> Vec<Done> {
            self.done.lock().unwrap_or_else(PoisonError::into_inner).clone()
        }
    }

    impl Running for Stubborn {
        fn id(&self) -> Option<u32> {
            None
        }

        fn ended(&self) -> Boxed<'_, Ended> {
            Box::pin(async {
                self.end.notified().await;
                Ended::default()
            })
        }

        fn terminate(&self) -> Boxed<'_, ()> {
            self.is_done("terminated");
            Box::pin(std::future::ready(()))
        }

        fn kill(&self) -> Boxed<'_, ()> {
            self.is_done("killed");
            Box::pin(std::future::ready(()))
        }

        fn abandon(&self) {}
    }

    /// The services of a plugin that answers no request to end, and whose output has no end.
    #[derive(Clone)]
    struct Services(Arc<Stubborn>);

    impl Controller for Services {
        async fn shutdown(&self, _request: Empty) -> Result<Empty, Status> {
            self.0.is_done("asked");
            std::future::pending().await
        }
    }

    impl Stdio for Services {
        async fn stream_stdio(&self, (): ()) -> Result<Streaming<StdioData>, Status> {
            let last_words = StdioData { channel: 1, data: vec![b'x'; 64] };
            Ok(Streaming::new(stream::iter([Ok(last_words)]).chain(stream::pending())))
        }
    }

    /// A plugin whose pipes somebody else holds, and whose output goes to a writer that takes no more.
    async fn plugin(ends_by: &'static str, times: StopTimes) -> (PluginClient, Arc<Stubborn>, DuplexStream) {
        let running =
            Arc::new(Stubborn { ends_by, begun: Instant::now(), done: Mutex::default(), end: Notify::new() });
        let services = || Services(Arc::clone(&running));
        let router = Router::new().service(ControllerServer::new(services())).unwrap();
        let router = router.service(StdioServer::new(services())).unwrap();
        let channel = Channel::local(router);
        let (writer, reader) = tokio::io::duplex(1);
        let mut builder =
            PluginClient::builder("stubborn", Cookie::new("KEY", "value").unwrap()).stop_times(times);
        builder = builder.stdout(writer);
        let mut output = Output::open(builder.stdout.take(), None);
        let [stdout, stderr] = [(); 2].map(|()| OwnedTask::spawn(std::future::pending()));
        output.pipes = Some((stdout, ProcessStderr { reader: stderr, copy: None }));
        let (sockets, lifeline) = Sockets::of_start(&SocketOptions::default()).await.unwrap();
        let process: Arc<dyn Running> = Arc::<Stubborn>::clone(&running);
        let parts = Parts {
            process: Process::keep(process, "stubborn".into(), Tail::default()),
            accepted: Accepted { version: 1, address: Address::Unix("/nowhere".into()), certificate: None },
            output,
            log: plugin_log(&builder),
            lifeline,
            sockets,
            #[cfg(feature = "broker")]
            tls: None,
            identity: None,
        };
        let opened = Opened {
            calls: channel.clone(),
            channel,
            peer: Arc::new(Peer::memory()),
            protocol: Protocol::Grpc,
            heartbeat: None,
            #[cfg(feature = "broker")]
            mux: None,
        };
        let plugin = parts.connected(opened, builder);
        // What it prints is on its way.
        tokio::time::sleep(Duration::from_secs(1)).await;
        (plugin, running, reader)
    }

    /// What is done to a plugin that ends by this, and when, and when the stop is over.
    async fn stopped(ends_by: &'static str, times: StopTimes) -> (Stopped, Vec<Done>, Duration) {
        let (plugin, running, _unread) = plugin(ends_by, times).await;
        let begun = Instant::now();
        let before = begun.duration_since(running.begun);
        let stopped = timeout(Duration::from_secs(600), plugin.stop()).await.unwrap();
        let over = begun.elapsed();
        let done = running.done().into_iter().map(|(what, at)| (what, at.checked_sub(before).unwrap()));
        (stopped, done.collect(), over)
    }

    const fn milliseconds(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[tokio::test(start_paused = true)]
    async fn each_stage_of_a_stop_is_over_in_its_time_and_the_stop_in_three_seconds() {
        let all =
            [("asked", milliseconds(0)), ("terminated", milliseconds(2000)), ("killed", milliseconds(2500))];
        // Nothing ends it: a process in an uninterruptible sleep.
        let (stopped_never, done, over) = stopped("nothing", StopTimes::default()).await;
        assert!(stopped_never.killed && stopped_never.exit.is_none(), "{stopped_never:?}");
        assert_eq!(done, all);
        assert_eq!(over, milliseconds(3000));

        // The kill does, and its output hangs all the same.
        let (killed, done, over) = stopped("killed", StopTimes::default()).await;
        assert!(killed.killed && killed.exit.is_some(), "{killed:?}");
        assert_eq!(done, all);
        assert!((milliseconds(2500)..=milliseconds(3000)).contains(&over), "{over:?}");

        // Whoever ends early is not held by those who hold its pipes for longer than a kill may take.
        let (terminated, done, over) = stopped("terminated", StopTimes::default()).await;
        assert!(!terminated.killed && terminated.exit.is_some(), "{terminated:?}");
        assert_eq!(done, all[..2]);
        assert!((milliseconds(2000)..=milliseconds(2500)).contains(&over), "{over:?}");
        let (asked, done, over) = stopped("asked", StopTimes::default()).await;
        assert_eq!(asked.exit.unwrap().reason(), ExitReason::Unknown);
        assert_eq!(done, all[..1]);
        assert!(over <= milliseconds(500), "{over:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_takes_no_longer_than_the_times_that_are_set() {
        let (_, done, over) = stopped("nothing", StopTimes::within(milliseconds(600))).await;
        let expected =
            [("asked", milliseconds(0)), ("terminated", milliseconds(400)), ("killed", milliseconds(500))];
        assert_eq!((&*done, over), (&expected[..], milliseconds(600)));

        let at_once = StopTimes::default().with_ask(Duration::ZERO).with_terminate(Duration::ZERO);
        let (_, done, over) = stopped("nothing", at_once).await;
        assert_eq!((&*done, over), (&[("killed", milliseconds(0))][..], milliseconds(500)));
    }
}
