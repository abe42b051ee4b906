//! The host: spreads calls over several processes, has one of them crash, and reads what became of the calls.

mod contract;

use std::collections::BTreeMap;

use contract::{Work, Worker, WorkerClient};
use futures_util::future::try_join_all;
use rpcplugin::interceptors::Metrics;
use rpcplugin::{PluginClient, PluginExit, PluginPool, Status};

/// How many processes there are.
const POOL_SIZE: usize = 4;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?.with_file_name("monitored-pool-plugin");
    let cookie = contract::cookie()?;
    let pool = PluginPool::builder(move |_member| PluginClient::builder(&program, cookie.clone()))
        .size(POOL_SIZE)
        .start()
        .await?;
    let metrics = Metrics::new();
    let worker = WorkerClient::new(pool.channel().intercepted(metrics.clone()));

    let answered = count(&worker).await?;
    println!("100 calls at once, answered by {} processes", answered.len());

    crash_one(&pool, &metrics).await?;
    let answered = count(&worker).await?;
    println!("100 calls at once, answered by {} processes", answered.len());

    for (number, member) in pool.members().iter().enumerate() {
        println!("member {number}: calls {}, restarts {}", member.calls_begun(), member.restarts());
    }
    let figures = metrics.snapshot();
    for method in &figures.methods {
        let calls = &method.calls;
        println!(
            "{}: calls {}, errors {}, seconds in all {:.3}",
            method.spec.name, calls.call_count, calls.error_count, calls.latency.sum_seconds
        );
    }
    println!("all ended by themselves: {}", pool.stop().await.is_graceful());
    Ok(())
}

/// Has one process end in the middle of a call, and waits until another one has taken its place.
async fn crash_one(pool: &PluginPool, metrics: &Metrics) -> Result<(), Box<dyn std::error::Error>> {
    // Whoever takes a process has it for himself until he gives it back.
    let plugin = pool.acquire().await?;
    let member = plugin.member();
    let worker = WorkerClient::new(plugin.channel().intercepted(metrics.clone()));
    if let Err(status) = worker.crash().await {
        // The status says the same in a sentence; what it carries is the end of the process, to be looked at more closely.
        match PluginExit::of(&status).and_then(PluginExit::status) {
            Some(end) => println!("a call to member {member} was cut off: {}, {end}", status.code()),
            None => println!("a call to member {member} failed: {status}"),
        }
    }
    drop(plugin);
    let supervisor = pool.supervisors().get(member).ok_or("each member has a supervisor")?;
    supervisor.states().until(|state| state.is_running() && state.restarts() > 0).await;
    Ok(())
}

/// Makes many calls at once, and says how many each process has answered.
async fn count(worker: &WorkerClient) -> Result<BTreeMap<u32, u32>, Status> {
    let mut answered = BTreeMap::new();
    for done in try_join_all((0..100).map(|_| worker.count(Work { limit: 1000 }))).await? {
        *answered.entry(done.process).or_default() += 1;
    }
    Ok(answered)
}
