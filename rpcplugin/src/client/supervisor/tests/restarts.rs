use tokio::time::Instant;

use super::fake::{Healthy, Start, TIME_TO_GO};
use super::*;
use crate::client::ExitReason;
use crate::client::supervisor::DownReason;
use crate::limits::RESTARTS_DEFAULT;
use std::sync::atomic::Ordering;

#[tokio::test(start_paused = true)]
async fn a_plugin_that_ended_is_started_again_and_the_same_client_reaches_it() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    let client = client(&supervisor);
    assert_eq!(client.number().await.unwrap(), 1);
    for number in 2..=4 {
        world.crash();
        assert_eq!(client.number().await.unwrap(), number);
        assert!(supervisor.state().is_running());
        assert_eq!(supervisor.state().restarts(), number - 1);
    }
    assert_eq!(world.alive(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_next_one_is_not_started_before_the_last_is_put_away() {
    let world = World::new();
    let policy = RestartPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let supervisor = Setup { policy, ..Setup::default() }.supervise(&world);
    running(&supervisor, 0).await;
    let clock = Instant::now();
    world.crash();
    running(&supervisor, 1).await;
    assert!(clock.elapsed() >= TIME_TO_GO, "{:?}", clock.elapsed());
    assert_eq!(world.stops.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_outlives_its_kill_is_waited_for_until_it_ends_or_somebody_wants_to_stop() {
    let restart: fn(&Supervisor, &World) = |supervisor, _world| supervisor.restart_now();
    let lose: fn(&Supervisor, &World) = |_supervisor, world| world.cut(true);
    let fall_ill: fn(&Supervisor, &World) = |_supervisor, world| {
        world.health.send_replace(Healthy::No);
    };
    for befall in [restart, lose, fall_ill] {
        for ends in [true, false] {
            let world = World::new();
            world.is_late.store(true, Ordering::SeqCst);
            let health = Some(HealthCheck::default().restarts(true));
            let supervisor = Setup { health, ..Setup::default() }.supervise(&world);
            running(&supervisor, 0).await;
            befall(&supervisor, &world);
            tokio::time::sleep(3600 * SECOND).await;
            assert_eq!((world.starts(), world.alive()), (1, 1), "{:?}", supervisor.state());
            assert!(matches!(supervisor.state(), SupervisorState::Stopping { restarts: 0 }));
            if ends {
                world.health.send_replace(Healthy::Yes);
                world.crash();
                running(&supervisor, 1).await;
                assert_eq!(world.starts(), 2);
                continue;
            }
            let clock = Instant::now();
            assert!(supervisor.stop().await.is_some());
            assert!(clock.elapsed() < SECOND);
            assert_eq!((world.starts(), world.alive()), (1, 0));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn between_two_lives_it_is_said_why_it_is_down_and_until_when() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    running(&supervisor, 0).await;
    assert!(supervisor.last_reason().is_none());
    world.crash();
    let state = until(&supervisor, |state| !state.is_running()).await;
    let SupervisorState::Backoff { until, restarts: 0, reason } = &state else { panic!("{state:?}") };
    assert_eq!(reason.exit().unwrap().reason(), ExitReason::Signal(9));
    assert!(reason.is_failure());
    let until = Instant::from_std(*until);
    assert!(until.duration_since(Instant::now()) <= SECOND, "{until:?}");
    assert!(supervisor.last_reason().is_some());
    running(&supervisor, 1).await;
    assert!(Instant::now() >= until);
    // It is said as well when it runs again.
    assert_eq!(supervisor.last_reason().unwrap().exit().unwrap().reason(), ExitReason::Signal(9));
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_tried_again_until_it_is_a_crash_loop_which_costs_nothing() {
    let world = World::new();
    world.next(Start::Fails);
    let supervisor = Setup::default().supervise(&world);
    let state = until(&supervisor, |state| matches!(state, SupervisorState::CrashLoop { .. })).await;
    let SupervisorState::CrashLoop { restarts_in_window, window, restarts, reason } = &state else {
        panic!("{state:?}")
    };
    assert_eq!((*restarts_in_window, *window), (RESTARTS_DEFAULT, 60 * SECOND));
    let expected = u64::try_from(RESTARTS_DEFAULT).unwrap();
    assert_eq!((*restarts, world.starts()), (expected, expected + 1));
    assert!(matches!(reason, DownReason::Start(_)), "{reason}");
    tokio::time::sleep(24 * 3600 * SECOND).await;
    assert_eq!((world.starts(), world.alive()), (expected + 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_ran_for_no_time_was_started_and_its_end_is_the_policys() {
    for (policy, stays_down) in [(RestartPolicy::always(), false), (RestartPolicy::never(), true)] {
        let world = World::new();
        world.next(Start::RunsForNoTime);
        let supervisor = Setup { policy, ..Setup::default() }.supervise(&world).started().await.unwrap();
        assert_eq!(world.starts(), 1);
        world.next(Start::Runs);
        assert_eq!(supervisor.running().await.is_err(), stays_down);
        assert_eq!(supervisor.last_reason().unwrap().exit().unwrap().reason(), ExitReason::Signal(9));
    }
    let world = World::new();
    world.next(Start::Fails);
    let error = Setup::default().supervise(&world).started().await.unwrap_err();
    assert!(matches!(error.state().reason(), Some(DownReason::Start(_))), "{error}");
    assert_eq!((world.starts(), world.alive()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_crashes_again_and_again_is_in_a_crash_loop_as_well() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    for restarts in 0..=u64::try_from(RESTARTS_DEFAULT).unwrap() {
        running(&supervisor, restarts).await;
        world.crash();
    }
    let state = until(&supervisor, |state| matches!(state, SupervisorState::CrashLoop { .. })).await;
    assert_eq!(state.reason().unwrap().exit().unwrap().reason(), ExitReason::Signal(9));
    settle().await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(world.alive(), 0);
}

#[tokio::test(start_paused = true)]
async fn somebody_who_looks_after_a_crash_loop_ends_it() {
    let world = World::new();
    world.next(Start::Fails);
    let supervisor = Setup::default().supervise(&world);
    supervisor.running().await.unwrap_err();
    world.next(Start::Runs);
    supervisor.restart_now();
    until(&supervisor, |state| state.is_running()).await;
    supervisor.running().await.unwrap();
    assert_eq!(client(&supervisor).number().await.unwrap(), world.starts());
    // Its past is forgotten: five more failures are allowed.
    for _ in 0..RESTARTS_DEFAULT {
        let restarts = supervisor.state().restarts();
        world.crash();
        running(&supervisor, restarts + 1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_cut_short_by_somebody_who_does_not_want_to_wait() {
    let world = World::new();
    let policy = RestartPolicy::default().backoff(3600 * SECOND, 3600 * SECOND);
    let supervisor = Setup { policy, ..Setup::default() }.supervise(&world);
    running(&supervisor, 0).await;
    world.crash();
    until(&supervisor, |state| !state.is_running()).await;
    let clock = Instant::now();
    supervisor.restart_now();
    running(&supervisor, 1).await;
    assert!(clock.elapsed() < SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_runs_is_ended_in_order_for_a_restart_that_somebody_wants() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    running(&supervisor, 0).await;
    supervisor.restart_now();
    supervisor.restart_now();
    running(&supervisor, 1).await;
    settle().await;
    assert_eq!((world.stops.load(Ordering::SeqCst), world.kills.load(Ordering::SeqCst)), (1, 0));
    assert_eq!(supervisor.state().restarts(), 1, "two orders at once are one");
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_is_wanted_while_it_starts_is_that_start() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    supervisor.restart_now();
    running(&supervisor, 0).await;
    settle().await;
    tokio::time::sleep(SECOND).await;
    assert_eq!((world.starts(), supervisor.state().restarts()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_policy_may_leave_it_down() {
    for (policy, raw, stays_down) in [
        (RestartPolicy::never(), 9, true),
        (RestartPolicy::on_failure(), 0, true),
        (RestartPolicy::on_failure(), 1 << 8, false),
        (RestartPolicy::always(), 0, false),
    ] {
        let world = World::new();
        let supervisor = Setup { policy: policy.clone(), ..Setup::default() }.supervise(&world);
        running(&supervisor, 0).await;
        world.end(raw);
        until(&supervisor, |state| !state.is_running()).await;
        assert_eq!(supervisor.running().await.is_err(), stays_down, "{policy:?} {raw}");
        assert_eq!(matches!(supervisor.state(), SupervisorState::Down { .. }), stays_down);
        assert_eq!(world.starts(), if stays_down { 1 } else { 2 });
        if stays_down {
            supervisor.restart_now();
            running(&supervisor, 1).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_plugin_whose_connection_is_lost_is_killed_at_once_where_it_is_silent() {
    for is_silent in [true, false] {
        let world = World::new();
        let supervisor = Setup::default().supervise(&world);
        running(&supervisor, 0).await;
        let clock = Instant::now();
        world.cut(is_silent);
        let state = until(&supervisor, |state| state.reason().is_some()).await;
        let took = clock.elapsed();
        let reason = state.reason().unwrap();
        assert!(matches!(reason, DownReason::ConnectionLost { is_silent: found } if *found == is_silent));
        // At most a second until somebody looks, and three for one that may be about to end.
        let expected = if is_silent { SECOND } else { 4 * SECOND };
        assert!(took <= expected + SECOND / 10, "{took:?}");
        assert_eq!(world.kills.load(Ordering::SeqCst), 1);
        running(&supervisor, 1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_ends_behind_its_connection_is_known_by_its_end() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    running(&supervisor, 0).await;
    world.cut(false);
    until(&supervisor, |state| matches!(state, SupervisorState::Stopping { .. })).await;
    world.end(2 << 8);
    let state = until(&supervisor, |state| state.reason().is_some()).await;
    assert_eq!(state.reason().unwrap().exit().unwrap().reason(), ExitReason::Code(2));
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_it_wherever_it_is() {
    // While it runs.
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    running(&supervisor, 0).await;
    let mut states = supervisor.states();
    assert!(supervisor.stop().await.is_some());
    assert_eq!((world.alive(), world.stops.load(Ordering::SeqCst)), (0, 1));
    assert!(states.until(|state| matches!(state, SupervisorState::Stopped)).await.is_some());
    assert!(states.next().await.is_none(), "nothing follows");

    // While it is started.
    let world = World::new();
    world.next(Start::Hangs);
    let supervisor = Setup::default().supervise(&world);
    settle().await;
    assert_eq!(world.alive(), 1);
    assert!(supervisor.stop().await.is_none());
    assert_eq!(world.alive(), 0);

    // In the pause, and in a crash loop.
    for policy in [RestartPolicy::default().backoff(3600 * SECOND, 3600 * SECOND), RestartPolicy::never()] {
        let world = World::new();
        world.next(Start::Fails);
        let supervisor = Setup { policy, ..Setup::default() }.supervise(&world);
        until(&supervisor, |state| state.reason().is_some()).await;
        let clock = Instant::now();
        assert!(supervisor.stop().await.is_none());
        assert!(clock.elapsed() < SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_while_the_process_of_a_lost_connection_may_still_end_asks_it_to() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    running(&supervisor, 0).await;
    world.cut(false);
    until(&supervisor, |state| matches!(state, SupervisorState::Stopping { .. })).await;
    let stopped = supervisor.stop().await.expect("it ran");
    assert_eq!(stopped.exit.unwrap().reason(), ExitReason::Code(0));
    assert_eq!((world.stops.load(Ordering::SeqCst), world.kills.load(Ordering::SeqCst)), (1, 0));
    assert_eq!(world.alive(), 0);
}

#[tokio::test(start_paused = true)]
async fn stopping_while_it_is_being_ended_says_how_it_ended() {
    let restart: fn(&Supervisor, &World) = |supervisor, _world| supervisor.restart_now();
    let lose: fn(&Supervisor, &World) = |_supervisor, world| world.cut(true);
    let fall_ill: fn(&Supervisor, &World) = |_supervisor, world| {
        world.health.send_replace(Healthy::No);
    };
    for (befall, reason) in
        [(restart, ExitReason::Code(0)), (lose, ExitReason::Signal(9)), (fall_ill, ExitReason::Code(0))]
    {
        let world = World::new();
        let health = Some(HealthCheck::default().restarts(true));
        let supervisor = Setup { health, ..Setup::default() }.supervise(&world);
        running(&supervisor, 0).await;
        befall(&supervisor, &world);
        until(&supervisor, |state| matches!(state, SupervisorState::Stopping { .. })).await;
        let stopped = supervisor.stop().await.expect("it ran");
        assert_eq!(stopped.exit.unwrap().reason(), reason);
        assert_eq!((world.starts(), world.alive()), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_supervisor_leaves_no_plugin() {
    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    running(&supervisor, 0).await;
    let (client, mut states) = (client(&supervisor), supervisor.states());
    drop(supervisor);
    let stopped = states.until(|state| matches!(state, SupervisorState::Stopped));
    tokio::time::timeout(SECOND, stopped).await.unwrap().unwrap();
    settle().await;
    assert_eq!(world.alive(), 0);
    client.number().await.unwrap_err();
}
