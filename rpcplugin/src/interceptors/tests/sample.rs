//! A service with a method of each kind, and the two ways to it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use crate::call::CallOptions;
use crate::contract::{Code, MethodKind, Status};
use crate::interceptors::Metrics;
use crate::limits::MESSAGE_BYTES_DEFAULT;
use crate::rpc::{Channel, Router, Streaming};
use crate::transport::Connection;
use crate::wire::{self, Protocol, Servers, Terms};

#[rpcplugin::rpc_protocol(service = "test.Four")]
pub(super) trait Four {
    async fn one(&self, request: u64) -> Result<u64, Status>;
    async fn many(&self, request: u64) -> Result<Streaming<u64>, Status>;
    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status>;
    async fn echo(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status>;
}

/// How a handler behaves: the number that it is sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Answers,
    Fails,
    Panics,
    NeverEnds,
}

impl Way {
    pub(super) const ALL: [Self; 4] = [Self::Answers, Self::Fails, Self::Panics, Self::NeverEnds];

    pub(super) const fn number(self) -> u64 {
        match self {
            Self::Answers => 2,
            Self::Fails => 0,
            Self::Panics => 13,
            Self::NeverEnds => 7,
        }
    }
}

/// A call that never ends is given up as soon as its handler works. Its number is its own, so that nobody waits for another's.
const RUN: u64 = 1_000_000;

static REACHED: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());

async fn reached(number: u64) {
    while !REACHED.lock().unwrap().contains(&number) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// What a handler makes of a number that may be a call's own.
pub(super) const fn way_of(number: u64) -> u64 {
    number % RUN
}

/// Answers with twice the number, or as the number says.
#[derive(Clone, Copy)]
pub(super) struct Handler;

async fn twice(number: u64) -> Result<u64, Status> {
    tracing::info!(number, "a handler works");
    match way_of(number) {
        0 => Err(Status::not_found("no such number")),
        7 => {
            REACHED.lock().unwrap().insert(number);
            std::future::pending().await
        }
        13 => panic!("a secret"),
        _ => Ok(number * 2),
    }
}

impl Four for Handler {
    async fn one(&self, request: u64) -> Result<u64, Status> {
        twice(request).await
    }

    /// One message that is well, and then what the number says.
    async fn many(&self, request: u64) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::new(stream::iter([1, request]).then(twice)))
    }

    async fn sum(&self, mut requests: Streaming<u64>) -> Result<u64, Status> {
        let mut sum = 0;
        while let Some(number) = requests.message().await? {
            sum += twice(number).await?;
        }
        Ok(sum)
    }

    async fn echo(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::new(requests.then(|number| async { twice(number?).await })))
    }
}

/// In this process, or over a connection.
pub(super) const WIRES: [Option<Protocol>; 3] = [None, Some(Protocol::Grpc), Some(Protocol::Binary)];

/// A channel to the handlers of a router.
pub(super) async fn channel(router: Router, wire: Option<Protocol>) -> Channel {
    let Some(protocol) = wire else { return Channel::local(router) };
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (near, far) = (Connection::new(near), Connection::new(far));
    let (stop, stopping) = watch::channel(false);
    let servers = Servers::new(Arc::new(router), MESSAGE_BYTES_DEFAULT);
    tokio::spawn(async move {
        let _open = stop;
        servers.serve(protocol, far, BytesMut::new(), Terms::default(), stopping).await
    });
    Channel::from_caller(wire::open(protocol, near, false, MESSAGE_BYTES_DEFAULT).await.unwrap())
}

/// Makes one call of a kind, and reads its answer to the end. A call that never ends is given up.
pub(super) async fn call(channel: &Channel, kind: MethodKind, way: Way) -> Result<u64, Status> {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    let four = FourClient::new(channel.clone());
    let number = match way {
        Way::NeverEnds => way.number() + RUN * RUNS.fetch_add(1, Ordering::Relaxed),
        _ => way.number(),
    };
    let requests = || Streaming::from_iter([1, number]);
    let answer = async {
        match kind {
            MethodKind::UnaryUnary => four.one(number).await,
            MethodKind::UnaryStream => last(four.many(number).await?).await,
            MethodKind::StreamUnary => four.sum(requests()).await,
            MethodKind::StreamStream => last(four.echo(requests()).await?).await,
        }
    };
    match way {
        Way::NeverEnds => tokio::select! {
            answer = answer => answer,
            () = reached(number) => Err(Status::cancelled("given up")),
        },
        _ => answer.await,
    }
}

async fn last(mut answers: Streaming<u64>) -> Result<u64, Status> {
    let mut last = 0;
    while let Some(answer) = answers.message().await? {
        last = answer;
    }
    Ok(last)
}

/// The code that both sides see a call end with.
pub(super) const fn code_of(way: Way) -> Code {
    match way {
        Way::Answers => Code::Ok,
        Way::Fails => Code::NotFound,
        Way::Panics => Code::Internal,
        Way::NeverEnds => Code::Cancelled,
    }
}

/// Waits until no call runs that `metrics` counts: the side of the handler learns the end of a call a little later.
pub(super) async fn settled(metrics: &Metrics, calls: u64) {
    let settled = async {
        loop {
            let total = metrics.snapshot().total;
            if total.in_flight == 0 && total.call_count >= calls {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), settled).await.unwrap();
}

pub(super) fn with_timeout(channel: &Channel, timeout: Duration) -> Channel {
    channel.with(CallOptions::new().timeout(timeout))
}
