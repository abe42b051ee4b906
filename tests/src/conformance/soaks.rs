//! The cases that do one thing again and again, and what must not have grown when they are over.

use std::time::Duration;

use super::TestServiceClient;
use super::cases::large_unary;
use super::client::{Fault, Peer};

/// How often the soaks do it.
#[derive(Clone, Copy, Debug)]
pub struct Iterations {
    /// Large calls on one connection.
    pub calls: u32,
    /// Connections, with one large call each.
    pub channels: u32,
    /// Pauses between calls.
    pub pauses: u32,
    /// How long each pause is.
    pub pause: Duration,
}

impl Iterations {
    /// Modest numbers, unless the environment says others. `channels` is what a connection costs here.
    #[must_use]
    pub fn from_env(channels: u32) -> Self {
        Self {
            calls: number("RPCPLUGIN_SOAK_CALLS", 200),
            channels: number("RPCPLUGIN_SOAK_CHANNELS", channels),
            pauses: number("RPCPLUGIN_SOAK_PAUSES", 3),
            pause: Duration::from_millis(number("RPCPLUGIN_SOAK_PAUSE_MS", 300).into()),
        }
    }
}

fn number(variable: &str, default: u32) -> u32 {
    std::env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Many large calls on one connection. None leaves a task behind.
pub(super) async fn rpc_soak(peer: &Peer) -> Result<(), Fault> {
    // The first call may make what stays for all.
    large_unary(&peer.test).await?;
    let before = tasks();
    for iteration in 0..peer.iterations.calls {
        large_unary(&peer.test).await.map_err(|fault| Fault::new(format!("call {iteration}: {fault}")))?;
    }
    no_more_tasks_than(before).await
}

/// Many connections with a large call each. A connection of ours is a plugin of ours, so each has a server of its own.
pub(super) async fn channel_soak(peer: &Peer) -> Result<(), Fault> {
    let before = tasks();
    for iteration in 0..peer.iterations.channels {
        let plugin = (peer.another)().start().await?;
        large_unary(&TestServiceClient::new(plugin.channel()))
            .await
            .map_err(|fault| Fault::new(format!("channel {iteration}: {fault}")))?;
        let stopped = plugin.stop().await;
        if !stopped.is_graceful() {
            return Err(Fault::new(format!(
                "channel {iteration}: the server did not end in order: {stopped:?}"
            )));
        }
    }
    no_more_tasks_than(before).await
}

/// Calls on a connection that is idle for a while between them.
pub(super) async fn long_lived_channel(peer: &Peer) -> Result<(), Fault> {
    for _ in 0..peer.iterations.pauses {
        large_unary(&peer.test).await?;
        tokio::time::sleep(peer.iterations.pause).await;
    }
    large_unary(&peer.test).await
}

/// The tasks of this runtime, which runs one test alone.
fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

async fn no_more_tasks_than(before: usize) -> Result<(), Fault> {
    for _ in 0..200 {
        if tasks() <= before {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(Fault::new(format!("{before} tasks before the soak, {} after it", tasks())))
}
