use std::collections::BTreeMap;
use std::fmt;

use super::PluginClient;
use crate::rpc::Channel;

/// The clients of a host that speaks several versions of a contract: which one is made for which.
///
/// It is the host's half of [`PluginServer::version`](crate::PluginServer::version), and go-plugin's `VersionedPlugins`. What is
/// made is a type of the host's own: an enum with a client for each version, or one trait that hides which it is.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::{Cookie, PluginClient, Status, VersionedClients};
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
/// use new::Greeter as _;
/// use old::Greeter as _;
///
/// enum Greeter {
///     Old(old::GreeterClient),
///     New(new::GreeterClient),
/// }
///
/// # async fn host() -> Result<(), Box<dyn std::error::Error>> {
/// let clients = VersionedClients::new()
///     .version(1, |channel| Greeter::Old(old::GreeterClient::new(channel)))
///     .version(2, |channel| Greeter::New(new::GreeterClient::new(channel)));
/// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
/// let plugin = PluginClient::builder("target/debug/greeter", cookie)
///     .protocol_versions(clients.versions())
///     .start()
///     .await?;
/// let greeting = match clients.client(&plugin)? {
///     Greeter::Old(greeter) => greeter.greet("Ada".to_owned()).await?,
///     Greeter::New(greeter) => greeter.welcome("Ada".to_owned()).await?,
/// };
/// println!("{greeting}");
/// # Ok(())
/// # }
/// ```
pub struct VersionedClients<C> {
    made: BTreeMap<u32, MakeClient<C>>,
}

type MakeClient<C> = Box<dyn Fn(Channel) -> C + Send + Sync>;

impl<C> VersionedClients<C> {
    /// Clients for no version.
    #[must_use]
    pub fn new() -> Self {
        Self { made: BTreeMap::new() }
    }

    /// Makes the client in this way where this version is agreed on. The last word for a version counts.
    #[must_use]
    pub fn version(mut self, version: u32, make: impl Fn(Channel) -> C + Send + Sync + 'static) -> Self {
        self.made.insert(version, Box::new(make));
        self
    }

    /// The versions, the lowest first: for [`protocol_versions`](crate::PluginClientBuilder::protocol_versions).
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.made.keys().copied()
    }

    /// The client for a plugin, in the version that it has chosen.
    ///
    /// # Errors
    ///
    /// [`NoClient`] if the plugin was offered other versions than these.
    pub fn client(&self, plugin: &PluginClient) -> Result<C, NoClient> {
        self.of_version(plugin.protocol_version(), plugin.channel())
    }

    /// The client for this version, whoever is at the other end of the channel.
    ///
    /// # Errors
    ///
    /// [`NoClient`] if there is none.
    pub fn of_version(&self, version: u32, channel: Channel) -> Result<C, NoClient> {
        match self.made.get(&version) {
            Some(make) => Ok(make(channel)),
            None => Err(NoClient { version, versions: self.versions().collect() }),
        }
    }
}

impl<C> Default for VersionedClients<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> fmt::Debug for VersionedClients<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("VersionedClients").field(&self.made.keys()).finish()
    }
}

/// A plugin has chosen a version for which the host has no client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no client for version {version}, which the plugin has chosen, only for {versions:?}; offer the plugin \
     `VersionedClients::versions`"
)]
pub struct NoClient {
    version: u32,
    versions: Vec<u32>,
}

impl NoClient {
    /// What the plugin has chosen.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The versions that have a client.
    #[must_use]
    pub fn versions(&self) -> &[u32] {
        &self.versions
    }
}
