//! The programs that have no README: the quickstart, and those that print a contract and messages.

use crate::examples::{Shown, build_all, built};

/// Runs a program, which must print all of this.
async fn prints(program: &str, words: &[&str]) {
    build_all();
    let shown = Shown { command: built().join(program).display().to_string(), prints: Vec::new() };
    let printed = shown.printed().await;
    for word in words {
        assert!(printed.contains(word), "{program} does not print {word}\n{printed}");
    }
}

#[tokio::test]
async fn contract_show_prints_a_contract_and_what_a_running_plugin_says() {
    let words = [
        "shipping 1.2.0 as ",
        "unary_stream   /shipping.v1.Shipments/Follow",
        "rpc Follow(google.protobuf.UInt64Value) returns (stream Shipment);",
        "unary_stream   Follow: google.protobuf.UInt64Value -> shipping.v1.Shipment",
        "(every plugin has it)",
        "shipping.v1.Shipments/Find 7\n  {",
        "\"destination\":\"Ghent\"",
        "failed: NOT_FOUND `no shipment 8; there is 7`",
    ];
    prints("contract-show", &words).await;
}

#[tokio::test]
async fn schema_show_prints_messages_in_three_forms() {
    prints("schema-show", &["syntax = \"proto3\"", "offset  size", "class MessageType"]).await;
}

#[tokio::test]
async fn the_quickstart_makes_a_call_of_each_kind() {
    let kinds = ["unary_unary", "unary_stream", "stream_unary", "stream_stream"];
    let words = [
        "mutual TLS",
        "3 readings, 22 degrees in the mean",
        "NOT_FOUND: no station `moon`",
        "exit status: 0",
    ];
    prints("quickstart", &[&kinds[..], &words[..]].concat()).await;
}
