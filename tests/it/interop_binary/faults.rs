//! Our host with a plugin that does one thing wrong, for each that the vectors have.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::stream;
use rpcplugin::{Channel, Code, PluginClientBuilder, Security, StartError, Status, Streaming, Wire};
use rpcplugin_tests::probe::{Probe, ProbeClient, Range, Reading, Total};
use serde_json::Value;

use super::python_plugin_named;
use crate::binary_vectors::{list, text, vectors};
use crate::python::{Python, python};

/// What the host finds, of the vectors under one name.
fn found_by_the_host(name: &str) -> impl Iterator<Item = &'static Value> {
    list(vectors(), name).iter().filter(|vector| vector["found_by"] == "host")
}

fn faulty(python: &Python, vector: &'static Value, report: &Path) -> PluginClientBuilder {
    let builder = python_plugin_named(python, "binary_faults.py").security(Security::Plaintext);
    builder.arg(text(vector, "name")).arg(report).wire(Wire::Binary)
}

/// The number of the method that a vector calls first; without a call, the one with one request and one response.
fn method(vector: &'static Value) -> u8 {
    let calls = list(vector, "before").iter().filter(|step| step["from"] == "host");
    let mut numbers = calls.filter_map(|step| {
        let fields: Vec<&str> = text(step, "hex").split(' ').collect();
        (fields.get(1) == Some(&"10")).then(|| fields.get(4).and_then(|number| number.get(..2)))?
    });
    numbers.next().map_or(0, |number| number.parse().unwrap())
}

/// A stream that does not end.
fn open<T: Send + 'static>() -> Streaming<T> {
    Streaming::new(stream::pending())
}

/// How the call of a vector ends. Requests of a stream go on for ever.
async fn call(channel: &Channel, vector: &'static Value) -> Result<(), Status> {
    let probe = ProbeClient::new(channel.clone());
    match method(vector) {
        0 => probe.first(Range { from: 0, count: 1 }).await.map(drop),
        1 => probe.readings(Range { from: 0, count: 1 }).await?.collect::<Vec<Reading>>().await.map(drop),
        2 => probe.sum(open()).await.map(drop),
        _ => probe.running(open()).await?.collect::<Vec<Total>>().await.map(drop),
    }
}

/// What the plugin says of how its host took it.
async fn reported(report: &Path) -> String {
    for _ in 0..200 {
        match std::fs::read_to_string(report) {
            Ok(said) if !said.is_empty() => return said,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    panic!("the plugin wrote no {}", report.display())
}

/// Where the plugin puts its report, until the directory is dropped.
fn report() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report");
    (directory, path)
}

/// What was wrong with how a host took a vector; nothing if it took it as it should.
async fn fault_of_a_violation(python: &Python, vector: &'static Value) -> Option<String> {
    let (_kept, report) = report();
    let started = faulty(python, vector, &report).start().await;
    let plugin = match (vector["opening"] == true, started) {
        // The host kills it at once, so nobody knows what it has heard.
        (true, Err(StartError::Protocol { .. })) => return None,
        (true, started) => return Some(format!("{started:?}")),
        (false, started) => started.unwrap(),
    };
    let outcome = tokio::time::timeout(Duration::from_secs(5), call(&plugin.channel(), vector)).await;
    let code = outcome.map(|outcome| outcome.map_err(|status| status.code()));
    let said = reported(&report).await;
    let is_right = code == Ok(Err(Code::Internal)) && said.starts_with("goodbye 1 ");
    (!is_right).then(|| format!("the call ends with {code:?}, the plugin hears `{said}`"))
}

#[tokio::test]
async fn our_host_finds_every_violation() {
    let Some(python) = python() else { return };
    let mut faults = Vec::new();
    for vector in found_by_the_host("violations") {
        // What it says depends on what our host says in its HELLO, which is more than what the vectors say.
        if vector["violation"] == "Window" {
            continue;
        }
        let fault = fault_of_a_violation(&python, vector).await;
        faults.extend(fault.map(|fault| format!("{}: {fault}", text(vector, "name"))));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn what_ends_a_call_of_our_host_ends_it_alone() {
    let Some(python) = python() else { return };
    let mut faults = Vec::new();
    for vector in found_by_the_host("failures") {
        let (_kept, report) = report();
        let plugin = faulty(&python, vector, &report).start().await.unwrap();
        let status = call(&plugin.channel(), vector).await.unwrap_err();
        let said = reported(&report).await;
        let is_right = i64::from(status.code().number()) == vector["code"].as_i64().unwrap();
        if !is_right || said.starts_with("goodbye") || said == "closed" {
            faults.push(format!("{}: {status}, the plugin hears `{said}`", text(vector, "name")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
