use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, ReadBuf};

use super::*;
use crate::call::{Peer, UnixCredentials};
use crate::transport::process::tests::Sleeper;

const SECOND: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(20);

fn short() -> KeepAlive {
    KeepAlive::new(SECOND, SECOND).with_patience(PATIENCE)
}

/// A plugin of which nothing is known but what it says.
fn kept_alive(pipe: DuplexStream) -> (Connection, Hearing) {
    judged(Connection::new(pipe), short(), Role::Plugin { process: None })
}

fn judged(connection: Connection, keep_alive: KeepAlive, role: Role) -> (Connection, Hearing) {
    let (connection, hearing) = connection.kept_alive(keep_alive, role);
    hearing.judge();
    (connection, hearing)
}

/// For how long a peer may be silent.
async fn silence(connection: &mut Connection) -> Duration {
    let clock = Instant::now();
    let error = connection.read_u8().await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    clock.elapsed()
}

/// What a timer of tokio is late by is less than this.
#[track_caller]
fn assert_about(found: Duration, expected: Duration) {
    assert!((expected..expected + SECOND / 10).contains(&found), "{found:?} is not {expected:?}");
}

#[tokio::test(start_paused = true)]
async fn silence_is_an_error_after_both_times() {
    let (_near, far) = tokio::io::duplex(64);
    let (mut far, hearing) = kept_alive(far);
    assert_about(silence(&mut far).await, 2 * SECOND);
    assert!(hearing.has_fallen_silent());
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
    // And dead when it sends no more.
    assert_about(silence(&mut far).await, 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn silence_is_counted_from_the_last_byte_wherever_it_came() {
    let keep_alive = KeepAlive::new(3 * SECOND, 7 * SECOND);
    // Just before the peer is asked, just after, and just before it would be dead.
    for spoken_after in [SECOND * 29 / 10, SECOND * 31 / 10, SECOND * 99 / 10] {
        let (mut near, far) = tokio::io::duplex(64);
        let (mut far, _hearing) = judged(Connection::new(far), keep_alive, Role::Plugin { process: None });
        let talk = async {
            tokio::time::sleep(spoken_after).await;
            near.write_u8(1).await.unwrap();
        };
        let listen = async {
            far.read_u8().await.unwrap();
            assert_about(silence(&mut far).await, 10 * SECOND);
        };
        tokio::join!(talk, listen);
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
    // This process was stopped before the peer was asked, or when it was about to be.
    for stopped_after in [Duration::ZERO, SECOND * 11 / 10] {
        let (mut near, far) = tokio::io::duplex(64);
        let (mut far, hearing) = kept_alive(far);
        tokio::time::timeout(stopped_after, far.read_u8()).await.unwrap_err();
        tokio::time::sleep(60 * SECOND).await;
        let answer = async {
            tokio::time::sleep(SECOND / 2).await;
            near.write_u8(1).await.unwrap();
        };
        let (byte, ()) = tokio::join!(far.read_u8(), answer);
        assert_eq!(byte.unwrap(), 1);
        assert!(!hearing.has_fallen_silent());
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_nobody_asks_may_be_silent() {
    let (_near, far) = tokio::io::duplex(64);
    let (mut far, hearing) = Connection::new(far).kept_alive(short(), Role::Plugin { process: None });
    tokio::time::timeout(100 * SECOND, far.read_u8()).await.unwrap_err();
    // From now on it is asked; at most the time of an alarm has passed in vain.
    hearing.judge();
    assert!(silence(&mut far).await < 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_alarm_rings_for_whoever_waits_last_and_for_a_task_that_had_its_turn() {
    let (_near, far) = tokio::io::duplex(64);
    let (mut far, _hearing) = kept_alive(far);
    // Somebody else waits first, and goes.
    let waker = futures_util::task::noop_waker();
    let mut buffer = [0];
    let first =
        Pin::new(&mut far).poll_read(&mut Context::from_waker(&waker), &mut ReadBuf::new(&mut buffer));
    assert!(first.is_pending());
    std::future::poll_fn(|context| {
        while std::pin::pin!(tokio::task::consume_budget()).poll(context).is_ready() {}
        assert!(Pin::new(&mut far).poll_read(context, &mut ReadBuf::new(&mut buffer)).is_pending());
        Poll::Ready(())
    })
    .await;
    let silent = tokio::time::timeout(60 * SECOND, silence(&mut far)).await.unwrap();
    assert_about(silent, 2 * SECOND);
}

/// A connection to a process, as a unix socket shows it.
fn to_process(process: Option<u32>) -> (DuplexStream, Connection) {
    let (near, far) = tokio::io::duplex(64);
    let peer = Peer::unix(Some(UnixCredentials::new(0, 0, process)));
    (near, Connection::with_peer(far, Arc::new(peer)))
}

/// What may be silent for ever may be so for this time.
async fn assert_spared(connection: &mut Connection, hearing: &Hearing) {
    tokio::time::timeout(100 * PATIENCE, connection.read_u8()).await.unwrap_err();
    assert!(!hearing.has_fallen_silent());
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_runs_is_given_time_and_while_it_is_called_all_time() {
    let sleeper = Sleeper::start();
    // The socket says who it is, or whoever started it knows.
    for (told, started) in [(Some(sleeper.number()), None), (None, Some(sleeper.number()))] {
        let (_near, far) = to_process(told);
        let (mut far, hearing) = judged(far, short(), Role::Plugin { process: started });
        let call = hearing.in_use();
        assert_spared(&mut far, &hearing).await;
        drop(call);
        // The time begins when nobody calls any more, up to one look late.
        let silent = silence(&mut far).await;
        assert!((PATIENCE..PATIENCE + 2 * SECOND).contains(&silent), "{silent:?}");

        let (_near, far) = to_process(told);
        let (mut far, _hearing) = judged(far, short(), Role::Plugin { process: started });
        assert_about(silence(&mut far).await, SECOND + PATIENCE);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_was_stopped_or_is_gone_is_dead_whoever_calls_it() {
    for (signal, state) in [(Signal::STOP, Process::Stopped), (Signal::KILL, Process::Gone)] {
        let sleeper = Sleeper::start();
        sleeper.signal(signal, state);
        let (_near, far) = to_process(Some(sleeper.number()));
        let (mut far, hearing) = judged(far, short(), Role::Plugin { process: None });
        let _call = hearing.in_use();
        assert_about(silence(&mut far).await, 2 * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_is_stopped_when_it_was_busy_has_its_time_as_well() {
    let sleeper = Sleeper::start();
    let (_near, far) = to_process(Some(sleeper.number()));
    let (mut far, hearing) = judged(far, short(), Role::Plugin { process: None });
    let _call = hearing.in_use();
    tokio::time::timeout(SECOND * 105 / 10, far.read_u8()).await.unwrap_err();
    sleeper.signal(Signal::STOP, Process::Stopped);
    // It is seen at the next look, and takes the time from there.
    assert_about(silence(&mut far).await, SECOND * 15 / 10);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_has_called_is_kept_while_its_process_is_there() {
    let sleeper = Sleeper::start();
    let (_near, far) = to_process(Some(sleeper.number()));
    let (mut far, hearing) = judged(far, short(), Role::Host);
    let _seat = hearing.in_use();
    assert_spared(&mut far, &hearing).await;
    sleeper.signal(Signal::STOP, Process::Stopped);
    assert_spared(&mut far, &hearing).await;
    sleeper.signal(Signal::KILL, Process::Gone);
    let silent = silence(&mut far).await;
    assert!(silent < 3 * SECOND, "{silent:?}");
}

#[tokio::test(start_paused = true)]
async fn a_host_of_which_nothing_is_known_is_given_time_once_it_has_called() {
    for process in [None, Some(0)] {
        let (_near, far) = to_process(process);
        let (mut far, hearing) = judged(far, short(), Role::Host);
        let _seat = hearing.in_use();
        assert_about(silence(&mut far).await, SECOND + PATIENCE);
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_has_not_called_is_not_given_time_unless_it_is_stopped() {
    let sleeper = Sleeper::start();
    for process in [None, Some(sleeper.number())] {
        let (_near, far) = to_process(process);
        let (mut far, _hearing) = judged(far, short(), Role::Host);
        assert_about(silence(&mut far).await, 2 * SECOND);
    }
    sleeper.signal(Signal::STOP, Process::Stopped);
    let (_near, far) = to_process(Some(sleeper.number()));
    let (mut far, hearing) = judged(far, short(), Role::Host);
    assert_spared(&mut far, &hearing).await;
}
