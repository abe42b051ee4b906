use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::{AttachedRunner, Runner, RunnerCommand};
use crate::call::contain;
use crate::client::launch::Launched;
use crate::client::process::{Boxed, Ended, Running};
use crate::limits::OUTPUT_DRAIN_TIMEOUT;
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
                turns: Arc::default(),
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
    turns: Arc<Turns>,
}

/// A runner is asked whether its plugin has ended, and told to end it, in turns: behind the word of the end it is told nothing
/// more. The number of a process may be another one's by then.
#[derive(Debug, Default)]
struct Turns {
    has_ended: Mutex<bool>,
    /// For those who are in the middle of what they tell the runner.
    end: Notify,
}

impl Turns {
    /// Nobody else's turn comes while this is held.
    fn take(&self) -> MutexGuard<'_, bool> {
        self.has_ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_ended(&self) -> bool {
        *self.take()
    }

    /// Waits for the word of the end, which is the last one.
    async fn until<T>(&self, waiting: impl Future<Output = T>) -> T {
        let mut waiting = pin!(waiting);
        let last = poll_fn(|context| {
            let mut has_ended = self.take();
            let polled = waiting.as_mut().poll(context);
            *has_ended |= polled.is_ready();
            polled
        });
        let last = last.await;
        self.end.notify_waiters();
        last
    }

    /// Asks the runner something that it may be asked behind the end as well.
    async fn ask<T>(&self, asking: impl Future<Output = T>) -> T {
        let mut asking = pin!(asking);
        poll_fn(|context| {
            let _turn = self.take();
            asking.as_mut().poll(context)
        })
        .await
    }

    /// Tells the runner something, and gives up where the plugin has ended meanwhile.
    async fn unless_ended(&self, telling: impl Future<Output = io::Result<()>>) -> io::Result<()> {
        let (mut telling, mut end) = (pin!(telling), pin!(self.end.notified()));
        poll_fn(|context| {
            let has_ended = self.take();
            if *has_ended || end.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ok(()));
            }
            telling.as_mut().poll(context)
        })
        .await
    }
}

impl<A: AttachedRunner> Elsewhere<A> {
    /// Begins at once, and goes on in the runtime: that may end before it does anything more.
    fn tell(&self, what: impl Future<Output = ()> + Send + 'static) {
        let mut what = Box::pin(what);
        // A runtime that is ending has no timers and no sockets, and says so by a panic.
        let begun = contain(|| {
            let _within = self.runtime.enter();
            what.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        });
        match begun {
            Ok(Poll::Ready(())) => {}
            Ok(Poll::Pending) => drop(self.runtime.spawn(what)),
            Err(_panicked) => {
                tracing::warn!(plugin = ?self.attached, "the runner panicked when it was to end its plugin, which may go on")
            }
        }
    }

    fn tell_to_kill(&self) {
        let (attached, turns) = (Arc::clone(&self.attached), Arc::clone(&self.turns));
        self.tell(async move {
            if let Err(error) = turns.unless_ended(attached.kill()).await {
                tracing::warn!(%error, plugin = ?attached, "the runner could not kill its plugin");
            }
        });
    }
}

impl<A: AttachedRunner> Running for Elsewhere<A> {
    fn id(&self) -> Option<u32> {
        if self.turns.has_ended() { None } else { self.attached.process_id() }
    }

    fn ended(&self) -> Boxed<'_, Ended> {
        Box::pin(async {
            let status = self.turns.until(self.attached.wait()).await;
            Ended { status, is_out_of_memory: false }
        })
    }

    fn terminate(&self) -> Boxed<'_, ()> {
        let (attached, turns) = (Arc::clone(&self.attached), Arc::clone(&self.turns));
        self.tell(async move {
            if let Err(error) = turns.unless_ended(attached.terminate()).await {
                tracing::warn!(%error, plugin = ?attached, "the runner could not ask its plugin to end");
            }
        });
        Box::pin(std::future::ready(()))
    }

    fn kill(&self) -> Boxed<'_, ()> {
        self.tell_to_kill();
        Box::pin(std::future::ready(()))
    }

    fn abandon(&self) {
        self.tell_to_kill();
    }

    fn output_patience(&self) -> Duration {
        // Its end and its output come by two ways.
        OUTPUT_DRAIN_TIMEOUT
    }

    fn diagnose(&self) -> Boxed<'_, Option<String>> {
        Box::pin(self.turns.ask(self.attached.diagnose()))
    }

    fn plugin_to_host(&self, address: Address) -> io::Result<Address> {
        self.attached.plugin_to_host(address)
    }

    #[cfg(feature = "broker")]
    fn host_to_plugin(&self, address: Address) -> io::Result<Address> {
        self.attached.host_to_plugin(address)
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::runtime::Builder;

    use super::*;

    /// Ends when it is told to, and never comes to the end of a kill.
    #[derive(Debug, Default)]
    struct Slow {
        end: Notify,
        kills: AtomicUsize,
        polls: AtomicUsize,
        given_up: Arc<AtomicUsize>,
    }

    impl AttachedRunner for Slow {
        fn process_id(&self) -> Option<u32> {
            Some(4711)
        }

        async fn wait(&self) -> Option<ExitStatus> {
            self.end.notified().await;
            self.end.notify_one();
            None
        }

        async fn terminate(&self) -> io::Result<()> {
            self.kill().await
        }

        async fn kill(&self) -> io::Result<()> {
            struct GivenUp(Arc<AtomicUsize>);

            impl Drop for GivenUp {
                fn drop(&mut self) {
                    self.0.fetch_add(1, Ordering::SeqCst);
                }
            }

            assert!(Handle::try_current().is_ok(), "it may want to wait or to write");
            let _given_up = GivenUp(Arc::clone(&self.given_up));
            self.kills.fetch_add(1, Ordering::SeqCst);
            // Nothing wakes it.
            poll_fn(|_context| {
                self.polls.fetch_add(1, Ordering::SeqCst);
                Poll::Pending
            })
            .await
        }
    }

    fn running(runtime: Handle) -> (Arc<Slow>, Elsewhere<Slow>) {
        let attached = Arc::<Slow>::default();
        (Arc::clone(&attached), Elsewhere { attached, runtime, turns: Arc::default() })
    }

    #[tokio::test]
    async fn a_runner_is_told_nothing_behind_the_end_of_its_plugin() {
        let (slow, elsewhere) = running(Handle::current());
        for tell in [Elsewhere::abandon, |elsewhere: &Elsewhere<Slow>| drop(elsewhere.terminate())] {
            tell(&elsewhere);
        }
        assert_eq!(slow.kills.load(Ordering::SeqCst), 2);
        tokio::task::yield_now().await;
        assert!(slow.polls.load(Ordering::SeqCst) > 2, "it goes on");
        assert_eq!(elsewhere.id(), Some(4711));
        slow.end.notify_one();
        elsewhere.ended().await;
        assert_eq!(elsewhere.id(), None, "the number may be another one's by now");
        let polls = slow.polls.load(Ordering::SeqCst);
        let given_up = async {
            while slow.given_up.load(Ordering::SeqCst) < 2 {
                tokio::task::yield_now().await;
            }
        };
        let given_up = tokio::time::timeout(Duration::from_secs(20), given_up).await;
        given_up.expect("what had begun ends with the plugin");
        elsewhere.abandon();
        drop(elsewhere.kill());
        drop(elsewhere.terminate());
        assert_eq!(slow.kills.load(Ordering::SeqCst), 2, "nothing is begun");
        assert_eq!(slow.polls.load(Ordering::SeqCst), polls, "and nothing goes on");
    }

    #[test]
    fn a_kill_is_begun_although_the_runtime_ends_at_once() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let (slow, elsewhere) = running(runtime.handle().clone());
        elsewhere.abandon();
        drop(runtime);
        assert_eq!(slow.kills.load(Ordering::SeqCst), 1);
        elsewhere.abandon();
        assert_eq!(slow.kills.load(Ordering::SeqCst), 2, "there are runners that need none");
    }
}
