//! The four cases of compression, each opposite a peer that can tell whether a message was compressed.
//!
//! grpc-go looks at the flag before each message, and chooses it for a call. grpcio chooses it for each answer, and tells
//! nobody what came. So our client sends to Go, and reads what both send; our server reads what both send, and Go reads
//! what it sends. grpc-go has gzip, and zstd by a library; grpcio has gzip.

use rpcplugin::compression::{Compression, Encoding};
use rpcplugin::{PluginClient, PluginClientBuilder, Security, Wire};
use rpcplugin_tests::conformance::compressed::{
    client_compressed_streaming, client_compressed_unary, server_compressed_streaming,
    server_compressed_unary,
};
use rpcplugin_tests::conformance::{Iterations, Peer};

use super::our_client::server;
use super::our_server::run_cases;
use super::{WAYS, Way};
use crate::interop::run_host;
use crate::interop_go::programs;
use crate::python::python;

const CASES: [&str; 4] = [
    "client_compressed_unary",
    "client_compressed_streaming",
    "server_compressed_unary",
    "server_compressed_streaming",
];

const ENCODINGS: [Encoding; 2] = [Encoding::Gzip, Encoding::Zstd];

/// Our client of a server that reads an encoding and sends it.
async fn peer(builder: PluginClientBuilder, encoding: Encoding) -> (PluginClient, Peer) {
    let compression = Compression::new().accept(encoding).send(encoding);
    let plugin = builder.compression(compression).wire(Wire::Grpc).start().await.unwrap();
    let another = || unreachable!("no case starts another server");
    let peer = Peer::new(plugin.channel(), another, Iterations::from_env(0));
    (plugin, peer)
}

#[tokio::test]
async fn our_client_holds_the_cases_of_compression_opposite_go() {
    let Some(programs) = programs() else { return };
    for (security, encoding) in [Security::Plaintext, Security::AutoMtls]
        .into_iter()
        .flat_map(|security| ENCODINGS.map(|encoding| (security, encoding)))
    {
        let builder = PluginClient::builder(programs.join("compression-plugin"), rpcplugin_tests::cookie());
        let (plugin, peer) = peer(builder.security(security).arg(encoding.as_str()), encoding).await;
        client_compressed_unary(&peer).await.unwrap();
        client_compressed_streaming(&peer).await.unwrap();
        server_compressed_unary(&peer).await.unwrap();
        plugin.stop().await;
    }
}

#[tokio::test]
async fn our_client_holds_the_cases_of_a_compressing_server_opposite_grpcio() {
    let Some(python) = python() else { return };
    for way in WAYS {
        let (plugin, peer) = peer(server(&python, way), Encoding::Gzip).await;
        server_compressed_unary(&peer).await.unwrap();
        server_compressed_streaming(&peer).await.unwrap();
        plugin.stop().await;
    }
}

#[tokio::test]
async fn our_server_holds_the_cases_of_compression_opposite_go() {
    let Some(programs) = programs() else { return };
    for encoding in ENCODINGS {
        let mut command = tokio::process::Command::new(programs.join("compression-host"));
        command.args(["-encoding", encoding.as_str()]).arg(env!("CARGO_BIN_EXE_conformance_plugin"));
        command.args((encoding == Encoding::Zstd).then_some("--zstd"));
        run_host(command, &CASES).await;
    }
}

#[tokio::test]
async fn our_server_holds_the_cases_of_compression_opposite_grpcio() {
    let Some(python) = python() else { return };
    let way = Way { name: "unix", security: Security::Plaintext, tcp: false };
    let outcomes = run_cases(&python, way, CASES).await;
    for case in CASES {
        assert_eq!(outcomes.get(case), Some(&Ok(())), "{case}: {outcomes:?}");
    }
}

/// Both of ours, on either wire.
#[tokio::test]
async fn our_client_and_our_server_hold_the_cases_of_compression_on_both_wires() {
    for wire in [Wire::Grpc, Wire::Binary] {
        let gzip = Compression::new().accept(Encoding::Gzip).send(Encoding::Gzip);
        let builder =
            PluginClient::builder(env!("CARGO_BIN_EXE_conformance_plugin"), rpcplugin_tests::cookie());
        let plugin = builder.compression(gzip).wire(wire).start().await.unwrap();
        let another = || unreachable!("no case starts another server");
        let peer = Peer::new(plugin.channel(), another, Iterations::from_env(0));
        client_compressed_unary(&peer).await.unwrap();
        client_compressed_streaming(&peer).await.unwrap();
        server_compressed_unary(&peer).await.unwrap();
        server_compressed_streaming(&peer).await.unwrap();
        plugin.stop().await;
    }
}
