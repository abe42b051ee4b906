//! A plugin with gRPC's test service: `conformance_plugin [--tcp]`, started by a host.

use rpcplugin::compression::{Compression, Encoding};
use rpcplugin::{PluginServer, ServeError, Transport};
use rpcplugin_tests::conformance::{CallsObserver, ObserverServer, TestServer, TestServiceServer};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    let tcp = std::env::args().any(|argument| argument == "--tcp");
    let observer = CallsObserver::default();
    PluginServer::new(rpcplugin_tests::cookie())
        .transport(match tcp {
            true => Transport::Tcp,
            false => Transport::Unix,
        })
        .compression(Compression::new().accept(Encoding::Gzip).send(Encoding::Gzip))
        .service(TestServiceServer::new(TestServer::new(observer.clone())))
        .service(ObserverServer::new(observer))
        .serve()
        .await
}
