use rpcplugin::{Status, rpc_protocol};

#[rpc_protocol]
trait Kv {
    #[rpc(max_len = 64KiB)]
    async fn binary_unit(&self) -> Result<(), Status>;

    #[rpc(max_len = 2M)]
    async fn short_unit(&self) -> Result<(), Status>;

    #[rpc(max_len = 64u32)]
    async fn type_of_number(&self) -> Result<(), Status>;

    #[rpc(max_len = "64KiB")]
    async fn text(&self) -> Result<(), Status>;

    #[rpc(max_len = 6.4e4)]
    async fn fraction(&self) -> Result<(), Status>;

    #[rpc(max_len = 0)]
    async fn nothing(&self) -> Result<(), Status>;

    #[rpc(max_len = 64 * 1024 * 0)]
    async fn nothing_in_the_end(&self) -> Result<(), Status>;

    #[rpc(max_len = -1)]
    async fn negative(&self) -> Result<(), Status>;

    #[rpc(max_len = 99999999999999999999)]
    async fn too_much(&self) -> Result<(), Status>;

    #[rpc(max_len)]
    async fn no_value(&self) -> Result<(), Status>;
}

fn main() {}
