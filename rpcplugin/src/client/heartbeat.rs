use tokio::time::{Instant, sleep_until};

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
        // An error is an answer as well: a plugin need not have the service.
        let asked = Instant::now();
        let _answer = client.check(HealthCheckRequest { service: PLUGIN_SERVICE.to_owned() }).await;
        if hearing.has_fallen_silent() {
            let limit = keep_alive.interval() + keep_alive.timeout();
            tracing::warn!(?limit, "the plugin gave no sign of life; its calls fail");
            return;
        }
        if hearing.last() < asked {
            // The question did not go out: the connection is lost, or takes no more calls and lets the last ones end.
            hearing.trust();
            return;
        }
    }
}

#[cfg(all(test, feature = "server"))]
#[expect(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::io::DuplexStream;
    use tokio::sync::watch;

    use super::*;
    use crate::contract::{Code, Status};
    use crate::limits::MESSAGE_BYTES_DEFAULT;
    use crate::rpc::Router;
    use crate::services::health::{HealthReporter, HealthServer};
    use crate::transport::{Connection, Role};
    use crate::wire::grpc::{GrpcConnection, GrpcServer, Terms};

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

    /// A client on a connection whose other end is the pipe.
    async fn client(pipe: DuplexStream) -> (SleeperClient, Heartbeat) {
        let keep_alive = KeepAlive::default();
        let (connection, hearing) =
            Connection::new(pipe).kept_alive(keep_alive, Role::Plugin { process: None });
        let grpc = GrpcConnection::open(connection, false, MESSAGE_BYTES_DEFAULT).await.unwrap();
        let channel = Channel::from_caller(Arc::new(grpc));
        let heartbeat = Heartbeat::start(channel.clone(), hearing, keep_alive);
        (SleeperClient::new(channel), heartbeat)
    }

    /// A plugin that never pings, with and without the health service.
    fn serve(pipe: DuplexStream, is_healthy: bool, stop: watch::Receiver<bool>) -> OwnedTask {
        let mut router = Router::new().service(SleeperServer::new(Handler)).unwrap();
        if is_healthy {
            let health = HealthReporter::new(vec!["test.Sleeper"], stop.clone());
            router = router.service(HealthServer::new(health)).unwrap();
        }
        let server = GrpcServer::new(Arc::new(router), MESSAGE_BYTES_DEFAULT);
        OwnedTask::spawn(
            async move { drop(server.serve(Connection::new(pipe), Terms::default(), stop).await) },
        )
    }

    #[tokio::test(start_paused = true)]
    async fn a_plugin_that_is_alive_may_be_idle_or_busy_for_long() {
        for is_healthy in [true, false] {
            let (near, far) = tokio::io::duplex(64 * 1024);
            let (_stop, stopping) = watch::channel(false);
            let _server = serve(far, is_healthy, stopping);
            let (client, heartbeat) = client(near).await;
            tokio::time::sleep(Duration::from_secs(600)).await;
            assert_eq!(client.sleep(600).await.unwrap(), 600);
            assert!(!heartbeat.hearing.has_fallen_silent());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_to_a_plugin_that_is_silent_are_unavailable_after_their_time() {
        // Nobody reads the other end.
        let (near, _far) = tokio::io::duplex(64 * 1024);
        let (client, heartbeat) = client(near).await;
        let clock = Instant::now();
        assert_eq!(client.sleep(0).await.unwrap_err().code(), Code::Unavailable);
        assert!(clock.elapsed() < Duration::from_secs(11), "{:?}", clock.elapsed());
        assert!(heartbeat.hearing.has_fallen_silent());
    }

    #[tokio::test(start_paused = true)]
    async fn a_plugin_that_ends_may_take_its_time_for_the_last_call() {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let (stop, stopping) = watch::channel(false);
        let _server = serve(far, true, stopping);
        let (client, _heartbeat) = client(near).await;
        let call = tokio::spawn(async move { client.sleep(600).await });
        tokio::time::sleep(Duration::from_secs(1)).await;
        stop.send_replace(true);
        assert_eq!(call.await.unwrap().unwrap(), 600);
    }
}
