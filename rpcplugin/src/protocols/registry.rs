use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::{Protocol, ProtocolError};
use crate::config::{Config, nearest};

type Made = Result<Protocol, Box<dyn Error + Send + Sync>>;

/// What makes a protocol.
type Factory = dyn Fn(&Config) -> Made + Send + Sync;

/// Protocols by their names, of which a configuration names one. Clones share what is registered so far.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Config, PluginServer, Protocol, ProtocolError, ProtocolRegistry, Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Feed")]
/// trait Feed {
///     async fn next(&self) -> Result<u64, Status>;
/// }
/// # struct Counting { from: u64 }
/// # impl Feed for Counting {
/// #     async fn next(&self) -> Result<u64, Status> { Ok(self.from) }
/// # }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut registry = ProtocolRegistry::new();
/// registry.register(Protocol::new("grpc", FeedServer::new(Counting { from: 0 })))?;
/// registry.register_factory("streaming", |config| {
///     let bytes = u64::try_from(config.message_bytes_max())?;
///     Ok(Protocol::new("streaming", FeedServer::new(Counting { from: bytes })).monitored())
/// })?;
/// registry.default_to("grpc")?;
///
/// // What `PLUGIN_PROTOCOL_TYPE` names, or the default.
/// let config = Config::for_plugin()
///     .magic_cookie_value("5d1a")
///     .variables([("PLUGIN_PROTOCOL_TYPE", "streaming")])
///     .build()?;
/// let protocol = registry.selected(&config)?;
/// assert_eq!(protocol.name(), "streaming");
/// let server = PluginServer::new(config.cookie()?).config(&config).protocol(&protocol)?;
/// # drop(server);
///
/// let error = registry.create("steaming", &config).unwrap_err();
/// assert!(matches!(error, ProtocolError::Unknown { nearest: Some(nearest), .. } if nearest == "streaming"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct ProtocolRegistry {
    entries: BTreeMap<String, Entry>,
    default: Option<String>,
}

#[derive(Clone)]
enum Entry {
    Ready(Protocol),
    Factory(Arc<Factory>),
}

impl ProtocolRegistry {
    /// One without a protocol.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a protocol under its name.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::Duplicate`] where the name is taken, [`ProtocolError::BadName`] where it is none.
    pub fn register(&mut self, protocol: Protocol) -> Result<(), ProtocolError> {
        let name = protocol.name().to_owned();
        self.add(name, Entry::Ready(protocol))
    }

    /// Registers what makes a protocol of a configuration, under a name. It is called whenever somebody asks for the protocol.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::Duplicate`] where the name is taken, [`ProtocolError::BadName`] where it is none.
    pub fn register_factory<F>(&mut self, name: impl Into<String>, factory: F) -> Result<(), ProtocolError>
    where
        F: Fn(&Config) -> Result<Protocol, Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    {
        self.add(name.into(), Entry::Factory(Arc::new(factory)))
    }

    fn add(&mut self, name: String, entry: Entry) -> Result<(), ProtocolError> {
        let is_name = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(ProtocolError::BadName { name });
        }
        if self.entries.contains_key(&name) {
            return Err(ProtocolError::Duplicate { name });
        }
        self.entries.insert(name, entry);
        Ok(())
    }

    /// Which protocol is taken where the configuration names none.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::Unknown`] where it is not registered.
    pub fn default_to(&mut self, name: &str) -> Result<(), ProtocolError> {
        if !self.entries.contains_key(name) {
            return Err(self.unknown(name));
        }
        self.default = Some(name.to_owned());
        Ok(())
    }

    /// A registered protocol; `None` also of one that a factory makes.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Protocol> {
        match self.entries.get(name)? {
            Entry::Ready(protocol) => Some(protocol),
            Entry::Factory(_) => None,
        }
    }

    /// The names that there are, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// A protocol by its name: the one that was registered, or a new one from its factory.
    ///
    /// # Errors
    ///
    /// [`ProtocolError::Unknown`] where there is none, [`ProtocolError::Factory`] where its factory fails.
    pub fn create(&self, name: &str, config: &Config) -> Result<Protocol, ProtocolError> {
        match self.entries.get(name) {
            None => Err(self.unknown(name)),
            Some(Entry::Ready(protocol)) => Ok(protocol.clone()),
            Some(Entry::Factory(factory)) => {
                factory(config).map_err(|source| ProtocolError::Factory { name: name.to_owned(), source })
            }
        }
    }

    /// The protocol that the configuration names by [`protocol_type`](Config::protocol_type) (`PLUGIN_PROTOCOL_TYPE`), and
    /// otherwise the [default](Self::default_to).
    ///
    /// # Errors
    ///
    /// [`ProtocolError::NotChosen`] where neither is there, and those of [`create`](Self::create).
    pub fn selected(&self, config: &Config) -> Result<Protocol, ProtocolError> {
        match config.protocol_type().or_else(|| self.default.clone()) {
            Some(name) => self.create(&name, config),
            None => Err(ProtocolError::NotChosen { known: self.known() }),
        }
    }

    fn unknown(&self, name: &str) -> ProtocolError {
        let nearest = nearest(name, self.names()).map(str::to_owned);
        ProtocolError::Unknown { name: name.to_owned(), known: self.known(), nearest }
    }

    fn known(&self) -> Vec<String> {
        self.entries.keys().cloned().collect()
    }
}

impl fmt::Debug for ProtocolRegistry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ProtocolRegistry")
            .field("names", &self.entries.keys())
            .field("default", &self.default)
            .finish_non_exhaustive()
    }
}
