//! Plugins that are killed, hang, fail and say that they are unwell, under a supervisor: with real processes.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rpcplugin::{
    CallOptions, Code, DownReason, DuringRestart, ExitReason, HealthCheck, KeepAlive, NotRunning, OnStart,
    PluginClient, PluginClientBuilder, PluginExit, RestartPolicy, Streaming, Supervisor, SupervisorBuilder,
    SupervisorState, Wire,
};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::KvClient;
use rpcplugin_tests::supervised::{Supervised, SupervisedClient};
use rustix::process::{Pid, Signal, kill_process};
use rustix::time::{ClockId, clock_gettime};

use crate::support::script;

mod load;

/// For what is soon so, on a machine that does much else.
pub(crate) const LONG: Duration = Duration::from_secs(60);

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_supervised_plugin"))
}

pub(crate) fn options() -> PluginClientBuilder {
    PluginClient::builder(program(), rpcplugin_tests::cookie())
}

/// Restarts as often as a test likes, and soon.
pub(crate) fn eager() -> RestartPolicy {
    RestartPolicy::always().backoff(Duration::from_millis(1), Duration::from_millis(50)).unlimited()
}

/// Restarts after a time that no test waits for.
fn late() -> RestartPolicy {
    // Any pause up to a day: one that is over before the test is at its end does not come in a million runs.
    let day = Duration::from_secs(24 * 3600);
    RestartPolicy::always().backoff(day, day)
}

fn supervisor() -> SupervisorBuilder {
    Supervisor::builder(options).policy(eager())
}

fn client(supervisor: &Supervisor) -> SupervisedClient {
    // Nothing here takes so long, and nothing may hang.
    SupervisedClient::new(supervisor.channel()).with(CallOptions::new().timeout(LONG))
}

/// The process that runs.
fn process(supervisor: &Supervisor) -> u32 {
    match supervisor.state() {
        SupervisorState::Running { pid: Some(pid), .. } => pid,
        state => panic!("it does not run: {state:?}"),
    }
}

pub(crate) fn signal(process: u32, signal: Signal) {
    let process = Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    kill_process(process, signal).unwrap();
}

pub(crate) fn exists(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

async fn until(supervisor: &Supervisor, is_so: impl Fn(&SupervisorState) -> bool) -> SupervisorState {
    let mut states = supervisor.states();
    let state = tokio::time::timeout(LONG, states.until(is_so)).await;
    state.unwrap_or_else(|_| panic!("it stays in {:?}", supervisor.state())).unwrap()
}

/// Waits until it runs for the time after so many restarts.
async fn restarted(supervisor: &Supervisor, restarts: u64) -> u32 {
    until(supervisor, |state| state.is_running() && state.restarts() >= restarts).await;
    process(supervisor)
}

#[tokio::test]
async fn a_killed_plugin_comes_back_and_the_same_client_works_over_both_wires() {
    for wire in [Wire::Binary, Wire::Grpc] {
        let supervisor =
            Supervisor::builder(move || options().wire(wire)).policy(eager()).start().await.unwrap();
        let client = client(&supervisor);
        let first = client.process().await.unwrap();
        assert_eq!(first, process(&supervisor));
        signal(first, Signal::KILL);
        let second = restarted(&supervisor, 1).await;
        assert_eq!(client.process().await.unwrap(), second);
        assert!(first != second && !exists(first));
        assert_eq!(client.below(3).await.unwrap().collect::<Vec<_>>().await.unwrap(), [0, 1, 2]);
        assert_eq!(client.sum(Streaming::from_iter([1, 2, 3])).await.unwrap(), 6);
        let echo = client.echo(Streaming::from_iter([7, 8])).await.unwrap();
        assert_eq!(echo.collect::<Vec<_>>().await.unwrap(), [7, 8]);
        assert!(supervisor.stop().await.unwrap().is_graceful());
        assert!(!exists(second));
    }
}

/// A plugin of another make is killed and comes back, and its health is asked for many times.
pub(crate) async fn a_foreign_plugin_is_supervised(
    options: impl Fn() -> PluginClientBuilder + Send + Sync + 'static,
    knows_its_health: bool,
) {
    let check = HealthCheck::default().interval(Duration::from_millis(10)).must_know(knows_its_health);
    let check = check.unhealthy_after(Duration::from_secs(1)).answer_within(LONG);
    let supervisor = Supervisor::builder(options).policy(eager()).health_check(Some(check));
    let supervisor = supervisor.start().await.unwrap();
    let store = KvClient::new(supervisor.channel());
    for restarts in 0..3 {
        let pid = restarted(&supervisor, restarts).await;
        // Each one is new, and knows nothing of what the one before was told.
        converse(&store).await.unwrap();
        // Longer than it may be anything but healthy.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let state = supervisor.state();
        assert!(
            matches!(state, SupervisorState::Running { restarts: found, .. } if found == restarts),
            "{state:?}"
        );
        signal(pid, Signal::KILL);
    }
    restarted(&supervisor, 3).await;
    supervisor.stop().await;
}

#[tokio::test]
async fn a_call_that_was_under_way_ends_with_an_error_and_one_behind_it_waits() {
    for wire in [Wire::Binary, Wire::Grpc] {
        let supervisor =
            Supervisor::builder(move || options().wire(wire)).policy(eager()).start().await.unwrap();
        let client = client(&supervisor);
        let pid = process(&supervisor);
        let under_way = tokio::spawn({
            let client = client.clone();
            async move { client.pause(3_600_000).await }
        });
        // Behind it on the same connection: the call before has arrived.
        client.process().await.unwrap();
        signal(pid, Signal::KILL);
        let status = tokio::time::timeout(LONG, under_way).await.unwrap().unwrap().unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{status}");
        assert_eq!(PluginExit::of(&status).unwrap().reason(), ExitReason::Signal(9), "{status}");
        restarted(&supervisor, 1).await;
        assert_ne!(client.process().await.unwrap(), pid);
    }
}

#[tokio::test]
async fn calls_during_a_restart_wait_or_fail_as_they_shall() {
    for during_restart in [DuringRestart::Wait, DuringRestart::Fail] {
        let supervisor = Supervisor::builder(options).policy(late()).during_restart(during_restart);
        let supervisor = supervisor.start().await.unwrap();
        let client = client(&supervisor);
        signal(process(&supervisor), Signal::KILL);
        let state = until(&supervisor, |state| state.reason().is_some()).await;
        assert!(matches!(state, SupervisorState::Backoff { restarts: 0, .. }), "{state:?}");
        assert_eq!(state.reason().unwrap().exit().unwrap().reason(), ExitReason::Signal(9));
        match during_restart {
            DuringRestart::Fail => {
                let status = client.process().await.unwrap_err();
                assert_eq!(status.code(), Code::Unavailable);
                let error = NotRunning::of(&status).unwrap();
                assert!(error.state().reason().unwrap().exit().is_some(), "{error}");
                supervisor.restart_now();
                let process = restarted(&supervisor, 1).await;
                assert_eq!(client.process().await.unwrap(), process);
            }
            _ => {
                let short = client.with(CallOptions::new().timeout(Duration::from_millis(100)));
                assert_eq!(short.process().await.unwrap_err().code(), Code::DeadlineExceeded);
                let waits = tokio::spawn(async move { client.process().await });
                supervisor.restart_now();
                let answered = waits.await.unwrap().unwrap();
                assert_eq!(answered, restarted(&supervisor, 1).await);
            }
        }
    }
}

/// What this thread has taken of the processor.
fn cpu_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

#[tokio::test]
async fn a_plugin_that_crashes_again_and_again_ends_in_a_crash_loop_and_was_never_there_twice() {
    let directory = tempfile::tempdir().unwrap();
    // It says when it comes, and whether the one before is still there; serves for a moment, and crashes.
    let text = format!(
        "cd {directory}; test -e pid && kill -0 $(cat pid) && echo two >> log; echo $$ > pid; echo one >> log; \
         {program} & plugin=$!; sleep 0.3; kill -9 $plugin; wait $plugin; exit 3",
        directory = directory.path().display(),
        program = program().display()
    );
    let policy = RestartPolicy::always().backoff(Duration::from_millis(1), Duration::from_millis(20));
    let supervisor = Supervisor::builder(move || script(&text)).policy(policy.restarts(5, LONG * 60)).spawn();
    let client = client(&supervisor);
    let state = until(&supervisor, |state| matches!(state, SupervisorState::CrashLoop { .. })).await;
    let SupervisorState::CrashLoop { restarts_in_window: 5, restarts: 5, reason, .. } = &state else {
        panic!("{state:?}")
    };
    assert!(reason.is_failure());

    // Calls are refused at once, and told what to do.
    let status = client.process().await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    for expected in ["crash loop", "5 restarts within", "restart_now"] {
        assert!(status.message().contains(expected), "{status}");
    }

    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).unwrap();
    let last = read("pid").trim().parse().unwrap();
    eventually("the end of the last", || !exists(last)).await;
    let (before, begun) = (cpu_time(), std::time::Instant::now());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (took, lasted) = (cpu_time() - before, begun.elapsed());
    assert!(took < lasted / 100, "the host works for nothing: {took:?} of {lasted:?}");
    assert_eq!(read("log"), "one\n".repeat(6));
    assert!(supervisor.stop().await.is_none());
}

#[tokio::test]
async fn a_program_that_does_not_start_is_an_error_of_the_first_start() {
    let begun = Supervisor::builder(|| script("echo broken >&2; exit 3")).policy(eager()).start();
    let error = begun.await.unwrap_err();
    let DownReason::Start(start) = error.state().reason().unwrap() else { panic!("{error}") };
    assert!(start.to_string().contains("broken"), "{start}");
    assert!(error.source().unwrap().source().is_some(), "the error of the start is its source");
}

/// Says a word to each plugin, and counts them.
struct Configures {
    word: &'static str,
    count: Arc<AtomicU64>,
    fails: Arc<AtomicBool>,
}

impl OnStart for Configures {
    async fn on_start(&self, plugin: &PluginClient) -> Result<(), Box<dyn Error + Send + Sync>> {
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        if self.fails.load(Ordering::SeqCst) {
            return Err("no word today".into());
        }
        let client = SupervisedClient::new(plugin.channel());
        client.configure(format!("{} {count}", self.word)).await?;
        Ok(())
    }
}

#[tokio::test]
async fn what_is_done_behind_a_start_is_done_behind_each_and_before_the_first_call() {
    let (count, fails) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let configures = Configures { word: "blue", count: Arc::clone(&count), fails: Arc::clone(&fails) };
    let supervisor = supervisor().on_start(configures).start().await.unwrap();
    let client = client(&supervisor);
    for number in 1..=5 {
        assert_eq!(client.configured().await.unwrap(), format!("blue {number}"));
        signal(process(&supervisor), Signal::KILL);
        restarted(&supervisor, number).await;
    }

    // Where it fails, the plugin counts for one that did not start.
    let mut pids = vec![process(&supervisor)];
    fails.store(true, Ordering::SeqCst);
    signal(pids[0], Signal::KILL);
    let failed = |state: &SupervisorState| matches!(state.reason(), Some(DownReason::OnStart(_)));
    let state = until(&supervisor, failed).await;
    assert!(state.reason().unwrap().to_string().contains("no word today"), "{state:?}");
    fails.store(false, Ordering::SeqCst);
    let word = client.configured().await.unwrap();
    assert_eq!(word, format!("blue {}", count.load(Ordering::SeqCst)));
    pids.push(process(&supervisor));
    supervisor.stop().await;
    assert!(pids.iter().all(|pid| !exists(*pid)));
}

/// Is never done.
struct Hangs;

impl OnStart for Hangs {
    async fn on_start(&self, _plugin: &PluginClient) -> Result<(), Box<dyn Error + Send + Sync>> {
        std::future::pending().await
    }
}

/// The plugin ends meanwhile.
struct Kills;

impl OnStart for Kills {
    async fn on_start(&self, plugin: &PluginClient) -> Result<(), Box<dyn Error + Send + Sync>> {
        signal(plugin.id().unwrap(), Signal::KILL);
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_is_done_behind_a_start_has_a_time_and_ends_with_the_plugin() {
    let limit = Duration::from_millis(50);
    let error = supervisor().on_start(Hangs).on_start_timeout(limit).start().await.unwrap_err();
    let reason = error.state().reason().unwrap();
    assert!(matches!(reason, DownReason::OnStartTimeout { limit: found } if *found == limit), "{reason}");

    let error = supervisor().on_start(Kills).start().await.unwrap_err();
    let exit = error.state().reason().unwrap().exit().unwrap().reason();
    assert_eq!(exit, ExitReason::Signal(9));
}

#[tokio::test]
async fn a_plugin_that_says_it_is_not_serving_is_unhealthy_and_restarted_where_that_is_asked_for() {
    for wire in [Wire::Binary, Wire::Grpc] {
        for restarts in [false, true] {
            let check = HealthCheck::default().unhealthy_after(Duration::from_millis(100)).restarts(restarts);
            let supervisor = Supervisor::builder(move || options().wire(wire)).policy(eager());
            let supervisor = supervisor.health_check(Some(check)).start().await.unwrap();
            let client = client(&supervisor);
            let first = client.process().await.unwrap();
            client.serving(false).await.unwrap();
            if restarts {
                let second = restarted(&supervisor, 1).await;
                assert!(first != second && !exists(first));
                assert_eq!(client.process().await.unwrap(), second);
            } else {
                until(&supervisor, |state| matches!(state, SupervisorState::Unhealthy { .. })).await;
                assert_eq!(client.process().await.unwrap(), first, "it is called all the same");
                client.serving(true).await.unwrap();
                until(&supervisor, |state| matches!(state, SupervisorState::Running { .. })).await;
            }
            supervisor.stop().await;
        }
    }
}

#[tokio::test]
async fn a_plugin_that_was_stopped_by_a_signal_is_noticed_killed_and_started_again() {
    for wire in [Wire::Binary, Wire::Grpc] {
        let keep_alive = KeepAlive::new(Duration::from_millis(200), Duration::from_millis(500));
        let options = move || options().wire(wire).keep_alive(Some(keep_alive));
        let supervisor = Supervisor::builder(options).policy(late()).start().await.unwrap();
        let client = client(&supervisor);
        let first = process(&supervisor);
        signal(first, Signal::STOP);
        let state = until(&supervisor, |state| state.reason().is_some()).await;
        let reason = state.reason().unwrap();
        assert!(matches!(reason, DownReason::ConnectionLost { is_silent: true }), "{reason}");
        assert!(!exists(first), "it is gone before the next one comes");
        supervisor.restart_now();
        assert_ne!(client.process().await.unwrap(), first);
    }
}

#[tokio::test]
async fn stopping_in_the_pause_or_in_the_middle_of_a_start_is_done_at_once() {
    let supervisor = Supervisor::builder(options).policy(late()).start().await.unwrap();
    let pid = process(&supervisor);
    signal(pid, Signal::KILL);
    until(&supervisor, |state| matches!(state, SupervisorState::Backoff { .. })).await;
    assert!(tokio::time::timeout(LONG, supervisor.stop()).await.unwrap().is_none());
    assert!(!exists(pid));

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("pid");
    let text = format!("echo $$ > {0}.new; mv {0}.new {0}; sleep 3600", file.display());
    let supervisor = Supervisor::builder(move || script(&text)).spawn();
    eventually("the process of the start", || file.exists()).await;
    let pid = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
    assert!(exists(pid));
    assert!(tokio::time::timeout(LONG, supervisor.stop()).await.unwrap().is_none());
    eventually("the end of the process", || !exists(pid)).await;
}

#[tokio::test]
async fn a_plugin_ends_with_its_supervisor() {
    let supervisor = supervisor().start().await.unwrap();
    let (client, pid) = (client(&supervisor), process(&supervisor));
    drop(supervisor);
    eventually("the end of the process", || !exists(pid)).await;
    let status = client.process().await.unwrap_err();
    assert!(matches!(NotRunning::of(&status).unwrap().state(), SupervisorState::Stopped), "{status}");
}
