//! The plugin for the tests of supervision, started by a host.

use rpcplugin::ServeError;

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    rpcplugin_tests::supervised::serve().await
}
