//! The contract of `interop/broker.proto`, in Rust: a desk that calls adders of its host and serves adders for it, and the
//! conversation that a host has with it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rpcplugin::{
    BinaryMessage, Broker, BrokerError, Channel, Router, RouterError, Served, Status, rpc_protocol,
};

/// How long the other side of a dial may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many calls there are at once.
const MANY: u64 = 20;

/// A number that nobody serves.
const NOBODY: u32 = 4_000_000;

/// A number.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Number {
    /// The number.
    #[binary(id = 1)]
    pub value: u64,
}

/// What the plugin is to add by an adder of its host's.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Task {
    /// The number under which the host serves the adder.
    #[binary(id = 1)]
    pub adder: u32,
    /// What to add.
    #[binary(id = 2)]
    pub value: u64,
}

/// The number under which something is served.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Place {
    /// The number.
    #[binary(id = 1)]
    pub id: u32,
}

/// Served by the plugin.
#[rpc_protocol(service = "broker.v1.Desk")]
pub trait Desk {
    /// Has the adder of the host add.
    async fn delegate(&self, task: Task) -> Result<Number, Status>;
    /// Serves an adder of the plugin's own, until it is closed.
    async fn open(&self, own: Number) -> Result<Place, Status>;
    /// Ends what was served.
    async fn close(&self, place: Place) -> Result<Place, Status>;
}

/// Served by either side through the broker.
#[rpc_protocol(service = "broker.v1.Adder")]
pub trait Adder {
    /// Adds the adder's own number.
    async fn add(&self, number: Number) -> Result<Number, Status>;
}

struct Adding(u64);

impl Adder for Adding {
    async fn add(&self, number: Number) -> Result<Number, Status> {
        Ok(Number { value: number.value + self.0 })
    }
}

/// Services with an adder.
///
/// # Errors
///
/// None: it is the only service.
pub fn adder(own: u64) -> Result<Router, RouterError> {
    Router::new().service(AdderServer::new(Adding(own)))
}

/// The plugin's handler.
#[derive(Debug)]
pub struct Clerk {
    broker: Broker,
    open: Mutex<BTreeMap<u32, Served>>,
}

impl Clerk {
    /// One that calls and serves by this broker.
    #[must_use]
    pub const fn new(broker: Broker) -> Self {
        Self { broker, open: Mutex::new(BTreeMap::new()) }
    }
}

fn unavailable(error: impl Error) -> Status {
    Status::unavailable(error.to_string())
}

impl Desk for Clerk {
    async fn delegate(&self, task: Task) -> Result<Number, Status> {
        let channel = self.broker.dial(task.adder).await.map_err(unavailable)?;
        AdderClient::new(channel).add(Number { value: task.value }).await
    }

    async fn open(&self, own: Number) -> Result<Place, Status> {
        let served = self.broker.serve(adder(own.value).map_err(unavailable)?).await.map_err(unavailable)?;
        let id = served.id();
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(id, served);
        Ok(Place { id })
    }

    async fn close(&self, place: Place) -> Result<Place, Status> {
        match self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&place.id) {
            Some(_served) => Ok(place),
            None => Err(Status::not_found(format!("nothing is open under {}", place.id))),
        }
    }
}

/// What host and plugin do with each other: the host's side of it.
///
/// # Errors
///
/// What did not hold.
pub async fn converse(broker: &Broker, channel: Channel) -> Result<(), Box<dyn Error + Send + Sync>> {
    let host = Host { broker: broker.clone(), desk: DeskClient::new(channel) };
    host.callback().await?;
    host.call().await?;
    host.late().await?;
    host.many().await?;
    let status = host.desk.delegate(Task { adder: NOBODY, value: 1 }).await.err();
    let status = status.ok_or("a number that nobody serves was called")?;
    if status.code() != rpcplugin::Code::Unavailable {
        return Err(status.into());
    }
    let error = broker.dial_within(NOBODY, Duration::from_millis(100)).await.err();
    if !matches!(error, Some(BrokerError::NotServed { id: NOBODY, .. })) {
        return Err(format!("{error:?}").into());
    }
    host.callback().await?;
    host.call().await
}

/// Has both sides call each other by the broker again and again, in both directions and several at once. It ends with what does
/// not hold.
///
/// # Errors
///
/// What did not hold.
pub async fn keep_conversing(
    broker: &Broker,
    channel: Channel,
) -> Result<Infallible, Box<dyn Error + Send + Sync>> {
    let host = Host { broker: broker.clone(), desk: DeskClient::new(channel) };
    loop {
        tokio::try_join!(host.callback(), host.call(), host.callback(), host.call())?;
    }
}

#[derive(Clone)]
struct Host {
    broker: Broker,
    desk: DeskClient,
}

type Held = Result<(), Box<dyn Error + Send + Sync>>;

fn equal(actual: &Number, expected: u64) -> Held {
    match actual.value == expected {
        true => Ok(()),
        false => Err(format!("got {}, expected {expected}", actual.value).into()),
    }
}

impl Host {
    /// Has the plugin call an adder of the host's.
    async fn callback(&self) -> Held {
        let served = self.broker.serve(adder(5)?).await?;
        equal(&self.desk.delegate(Task { adder: served.id(), value: 37 }).await?, 42)
    }

    /// Calls an adder of the plugin's.
    async fn call(&self) -> Held {
        let place = self.desk.open(Number { value: 3 }).await?;
        let channel = self.broker.dial_within(place.id, PATIENCE).await?;
        equal(&AdderClient::new(channel).add(Number { value: 39 }).await?, 42)?;
        self.desk.close(place).await?;
        Ok(())
    }

    /// Has the plugin dial what is served only afterwards.
    async fn late(&self) -> Held {
        let id = self.broker.next_id();
        let delegated = self.desk.delegate(Task { adder: id, value: 35 });
        let serving = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            self.broker.serve_on(id, adder(7)?).await.map_err(Box::<dyn Error + Send + Sync>::from)
        };
        let (sum, served) = tokio::join!(delegated, serving);
        let _served = served?;
        equal(&sum?, 42)
    }

    /// Does both for many numbers at once.
    async fn many(&self) -> Held {
        let both = (0..MANY).map(|_| {
            let host = self.clone();
            tokio::spawn(async move { tokio::try_join!(host.callback(), host.call()).map(drop) })
        });
        for held in both.collect::<Vec<_>>() {
            held.await??;
        }
        Ok(())
    }
}
