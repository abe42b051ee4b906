use std::convert::Infallible;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::{connection, frame, pair, poll_times};
use crate::family::{FamilyConnection, FamilyError, FamilyOptions, serve_tcp};
use crate::message::sample::{Polite, Telemetry};

/// Echoes what has an answer.
async fn echo(message: Telemetry) -> Result<Option<Telemetry>, String> {
    match message {
        Telemetry::Status { text, .. } if text == "fail" => Err("told to".to_owned()),
        Telemetry::Status { text, .. } if text == "panic" => panic!("told to"),
        Telemetry::Ping {} => Ok(None),
        message => Ok(Some(message)),
    }
}

#[tokio::test]
async fn a_half_closed_peer_gets_all_its_answers_and_then_the_end() {
    let (mut ours, theirs) = pair::<Telemetry>();
    let serving = tokio::spawn(theirs.serve(echo));
    for text in ["a", "b"] {
        ours.send(&Telemetry::status(text)).await.unwrap();
        ours.send(&Telemetry::Ping {}).await.unwrap();
    }
    ours.shutdown().await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::status("a")));
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::status("b")));
    assert_eq!(ours.receive().await.unwrap(), None);
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_error_of_the_handler_closes_the_connection_and_is_kept() {
    let (mut ours, theirs) = pair::<Telemetry>();
    let serving = tokio::spawn(theirs.serve(echo));
    let error = ours.request(&Telemetry::status("fail")).await.unwrap_err();
    assert!(matches!(error, FamilyError::Closed { received: 0, .. }), "{error}");
    drop(ours);
    let error = serving.await.unwrap().unwrap_err();
    let FamilyError::Handler { source } = error else { panic!("{error}") };
    assert_eq!(source.to_string(), "told to");
}

#[tokio::test]
async fn a_server_answers_an_unknown_type_and_then_ends() {
    let (ours, mut theirs) = connection::<Telemetry>();
    let serving = tokio::spawn(ours.serve(echo));
    // Behind the unknown message stands one that must not be answered: it may be its payload.
    let bytes = [&[9, 9][..], &frame(&Telemetry::status("payload"))].concat();
    theirs.write_all(&bytes).await.unwrap();
    let mut answered = Vec::new();
    theirs.read_to_end(&mut answered).await.unwrap();
    assert_eq!(answered, [0xff, 0xff]);
    drop(theirs);
    assert!(matches!(serving.await.unwrap(), Err(FamilyError::UnknownMessage { found: 0x0909, .. })));
}

#[tokio::test]
async fn not_found_is_passed_over_or_given_to_the_handler() {
    let (mut ours, theirs) = pair::<Telemetry>();
    let _serving = tokio::spawn(theirs.serve(echo));
    ours.send_not_found().await.unwrap();
    assert_eq!(ours.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());

    let (mut ours, theirs) = pair::<Polite>();
    let seen = |message| async move {
        Ok::<_, Infallible>(Some(Polite::Value { value: u8::from(message == Polite::Unknown) }))
    };
    let _serving = tokio::spawn(theirs.serve(seen));
    ours.send_not_found().await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), Some(Polite::Value { value: 1 }));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_is_still_sending_an_unknown_message_can_end_it_and_read_the_answer() {
    let (ours, mut theirs) = connection::<Telemetry>();
    let serving = tokio::spawn(ours.serve(echo));
    // Far more than the stream holds, and than is read before the type is known: a server that closed at once would
    // break the writing, and on TCP its answer would be lost.
    theirs.write_all(&[9; 100_000]).await.unwrap();
    let mut answered = Vec::new();
    theirs.read_to_end(&mut answered).await.unwrap();
    assert_eq!(answered, [0xff, 0xff]);
    drop(theirs);
    assert!(matches!(serving.await.unwrap(), Err(FamilyError::UnknownMessage { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_closes_does_not_keep_a_connection_that_failed() {
    let (ours, mut theirs) = connection::<Telemetry>();
    theirs.write_all(&[9, 9]).await.unwrap();
    // The peer's end is open all the time, so this ends by the clock or never.
    assert!(matches!(ours.serve(echo).await, Err(FamilyError::UnknownMessage { .. })));
    drop(theirs);
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_closed_after_the_read_timeout() {
    let (ours, mut theirs) = connection::<Telemetry>();
    assert!(ours.serve(echo).await.unwrap_err().is_timeout());
    assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0);
}

async fn serve(options: FamilyOptions) -> (JoinHandle<Infallible>, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (tokio::spawn(serve_tcp(listener, options, echo)), address)
}

async fn connect(address: std::net::SocketAddr) -> FamilyConnection<Telemetry, TcpStream> {
    FamilyConnection::connect_tcp(address, FamilyOptions::new()).await.unwrap()
}

#[tokio::test]
async fn a_connection_that_fails_does_not_touch_another() {
    let (_serving, address) = serve(FamilyOptions::new()).await;
    let mut good = connect(address).await;
    assert_eq!(good.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
    for text in ["fail", "panic"] {
        let mut bad = connect(address).await;
        let error = bad.request(&Telemetry::status(text)).await.unwrap_err();
        assert!(matches!(error, FamilyError::Closed { .. } | FamilyError::Io { .. }), "{error}");
        assert_eq!(good.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
    }
    // A stranger, and one who leaves in the middle of a word.
    let mut stranger = TcpStream::connect(address).await.unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answered = Vec::new();
    stranger.read_to_end(&mut answered).await.unwrap();
    assert_eq!(answered, [0xff, 0xff]);
    TcpStream::connect(address).await.unwrap().write_all(&[0]).await.unwrap();
    assert_eq!(good.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
    assert_eq!(connect(address).await.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
}

#[tokio::test]
async fn a_connection_over_the_limit_waits_for_its_place() {
    let (_serving, address) = serve(FamilyOptions::new().max_connections(1)).await;
    let mut first = connect(address).await;
    assert_eq!(first.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
    let mut second = connect(address).await;
    second.send(&Telemetry::status("second")).await.unwrap();
    // While the first is served, over and over, nobody looks at the second.
    for _ in 0..50 {
        assert_eq!(first.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
    }
    assert!(poll_times(second.receive(), 1).is_none());
    drop(first);
    assert_eq!(second.receive().await.unwrap(), Some(Telemetry::status("second")));
}

#[tokio::test]
async fn a_server_that_is_dropped_closes_its_connections() {
    let (serving, address) = serve(FamilyOptions::new()).await;
    let mut connection = connect(address).await;
    assert_eq!(connection.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
    serving.abort();
    assert!(serving.await.unwrap_err().is_cancelled());
    assert_eq!(connection.receive().await.unwrap(), None);
}
