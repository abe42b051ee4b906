//! grpcurl, and the client of grpcio-reflection, opposite our plugin.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use rpcplugin::Address;
use serde_json::{Value, json};

use super::Described;
use crate::interop::{answers, build, built, run_host};
use crate::python::python;
use crate::support::absent;

/// grpcurl, built by Go; `None` where there is no Go.
fn grpcurl() -> Option<PathBuf> {
    static GRPCURL: OnceLock<Option<PathBuf>> = OnceLock::new();
    let grpcurl = GRPCURL.get_or_init(|| {
        let directory = built("grpcurl");
        let program = directory.join("grpcurl");
        if program.exists() {
            return Some(program);
        }
        let package = format!("github.com/fullstorydev/grpcurl/cmd/grpcurl@{GRPCURL_VERSION}");
        answers("go", "version").then(|| {
            build(Command::new("go").env("GOBIN", &directory).args(["install", &package]));
            program
        })
    });
    if grpcurl.is_none() {
        absent("Go, which brings grpcurl");
    }
    grpcurl.clone()
}

const GRPCURL_VERSION: &str = "v1.9.3";

fn socket(described: &Described) -> &Path {
    let Address::Unix(socket) = &described.config.address else { panic!("{:?}", described.config) };
    socket
}

/// Runs grpcurl: what it prints, whether it is content or not.
async fn run(grpcurl: &Path, described: &Described, arguments: &[&str]) -> Result<String, String> {
    let mut command = tokio::process::Command::new(grpcurl);
    // Behind the options: the socket, and what is wanted of it.
    let options = arguments.iter().take_while(|argument| argument.starts_with('-')).count();
    let options = if options == 0 { 0 } else { 2 };
    let (options, wanted) = arguments.split_at(options);
    let target = format!("unix://{}", socket(described).display());
    command.arg("-plaintext").args(options).arg(target).args(wanted);
    let output =
        tokio::time::timeout(std::time::Duration::from_secs(60), command.kill_on_drop(true).output());
    let output = output.await.expect("grpcurl ends").unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

/// JSON texts behind each other.
fn values(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text).into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn grpcurl_lists_describes_and_calls_a_plugin_that_it_was_told_nothing_of() {
    let Some(grpcurl) = grpcurl() else { return };
    let described = Described::start().await;
    let ask = |arguments: &'static [&'static str]| run(&grpcurl, &described, arguments);

    let list = ask(&["list"]).await.unwrap();
    let expected = [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        "kvtest.KV",
        "plugin.GRPCBroker",
        "plugin.GRPCController",
        "plugin.GRPCStdio",
        "station.v1.Station",
    ];
    assert_eq!(list.lines().collect::<Vec<_>>(), expected);
    let list = ask(&["list", "kvtest.KV"]).await.unwrap();
    assert!(
        list.lines()
            .eq(["Emit", "Get", "List", "Put", "PutAll", "Watch"].map(|name| format!("kvtest.KV.{name}")))
    );

    // Every service, and a method of each kind, a message and an opaque one.
    for service in expected {
        assert!(ask_one(&grpcurl, &described, service).await.contains("service "), "{service}");
    }
    let watch = ask(&["describe", "kvtest.KV.Watch"]).await.unwrap();
    assert!(watch.contains("rpc Watch ( stream .kvtest.Key ) returns ( stream .kvtest.Pair );"), "{watch}");
    let pair = ask(&["describe", "kvtest.Pair"]).await.unwrap();
    assert!(pair.contains("string key = 1;") && pair.contains("bytes value = 2;"), "{pair}");
    let station = ask(&["describe", "station.v1.Station"]).await.unwrap();
    assert!(station.contains("returns ( .rpcplugin.opaque.station.v1.Station.ReadResponse )"), "{station}");
    let opaque = ask(&["describe", "rpcplugin.opaque.station.v1.Station.ReadResponse"]).await.unwrap();
    assert!(opaque.contains("message ReadResponse"), "{opaque}");
    let unknown = ask(&["describe", "kvtest.Nothing"]).await.unwrap_err();
    assert!(unknown.contains("Symbol not found: kvtest.Nothing"), "{unknown}");

    // Calls of all four kinds, with what it has learnt.
    let put = ask(&["-d", r#"{"key":"a","value":"MQ=="}"#, "kvtest.KV/Put"]).await.unwrap();
    assert_eq!(values(&put), [json!({ "created": true })]);
    let get = ask(&["-d", r#"{"key":"a"}"#, "kvtest.KV/Get"]).await.unwrap();
    assert_eq!(values(&get), [json!({ "key": "a", "value": "MQ==" })]);
    let all = ask(&["-d", r#"{"key":"b"} {"key":"c","value":"MjI="}"#, "kvtest.KV/PutAll"]).await.unwrap();
    assert_eq!(values(&all), [json!({ "count": "2", "bytes": "2" })]);
    let listed = ask(&["-d", "{}", "kvtest.KV/List"]).await.unwrap();
    assert_eq!(values(&listed).len(), 3);
    let watched = ask(&["-d", r#"{"key":"c"} {"key":"a"}"#, "kvtest.KV/Watch"]).await.unwrap();
    let keys: Vec<_> = values(&watched).iter().map(|pair| pair["key"].clone()).collect();
    assert_eq!(keys, [json!("c"), json!("a")]);
    let count = ask(&["-d", "{}", "station.v1.Station/Count"]).await.unwrap();
    assert_eq!(values(&count), [json!(3)]);
    let health = ask(&["-d", r#"{"service":"plugin"}"#, "grpc.health.v1.Health/Check"]).await.unwrap();
    assert_eq!(values(&health), [json!({ "status": "SERVING" })]);
    // What is no message of protobuf it cannot read, whatever it makes of it; the plugin goes on.
    drop(ask(&["-d", r#""roof""#, "station.v1.Station/Read"]).await);
    let again = ask(&["list"]).await.unwrap();
    assert!(again.contains("station.v1.Station"), "{again}");
    described.stop().await;
}

async fn ask_one(grpcurl: &Path, described: &Described, service: &str) -> String {
    run(grpcurl, described, &["describe", service]).await.unwrap()
}

#[tokio::test]
async fn grpcio_reflection_builds_a_client_of_what_a_plugin_says() {
    let Some(python) = python() else { return };
    let described = Described::start().await;
    let mut command = python.command("reflection_client.py");
    command.arg(format!("unix:{}", socket(&described).display()));
    let steps = [
        "list",
        "alpha",
        "describe",
        "get",
        "watch",
        "symbol",
        "file",
        "imports",
        "missing",
        "extension",
        "numbers",
        "nothing",
    ];
    run_host(command, &steps).await;
    described.stop().await;
}
