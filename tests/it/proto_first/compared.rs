//! A contract held against a file.

use protox::prost_reflect::prost::Message as _;
use rpcplugin::testing::{assert_same_as_proto, proto_differences};
use rpcplugin_proto_first::{every, kvtest};
use rpcplugin_tests::kv;

use crate::interop::sources;

/// What a compiler makes of the text, as bytes.
fn compiled(text: &str) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kv.proto");
    std::fs::write(&path, text).unwrap();
    protox::compile([&path], [directory.path()]).unwrap().encode_to_vec()
}

fn text() -> String {
    std::fs::read_to_string(sources().join("kv.proto")).unwrap()
}

#[test]
fn the_contract_in_rust_and_the_one_that_was_made_of_the_file_are_those_of_the_file() {
    let files = compiled(&text());
    assert_same_as_proto(kv::KvClient::SPEC, &files);
    assert_same_as_proto(kvtest::KvClient::SPEC, &files);
    assert_same_as_proto(every::v1::EveryKindClient::SPEC, kvtest::FILE_DESCRIPTOR_SET);
    // A contract that stands in its own descriptors is those files.
    let set = kvtest::KvClient::SPEC.to_descriptor_set().unwrap();
    assert_same_as_proto(kv::KvClient::SPEC, &set);
}

#[test]
fn every_difference_is_named_in_one_pass() {
    let changes = [
        ("rpc Put(Pair)", "rpc Place(Pair)"),
        ("rpc List(Prefix) returns (stream Pair)", "rpc List(Prefix) returns (Pair)"),
        ("rpc Get(Key)", "rpc Get(Prefix)"),
        ("bytes value = 2;", "optional string text = 2; repeated bytes more = 3;"),
        ("  uint64 bytes = 2;", "  oneof size { uint64 bytes = 2; }"),
        ("string standard_error = 3;", "string standard_error = 4;"),
    ];
    let mut changed = text();
    for (old, new) in changes {
        assert!(changed.contains(old), "{old}");
        changed = changed.replace(old, new);
    }
    let files = compiled(&changed);
    let expected = [
        "method `Put` is in the contract, and not in the file",
        "the request of `Get` is `kvtest.Key` in the contract, and `kvtest.Prefix` in the file",
        "method `List` is unary_stream in the contract, and unary_unary in the file",
        "method `Place` is in the file, and not in the contract",
        "field 2 of `kvtest.Pair` has the name `value` in the contract, and `text` in the file",
        "field 2 of `kvtest.Pair` has the type bytes in the contract, and string in the file",
        "field 2 of `kvtest.Pair` has the label none in the contract, and optional in the file",
        "field 3 of `kvtest.Pair` is in the file, and not in the contract: `more`",
        "field 2 of `kvtest.Summary` has the `oneof` none in the contract, and `size` in the file",
        "field 3 of `kvtest.EmitRequest` is in the contract, and not in the file: `standard_error`",
        "field 4 of `kvtest.EmitRequest` is in the file, and not in the contract: `standard_error`",
    ];
    for spec in [kv::KvClient::SPEC, kvtest::KvClient::SPEC] {
        assert_eq!(proto_differences(spec, &files).unwrap(), expected);
    }
}

#[test]
fn a_file_without_the_service_is_said_with_what_it_has() {
    let files = compiled("syntax = \"proto3\"; package other; service A {} service B {}");
    let expected = "service `kvtest.KV` is not in the file, which has `other.A`, `other.B`";
    assert_eq!(proto_differences(kv::KvClient::SPEC, &files).unwrap(), [expected]);
    assert!(proto_differences(kv::KvClient::SPEC, b"\xff").is_err());
}
