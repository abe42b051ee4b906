//! A contract that is another one in each version, as in `interop/go/internal/versions`: that of [`kv`](crate::kv) in the first,
//! and a store with one method in the second.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

use rpcplugin::{
    ContractVersion, PluginServer, Router, ServeError, Status, VersionError, VersionedClients,
    VersionedProtocol, rpc_protocol,
};

use crate::kv::{Key, Kv, KvClient, KvServer, MemoryStore, Pair};

/// The name under which the plugin says which versions it has.
pub const NAME: &str = "kvtest.Store";

/// The second version.
#[rpc_protocol(service = "kvtest.v2.Store")]
pub trait Store {
    /// Stores a pair, and says what was there.
    async fn exchange(&self, pair: Pair) -> Result<Pair, Status>;
}

/// The handler of the second version.
#[derive(Debug, Default)]
pub struct Exchanges {
    values: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Store for Exchanges {
    async fn exchange(&self, pair: Pair) -> Result<Pair, Status> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let before = values.insert(pair.key.clone(), pair.value).unwrap_or_default();
        Ok(Pair { key: pair.key, value: before })
    }
}

/// Serves these versions, for the host that started this process, and says that it has those of [`NAME`].
///
/// # Errors
///
/// That of the server, or that there is no such version.
pub async fn serve(versions: &[u32], of_contract: &[ContractVersion]) -> Result<(), Box<dyn Error>> {
    let mut server = PluginServer::new(crate::cookie());
    for version in versions {
        let services = match version {
            1 => Router::new().service(KvServer::new(MemoryStore::new(None)))?,
            2 => Router::new().service(StoreServer::new(Exchanges::default()))?,
            _ => return Err(format!("there is no version {version}").into()),
        };
        server = server.version(*version, services);
    }
    if !of_contract.is_empty() {
        server = server.versioned_protocol(known(of_contract)?);
    }
    let served: Result<(), ServeError> = server.serve().await;
    Ok(served?)
}

/// What a side knows that has these versions.
///
/// # Errors
///
/// That there is none.
pub fn known(versions: &[ContractVersion]) -> Result<VersionedProtocol, VersionError> {
    VersionedProtocol::new(NAME, versions.iter().copied())
}

/// The client of either version.
#[derive(Debug)]
pub enum AnyStore {
    /// Of the first.
    First(KvClient),
    /// Of the second.
    Second(StoreClient),
}

impl AnyStore {
    /// Clients for these versions.
    #[must_use]
    pub fn clients(versions: &[u32]) -> VersionedClients<Self> {
        let add = |clients: VersionedClients<Self>, version: &u32| match version {
            1 => clients.version(1, |channel| Self::First(KvClient::new(channel))),
            version => clients.version(*version, |channel| Self::Second(StoreClient::new(channel))),
        };
        versions.iter().fold(VersionedClients::new(), add)
    }

    /// Stores a value, and finds it again by what the version has.
    ///
    /// # Errors
    ///
    /// That of a call.
    pub async fn converse(&self) -> Result<Vec<u8>, Status> {
        let pair = |value: &[u8]| Pair { key: "one".to_owned(), value: value.to_vec() };
        match self {
            Self::First(store) => {
                store.put(pair(b"1")).await?;
                Ok(store.get(Key { key: "one".to_owned() }).await?.value)
            }
            Self::Second(store) => {
                store.exchange(pair(b"1")).await?;
                Ok(store.exchange(pair(b"2")).await?.value)
            }
        }
    }
}
