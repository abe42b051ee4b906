//! Our host, opposite plugins of ours on either wire, and those of others.

use bytes::Bytes;
use futures_util::stream;
use rpcplugin::{
    Code, DescribeError, JsonCallError, Messages, MethodKind, PluginClient, PluginClientBuilder,
    PluginDescription, Security, Wire,
};
use serde_json::{Value, json};

use super::Described;
use crate::interop_go::programs;
use crate::python::python;
use crate::support::builder;

fn described_plugin() -> PluginClientBuilder {
    PluginClient::builder(env!("CARGO_BIN_EXE_reflect_plugin"), rpcplugin_tests::cookie())
}

async fn call(description: &PluginDescription, method: &str, request: Value) -> Value {
    let answer = description.call_json(&format!("kvtest.KV/{method}"), &request.to_string()).await.unwrap();
    serde_json::from_str(&answer).unwrap()
}

async fn stream(description: &PluginDescription, method: &str, requests: Vec<Value>) -> Vec<Value> {
    let requests = stream::iter(requests.into_iter().map(|request| request.to_string()));
    let answers = description.stream_json(&format!("kvtest.KV/{method}"), requests).await.unwrap();
    let answers = answers.collect::<Vec<_>>().await.unwrap();
    answers.iter().map(|answer| serde_json::from_str(answer).unwrap()).collect()
}

/// Discovers the key-value store, and calls methods of all four kinds with what was learnt of it.
async fn discover_and_call(plugin: &PluginClient) -> PluginDescription {
    let description = plugin.describe().await.unwrap();
    let own: Vec<_> = description.services().iter().filter(|service| !service.is_of_every_plugin).collect();
    assert!(own.iter().any(|service| service.name == "kvtest.KV"), "{own:?}");
    let kinds = [
        ("Put", MethodKind::UnaryUnary),
        ("Get", MethodKind::UnaryUnary),
        ("List", MethodKind::UnaryStream),
        ("PutAll", MethodKind::StreamUnary),
        ("Watch", MethodKind::StreamStream),
    ];
    for (name, kind) in kinds {
        assert_eq!(description.method(&format!("kvtest.KV/{name}")).unwrap().kind, kind, "{name}");
    }
    assert_eq!(description.method("kvtest.KV/Get").unwrap().response.name, "kvtest.Pair");
    // Every service that is named is described.
    for service in description.services() {
        assert!(!service.methods.is_empty() && service.file.is_some(), "{service:?}");
    }

    let pair = |key: &str, value: &str| json!({ "key": key, "value": value });
    assert_eq!(call(&description, "Put", pair("a", "MQ==")).await, json!({ "created": true }));
    assert_eq!(call(&description, "Get", json!({ "key": "a" })).await, pair("a", "MQ=="));
    let all = vec![pair("b", "Mg=="), pair("c", "MzM=")];
    assert_eq!(stream(&description, "PutAll", all).await, [json!({ "count": "2", "bytes": "3" })]);
    let listed = stream(&description, "List", vec![json!({})]).await;
    assert_eq!(listed, [pair("a", "MQ=="), pair("b", "Mg=="), pair("c", "MzM=")]);
    let keys = vec![json!({ "key": "c" }), json!({ "key": "a" })];
    assert_eq!(stream(&description, "Watch", keys).await, [pair("c", "MzM="), pair("a", "MQ==")]);

    let missing = description.call_json("kvtest.KV/Get", r#"{"key":"none"}"#).await.unwrap_err();
    assert!(
        matches!(&missing, JsonCallError::Call { source, .. } if source.code() == Code::NotFound),
        "{missing}"
    );
    let bad = description.call_json("kvtest.KV/Get", r#"{"kee":"a"}"#).await.unwrap_err();
    assert!(bad.to_string().contains("name 'kee'; expected one of `key`"), "{bad}");

    // The same with bytes.
    let request = Messages::One(Bytes::from_static(b"\x0a\x01a"));
    let Messages::One(answer) = description.call_bytes("kvtest.KV/Get", request).await.unwrap() else {
        panic!("a stream")
    };
    assert_eq!(answer, &b"\x0a\x01a\x12\x011"[..]);
    description
}

#[tokio::test]
async fn our_host_discovers_and_calls_our_plugin_on_either_wire() {
    for wire in [Wire::Binary, Wire::Grpc] {
        let plugin = described_plugin().wire(wire).start().await.unwrap();
        assert_eq!(plugin.wire(), wire);
        let description = discover_and_call(&plugin).await;
        let get = description.method("kvtest.KV/Get").unwrap();
        assert_eq!(get.documentation, "Reads a pair.");
        // A packed message crosses as it is.
        let read = description.method("station.v1.Station/Read").unwrap();
        assert_eq!(read.response.to_string(), "Reading {celsius:f32le}");
        assert!(read.idempotent);
        let request = Messages::One(Bytes::from_static(b"\x0a\x04roof"));
        let answer = description.call_bytes(&read.path, request).await.unwrap();
        let Messages::One(answer) = answer else { panic!("a stream") };
        assert_eq!(answer, &21.5_f32.to_le_bytes()[..]);
        let refused = description.call_json(&read.path, r#""roof""#).await.unwrap_err();
        assert!(matches!(refused, JsonCallError::NotProtobuf { side: "response", .. }), "{refused}");
        assert!(plugin.stop().await.is_graceful());
    }
}

#[tokio::test]
async fn our_host_discovers_and_calls_a_go_plugin() {
    let Some(programs) = programs() else { return };
    let plugin = PluginClient::builder(programs.join("kv-plugin"), rpcplugin_tests::cookie());
    let plugin = plugin.start().await.unwrap();
    assert_eq!(plugin.wire(), Wire::Grpc);
    let description = discover_and_call(&plugin).await;
    // Go keeps no comments.
    assert_eq!(description.service("kvtest.KV").unwrap().documentation, "");
    let file = description.service("kvtest.KV").unwrap().file.clone().unwrap();
    let text = description.to_proto(&file).unwrap();
    assert!(text.contains("  rpc PutAll(stream Pair) returns (Summary);"), "{text}");
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn plugins_without_reflection_are_known_as_such_on_either_wire() {
    for wire in [Wire::Binary, Wire::Grpc] {
        let plugin = builder().wire(wire).start().await.unwrap();
        let error = plugin.describe().await.unwrap_err();
        assert!(matches!(error, DescribeError::NotOffered), "{error}");
        plugin.stop().await;
    }
}

#[tokio::test]
async fn a_plugin_of_pyvider_without_reflection_is_known_as_such() {
    let Some(python) = python() else { return };
    let plugin = PluginClient::builder(&python.interpreter, rpcplugin_tests::cookie())
        .arg(python.program("kv_plugin.py"))
        .env("PYTHONPATH", &python.modules)
        .start_timeout(std::time::Duration::from_secs(60));
    let plugin = plugin.start().await.unwrap();
    let error = plugin.describe().await.unwrap_err();
    assert!(matches!(error, DescribeError::NotOffered), "{error}");
    plugin.stop().await;
}

#[tokio::test]
async fn the_text_of_a_file_is_one_that_a_compiler_takes() {
    let described = Described::start().await;
    let plugin = builder().security(Security::Plaintext).attach(&described.config).await.unwrap();
    let description = plugin.describe().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let files: Vec<_> = description.files().filter(|path| !path.starts_with("google/")).collect();
    for path in &files {
        let file = directory.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, description.to_proto(path).unwrap()).unwrap();
    }
    let mut compiler = protox::Compiler::new([directory.path()]).unwrap();
    compiler.include_imports(true).open_files(&files).unwrap();
    let compiled = compiler.descriptor_pool();
    let said =
        protox::prost_reflect::DescriptorPool::decode(description.descriptor_set().as_slice()).unwrap();
    let methods = |pool: &protox::prost_reflect::DescriptorPool| {
        let methods = pool.services().flat_map(|service| service.methods().collect::<Vec<_>>());
        let mut methods: Vec<_> = methods
            .map(|method| {
                (
                    method.full_name().to_owned(),
                    method.input().full_name().to_owned(),
                    method.output().full_name().to_owned(),
                    method.is_client_streaming(),
                    method.is_server_streaming(),
                )
            })
            .collect();
        methods.sort();
        methods
    };
    assert_eq!(methods(&compiled), methods(&said));
    let fields = |pool: &protox::prost_reflect::DescriptorPool| {
        let messages = pool.all_messages().filter(|message| !message.full_name().starts_with("google."));
        let fields = messages.flat_map(|message| message.fields().collect::<Vec<_>>());
        let mut fields: Vec<_> = fields
            .map(|field| {
                (
                    field.full_name().to_owned(),
                    field.number(),
                    format!("{:?} {:?} {:?}", field.kind(), field.cardinality(), field.containing_oneof()),
                )
            })
            .collect();
        fields.sort();
        fields
    };
    assert_eq!(fields(&compiled), fields(&said));
    drop(plugin);
    described.stop().await;
}
