use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[rpc(aliases = "Old")]
    async fn one(&self) -> Result<(), Status>;

    #[rpc(aliases = [])]
    async fn two(&self) -> Result<(), Status>;

    #[rpc(aliases = ["an old one", "Old", "2nd"])]
    async fn three(&self) -> Result<(), Status>;

    #[rpc(aliases = ["old.Kv/Get", "/Get", "/old.Kv/Get/All", "/old kv/Get"])]
    async fn four(&self) -> Result<(), Status>;

    #[rpc(aliases = [Old])]
    async fn five(&self) -> Result<(), Status>;

    #[rpc(aliases)]
    async fn six(&self) -> Result<(), Status>;
}

fn main() {}
