//! Contracts that began with a `.proto`: what `rpcplugin-build` makes of them, opposite peers of the same file, and how a
//! contract is held against a file.

mod compared;

use std::path::PathBuf;

use rpcplugin::testing::connect;
use rpcplugin::{Code, PluginClient, PluginClientBuilder, Security, Status, Streaming};
use rpcplugin_proto_first::every::v1::outer::Inner;
use rpcplugin_proto_first::every::v1::{EveryKind, EveryKindClient, EveryKindServer};
use rpcplugin_proto_first::kvtest::{Key, Kv, KvClient, Pair, Prefix};

use crate::interop::run_host;
use crate::interop_go::programs;
use crate::support::builder;

fn plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_proto_first_plugin"))
}

fn pair(key: &str, value: &[u8]) -> Pair {
    Pair { key: key.to_owned(), value: value.to_vec() }
}

/// All four kinds of call with messages of prost.
async fn converse(builder: PluginClientBuilder, security: Security) {
    let plugin = builder.security(security).start().await.unwrap();
    let store = KvClient::new(plugin.channel());
    assert!(store.put(pair("a", b"1")).await.unwrap().created);
    assert_eq!(store.get(Key { key: "a".into() }).await.unwrap(), pair("a", b"1"));
    let missing = store.get(Key { key: "b".into() }).await.unwrap_err();
    assert_eq!(missing.code(), Code::NotFound);

    let pairs = (0..100u8).map(|number| pair(&format!("many/{number:03}"), &[number]));
    let summary = store.put_all(Streaming::from_iter(pairs.clone())).await.unwrap();
    assert_eq!((summary.count, summary.bytes), (100, 100));
    let listed = store.list(Prefix { prefix: "many/".into() }).await.unwrap();
    assert_eq!(listed.collect::<Vec<_>>().await.unwrap(), pairs.collect::<Vec<_>>());

    let keys = ["a", "many/007", "missing"].map(|key| Key { key: key.to_owned() });
    let mut watched = store.watch(Streaming::from_iter(keys)).await.unwrap();
    assert_eq!(watched.message().await.unwrap(), Some(pair("a", b"1")));
    assert_eq!(watched.message().await.unwrap(), Some(pair("many/007", &[7])));
    assert_eq!(watched.message().await.unwrap_err().code(), Code::NotFound);
    let stopped = plugin.stop().await;
    assert!(stopped.is_graceful(), "{stopped:?}");
}

#[tokio::test]
async fn a_contract_that_was_made_of_a_file_is_served_and_called() {
    for security in [Security::Plaintext, Security::AutoMtls] {
        converse(PluginClient::builder(plugin(), rpcplugin_tests::cookie()), security).await;
    }
    // The plugin of the contract that was written in Rust.
    converse(builder(), Security::AutoMtls).await;
}

#[tokio::test]
async fn a_go_plugin_of_the_same_file_is_called() {
    let Some(programs) = programs() else { return };
    for security in [Security::Plaintext, Security::AutoMtls] {
        converse(PluginClient::builder(programs.join("kv-plugin"), rpcplugin_tests::cookie()), security)
            .await;
    }
}

#[tokio::test]
async fn a_go_host_of_the_same_file_calls() {
    let Some(programs) = programs() else { return };
    for tls in [false, true] {
        let mut command = tokio::process::Command::new(programs.join("kv-host"));
        command.args(tls.then_some("-auto-mtls")).arg(plugin());
        run_host(command, &["put", "get", "get-missing", "list", "put-all", "watch", "emit-log", "kill"])
            .await;
    }
}

/// Of every kind, and with the names that need care.
struct Every;

impl EveryKind for Every {
    async fn r#type(&self) -> Result<(), Status> {
        Ok(())
    }

    async fn with_(&self, request: Pair) -> Result<Streaming<Inner>, Status> {
        Ok(Streaming::from_iter(request.value.into_iter().map(|byte| Inner { number: byte.into() })))
    }

    async fn sum(&self, mut requests: Streaming<i64>) -> Result<i64, Status> {
        let mut sum = 0;
        while let Some(number) = requests.message().await? {
            sum += number;
        }
        Ok(sum)
    }

    async fn http_echo(&self, requests: Streaming<String>) -> Result<Streaming<String>, Status> {
        Ok(requests)
    }
}

#[tokio::test]
async fn names_and_messages_of_other_files_are_those_of_the_file() {
    let spec = EveryKindClient::SPEC;
    let paths: Vec<_> = spec.methods.iter().map(|method| method.path).collect();
    let expected = ["Type", "With", "Sum", "HTTPEcho"].map(|name| format!("/every.v1.EveryKind/{name}"));
    assert_eq!(paths, expected);
    assert_eq!(
        spec.documentation,
        "Its methods are called as the words of Rust are, or have messages of other\nfiles."
    );
    assert_eq!(spec.methods[1].documentation, "Of another package, and nested.");
    let idempotent: Vec<_> = spec.methods.iter().map(|method| method.idempotent).collect();
    assert_eq!(idempotent, [false, true, false, false]);
    assert_eq!(spec.methods[1].response_name.unwrap().full_name(), "every.v1.Outer.Inner");

    let pair = connect(EveryKindServer::new(Every)).await.unwrap();
    let every = EveryKindClient::new(pair.channel());
    every.r#type().await.unwrap();
    let numbers: Vec<_> = every.with_(self::pair("a", &[1, 2])).await.unwrap().collect().await.unwrap();
    assert_eq!(numbers, [Inner { number: 1 }, Inner { number: 2 }]);
    assert_eq!(every.sum(Streaming::from_iter([1, 2, 3])).await.unwrap(), 6);
    let texts = every.http_echo(Streaming::from_iter(["a".to_owned()])).await.unwrap();
    assert_eq!(texts.collect::<Vec<_>>().await.unwrap(), ["a"]);
}
