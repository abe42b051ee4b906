//! Hosts and plugins that did not start each other.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rpcplugin::{
    Address, AttachError, ExitReason, HandshakeError, PluginClient, PluginClientBuilder, PluginExit,
    PluginProtocol, ReattachConfig, ReattachProviders, Security, Wire,
};
use rpcplugin_tests::conversation::eventually;
use rpcplugin_tests::kv::{EmitRequest, Key, Kv, KvClient, Pair};
use rustix::process::{Pid, Signal, kill_process, test_kill_process_group};
use serde_json::{Value, json};

use crate::interop::{expect, run_host};
use crate::interop_go::programs;
use crate::own_tls::{Origin, certificates, of_host};

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
pub(crate) struct Debugged {
    pub(crate) process: Child,
    pub(crate) value: String,
    /// Open as long as the program may print.
    _output: BufReader<ChildStdout>,
}

impl Debugged {
    pub(crate) fn start(mut command: Command) -> Self {
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

    pub(crate) fn signal(&self, signal: Signal) {
        let process = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(process, signal).unwrap();
    }
}

impl Debugged {
    /// Waits for its end, in order.
    pub(crate) fn ends(&mut self) {
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

/// Options of a host that attaches in plaintext.
fn host() -> PluginClientBuilder {
    crate::support::builder().security(Security::Plaintext)
}

/// Whether a process with this id runs: one that nobody has asked for its end does not.
fn runs(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, state)| !state.trim_start().starts_with('Z'))
}

/// Two calls that any plugin of these tests answers. Whether the pair was new.
async fn put_and_get(plugin: &PluginClient) -> bool {
    let store = KvClient::new(plugin.channel());
    let pair = Pair { key: "alpha".to_owned(), value: b"1".to_vec() };
    let created = store.put(pair.clone()).await.unwrap().created;
    assert_eq!(store.get(Key { key: "alpha".to_owned() }).await.unwrap(), pair);
    created
}

#[tokio::test]
async fn our_hosts_attach_one_after_the_other_to_a_go_plugin_in_test_mode() {
    let Some(programs) = programs() else { return };
    let mut command = Command::new(programs.join("reattach-plugin"));
    command.args(["-test", NAME]);
    let mut plugin = Debugged::start(command);
    for is_first in [true, false] {
        let (stdout, mut from_stdout) = tokio::io::duplex(4096);
        let (stderr, mut from_stderr) = tokio::io::duplex(4096);
        let attached = host().stdout(stdout).stderr(stderr).attach(&plugin.config()).await.unwrap();
        assert_eq!(attached.id(), Some(plugin.process.id()));
        assert_eq!(attached.wire(), Wire::Grpc);
        assert_eq!(put_and_get(&attached).await, is_first, "it is the same process");
        let request = EmitRequest {
            log: String::new(),
            standard_output: "printed\n".to_owned(),
            standard_error: "complained\n".to_owned(),
        };
        KvClient::new(attached.channel()).emit(request).await.unwrap();
        expect(&mut from_stdout, "printed\n").await;
        expect(&mut from_stderr, "complained\n").await;
        let stopped = attached.stop().await;
        assert!(stopped.exit.is_none() && !stopped.killed, "{stopped:?}");
        assert!(runs(plugin.process.id()));
    }
    let attached = host().attach(&plugin.config()).await.unwrap();
    assert!(attached.exited().is_none());
    drop(plugin.process.stdin.take());
    let exit = ended(&attached).await;
    assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Unknown, false));
    plugin.ends();
}

async fn ended(plugin: &PluginClient) -> Arc<PluginExit> {
    let watch = plugin.exit_watch();
    tokio::time::timeout(Duration::from_secs(20), watch.ended()).await.expect("its end is noticed")
}

#[tokio::test]
async fn our_hosts_attach_to_our_plugin_in_test_mode_and_leave_it_as_it_is() {
    for arguments in [&[][..], &["--tcp"][..]] {
        let mut plugin = Debugged::ours(arguments);
        for wire in [Wire::Auto, Wire::Grpc, Wire::Binary] {
            let attached = host().wire(wire).attach(&plugin.config()).await.unwrap();
            let expected = if wire == Wire::Binary { Wire::Binary } else { Wire::Grpc };
            assert_eq!(attached.wire(), expected);
            assert_eq!(attached.protocol_version(), 1);
            put_and_get(&attached).await;
            drop(attached);
        }
        // All that may be known is the address.
        let mut config = ReattachConfig::new(plugin.config().address);
        assert_eq!(config.process_id, None);
        config.test = true;
        let attached = host().attach(&config).await.unwrap();
        assert!(!put_and_get(&attached).await, "it is the same process");
        attached.stop().await;
        assert!(runs(plugin.process.id()));
        plugin.signal(Signal::INT);
        plugin.ends();
    }
}

#[test]
fn a_host_that_attached_keeps_nothing_of_a_plugin_that_goes_on() {
    for arguments in [&[][..], &["--tcp"][..]] {
        let plugin = Debugged::ours(arguments);
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_dropper"));
        command.args(["attach", NAME]).env("TF_REATTACH_PROVIDERS", &plugin.value);
        let (key, value) = ("KV_INTEROP_COOKIE", "c0ffee5eed");
        let run = command.env("TMPDIR", directory.path()).env(key, value).output().unwrap();
        let (said, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "{}\n{said}\n{errors}", run.status);
        assert!(said.contains("nothing was left"), "{said}");
        assert!(runs(plugin.process.id()));
    }
}

#[tokio::test]
async fn our_host_attaches_over_tls_of_its_own() {
    let directory = certificates(Origin::Signed);
    let plugin = Debugged::ours(&["--tls", directory.path().to_str().unwrap()]);
    let tls = of_host(directory.path());
    let attached = crate::support::builder().tls(tls).attach(&plugin.config()).await.unwrap();
    assert_eq!(attached.wire(), Wire::Binary, "within TLS both say what they speak");
    put_and_get(&attached).await;
    let error = host().attach(&plugin.config()).await.unwrap_err();
    assert!(matches!(error, AttachError::Protocol { .. }), "{error}");
    let error = crate::support::builder().attach(&plugin.config()).await.unwrap_err();
    assert!(matches!(error, AttachError::NoSecret), "{error}");
}

#[tokio::test]
async fn a_plugin_that_is_not_in_test_mode_is_ended_by_a_host_that_attached() {
    for arguments in [&[][..], &["--tcp"][..]] {
        for with_number in [true, false] {
            let mut plugin = Debugged::ours(arguments);
            let mut config = plugin.config().with_test(false);
            if !with_number {
                config.process_id = None;
            }
            let attached = host().attach(&config).await.unwrap();
            assert_eq!(attached.id(), Some(plugin.process.id()), "who listens is found by the address");
            let stopped = attached.stop().await;
            assert!(!stopped.killed, "{stopped:?}");
            let exit = stopped.exit.unwrap();
            assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Unknown, true));
            plugin.ends();
        }
    }
}

#[tokio::test]
async fn a_plugin_that_does_not_end_is_killed_with_its_group_by_a_host_that_attached() {
    let mut command = Command::new("/bin/sh");
    let text = format!(r#"sleep 600 & exec {} --debug "$0""#, env!("CARGO_BIN_EXE_attach_plugin"));
    command.args(["-c", &text, NAME]).process_group(0);
    let mut plugin = Debugged::start(command);
    let group = Pid::from_raw(i32::try_from(plugin.process.id()).unwrap()).unwrap();
    let builder = host().stop_grace(Duration::from_millis(200));
    let attached = builder.attach(&plugin.config().with_test(false)).await.unwrap();
    plugin.signal(Signal::STOP);
    let stopped = attached.stop().await;
    assert!(stopped.killed && stopped.exit.is_some(), "{stopped:?}");
    plugin.process.wait().unwrap();
    eventually("the end of its child", || test_kill_process_group(group).is_err()).await;
}

#[tokio::test]
async fn a_stop_that_is_given_up_kills_a_plugin_that_the_host_has_attached_to_and_a_drop_does_not() {
    let mut plugin = Debugged::ours(&[]);
    let config = plugin.config().with_test(false);
    drop(host().attach(&config).await.unwrap());
    let attached = host().stop_grace(Duration::from_secs(600)).attach(&config).await.unwrap();
    let watch = attached.exit_watch();
    plugin.signal(Signal::STOP);
    tokio::select! {
        biased;
        stopped = attached.stop() => panic!("it answers nobody: {stopped:?}"),
        () = std::future::ready(()) => {}
    }
    let exit = tokio::time::timeout(Duration::from_secs(20), watch.ended()).await.expect("it is killed");
    assert!(exit.is_asked(), "{exit}");
    assert_eq!(plugin.process.wait().unwrap().signal(), Some(9));
}

#[tokio::test]
async fn a_process_that_only_has_the_number_is_never_sent_a_signal() {
    let stranger = Stranger::start();
    let plugin = Debugged::ours(&[]);
    let config = plugin.config().with_test(false).with_process_id(stranger.0.id());
    let refused = |error: AttachError| {
        assert!(matches!(error, AttachError::NotOurPlugin { .. }), "{error}");
        assert!(error.to_string().contains(&format!("process {}", stranger.0.id())), "{error}");
    };
    refused(host().attach(&config).await.unwrap_err());
    // In test mode the number is of no use, and a wrong one does no harm.
    let attached = host().attach(&config.clone().with_test(true)).await.unwrap();
    assert_eq!(attached.id(), None);
    put_and_get(&attached).await;
    attached.stop().await;
    // The plugin is gone, and somebody has its number.
    drop(plugin);
    refused(host().attach(&config).await.unwrap_err());
    let error = host().attach(&ReattachConfig::new(config.address)).await.unwrap_err();
    assert!(matches!(error, AttachError::Connect { .. }), "{error}");
    assert!(runs(stranger.0.id()));
}

/// A process that has nothing to do with plugins.
struct Stranger(Child);

impl Stranger {
    fn start() -> Self {
        Self(Command::new("sleep").arg("600").spawn().unwrap())
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_plugin_that_is_not_for_this_host_is_refused_before_anybody_connects() {
    let mut config = ReattachConfig::new(Address::Unix("/nowhere".into())).with_protocol_version(5);
    let error = host().attach(&config).await.unwrap_err().to_string();
    assert!(error.contains("protocol version 5, this host supports [1]"), "{error}");
    config.protocol = PluginProtocol::NetRpc;
    let error = host().attach(&config).await.unwrap_err();
    assert!(matches!(error, AttachError::Refused(HandshakeError::NetRpc)), "{error}");
}
