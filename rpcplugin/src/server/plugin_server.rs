use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::bring_up::{Ready, announce, bring_up};
use super::capture::HeldStdout;
use super::offered::{Offered, VersionSets};
#[cfg(feature = "broker")]
use super::own_services::with_broker;
use super::own_services::with_own_services;
use super::parent::HostEnd;
#[cfg(feature = "broker")]
use super::shared_sockets::serve_shared;
use super::signals::Signals;
use super::wind_down::serve_until;
use super::{HealthReporter, ServeError, StdioWriter};
#[cfg(feature = "broker")]
use crate::accept::Attend;
use crate::accept::{Connections, ServerLimits, Serving};
#[cfg(not(feature = "broker"))]
use crate::accept::{Source, serve_connections};
#[cfg(feature = "broker")]
use crate::broker::{Broker, Ground, Sessions, Straight};
#[cfg(any(feature = "gzip", feature = "zstd"))]
use crate::compression::Compression;
use crate::compression::MessageTerms;
use crate::contract::VersionedProtocol;
use crate::handshake::{CLIENT_CERT, Cookie};
use crate::limits::{MESSAGE_BYTES_DEFAULT, SERVE_GRACE_DEFAULT};
use crate::rpc::{Interceptor, Router, Service};
use crate::services::reflection::with_reflection;
use crate::services::stdio::StdioQueue;
use crate::services::versions::{OfferedVersions, VersionsServer};
use crate::transport::TlsConfig;
use crate::wire::Servers;

/// What a plugin listens on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// A socket file in a directory that only this user can enter. Usual, except on Windows, where it cannot be had.
    #[cfg_attr(unix, default)]
    Unix,
    /// A port on the loopback address, from the range that the host names. Usual on Windows.
    #[cfg_attr(windows, default)]
    Tcp,
}

/// A plugin: services behind a socket, for the host that started this process.
///
/// Besides the registered services it offers what every go-plugin host expects: the controller that ends it, the stdio
/// stream, and health.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::{Cookie, PluginServer, ServeError, Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Greeter")]
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
/// # fn main() -> Result<(), ServeError> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a").map_err(ServeError::Cookie)?;
/// PluginServer::new(cookie).service(GreeterServer::new(Polite)).serve().await
/// # })
/// # }
/// ```
#[must_use = "a plugin does nothing until `serve` is awaited"]
pub struct PluginServer {
    cookie: Cookie,
    pub(super) sets: VersionSets,
    protocols: Vec<VersionedProtocol>,
    transport: Transport,
    /// `None`: as is usual where the plugin serves.
    capture_stdout: Option<bool>,
    tls: Option<TlsConfig>,
    auto_mtls: bool,
    pub(super) ends_with_parent: bool,
    stop_grace: Duration,
    messages: MessageTerms,
    /// What its protocols make of compression, all together.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    protocols_compression: Option<Compression>,
    limits: ServerLimits,
    accept_other_users: bool,
    reflection: bool,
    connections: Connections,
    stop: Arc<watch::Sender<bool>>,
    serving: Arc<watch::Sender<bool>>,
    stdio: Arc<StdioQueue>,
    output_ended: watch::Sender<bool>,
    #[cfg(feature = "broker")]
    sessions: Arc<Sessions>,
}

impl PluginServer {
    /// A plugin that serves protocol version 1 on a unix socket, on Windows on TCP, for a host with the same cookie.
    pub fn new(cookie: Cookie) -> Self {
        let (stop, _) = watch::channel(false);
        let (output_ended, ended) = watch::channel(false);
        Self {
            cookie,
            sets: VersionSets::new(),
            protocols: Vec::new(),
            transport: Transport::default(),
            capture_stdout: None,
            tls: None,
            auto_mtls: true,
            ends_with_parent: false,
            stop_grace: SERVE_GRACE_DEFAULT,
            messages: MESSAGE_BYTES_DEFAULT.into(),
            #[cfg(any(feature = "gzip", feature = "zstd"))]
            protocols_compression: None,
            limits: ServerLimits::new(),
            accept_other_users: false,
            reflection: false,
            connections: Connections::default(),
            stop: Arc::new(stop),
            serving: Arc::new(watch::Sender::new(true)),
            stdio: Arc::new(StdioQueue::new(ended)),
            output_ended,
            #[cfg(feature = "broker")]
            sessions: Arc::default(),
        }
    }

    /// Registers a service. Two services that claim one path are an error of [`serve`](Self::serve).
    pub fn service(mut self, service: impl Service) -> Self {
        self.sets.common = self.sets.common.and_then(|router| router.service(service));
        self
    }

    /// Adds an interceptor, further in than those before it: it sees the calls of every registered service, and not of those
    /// that every plugin offers unasked.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.sets.common = self.sets.common.map(|router| router.interceptor(interceptor));
        self
    }

    /// The versions of the contract that this plugin serves; the highest that the host knows too is used. Version 1 unless set,
    /// or those of [`version`](Self::version) where nothing else is registered.
    pub fn protocol_versions(mut self, versions: impl IntoIterator<Item = u32>) -> Self {
        self.sets.versions = Some(versions.into_iter().collect());
        self
    }

    /// Serves these services, with the router's own interceptors, where this version is agreed on with the host, instead of those
    /// that [`service`](Self::service) has registered.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Cookie, PluginServer, Router};
    /// # use rpcplugin::Status;
    ///
    /// # mod old {
    /// # use rpcplugin::{Status, rpc_protocol};
    /// #[rpc_protocol(service = "example.v1.Greeter")]
    /// pub trait Greeter {
    ///     async fn greet(&self, request: String) -> Result<String, Status>;
    /// }
    /// # }
    /// # mod new {
    /// # use rpcplugin::{Status, rpc_protocol};
    /// #[rpc_protocol(service = "example.v2.Greeter")]
    /// pub trait Greeter {
    ///     async fn welcome(&self, request: String) -> Result<String, Status>;
    /// }
    /// # }
    ///
    /// struct Polite;
    /// # impl old::Greeter for Polite {
    /// #     async fn greet(&self, request: String) -> Result<String, Status> { Ok(request) }
    /// # }
    /// # impl new::Greeter for Polite {
    /// #     async fn welcome(&self, request: String) -> Result<String, Status> { Ok(request) }
    /// # }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = PluginServer::new(Cookie::new("GREETER_PLUGIN", "5d1a")?)
    ///     .version(1, Router::new().service(old::GreeterServer::new(Polite))?)
    ///     .version(2, Router::new().service(new::GreeterServer::new(Polite))?);
    /// # drop(server);
    /// # Ok(())
    /// # }
    /// ```
    pub fn version(mut self, version: u32, services: Router) -> Self {
        self.sets.add(version, services);
        self
    }

    /// Says to hosts that ask which versions of a contract this plugin supports: [`VersionedProtocol::negotiate_over`]. The last
    /// word for a name counts.
    pub fn versioned_protocol(mut self, protocol: VersionedProtocol) -> Self {
        self.protocols.retain(|other| other.name() != protocol.name());
        self.protocols.push(protocol);
        self
    }

    /// What to listen on.
    pub const fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Whether what this process prints to standard output goes to the host's stdio stream. It does unless turned off, and
    /// in [test mode](Self::listen) it does only if turned on. On Windows it cannot: what is printed there is read by the host all
    /// the same, from standard output itself, and to turn this on is an error of [`serve`](Self::serve).
    pub const fn capture_stdout(mut self, capture: bool) -> Self {
        self.capture_stdout = Some(capture);
        self
    }

    /// TLS with certificates of your own. Unless they are [announced](TlsConfig::announced), the host must have
    /// [its own](crate::PluginClientBuilder::tls) as well: one that offers a certificate made for this run finds none
    /// announced, and refuses the plugin.
    pub fn tls(mut self, tls: TlsConfig) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Whether the plugin takes part where its host proves itself by a certificate made for this run. It does unless turned off,
    /// and then there is no TLS but with [its own certificates](Self::tls): a host that wants it refuses the plugin.
    pub const fn auto_mtls(mut self, take_part: bool) -> Self {
        self.auto_mtls = take_part;
        self
    }

    /// How long calls that run may go on after the plugin was asked to end. One second unless set.
    ///
    /// What they print in this time still reaches the host. To send it takes the plugin up to 0.8 seconds more.
    /// Hosts kill a plugin that takes longer than they wait: a Go host two seconds, this crate's two and a half.
    pub const fn stop_grace(mut self, grace: Duration) -> Self {
        self.stop_grace = grace;
        self
    }

    /// The largest message in either direction, in bytes. 64 MiB unless set.
    pub const fn message_bytes_max(mut self, bytes: usize) -> Self {
        self.messages.bytes_max = bytes;
        self
    }

    /// Which compressed messages the plugin reads, and whether it sends any. None unless set. It holds for what is served
    /// over the broker as well.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub const fn compression(mut self, compression: Compression) -> Self {
        self.messages.compression = compression;
        self
    }

    /// The same for the services of one protocol.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub(crate) const fn compression_of_protocol(mut self, compression: Compression) -> Self {
        self.protocols_compression = Some(match self.protocols_compression {
            Some(others) => others.with_protocol(compression),
            None => Compression::new().with_protocol(compression),
        });
        self
    }

    /// What the plugin makes of its messages: what it was told, and what its protocols were, in whichever order.
    const fn message_terms(&self) -> MessageTerms {
        #[cfg(any(feature = "gzip", feature = "zstd"))]
        if let Some(protocols) = self.protocols_compression {
            return MessageTerms::new(
                self.messages.bytes_max,
                self.messages.compression.with_protocol(protocols),
            );
        }
        self.messages
    }

    /// How many connections the plugin has, and for how long it waits for them.
    pub const fn limits(mut self, limits: ServerLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether processes of other users of the machine may connect to the unix socket. Only this process's own user and
    /// root may unless turned on.
    ///
    /// The socket is in a directory that others cannot enter: turning this on is of use only where somebody opens it to
    /// them. A host can open it to a group ([`socket_group`](crate::PluginClientBuilder::socket_group)), and its members may
    /// connect without this. Over mutual TLS they still need the host's key.
    pub const fn accept_other_users(mut self, accept: bool) -> Self {
        self.accept_other_users = accept;
        self
    }

    /// Whether hosts and tools may ask which services, methods and messages there are: by gRPC's reflection, past the interceptors.
    /// Not unless turned on. See [`PluginClient::describe`](crate::PluginClient::describe) for what it is for.
    pub const fn reflection(mut self, is_answered: bool) -> Self {
        self.reflection = is_answered;
        self
    }

    /// What becomes of the plugin's connections, in numbers, to be asked while it serves.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Cookie, PluginServer};
    ///
    /// let server = PluginServer::new(Cookie::new("GREETER_PLUGIN", "5d1a").unwrap());
    /// let connections = server.connections();
    /// // Then, beside `server.serve()`:
    /// assert_eq!(connections.counts().accepted, 0);
    /// ```
    pub fn connections(&self) -> Connections {
        self.connections.clone()
    }

    /// A writer to the host's output, for handlers.
    pub fn stdio(&self) -> StdioWriter {
        StdioWriter::new(Arc::clone(&self.stdio))
    }

    /// Says whether the plugin can do its work, to hosts that ask for its health.
    pub fn health_reporter(&self) -> HealthReporter {
        HealthReporter::new(Arc::clone(&self.serving))
    }

    /// Serves further services for the host, and calls those that it serves: for handlers.
    #[cfg(feature = "broker")]
    pub fn broker(&self) -> Broker {
        Broker::of_plugin(Arc::clone(&self.sessions))
    }

    /// Serves until the host asks the plugin to end, until SIGTERM, or until the host is gone: a host made with this crate
    /// lets its plugins see that, and others are looked at where [that is wanted](Self::end_with_parent). On Windows Ctrl-Break
    /// stands in the place of SIGTERM.
    ///
    /// SIGINT is left to the host: at a terminal both get it, and the host ends its plugins in order.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the process was not started by its host, or cannot listen. The end of a connection is none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the plugin at once: connections are closed and the socket is removed.
    pub async fn serve(mut self) -> Result<(), ServeError> {
        let offered = self.offered()?;
        let host = HostEnd::of(self.ends_with_parent, variable);
        let mut signals = Signals::listen()?;
        // Before anything else: a person who starts the program by hand must see what it prints, and find no socket.
        self.cookie.check(variable).map_err(ServeError::Cookie)?;
        // Before the line: a host takes the first that comes for it, whoever printed that.
        let held = self.hold_stdout(true)?;
        let mut ready = self.bring_up(&offered, variable).await?;
        announce(&ready.line, held.as_ref())?;
        let router = offered.of(ready.line.version);
        let host = host.with_lifeline(ready.host.take());
        let asked = async {
            tokio::select! {
                () = signals.terminate() => {}
                () = host.gone() => tracing::warn!("the host is gone; this plugin ends"),
            }
        };
        // In a box: what it holds while it serves is not the size of what it needs to begin.
        Box::pin(self.run(router, ready, held, asked)).await
    }

    /// Listens, for a host that says this.
    pub(super) async fn bring_up(
        &self,
        offered: &Offered,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Ready, ServeError> {
        // What is not looked at was not offered.
        let lookup = |variable: &str| match !self.auto_mtls && self.tls.is_none() && variable == CLIENT_CERT {
            true => None,
            false => lookup(variable),
        };
        bring_up(&offered.versions(), self.transport, self.tls.as_ref(), lookup).await
    }

    /// Begins to capture what is printed, as the user wants it.
    pub(super) fn hold_stdout(&self, is_usual: bool) -> Result<Option<HeldStdout>, ServeError> {
        let held = self.capture_stdout.unwrap_or(is_usual && HeldStdout::IS_USUAL).then(HeldStdout::hold);
        held.transpose().map_err(ServeError::Capture)
    }

    /// The services, this crate's own among them, where all that was said can be served.
    pub(super) fn offered(&mut self) -> Result<Offered, ServeError> {
        let sets = std::mem::replace(&mut self.sets, VersionSets::new());
        sets.offered(|router| {
            let router = with_own_services(router, &self.stop, self.serving.clone(), &self.stdio)?;
            let router = match &*self.protocols {
                [] => router,
                protocols => {
                    router.own_service(VersionsServer::new(OfferedVersions::new(protocols.to_vec())))?
                }
            };
            #[cfg(feature = "broker")]
            let router = with_broker(router, &self.sessions, self.output_ended.subscribe())?;
            if self.reflection { with_reflection(router) } else { Ok(router) }
        })
    }

    /// Serves whoever connects, until the host asks the plugin to end, or `asked` is ready.
    pub(super) async fn run(
        self,
        router: Router,
        ready: Ready,
        held: Option<HeldStdout>,
        asked: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        // The host waits no longer: what it does not need to connect comes after the line.
        let writer = StdioWriter::new(Arc::clone(&self.stdio));
        let captured = held.map(|held| held.forward_to(writer)).transpose().map_err(ServeError::Capture)?;
        let acceptor = ready.acceptor()?;
        let messages = self.message_terms();
        #[cfg(feature = "broker")]
        self.sessions.begin(Ground {
            credentials: ready.credentials(),
            listen_at: ready.listen_at,
            limits: self.limits.clone(),
            accept_other_users: self.accept_other_users,
            group: ready.group,
            messages,
            ways: Arc::new(Straight),
        });
        let running = router.running();
        let servers = Servers::new(Arc::new(router), messages);
        let mut stopping = self.stop.subscribe();
        let serving = Serving {
            acceptor,
            servers,
            limits: self.limits,
            accept_other_users: self.accept_other_users,
            group: ready.group,
            connections: self.connections,
            #[cfg(feature = "broker")]
            attend: Some(attend(self.sessions)),
            stop: stopping.clone(),
        };
        #[cfg(feature = "broker")]
        let serving = serve_shared(ready.listener, ready.is_shared, serving);
        #[cfg(not(feature = "broker"))]
        let serving = serve_connections(Source::Socket(ready.listener), serving);
        let asked = async {
            tokio::select! {
                () = asked => { self.stop.send_replace(true); }
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        };
        // What was printed goes out before the stdio stream ends.
        let settle = async {
            if let Some(captured) = captured {
                captured.finish().await;
            }
            self.output_ended.send_replace(true);
        };
        if !serve_until(serving, asked, running.ended(), settle, self.stop_grace).await {
            tracing::warn!(grace = ?self.stop_grace, "calls were still running when the plugin ended");
        }
        Ok(())
    }
}

impl fmt::Debug for PluginServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PluginServer")
            .field("sets", &self.sets)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

/// A variable that is no UTF-8 is not one that is not set: what it spoils is found by whoever reads it.
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Each connection has a session of its own.
#[cfg(feature = "broker")]
fn attend(sessions: Arc<Sessions>) -> Attend {
    Box::new(move |peer, protocol, mux| Box::new(sessions.enter(peer, protocol, mux)))
}

#[cfg(test)]
mod tests;
