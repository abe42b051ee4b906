//! Services and clients that tonic's generator wrote, as those of plugins.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use rpcplugin::testing::for_each_route;
use rpcplugin::tonic::{TonicChannel, TonicService, service_spec};
use rpcplugin::{
    Call, CallOptions, Channel, Code, Interceptor, Messages, Metadata, Next, PluginClient,
    PluginClientBuilder, ResponseMetadata, Security, Service as _, Status, Streaming,
};
use rpcplugin_proto_first::kvtest::{self, FILE_DESCRIPTOR_SET, Kv as _};
use rpcplugin_proto_first::of_tonic::kv_client::KvClient;
use rpcplugin_proto_first::of_tonic::kv_server::KvServer;
use rpcplugin_proto_first::of_tonic::{Key, Pair, Prefix};
use rpcplugin_tests::of_tonic::{TonicStore, spec};

use crate::interop_go::programs;
use crate::support::builder;

/// Refuses whoever does not say a word, and tells the service of who did.
struct Porter;

impl Interceptor for Porter {
    async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
        assert_eq!(call.method().service, "kvtest.KV");
        if call.context().metadata().get("x-word").is_none() {
            return Err(Status::unauthenticated("say the word"));
        }
        call.metadata_mut().insert("x-said", "the porter")?;
        next.run(call).await
    }
}

fn service() -> impl rpcplugin::Service {
    TonicService::new(spec(), KvServer::new(TonicStore::default())).intercepted(Porter)
}

fn word() -> Metadata {
    let mut metadata = Metadata::new();
    metadata.insert("x-word", "please").unwrap();
    metadata
}

fn pair(key: &str, value: &str) -> kvtest::Pair {
    kvtest::Pair { key: key.to_owned(), value: value.as_bytes().to_vec() }
}

fn key(key: &str) -> kvtest::Key {
    kvtest::Key { key: key.to_owned() }
}

async fn contract_with_tonics_server(channel: Channel) {
    let store = kvtest::KvClient::new(channel);
    let refused = store.get(key("a")).await.unwrap_err();
    assert_eq!((refused.code(), refused.message()), (Code::Unauthenticated, "say the word"));

    let store = store.with(CallOptions::new().metadata(word()));
    assert!(store.put(pair("a", "1")).await.unwrap().created);
    let pairs = Streaming::from_iter([pair("b", "22"), pair("c", "")]);
    let summary = store.put_all(pairs).await.unwrap();
    assert_eq!((summary.count, summary.bytes), (2, 2));
    let all = store.list(kvtest::Prefix { prefix: String::new() }).await.unwrap();
    let expected = [pair("a", "1"), pair("b", "22"), pair("c", "")];
    assert_eq!(all.collect::<Vec<_>>().await.unwrap(), expected);

    let mut watched = store.watch(Streaming::from_iter(["c", "a", "none"].map(key))).await.unwrap();
    assert_eq!(watched.message().await.unwrap(), Some(pair("c", "")));
    assert_eq!(watched.message().await.unwrap(), Some(pair("a", "1")));
    let missing = watched.message().await.unwrap_err();
    assert_eq!((missing.code(), missing.message()), (Code::NotFound, "no key none"));

    let silent = store.emit(kvtest::EmitRequest::default()).await.unwrap_err();
    assert_eq!(silent.code(), Code::Unimplemented);
}

async fn what_is_said_beside_messages(channel: Channel) {
    let store = kvtest::KvClient::new(channel);
    let said = ResponseMetadata::new();
    let options = CallOptions::new().metadata(word()).response(&said);
    let answer = store.with(options.clone()).get(key("!context")).await.unwrap();
    assert_eq!(answer, pair("!context", "the porter, false"));
    assert_eq!(said.initial().get("x-answered"), Some("yes"));

    let timed = store.with(options.clone().timeout(Duration::from_secs(300)));
    assert_eq!(timed.get(key("!context")).await.unwrap(), pair("!context", "the porter, true"));

    store.with(options.clone()).get(key("none")).await.unwrap_err();
    assert_eq!(said.trailing().get("x-refused"), Some("yes"));

    let late = store.with(options.timeout(Duration::from_millis(50)));
    assert_eq!(late.get(key("!hang")).await.unwrap_err().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_server_of_tonic_answers_calls_over_every_route_behind_interceptors() {
    for_each_route(service, contract_with_tonics_server).await;
}

#[tokio::test]
async fn metadata_and_deadlines_reach_a_server_of_tonic_over_every_route() {
    for_each_route(service, what_is_said_beside_messages).await;
}

fn plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_tonic_plugin"))
}

#[tokio::test]
async fn a_go_host_calls_a_plugin_whose_service_is_of_tonic() {
    let Some(programs) = programs() else { return };
    for tls in [false, true] {
        let mut command = tokio::process::Command::new(programs.join("kv-host"));
        command.args(tls.then_some("-auto-mtls")).args(["-require-stdio=false"]).arg(plugin());
        // Its store says nothing when it is told to: what is asked before that must hold.
        let output = tokio::time::timeout(Duration::from_secs(120), command.output()).await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for step in ["put", "put-again", "get", "get-missing", "list", "put-all", "watch", "watch-missing"] {
            assert!(text.lines().any(|line| line == format!("ok {step}")), "{step}: {text}{output:?}");
        }
    }
}

/// A client of tonic holds the conversation with a plugin.
async fn client_of_tonic(builder: PluginClientBuilder, security: Security) {
    let plugin = builder.security(security).start().await.unwrap();
    let mut store = KvClient::new(TonicChannel::new(spec(), plugin.channel()));
    let pair = |key: &str| Pair { key: key.to_owned(), value: b"1".to_vec() };
    assert!(store.put(pair("a")).await.unwrap().into_inner().created);
    let found = store.get(Key { key: "a".into() }).await.unwrap().into_inner();
    assert_eq!(found, pair("a"));
    let missing = store.get(Key { key: "none".into() }).await.unwrap_err();
    assert_eq!(missing.code(), tonic::Code::NotFound);
    assert!(missing.message().contains("none"), "{missing}");

    let summary = store.put_all(stream::iter(["b", "c"].map(pair))).await.unwrap().into_inner();
    assert_eq!((summary.count, summary.bytes), (2, 2));
    let list = store.list(Prefix { prefix: String::new() }).await.unwrap().into_inner();
    let list: Vec<_> = list.map(Result::unwrap).collect().await;
    assert_eq!(list, ["a", "b", "c"].map(pair));

    let keys = stream::iter(["c", "none"].map(|key| Key { key: key.to_owned() }));
    let mut watched = store.watch(keys).await.unwrap().into_inner();
    assert_eq!(watched.message().await.unwrap(), Some(pair("c")));
    assert_eq!(watched.message().await.unwrap_err().code(), tonic::Code::NotFound);

    let mut hangs = tonic::Request::new(Key { key: "!hang".into() });
    hangs.set_timeout(Duration::from_millis(50));
    assert_eq!(store.get(hangs).await.unwrap_err().code(), tonic::Code::DeadlineExceeded);
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn a_client_of_tonic_calls_a_plugin() {
    for security in [Security::Plaintext, Security::AutoMtls] {
        client_of_tonic(builder(), security).await;
    }
    client_of_tonic(PluginClient::builder(plugin(), rpcplugin_tests::cookie()), Security::AutoMtls).await;
}

#[tokio::test]
async fn a_client_of_tonic_calls_a_plugin_in_go() {
    let Some(programs) = programs() else { return };
    client_of_tonic(
        PluginClient::builder(programs.join("kv-plugin"), rpcplugin_tests::cookie()),
        Security::AutoMtls,
    )
    .await;
}

#[tokio::test]
async fn metadata_of_a_client_of_tonic_crosses_both_ways_and_interceptors_see_it() {
    for_each_route(service, async |channel| {
        let mut store = KvClient::new(TonicChannel::new(spec(), channel));
        let refused = store.get(Key { key: "!context".into() }).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::Unauthenticated);
        let with_word = |key: &str| {
            let mut request = tonic::Request::new(Key { key: key.to_owned() });
            request.metadata_mut().insert("x-word", tonic::metadata::MetadataValue::from_static("please"));
            request
        };
        let answer = store.get(with_word("!context")).await.unwrap();
        assert_eq!(answer.metadata().get("x-answered").unwrap(), "yes");
        assert_eq!(answer.into_inner().value, b"the porter, false");
        let missing = store.get(with_word("none")).await.unwrap_err();
        assert_eq!(missing.metadata().get("x-refused").unwrap(), "yes");
    })
    .await;
}

#[test]
fn a_table_is_that_of_the_contract() {
    let (read, written) = (spec(), kvtest::KvClient::SPEC);
    for (read, written) in read.methods.iter().zip(written.methods) {
        assert_eq!((read.path, read.kind, read.idempotent), (written.path, written.kind, written.idempotent));
    }
    assert_eq!(read.methods.len(), written.methods.len());
    assert_eq!(read.to_descriptor_set().unwrap(), written.to_descriptor_set().unwrap());

    let error = service_spec("kvtest.Other", FILE_DESCRIPTOR_SET).unwrap_err().to_string();
    assert!(error.contains("`kvtest.Other`") && error.contains("`kvtest.KV`"), "{error}");
    assert!(service_spec("kvtest.KV", b"\xff").is_err());
}
