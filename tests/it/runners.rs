//! Plugins that something else starts than the host itself.

use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rpcplugin::{
    Address, AttachedRunner, Checksum, ExitReason, PluginClient, PluginClientBuilder, Runner, RunnerCommand,
    Security, StartError, StartedRunner, Supervisor, Wire,
};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::KvClient;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, DuplexStream};
use tokio::process::Command;
use tokio::sync::watch;

use crate::support::builder;

/// Starts plugins through another program, which says that they listen somewhere else.
struct Container {
    /// The address that stands in the handshake line of each plugin, in the place of its own.
    announced: &'static str,
    /// Whether it says where that is.
    translates: bool,
    /// Whether it comes back when it is told to ask a plugin to end.
    heeds: bool,
    seen: Arc<Seen>,
}

/// What the runner was asked for.
#[derive(Debug, Default)]
struct Seen {
    calls: Mutex<Vec<&'static str>>,
    group: Mutex<Option<Pid>>,
}

impl Seen {
    fn note(&self, call: &'static str) {
        self.calls.lock().unwrap().push(call);
    }

    fn has(&self, call: &str) -> bool {
        self.calls.lock().unwrap().contains(&call)
    }

    fn is_gone(&self) -> bool {
        let group = self.group.lock().unwrap().unwrap();
        test_kill_process_group(group).is_err()
    }
}

impl Container {
    fn new(announced: &'static str) -> Self {
        Self { announced, translates: true, heeds: true, seen: Arc::default() }
    }
}

impl Runner for Container {
    type Attached = Contained;

    async fn start(&self, mut command: RunnerCommand) -> io::Result<StartedRunner<Contained>> {
        assert!(command.socket_directory.is_dir());
        command.set_env("THROUGH", command.program.clone());
        command.program = "/bin/sh".into();
        let script = r#"exec "$THROUGH" "$@""#;
        command.arguments.splice(0..0, ["-c".into(), script.into(), "sh".into()]);
        let mut child = Command::from(command.to_command()).kill_on_drop(true).spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).unwrap()));
        *self.seen.group.lock().unwrap() = group;
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = child.stderr.take().unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).await?;
        let mut fields: Vec<&str> = line.split('|').collect();
        let own = match fields.get(2..4) {
            Some(["unix", path]) => Some(Address::Unix(path.into())),
            Some(["tcp", address]) => Some(Address::Tcp(address.parse().unwrap())),
            _ => None,
        };
        if own.is_some() {
            fields.splice(2..4, self.announced.split('|'));
        }
        let line = io::Cursor::new(fields.join("|").into_bytes());
        let (ending, ended) = watch::channel(None);
        tokio::spawn(async move { ending.send_replace(child.wait().await.ok()) });
        let contained = Contained {
            own,
            translates: self.translates,
            heeds: self.heeds,
            ended,
            seen: Arc::clone(&self.seen),
        };
        Ok(StartedRunner::new(contained, line.chain(stdout), stderr))
    }
}

#[derive(Debug)]
struct Contained {
    own: Option<Address>,
    translates: bool,
    heeds: bool,
    ended: watch::Receiver<Option<ExitStatus>>,
    seen: Arc<Seen>,
}

impl Contained {
    fn signal(&self, signal: Signal) -> io::Result<()> {
        let group = self.seen.group.lock().unwrap().unwrap();
        Ok(kill_process_group(group, signal)?)
    }
}

impl AttachedRunner for Contained {
    async fn wait(&self) -> Option<ExitStatus> {
        let mut ended = self.ended.clone();
        ended.wait_for(Option::is_some).await.ok().and_then(|status| *status)
    }

    async fn terminate(&self) -> io::Result<()> {
        self.seen.note("terminate");
        if self.heeds { self.signal(Signal::TERM) } else { std::future::pending().await }
    }

    async fn kill(&self) -> io::Result<()> {
        self.seen.note("kill");
        self.signal(Signal::KILL)
    }

    fn plugin_to_host(&self, address: Address) -> io::Result<Address> {
        match (&self.own, self.translates) {
            (Some(own), true) => Ok(own.clone()),
            (_, false) => Untranslated.plugin_to_host(address),
            (None, true) => Err(io::Error::other("nothing was announced")),
        }
    }
}

/// What a runner does that says nothing of addresses.
#[derive(Debug)]
struct Untranslated;

impl AttachedRunner for Untranslated {
    async fn wait(&self) -> Option<ExitStatus> {
        None
    }

    async fn terminate(&self) -> io::Result<()> {
        Ok(())
    }

    async fn kill(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Addresses that no host reaches as they stand.
const ELSEWHERE: [(&str, bool); 2] =
    [("unix|/inside/a/container/socket", false), ("tcp|192.0.2.7:4711", true)];

fn through(container: Container) -> (Arc<Seen>, PluginClientBuilder) {
    let seen = Arc::clone(&container.seen);
    (seen, builder().runner(container))
}

#[tokio::test]
async fn a_plugin_is_called_where_its_runner_says_that_it_is_reached() {
    for (announced, tcp) in ELSEWHERE {
        for (security, wire) in [
            (Security::Plaintext, Wire::Grpc),
            (Security::Plaintext, Wire::Auto),
            (Security::AutoMtls, Wire::Auto),
        ] {
            let (seen, builder) = through(Container::new(announced));
            let builder = builder.args(tcp.then_some("--tcp")).security(security).wire(wire);
            let plugin = builder.start().await.unwrap();
            assert!(!plugin.address().to_string().contains(announced.split_once('|').unwrap().1));
            assert_eq!(plugin.id(), None, "the runner does not say");
            assert_eq!(plugin.wire(), if wire == Wire::Auto { Wire::Binary } else { wire });
            converse(&KvClient::new(plugin.channel())).await.unwrap();
            let stopped = plugin.stop().await;
            assert!(stopped.is_graceful(), "the runner tells the exit status: {stopped:?}");
            assert!(seen.is_gone() && !seen.has("kill"), "{seen:?}");
        }
    }
}

#[tokio::test]
async fn an_address_elsewhere_is_refused_where_the_runner_does_not_translate() {
    let (seen, builder) = through(Container { translates: false, ..Container::new("tcp|192.0.2.7:4711") });
    let error = builder.arg("--tcp").start().await.unwrap_err();
    assert!(matches!(error, StartError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("192.0.2.7:4711"), "{error}");
    assert!(error.to_string().contains("write `plugin_to_host`"), "{error}");
    eventually("the end of the plugin", || seen.is_gone()).await;
    assert!(seen.has("kill"));
}

#[tokio::test]
async fn a_plugin_that_does_not_end_is_ended_by_its_runner() {
    let (seen, builder) = through(Container { heeds: false, ..Container::new(ELSEWHERE[0].0) });
    let plugin = builder.stop_grace(Duration::from_millis(200)).start().await.unwrap();
    let group = seen.group.lock().unwrap().unwrap();
    kill_process_group(group, Signal::STOP).unwrap();
    // Not even a runner that never comes back keeps the host.
    let stopped = tokio::time::timeout(Duration::from_secs(20), plugin.stop()).await.expect("it ends");
    assert!(stopped.killed, "{stopped:?}");
    assert_eq!(stopped.exit.unwrap().reason(), ExitReason::Signal(9));
    assert!(seen.has("terminate") && seen.is_gone());
}

#[tokio::test]
async fn dropping_the_client_has_the_runner_kill_its_plugin() {
    let (seen, builder) = through(Container::new(ELSEWHERE[0].0));
    let plugin = builder.start().await.unwrap();
    let watch = plugin.exit_watch();
    drop(plugin);
    let exit = tokio::time::timeout(Duration::from_secs(20), watch.ended()).await.expect("it ends");
    assert_eq!(exit.reason(), ExitReason::Signal(9));
    assert!(seen.has("kill"));
}

/// Starts nothing.
struct Broken(bool);

impl Runner for Broken {
    type Attached = Untranslated;

    async fn start(&self, _command: RunnerCommand) -> io::Result<StartedRunner<Untranslated>> {
        if self.0 { std::future::pending().await } else { Err(io::Error::other("no such image")) }
    }
}

#[tokio::test]
async fn a_runner_that_fails_or_takes_too_long_is_an_error_of_the_start() {
    let error = builder().runner(Broken(false)).start().await.unwrap_err();
    assert!(matches!(error, StartError::Runner { .. }), "{error}");
    assert!(error.to_string().contains("no such image"), "{error}");
    let slow = builder().runner(Broken(true)).start_timeout(Duration::from_millis(50));
    let error = slow.start().await.unwrap_err();
    assert!(matches!(error, StartError::Runner { .. }), "{error}");
    assert!(error.to_string().contains("not done after 50ms"), "{error}");
}

/// What it starts is gone at once, and it does not say how that was.
struct Forgetful;

impl Runner for Forgetful {
    type Attached = Untranslated;

    async fn start(&self, _command: RunnerCommand) -> io::Result<StartedRunner<Untranslated>> {
        Ok(StartedRunner::new(Untranslated, tokio::io::empty(), tokio::io::empty()))
    }
}

#[tokio::test]
async fn a_plugin_of_which_its_runner_does_not_say_how_it_ended_has_ended_all_the_same() {
    let error = builder().runner(Forgetful).start().await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("nobody knows how") && !text.contains("closed its standard output"), "{text}");
    let StartError::Exited { end, status, .. } = error else { panic!("{text}") };
    assert_eq!(format!("{end:?} {status:?}"), "Unknown None");
}

/// What it starts says nothing, and outlives its kill until it is let go.
struct Stubborn(watch::Receiver<bool>);

#[derive(Debug)]
struct Held {
    is_let_go: watch::Receiver<bool>,
    _output: DuplexStream,
}

impl Runner for Stubborn {
    type Attached = Held;

    async fn start(&self, _command: RunnerCommand) -> io::Result<StartedRunner<Held>> {
        let (stdout, output) = tokio::io::duplex(1);
        let held = Held { is_let_go: self.0.clone(), _output: output };
        Ok(StartedRunner::new(held, stdout, tokio::io::empty()))
    }
}

impl AttachedRunner for Held {
    async fn wait(&self) -> Option<ExitStatus> {
        drop(self.is_let_go.clone().wait_for(|is_let_go| *is_let_go).await);
        None
    }

    async fn terminate(&self) -> io::Result<()> {
        Ok(())
    }

    async fn kill(&self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_outlives_the_kill_of_its_start_is_told_of_and_no_other_one_is_supervised_beside_it() {
    let (let_go, is_let_go) = watch::channel(false);
    let options = move || builder().runner(Stubborn(is_let_go.clone())).start_timeout(Duration::from_secs(1));
    let error = options().start().await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("it was killed and has not ended"), "{error}");
    let StartError::Timeout { diagnosis, .. } = &error else { panic!("{error}") };
    assert!(diagnosis.outlived_kill());

    let supervised = Supervisor::builder(options).start();
    tokio::pin!(supervised);
    let early = tokio::time::timeout(Duration::from_secs(600), &mut supervised).await;
    assert!(early.is_err(), "the one before has not ended");
    let_go.send_replace(true);
    let error = supervised.await.unwrap_err();
    assert!(error.to_string().contains("it was killed and has not ended"), "{error}");
}

#[tokio::test]
async fn a_checksum_that_nobody_could_compare_is_refused() {
    let known: Checksum = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    let builder = PluginClient::builder("/bin/true", rpcplugin_tests::cookie()).checksum(known);
    let error = builder.runner(Broken(false)).start().await.unwrap_err();
    assert!(matches!(error, StartError::UncheckedRunner), "{error}");
}

/// Says this of a plugin that does not start: at once, or never.
struct Telling(Option<String>);

#[derive(Debug)]
struct Told {
    says: Option<String>,
    is_killed: watch::Sender<bool>,
    _output: DuplexStream,
}

impl Runner for Telling {
    type Attached = Told;

    async fn start(&self, _command: RunnerCommand) -> io::Result<StartedRunner<Told>> {
        let (stdout, output) = tokio::io::duplex(1);
        let told = Told { says: self.0.clone(), is_killed: watch::channel(false).0, _output: output };
        Ok(StartedRunner::new(told, stdout, &b"its own words\n"[..]))
    }
}

impl AttachedRunner for Told {
    async fn wait(&self) -> Option<ExitStatus> {
        drop(self.is_killed.subscribe().wait_for(|is_killed| *is_killed).await);
        None
    }

    async fn terminate(&self) -> io::Result<()> {
        Ok(())
    }

    async fn kill(&self) -> io::Result<()> {
        self.is_killed.send_replace(true);
        Ok(())
    }

    async fn diagnose(&self) -> Option<String> {
        assert!(!*self.is_killed.borrow(), "what is killed may be gone");
        match &self.says {
            Some(says) => Some(says.clone()),
            None => std::future::pending().await,
        }
    }
}

async fn told(says: Option<&str>) -> StartError {
    let runner = Telling(says.map(str::to_owned));
    builder().runner(runner).start_timeout(Duration::from_millis(50)).start().await.unwrap_err()
}

#[tokio::test]
async fn what_a_runner_says_of_a_start_that_failed_is_in_its_error() {
    let error = told(Some("state: exited\nimage \u{1b}[31m`kv`\u{202e}: gone\n")).await;
    let text = error.to_string();
    let says = "its runner says:\n  state: exited\n  image \\u{1b}[31m`kv`\\u{202e}: gone";
    assert!(text.contains("its own words") && text.ends_with(says), "{text}");
    let StartError::Timeout { diagnosis, .. } = error else { panic!("{text}") };
    assert_eq!(diagnosis.runner().map(|said| said.lines().count()), Some(2));

    let error = told(Some(&"x".repeat(1_000_000))).await;
    assert!(error.to_string().len() < 10_000, "it is {} bytes long", error.to_string().len());
    assert!(error.to_string().contains(&"x".repeat(4096)));

    for silent in [Some(" \n"), None] {
        let start = Box::pin(told(silent));
        let error = tokio::time::timeout(Duration::from_secs(20), start).await.expect("nobody waits for it");
        assert!(!error.to_string().contains("its runner says"), "{error}");
    }
}
