use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;

use super::{AttachedRunner, Runner, RunnerCommand};
use crate::client::launch::Launched;
use crate::client::process::{Boxed, Ended, Running};
use crate::transport::Address;

/// A runner of which the type is not known.
pub(in crate::client) trait AnyRunner: Send + Sync {
    /// See [`Runner::start`].
    fn launch(&self, command: RunnerCommand) -> Boxed<'_, io::Result<Launched>>;
}

impl<R: Runner> AnyRunner for R {
    fn launch(&self, command: RunnerCommand) -> Boxed<'_, io::Result<Launched>> {
        Box::pin(async move {
            let started = self.start(command).await?;
            let running = Elsewhere {
                attached: Arc::new(started.attached),
                runtime: Handle::current(),
                has_ended: AtomicBool::new(false),
            };
            Ok(Launched {
                running: Arc::new(running),
                stdout: started.stdout,
                stderr: started.stderr,
                ends: None,
            })
        })
    }
}

/// A plugin that a runner has started.
#[derive(Debug)]
struct Elsewhere<A> {
    attached: Arc<A>,
    /// Where its end is asked for. Nobody waits for that: only for the end itself, and not for long.
    runtime: Handle,
    has_ended: AtomicBool,
}

impl<A: AttachedRunner> Elsewhere<A> {
    fn kill_soon(&self) {
        if self.has_ended.load(Ordering::SeqCst) {
            return;
        }
        let attached = Arc::clone(&self.attached);
        self.runtime.spawn(async move {
            if let Err(error) = attached.kill().await {
                tracing::warn!(%error, plugin = ?attached, "the runner could not kill its plugin");
            }
        });
    }
}

impl<A: AttachedRunner> Running for Elsewhere<A> {
    fn id(&self) -> Option<u32> {
        if self.has_ended.load(Ordering::SeqCst) { None } else { self.attached.process_id() }
    }

    fn ended(&self) -> Boxed<'_, Ended> {
        Box::pin(async {
            let status = self.attached.wait().await;
            self.has_ended.store(true, Ordering::SeqCst);
            Ended { status, is_out_of_memory: false }
        })
    }

    fn terminate(&self) -> Boxed<'_, ()> {
        // Its number may be another one's by now.
        if self.has_ended.load(Ordering::SeqCst) {
            return Box::pin(std::future::ready(()));
        }
        let attached = Arc::clone(&self.attached);
        self.runtime.spawn(async move {
            if let Err(error) = attached.terminate().await {
                tracing::warn!(%error, plugin = ?attached, "the runner could not ask its plugin to end");
            }
        });
        Box::pin(std::future::ready(()))
    }

    fn kill(&self) -> Boxed<'_, ()> {
        self.kill_soon();
        Box::pin(std::future::ready(()))
    }

    fn abandon(&self) {
        self.kill_soon();
    }

    fn plugin_to_host(&self, address: Address) -> io::Result<Address> {
        self.attached.plugin_to_host(address)
    }
}
