use std::sync::atomic::Ordering;

use futures_util::FutureExt;
use tokio::time::Instant;

use super::fake::Start;
use super::*;
use crate::call::CallOptions;
use crate::client::supervisor::NotRunning;
use crate::client::{ExitReason, PluginExit};
use crate::contract::Code;
use crate::rpc::Streaming;

/// A supervisor whose plugin is down, for about an hour.
async fn down(during_restart: DuringRestart, world: &Arc<World>) -> Supervisor {
    let policy = RestartPolicy::default().backoff(3600 * SECOND, 3600 * SECOND);
    let supervisor = Setup { policy, during_restart, health: None }.supervise(world);
    running(&supervisor, 0).await;
    world.crash();
    until(&supervisor, |state| state.reason().is_some()).await;
    supervisor
}

#[tokio::test(start_paused = true)]
async fn calls_wait_for_the_next_plugin() {
    let world = World::new();
    let supervisor = down(DuringRestart::Wait, &world).await;
    let client = client(&supervisor);
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.number().await })
        })
        .collect();
    settle().await;
    assert!(calls.iter().all(|call| !call.is_finished()));
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_no_longer_than_its_own_time() {
    let world = World::new();
    let supervisor = down(DuringRestart::Wait, &world).await;
    let client = client(&supervisor).with(CallOptions::new().timeout(SECOND));
    let clock = Instant::now();
    assert_eq!(client.number().await.unwrap_err().code(), Code::DeadlineExceeded);
    assert!(clock.elapsed() < 2 * SECOND);
    assert_eq!(world.starts(), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_that_do_not_wait_are_told_why() {
    let world = World::new();
    let supervisor = down(DuringRestart::Fail, &world).await;
    let client = client(&supervisor);
    let status = client.number().now_or_never().unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let error = NotRunning::of(&status).unwrap();
    assert!(matches!(error.state(), SupervisorState::Backoff { .. }), "{error}");
    assert_eq!(
        PluginExit::of(&status).unwrap().reason(),
        ExitReason::Signal(9),
        "it is found as for other calls"
    );
    for expected in ["the call was not sent", "started again in", "SIGKILL", "DuringRestart::Wait"] {
        assert!(status.message().contains(expected), "{status}");
    }
    until(&supervisor, SupervisorState::is_running).await;
    assert_eq!(client.number().await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_before_the_first_plugin_waits_or_fails_as_any_other() {
    for during_restart in [DuringRestart::Wait, DuringRestart::Fail] {
        let world = World::new();
        world.next(Start::Hangs);
        let supervisor = Setup { during_restart, ..Setup::default() }.supervise(&world);
        settle().await;
        let client = client(&supervisor);
        match client.number().now_or_never() {
            None => assert_eq!(during_restart, DuringRestart::Wait),
            Some(answer) => {
                assert_eq!(during_restart, DuringRestart::Fail);
                assert!(answer.unwrap_err().message().contains("is being started"));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_loop_ends_the_calls_that_wait_and_refuses_those_that_come() {
    for during_restart in [DuringRestart::Wait, DuringRestart::Fail] {
        let world = World::new();
        let policy = RestartPolicy::default().restarts(1, 60 * SECOND);
        let supervisor = Setup { policy, during_restart, health: None }.supervise(&world);
        running(&supervisor, 0).await;
        world.next(Start::Fails);
        world.crash();
        until(&supervisor, |state| !state.is_running()).await;
        let client = client(&supervisor);
        let waits = client.number().await.unwrap_err();
        let crash_loop = |state: &SupervisorState| matches!(state, SupervisorState::CrashLoop { .. });
        until(&supervisor, crash_loop).await;
        let refused = client.number().now_or_never().unwrap().unwrap_err();
        let waited = (during_restart == DuringRestart::Wait).then_some(waits);
        for status in waited.into_iter().chain([refused]) {
            assert_eq!(status.code(), Code::FailedPrecondition, "nothing changes by itself");
            assert!(crash_loop(NotRunning::of(&status).unwrap().state()));
            for expected in ["crash loop", "1 restarts within 60s", "restart_now", "no protocol version"] {
                assert!(status.message().contains(expected), "{status}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_under_way_ends_with_its_error_and_is_not_made_again() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    let client = client(&supervisor);
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.wait().await }
    });
    while world.waited.load(Ordering::SeqCst) == 0 {
        settle().await;
    }
    world.crash();
    assert_eq!(call.await.unwrap().unwrap_err().code(), Code::Unavailable);
    assert_eq!(client.number().await.unwrap(), 2);
    settle().await;
    assert_eq!(world.waited.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_finds_the_connection_lost_waits_for_the_next_plugin() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    running(&supervisor, 0).await;
    // Nobody else has seen it yet.
    world.cut(true);
    assert!(supervisor.state().is_running() && !supervisor.channel().is_connected());
    assert_eq!(client(&supervisor).number().await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_waits_for_a_plugin_begins_although_nobody_reads_it_yet() {
    let world = World::new();
    let supervisor = down(DuringRestart::Wait, &world).await;
    let client = client(&supervisor);
    let mut answers = client.echo(Streaming::from_iter([1_u64, 2])).await.unwrap();
    running(&supervisor, 1).await;
    settle().await;
    assert_eq!(world.waited.load(Ordering::SeqCst), 1, "the handler has it");
    assert_eq!(answers.message().await.unwrap(), Some(1));
    assert_eq!(answers.message().await.unwrap(), Some(2));
    assert_eq!(answers.message().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_call_behind_the_stop_is_told_so_and_one_that_waits_as_well() {
    let world = World::new();
    let supervisor = down(DuringRestart::Wait, &world).await;
    let client = client(&supervisor);
    let waits = tokio::spawn({
        let client = client.clone();
        async move { client.number().await }
    });
    settle().await;
    supervisor.stop().await;
    for status in [waits.await.unwrap().unwrap_err(), client.number().await.unwrap_err()] {
        assert!(matches!(NotRunning::of(&status).unwrap().state(), SupervisorState::Stopped), "{status}");
        assert_eq!(status.code(), Code::FailedPrecondition);
    }
}
