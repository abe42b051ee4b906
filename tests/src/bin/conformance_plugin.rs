//! A plugin with gRPC's test service: `conformance_plugin [--tcp] [--zstd]`, started by a host. It reads gzip and
//! zstd, and sends gzip or, told so, zstd.

use rpcplugin::compression::{Compression, Encoding};
use rpcplugin::{PluginServer, ServeError, Transport};
use rpcplugin_tests::conformance::{CallsObserver, ObserverServer, TestServer, TestServiceServer};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    let is_said = |flag: &str| std::env::args().any(|argument| argument == flag);
    let sent = if is_said("--zstd") { Encoding::Zstd } else { Encoding::Gzip };
    let observer = CallsObserver::default();
    PluginServer::new(rpcplugin_tests::cookie())
        .transport(match is_said("--tcp") {
            true => Transport::Tcp,
            false => Transport::Unix,
        })
        .compression(Compression::new().accept(Encoding::Gzip).accept(Encoding::Zstd).send(sent))
        .service(TestServiceServer::new(TestServer::new(observer.clone())))
        .service(ObserverServer::new(observer))
        .serve()
        .await
}
