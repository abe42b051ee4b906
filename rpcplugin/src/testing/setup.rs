use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::join::join;
use super::running::Ledger;
#[cfg(any(feature = "gzip", feature = "zstd"))]
use crate::compression::Compression;
use crate::compression::MessageTerms;
use crate::limits::MESSAGE_BYTES_DEFAULT;
use crate::rpc::{Interceptor, Router, RouterError, Service};
use crate::testing::{Faults, Pair, Route, TestingError};

/// Joins a service and a channel to it in this process: over gRPC in memory, unless a [route](Setup::route) is named.
///
/// Awaiting what it returns gives the [`Pair`]. For handlers without a wire between, there is
/// [`Channel::local`](crate::Channel::local).
///
/// # Examples
///
/// ```
/// use rpcplugin::{Status, rpc_protocol, testing};
///
/// #[rpc_protocol]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// struct Polite;
/// impl Greeter for Polite {
///     async fn greet(&self, request: String) -> Result<String, Status> {
///         Ok(format!("good morning, {request}"))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pair = testing::connect(GreeterServer::new(Polite)).await?;
/// let greeter = GreeterClient::new(pair.channel());
///
/// assert_eq!(greeter.greet("Ada".to_owned()).await?, "good morning, Ada");
/// pair.close().await?;
/// # Ok(())
/// # }
/// ```
pub fn connect(service: impl Service) -> Setup {
    Setup::from(service)
}

/// What is to be joined, and how. Made by [`connect`]; `.await` does it.
///
/// # Examples
///
/// ```
/// use rpcplugin::testing::{self, Faults, Route};
/// # use rpcplugin::{Status, rpc_protocol};
/// # #[rpc_protocol]
/// # trait Greeter {
/// #     async fn greet(&self, request: String) -> Result<String, Status>;
/// # }
/// # struct Polite;
/// # impl Greeter for Polite {
/// #     async fn greet(&self, request: String) -> Result<String, Status> { Ok(request) }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let faults = Faults::new();
/// let pair = testing::connect(GreeterServer::new(Polite))
///     .route(Route::unix().mutual_tls())
///     .faults(&faults)
///     .message_bytes_max(64 * 1024)
///     .await?;
/// let greeter = GreeterClient::new(pair.channel());
///
/// greeter.greet("Ada".to_owned()).await?;
/// faults.cut();
/// assert!(greeter.greet("Ada".to_owned()).await.is_err());
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is joined until it is awaited"]
pub struct Setup {
    router: Result<Router, RouterError>,
    pub(super) ledger: Ledger,
    pub(super) route: Route,
    pub(super) faults: Option<Faults>,
    pub(super) client_terms: MessageTerms,
    pub(super) handler_terms: MessageTerms,
}

impl Setup {
    /// One more service. Two that claim one path are an error when the setup is awaited.
    pub fn service(mut self, service: impl Service) -> Self {
        self.router = self.router.and_then(|router| router.service(service));
        self
    }

    /// An interceptor on the handlers' side, further in than those before it. One on the client's side is the channel's:
    /// `pair.channel().intercepted(..)`.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.router = self.router.map(|router| router.interceptor(interceptor));
        self
    }

    /// How calls are carried. gRPC in memory unless set.
    pub const fn route(mut self, route: Route) -> Self {
        self.route = route;
        self
    }

    /// Puts these faults between the two ends, below TLS where there is TLS. They are for one connection.
    pub fn faults(mut self, faults: &Faults) -> Self {
        self.faults = Some(faults.clone());
        self
    }

    /// The largest message in either direction, in bytes, on both sides. 64 MiB unless set; a local channel has no bound.
    pub const fn message_bytes_max(self, bytes: usize) -> Self {
        self.client_message_bytes_max(bytes).handler_message_bytes_max(bytes)
    }

    /// The same of the client's side alone.
    pub const fn client_message_bytes_max(mut self, bytes: usize) -> Self {
        self.client_terms.bytes_max = bytes;
        self
    }

    /// The same of the handlers' side alone.
    pub const fn handler_message_bytes_max(mut self, bytes: usize) -> Self {
        self.handler_terms.bytes_max = bytes;
        self
    }

    /// What both sides make of compression. Nothing unless set; a local channel compresses nothing.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub const fn compression(self, compression: Compression) -> Self {
        self.client_compression(compression).handler_compression(compression)
    }

    /// The same of the client's side alone.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub const fn client_compression(mut self, compression: Compression) -> Self {
        self.client_terms.compression = compression;
        self
    }

    /// The same of the handlers' side alone.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub const fn handler_compression(mut self, compression: Compression) -> Self {
        self.handler_terms.compression = compression;
        self
    }

    /// The services, or why there are none.
    pub(super) fn router(&mut self) -> Result<Router, TestingError> {
        let router = std::mem::replace(&mut self.router, Ok(Router::new()));
        router.map_err(|source| TestingError::Router { source })
    }
}

impl<S: Service> From<S> for Setup {
    fn from(service: S) -> Self {
        let ledger = Ledger::default();
        Self {
            router: Router::new().interceptor(ledger.clone()).service(service),
            ledger,
            route: Route::memory(),
            faults: None,
            client_terms: MESSAGE_BYTES_DEFAULT.into(),
            handler_terms: MESSAGE_BYTES_DEFAULT.into(),
        }
    }
}

/// # Errors
///
/// [`TestingError`] when two services claim one path, or the machine gives no socket, or a fault hits the TLS handshake.
///
/// # Cancel safety
///
/// Dropping the future closes what was opened.
impl IntoFuture for Setup {
    type Output = Result<Pair, TestingError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(join(self))
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Setup")
            .field("router", &self.router)
            .field("route", &self.route)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}
