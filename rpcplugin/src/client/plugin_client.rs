use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;

use super::heartbeat::Heartbeat;
use super::process::Process;
use super::stop::{Held, Stopped, stop};
use super::{ExitWatch, PluginClientBuilder, PluginExit, StopTimes};
#[cfg(feature = "broker")]
use crate::broker::Broker;
use crate::call::Peer;
use crate::discovery::{DescribeError, PluginDescription};
use crate::handshake::{Accepted, Cookie};
use crate::rpc::Channel;
use crate::transport::Address;
use crate::transport::tls::Identity;
use crate::wire::{Protocol, Wire};

/// A running plugin. Dropping it kills the process, and if this process is killed, the plugin is too.
///
/// One that this host has [attached](PluginClientBuilder::attach) to was there before, and goes on in both cases.
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
    /// What this host shows, where it was made for this run.
    pub(super) identity: Option<Arc<Identity>>,
    #[cfg(feature = "broker")]
    pub(super) broker: Broker,
    pub(super) stop_times: StopTimes,
    /// Dropped after the process. `None` from the beginning of a stop on.
    pub(super) held: Mutex<Option<Held>>,
    pub(super) stopped: OnceCell<Stopped>,
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

    /// Asks the plugin which services, methods and messages it has: [`Channel::describe`]. A plugin of this crate says so where
    /// [`PluginServer::reflection`](crate::PluginServer::reflection) is on, and one of go-plugin always.
    ///
    /// # Errors
    ///
    /// [`DescribeError::NotOffered`] from a plugin that does not say so; see [`Channel::describe`].
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: nothing changes by asking.
    pub async fn describe(&self) -> Result<PluginDescription, DescribeError> {
        self.calls.describe().await
    }

    /// Serves further services for the plugin, and calls those that it serves.
    #[cfg(feature = "broker")]
    #[must_use]
    pub fn broker(&self) -> Broker {
        self.broker.clone()
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

    /// Whether the connection is TLS with a certificate of each side that went through the handshake: made for this run, or
    /// announced.
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
    /// It always returns, whatever the plugin and those that it started do: within the [`StopTimes`], three seconds together
    /// unless set. Any number of tasks may ask for it, and ask again: there is one end, and all are told of it.
    ///
    /// A plugin that this host has [attached](PluginClientBuilder::attach) to is sent signals only where its process is known, and
    /// nobody says how it ended. One in test mode goes on: this host only lets go of it, and the connection ends with the last
    /// clone of the channel.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills the process, if it was the one that ended the plugin: that of an attached one as well, where it is
    /// known. Others that wait go on.
    pub async fn stop(&self) -> Stopped {
        self.stopped.get_or_init(|| self.end(self.stop_times)).await.clone()
    }

    /// Kills it, as the last stage of a stop does.
    pub(super) async fn kill(&self) -> Stopped {
        let times = self.stop_times.with_ask(Duration::ZERO).with_terminate(Duration::ZERO);
        self.stopped.get_or_init(|| self.end(times)).await.clone()
    }

    /// Whether the connection was given up because nothing came.
    pub(super) fn is_silent(&self) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let heartbeat = held.as_ref().and_then(|held| held.heartbeat.as_ref());
        heartbeat.is_some_and(Heartbeat::has_fallen_silent)
    }

    async fn end(&self, times: StopTimes) -> Stopped {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        match held {
            Some(held) => Box::pin(stop(&self.process, &self.channel, held, times)).await,
            None if !self.process.is_ended_by_hosts() => Stopped { exit: None, killed: false },
            // Whoever ended it was dropped meanwhile, and has killed it, where that is possible.
            None => {
                let exit = self.process.kill(times.kill()).await;
                Stopped { exit, killed: self.process.is_killable() }
            }
        }
    }
}

impl fmt::Debug for PluginClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PluginClient")
            .field("process", &self.process)
            .field("channel", &self.calls)
            .field("accepted", &self.accepted)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}
