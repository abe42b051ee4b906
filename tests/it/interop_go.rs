//! Against HashiCorp's go-plugin, what `matrix.rs` has not.
//!
//! A Go plugin listens on TCP only on Windows, so TCP is tested where our side chooses it.

mod voice;

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use rpcplugin::{Cookie, EarlyEnd, PluginClient, StartError};

use crate::interop::{answers, build, built, idle_host, run_host, run_host_of_ours, sources};
use crate::orphans::a_killed_host_takes_a_foreign_plugin_with_it;
use crate::pool::foreign_plugins_are_pooled;
use crate::supervision::a_foreign_plugin_is_supervised;
use crate::support::{absent, kv_plugin};
use crate::wires::{named, speaks_grpc_and_is_refused_without};

/// The steps of the Go host that must have been checked, whatever the options.
const STEPS: [&str; 17] = [
    "version",
    "protocol",
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
    "emit-log",
    "emit-stdout",
    "emit-stderr",
    "ping",
    "kill",
];

/// The directory of the Go programs; `None` where there is no Go.
pub(crate) fn programs() -> Option<PathBuf> {
    static PROGRAMS: OnceLock<Option<PathBuf>> = OnceLock::new();
    let programs = PROGRAMS.get_or_init(|| {
        if !answers("go", "version") {
            return None;
        }
        let directory = built("go");
        build(
            Command::new("go")
                .current_dir(sources().join("go"))
                .args(["build", "-trimpath", "-o"])
                .arg(&directory)
                .arg("./cmd/..."),
        );
        Some(directory)
    });
    if programs.is_none() {
        absent("Go");
    }
    programs.clone()
}

fn go_host(programs: &std::path::Path, mutual_tls: bool, network: &str) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(programs.join("kv-host"));
    command.args(mutual_tls.then_some("-auto-mtls")).args(["-expect-network", network]);
    command
}

async fn a_go_host_with_our_plugin_over_tcp(mutual_tls: bool) {
    let Some(programs) = programs() else { return };
    let mut command = go_host(&programs, mutual_tls, "tcp");
    command.arg(kv_plugin()).arg("--tcp");
    run_host(command, &STEPS).await;
}

#[tokio::test]
async fn a_go_host_with_our_plugin_in_plaintext_over_tcp() {
    a_go_host_with_our_plugin_over_tcp(false).await;
}

#[tokio::test]
async fn a_go_host_with_our_plugin_with_mutual_tls_over_tcp() {
    a_go_host_with_our_plugin_over_tcp(true).await;
}

#[test]
fn a_go_plugin_ends_with_a_host_of_ours_that_is_killed() {
    let Some(programs) = programs() else { return };
    a_killed_host_takes_a_foreign_plugin_with_it(&[&programs.join("kv-plugin").display().to_string()]);
}

#[tokio::test]
async fn a_go_plugin_of_another_host_is_known_by_what_it_says_of_its_cookie() {
    let Some(programs) = programs() else { return };
    let other = Cookie::new("KV_INTEROP_COOKIE", "another").unwrap();
    let error = PluginClient::builder(programs.join("kv-plugin"), other).start().await.unwrap_err();
    assert!(matches!(error, StartError::Exited { end: EarlyEnd::Cookie, .. }), "{error}");
}

#[tokio::test]
async fn a_go_plugin_is_kept_by_an_idle_host() {
    let Some(programs) = programs() else { return };
    idle_host(PluginClient::builder(programs.join("kv-plugin"), rpcplugin_tests::cookie())).await;
}

#[tokio::test]
async fn a_go_plugin_is_supervised() {
    let Some(programs) = programs() else { return };
    let program = programs.join("kv-plugin");
    let options = move || PluginClient::builder(program.clone(), rpcplugin_tests::cookie());
    a_foreign_plugin_is_supervised(options, true).await;
}

#[tokio::test]
async fn go_plugins_are_pooled() {
    let Some(programs) = programs() else { return };
    let program = programs.join("kv-plugin");
    let options = move || PluginClient::builder(program.clone(), rpcplugin_tests::cookie());
    foreign_plugins_are_pooled(options).await;
}

#[tokio::test]
async fn a_go_plugin_speaks_grpc_with_a_host_that_leaves_the_choice_open() {
    let Some(programs) = programs() else { return };
    let name = "go_under_auto";
    let (_directory, builder) = named(name, &programs.join("kv-plugin").display().to_string());
    speaks_grpc_and_is_refused_without(builder, name).await;
}

#[tokio::test]
async fn a_go_host_that_was_started_by_a_host_of_ours_speaks_grpc_with_our_plugin() {
    let Some(programs) = programs() else { return };
    for mutual_tls in [false, true] {
        let mut command = go_host(&programs, mutual_tls, "unix");
        command.arg(kv_plugin());
        run_host_of_ours(command, &STEPS).await;
    }
}
