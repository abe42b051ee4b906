use bytes::Bytes;
use tokio::net::UdpSocket;

use super::{ANY_PORT, frame, poll_times, socket};
use crate::family::{FamilyError, FamilyOptions, FamilySocket};
use crate::message::DecodeErrorKind;
use crate::message::sample::Telemetry;

#[tokio::test]
async fn a_request_crosses_in_one_datagram_each_way() {
    let ((client, client_address), (server, server_address)) = (socket().await, socket().await);
    client.connect(server_address).await.unwrap();
    let question = Telemetry::status("héllo");
    let asking = client.request(&question);
    let answering = async {
        let (message, peer) = server.receive().await.unwrap();
        server.send_to(&Telemetry::sensor(), peer).await.unwrap();
        (message, peer)
    };
    let (answer, asked) = tokio::join!(asking, answering);
    assert_eq!(answer.unwrap(), Telemetry::sensor());
    assert_eq!(asked, (question.clone(), client_address));
}

#[tokio::test]
async fn a_datagram_that_is_no_frame_is_an_error_with_its_sender_and_the_socket_goes_on() {
    let (server, address) = socket().await;
    let stranger = UdpSocket::bind(ANY_PORT).await.unwrap();
    let truncated = |needed, found| DecodeErrorKind::Truncated { expected: needed, found };
    let cases = [
        (vec![], truncated(2, 0)),
        (vec![0], truncated(2, 1)),
        (vec![0, 1, 0], truncated(18, 3)),
        (vec![9, 9, 1], DecodeErrorKind::UnknownMessage { found: 0x0909 }),
        (vec![0, 4, 0], DecodeErrorKind::TrailingBytes { found: 1 }),
        (vec![0xff, 0xff], DecodeErrorKind::NotFound),
        (
            vec![0, 2, 0xff, 0xff, 0xff, 0xff],
            DecodeErrorKind::FrameTooLong { limit: 1 << 20, found: 0xffff_ffff },
        ),
    ];
    for (datagram, kind) in cases {
        stranger.send_to(&datagram, address).await.unwrap();
        let error = server.receive().await.unwrap_err();
        let FamilyError::Datagram { peer, source } = error else { panic!("{error}") };
        assert_eq!((peer, source.kind()), (stranger.local_addr().unwrap(), &kind));
    }
    stranger.send_to(&frame(&Telemetry::Ping {}), address).await.unwrap();
    assert_eq!(server.receive().await.unwrap().0, Telemetry::Ping {});
}

#[tokio::test]
async fn a_frame_that_fits_no_datagram_is_refused_before_it_is_sent() {
    let ((client, _), (server, address)) = (socket().await, socket().await);
    // Header, length of the payload, length of the field.
    let fits = 65_507 - 2 - 4 - 4;
    let blob = |length| Telemetry::Blob { data: Bytes::from(vec![5; length]) };
    for error in [
        client.send_to(&blob(fits + 1), address).await.unwrap_err(),
        client.send(&blob(fits + 1)).await.unwrap_err(),
    ] {
        assert!(matches!(error, FamilyError::TooLarge { limit: 65_507, found: 65_508, .. }), "{error}");
    }
    client.send_to(&blob(fits), address).await.unwrap();
    assert_eq!(server.receive().await.unwrap().0, blob(fits));

    let options = FamilyOptions::new().max_payload_size(10);
    let small = FamilySocket::<Telemetry>::bind(ANY_PORT, options).await.unwrap();
    let error = small.send_to(&blob(7), address).await.unwrap_err();
    assert!(matches!(error, FamilyError::TooLarge { limit: 10, found: 11, .. }), "{error}");
}

#[tokio::test]
async fn a_socket_without_a_peer_says_so() {
    let (client, _) = socket().await;
    let error = client.send(&Telemetry::Ping {}).await.unwrap_err();
    assert!(matches!(error, FamilyError::Io { .. }), "{error}");
}

#[tokio::test]
async fn a_connected_socket_receives_nothing_of_others_not_even_what_had_come() {
    let ((client, address), (server, server_address), (stranger, _)) =
        (socket().await, socket().await, socket().await);
    stranger.send_to(&Telemetry::status("before"), address).await.unwrap();
    client.connect(server_address).await.unwrap();
    stranger.send_to(&Telemetry::status("after"), address).await.unwrap();
    server.send_to(&Telemetry::sensor(), address).await.unwrap();
    assert_eq!(client.receive().await.unwrap(), (Telemetry::sensor(), server_address));
    // The next peer takes the place of the last.
    client.connect(stranger.local_addr().unwrap()).await.unwrap();
    server.send_to(&Telemetry::sensor(), address).await.unwrap();
    stranger.send_to(&Telemetry::Ping {}, address).await.unwrap();
    assert_eq!(client.receive().await.unwrap().0, Telemetry::Ping {});
}

#[tokio::test]
async fn a_send_or_a_connect_that_was_dropped_is_done_or_not() {
    let ((client, _), (server, address)) = (socket().await, socket().await);
    for times in 0..3 {
        if let Some(connected) = poll_times(client.connect(address), times) {
            connected.unwrap();
            assert_eq!(client.peer(), Some(address));
        }
        client.connect(address).await.unwrap();
        let sent = poll_times(client.send(&Telemetry::Ping {}), times).is_some();
        client.send(&Telemetry::sensor()).await.unwrap();
        if sent {
            assert_eq!(server.receive().await.unwrap().0, Telemetry::Ping {});
        }
        assert_eq!(server.receive().await.unwrap().0, Telemetry::sensor());
    }
}

#[tokio::test]
async fn a_receive_that_was_dropped_loses_no_datagram() {
    let ((client, _), (server, address)) = (socket().await, socket().await);
    for number in 0..20 {
        assert!(poll_times(server.receive(), 1).is_none());
        let message = Telemetry::status(&number.to_string());
        client.send_to(&message, address).await.unwrap();
        // Dropped between the arrival and the taking, if it is not taken at once.
        let received = match poll_times(server.receive(), 1) {
            Some(received) => received,
            None => server.receive().await,
        };
        assert_eq!(received.unwrap().0, message);
    }
}
