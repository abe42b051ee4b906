//! A contract with a method of each kind, and handlers that behave the same in all four.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};
use rpcplugin::testing::{MockService, Route};
use rpcplugin::{Context, Status, Streaming, Wire, rpc_protocol};

#[rpc_protocol(service = "test.Four")]
pub(crate) trait Four {
    async fn one(&self, request: Vec<u8>) -> Result<Vec<u8>, Status>;
    async fn many(&self, request: Vec<u8>) -> Result<Streaming<Vec<u8>>, Status>;
    async fn take(&self, requests: Streaming<Vec<u8>>) -> Result<Vec<u8>, Status>;
    async fn swap(&self, requests: Streaming<Vec<u8>>) -> Result<Streaming<Vec<u8>>, Status>;
}

/// In memory, on each wire.
pub(crate) fn in_memory() -> [Route; 2] {
    [Route::memory().wire(Wire::Binary), Route::memory().wire(Wire::Grpc)]
}

/// The same way with each wire; a local one has none.
pub(crate) fn on_each_wire(route: Route) -> Vec<Route> {
    match route.carrier() {
        Some(_) => [Wire::Binary, Wire::Grpc].map(|wire| route.wire(wire)).to_vec(),
        None => vec![route],
    }
}

/// The methods, one of each kind.
pub(crate) const METHODS: [&str; 4] = ["One", "Many", "Take", "Swap"];

/// A service whose methods read all requests, and then answer as `behave` does. A stream of responses has a message before
/// that, so that the call has begun on both sides.
pub(crate) fn four<F, R>(behave: F) -> MockService
where
    F: Fn(Context) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Vec<u8>, Status>> + Send + 'static,
{
    let mock = MockService::new(FourClient::SPEC);
    let one = behave.clone();
    mock.always("One").unwrap().unary_unary(move |context, _: Vec<u8>| one(context)).unwrap();
    let many = behave.clone();
    let answer = move |context, _: Vec<u8>| {
        let last = many(context);
        async { Ok(begun_then(last)) }
    };
    mock.always("Many").unwrap().unary_stream(answer).unwrap();
    let take = behave.clone();
    let answer = move |context, requests| {
        let answer = take(context);
        async {
            drain(requests).await?;
            answer.await
        }
    };
    mock.always("Take").unwrap().stream_unary(answer).unwrap();
    let answer = move |context, requests| {
        let answer = behave(context);
        let last = async {
            drain(requests).await?;
            answer.await
        };
        async { Ok(begun_then(last)) }
    };
    mock.always("Swap").unwrap().stream_stream(answer).unwrap();
    mock
}

async fn drain(mut requests: Streaming<Vec<u8>>) -> Result<(), Status> {
    while requests.message().await?.is_some() {}
    Ok(())
}

fn begun_then(last: impl Future<Output = Result<Vec<u8>, Status>> + Send + 'static) -> Streaming<Vec<u8>> {
    Streaming::new(stream::iter([Ok(b"begun".to_vec())]).chain(stream::once(last)))
}

/// The whole of a call: its last response. Streams of requests are `requests`, single ones the first of them.
pub(crate) async fn call_with(
    four: &FourClient,
    method: &str,
    requests: Vec<Vec<u8>>,
) -> Result<Vec<u8>, Status> {
    let first = requests.first().cloned().unwrap_or_default();
    match method {
        "One" => four.one(first).await,
        "Many" => last(four.many(first).await?).await,
        "Take" => four.take(Streaming::from_iter(requests)).await,
        "Swap" => last(four.swap(Streaming::from_iter(requests)).await?).await,
        other => panic!("no method {other}"),
    }
}

/// The whole of a call with short requests.
pub(crate) async fn call(four: &FourClient, method: &str) -> Result<Vec<u8>, Status> {
    call_with(four, method, vec![b"first".to_vec(), b"second".to_vec()]).await
}

async fn last(mut responses: Streaming<Vec<u8>>) -> Result<Vec<u8>, Status> {
    assert_eq!(responses.message().await?.as_deref(), Some(&b"begun"[..]));
    let last = responses.message().await?.ok_or_else(|| Status::data_loss("the last response is missing"))?;
    assert_eq!(responses.message().await?, None);
    Ok(last)
}

/// Counts what is alive: a handler holds a [`Held`] of it.
#[derive(Clone, Default)]
pub(crate) struct Alive(Arc<AtomicUsize>);

pub(crate) struct Held(Alive);

impl Alive {
    pub(crate) fn hold(&self) -> Held {
        self.0.fetch_add(1, Ordering::SeqCst);
        Held(self.clone())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A service that never gets to its last response, and what it holds meanwhile.
pub(crate) fn endless() -> (MockService, Alive) {
    let alive = Alive::default();
    let counted = alive.clone();
    let mock = four(move |_context| {
        let held = counted.hold();
        async move {
            let _held = held;
            std::future::pending().await
        }
    });
    (mock, alive)
}
