//! Calls of all four kinds while plugins are killed: each has one end, and is counted.

use std::collections::{BTreeMap, BTreeSet};

use rpcplugin_tests::supervised::{RAN_IN, one_call};

use super::*;

/// How calls ended.
#[derive(Debug, Default)]
struct Ends {
    answered: u64,
    failed: BTreeMap<&'static str, u64>,
}

/// Calls one after another until it is told to end. The numbers of the calls are those from `first` on.
async fn caller(client: SupervisedClient, first: u64, done: Arc<AtomicBool>) -> Ends {
    let mut ends = Ends::default();
    for number in first.. {
        if done.load(Ordering::Relaxed) {
            break;
        }
        match one_call(&client, number).await {
            Ok(()) => ends.answered += 1,
            Err(status) => *ends.failed.entry(status.code().as_str()).or_default() += 1,
        }
        // Others have their turn, however quick the answers are.
        tokio::task::yield_now().await;
    }
    ends
}

async fn killed_under_load(wire: Wire, kills: u64) {
    let ran = tempfile::NamedTempFile::new().unwrap();
    let path = ran.path().to_owned();
    let started = move || options().wire(wire).env(RAN_IN, &path);
    let supervisor = Supervisor::builder(started).policy(eager()).start().await.unwrap();
    let client = client(&supervisor);
    let done = Arc::<AtomicBool>::default();
    // No two calls have the same number.
    let callers: Vec<_> = (0..8_u64)
        .map(|caller_number| tokio::spawn(caller(client.clone(), caller_number << 32, Arc::clone(&done))))
        .collect();
    let mut pids = Vec::new();
    for kill in 0..kills {
        let pid = restarted(&supervisor, kill).await;
        let (state, last) = (supervisor.state(), supervisor.last_reason());
        assert_eq!(state.restarts(), kill, "somebody else has ended it: {last:?}");
        // It is in the middle of its work.
        assert_eq!(client.process().await.unwrap(), pid);
        signal(pid, Signal::KILL);
        pids.push(pid);
    }
    restarted(&supervisor, kills).await;
    done.store(true, Ordering::Relaxed);
    let mut total = Ends::default();
    for caller in callers {
        let ends = tokio::time::timeout(2 * LONG, caller).await.expect("no call hangs").unwrap();
        total.answered += ends.answered;
        for (code, count) in ends.failed {
            *total.failed.entry(code).or_default() += count;
        }
    }
    let failed: u64 = total.failed.values().sum();
    assert!(total.answered > kills, "{total:?}");
    // For each caller and kill at most one that was under way and one that was made before anybody knew, and for nothing else than
    // that the plugin was gone.
    assert!(failed <= kills * 8 * 2, "{total:?}");
    assert!(total.failed.keys().all(|code| *code == "UNAVAILABLE"), "{total:?}");
    let ran = std::fs::read_to_string(&ran).unwrap();
    let (runs, calls) = (ran.lines().count(), ran.lines().collect::<BTreeSet<_>>().len());
    assert!(runs == calls && calls > 0, "of {calls} calls that change something there were {runs} runs");
    assert_eq!(supervisor.state().restarts(), kills);
    assert!(supervisor.stop().await.unwrap().is_graceful());
    assert!(pids.iter().all(|pid| !exists(*pid)), "each was reaped before the next one came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_under_load_over_the_binary_wire_leave_every_call_with_one_end() {
    killed_under_load(Wire::Binary, 50).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_under_load_over_grpc_leave_every_call_with_one_end() {
    killed_under_load(Wire::Grpc, 50).await;
}
