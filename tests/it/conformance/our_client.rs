//! Our client opposite a server on grpcio, which is the plugin.

use rpcplugin::{PluginClient, PluginClientBuilder, Security};
use rpcplugin_tests::conformance::{self, Iterations, Peer};

use super::table::Outcomes;
use super::{Way, cases};
use crate::python::Python;

/// Connections in the soak of them: each is a Python process of its own, which takes a while to start.
const CHANNELS: u32 = 5;

pub(super) async fn run(python: &Python, way: Way) -> Outcomes {
    let plugin = server(python, way).start().await.unwrap();
    assert_eq!(plugin.is_mutual_tls(), way.security == Security::AutoMtls);
    let another = {
        let python = python.clone();
        move || server(&python, way)
    };
    let peer = Peer::new(plugin.channel(), another, Iterations::from_env(CHANNELS));
    let mut outcomes = Outcomes::new();
    for case in cases() {
        let outcome = conformance::run(case.name, &peer).await;
        outcomes.insert(case.name.to_owned(), outcome.map_err(|fault| fault.to_string()));
    }
    drop(peer);
    let stopped = plugin.stop().await;
    assert!(stopped.is_graceful(), "{stopped:?}");
    outcomes
}

pub(super) fn server(python: &Python, way: Way) -> PluginClientBuilder {
    PluginClient::builder(&python.interpreter, rpcplugin_tests::cookie())
        .env("PYTHONPATH", &python.modules)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(python.program("conformance_server.py"))
        .args(way.tcp.then_some("--tcp"))
        .security(way.security)
}
