//! Against pyvider-rpcplugin, in both roles, in a virtual environment of the test's own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use rpcplugin::{PluginClient, Security};

use crate::interop::{Peer, answers, build, built, host_plugin, run_host, sources};
use crate::support::{absent, kv_plugin};

/// The steps of the Python host that must have been checked, whatever the options.
const STEPS: [&str; 13] = [
    "start",
    "put",
    "put-again",
    "put-second",
    "get",
    "get-missing",
    "list",
    "put-all",
    "watch",
    "watch-missing",
    "large-value",
    "emit",
    "close",
];

/// What runs the Python programs.
#[derive(Clone)]
struct Python {
    interpreter: PathBuf,
    /// The modules that are generated from the contract.
    modules: PathBuf,
}

impl Python {
    fn program(&self, name: &str) -> PathBuf {
        sources().join("python").join(name)
    }
}

/// The interpreter with the package; `None` where there is no Python that is new enough.
fn python() -> Option<Python> {
    static PYTHON: OnceLock<Option<Python>> = OnceLock::new();
    let python = PYTHON.get_or_init(|| new_enough().map(|system| environment(&system)));
    if python.is_none() {
        absent("Python 3.11 or later");
    }
    python.clone()
}

fn new_enough() -> Option<String> {
    let check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    let works = |name: &str| {
        Command::new(name).args(["-c", check]).output().is_ok_and(|output| output.status.success())
    };
    let names = ["python3", "python3.13", "python3.12", "python3.11"];
    names.into_iter().find(|name| answers(name, "--version") && works(name)).map(str::to_owned)
}

/// Makes the virtual environment, or takes the one of an earlier run if its requirements are the same.
fn environment(system: &str) -> Python {
    let directory = built("python");
    let requirements = sources().join("python/requirements.txt");
    let wanted = std::fs::read_to_string(&requirements).unwrap();
    let done = directory.join("installed.txt");
    let interpreter = directory.join("venv/bin/python");
    if std::fs::read_to_string(&done).unwrap_or_default() != wanted || !interpreter.exists() {
        build(Command::new(system).args(["-m", "venv", "--clear"]).arg(directory.join("venv")));
        build(Command::new(&interpreter).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements));
        std::fs::write(&done, wanted).unwrap();
    }
    let modules = directory.join("modules");
    std::fs::create_dir_all(&modules).unwrap();
    build(Command::new(&interpreter).arg(sources().join("python/generate.py")).arg(&modules));
    Python { interpreter, modules }
}

async fn a_python_host_with_our_plugin(mutual_tls: bool, tcp: bool) {
    let Some(python) = python() else { return };
    let mut command = tokio::process::Command::new(&python.interpreter);
    command
        .env("PYTHONPATH", &python.modules)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PLUGIN_AUTO_MTLS", mutual_tls.to_string())
        .arg(python.program("kv_host.py"))
        .arg(kv_plugin())
        .args(tcp.then_some("--tcp"));
    run_host(command, &STEPS).await;
}

#[tokio::test]
async fn a_python_host_with_our_plugin_in_plaintext_over_unix() {
    a_python_host_with_our_plugin(false, false).await;
}

#[tokio::test]
async fn a_python_host_with_our_plugin_with_mutual_tls_over_unix() {
    a_python_host_with_our_plugin(true, false).await;
}

#[tokio::test]
async fn a_python_host_with_our_plugin_in_plaintext_over_tcp() {
    a_python_host_with_our_plugin(false, true).await;
}

#[tokio::test]
async fn a_python_host_with_our_plugin_with_mutual_tls_over_tcp() {
    a_python_host_with_our_plugin(true, true).await;
}

async fn our_host_with_a_python_plugin(security: Security, tcp: bool, mark: &str) {
    let Some(python) = python() else { return };
    let modules: &Path = &python.modules;
    let builder = PluginClient::builder(&python.interpreter, rpcplugin_tests::cookie())
        .env("PYTHONPATH", modules)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(python.program("kv_plugin.py"))
        .args(tcp.then_some("--tcp"));
    // Its logger writes a format of its own, and its stdio stream stays empty: everything is on the pipes.
    let peer = Peer { log_level: "DEBUG", stderr_is_streamed: false };
    host_plugin(builder, security, &peer, mark).await;
}

#[tokio::test]
async fn our_host_with_a_python_plugin_in_plaintext_over_unix() {
    our_host_with_a_python_plugin(Security::Plaintext, false, "of python in plaintext over unix").await;
}

#[tokio::test]
async fn our_host_with_a_python_plugin_with_tls_over_unix() {
    our_host_with_a_python_plugin(Security::AutoMtls, false, "of python with tls over unix").await;
}

#[tokio::test]
async fn our_host_with_a_python_plugin_in_plaintext_over_tcp() {
    our_host_with_a_python_plugin(Security::Plaintext, true, "of python in plaintext over tcp").await;
}

#[tokio::test]
async fn our_host_with_a_python_plugin_with_tls_over_tcp() {
    our_host_with_a_python_plugin(Security::AutoMtls, true, "of python with tls over tcp").await;
}
