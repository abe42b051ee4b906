//! Hosts and plugins that did not start each other.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rpcplugin::{Address, PluginProtocol, ReattachConfig, ReattachProviders};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::interop::run_host;
use crate::interop_go::programs;
use crate::own_tls::{Origin, certificates};

/// What a vector says of a plugin.
fn told(config: &ReattachConfig) -> Value {
    json!({
        "protocol": if config.protocol == PluginProtocol::Grpc { "grpc" } else { "netrpc" },
        "version": config.protocol_version,
        "terraform": config.terraform_version(),
        "process": config.process_id,
        "test": config.test,
        "address": config.address.to_string(),
    })
}

#[test]
fn the_vectors_of_the_variable_are_read_and_written() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/reattach.json")).unwrap();
    for vector in vectors["good"].as_array().unwrap() {
        let text = vector["text"].as_str().unwrap();
        let providers: ReattachProviders = text.parse().unwrap();
        let found: BTreeMap<_, _> = providers.iter().map(|(name, config)| (name, told(config))).collect();
        assert_eq!(json!(found), vector["plugins"], "{text}");
        let written = providers.to_json().unwrap();
        assert_eq!(written == text, vector["same"].as_bool().unwrap(), "{written}");
        assert_eq!(written.parse::<ReattachProviders>().unwrap(), providers);
    }
    for vector in vectors["bad"].as_array().unwrap() {
        let text = vector["text"].as_str().unwrap();
        let error = text.parse::<ReattachProviders>().unwrap_err().to_string();
        assert!(error.contains(vector["says"].as_str().unwrap()), "{text}: {error}");
    }
}

/// A program in test mode, and what it prints of how to attach. Dropping it kills it.
struct Debugged {
    process: Child,
    value: String,
    /// Open as long as the program may print.
    _output: BufReader<ChildStdout>,
}

impl Debugged {
    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let lines = output.by_ref().lines().map(Result::unwrap);
        let mut values = lines.filter_map(|line| {
            let value = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='")?.strip_suffix('\'')?;
            // As a shell reads it.
            Some(value.replace(r"'\''", "'"))
        });
        let value = values.next().expect("the program prints the variable");
        drop(values);
        Self { process, value, _output: output }
    }

    fn ours(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attach_plugin"));
        command.args(["--debug", NAME]).args(arguments);
        Self::start(command)
    }

    fn config(&self) -> ReattachConfig {
        self.value.parse::<ReattachProviders>().unwrap().get(NAME).unwrap().clone()
    }

    fn signal(&self, signal: Signal) {
        let process = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(process, signal).unwrap();
    }
}

impl Debugged {
    /// Waits for its end, in order.
    fn ends(&mut self) {
        let clock = Instant::now();
        let status = loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                break status;
            }
            assert!(clock.elapsed() < Duration::from_secs(20), "the plugin does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        assert!(status.success(), "{status}");
    }
}

impl Drop for Debugged {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a plugin in test mode is called. It must be quoted both in JSON and for a shell.
const NAME: &str = "registry.example/it's \"ours\"";

#[test]
fn a_plugin_in_a_debugger_says_where_it_is_and_ends_by_either_signal() {
    for (arguments, signal) in [(&[][..], Signal::INT), (&["--tcp"][..], Signal::TERM)] {
        let mut plugin = Debugged::ours(arguments);
        let config = plugin.config();
        assert_eq!(config.protocol, PluginProtocol::Grpc);
        assert_eq!(config.protocol_version, 1);
        assert_eq!(config.process_id, Some(plugin.process.id()));
        assert!(config.test);
        let directory = match &config.address {
            Address::Unix(path) => path.parent().map(Path::to_owned),
            _ => None,
        };
        assert_eq!(directory.is_some(), arguments.is_empty());
        if let Some(directory) = &directory {
            let mode = std::fs::metadata(directory).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "nobody else can enter");
        }
        plugin.signal(signal);
        plugin.ends();
        assert!(directory.is_none_or(|directory| !directory.exists()));
    }
}

#[tokio::test]
async fn go_hosts_attach_one_after_the_other_to_our_plugin_in_a_debugger() {
    let Some(programs) = programs() else { return };
    for arguments in [&[][..], &["--tcp"][..]] {
        let mut plugin = Debugged::ours(arguments);
        for _ in 0..2 {
            let mut command = tokio::process::Command::new(programs.join("reattach-host"));
            command.args(["-stderr", "-attach", NAME]).env("TF_REATTACH_PROVIDERS", &plugin.value);
            run_host(command, &["connect", "call", "stderr", "ping", "survive"]).await;
        }
        plugin.signal(Signal::INT);
        plugin.ends();
    }
}

#[tokio::test]
async fn a_go_host_attaches_to_our_plugin_over_tls_of_its_own() {
    let Some(programs) = programs() else { return };
    let directory = certificates(Origin::Signed);
    let files = directory.path().to_str().unwrap();
    let plugin = Debugged::ours(&["--tls", files]);
    let mut command = tokio::process::Command::new(programs.join("reattach-host"));
    command.args(["-stderr", "-attach", NAME, "-tls", files]).env("TF_REATTACH_PROVIDERS", &plugin.value);
    run_host(command, &["connect", "call", "stderr", "ping", "survive"]).await;
}
