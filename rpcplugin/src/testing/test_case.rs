use std::fmt;
use std::future::Future;
use std::ops::Deref;

use crate::rpc::Channel;
use crate::testing::{Pair, Setup, TestingError, for_each_route};

/// A fixture: what is served in each test of a protocol, and how its client is made.
///
/// # Examples
///
/// ```
/// use rpcplugin::testing::{self, ProtocolTestCase, Setup};
/// use rpcplugin::{Channel, Status, rpc_protocol};
///
/// #[rpc_protocol]
/// trait Counter {
///     async fn add(&self, number: u64) -> Result<u64, Status>;
/// }
///
/// #[derive(Default)]
/// struct Handler(std::sync::atomic::AtomicU64);
/// impl Counter for Handler {
///     async fn add(&self, number: u64) -> Result<u64, Status> {
///         Ok(self.0.fetch_add(number, std::sync::atomic::Ordering::Relaxed) + number)
///     }
/// }
///
/// struct CounterTest;
/// impl ProtocolTestCase for CounterTest {
///     type Client = CounterClient;
///
///     fn setup_protocol(&self) -> Setup {
///         testing::connect(CounterServer::new(Handler::default()))
///     }
///
///     fn client_of(&self, channel: Channel) -> CounterClient {
///         CounterClient::new(channel)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Every client has a handler of its own.
/// let counter = CounterTest.create_test_client().await?;
/// assert_eq!(counter.add(2).await?, 2);
/// counter.close().await?;
///
/// // The same test on every route.
/// CounterTest.for_each_route(async |counter| assert_eq!(counter.add(3).await.unwrap(), 3)).await;
/// # Ok(())
/// # }
/// ```
pub trait ProtocolTestCase: Sync {
    /// The client of the protocol, as `#[rpc_protocol]` writes it.
    type Client: Send;

    /// What is served, with a state of its own: it is asked once for each client.
    fn setup_protocol(&self) -> Setup;

    /// The client on a channel: `KvClient::new(channel)`.
    fn client_of(&self, channel: Channel) -> Self::Client;

    /// Serves the protocol, and gives a client of it.
    ///
    /// # Errors
    ///
    /// [`TestingError`] when the setup cannot be joined.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes what was opened.
    fn create_test_client(
        &self,
    ) -> impl Future<Output = Result<TestClient<Self::Client>, TestingError>> + Send {
        async {
            let pair = self.setup_protocol().await?;
            Ok(TestClient { client: self.client_of(pair.channel()), pair })
        }
    }

    /// Runs a test on every route: see [`for_each_route`](crate::testing::for_each_route), whose panics are those of this.
    fn for_each_route(&self, test: impl AsyncFn(Self::Client)) -> impl Future<Output = ()> {
        async move {
            let test = async |channel| test(self.client_of(channel)).await;
            for_each_route(|| self.setup_protocol(), test).await;
        }
    }
}

/// A client, and what is served to it. It is used as the client is.
///
/// Dropping it ends both at once; [`close`](TestClient::close) ends them in order, and says what was left behind.
pub struct TestClient<C> {
    client: C,
    pair: Pair,
}

impl<C> TestClient<C> {
    /// What the client stands on.
    #[must_use]
    pub const fn pair(&self) -> &Pair {
        &self.pair
    }

    /// Ends in order: see [`Pair::close`].
    ///
    /// # Errors
    ///
    /// [`TestingError::LeakedCalls`] if calls run on, and [`TestingError::StillOpen`] if the connection does not close.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the handlers' end at once.
    pub async fn close(self) -> Result<(), TestingError> {
        let Self { client, pair } = self;
        drop(client);
        pair.close().await
    }
}

impl<C> Deref for TestClient<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.client
    }
}

impl<C> fmt::Debug for TestClient<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("TestClient").field(&self.pair).finish()
    }
}
