//! What stands around a call, whichever way it goes.

mod around;
mod begin;
mod caller;
#[cfg(feature = "client")]
mod channel;
#[cfg(feature = "client")]
mod explain;
#[cfg(all(feature = "client", feature = "server"))]
mod local;
#[cfg(feature = "client")]
mod under_way;

use std::sync::{Arc, Mutex};

use crate::call::{Call, Context, Messages};
use crate::contract::Status;
use crate::rpc::{Interceptor, Next, Streaming};

#[rpcplugin::rpc_protocol(service = "test.Sample")]
trait Sample {
    /// At most eight bytes each way.
    #[rpc(max_len = 8)]
    async fn small(&self, request: Vec<u8>) -> Result<Vec<u8>, Status>;
    #[rpc(max_len = 8)]
    async fn small_stream(&self, requests: Streaming<Vec<u8>>) -> Result<Streaming<Vec<u8>>, Status>;
    async fn take(&self, requests: Streaming<u32>) -> Result<u32, Status>;
    async fn give(&self, request: u32) -> Result<Streaming<u32>, Status>;
}

type Seen<T> = Arc<Mutex<Vec<T>>>;

/// The tenant of a context, which tells contexts apart.
fn tenant(context: Option<&Context>) -> Option<String> {
    context?.metadata().get("tenant").map(str::to_owned)
}

fn current_tenant() -> Option<String> {
    tenant(Context::current().as_ref())
}

/// Gives the tenant another name, further in.
struct Renames(&'static str);

impl Interceptor for Renames {
    async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
        call.metadata_mut().insert("tenant", self.0)?;
        next.run(call).await
    }
}

/// Says who is the current tenant when it is dropped.
struct TellsAtItsEnd(Seen<Option<String>>);

impl Drop for TellsAtItsEnd {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(current_tenant());
    }
}
