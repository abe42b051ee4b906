//! The plugin: keeps the values in its memory.

mod contract;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::{EmitReply, EmitRequest, Key, Kv, KvServer, Pair, Prefix, PutReply, Summary, cookie};
use futures_util::StreamExt;
use rpcplugin::{PluginServer, Status, StdioWriter, Streaming};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // From here on `tracing` goes to the host's log, with level and fields.
    rpcplugin::logging::init()?;
    let server = PluginServer::new(cookie()?);
    let store = Store { values: Values::default(), stdio: server.stdio() };
    server.service(KvServer::new(store)).serve().await?;
    Ok(())
}

struct Store {
    values: Values,
    stdio: StdioWriter,
}

impl Kv for Store {
    async fn put(&self, request: Pair) -> Result<PutReply, Status> {
        Ok(PutReply { created: self.values.put(request) })
    }

    async fn get(&self, request: Key) -> Result<Pair, Status> {
        self.values.get(request.key)
    }

    async fn list(&self, request: Prefix) -> Result<Streaming<Pair>, Status> {
        let values = self.values.lock();
        let found = values.iter().filter(|(key, _)| key.starts_with(&request.prefix));
        let pairs: Vec<_> =
            found.map(|(key, value)| Pair { key: key.clone(), value: value.clone() }).collect();
        Ok(Streaming::from_iter(pairs))
    }

    async fn put_all(&self, mut requests: Streaming<Pair>) -> Result<Summary, Status> {
        let (mut count, mut bytes) = (0, 0);
        while let Some(pair) = requests.message().await? {
            count += 1;
            bytes += u64::try_from(pair.value.len()).unwrap_or(u64::MAX);
            self.values.put(pair);
        }
        Ok(Summary { count, bytes })
    }

    async fn watch(&self, requests: Streaming<Key>) -> Result<Streaming<Pair>, Status> {
        let values = self.values.clone();
        // Each answer goes out as soon as its request is there.
        Ok(Streaming::new(requests.map(move |request| values.get(request?.key))))
    }

    async fn emit(&self, request: EmitRequest) -> Result<EmitReply, Status> {
        if !request.log.is_empty() {
            tracing::info!(source = "emit", "{}", request.log);
        }
        // What a plugin prints reaches its host as standard output: the handshake is over.
        print!("{}", request.standard_output);
        std::io::stdout().flush().map_err(|error| Status::internal(format!("failed to print: {error}")))?;
        self.stdio.stderr(&request.standard_error);
        Ok(EmitReply {})
    }
}

/// Several calls run at once, and a stream outlives the call that began it: so the values are shared, behind a lock.
#[derive(Clone, Default)]
struct Values(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Values {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the key is new.
    fn put(&self, pair: Pair) -> bool {
        self.lock().insert(pair.key, pair.value).is_none()
    }

    fn get(&self, key: String) -> Result<Pair, Status> {
        match self.lock().get(&key) {
            Some(value) => Ok(Pair { value: value.clone(), key }),
            None => Err(Status::not_found(format!("no key `{key}`; put it first"))),
        }
    }
}
