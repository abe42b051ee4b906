//! A default body is a handler like any other: it may return early, and its type is known where it ends.

#![deny(warnings)]

use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
pub trait Limits {
    async fn limit(&self, name: String) -> Result<u32, Status>;

    async fn double(&self, mut name: String) -> Result<u64, Status> {
        name.make_ascii_lowercase();
        if name.is_empty() {
            return Err(Status::invalid_argument("a limit has a name"));
        }
        let limit = self.limit(name).await?;
        Ok(limit.into())
    }

    async fn parse(&self, text: String) -> Result<u32, Status> {
        Ok(text.parse().map_err(|_| Status::invalid_argument("not a number"))?)
    }

    async fn unit(&self) -> Result<(), Status> {
        Ok(Default::default())
    }
}

struct Ten;

impl Limits for Ten {
    async fn limit(&self, _name: String) -> Result<u32, Status> {
        Ok(10)
    }
}

fn main() {
    // The future of a default body may be sent to another thread, and so may the client's.
    fn is_send(_: impl Send) {}
    is_send(Ten.double("a".to_owned()));
    let _server = LimitsServer::new(Ten);
}
