//! A plugin whose service tonic's generator wrote, started by a host.

use rpcplugin::tonic::TonicService;
use rpcplugin::{PluginServer, ServeError};
use rpcplugin_proto_first::of_tonic::kv_server::KvServer;
use rpcplugin_tests::of_tonic::{TonicStore, spec};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    let service = TonicService::new(spec(), KvServer::new(TonicStore::default()));
    PluginServer::new(rpcplugin_tests::cookie()).service(service).serve().await
}
