use std::sync::atomic::Ordering;

use tokio::time::Instant;

use super::fake::Healthy;
use super::*;
use crate::client::supervisor::{DownReason, Unhealthy};
use crate::limits::{HEALTH_ANSWER_TIMEOUT_DEFAULT, HEALTH_INTERVAL_DEFAULT, UNHEALTHY_TIME_DEFAULT};

fn watched(world: &Arc<World>, check: HealthCheck) -> Supervisor {
    Setup { health: Some(check), ..Setup::default() }.supervise(world)
}

fn is_unhealthy(state: &SupervisorState) -> bool {
    matches!(state, SupervisorState::Unhealthy { .. })
}

fn is_well(state: &SupervisorState) -> bool {
    matches!(state, SupervisorState::Running { .. })
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_is_not_serving_is_said_to_be_unhealthy_after_its_time_and_is_called() {
    for is_watched in [true, false] {
        let world = World::new();
        world.is_watched.store(is_watched, Ordering::SeqCst);
        let supervisor = watched(&world, HealthCheck::default());
        running(&supervisor, 0).await;
        let clock = Instant::now();
        world.health.send_replace(Healthy::No);
        let state = until(&supervisor, is_unhealthy).await;
        let took = clock.elapsed();
        // Who is watched says so at once, who is asked when it is asked.
        let noticed = if is_watched { Duration::ZERO } else { HEALTH_INTERVAL_DEFAULT };
        let most = UNHEALTHY_TIME_DEFAULT + noticed + SECOND / 10;
        assert!((UNHEALTHY_TIME_DEFAULT..=most).contains(&took), "{took:?} {is_watched}");
        let SupervisorState::Unhealthy { unhealthy, restarts: 0, .. } = &state else { panic!("{state:?}") };
        assert!(matches!(unhealthy, Unhealthy::NotServing), "{unhealthy}");
        assert_eq!(client(&supervisor).number().await.unwrap(), 1);
        tokio::time::sleep(3600 * SECOND).await;
        assert_eq!(world.starts(), 1, "nobody has asked for a restart");

        world.health.send_replace(Healthy::Yes);
        until(&supervisor, is_well).await;
        assert_eq!(client(&supervisor).number().await.unwrap(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_indisposition_is_nothing() {
    let world = World::new();
    let supervisor = watched(&world, HealthCheck::default());
    running(&supervisor, 0).await;
    let mut states = supervisor.states();
    drop(states.now());
    for _ in 0..10 {
        world.health.send_replace(Healthy::No);
        tokio::time::sleep(UNHEALTHY_TIME_DEFAULT - SECOND).await;
        world.health.send_replace(Healthy::Yes);
        settle().await;
        assert!(is_well(&supervisor.state()));
    }
    // Nothing was said in between either.
    assert!(tokio::time::timeout(SECOND, states.next()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_is_not_healthy_is_restarted_where_that_is_asked_for() {
    let world = World::new();
    let supervisor = watched(&world, HealthCheck::default().restarts(true).unhealthy_after(5 * SECOND));
    running(&supervisor, 0).await;
    world.health.send_replace(Healthy::No);
    let state = until(&supervisor, |state| state.reason().is_some()).await;
    let reason = state.reason().unwrap();
    let DownReason::Unhealthy { lasted, unhealthy: Unhealthy::NotServing } = reason else {
        panic!("{reason}")
    };
    assert!((5 * SECOND..6 * SECOND).contains(lasted), "{lasted:?}");
    assert!(reason.is_failure() && reason.to_string().contains("it says that it is not serving"), "{reason}");
    // It was asked to end.
    assert_eq!((world.stops.load(Ordering::SeqCst), world.kills.load(Ordering::SeqCst)), (1, 0));
    world.health.send_replace(Healthy::Yes);
    running(&supervisor, 1).await;
}

#[tokio::test(start_paused = true)]
async fn no_answer_and_an_error_are_not_healthy() {
    for (health, expected) in [
        (
            Healthy::Silent,
            format!("did not answer the question for its health within {HEALTH_ANSWER_TIMEOUT_DEFAULT:?}"),
        ),
        (Healthy::Fails, "INTERNAL `no table\\u{1b}`".to_owned()),
    ] {
        let world = World::new();
        let supervisor = watched(&world, HealthCheck::default());
        running(&supervisor, 0).await;
        world.health.send_replace(health);
        let state = until(&supervisor, is_unhealthy).await;
        let SupervisorState::Unhealthy { unhealthy, .. } = &state else { panic!("{state:?}") };
        assert!(unhealthy.to_string().contains(&expected), "{unhealthy}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_knows_nothing_of_its_health_is_healthy_unless_it_must_know() {
    for health in [Healthy::Unimplemented, Healthy::NotFound] {
        for must_know in [false, true] {
            let world = World::new();
            world.health.send_replace(health);
            let supervisor = watched(&world, HealthCheck::new("kv.Store").must_know(must_know));
            running(&supervisor, 0).await;
            tokio::time::sleep(600 * SECOND).await;
            assert_eq!(is_unhealthy(&supervisor.state()), must_know, "{health:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_healthy_plugin_is_asked_now_and_then_and_one_that_nobody_asks_about_never() {
    let world = World::new();
    let supervisor = watched(&world, HealthCheck::default());
    running(&supervisor, 0).await;
    tokio::time::sleep(10 * HEALTH_INTERVAL_DEFAULT + SECOND).await;
    assert_eq!(world.questions.load(Ordering::SeqCst), 10);
    drop(supervisor);

    let world = World::new();
    let supervisor = Setup::default().supervise(&world);
    running(&supervisor, 0).await;
    tokio::time::sleep(3600 * SECOND).await;
    assert_eq!(world.questions.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_never_stops_talking_of_its_health_leaves_others_their_turn() {
    let world = World::new();
    world.is_chatty.store(true, Ordering::SeqCst);
    let supervisor = watched(&world, HealthCheck::default());
    running(&supervisor, 0).await;
    settle().await;
    assert!(supervisor.stop().await.is_some());
    assert_eq!(world.alive(), 0);
}
