//! Clients that are generated from nothing but what a contract exports, in Go and in Python, call a plugin of the contract.

use std::path::{Path, PathBuf};
use std::process::Command;

use rpcplugin::ProtoFile;
use rpcplugin_tests::ledger::LedgerClient;

use crate::interop::{answers, build, built, run_host, sources};
use crate::python::{Python, python};
use crate::support::absent;

const STEPS: [&str; 7] =
    ["unary", "refused", "missing", "client-stream", "server-stream", "both-stream", "deadline"];

fn plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_ledger_plugin"))
}

/// Writes the contract into the directory, as `ledger.proto`.
fn write_contract(directory: &Path) {
    let file =
        ProtoFile::new("ledger.v1").go_package("rpcplugin-interop/ledgerpb").service(LedgerClient::SPEC);
    let missing = <rpcplugin_tests::ledger::Missing as rpcplugin::BinaryMessage>::SCHEMA;
    std::fs::write(directory.join("ledger.proto"), file.message(missing).to_proto().unwrap()).unwrap();
}

fn protoc(python: &Python, directory: &Path) -> Command {
    let mut command = Command::new(&python.interpreter);
    command.current_dir(directory).args(["-m", "grpc_tools.protoc", "-I.", "ledger.proto"]);
    command
}

#[tokio::test]
async fn a_client_in_python_that_is_generated_from_a_contract_calls_its_plugin() {
    let Some(python) = python() else { return };
    let directory = tempfile::tempdir().unwrap();
    write_contract(directory.path());
    build(protoc(&python, directory.path()).args(["--python_out=.", "--grpc_python_out=."]));
    let path = [directory.path(), &sources().join("python"), &python.modules].map(Path::to_path_buf);
    for tls in [false, true] {
        let mut command = python.command("../ledger/ledger_host.py");
        command.env("PYTHONPATH", std::env::join_paths(&path).unwrap());
        command.args(tls.then_some("--tls")).arg(plugin());
        run_host(command, &STEPS).await;
    }
}

/// The generators of Go's own code, in versions that belong to the module of the Go programs.
fn generators() -> PathBuf {
    let directory = built("generators");
    let tools = [
        ("protoc-gen-go", "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12"),
        ("protoc-gen-go-grpc", "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2"),
    ];
    for (name, package) in tools {
        if !directory.join(name).exists() {
            build(Command::new("go").env("GOBIN", &directory).args(["install", package]));
        }
    }
    directory
}

#[tokio::test]
async fn a_client_in_go_that_is_generated_from_a_contract_calls_its_plugin() {
    // protoc comes with grpcio-tools.
    let Some(python) = python() else { return };
    if !answers("go", "version") {
        return absent("Go");
    }
    let directory = tempfile::tempdir().unwrap();
    let module = directory.path();
    write_contract(module);
    let generators = generators();
    let generator = |name: &str| format!("--plugin={name}={}", generators.join(name).display());
    build(
        protoc(&python, module)
            .args([generator("protoc-gen-go"), generator("protoc-gen-go-grpc")])
            .args(["--go_out=.", "--go_opt=module=rpcplugin-interop"])
            .args(["--go-grpc_out=.", "--go-grpc_opt=module=rpcplugin-interop"]),
    );
    for (from, to) in [("go/go.mod", "go.mod"), ("go/go.sum", "go.sum"), ("ledger/main.go", "main.go")] {
        std::fs::copy(sources().join(from), module.join(to)).unwrap();
    }
    build(Command::new("go").current_dir(module).args(["build", "-trimpath", "-o", "ledger-host", "."]));
    for tls in [false, true] {
        let mut command = tokio::process::Command::new(module.join("ledger-host"));
        command.args(tls.then_some("-auto-mtls")).arg(plugin()).kill_on_drop(true);
        run_host(command, &STEPS).await;
    }
}
