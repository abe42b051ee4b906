use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[rpc(timeout = 5)]
    async fn number(&self) -> Result<(), Status>;

    #[rpc(timeout = 5s)]
    async fn without_quotes(&self) -> Result<(), Status>;

    #[rpc(timeout = "5")]
    async fn without_unit(&self) -> Result<(), Status>;

    #[rpc(timeout = "5 seconds")]
    async fn words(&self) -> Result<(), Status>;

    #[rpc(timeout = "1.5s")]
    async fn fraction(&self) -> Result<(), Status>;

    #[rpc(timeout = "1m30s")]
    async fn two_units(&self) -> Result<(), Status>;

    #[rpc(timeout = "0ms")]
    async fn nothing(&self) -> Result<(), Status>;

    #[rpc(timeout = "1000000h")]
    async fn centuries(&self) -> Result<(), Status>;

    #[rpc(timeout = Duration::from_secs(5))]
    async fn expression(&self) -> Result<(), Status>;

    #[rpc(timeout = TIMEOUT)]
    async fn constant(&self) -> Result<(), Status>;

    #[rpc(timeout("5s"))]
    async fn list(&self) -> Result<(), Status>;
}

fn main() {}
