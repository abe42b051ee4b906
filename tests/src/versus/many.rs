//! What our host does many times.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use rpcplugin::{PluginClient, Streaming};
use rpcplugin_tests::kv::{Key, Kv, KvClient, Pair};
use rustix::process::Signal;
use serde_json::json;

use crate::host::{Host, Step, signal};

impl Host {
    /// Starts a plugin and ends it, many times. A refusal is a result as well.
    pub(crate) async fn starts(&self) -> Step {
        let (mut started, mut refused) = (0, 0);
        for round in 0..self.count {
            // Not in step with whoever exchanges the program.
            tokio::time::sleep(Duration::from_millis((round % 14).into())).await;
            match self.builder().start().await {
                Ok(plugin) => {
                    started += 1;
                    plugin.stop().await;
                }
                Err(_) => refused += 1,
            }
        }
        Ok(json!({"started": started, "refused": refused}))
    }

    /// Kills a plugin in the middle of a call, many times.
    pub(crate) async fn kills(&self) -> Step {
        let (mut failed, mut hung, mut restarted) = (0, 0, 0);
        let mut slowest = Duration::ZERO;
        for _ in 0..self.count {
            let plugin = self.builder().start().await?;
            match self.kill_in_call(&plugin).await? {
                Some(ended) => {
                    failed += 1;
                    slowest = slowest.max(ended);
                }
                None => hung += 1,
            }
            // Whether the host brings the plugin back, for whoever calls again.
            let store = KvClient::new(plugin.channel());
            let again = store.put(Pair { key: "beta".to_owned(), value: Vec::new() });
            if matches!(tokio::time::timeout(Duration::from_secs(1), again).await, Ok(Ok(_))) {
                restarted += 1;
            }
            plugin.stop().await;
        }
        let slowest = slowest.as_secs_f64();
        Ok(json!({"failed": failed, "hung": hung, "restarted": restarted, "slowest": slowest}))
    }

    /// How long after the kill the call ended.
    async fn kill_in_call(
        &self,
        plugin: &PluginClient,
    ) -> Result<Option<Duration>, Box<dyn std::error::Error>> {
        let store = KvClient::new(plugin.channel());
        let key = "alpha".to_owned();
        store.put(Pair { key: key.clone(), value: Vec::new() }).await?;
        let requests = stream::iter([Ok(Key { key })]).chain(stream::pending());
        let mut answers = store.watch(Streaming::new(requests)).await?;
        // The first answer says that the call has reached the plugin.
        answers.message().await?.ok_or("the call ended before it was killed")?;
        let killed = Instant::now();
        signal(plugin.id().ok_or("no process")?, Signal::KILL)?;
        match tokio::time::timeout(self.patience, answers.message()).await {
            Ok(Ok(_)) => Err("a killed plugin answered".into()),
            Ok(Err(_)) => Ok(Some(killed.elapsed())),
            Err(_) => Ok(None),
        }
    }
}
