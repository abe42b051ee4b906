//! Several plugins behind one client: with real processes.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rpcplugin::{
    CallOptions, Code, DuringRestart, NoMember, NoMemberReason, PluginClientBuilder, PluginExit, PluginPool,
    PluginPoolBuilder, PoolMember, PoolStrategy, RestartPolicy, Streaming, Supervisor, SupervisorState, Wire,
};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::{Key, Kv, KvClient, Pair};
use rpcplugin_tests::supervised::{Supervised, SupervisedClient};
use rustix::process::Signal;

use crate::supervision::{LONG, eager, exists, options, signal};
use crate::support::{say, script};

const WIRES: [Wire; 2] = [Wire::Binary, Wire::Grpc];

fn pool(wire: Wire) -> PluginPoolBuilder {
    PluginPool::builder(move |_member| options().wire(wire))
        .size(3)
        .member_timeout(LONG)
        .supervise(|supervisor| supervisor.policy(eager()))
}

fn client(pool: &PluginPool) -> SupervisedClient {
    SupervisedClient::new(pool.channel()).with(CallOptions::new().timeout(LONG))
}

fn process(member: &PoolMember) -> u32 {
    match member.state() {
        SupervisorState::Running { pid: Some(pid), .. } => *pid,
        state => panic!("it does not run: {state:?}"),
    }
}

/// The process of each member.
fn processes(pool: &PluginPool) -> Vec<u32> {
    pool.members().iter().map(process).collect()
}

fn member(pool: &PluginPool, number: usize) -> PoolMember {
    pool.members().get(number).unwrap().clone()
}

/// Who keeps a member running.
fn keeper(pool: &PluginPool, number: usize) -> &Supervisor {
    pool.supervisors().get(number).unwrap()
}

async fn until(pool: &PluginPool, number: usize, is_so: impl Fn(&SupervisorState) -> bool) {
    let mut states = keeper(pool, number).states();
    let state = tokio::time::timeout(LONG, states.until(is_so)).await;
    assert!(matches!(state, Ok(Some(_))), "it stays in {:?}", member(pool, number));
}

/// Who answers so many calls.
async fn answered(client: &SupervisedClient, calls: usize) -> BTreeMap<u32, usize> {
    let mut answered = BTreeMap::new();
    for _ in 0..calls {
        *answered.entry(client.process().await.unwrap()).or_default() += 1;
    }
    answered
}

#[tokio::test]
async fn each_plugin_answers_as_many_calls_and_the_slow_one_fewer_where_that_is_asked_for() {
    for wire in WIRES {
        for strategy in [PoolStrategy::RoundRobin, PoolStrategy::LeastLoaded] {
            let pool = pool(wire).strategy(strategy).start().await.unwrap();
            let (client, processes) = (client(&pool), processes(&pool));
            assert_eq!(answered(&client, 12).await, processes.iter().map(|pid| (*pid, 4)).collect());

            // One stream is open: the first has it, as it is the first's turn.
            let (sender, open) = tokio::sync::mpsc::unbounded_channel::<Result<u64, rpcplugin::Status>>();
            let requests =
                futures_util::stream::unfold(
                    open,
                    |mut open| async move { Some((open.recv().await?, open)) },
                );
            let mut echo = client.echo(Streaming::new(requests)).await.unwrap();
            let found = answered(&client, 12).await;
            match strategy {
                PoolStrategy::LeastLoaded => {
                    assert_eq!(found, processes[1..].iter().map(|pid| (*pid, 6)).collect());
                }
                _ => assert_eq!(found, processes.iter().map(|pid| (*pid, 4)).collect()),
            }
            // It stays where it began.
            assert_eq!(member(&pool, 0).calls_under_way(), 1);
            sender.send(Ok(7)).unwrap();
            assert_eq!(echo.message().await.unwrap(), Some(7));
            drop(sender);
            assert_eq!(echo.message().await.unwrap(), None);
            assert_eq!(member(&pool, 0).calls_under_way(), 0);
            let stopped = pool.stop().await;
            assert!(stopped.is_graceful() && stopped.members().len() == 3, "{stopped:?}");
            assert!(!processes.into_iter().any(exists));
        }
    }
}

#[tokio::test]
async fn a_plugin_that_says_it_is_not_serving_gets_no_calls_until_it_does() {
    for wire in WIRES {
        let pool = pool(wire).start().await.unwrap();
        let (client, pids) = (client(&pool), processes(&pool));
        let unwell = SupervisedClient::new(keeper(&pool, 1).channel());
        unwell.serving(false).await.unwrap();
        until(&pool, 1, |state| matches!(state, SupervisorState::Unhealthy { .. })).await;
        assert_eq!(answered(&client, 6).await, BTreeMap::from([(pids[0], 3), (pids[2], 3)]));
        unwell.serving(true).await.unwrap();
        until(&pool, 1, |state| matches!(state, SupervisorState::Running { .. })).await;
        assert_eq!(answered(&client, 6).await, pids.iter().map(|pid| (*pid, 2)).collect());
    }
}

#[tokio::test]
async fn a_plugin_that_is_held_keeps_what_it_is_told_and_is_not_replaced_under_its_holder() {
    for wire in WIRES {
        let pool = pool(wire).size(2).member_timeout(Duration::from_millis(100)).start().await.unwrap();
        let (first, second) = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
        let clients = [&first, &second].map(|plugin| SupervisedClient::new(plugin.channel()));
        for (client, word) in clients.iter().zip(["one", "two"]) {
            client.configure(word.to_owned()).await.unwrap();
        }
        for (client, word) in clients.iter().zip(["one", "two"]) {
            assert_eq!(client.configured().await.unwrap(), word);
        }
        let status = client(&pool).process().await.unwrap_err();
        assert_eq!(NoMember::of(&status).unwrap().reason(), NoMemberReason::Taken, "{status}");

        // It ends: the next one knows no word, and is for somebody else.
        let pid = clients[0].process().await.unwrap();
        signal(pid, Signal::KILL);
        until(&pool, first.member(), |state| state.is_running() && state.restarts() == 1).await;
        let status = clients[0].configured().await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{status}");
        assert!(PluginExit::of(&status).is_some() && !first.is_connected(), "{status}");
        let number = first.member();
        drop(first);
        let next = pool.acquire().await.unwrap();
        assert_eq!(next.member(), number);
        let status = SupervisedClient::new(next.channel()).configured().await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
    }
}

#[tokio::test]
async fn a_pool_that_is_stopped_answers_what_it_has_begun_and_cuts_off_what_takes_too_long() {
    for wire in WIRES {
        for (milliseconds, limit, left) in [(5000, LONG, 0), (3_600_000, Duration::from_millis(100), 3)] {
            let pool = pool(wire).drain_timeout(limit).start().await.unwrap();
            let (client, pids) = (client(&pool), processes(&pool));
            let calls: Vec<_> = (0..3)
                .map(|_| {
                    let client = client.clone();
                    tokio::spawn(async move { client.pause(milliseconds).await })
                })
                .collect();
            // Each has one, behind which another has been answered on the same connection.
            eventually("the calls", || pool.members().iter().all(|member| member.calls_under_way() == 1))
                .await;
            answered(&client, 3).await;
            let stopped = tokio::time::timeout(LONG, pool.stop()).await.unwrap();
            assert_eq!(stopped.calls_left(), left, "{stopped:?}");
            for call in calls {
                match (left, call.await.unwrap()) {
                    (0, answer) => assert_eq!(answer.unwrap(), milliseconds),
                    (_, answer) => assert_eq!(answer.unwrap_err().code(), Code::Unavailable),
                }
            }
            let status = client.process().await.unwrap_err();
            assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
            assert_eq!(NoMember::of(&status).unwrap().reason(), NoMemberReason::Stopped, "{status}");
            assert!(!pids.into_iter().any(exists));
        }
    }
}

#[tokio::test]
async fn where_all_are_down_for_good_calls_are_told_why_at_once() {
    let pool = PluginPool::builder(|_member| options()).size(2).member_timeout(LONG);
    // What a supervisor does with calls is nothing to a pool.
    let pool = pool.supervise(|supervisor| {
        supervisor.policy(RestartPolicy::never()).during_restart(DuringRestart::Wait)
    });
    let pool = pool.start().await.unwrap();
    let (client, pids) = (client(&pool), processes(&pool));
    signal(pids[0], Signal::KILL);
    until(&pool, 0, |state| state.reason().is_some()).await;
    assert_eq!(answered(&client, 4).await, BTreeMap::from([(pids[1], 4)]));
    signal(pids[1], Signal::KILL);
    until(&pool, 1, |state| state.reason().is_some()).await;
    let status = client.process().await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
    let error = NoMember::of(&status).unwrap();
    assert_eq!((error.reason(), error.states().len()), (NoMemberReason::NoneHealthy, 2));
    assert!(status.message().contains("signal: 9"), "{status}");
    keeper(&pool, 0).restart_now();
    until(&pool, 0, SupervisorState::is_running).await;
    assert_eq!(answered(&client, 2).await, BTreeMap::from([(process(&member(&pool, 0)), 2)]));
}

#[tokio::test]
async fn one_that_does_not_start_is_the_error_of_the_start_and_no_other_is_left() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    let started = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&started);
    let begun = PluginPool::builder(move |member| {
        counted.fetch_add(1, Ordering::SeqCst);
        let path = path.display();
        match member {
            // When the others are there.
            1 => script(&format!(
                "until test -e {path}/0 -a -e {path}/2; do sleep 0.01; done; echo broken >&2; exit 3"
            )),
            _ => script(&format!(
                "echo $$ > {path}/new{member}; mv {path}/new{member} {path}/{member}; sleep 3600"
            )),
        }
    });
    let error = begun.size(3).start().await.unwrap_err();
    assert_eq!(error.member(), 1);
    let text = error.to_string();
    assert!(text.contains("member 1 of the pool") && text.contains("broken"), "{text}");
    assert_eq!(started.load(Ordering::SeqCst), 3);
    for member in [0, 2] {
        let pid = std::fs::read_to_string(directory.path().join(member.to_string())).unwrap();
        let pid = pid.trim().parse().unwrap();
        eventually("the end of the others", || !exists(pid)).await;
    }
}

#[test]
fn plugins_of_a_pool_may_be_killed_under_load_and_every_call_is_accounted_for_and_nothing_left() {
    let directory = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_pooler"))
        .args([env!("CARGO_BIN_EXE_supervised_plugin"), &crate::kills::kills(15).to_string()])
        .env("TMPDIR", directory.path())
        .output()
        .unwrap();
    let (said, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success() && said.contains("nothing was left"), "{}\n{said}\n{errors}", run.status);
    say(&format!("\n{said}"));
}

/// A pool of plugins of another make: each is called, holds what it was told, and is started again.
pub(crate) async fn foreign_plugins_are_pooled(
    options: impl Fn() -> PluginClientBuilder + Send + Sync + 'static,
) {
    let pool = PluginPool::builder(move |_member| options()).size(3).member_timeout(LONG);
    let pool = pool.supervise(|supervisor| supervisor.policy(eager())).start().await.unwrap();
    let store = KvClient::new(pool.channel()).with(CallOptions::new().timeout(LONG));
    {
        let held = pool.acquire().await.unwrap();
        assert_eq!(held.member(), 0, "its turn");
        converse(&KvClient::new(held.channel())).await.unwrap();
    }
    // Each of them is one that has not been told this.
    let pair = || Pair { key: "one".to_owned(), value: b"1".to_vec() };
    let mut created = Vec::new();
    for _ in 0..6 {
        created.push(store.put(pair()).await.unwrap().created);
    }
    assert_eq!(created, [true, true, true, false, false, false]);
    let pids = processes(&pool);
    // One is killed under load: what it had ends with the reason, and the others answer.
    let calls = (0..300).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.get(Key { key: "one".to_owned() }).await })
    });
    let calls: Vec<_> = calls.collect();
    signal(process(&member(&pool, 1)), Signal::KILL);
    let (mut answered, mut told) = (0, 0);
    for call in calls {
        match call.await.unwrap() {
            Ok(pair) => answered += usize::from(pair.value == b"1"),
            // The one that was started again knows nothing.
            Err(status) if status.code() == Code::NotFound => answered += 1,
            Err(status) if status.code() == Code::Unavailable => told += 1,
            Err(status) => panic!("{status}"),
        }
    }
    assert_eq!(answered + told, 300);
    until(&pool, 1, |state| state.is_running() && state.restarts() == 1).await;
    let stopped = pool.stop().await;
    assert!(stopped.is_graceful(), "{stopped:?}");
    assert!(!pids.into_iter().any(exists));
}
