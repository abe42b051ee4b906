use std::fmt;
use std::io;
use std::sync::{Arc, PoisonError};

use super::handover::entrust;
use super::{PluginClient, PluginExit, guard};
use crate::handshake::ReattachConfig;
use crate::transport::ReattachSecret;

/// A plugin that its host has let go of: all that another host needs to attach to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Detached {
    /// Where it is. There is no secret in it.
    pub config: ReattachConfig,
    /// What it takes to be its host over the mutual TLS of its start; `None` without that.
    pub secret: Option<ReattachSecret>,
}

/// Why a host could not let go of a plugin.
///
/// Its `Debug` is its text, so that a `main` that returns it says what is wrong.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum DetachError {
    /// There is no plugin any more.
    #[error("there is nothing to let go of: {0}")]
    Ended(Arc<PluginExit>),
    /// Somebody has asked for its end already.
    #[error("the plugin is being stopped; let go of it instead of that")]
    Stopped,
    /// A runner has started it.
    #[error(
        "what a runner has started is its own; only a plugin that this host has started itself can be let go of"
    )]
    OfARunner,
    /// Nobody reads the output of a plugin from now on: that needs a system on which a pipe can be opened once more.
    #[error(
        "a plugin that this host has started cannot be let go of on this system, only on Linux; it was killed: have something else start it, and attach to it"
    )]
    Unsupported,
    /// Nobody could be found who reads its output from now on. It is killed.
    #[error("failed to start {shell}, which would read the plugin's output: {source}; it was killed", shell = guard::SHELL)]
    Caretaker {
        /// The operating system's reason.
        source: io::Error,
    },
}

impl PluginClient {
    /// Lets go of the plugin: it goes on without this host, and another one, or this one, may
    /// [attach](super::PluginClientBuilder::attach) to it.
    ///
    /// From now on it is not killed with this host, its output on the pipes of its process goes nowhere, and what it sends on the
    /// stdio stream waits for the next host, up to a bound. The connection ends with the last clone of the channel. When it has
    /// ended, the directory of its socket is removed. A small shell sees to both. On Linux alone.
    ///
    /// It may be called from any thread, also outside a runtime, as long as the runtime of the start is there: with that this
    /// host loses its plugin, and there is nothing to let go of ([`DetachError::Ended`]).
    ///
    /// A plugin of go-plugin's that shares its connection with what is brokered takes no second host.
    ///
    /// # Errors
    ///
    /// [`DetachError`]: the plugin is gone then, or goes as if this value had been dropped.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use rpcplugin::{Cookie, PluginClient};
    ///
    /// # async fn host() -> Result<(), Box<dyn std::error::Error>> {
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
    /// let plugin = PluginClient::builder("target/debug/greeter", cookie.clone()).start().await?;
    /// let detached = plugin.detach()?;
    ///
    /// // Later, in another host that was given both.
    /// let mut builder = PluginClient::builder("target/debug/greeter", cookie);
    /// if let Some(secret) = detached.secret {
    ///     builder = builder.secret(secret);
    /// }
    /// let plugin = builder.attach(&detached.config).await?;
    /// plugin.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn detach(self) -> Result<Detached, DetachError> {
        let Self { process, accepted, identity, held, .. } = self;
        // Whoever lets go need not be within a runtime.
        let runtime = process.runtime().clone();
        let _within = runtime.enter();
        if let Some(exit) = process.watch().now() {
            return Err(DetachError::Ended(exit));
        }
        let held = held.into_inner().unwrap_or_else(PoisonError::into_inner).ok_or(DetachError::Stopped)?;
        let mut config = ReattachConfig::new(accepted.address)
            .with_protocol_version(accepted.version)
            .with_test(!process.is_ended_by_hosts());
        config.process_id = process.id();
        if !process.is_attached() {
            // The plugin is not released before somebody has its pipes.
            entrust(held, config.process_id)?;
        }
        process.release();
        let secret =
            identity.zip(accepted.certificate).map(|(identity, plugin)| ReattachSecret { identity, plugin });
        Ok(Detached { config, secret })
    }
}

impl fmt::Debug for DetachError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}
