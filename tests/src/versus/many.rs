//! What our host does many times.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use rpcplugin::{RestartPolicy, Status, Streaming, Supervisor, SupervisorState};
use rpcplugin_tests::kv::{Key, Kv, KvClient, Pair};
use rpcplugin_tests::times::Times;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::host::{Host, Step, signal};

impl Host {
    /// Starts a plugin and ends it, many times. A refusal is a result as well.
    pub(crate) async fn starts(&self) -> Step {
        let (mut started, mut refused) = (0, 0);
        for round in 0..self.count {
            // Not in step with whoever exchanges the program.
            tokio::time::sleep(Duration::from_millis((round % 14).into())).await;
            match self.options.builder().start().await {
                Ok(plugin) => {
                    started += 1;
                    plugin.stop().await;
                }
                Err(_) => refused += 1,
            }
        }
        Ok(json!({"started": started, "refused": refused}))
    }

    /// Kills a plugin in the middle of a call, many times. A supervisor brings it back.
    pub(crate) async fn kills(&self) -> Step {
        let options = self.options.clone();
        // No person is there who would look after a crash loop.
        let policy = RestartPolicy::always().unlimited().backoff(RESTART_DELAY, RESTART_DELAY);
        let supervisor = Supervisor::builder(move || options.builder()).policy(policy).start().await?;
        let store = KvClient::new(supervisor.channel());
        let (mut told, mut hung) = (Vec::new(), 0);
        let mut back = Duration::ZERO;
        for _ in 0..self.count {
            let clock = Instant::now();
            match self.kill_in_call(&store, &supervisor).await? {
                Some(ended) => told.push(ended),
                None => hung += 1,
            }
            while put(&store).await.is_err() {
                if clock.elapsed() > self.patience {
                    return Err("the plugin was not brought back".into());
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            back = back.max(clock.elapsed());
        }
        let restarted = supervisor.state().restarts();
        supervisor.stop().await;
        let (failed, times) = (told.len(), summed(told));
        let back = back.as_secs_f64();
        Ok(json!({"failed": failed, "hung": hung, "restarted": restarted, "times": times, "back": back}))
    }

    /// Starts a plugin that ends at once, many times: how long it takes until the host says so.
    pub(crate) async fn fails(&self) -> Step {
        let mut told = Vec::new();
        for _ in 0..self.count {
            let clock = Instant::now();
            if self.options.builder().start().await.is_ok() {
                return Err("what ends at once has started".into());
            }
            told.push(clock.elapsed());
        }
        Ok(json!({"times": summed(told)}))
    }

    /// How long after the kill the call ended.
    async fn kill_in_call(
        &self,
        store: &KvClient,
        supervisor: &Supervisor,
    ) -> Result<Option<Duration>, Box<dyn std::error::Error>> {
        put(store).await?;
        let requests = stream::iter([Ok(Key { key: KEY.to_owned() })]).chain(stream::pending());
        let mut answers = store.watch(Streaming::new(requests)).await?;
        // The first answer says that the call has reached the plugin.
        answers.message().await?.ok_or("the call ended before it was killed")?;
        let SupervisorState::Running { pid: Some(process), .. } = supervisor.state() else {
            return Err("no process".into());
        };
        let killed = Instant::now();
        signal(process, Signal::KILL)?;
        match tokio::time::timeout(self.patience, answers.message()).await {
            Ok(Ok(_)) => Err("a killed plugin answered".into()),
            Ok(Err(_)) => Ok(Some(killed.elapsed())),
            Err(_) => Ok(None),
        }
    }
}

/// Half of the times, 99 of a hundred, and the slowest, in seconds.
fn summed(times: Vec<Duration>) -> Value {
    let times: Times = times.into_iter().collect();
    let [half, most, slowest] =
        [50, 99, 100].map(|of_hundred| times.at(of_hundred).unwrap_or_default().as_secs_f64());
    json!({"half": half, "most": most, "slowest": slowest})
}

const KEY: &str = "alpha";

/// How long the supervisor waits before it starts the plugin again.
const RESTART_DELAY: Duration = Duration::from_millis(10);

async fn put(store: &KvClient) -> Result<(), Status> {
    store.put(Pair { key: KEY.to_owned(), value: Vec::new() }).await.map(drop)
}
