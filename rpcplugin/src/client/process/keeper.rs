use std::io;
use std::sync::Arc;
#[cfg(feature = "broker")]
use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::{Ended, Running};
use crate::client::exit::{Circumstances, PluginExit};
use crate::client::exit_watch::ExitWatch;
use crate::client::output::Tail;
use crate::limits::EXIT_STDERR_TIMEOUT;
use crate::transport::Address;

/// The host's hold of what runs a plugin. Dropping it kills a process, with its group.
#[derive(Debug)]
pub(in crate::client) struct Process {
    running: Arc<dyn Running>,
    watch: ExitWatch,
    asked: Arc<Asked>,
    runtime: Handle,
    begun: Instant,
    is_released: bool,
}

/// What the host has done to end it.
#[derive(Debug, Default)]
struct Asked {
    to_end: AtomicBool,
    by_kill: AtomicBool,
}

impl Process {
    /// Keeps what has just begun to run: from now on its end is noticed at once. Needs a runtime.
    ///
    /// The task has no owner: it must outlive this value to reap the process that its drop kills, and ends with the process.
    /// That of a plugin that this host has not started, and does not end, ends once nobody watches it any more.
    pub(in crate::client) fn keep(running: Arc<dyn Running>, plugin: Arc<str>, stderr: Tail) -> Self {
        let (mut sender, watch) = ExitWatch::new(Arc::clone(&plugin));
        let asked = Arc::<Asked>::default();
        let begun = Instant::now();
        let keeper =
            Keeper { running: Arc::clone(&running), asked: Arc::clone(&asked), plugin, stderr, begun };
        let may_go_on = running.is_attached();
        drop(tokio::spawn(async move {
            tokio::select! {
                exit = keeper.ended() => sender.publish(exit),
                () = sender.unwatched(), if may_go_on => {}
            }
        }));
        Self { running, watch, asked, runtime: Handle::current(), begun, is_released: false }
    }

    /// Since when it runs, as far as [`PluginExit::uptime`] says.
    pub(in crate::client) const fn begun(&self) -> Instant {
        self.begun
    }

    /// The runtime that it is kept in.
    pub(in crate::client) const fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// See [`Running::id`].
    pub(in crate::client) fn id(&self) -> Option<u32> {
        self.running.id()
    }

    /// See [`Running::output_patience`].
    pub(in crate::client) fn output_patience(&self) -> Duration {
        self.running.output_patience()
    }

    /// What whoever has started it knows of a start that failed. Cancel-safe.
    pub(in crate::client) async fn diagnose(&self) -> Option<String> {
        self.running.diagnose().await
    }

    /// See [`Running::plugin_to_host`].
    pub(in crate::client) fn plugin_to_host(&self, address: Address) -> io::Result<Address> {
        self.running.plugin_to_host(address)
    }

    /// What runs it, for those who may outlive it and must not keep it.
    #[cfg(feature = "broker")]
    pub(in crate::client) fn running(&self) -> Weak<dyn Running> {
        Arc::downgrade(&self.running)
    }

    /// Lets go of it. Its end is still noticed, as long as the runtime is there.
    pub(in crate::client) fn release(mut self) {
        self.is_released = true;
        self.running.release();
    }

    /// See [`Running::is_attached`].
    pub(in crate::client) fn is_attached(&self) -> bool {
        self.running.is_attached()
    }

    /// See [`Running::is_ended_by_hosts`].
    pub(in crate::client) fn is_ended_by_hosts(&self) -> bool {
        self.running.is_ended_by_hosts()
    }

    /// See [`Running::is_killable`].
    pub(in crate::client) fn is_killable(&self) -> bool {
        self.running.is_killable()
    }

    /// Tells of its end.
    pub(in crate::client) const fn watch(&self) -> &ExitWatch {
        &self.watch
    }

    /// Waits for its end. Cancel-safe.
    pub(in crate::client) async fn ended(&self) -> Arc<PluginExit> {
        self.watch.ended().await
    }

    /// Waits for its end, at most this long. Cancel-safe.
    pub(in crate::client) async fn wait(&self, limit: Duration) -> Option<Arc<PluginExit>> {
        tokio::time::timeout(limit, self.ended()).await.ok()
    }

    /// From now on an end is one that the host has asked for.
    pub(in crate::client) fn expect_end(&self) {
        self.asked.to_end.store(true, Ordering::SeqCst);
        self.running.expect_end();
    }

    /// Asks it to end. See [`Running::terminate`].
    pub(in crate::client) async fn terminate(&self) {
        self.expect_end();
        self.running.terminate().await;
    }

    /// Kills it, and waits at most this long until that is done.
    pub(in crate::client) async fn kill(&self, limit: Duration) -> Option<Arc<PluginExit>> {
        self.asked.kill();
        let killed = async {
            self.running.kill().await;
            self.ended().await
        };
        tokio::time::timeout(limit, killed).await.ok()
    }

    /// Kills it, as far as that needs no time, whoever has started it: its end was asked for.
    pub(in crate::client) fn kill_at_once(&self) {
        self.asked.kill();
        drop(self.running.kill());
    }

    /// Lets go of it, as far as that needs no time.
    pub(in crate::client) fn abandon(&self) {
        self.asked.kill();
        self.running.abandon();
    }
}

impl Asked {
    fn kill(&self) {
        self.to_end.store(true, Ordering::SeqCst);
        self.by_kill.store(true, Ordering::SeqCst);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.is_released {
            self.abandon();
        }
    }
}

/// Waits for the end.
struct Keeper {
    running: Arc<dyn Running>,
    asked: Arc<Asked>,
    plugin: Arc<str>,
    stderr: Tail,
    begun: Instant,
}

impl Keeper {
    async fn ended(self) -> PluginExit {
        let Ended { status, is_out_of_memory } = self.running.ended().await;
        let uptime = self.begun.elapsed();
        // Read now: who stops it while its last words are read has not caused its end.
        let is_asked = self.asked.to_end.load(Ordering::SeqCst);
        let is_killed = self.asked.by_kill.load(Ordering::SeqCst);
        if !is_asked {
            // Its last words may be behind more than the log takes, and say why. Where an end was wanted each line counts.
            self.stderr.hurry();
        }
        drop(tokio::time::timeout(EXIT_STDERR_TIMEOUT, self.stderr.ended()).await);
        PluginExit::new(Circumstances {
            plugin: self.plugin,
            status,
            is_out_of_memory: is_out_of_memory && !is_killed,
            stderr: self.stderr.text(),
            uptime,
            is_asked,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use tokio::sync::Notify;

    use super::*;
    use crate::client::exit::ExitReason;
    use crate::client::log_queue::TURN;
    use crate::client::output::drain_stderr;
    use crate::client::output::tests::forwarder_that_stands_still;
    use crate::client::process::Boxed;
    use crate::limits::LOG_WAITING_BYTES_MAX;

    /// Ends when it is killed, or told to: by this status, and where memory is short.
    #[derive(Debug)]
    struct Fake {
        status: ExitStatus,
        end: Notify,
    }

    impl Fake {
        fn new(status: i32) -> Arc<Self> {
            Arc::new(Self { status: ExitStatus::from_raw(status), end: Notify::new() })
        }
    }

    impl Running for Fake {
        fn id(&self) -> Option<u32> {
            None
        }

        fn ended(&self) -> Boxed<'_, Ended> {
            Box::pin(async {
                self.end.notified().await;
                Ended { status: Some(self.status), is_out_of_memory: self.status.signal() == Some(9) }
            })
        }

        fn terminate(&self) -> Boxed<'_, ()> {
            Box::pin(std::future::ready(()))
        }

        fn kill(&self) -> Boxed<'_, ()> {
            self.abandon();
            Box::pin(std::future::ready(()))
        }

        fn abandon(&self) {
            self.end.notify_one();
        }
    }

    fn keep(fake: &Arc<Fake>, stderr: &Tail) -> Process {
        let running: Arc<dyn Running> = Arc::<Fake>::clone(fake);
        Process::keep(running, "kv".into(), stderr.clone())
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_words_of_an_end_are_waited_for_and_no_longer_than_that() {
        let (fake, stderr) = (Fake::new(2 << 8), Tail::default());
        let reader = stderr.last.reader();
        let process = keep(&fake, &stderr);
        fake.end.notify_one();
        let speaks = async {
            tokio::time::sleep(EXIT_STDERR_TIMEOUT / 2).await;
            stderr.last.push(b"panic: late\n");
            drop(reader);
        };
        let (exit, ()) = tokio::join!(process.ended(), speaks);
        assert_eq!(exit.panic(), Some("panic: late"));

        let _somebody_else = stderr.last.reader();
        let process = keep(&fake, &stderr);
        fake.end.notify_one();
        let clock = Instant::now();
        process.ended().await;
        assert_eq!(clock.elapsed(), EXIT_STDERR_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_plugin_says_much_before_it_ends_by_itself_is_told_to_its_end_though_the_log_stands_still()
    {
        let _turn = TURN.lock().await;
        let (held, log) = forwarder_that_stands_still();
        let (fake, stderr) = (Fake::new(2 << 8), Tail::default());
        let line = "x".repeat(1000) + "\n";
        let said = line.repeat(2 * LOG_WAITING_BYTES_MAX / line.len()) + "panic: no table\n";
        let _reader = drain_stderr(Box::pin(Cursor::new(said)), log, stderr.clone(), None);
        let process = keep(&fake, &stderr);
        fake.end.notify_one();
        assert_eq!(process.ended().await.panic(), Some("panic: no table"));
        drop(held);
    }

    #[tokio::test]
    async fn a_kill_of_the_hosts_own_is_none_for_want_of_memory() {
        let fake = Fake::new(9);
        let process = keep(&fake, &Tail::default());
        fake.end.notify_one();
        let exit = process.ended().await;
        assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::OutOfMemory, false));

        let process = keep(&fake, &Tail::default());
        let exit = process.kill(Duration::from_secs(60)).await.unwrap();
        assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Signal(9), true));

        let process = keep(&fake, &Tail::default());
        let watch = process.watch().clone();
        drop(process);
        assert_eq!(watch.ended().await.reason(), ExitReason::Signal(9));
    }
}
