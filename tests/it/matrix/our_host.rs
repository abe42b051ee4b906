//! The rows with our host.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use rpcplugin::{
    Address, CallOptions, Code, Environment, ExitReason, HandshakeError, PluginClient, PluginClientBuilder,
    ReattachConfig, StartError, Status, Streaming, Wire,
};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::{EmitRequest, Key, Kv, KvClient, Pair};
use rpcplugin_tests::pause::pause as stop;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, DuplexStream};

use super::{Column, EXIT, PANIC, Programs, Row, Side, VERSIONS, is_there};
use crate::broker;
use crate::interop::expect;
use crate::outlive::{MARK, Reaper};
use crate::support::{listen, log};

/// The deadline of a call that is meant to run into it.
const SHORT: Duration = Duration::from_millis(500);

/// More than a busy machine needs for what is meant to come at once.
const LONG: Duration = Duration::from_secs(60);

pub(super) async fn check(column: Column, row: Row, programs: &Programs) {
    let plugin = programs.plugin.as_path();
    match row {
        Row::Broker => broker::holds(builder(column, &programs.broker_plugin)).await,
        Row::Conversation => conversation(column, plugin).await,
        Row::Bare => bare(column, plugin).await,
        Row::Versions => versions(column, plugin).await,
        Row::Kill => kill(Started::new(column, plugin).await).await,
        Row::Panic => panic(Started::new(column, plugin).await, column).await,
        Row::Exit => exit(Started::new(column, plugin).await).await,
        Row::Reattach => {
            reattach(Started::new(column, plugin).await, column, plugin).await;
            leave(column, plugin).await;
        }
        Row::Hang => hang(Started::new(column, plugin).await).await,
        Row::Pause => pause(Started::new(column, plugin).await).await,
    }
}

fn builder(column: Column, plugin: &Path) -> PluginClientBuilder {
    let builder = PluginClient::builder(plugin, rpcplugin_tests::cookie());
    // Our own two sides would agree on the other wire.
    builder.security(column.security).multiplex(column.multiplex).wire(Wire::Grpc)
}

/// A plugin that runs.
struct Started {
    plugin: PluginClient,
    store: KvClient,
    process: u32,
    socket: PathBuf,
}

impl Started {
    async fn new(column: Column, plugin: &Path) -> Self {
        Self::of(builder(column, plugin).start().await.unwrap(), column)
    }

    fn of(plugin: PluginClient, column: Column) -> Self {
        assert_eq!(plugin.is_mutual_tls(), column.is_mutual_tls());
        let Address::Unix(socket) = plugin.address().clone() else { panic!("{}", plugin.address()) };
        assert!(is_there(&socket));
        let process = plugin.id().unwrap();
        Self { store: KvClient::new(plugin.channel()), plugin, process, socket }
    }

    /// Sends the plugin's process a signal.
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(i32::try_from(self.process).unwrap()).unwrap(), signal).unwrap();
    }

    async fn order(&self, key: &str, limit: Duration) -> Result<Pair, Status> {
        let store = self.store.with(CallOptions::new().timeout(limit));
        store.get(Key { key: key.to_owned() }).await
    }

    async fn put(&self, limit: Duration) -> Result<bool, Status> {
        let store = self.store.with(CallOptions::new().timeout(limit));
        let pair = Pair { key: "alpha".to_owned(), value: b"1".to_vec() };
        store.put(pair).await.map(|reply| reply.created)
    }

    /// Ends a plugin that has ended by itself; it is known how, and nothing is left.
    async fn ended_by_itself(self, reason: ExitReason, panic: Option<&str>) {
        let exit = self.plugin.exit_watch();
        let exit = tokio::time::timeout(LONG, exit.ended()).await.expect("its end is noticed");
        assert_eq!((exit.reason(), exit.panic(), exit.is_asked()), (reason, panic, false), "{exit}");
        assert_eq!(self.put(LONG).await.unwrap_err().code(), Code::Unavailable);
        self.plugin.stop().await;
        assert!(!is_there(&self.socket));
    }

    async fn ends_in_order(self) {
        let stopped = self.plugin.stop().await;
        assert!(stopped.is_graceful(), "{stopped:?}");
        assert!(!is_there(&self.socket));
    }
}

async fn conversation(column: Column, program: &Path) {
    listen();
    let (stdout, mut from_stdout) = tokio::io::duplex(4096);
    let (stderr, mut from_stderr) = tokio::io::duplex(4096);
    let builder = builder(column, program).stdout(stdout).stderr(stderr);
    let started = Started::of(builder.start().await.unwrap(), column);
    assert_eq!((started.plugin.wire(), started.plugin.protocol_version()), (Wire::Grpc, 1));
    let inherited = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let inherited = inherited
        .filter(|name| Environment::LISTED.contains(&name.as_str()) || name.starts_with("LC_"))
        .chain(of_the_handshake(column));
    assert_eq!(variables(started.process), inherited.collect());
    converse(&started.store).await.unwrap();

    // No beginning of another column's, which is in the same log.
    let mark = format!("{}.", column.name);
    let small = [format!("stdout of {mark}\n"), format!("stderr of {mark}\n")];
    let large = "0123456789abcde\n".repeat(20_000);
    for [standard_output, standard_error] in [small, [large.clone(), large]] {
        let log = format!("emitted by {mark}");
        let request = EmitRequest {
            log,
            standard_output: standard_output.clone(),
            standard_error: standard_error.clone(),
        };
        // What nobody reads is dropped in the end, so it is read meanwhile.
        let (answer, (), ()) = tokio::join!(
            started.store.emit(request),
            expect(&mut from_stdout, &standard_output),
            expect(&mut from_stderr, &standard_error)
        );
        answer.unwrap();
    }
    logged("INFO", &["source=emit", &format!("emitted by {mark}")]).await;
    many(&started.store).await;
    started.order(&format!("!log {mark}"), LONG).await.unwrap();
    for (level, name, number, word) in
        [("INFO", "info", 3, "three"), ("WARN", "warn", 4, "four"), ("ERROR", "error", 5, "five")]
    {
        let fields = [format!("number={number}"), format!("word={word}"), format!("{name} of {mark}")];
        logged(level, &fields.each_ref().map(String::as_str)).await;
    }
    started.ends_in_order().await;
}

/// Waits until a line with this level and these texts is in the log.
async fn logged(level: &str, texts: &[&str]) {
    let is_meant = |line: &str| line.contains(level) && texts.iter().all(|text| line.contains(text));
    eventually(&texts.join(" "), || log().lines().any(is_meant)).await;
}

/// The names of the variables that a process was given.
fn variables(process: u32) -> BTreeSet<String> {
    let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap();
    let names = environment.split(|byte| *byte == 0).filter(|variable| !variable.is_empty());
    names
        .map(|variable| {
            let name = variable.split(|byte| *byte == b'=').next().unwrap_or_default();
            String::from_utf8_lossy(name).into_owned()
        })
        .collect()
}

/// Those of go-plugin's handshake, and the one by which plugins of ours find the end of their host.
fn of_the_handshake(column: Column) -> impl Iterator<Item = String> {
    let names = [
        "KV_INTEROP_COOKIE",
        "PLUGIN_MAX_PORT",
        "PLUGIN_MIN_PORT",
        "PLUGIN_PROTOCOL_VERSIONS",
        "PLUGIN_UNIX_SOCKET_DIR",
        "RPCPLUGIN_LIFELINE",
    ];
    let certificate = column.is_mutual_tls().then_some("PLUGIN_CLIENT_CERT");
    let multiplex = column.multiplex.then_some("PLUGIN_MULTIPLEX_GRPC");
    names.into_iter().chain(certificate).chain(multiplex).map(str::to_owned)
}

/// More calls at once than a connection has streams.
async fn many(store: &KvClient) {
    let calls = (0..1000).map(|call| async move {
        let pair = Pair { key: call.to_string(), value: b"many".to_vec() };
        store.put(pair.clone()).await?;
        let found = store.get(Key { key: pair.key.clone() }).await?;
        Ok::<_, Status>(found == pair)
    });
    let mut calls = stream::iter(calls).buffer_unordered(1000);
    while let Some(call) = calls.next().await {
        assert!(call.unwrap());
    }
}

async fn bare(column: Column, plugin: &Path) {
    let builder = builder(column, plugin).environment(Environment::Empty);
    let started = Started::of(builder.start().await.unwrap(), column);
    assert_eq!(variables(started.process), of_the_handshake(column).collect());
    converse(&started.store).await.unwrap();
    started.ends_in_order().await;
}

async fn versions(column: Column, plugin: &Path) {
    for (host, own, agreed) in VERSIONS {
        let offered = host.split(',').map(|version| version.parse().unwrap());
        let builder = builder(column, plugin).protocol_versions(offered).args(["--versions", own]);
        match (agreed, builder.start().await) {
            (Ok(version), Ok(plugin)) => {
                assert_eq!(plugin.protocol_version(), version, "{host} {own}");
                let started = Started::of(plugin, column);
                let set = started.order("!version", LONG).await.unwrap();
                assert_eq!(set.value, version.to_string().into_bytes());
                started.ends_in_order().await;
            }
            (Err(announced), Err(error)) => assert!(
                matches!(
                    error,
                    StartError::Handshake { source: HandshakeError::VersionMismatch { found, .. }, .. }
                        if found == announced
                ),
                "{error}"
            ),
            (_, started) => panic!("{host} {own}: {started:?}"),
        }
    }
}

async fn kill(started: Started) {
    started.put(LONG).await.unwrap();
    let asked = stream::iter([Ok(Key { key: "alpha".to_owned() })]).chain(stream::pending());
    let mut answers = started.store.watch(Streaming::new(asked)).await.unwrap();
    // The first answer says that the call has reached the plugin.
    assert!(answers.message().await.unwrap().is_some());
    started.signal(Signal::KILL);
    let status = tokio::time::timeout(LONG, answers.message()).await.expect("the call ends");
    assert_eq!(status.unwrap_err().code(), Code::Unavailable);
    started.ended_by_itself(ExitReason::Signal(9), None).await;
}

async fn panic(started: Started, column: Column) {
    let status = started.order("!panic", LONG).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    let reason = match column.plugin {
        Side::Go => ExitReason::Code(2),
        Side::Ours => ExitReason::Signal(Signal::ABORT.as_raw()),
    };
    started.ended_by_itself(reason, Some(PANIC)).await;
}

async fn exit(started: Started) {
    let status = started.order("!exit", LONG).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    started.ended_by_itself(ExitReason::Code(EXIT), None).await;
}

async fn reattach(started: Started, column: Column, plugin: &Path) {
    assert!(started.put(LONG).await.unwrap());
    let config = ReattachConfig::new(started.plugin.address().clone());
    let second = builder(column, plugin).attach(&config).await.unwrap();
    assert_eq!(second.id(), Some(started.process));
    let store = KvClient::new(second.channel());
    // It is the same process.
    assert_eq!(store.get(Key { key: "alpha".to_owned() }).await.unwrap().value, b"1");
    let stopped = second.stop().await;
    assert!(!stopped.killed, "{stopped:?}");
    started.ended_by_itself(ExitReason::Code(0), None).await;
}

/// The second host is there when the first lets go of the plugin.
///
/// As long as both are there nobody can say which of them is told what: go-plugin's plugin gives each piece to either, as it
/// comes.
async fn leave(column: Column, plugin: &Path) {
    let mark = tempfile::tempdir().unwrap();
    let _reaper = Reaper::of(mark.path());
    let started = Started::of(builder(column, plugin).env(MARK, mark.path()).start().await.unwrap(), column);
    let (stdout, from_stdout) = tokio::io::duplex(4096);
    let (stderr, from_stderr) = tokio::io::duplex(4096);
    let config = ReattachConfig::new(started.plugin.address().clone());
    let second = builder(column, plugin).stdout(stdout).stderr(stderr).attach(&config).await.unwrap();
    let Started { plugin: first, store, socket, .. } = started;
    // With the last of them the connection ends.
    drop((first.detach().unwrap(), store));

    let store = KvClient::new(second.channel());
    let line = "for who is there\n";
    let request = |standard_output: &str, standard_error: &str| EmitRequest {
        log: String::new(),
        standard_output: standard_output.to_owned(),
        standard_error: standard_error.to_owned(),
    };
    printed(&store, &request(line, ""), from_stdout, line).await;
    printed(&store, &request("", line), from_stderr, line).await;
    let stopped = second.stop().await;
    assert!(!stopped.killed && stopped.exit.is_some(), "{stopped:?}");
    eventually("the end of the socket", || !is_there(&socket)).await;
}

/// Has the plugin print until it arrives: what was given to the stream of a connection that is closed is lost, and the plugin
/// hears of that when it does.
async fn printed(store: &KvClient, request: &EmitRequest, mut from: DuplexStream, line: &str) {
    let arrives = async {
        let mut found = Vec::new();
        while !String::from_utf8_lossy(&found).contains(line) {
            store.emit(request.clone()).await.unwrap();
            let read = tokio::time::timeout(Duration::from_millis(50), from.read_buf(&mut found)).await;
            assert!(!matches!(read, Ok(Ok(0))), "the host reads no output");
        }
    };
    tokio::time::timeout(LONG, arrives).await.expect("the output arrives");
}

async fn hang(started: Started) {
    let status = started.order("!hang", SHORT).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    assert!(started.put(LONG).await.unwrap(), "the plugin goes on");

    let store = started.store.clone();
    let waiting = tokio::spawn(async move { store.get(Key { key: "!hang".to_owned() }).await });
    while started.order("!hangs", LONG).await.unwrap().value != b"2" {
        tokio::task::yield_now().await;
    }
    started.ends_in_order().await;
    let status = tokio::time::timeout(LONG, waiting).await.expect("the call ends").unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
}

async fn pause(started: Started) {
    stop(started.process).await.unwrap();
    assert_eq!(started.put(SHORT).await.unwrap_err().code(), Code::DeadlineExceeded);
    started.signal(Signal::CONT);
    started.put(LONG).await.unwrap();

    stop(started.process).await.unwrap();
    let stopped = tokio::time::timeout(LONG, started.plugin.stop()).await.expect("stopping ends");
    assert!(stopped.killed, "{stopped:?}");
    assert!(!is_there(&started.socket));
}
