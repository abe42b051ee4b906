use std::sync::Arc;

use super::AttachError;
use crate::call::Peer;
use crate::client::bring_up::{Parts, plugin_log};
use crate::client::opening::{Proof, Wanted, open};
use crate::client::output::Tail;
use crate::client::process::{AttachedPlugin, Process, Proven, Verdict};
use crate::client::sockets::Sockets;
use crate::client::stdio::Output;
use crate::client::{PluginClient, PluginClientBuilder, Security};
use crate::handshake::{Accepted, HandshakeError, PluginProtocol, ReattachConfig};
use crate::wire::Wire;

impl PluginClientBuilder {
    /// Attaches to a plugin that runs already, instead of starting one: in a debugger, in a test, or left behind by a host
    /// before.
    ///
    /// All options hold that are not about the process: of the wire, the security, the versions, the output and the calls. The
    /// cookie is not looked at. Without [`tls`](Self::tls) and [`secret`](Self::secret) the host must allow
    /// [`Security::Plaintext`]: a plugin in test mode has no certificate that was made for its host. A plaintext connection
    /// carries gRPC, unless [`Wire::Binary`] is wanted: then the plugin is believed to speak it.
    /// Its process has its standard streams elsewhere, so [`process_stderr`](Self::process_stderr) is given nothing.
    /// A version of 0 is not held against [`protocol_versions`](Self::protocol_versions).
    ///
    /// [`stop`](PluginClient::stop) only disconnects from a plugin in test mode. Another one is asked to end; it is sent signals
    /// only where its process was proven to be the one that listens at the address, and never by its number. Without a number
    /// that is the one process that has the socket open; where several have, as where something starts plugins on demand, none
    /// of them is the plugin's. Dropping the [`PluginClient`] leaves the plugin as it is; dropping a stop that is under way does not. On Linux
    /// alone.
    ///
    /// # Errors
    ///
    /// [`AttachError`] says what does not fit.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future disconnects.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use rpcplugin::{Cookie, PluginClient, ReattachProviders, Security};
    ///
    /// # async fn host() -> Result<(), Box<dyn std::error::Error>> {
    /// let debugged: ReattachProviders =
    ///     std::env::var(ReattachProviders::VARIABLE).unwrap_or_default().parse()?;
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
    /// let builder = PluginClient::builder("target/debug/greeter", cookie);
    /// let plugin = match debugged.get("example.com/demo/greeter") {
    ///     Some(config) => builder.security(Security::Plaintext).attach(config).await?,
    ///     None => builder.start().await?,
    /// };
    /// # drop(plugin);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn attach(self, config: &ReattachConfig) -> Result<PluginClient, AttachError> {
        // In a box: whoever attaches has this future within one of their own.
        Box::pin(attach(self, config.clone())).await
    }
}

async fn attach(
    mut builder: PluginClientBuilder,
    config: ReattachConfig,
) -> Result<PluginClient, AttachError> {
    check(&builder, &config).map_err(AttachError::Refused)?;
    let tls = builder.tls.take();
    let secret = builder.secret.take().filter(|_| tls.is_none());
    if tls.is_none() && secret.is_none() && builder.security == Security::AutoMtls {
        return Err(AttachError::NoSecret);
    }
    let before = Verdict::of(&config.address, config.process_id);
    if let (Some(process), Verdict::Stranger { somebody_listens: true }) = (config.process_id, &before)
        && !config.test
    {
        return Err(AttachError::NotOurPlugin { process, address: config.address });
    }
    let (sockets, lifeline) = Sockets::of_attached(&builder.sockets).await.map_err(AttachError::Prepare)?;
    let (identity, certificate) = secret.map(|secret| (secret.identity, secret.plugin)).unzip();
    let accepted =
        Accepted { version: config.protocol_version, address: config.address.clone(), certificate };
    let proof = Proof::of(tls.as_ref(), identity.as_deref());
    let number = match &before {
        Verdict::Proven(proven) => proven.number(),
        _ => None,
    };
    let wanted = Wanted::of(&builder, number, &accepted, sockets.group());
    let opened = open(&accepted, proof, wanted, builder.wire == Wire::Binary).await;
    let opened = opened.map_err(|failure| match (config.process_id, &before) {
        // Nobody listens, and the process is there: it is another one.
        (Some(process), Verdict::Stranger { .. }) if !config.test => {
            AttachError::NotOurPlugin { process, address: config.address.clone() }
        }
        _ => AttachError::of(failure, &config.address),
    })?;
    let log = plugin_log(&builder);
    let running = AttachedPlugin::new(proven(before, &opened.peer), config.address, !config.test);
    let running = Arc::new(running.map_err(AttachError::Watch)?);
    let process = Process::keep(running, Arc::clone(&log.plugin), Tail::default());
    let output = Output::open(builder.stdout.take(), builder.stderr.take());
    let parts = Parts {
        process,
        accepted,
        output,
        log,
        lifeline,
        sockets,
        #[cfg(feature = "broker")]
        tls,
        identity,
    };
    Ok(parts.connected(opened, builder))
}

/// Whether the plugin is one for this host, before anybody connects to it.
fn check(builder: &PluginClientBuilder, config: &ReattachConfig) -> Result<(), HandshakeError> {
    if config.protocol == PluginProtocol::NetRpc {
        return Err(HandshakeError::NetRpc);
    }
    if builder.multiplex && config.test {
        // Such a plugin was told of no host, and shares no connection.
        return Err(HandshakeError::MultiplexUnsupported);
    }
    let found = config.protocol_version;
    if found != 0 && !builder.versions.contains(&found) {
        return Err(HandshakeError::VersionMismatch { found, supported: builder.versions.clone() });
    }
    Ok(())
}

/// The process that was proven, and that is at the other end. Another one has no part in this.
fn proven(verdict: Verdict, peer: &Peer) -> Option<Proven> {
    match verdict {
        Verdict::Proven(proven) if proven.agrees(peer.credentials().as_ref()) => Some(proven),
        verdict => {
            tracing::debug!(
                ?verdict,
                "the process of the attached plugin is not known; it is sent no signal"
            );
            None
        }
    }
}
