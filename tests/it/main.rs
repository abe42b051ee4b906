//! The tests that need more than one room, or more than one process.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

mod binary_vectors;
mod broker;
mod brokered_ways;
mod cancel_safety;
mod chatty;
mod checksums;
mod compression;
mod configuration;
mod configured_calls;
mod conformance;
mod conformance_http2;
mod contract_attributes;
mod contract_proto;
mod contracts;
mod cut_off;
mod design_documents;
mod detach;
mod end_with_parent;
mod ends;
mod environment;
mod examples;
mod family_vectors;
mod first_lines;
mod foreign_sockets;
mod generated;
mod group;
mod interop;
mod interop_binary;
mod interop_family;
mod interop_go;
mod interop_protobuf;
mod interop_python;
mod interop_retries;
mod kills;
mod kit;
mod kit_cut;
mod kit_deadlines;
mod kit_failures;
mod kit_four;
mod kit_metadata;
mod length_bomb;
mod listener;
mod matrix;
mod not_starting;
mod of_tonic;
mod orphans;
mod out_of_memory;
mod outlive;
mod output;
mod own_tls;
mod page_links;
mod plugin_logs;
mod pool;
mod private_things;
mod process_stderr;
mod processes;
mod proto_first;
mod protocols;
mod python;
mod random_schemas;
mod reattach;
mod reflection;
mod runners;
mod schema_protox;
mod socket_group;
mod stdin;
mod stopping;
mod supervision;
mod support;
mod terraform;
mod tidy;
mod tls_attacks;
mod versions;
mod wires;
mod wrong_protocols;

use std::path::PathBuf;

/// The project's directory.
fn root() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the package is a directory of the project").to_owned()
}
