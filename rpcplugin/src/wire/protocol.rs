/// Which wire carries the calls of a plugin. The handlers never know.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::{Cookie, PluginClient, StartError, Wire};
///
/// # async fn host(cookie: Cookie) -> Result<(), StartError> {
/// // Whatever the plugin speaks, the fast wire where it can.
/// let plugin = PluginClient::builder("target/debug/greeter", cookie.clone()).start().await?;
/// println!("calls go over {:?}", plugin.wire());
///
/// // A host that would rather have no plugin than a slow one.
/// let plugin = PluginClient::builder("target/debug/greeter", cookie).wire(Wire::Binary).start().await?;
/// assert_eq!(plugin.wire(), Wire::Binary);
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "_connected")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Wire {
    /// The binary wire if both sides speak it, and otherwise gRPC.
    #[default]
    Auto,
    /// The wire of this crate alone: for the lowest latency. A plugin that does not speak it is refused.
    Binary,
    /// gRPC over HTTP/2: what every plugin speaks.
    Grpc,
}

#[cfg(feature = "client")]
impl Wire {
    /// What a host offers that wants this, the best first.
    pub(crate) const fn offered(self) -> &'static [Protocol] {
        match self {
            Self::Auto => &Protocol::ALL,
            Self::Binary => &[Protocol::Binary],
            Self::Grpc => &[Protocol::Grpc],
        }
    }

    /// What such a host speaks where nothing but the plugin's word tells what it speaks.
    pub(crate) const fn chosen(self, plugin_speaks_binary: bool) -> Protocol {
        match (self, plugin_speaks_binary) {
            (Self::Auto, true) | (Self::Binary, _) => Protocol::Binary,
            (Self::Auto, false) | (Self::Grpc, _) => Protocol::Grpc,
        }
    }
}

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Binary,
    /// HTTP/2, and gRPC on it.
    Grpc,
}

impl Protocol {
    /// All of them, the best first.
    pub(crate) const ALL: [Self; 2] = [Self::Binary, Self::Grpc];

    /// Its name in the TLS handshake (ALPN).
    pub(crate) const fn name(self) -> &'static [u8] {
        match self {
            Self::Binary => b"rpcplugin-binary/1",
            // grpc-go refuses a peer that does not name it.
            Self::Grpc => b"h2",
        }
    }

    /// The names of all of them.
    pub(crate) fn names(protocols: &[Self]) -> Vec<&'static [u8]> {
        protocols.iter().map(|protocol| protocol.name()).collect()
    }

    /// Which one has this name in the TLS handshake.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == name)
    }
}

#[cfg(feature = "client")]
impl From<Protocol> for Wire {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Binary => Self::Binary,
            Protocol::Grpc => Self::Grpc,
        }
    }
}
