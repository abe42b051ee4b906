use rpcplugin::{Status, rpc_protocol};

struct View<'a>(&'a str);

#[rpc_protocol]
impl<'a> View<'a> {
    async fn text(&self) -> Result<String, Status> {
        Ok(self.0.to_owned())
    }
}

struct Part<'a>(&'a str);

#[rpc_protocol]
impl Part<'_> {
    async fn text(&self) -> Result<String, Status> {
        Ok(self.0.to_owned())
    }
}

fn main() {}
