use std::fmt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use super::heartbeat::Heartbeat;
use super::process::Process;
use super::stdio::Output;
use super::{ExitWatch, PluginClientBuilder, PluginExit};
#[cfg(feature = "broker")]
use crate::broker::{Broker, HostBroker};
use crate::call::Peer;
use crate::handshake::{Accepted, Cookie};
use crate::limits::UNANSWERED_END_TIMEOUT;
use crate::quote::quote;
use crate::rpc::Channel;
use crate::services::controller::{Controller, ControllerClient};
use crate::services::plugin::Empty;
use crate::transport::{Address, SocketDirectory};
use crate::wire::{Protocol, Wire};

/// A running plugin. Dropping it kills the process, and if this process is killed, the plugin is too.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::{Cookie, PluginClient, Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Greeter")]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// # async fn host() -> Result<(), Box<dyn std::error::Error>> {
/// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
/// let plugin = PluginClient::builder("target/debug/greeter", cookie).start().await?;
/// let greeter = GreeterClient::new(plugin.channel());
/// println!("{}", greeter.greet("Ada".to_owned()).await?);
/// plugin.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct PluginClient {
    pub(super) process: Process,
    /// For the calls that this crate makes itself: without the user's interceptors.
    pub(super) channel: Channel,
    /// For the calls of the user.
    pub(super) calls: Channel,
    pub(super) peer: Arc<Peer>,
    pub(super) accepted: Accepted,
    pub(super) protocol: Protocol,
    pub(super) output: Output,
    pub(super) heartbeat: Option<Heartbeat>,
    #[cfg(feature = "broker")]
    pub(super) broker: HostBroker,
    pub(super) stop_grace: Duration,
    /// Dropped after the process: what a killed plugin left there goes with it.
    pub(super) sockets: SocketDirectory,
}

impl PluginClient {
    /// The options for starting `program` as a plugin. The cookie is the one that the plugin was built with.
    pub fn builder(program: impl Into<PathBuf>, cookie: Cookie) -> PluginClientBuilder {
        PluginClientBuilder::new(program.into(), cookie)
    }

    /// The connection, for the clients of contracts.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.calls.clone()
    }

    /// Serves further services for the plugin, and calls those that it serves.
    #[cfg(feature = "broker")]
    #[must_use]
    pub fn broker(&self) -> Broker {
        self.broker.broker()
    }

    /// The version of the contract that the plugin chose.
    #[must_use]
    pub const fn protocol_version(&self) -> u32 {
        self.accepted.version
    }

    /// Which wire carries the calls: [`Wire::Binary`] or [`Wire::Grpc`], as both sides could agree.
    #[must_use]
    pub fn wire(&self) -> Wire {
        self.protocol.into()
    }

    /// Where the plugin listens.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.accepted.address
    }

    /// Whether the connection is TLS with a certificate of each side, made for this run.
    ///
    /// The plugin has proved its own, and was given ours. Whether it lets others in that show none is its own affair: a
    /// plugin made with this crate or with go-plugin does not, pyvider's does unless it is told otherwise.
    #[must_use]
    pub const fn is_mutual_tls(&self) -> bool {
        self.accepted.certificate.is_some()
    }

    /// Who is at the other end of the connection, as the operating system and TLS say.
    #[must_use]
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The process id; `None` once it is known that the process has ended.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// How the plugin ended; `None` as long as it runs. See [`ExitWatch::now`].
    #[must_use]
    pub fn exited(&self) -> Option<Arc<PluginExit>> {
        self.process.watch().now()
    }

    /// Waits for the end of the plugin, beside whatever else is done with it, and after this value is gone.
    #[must_use]
    pub fn exit_watch(&self) -> ExitWatch {
        self.process.watch().clone()
    }

    /// Ends the plugin: asks it over the connection, then by SIGTERM, and then kills it and its process group.
    ///
    /// The first two share the grace time: two thirds of it for the first, unless its request fails at once.
    /// It always returns: within the grace time, and at most three seconds more for a kill and for the last output.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills the process.
    pub async fn stop(self) -> Stopped {
        #[cfg(feature = "broker")]
        let broker = self.broker;
        let Self { process, channel, calls, output, heartbeat, stop_grace, sockets, .. } = self;
        // Stopping has times of its own.
        drop(heartbeat);
        drop(calls);
        process.expect_end();
        let deadline = tokio::time::Instant::now() + stop_grace;
        let ended = match ask_to_end(&channel, &process, stop_grace / 3 * 2).await {
            Some(exit) => Some(exit),
            None => {
                process.terminate().await;
                process.wait(deadline.saturating_duration_since(tokio::time::Instant::now())).await
            }
        };
        let stopped = match ended {
            Some(exit) => Stopped { exit: Some(exit), killed: false },
            None => {
                tracing::warn!(grace = ?stop_grace, "the plugin did not end by itself; killing it");
                Stopped { exit: process.kill().await, killed: true }
            }
        };
        // What was brokered was there for the plugin's last calls.
        #[cfg(feature = "broker")]
        drop(broker);
        // The stdio stream ends with the connection, and the connection with its last handle.
        drop(channel);
        output.finish().await;
        drop(sockets);
        stopped
    }
}

impl fmt::Debug for PluginClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PluginClient")
            .field("process", &self.process)
            .field("channel", &self.channel)
            .field("accepted", &self.accepted)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}

/// Asks the plugin to end and waits for it. `None` if it could not be asked, or did not end in time.
async fn ask_to_end(channel: &Channel, process: &Process, limit: Duration) -> Option<Arc<PluginExit>> {
    let controller = ControllerClient::new(channel.clone());
    let asked = tokio::time::timeout(limit, async {
        match controller.shutdown(Empty {}).await {
            Ok(Empty {}) => Some(process.ended().await),
            // A plugin may be gone before its answer is out, and an older one may not know the request.
            Err(status) => {
                let message = quote(status.message());
                tracing::debug!(code = %status.code(), message, "the plugin did not answer the request to end");
                process.wait(UNANSWERED_END_TIMEOUT).await
            }
        }
    });
    asked.await.ok().flatten()
}

/// How a plugin was stopped.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stopped {
    /// How it ended; `None` if that is not known even after the kill: a process in an uninterruptible sleep ends later.
    pub exit: Option<Arc<PluginExit>>,
    /// Whether it had to be killed.
    pub killed: bool,
}

impl Stopped {
    /// Whether the plugin ended by itself and says that all went well.
    #[must_use]
    pub fn is_graceful(&self) -> bool {
        !self.killed && self.status().is_some_and(|status| status.success())
    }

    /// The exit status of its process, where it is known.
    #[must_use]
    pub fn status(&self) -> Option<ExitStatus> {
        self.exit.as_ref().and_then(|exit| exit.status())
    }
}
