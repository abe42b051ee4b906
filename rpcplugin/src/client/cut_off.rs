//! What a call is told that the end of the plugin has cut off.

use tokio::runtime::Handle;

use super::{ExitWatch, PluginExit};
use crate::contract::{Lost, Status};
use crate::limits::{CONNECTION_OUTLIVES_LOOKS, CONNECTION_OUTLIVES_TIMEOUT, EXIT_TOLD_TIMEOUT};
use crate::rpc::{Explain, Explanation, WatchedChannel};
use crate::task::OwnedTask;

/// Explains the loss of a connection by the end of the plugin.
#[derive(Debug)]
pub(super) struct CutOff {
    exit: ExitWatch,
    /// Its clock: a call may be made from anywhere.
    runtime: Handle,
    /// Ends the connection behind the plugin. Whoever calls has it, and with the last of them the connection ends anyway.
    _end: OwnedTask,
}

impl CutOff {
    /// Has a connection end with its plugin as well. The system sees to that, unless somebody else has the plugin's end of it.
    ///
    /// Needs a runtime.
    pub(super) fn new(exit: ExitWatch, connection: WatchedChannel) -> Self {
        let end = OwnedTask::spawn(end_with(exit.clone(), connection));
        Self { exit, runtime: Handle::current(), _end: end }
    }
}

async fn end_with(exit: ExitWatch, connection: WatchedChannel) {
    exit.ended().await;
    // Answers that have come are read first. As a rule the connection has been lost by now.
    for _ in 0..CONNECTION_OUTLIVES_LOOKS {
        if !connection.is_connected() {
            return;
        }
        tokio::time::sleep(CONNECTION_OUTLIVES_TIMEOUT / CONNECTION_OUTLIVES_LOOKS).await;
    }
    connection.lose();
}

impl Explain for CutOff {
    fn explain(&self, status: Status) -> Explanation {
        let exit = self.exit.clone();
        let Some(lost) = status.as_lost() else { return Box::pin(std::future::ready(status)) };
        if let Some(exit) = exit.now() {
            return Box::pin(std::future::ready(cut_off(&exit, lost)));
        }
        if lost == Lost::Refused {
            // The connection ends in order, and the plugin may take its time for that.
            return Box::pin(std::future::ready(status));
        }
        let _clock = self.runtime.enter();
        let word = tokio::time::timeout(EXIT_TOLD_TIMEOUT, async move { exit.ended().await });
        Box::pin(async move {
            match word.await {
                Ok(exit) => cut_off(&exit, lost),
                Err(_elapsed) => status,
            }
        })
    }
}

fn cut_off(exit: &PluginExit, lost: Lost) -> Status {
    let call = match lost {
        Lost::NotSent | Lost::Refused => "the call was not sent",
        Lost::UnderWay => "the call may have run: repeat it only if that is safe",
    };
    Status::unavailable(format!("{exit}; {call}")).with_source(exit.clone())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::client::exit::Circumstances;

    /// A connection that is gone.
    fn nobody() -> WatchedChannel {
        crate::rpc::Channel::local(crate::rpc::Router::new()).watched()
    }

    fn lost(lost: Lost) -> Status {
        Status::lost(lost, "the connection is lost")
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_waits_for_the_word_of_an_end_and_no_longer() {
        let (sender, watch) = ExitWatch::new("kv".into());
        let cut_off = CutOff::new(watch, nobody());
        let clock = tokio::time::Instant::now();
        assert_eq!(cut_off.explain(lost(Lost::UnderWay)).await.message(), "the connection is lost");
        assert_eq!(clock.elapsed(), EXIT_TOLD_TIMEOUT);
        // Nobody waits for a plugin that ends in order.
        assert_eq!(cut_off.explain(lost(Lost::Refused)).await.message(), "the connection is lost");
        assert_eq!(clock.elapsed(), EXIT_TOLD_TIMEOUT);

        let waiting = cut_off.explain(lost(Lost::UnderWay));
        let told = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            sender.publish(PluginExit::new(Circumstances::unknown("kv".into())));
        };
        let (status, ()) = tokio::join!(waiting, told);
        assert!(PluginExit::of(&status).is_some(), "{status}");
        assert!(status.message().ends_with("may have run: repeat it only if that is safe"), "{status}");
        for late in [Lost::NotSent, Lost::Refused] {
            let status = cut_off.explain(lost(late)).await;
            assert!(PluginExit::of(&status).is_some_and(|exit| exit.plugin() == "kv"));
            assert!(status.message().ends_with("the call was not sent"), "{status}");
        }
    }

    #[test]
    fn a_call_without_a_runtime_waits_by_the_clock_of_its_plugin() {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
        let (_sender, watch) = ExitWatch::new("kv".into());
        let cut_off = runtime.block_on(async { CutOff::new(watch, nobody()) });
        let status = futures_util::FutureExt::now_or_never(cut_off.explain(lost(Lost::NotSent)));
        assert!(status.is_none(), "it waits");
    }
}
