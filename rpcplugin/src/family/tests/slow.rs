//! Peers that take their time. The clock is the tests': it jumps to the next timer whenever everybody waits.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{connection, connection_within, frame, pair};
use crate::family::{FamilyConnection, FamilyError, FamilyOptions};
use crate::limits::{FAMILY_KEPT_BYTES_MAX, FAMILY_LINGER_TIMEOUT, FAMILY_READ_TIMEOUT_DEFAULT};
use crate::message::sample::Telemetry;

/// How long everything may take unless it is said otherwise, as the pages say it.
pub(super) const UNLESS_SET: Duration = Duration::from_secs(30);

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_a_timeout_and_the_connection_goes_on() {
    let (mut ours, mut theirs) = connection::<Telemetry>();
    let start = tokio::time::Instant::now();
    let error = ours.receive().await.unwrap_err();
    assert!(error.is_timeout());
    assert!(matches!(error, FamilyError::Timeout { limit: UNLESS_SET, .. }), "{error}");
    // By the clock of the tests, which counts whole milliseconds.
    assert!(start.elapsed().abs_diff(UNLESS_SET) <= Duration::from_millis(1), "{:?}", start.elapsed());
    theirs.write_all(&frame(&Telemetry::Ping {})).await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::Ping {}));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_drips_is_a_timeout_and_no_byte_is_lost() {
    let (mut ours, mut theirs) = connection::<Telemetry>();
    let dripping = async {
        for byte in frame(&Telemetry::sensor()) {
            tokio::time::sleep(FAMILY_READ_TIMEOUT_DEFAULT / 3).await;
            theirs.write_all(&[byte]).await.unwrap();
        }
    };
    let receiving = async {
        let mut timeouts = 0;
        loop {
            match ours.receive().await {
                Ok(message) => return (message, timeouts),
                Err(error) if error.is_timeout() => timeouts += 1,
                Err(error) => panic!("{error}"),
            }
        }
    };
    let ((message, timeouts), ()) = tokio::join!(receiving, dripping);
    assert_eq!(message, Some(Telemetry::sensor()));
    assert!(timeouts > 0, "the limit is for a frame, not for a byte");
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_a_peer_may_take_a_day() {
    let options = FamilyOptions::new().read_timeout(None);
    let (mut ours, mut theirs) = connection_within::<Telemetry>(4096, options);
    let sending = async {
        tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
        theirs.write_all(&frame(&Telemetry::Ping {})).await.unwrap();
    };
    let (received, ()) = tokio::join!(ours.receive(), sending);
    assert_eq!(received.unwrap(), Some(Telemetry::Ping {}));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_a_timeout_and_breaks_the_connection() {
    let (mut ours, _theirs) = connection_within::<Telemetry>(64, FamilyOptions::new());
    let error = ours.send(&Telemetry::Blob { data: Bytes::from(vec![0; 100]) }).await.unwrap_err();
    assert!(matches!(error, FamilyError::Timeout { limit: UNLESS_SET, .. }), "{error}");
    let error = ours.send(&Telemetry::Ping {}).await.unwrap_err();
    assert!(matches!(error, FamilyError::Broken { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_unknown_type_of_a_peer_that_does_not_read_is_reported_all_the_same() {
    let (mut ours, mut theirs) = connection_within::<Telemetry>(2, FamilyOptions::new());
    ours.send(&Telemetry::Ping {}).await.unwrap();
    theirs.write_all(&[9, 9]).await.unwrap();
    let start = tokio::time::Instant::now();
    let error = ours.receive().await.unwrap_err();
    assert!(matches!(error, FamilyError::UnknownMessage { .. }), "{error}");
    // By the clock of the tests: a peer that does not read must not hold who receives for as long as a message may take.
    assert!(start.elapsed() <= FAMILY_LINGER_TIMEOUT, "{:?}", start.elapsed());
    let mut sent = Vec::new();
    theirs.read_to_end(&mut sent).await.unwrap();
    assert_eq!(sent, [0, 4], "this side was ended although there was no room for the answer");
}

#[tokio::test]
async fn an_idle_connection_keeps_little_of_a_long_message_it_sent_or_received() {
    let (mut ours, mut theirs) = pair::<Telemetry>();
    let long = Telemetry::Blob { data: Bytes::from(vec![7; 1_000_000]) };
    for _ in 0..2 {
        let (sent, received) = tokio::join!(ours.send(&long), theirs.receive());
        sent.unwrap();
        assert_eq!(received.unwrap().as_ref(), Some(&long));
        for connection in [&ours, &theirs] {
            assert!(connection.kept() <= 2 * FAMILY_KEPT_BYTES_MAX, "{} bytes", connection.kept());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_a_request_that_timed_out_is_not_that_of_the_next() {
    let options = FamilyOptions::new().read_timeout(Duration::from_millis(200));
    let (mut ours, theirs) = connection_within::<Telemetry>(4096, options);
    let mut theirs = FamilyConnection::<Telemetry, _>::new(theirs, FamilyOptions::new());
    assert!(ours.request(&Telemetry::status("1")).await.unwrap_err().is_timeout());
    let error = ours.request(&Telemetry::status("2")).await.unwrap_err();
    assert!(matches!(error, FamilyError::Broken { .. }), "{error}");
    theirs.send(&Telemetry::status("late")).await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::status("late")));
    let answering = async {
        // The second question was never sent.
        for question in ["1", "3"] {
            assert_eq!(theirs.receive().await.unwrap(), Some(Telemetry::status(question)));
        }
        theirs.send(&Telemetry::status("in time")).await.unwrap();
    };
    let question = Telemetry::status("3");
    let (answer, ()) = tokio::join!(ours.request(&question), answering);
    assert_eq!(answer.unwrap(), Telemetry::status("in time"));
}

/// A listener whose queue is full answers nobody: the system drops the attempt.
#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_listener_that_does_not_answer_is_a_timeout() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    let error = loop {
        match FamilyConnection::<Telemetry, _>::connect_tcp(address, FamilyOptions::new()).await {
            Ok(connection) => queued.push(connection),
            Err(error) => break error,
        }
        assert!(queued.len() < 64, "the queue is never full");
    };
    assert!(matches!(error, FamilyError::Timeout { limit: UNLESS_SET, .. }), "{error}");
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_an_error_of_the_system() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let connected = FamilyConnection::<Telemetry, _>::connect_tcp(address, FamilyOptions::new()).await;
    let error = connected.unwrap_err();
    let FamilyError::Io { source, .. } = &error else { panic!("{error}") };
    assert_eq!(source.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(error.to_string().contains(&source.to_string()));
    assert!(std::error::Error::source(&error).is_some(), "the cause is kept");
}
