use tokio::time::{Instant, sleep_until};

use crate::limits::KEEP_ALIVE_QUESTIONS;
use crate::rpc::Channel;
use crate::services::grpc_health::HealthCheckRequest;
use crate::services::health::{Health, HealthClient, PLUGIN_SERVICE};
use crate::task::OwnedTask;
use crate::transport::{Hearing, KeepAlive};

/// Asks a silent plugin for a sign of life, for as long as the value lives. The connection itself judges the silence.
///
/// It asks for its health. A ping would do for a plugin of ours, but gRPC's servers in Go and C count pings: after the third
/// within five minutes they close the connection as `too_many_pings`.
#[derive(Debug)]
pub(super) struct Heartbeat {
    hearing: Hearing,
    /// Lives as long as the value.
    _task: OwnedTask,
}

impl Heartbeat {
    /// `channel` is the plugin's without the user's interceptors.
    pub(super) fn start(channel: Channel, hearing: Hearing, keep_alive: KeepAlive) -> Self {
        hearing.judge();
        let task = OwnedTask::spawn(beat(channel, hearing.clone(), keep_alive));
        Self { hearing, _task: task }
    }

    /// Whether the connection was given up because nothing came.
    pub(super) fn has_fallen_silent(&self) -> bool {
        self.hearing.has_fallen_silent()
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        // A plugin that nobody asks may be silent: it may be about to end, and let a last call take its time.
        self.hearing.trust();
    }
}

async fn beat(channel: Channel, hearing: Hearing, keep_alive: KeepAlive) {
    let client = HealthClient::new(channel);
    loop {
        let due = hearing.last() + keep_alive.interval();
        if Instant::now() < due {
            sleep_until(due).await;
            continue;
        }
        let asked = Instant::now();
        let is_answered = ask(&client, &hearing, keep_alive).await;
        if hearing.has_fallen_silent() {
            let silence = hearing.last().elapsed();
            tracing::warn!(?silence, "the plugin gave no sign of life; its calls fail");
            return;
        }
        if is_answered && hearing.last() < asked {
            // The question did not go out: the connection is lost, or takes no more calls and lets the last ones end.
            hearing.trust();
            return;
        }
    }
}

/// Asks once. `false` if there is no answer and it is time to ask anew: a server whose handlers are all busy still takes a
/// new question for a reason to look whether we are there.
async fn ask(client: &HealthClient, hearing: &Hearing, keep_alive: KeepAlive) -> bool {
    let mut question =
        std::pin::pin!(client.check(HealthCheckRequest { service: PLUGIN_SERVICE.to_owned() }));
    let limit = keep_alive.timeout().max(keep_alive.patience() / KEEP_ALIVE_QUESTIONS);
    loop {
        match tokio::time::timeout(limit, question.as_mut()).await {
            // An error is an answer as well: a plugin need not have the service.
            Ok(_answer) => return true,
            Err(_elapsed) if !hearing.is_in_use() => return false,
            // Nobody judges a plugin that is called, and each question would wait behind its handlers.
            Err(_elapsed) => {}
        }
    }
}

#[cfg(all(test, feature = "server"))]
#[expect(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use bytes::BytesMut;
    use tokio::io::DuplexStream;
    use tokio::sync::watch;

    use super::*;
    use crate::contract::{Code, Status};
    use crate::limits::MESSAGE_BYTES_DEFAULT;
    use crate::rpc::{Router, Streaming};
    use crate::services::grpc_health::{HealthCheckResponse, HealthListRequest, HealthListResponse};
    use crate::services::health::HealthServer;
    use crate::transport::{Connection, Role};
    use crate::wire::{self, Protocol, Servers, Terms};

    #[rpcplugin::rpc_protocol(service = "test.Sleeper")]
    trait Sleeper {
        /// Returns after so many seconds.
        async fn sleep(&self, request: u64) -> Result<u64, Status>;
    }

    struct Handler;

    impl Sleeper for Handler {
        async fn sleep(&self, request: u64) -> Result<u64, Status> {
            tokio::time::sleep(Duration::from_secs(request)).await;
            Ok(request)
        }
    }

    /// A client on a connection whose other end is the pipe, and is this process or unknown.
    async fn client(
        protocol: Protocol,
        pipe: DuplexStream,
        process: Option<u32>,
    ) -> (SleeperClient, Heartbeat) {
        let keep_alive = KeepAlive::default();
        let (connection, hearing) = Connection::new(pipe).kept_alive(keep_alive, Role::Plugin { process });
        let opened = wire::open(protocol, connection, false, MESSAGE_BYTES_DEFAULT).await.unwrap();
        let channel = Channel::from_caller(opened);
        let calls = channel.clone().counted(hearing.uses());
        let heartbeat = Heartbeat::start(channel, hearing, keep_alive);
        (SleeperClient::new(calls), heartbeat)
    }

    /// How a plugin answers the question for its health.
    #[derive(Clone)]
    enum Answers {
        WithItsHealth,
        /// It has no such service.
        WithAnError,
        /// All of its handlers are busy. The questions are counted.
        Never(Arc<AtomicU32>),
    }

    impl Health for Answers {
        async fn check(&self, _request: HealthCheckRequest) -> Result<HealthCheckResponse, Status> {
            let Self::Never(questions) = self else { return Ok(HealthCheckResponse::default()) };
            questions.fetch_add(1, Ordering::Relaxed);
            std::future::pending().await
        }

        async fn watch(
            &self,
            _request: HealthCheckRequest,
        ) -> Result<Streaming<HealthCheckResponse>, Status> {
            Ok(Streaming::empty())
        }

        async fn list(&self, _request: HealthListRequest) -> Result<HealthListResponse, Status> {
            Ok(HealthListResponse::default())
        }
    }

    /// A plugin that never pings.
    fn serve(
        protocol: Protocol,
        pipe: DuplexStream,
        answers: Answers,
        stop: watch::Receiver<bool>,
    ) -> OwnedTask {
        let mut router = Router::new().service(SleeperServer::new(Handler)).unwrap();
        if !matches!(answers, Answers::WithAnError) {
            router = router.service(HealthServer::new(answers)).unwrap();
        }
        let servers = Servers::new(Arc::new(router), MESSAGE_BYTES_DEFAULT);
        OwnedTask::spawn(async move {
            let (connection, first) = (Connection::new(pipe), BytesMut::new());
            drop(servers.serve(protocol, connection, first, Terms::default(), stop).await)
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_plugin_that_is_alive_may_be_idle_or_busy_for_long() {
        for protocol in Protocol::ALL {
            for answers in [Answers::WithItsHealth, Answers::WithAnError] {
                let (near, far) = tokio::io::duplex(64 * 1024);
                let (_stop, stopping) = watch::channel(false);
                let _server = serve(protocol, far, answers, stopping);
                // Nothing speaks for it but its answers.
                let (client, heartbeat) = client(protocol, near, None).await;
                tokio::time::sleep(Duration::from_secs(600)).await;
                assert_eq!(client.sleep(600).await.unwrap(), 600);
                assert!(!heartbeat.hearing.has_fallen_silent());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_plugin_whose_handlers_are_busy_is_kept_while_it_is_called_and_for_some_time_afterwards() {
        for protocol in Protocol::ALL {
            let questions = Arc::new(AtomicU32::new(0));
            let (near, far) = tokio::io::duplex(64 * 1024);
            let (_stop, stopping) = watch::channel(false);
            let _server = serve(protocol, far, Answers::Never(Arc::clone(&questions)), stopping);
            let (client, heartbeat) = client(protocol, near, Some(std::process::id())).await;
            // Two calls: one that is answered, and one that is given up. The handler of the second may still be at work.
            assert_eq!(client.sleep(1200).await.unwrap(), 1200);
            tokio::time::timeout(Duration::from_secs(1200), client.sleep(3600)).await.unwrap_err();
            assert!(questions.load(Ordering::Relaxed) <= 2, "{questions:?}");
            tokio::time::sleep(Duration::from_secs(280)).await;
            assert!(!heartbeat.hearing.has_fallen_silent());
            tokio::time::sleep(Duration::from_secs(60)).await;
            assert!((5..=15).contains(&questions.load(Ordering::Relaxed)), "{questions:?}");
            match protocol {
                // A question that is given up is answered as such, so it is known that the plugin runs.
                Protocol::Binary => assert!(!heartbeat.hearing.has_fallen_silent()),
                // It hangs, as far as anybody can tell. A call would be waited for.
                Protocol::Grpc => {
                    assert!(heartbeat.hearing.has_fallen_silent());
                    assert_eq!(client.sleep(0).await.unwrap_err().code(), Code::Unavailable);
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_to_a_plugin_that_is_silent_are_unavailable_after_their_time() {
        // Nobody reads the other end. On the binary wire nobody would get so far: its opening is answered.
        let (near, _far) = tokio::io::duplex(64 * 1024);
        let (client, heartbeat) = client(Protocol::Grpc, near, None).await;
        let clock = Instant::now();
        assert_eq!(client.sleep(0).await.unwrap_err().code(), Code::Unavailable);
        assert!(clock.elapsed() < Duration::from_secs(11), "{:?}", clock.elapsed());
        assert!(heartbeat.hearing.has_fallen_silent());
    }

    #[tokio::test(start_paused = true)]
    async fn a_plugin_that_ends_may_take_its_time_for_the_last_call() {
        for protocol in Protocol::ALL {
            let (near, far) = tokio::io::duplex(64 * 1024);
            let (stop, stopping) = watch::channel(false);
            let _server = serve(protocol, far, Answers::WithItsHealth, stopping);
            let (client, _heartbeat) = client(protocol, near, None).await;
            let call = tokio::spawn(async move { client.sleep(600).await });
            tokio::time::sleep(Duration::from_secs(1)).await;
            stop.send_replace(true);
            assert_eq!(call.await.unwrap().unwrap(), 600);
        }
    }
}
