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

    /// What a pattern borrows is in the future.
    async fn length(&self, ref name: String) -> Result<u64, Status> {
        self.limit(name.clone()).await?;
        Ok(name.len() as u64)
    }

    #[rpc(skip)]
    async fn sum(&self, (ref left, mut right): (String, u32)) -> u32 {
        right += self.limit(left.clone()).await.unwrap_or_default();
        right + left.len() as u32
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
