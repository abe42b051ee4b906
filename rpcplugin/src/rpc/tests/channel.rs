//! What a channel says of the calls that it makes.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::call::ResponseFuture;
use crate::rpc::{Channel, Interceptors};
use crate::wire::Caller;

/// Remembers whether the last call was one of the crate's own.
#[derive(Debug, Default)]
struct Wire {
    was_own: AtomicBool,
}

impl Caller for Wire {
    fn call(&self, call: Call) -> ResponseFuture {
        self.was_own.store(call.is_own(), Ordering::SeqCst);
        Box::pin(std::future::ready(Ok(call.into_messages())))
    }
}

#[tokio::test]
async fn the_wire_learns_which_calls_are_the_crates_own() {
    let wire = Arc::new(Wire::default());
    let own = Channel::from_caller(Arc::<Wire>::clone(&wire)).for_own_services();
    let users = own.for_users(Interceptors::default());
    for (channel, is_own) in [(&own, true), (&users, false), (&own.clone(), true)] {
        drop(SampleClient::new(channel.clone()).small(Vec::new()).await);
        assert_eq!(wire.was_own.load(Ordering::SeqCst), is_own);
    }
}

#[cfg(feature = "server")]
#[tokio::test]
async fn a_small_bound_of_messages_is_not_for_the_crates_own_services() {
    use bytes::BytesMut;
    use tokio::sync::watch;

    use crate::contract::Code;
    use crate::rpc::Router;
    use crate::services::grpc_health::HealthCheckRequest;
    use crate::services::health::{Health, HealthClient, HealthReport, HealthServer};
    use crate::transport::Connection;
    use crate::wire::{self, Protocol, Servers, Terms};

    const BOUND: usize = 4;
    for (protocol, is_own) in
        Protocol::ALL.into_iter().flat_map(|protocol| [(protocol, true), (protocol, false)])
    {
        let (stop, stopping) = watch::channel(false);
        let serving = Arc::new(watch::Sender::new(true));
        let health = HealthServer::new(HealthReport::new(Vec::new(), stop.subscribe(), serving));
        let router = match is_own {
            true => Router::new().own_service(health),
            false => Router::new().service(health),
        };
        let (near, far) = tokio::io::duplex(64 * 1024);
        let servers = Servers::new(Arc::new(router.unwrap()), BOUND);
        let server = tokio::spawn(async move {
            let (connection, first) = (Connection::new(far), BytesMut::new());
            servers.serve(protocol, connection, first, Terms::default(), stopping).await
        });
        let opened = wire::open(protocol, Connection::new(near), false, BOUND).await;
        let channel = Channel::from_caller(opened.unwrap());
        let ask = async |channel: &Channel| {
            let question = HealthCheckRequest { service: "plugin".to_owned() };
            HealthClient::new(channel.clone()).check(question).await.map_err(|status| status.code())
        };
        // A bound of either side is one.
        assert_eq!(ask(&channel).await.unwrap_err(), Code::ResourceExhausted);
        let own = ask(&channel.clone().for_own_services()).await;
        match is_own {
            true => drop(own.unwrap()),
            false => assert_eq!(own.unwrap_err(), Code::ResourceExhausted),
        }
        server.abort();
    }
}
