//! Which datagram is the answer? Peers that answer late, too often, badly, or that nobody asked.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::UdpSocket;

use super::{ANY_PORT, frame, poll_times, socket};
use crate::family::{FamilyError, FamilyOptions, FamilySocket};
use crate::limits::FAMILY_READ_TIMEOUT_DEFAULT;
use crate::message::DecodeErrorKind;
use crate::message::sample::{Polite, Telemetry};

fn numbered(number: u32) -> Telemetry {
    Telemetry::Status { code: number, text: String::new() }
}

/// A socket of ours that is connected to one that says whatever the test wants.
async fn asking(options: FamilyOptions) -> (FamilySocket<Telemetry>, UdpSocket, SocketAddr) {
    let client = FamilySocket::bind(ANY_PORT, options).await.unwrap();
    let raw = UdpSocket::bind(ANY_PORT).await.unwrap();
    client.connect(raw.local_addr().unwrap()).await.unwrap();
    let address = client.local_addr().unwrap();
    (client, raw, address)
}

/// Waits for a question, which must be this one.
async fn asked(raw: &UdpSocket, question: &Telemetry) {
    let mut room = [0; 100];
    let (length, _) = raw.recv_from(&mut room).await.unwrap();
    assert_eq!(room[..length], frame(question));
}

#[tokio::test]
async fn a_stranger_and_a_late_answer_are_no_answers() {
    let ((client, address), (server, server_address), (stranger, _)) =
        (socket().await, socket().await, socket().await);
    stranger.send_to(&numbered(666), address).await.unwrap();
    client.connect(server_address).await.unwrap();
    server.send_to(&numbered(0), address).await.unwrap();
    for number in 1..4 {
        let question = numbered(number);
        let answering = async {
            assert_eq!(server.receive().await.unwrap().0, question);
            // Twice: the second is there before the next question, and no answer to it.
            server.send_to(&question, address).await.unwrap();
            server.send_to(&question, address).await.unwrap();
        };
        let (answer, ()) = tokio::join!(client.request(&question), answering);
        assert_eq!(answer.unwrap(), question);
    }
}

#[tokio::test]
async fn a_datagram_that_does_not_decode_is_passed_over_and_shifts_nothing() {
    let (client, raw, address) = asking(FamilyOptions::new()).await;
    for number in 1..4 {
        let question = numbered(number);
        let answering = async {
            asked(&raw, &question).await;
            for bad in [&[][..], &[1], &[9, 9], &[0, 3, 255, 255, 255, 255], &frame(&question)[..7]] {
                raw.send_to(bad, address).await.unwrap();
            }
            raw.send_to(&frame(&question), address).await.unwrap();
        };
        let (answer, ()) = tokio::join!(client.request(&question), answering);
        assert_eq!(answer.unwrap(), question);
    }
}

#[tokio::test]
async fn if_nothing_else_comes_the_datagram_that_did_not_decode_is_the_reason() {
    // Long enough for a datagram within this machine; that it is waited to its end is what is tested.
    let options = FamilyOptions::new().read_timeout(Duration::from_secs(1));
    let (client, raw, address) = asking(options).await;
    let question = numbered(1);
    let answering = async {
        asked(&raw, &question).await;
        raw.send_to(&[0, 4, 0], address).await.unwrap();
    };
    let (answer, ()) = tokio::join!(client.request(&question), answering);
    let error = answer.unwrap_err();
    let FamilyError::Datagram { peer, source } = error else { panic!("{error}") };
    assert_eq!(peer, raw.local_addr().unwrap());
    assert_eq!(source.kind(), &DecodeErrorKind::TrailingBytes { found: 1 });
}

#[tokio::test]
async fn requests_of_several_tasks_wait_for_each_other() {
    let (client, raw, address) = asking(FamilyOptions::new()).await;
    let (first, second) = (numbered(1), numbered(2));
    let answering = async {
        for question in [&first, &second] {
            asked(&raw, question).await;
            // The other question is not sent before this one is answered.
            let mut room = [0; 100];
            assert!(poll_times(raw.recv_from(&mut room), 1).is_none());
            raw.send_to(&frame(question), address).await.unwrap();
        }
    };
    let (one, other, ()) = tokio::join!(client.request(&first), client.request(&second), answering);
    assert_eq!((one.unwrap(), other.unwrap()), (first.clone(), second.clone()));
}

#[tokio::test]
async fn a_request_that_was_dropped_leaves_the_next_one_its_answer() {
    let (client, raw, address) = asking(FamilyOptions::new()).await;
    for times in 0..6 {
        let dropped = numbered(0);
        let mut asking = Box::pin(client.request(&dropped));
        for _ in 0..times {
            assert!(poll_times(asking.as_mut(), 1).is_none(), "nobody has answered");
            tokio::task::yield_now().await;
        }
        drop(asking);
        // Two polls are enough for the question to go out; the answer comes when nobody waits for it.
        let mut room = [0; 100];
        if times >= 2 {
            asked(&raw, &dropped).await;
            raw.send_to(&frame(&dropped), address).await.unwrap();
        } else {
            assert!(poll_times(raw.recv_from(&mut room), 1).is_none());
        }
        let question = numbered(1);
        let answering = async {
            asked(&raw, &question).await;
            raw.send_to(&frame(&question), address).await.unwrap();
        };
        let (answer, ()) = tokio::join!(client.request(&question), answering);
        assert_eq!(answer.unwrap(), question, "dropped after {times} polls");
    }
}

#[tokio::test]
async fn a_request_without_a_peer_sends_nothing_and_drops_nothing() {
    let ((client, address), (other, _)) = (socket().await, socket().await);
    other.send_to(&Telemetry::Ping {}, address).await.unwrap();
    let error = client.request(&numbered(1)).await.unwrap_err();
    assert!(matches!(error, FamilyError::Io { .. }), "{error}");
    assert_eq!(client.receive().await.unwrap().0, Telemetry::Ping {});
}

#[tokio::test]
async fn not_found_is_an_error_of_a_request() {
    let (client, raw, address) = asking(FamilyOptions::new()).await;
    let question = numbered(1);
    let answering = async {
        asked(&raw, &question).await;
        raw.send_to(&[0xff, 0xff], address).await.unwrap();
    };
    let (answer, ()) = tokio::join!(client.request(&question), answering);
    let error = answer.unwrap_err();
    assert!(matches!(error, FamilyError::NotFound { message_type: Some(2), .. }), "{error}");

    let client = FamilySocket::<Polite>::bind(ANY_PORT, FamilyOptions::new()).await.unwrap();
    let server = FamilySocket::<Polite>::bind(ANY_PORT, FamilyOptions::new()).await.unwrap();
    client.connect(server.local_addr().unwrap()).await.unwrap();
    server.send_to(&Polite::Unknown, client.local_addr().unwrap()).await.unwrap();
    assert_eq!(client.receive().await.unwrap().0, Polite::Unknown);
    let answering = async {
        let (_, peer) = server.receive().await.unwrap();
        server.send_to(&Polite::Unknown, peer).await.unwrap();
    };
    let question = Polite::Value { value: 1 };
    let (answer, ()) = tokio::join!(client.request(&question), answering);
    let error = answer.unwrap_err();
    assert!(matches!(error, FamilyError::NotFound { message_type: Some(2), .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_datagram_is_a_timeout() {
    let (client, _raw, _) = asking(FamilyOptions::new()).await;
    let error = client.request(&Telemetry::Ping {}).await.unwrap_err();
    assert!(matches!(error, FamilyError::Timeout { limit: FAMILY_READ_TIMEOUT_DEFAULT, .. }), "{error}");
}

#[tokio::test]
async fn a_peer_that_is_not_there_is_an_error_of_the_system() {
    let ((client, _), (gone, address)) = (socket().await, socket().await);
    drop(gone);
    client.connect(address).await.unwrap();
    for _ in 0..3 {
        let error = client.request(&numbered(1)).await.unwrap_err();
        let FamilyError::Io { source, .. } = error else { panic!("{error}") };
        assert_eq!(source.kind(), std::io::ErrorKind::ConnectionRefused);
    }
}
