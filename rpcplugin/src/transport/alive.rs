use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::{Connection, KeepAlive};
use crate::call::Peer;

/// What is to be done with a peer that is silent because its process was stopped, by a debugger or at a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "hosts use one of them and plugins the other")]
pub(crate) enum Stopped {
    /// It is as good as dead: who calls it waits for an answer.
    IsDead,
    /// It will go on, and want its connection then: nobody waits for it.
    IsSpared,
}

/// When something came from the peer last, to be asked at any time. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Hearing {
    heard: Arc<Heard>,
}

#[derive(Debug)]
struct Heard {
    last: Mutex<Instant>,
    fallen_silent: AtomicBool,
    is_trusted: AtomicBool,
}

impl Hearing {
    fn new() -> Self {
        let last = Mutex::new(Instant::now());
        Self {
            heard: Arc::new(Heard {
                last,
                fallen_silent: AtomicBool::new(false),
                is_trusted: AtomicBool::new(false),
            }),
        }
    }

    /// When something came last; the beginning of the connection counts.
    pub(crate) fn last(&self) -> Instant {
        *self.heard.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the connection was given up because nothing came.
    pub(crate) fn has_fallen_silent(&self) -> bool {
        self.heard.fallen_silent.load(Ordering::Relaxed)
    }

    /// From now on the peer may be silent: nobody asks it any more.
    #[cfg(feature = "client")]
    pub(crate) fn trust(&self) {
        self.heard.is_trusted.store(true, Ordering::Relaxed);
    }

    fn something(&self) {
        *self.heard.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// A connection that fails when its peer is silent for too long. Somebody else asks the peer for signs of life.
///
/// Bytes that wait to be read are a sign as well, however late they are read: a process that was stopped itself, or had no
/// time, does not take its peers for dead when it goes on.
struct Alive {
    connection: Connection,
    hearing: Hearing,
    keep_alive: KeepAlive,
    /// When it was seen that the peer is silent: it is asked for a sign of life then.
    silent_since: Option<Instant>,
    stopped: Stopped,
    alarm: Pin<Box<Sleep>>,
}

impl Connection {
    /// This connection, failing when nothing comes for as long as `keep_alive` says.
    pub(crate) fn kept_alive(self, keep_alive: KeepAlive, stopped: Stopped) -> (Self, Hearing) {
        let peer = Arc::clone(self.peer());
        let hearing = Hearing::new();
        let alarm = Box::pin(sleep_until(hearing.last() + keep_alive.interval()));
        let silent_since = None;
        let alive =
            Alive { connection: self, hearing: hearing.clone(), keep_alive, silent_since, stopped, alarm };
        (Self::with_peer(alive, peer), hearing)
    }
}

impl Alive {
    /// To be asked when the connection can do nothing: fails when that has been so for too long.
    ///
    /// It takes two alarms, and the time of the second one begins when the first was seen: if this process was stopped, or had
    /// no time, nobody has asked the peer for anything.
    fn listen<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        // Every byte would move the alarm; it is moved only when it rings.
        while self.alarm.as_mut().poll(context).is_ready() {
            let (now, last) = (Instant::now(), self.hearing.last());
            let due = last + self.keep_alive.interval();
            let next = match self.silent_since {
                Some(since) if last < since && !self.is_spared() => {
                    return Poll::Ready(Err(self.fall_silent()));
                }
                _ if due <= now => {
                    self.silent_since = Some(now);
                    now + self.keep_alive.timeout()
                }
                _ => {
                    self.silent_since = None;
                    due
                }
            };
            self.alarm.as_mut().reset(next);
        }
        Poll::Pending
    }

    /// Something came. If the peer had been asked already, its silence begins anew.
    fn hear(&mut self) {
        self.hearing.something();
        if self.silent_since.take().is_some() {
            let due = self.hearing.last() + self.keep_alive.interval();
            self.alarm.as_mut().reset(due);
        }
    }

    /// Whether silence is no fault of this peer.
    fn is_spared(&self) -> bool {
        self.hearing.heard.is_trusted.load(Ordering::Relaxed)
            || (self.stopped == Stopped::IsSpared && is_stopped(self.connection.peer()))
    }

    fn fall_silent(&self) -> io::Error {
        self.hearing.heard.fallen_silent.store(true, Ordering::Relaxed);
        let text = format!(
            "nothing came from the other side for {:?}; it hangs or was stopped",
            self.keep_alive.silence_max()
        );
        io::Error::new(io::ErrorKind::TimedOut, text)
    }
}

/// Whether the process at the other end is stopped, as far as the system says.
fn is_stopped(peer: &Peer) -> bool {
    let Some(process) = peer.credentials().and_then(|credentials| credentials.process_id) else {
        return false;
    };
    // No device is behind this file: reading it waits for nothing.
    let Ok(state) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    // The name of the program stands before in parentheses, and may hold any.
    state.rsplit_once(')').is_some_and(|(_, state)| state.trim_start().starts_with(['T', 't']))
}

impl AsyncRead for Alive {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.connection).poll_read(context, buffer) {
            Poll::Pending => self.listen(context),
            ready => {
                self.hear();
                ready
            }
        }
    }
}

impl AsyncWrite for Alive {
    // A peer that takes nothing cannot be asked for a sign of life, so whoever waits for it listens as well.
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.connection).poll_write(context, bytes) {
            Poll::Pending => self.listen(context),
            ready => ready,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.connection).poll_flush(context) {
            Poll::Pending => self.listen(context),
            ready => ready,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.connection).poll_shutdown(context) {
            Poll::Pending => self.listen(context),
            ready => ready,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.connection).poll_write_vectored(context, slices) {
            Poll::Pending => self.listen(context),
            ready => ready,
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustix::process::{Pid, Signal, kill_process};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn kept_alive(pipe: tokio::io::DuplexStream) -> (Connection, Hearing) {
        Connection::new(pipe).kept_alive(KeepAlive::new(SECOND, SECOND), Stopped::IsDead)
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_an_error_after_both_times() {
        let (_near, far) = tokio::io::duplex(64);
        let (mut far, hearing) = kept_alive(far);
        let clock = Instant::now();
        let error = far.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(hearing.has_fallen_silent());
        // A timer of tokio is late by up to a millisecond.
        assert!((2 * SECOND..3 * SECOND).contains(&clock.elapsed()), "{:?}", clock.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_now_and_then_is_alive() {
        let (mut near, far) = tokio::io::duplex(64);
        let (mut far, hearing) = kept_alive(far);
        let talk = async {
            for byte in 0..20 {
                tokio::time::sleep(SECOND + SECOND / 2).await;
                near.write_u8(byte).await.unwrap();
            }
        };
        let listen = async {
            for byte in 0..20 {
                assert_eq!(far.read_u8().await.unwrap(), byte);
            }
        };
        tokio::join!(talk, listen);
        assert!(!hearing.has_fallen_silent());
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_counted_from_the_last_byte_wherever_it_came() {
        let keep_alive = KeepAlive::new(3 * SECOND, 7 * SECOND);
        // Just before the peer is asked, just after, and just before it would be dead.
        for spoken_after in [SECOND * 29 / 10, SECOND * 31 / 10, SECOND * 99 / 10] {
            let (mut near, far) = tokio::io::duplex(64);
            let (mut far, _hearing) = Connection::new(far).kept_alive(keep_alive, Stopped::IsDead);
            let clock = Instant::now();
            let talk = async {
                tokio::time::sleep(spoken_after).await;
                near.write_u8(1).await.unwrap();
            };
            let listen = async {
                far.read_u8().await.unwrap();
                far.read_u8().await.unwrap_err();
            };
            tokio::join!(talk, listen);
            let silent = clock.elapsed() - spoken_after;
            assert!((10 * SECOND..11 * SECOND).contains(&silent), "{spoken_after:?}: {silent:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_nothing_and_says_nothing_is_dead() {
        let (_near, far) = tokio::io::duplex(64);
        let (mut far, hearing) = kept_alive(far);
        let error = far.write_all(&[0; 1000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(hearing.has_fallen_silent());
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_while_nobody_read_is_a_sign_of_life() {
        let (mut near, far) = tokio::io::duplex(64);
        let (mut far, hearing) = kept_alive(far);
        near.write_u8(1).await.unwrap();
        // As if this process had been stopped: the alarm rings, and the byte is there.
        tokio::time::sleep(60 * SECOND).await;
        assert_eq!(far.read_u8().await.unwrap(), 1);
        assert!(!hearing.has_fallen_silent());
    }

    #[tokio::test(start_paused = true)]
    async fn who_had_no_time_to_ask_waits_for_the_answer() {
        let (mut near, far) = tokio::io::duplex(64);
        let (mut far, hearing) = kept_alive(far);
        // This process was stopped: the alarm rings late, and the peer has not been asked.
        tokio::time::sleep(60 * SECOND).await;
        let answer = async {
            tokio::time::sleep(SECOND / 2).await;
            near.write_u8(1).await.unwrap();
        };
        let (byte, ()) = tokio::join!(far.read_u8(), answer);
        assert_eq!(byte.unwrap(), 1);
        assert!(!hearing.has_fallen_silent());
    }

    /// A process that sleeps, and the peer that it would be.
    fn sleeper() -> (std::process::Child, Peer) {
        let child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let peer = Peer::unix(Some(crate::call::UnixCredentials::new(0, 0, Some(child.id()))));
        (child, peer)
    }

    /// Sends the signal and waits until it has worked.
    fn stop(child: &std::process::Child, peer: &Peer, signal: Signal) {
        let process = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        kill_process(process, signal).unwrap();
        let clock = std::time::Instant::now();
        while is_stopped(peer) != (signal == Signal::STOP) {
            assert!(clock.elapsed() < Duration::from_secs(60), "the signal does not work");
            std::thread::yield_now();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_whose_process_is_stopped_is_spared_until_it_goes_on() {
        let (mut child, peer) = sleeper();
        let (_near, far) = tokio::io::duplex(64);
        let far = Connection::with_peer(far, Arc::new(peer.clone()));
        let (mut far, hearing) = far.kept_alive(KeepAlive::new(SECOND, SECOND), Stopped::IsSpared);
        stop(&child, &peer, Signal::STOP);
        tokio::time::timeout(100 * SECOND, far.read_u8()).await.unwrap_err();
        assert!(!hearing.has_fallen_silent());
        stop(&child, &peer, Signal::CONT);
        let error = far.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_stopped_process_is_told_from_one_that_runs() {
        let (mut child, peer) = sleeper();
        assert!(!is_stopped(&peer));
        stop(&child, &peer, Signal::STOP);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_stopped(&peer));
        assert!(!is_stopped(&Peer::memory()));
    }
}
