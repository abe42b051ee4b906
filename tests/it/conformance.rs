//! gRPC's own test cases: our client opposite a server on grpcio, a client on grpcio opposite our server.
//!
//! Each case runs in both roles over both transports, in plaintext and with mutual TLS.
//! One test runs them all, because what it finds is one table.

mod compression;

mod our_client;

mod our_server;

mod table;

use rpcplugin::Security;
use rpcplugin_tests::conformance::{CASES, Case};

use self::table::{Column, Table};
use crate::python::python;

/// A way between client and server.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    security: Security,
    tcp: bool,
}

const WAYS: [Way; 4] = [
    Way { name: "unix", security: Security::Plaintext, tcp: false },
    Way { name: "unix+tls", security: Security::AutoMtls, tcp: false },
    Way { name: "tcp", security: Security::Plaintext, tcp: true },
    Way { name: "tcp+tls", security: Security::AutoMtls, tcp: true },
];

/// The cases that are run.
fn cases() -> impl Iterator<Item = &'static Case> {
    CASES.iter().filter(|case| case.pending.is_none())
}

#[tokio::test]
async fn the_cases_hold_in_both_roles_over_every_transport() {
    let Some(python) = python() else { return };
    let mut columns = Vec::new();
    for way in WAYS {
        columns.push(Column::new("our client", way.name, our_client::run(&python, way).await));
    }
    for way in WAYS {
        columns.push(Column::new("our server", way.name, our_server::run(&python, way).await));
    }
    let table = Table::new(&CASES, columns);
    table.print();
    assert!(table.faults().is_empty(), "{}", table.faults().join("\n"));
}
