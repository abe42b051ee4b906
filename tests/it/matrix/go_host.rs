//! The rows with go-plugin's host, which takes the steps and judges them itself.

use std::process::Stdio;

use super::{Column, Programs, Row, Side, VERSIONS};
use crate::broker;
use crate::interop::run_host;

/// What every start has.
const START: [&str; 4] = ["start", "version", "protocol", "dispense"];

/// What a conversation has behind it.
const CONVERSATION: [&str; 29] = [
    "id",
    "running",
    "reattach-config",
    "health",
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
    "emit-log",
    "emit-stdout",
    "emit-stderr",
    "log",
    "log-info",
    "log-warn",
    "log-error",
    "emit-much",
    "exact-stdout",
    "exact-stderr",
    "many",
    "ping",
    // It is in order: the exit status is zero, and go-plugin has not had to kill.
    "kill",
    "network",
];

pub(super) async fn check(column: Column, row: Row, programs: &Programs) {
    match row {
        Row::Conversation => {
            run(column, programs, &["-thorough", "-expect-network", "unix"], None, &CONVERSATION).await;
        }
        Row::Bare => run(column, programs, &["-skip-host-env"], None, &["put", "ping", "kill"]).await,
        Row::Versions => versions(column, programs).await,
        Row::Broker => {
            let mut command = column.command(programs, "broker-host");
            // A plugin of ours dials again by itself.
            command.args((column.plugin == Side::Go).then_some("-late-tries=5"));
            command.arg(&programs.broker_plugin);
            run_host(command, &broker::STEPS).await;
        }
        Row::Kill => fault(column, programs, "kill", &["signal", "call", "exited", "kill", "after"]).await,
        Row::Panic => fault(column, programs, "panic", &["call", "panic", "exited", "kill", "after"]).await,
        Row::Exit => fault(column, programs, "exit", &["call", "exited", "kill", "after"]).await,
        Row::Reattach => {
            fault(column, programs, "reattach", &["put", "attach", "end", "exited", "kill", "after"]).await;
            let steps = ["put", "attach", "leave", "stdout", "stderr", "end", "exited", "kill"];
            fault(column, programs, "leave", &steps).await;
        }
        Row::Hang => fault(column, programs, "hang", &["call", "put", "hangs", "kill", "waiting"]).await,
        Row::Pause => fault(column, programs, "pause", &["stop", "call", "continue", "put", "kill"]).await,
    }
}

async fn fault(column: Column, programs: &Programs, name: &str, steps: &[&str]) {
    run(column, programs, &["-fault", name], None, steps).await;
}

async fn versions(column: Column, programs: &Programs) {
    for (host, plugin, agreed) in VERSIONS {
        match agreed {
            Ok(version) => {
                let version = version.to_string();
                let flags = ["-versions", host, "-expect-version", &version];
                run(column, programs, &flags, Some(plugin), &["set", "put", "kill"]).await;
            }
            Err(announced) => {
                let text = format!("incompatible API version with plugin. Plugin version: {announced}");
                let mut command = command(column, programs, &["-versions", host, "-expect-refusal", &text]);
                command.arg(&programs.plugin).args(["--versions", plugin]);
                run_host(command, &["refused"]).await;
            }
        }
    }
}

/// Has the host take its steps, those of every start among them.
async fn run(column: Column, programs: &Programs, flags: &[&str], versions: Option<&str>, steps: &[&str]) {
    let mut command = command(column, programs, flags);
    command.arg(&programs.plugin);
    if let Some(versions) = versions {
        command.args(["--versions", versions]);
    }
    let mut expected = START.to_vec();
    expected.extend(column.is_mutual_tls().then_some("auto-mtls"));
    expected.extend(column.multiplex.then_some("multiplex"));
    expected.extend(steps);
    run_host(command, &expected).await;
}

fn command(column: Column, programs: &Programs, flags: &[&str]) -> tokio::process::Command {
    let mut command = column.command(programs, "kv-host");
    // A plugin is given the host's standard input, which may have ended long ago.
    command.stdin(Stdio::null()).args(flags);
    command
}

impl Column {
    /// A host with the options of the column.
    fn command(self, programs: &Programs, host: &str) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(programs.go.join(host));
        command.args(self.is_mutual_tls().then_some("-auto-mtls"));
        command.args(self.multiplex.then_some("-multiplex"));
        command
    }
}
