use proptest::prelude::*;

use super::*;
use crate::limits::{RESTART_DELAY_LONGEST_DEFAULT, RESTART_DELAY_SHORTEST_DEFAULT, RESTARTS_DEFAULT};

const SECOND: Duration = Duration::from_secs(1);

fn history(policy: RestartPolicy) -> History {
    History::new(policy, Random::seeded(7))
}

/// The pause behind an end at this time.
fn pause(history: &mut History, now: Instant) -> Duration {
    match history.ended(now, true) {
        Verdict::Restart(at) => at.duration_since(now),
        verdict => panic!("no restart: {verdict:?}"),
    }
}

#[test]
fn who_is_never_restarted_rests_behind_every_end() {
    let now = Instant::now();
    for is_failure in [false, true] {
        assert_eq!(history(RestartPolicy::never()).ended(now, is_failure), Verdict::Rest);
    }
}

#[test]
fn success_is_an_end_only_where_failures_alone_are_mended() {
    let now = Instant::now();
    assert_eq!(history(RestartPolicy::on_failure()).ended(now, false), Verdict::Rest);
    assert!(matches!(history(RestartPolicy::on_failure()).ended(now, true), Verdict::Restart(_)));
    assert!(matches!(history(RestartPolicy::always()).ended(now, false), Verdict::Restart(_)));
}

#[test]
fn the_bound_of_the_pause_doubles_up_to_the_longest() {
    let mut history = history(RestartPolicy::always().unlimited());
    let mut bounds = Vec::new();
    for _ in 0..40 {
        bounds.push(history.longest_pause());
        history.ended(Instant::now(), true);
    }
    assert_eq!(bounds[0], RESTART_DELAY_SHORTEST_DEFAULT);
    assert_eq!(bounds[1], RESTART_DELAY_SHORTEST_DEFAULT * 2);
    assert_eq!(bounds[8], RESTART_DELAY_SHORTEST_DEFAULT * 256);
    // Where the doubled numbers are at their end as well.
    assert!(bounds[9..].iter().all(|bound| *bound == RESTART_DELAY_LONGEST_DEFAULT), "{bounds:?}");
}

#[test]
fn the_pause_is_any_time_up_to_its_bound() {
    let policy = RestartPolicy::always().unlimited().backoff(SECOND, SECOND);
    let mut history = history(policy);
    let now = Instant::now();
    let pauses: Vec<_> = (0..200).map(|_| pause(&mut history, now)).collect();
    assert!(pauses.iter().all(|pause| *pause <= SECOND));
    assert!(
        pauses.iter().any(|pause| *pause < SECOND / 10)
            && pauses.iter().any(|pause| *pause > SECOND * 9 / 10)
    );
}

#[test]
fn who_ran_for_long_enough_begins_with_the_shortest_pause() {
    let mut history = history(RestartPolicy::always().unlimited().healthy_after(10 * SECOND));
    let mut now = Instant::now();
    for _ in 0..5 {
        history.ended(now, true);
    }
    history.runs(now);
    now += 10 * SECOND - Duration::from_nanos(1);
    history.ended(now, true);
    assert_eq!(history.failures, 6);
    history.runs(now);
    now += 10 * SECOND;
    assert!(pause(&mut history, now) <= RESTART_DELAY_SHORTEST_DEFAULT);
    assert_eq!(history.failures, 1);
}

#[test]
fn a_start_that_failed_is_no_time_in_which_it_ran() {
    let mut history = history(RestartPolicy::always().unlimited());
    let now = Instant::now();
    history.runs(now);
    history.ended(now, true);
    // An hour later: but it did not run meanwhile.
    history.ended(now + 3600 * SECOND, true);
    assert_eq!(history.failures, 2);
}

#[test]
fn one_restart_too_many_is_a_crash_loop_until_somebody_looks_after_it() {
    let mut history = history(RestartPolicy::always());
    let now = Instant::now();
    for _ in 0..RESTARTS_DEFAULT {
        assert!(matches!(history.ended(now, true), Verdict::Restart(_)));
    }
    let is_loop = |verdict| matches!(verdict, Verdict::CrashLoop { restarts: RESTARTS_DEFAULT, .. });
    assert!(is_loop(history.ended(now, true)));
    assert!(is_loop(history.ended(now, true)), "it stays one");
    history.forget();
    assert!(matches!(history.ended(now, true), Verdict::Restart(_)));
}

#[test]
fn restarts_that_lie_apart_are_no_crash_loop() {
    let mut history = history(RestartPolicy::always().restarts(2, 60 * SECOND));
    let mut now = Instant::now();
    for _ in 0..100 {
        now += 31 * SECOND;
        history.runs(now - 11 * SECOND);
        assert!(matches!(history.ended(now, true), Verdict::Restart(_)));
        assert!(history.restarts.len() <= 2, "nothing is kept that says nothing any more");
    }
}

#[test]
fn bounds_of_the_policy_are_kept_where_a_user_means_otherwise() {
    let policy = RestartPolicy::always().backoff(2 * SECOND, SECOND).restarts(usize::MAX, SECOND);
    assert_eq!((policy.shortest, policy.longest), (2 * SECOND, 2 * SECOND));
    assert_eq!(policy.most, Some((1000, SECOND)));
    let policy = RestartPolicy::always().backoff(Duration::MAX, Duration::MAX);
    let mut history = history(policy);
    // The clock does not run out of numbers.
    history.ended(Instant::now(), true);
}

/// What happens to a plugin: how long it took to start, whether it then ran and for how long, and how it ended.
fn life() -> impl Strategy<Value = (u64, Option<u64>, bool)> {
    (0_u64..2_000, prop::option::of(0_u64..40_000), any::<bool>())
}

proptest! {
    #[test]
    fn whatever_happens_the_policy_is_kept(
        seed: u64,
        most in 0_usize..6,
        window in 1_u64..60_000,
        shortest in 0_u64..500,
        longest in 0_u64..5_000,
        lives in prop::collection::vec(life(), 1..80),
    ) {
        let milliseconds = Duration::from_millis;
        let window = milliseconds(window);
        let policy = RestartPolicy::on_failure()
            .backoff(milliseconds(shortest), milliseconds(longest))
            .healthy_after(milliseconds(10_000))
            .restarts(most, window);
        let longest = policy.longest;
        let mut history = History::new(policy, Random::seeded(seed));
        let mut now = Instant::now();
        let mut restarts: Vec<Instant> = Vec::new();
        for (start, ran, is_failure) in lives {
            now += milliseconds(start);
            if let Some(ran) = ran {
                history.runs(now);
                now += milliseconds(ran);
            }
            match history.ended(now, is_failure) {
                Verdict::Restart(at) => {
                    prop_assert!(is_failure);
                    prop_assert!(at >= now && at <= now + longest);
                    now = at;
                    restarts.push(at);
                    // No window has more of them than it may.
                    let within = restarts.iter().filter(|restart| at.duration_since(**restart) <= window);
                    prop_assert!(within.count() <= most);
                }
                Verdict::CrashLoop { restarts: counted, .. } => {
                    prop_assert!(is_failure);
                    prop_assert_eq!(counted, most, "not one too early");
                    // Somebody looks after it.
                    history.forget();
                    restarts.clear();
                }
                Verdict::Rest => prop_assert!(!is_failure),
            }
        }
    }
}
