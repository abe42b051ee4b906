//! A host with pools of plugins that are killed one after another while they are called: `pooler <supervised_plugin> <kills>`. It
//! accounts for every call, and looks at what is left of each pool. The cookie is in the environment, and `TMPDIR` is its own.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a failure ends the program, and the test that runs it"
)]

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rpcplugin::{
    CallOptions, Code, NoMember, PluginClient, PluginExit, PluginPool, PluginPoolBuilder, PoolMember,
    PoolStrategy, RestartPolicy, Status, SupervisorState, Wire,
};
use rpcplugin_tests::left::Left;
use rpcplugin_tests::supervised::{RAN_IN, Supervised, SupervisedClient, one_call};
use rustix::process::{Pid, Signal, kill_process};

/// Plugins of a pool.
const MEMBERS: u32 = 3;

/// Tasks that call without a pause.
const CALLERS: u64 = 8;

/// What is not over then hangs.
const HANGS: Duration = Duration::from_secs(120);

/// How calls ended.
#[derive(Debug, Default)]
struct Ends {
    made: u64,
    answered: u64,
    /// With the end of the plugin in their error.
    told: u64,
    /// Because the connection was lost, before anybody knew of the end: on a busy machine it is told later than they wait for.
    lost: u64,
    /// Without a plugin.
    not_sent: u64,
    /// In any other way.
    others: Vec<Status>,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("the program of the plugin is missing")?;
    let kills: u32 = arguments.next().ok_or("the number of kills is missing")?.parse()?;
    let ran = tempfile::NamedTempFile::new()?;
    let path = ran.path().to_owned();
    let builder = |wire, strategy| {
        let (program, path) = (program.clone(), path.clone());
        let options = move |_member| {
            PluginClient::builder(&program, rpcplugin_tests::cookie()).wire(wire).env(RAN_IN, &path)
        };
        let often =
            RestartPolicy::always().backoff(Duration::from_millis(1), Duration::from_millis(50)).unlimited();
        let pool = PluginPool::builder(options)
            .size(usize::try_from(MEMBERS).expect("a small number"))
            .strategy(strategy);
        pool.supervise(move |supervisor| supervisor.policy(often.clone()))
    };
    // What a process makes once, and keeps, is there after the first of them.
    one_of_each_kind(builder(Wire::Auto, PoolStrategy::RoundRobin)).await?;
    // What it had ends a moment behind it.
    let before = Left::at_rest().await?;
    let pools = [(Wire::Binary, PoolStrategy::RoundRobin), (Wire::Grpc, PoolStrategy::LeastLoaded)];
    for (number, (wire, strategy)) in (0..).zip(pools) {
        let ends = killed_under_load(number, builder(wire, strategy), kills).await?;
        let accounted = ends.answered + ends.told + ends.lost + ends.not_sent;
        println!("{wire:?}, {strategy:?}: {ends:?}");
        assert!(ends.others.is_empty() && accounted == ends.made, "calls without a reason: {ends:?}");
        assert!(ends.told > 0, "nobody was told why: {ends:?}");
        assert!(ends.answered > u64::from(kills), "nothing was called: {ends:?}");
        assert_eq!(ends.not_sent, 0, "there were others: {ends:?}");
        before.settle(&format!("{wire:?}")).await?;
    }
    let ran = std::fs::read_to_string(ran.path())?;
    let (runs, calls) = (ran.lines().count(), ran.lines().collect::<BTreeSet<_>>().len());
    assert!(runs == calls && calls > 0, "of {calls} calls that change something there were {runs} runs");
    println!("nothing was left");
    Ok(())
}

async fn one_of_each_kind(pool: PluginPoolBuilder) -> Result<(), Box<dyn Error>> {
    let pool = pool.start().await?;
    let client = SupervisedClient::new(pool.channel());
    client.process().await?;
    kill(&pool, 0)?;
    restarted(&pool, 0, 1).await;
    pool.stop().await;
    Ok(())
}

async fn killed_under_load(number: u64, pool: PluginPoolBuilder, kills: u32) -> Result<Ends, Box<dyn Error>> {
    let pool = pool.start().await?;
    let client = SupervisedClient::new(pool.channel()).with(CallOptions::new().timeout(HANGS));
    let done = Arc::<AtomicBool>::default();
    // No two calls have the same number, of both pools.
    let first = |caller| (number << 48) | (caller << 32);
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| tokio::spawn(calls(client.clone(), first(caller), Arc::clone(&done))))
        .collect();
    for number in 0..kills {
        let member = usize::try_from(number % MEMBERS)?;
        // It is in the middle of its work.
        let begun = pool.members()[member].calls_begun();
        tokio::time::timeout(HANGS, async {
            while pool.members()[member].calls_begun() == begun {
                tokio::task::yield_now().await;
            }
        })
        .await?;
        kill(&pool, member)?;
        restarted(&pool, member, u64::from(number / MEMBERS) + 1).await;
    }
    done.store(true, Ordering::Relaxed);
    let mut total = Ends::default();
    for caller in callers {
        let ends = tokio::time::timeout(HANGS, caller).await.expect("no call hangs")?;
        total.made += ends.made;
        total.answered += ends.answered;
        total.told += ends.told;
        total.lost += ends.lost;
        total.not_sent += ends.not_sent;
        total.others.extend(ends.others);
    }
    let members = pool.members();
    let sent: u64 = members.iter().map(PoolMember::calls_begun).sum();
    assert_eq!(sent + total.not_sent, total.made, "{members:?}");
    assert!(members.iter().all(|member| member.calls_under_way() == 0), "{members:?}");
    let stopped = pool.stop().await;
    assert!(stopped.is_graceful(), "{stopped:?}");
    Ok(total)
}

/// Calls one after another, of each kind in turn, until it is told to end.
async fn calls(client: SupervisedClient, first: u64, done: Arc<AtomicBool>) -> Ends {
    let mut ends = Ends::default();
    for number in first.. {
        if done.load(Ordering::Relaxed) {
            break;
        }
        ends.made += 1;
        match one_call(&client, number).await {
            Ok(()) => ends.answered += 1,
            Err(status) if PluginExit::of(&status).is_some() => ends.told += 1,
            Err(status) if NoMember::of(&status).is_some() => ends.not_sent += 1,
            Err(status) if status.code() == Code::Unavailable => ends.lost += 1,
            Err(status) => ends.others.push(status),
        }
        // Others have their turn, however quick the answers are.
        tokio::task::yield_now().await;
    }
    ends
}

fn kill(pool: &PluginPool, member: usize) -> Result<(), Box<dyn Error>> {
    let state = pool.supervisors()[member].state();
    let SupervisorState::Running { pid: Some(pid), .. } = state else {
        return Err(format!("member {member} does not run: {state:?}").into());
    };
    let pid = Pid::from_raw(i32::try_from(pid)?).ok_or("no process has this number")?;
    Ok(kill_process(pid, Signal::KILL)?)
}

/// Waits until a member runs for the time after so many restarts.
async fn restarted(pool: &PluginPool, member: usize, restarts: u64) {
    let mut states = pool.supervisors()[member].states();
    let runs = |state: &SupervisorState| state.is_running() && state.restarts() >= restarts;
    tokio::time::timeout(HANGS, states.until(runs)).await.expect("it is started again");
}
