use std::fmt;
use std::sync::Arc;

#[cfg(any(feature = "gzip", feature = "zstd"))]
use crate::compression::Compression;
use crate::interceptors::{Metrics, RequireToken};
use crate::rpc::{Intercepted, Interceptor, Router, RouterError, Service};

/// Services under a name, with what stands around them.
///
/// What is put around it stands around all that is there so far: who is refused further out is not counted further in.
/// Clones share handlers and figures.
///
/// # Examples
///
/// ```
/// use rpcplugin::interceptors::{RequireToken, SendToken};
/// use rpcplugin::{Channel, Code, Protocol, Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Trading")]
/// trait Trading {
///     async fn last_price(&self, symbol: String) -> Result<f64, Status>;
/// }
///
/// struct Market;
/// impl Trading for Market {
///     async fn last_price(&self, symbol: String) -> Result<f64, Status> {
///         match symbol.as_str() {
///             "RUST" => Ok(1.95),
///             _ => Err(Status::not_found("nobody trades it")),
///         }
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let trading = Protocol::new("trading", TradingServer::new(Market))
///     .authenticated(RequireToken::new("desk", "kB3v...")?)
///     .monitored();
///
/// let channel = Channel::local(trading.router()?);
/// let desk = TradingClient::new(channel.clone().intercepted(SendToken::new("kB3v...")?));
/// assert_eq!(desk.last_price("RUST".to_owned()).await?, 1.95);
/// let stranger = TradingClient::new(channel).last_price("RUST".to_owned()).await;
/// assert_eq!(stranger.unwrap_err().code(), Code::Unauthenticated);
///
/// // Monitored around the authentication: whom that refuses is counted.
/// let total = trading.metrics().unwrap().snapshot().total;
/// assert_eq!((total.call_count, total.error_count), (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Protocol {
    name: Arc<str>,
    services: Vec<Intercepted<dyn Service>>,
    /// What counts, the innermost first.
    metrics: Option<Metrics>,
    versions: Vec<u32>,
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub(super) compression: Option<Compression>,
}

impl Protocol {
    /// A service under a name.
    pub fn new(name: impl Into<Arc<str>>, service: impl Service) -> Self {
        let protocol = Self {
            name: name.into(),
            services: Vec::new(),
            metrics: None,
            versions: Vec::new(),
            #[cfg(any(feature = "gzip", feature = "zstd"))]
            compression: None,
        };
        protocol.service(service)
    }

    /// Adds a service. What is around the others already is not around this one.
    #[must_use]
    pub fn service(mut self, service: impl Service) -> Self {
        self.services.push(Intercepted::shared(Arc::new(service)));
        self
    }

    /// Puts an interceptor around all that is there.
    #[must_use]
    pub fn intercepted(mut self, interceptor: impl Interceptor) -> Self {
        let interceptor = Arc::new(interceptor);
        self.services = self.services.into_iter().map(|service| service.wrapped(&interceptor)).collect();
        self
    }

    /// Counts calls, messages and errors of all that is there, for [`metrics`](Self::metrics).
    #[must_use]
    pub fn monitored(self) -> Self {
        let metrics = Metrics::new();
        Self { metrics: Some(metrics.clone()), ..self.intercepted(metrics) }
    }

    /// Lets only those call what is there who send an accepted token.
    #[must_use]
    pub fn authenticated(self, tokens: RequireToken) -> Self {
        self.intercepted(tokens)
    }

    /// The versions of the handshake that it is for, beside those that were named before. A plugin serves it where host and
    /// plugin agree on one of them, and one without a version where it has nothing else for the version.
    #[must_use]
    pub fn versioned(mut self, versions: impl IntoIterator<Item = u32>) -> Self {
        self.versions.extend(versions);
        self
    }

    /// Its name. What is put around it leaves it as it is: who asks for it by name need not know.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The versions that it is for; none where it is for every one.
    #[must_use]
    pub fn versions(&self) -> &[u32] {
        &self.versions
    }

    /// The figures of the outermost [`monitored`](Self::monitored); `None` without one.
    #[must_use]
    pub const fn metrics(&self) -> Option<&Metrics> {
        self.metrics.as_ref()
    }

    /// Its services, ready to be called.
    ///
    /// # Errors
    ///
    /// [`RouterError`] where two of its services claim one path.
    pub fn router(&self) -> Result<Router, RouterError> {
        self.services
            .iter()
            .try_fold(Router::new(), |router, service| router.service(Wrapped(service.clone())))
    }
}

impl fmt::Debug for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Protocol")
            .field("name", &self.name)
            .field("services", &self.services)
            .field("versions", &self.versions)
            .finish_non_exhaustive()
    }
}

/// One of its services.
struct Wrapped(Intercepted<dyn Service>);

impl Service for Wrapped {
    fn spec(&self) -> &'static crate::contract::ServiceSpec {
        self.0.spec()
    }

    fn call(&self, call: crate::call::Call) -> crate::call::ResponseFuture {
        self.0.call(call)
    }
}

#[cfg(feature = "server")]
impl crate::server::PluginServer {
    /// Serves a protocol: its services beside those that are registered, or, where it is for certain versions, instead of them
    /// where one of these is agreed on, as [`version`](Self::version) does.
    ///
    /// # Errors
    ///
    /// [`RouterError`] where it is for certain versions and two of its services claim one path. That another service
    /// claims a path is an error of [`serve`](Self::serve).
    pub fn protocol(mut self, protocol: &Protocol) -> Result<Self, RouterError> {
        #[cfg(any(feature = "gzip", feature = "zstd"))]
        if let Some(compression) = protocol.compression {
            self = self.compression_of_protocol(compression);
        }
        if protocol.versions.is_empty() {
            let services = protocol.services.iter().cloned().map(Wrapped);
            return Ok(services.fold(self, Self::service));
        }
        let router = protocol.router()?;
        for version in &protocol.versions {
            self = self.version(*version, router.clone());
        }
        Ok(self)
    }
}
