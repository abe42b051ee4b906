//! How a server ends: by a handler that takes too long, by being told to, by being dropped.

use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::slow::UNLESS_SET;
use super::{connection, pair};
use crate::family::{FamilyConnection, FamilyError, FamilyOptions, serve_tcp, serve_tcp_until};
use crate::message::sample::Telemetry;

type Connected = FamilyConnection<Telemetry, TcpStream>;

async fn listener() -> (TcpListener, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn connect(address: std::net::SocketAddr) -> Connected {
    FamilyConnection::connect_tcp(address, FamilyOptions::new()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_dropped_and_its_connection_closed() {
    let (mut ours, theirs) = pair::<Telemetry>();
    let (alive, mut dropped) = mpsc::channel::<()>(1);
    let hang = move |_message| {
        let alive = alive.clone();
        async move {
            let () = std::future::pending().await;
            drop(alive);
            Ok::<_, String>(None)
        }
    };
    let serving = tokio::spawn(theirs.serve(hang));
    ours.send(&Telemetry::Ping {}).await.unwrap();
    assert_eq!(dropped.recv().await, None, "the handler and all it held is gone");
    assert_eq!(ours.receive().await.unwrap(), None);
    drop(ours);
    let error = serving.await.unwrap().unwrap_err();
    assert!(error.is_timeout());
    assert!(matches!(error, FamilyError::HandlerTimeout { limit: UNLESS_SET }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_a_handler_may_take_a_day() {
    let (ours, theirs) = tokio::io::duplex(64);
    let mut ours = FamilyConnection::<Telemetry, _>::new(ours, FamilyOptions::new().read_timeout(None));
    let options = FamilyOptions::new().handler_timeout(None);
    let theirs = FamilyConnection::<Telemetry, _>::new(theirs, options);
    let serving = tokio::spawn(theirs.serve(|message| async move {
        tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
        Ok::<_, String>(Some(message))
    }));
    assert_eq!(ours.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
    drop(ours);
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_handler_that_hangs_does_not_keep_the_place_of_a_peer_that_has_left() {
    let (listener, address) = listener().await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let options = FamilyOptions::new().max_connections(1).handler_timeout(Duration::from_millis(100));
    let hang = move |_message: Telemetry| {
        begun.send(()).unwrap();
        std::future::pending::<Result<_, String>>()
    };
    let _serving = tokio::spawn(serve_tcp(listener, options, hang));
    for _ in 0..2 {
        let mut leaving = connect(address).await;
        leaving.send(&Telemetry::Ping {}).await.unwrap();
        begins.recv().await.unwrap();
    }
}

#[tokio::test]
async fn a_handler_that_panics_is_an_error_of_its_connection() {
    let (mut ours, theirs) = pair::<Telemetry>();
    // Before its first await, where a future cannot be asked.
    let panic_at_once = |message: Telemetry| {
        assert_eq!(message, Telemetry::sensor(), "told to");
        async { Ok::<_, String>(None) }
    };
    let serving = tokio::spawn(theirs.serve(panic_at_once));
    ours.send(&Telemetry::Ping {}).await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), None, "closed in order");
    drop(ours);
    let error = serving.await.unwrap().unwrap_err();
    assert!(matches!(error, FamilyError::Handler { .. }), "{error}");
}

#[tokio::test]
async fn an_error_of_a_handler_is_written_with_its_causes() {
    let (mut ours, theirs) = pair::<Telemetry>();
    let number = |_message| async { "x".parse::<u8>().map(|_| None).map_err(Outer) };
    let serving = tokio::spawn(theirs.serve(number));
    ours.send(&Telemetry::Ping {}).await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), None);
    drop(ours);
    assert_eq!(
        serving.await.unwrap().unwrap_err().to_string(),
        "the handler failed: no number: invalid digit found in string; \
         the peer gets no answer, because the frame has no place for an error"
    );
}

/// An error with a cause.
#[derive(Debug, thiserror::Error)]
#[error("no number")]
struct Outer(#[source] std::num::ParseIntError);

#[tokio::test]
async fn a_server_that_is_stopped_finishes_the_answers_under_way() {
    let (listener, address) = listener().await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (finish, finished) = tokio::sync::watch::channel(false);
    let slow = move |message: Telemetry| {
        begun.send(()).unwrap();
        let mut finished = finished.clone();
        async move {
            finished.wait_for(|finished| *finished).await.map_err(|error| error.to_string())?;
            Ok::<_, String>(Some(message))
        }
    };
    let (stop, stopped) = oneshot::channel::<&str>();
    let serving = tokio::spawn(serve_tcp_until(listener, FamilyOptions::new(), slow, stopped));
    let (mut busy, mut idle) = (connect(address).await, connect(address).await);
    for number in ["answered", "left"] {
        busy.send(&Telemetry::status(number)).await.unwrap();
    }
    begins.recv().await.unwrap();
    stop.send("enough").unwrap();
    // Who asks nothing is told at once, and nobody new is accepted.
    assert_eq!(idle.receive().await.unwrap(), None);
    assert!(TcpStream::connect(address).await.is_err());
    finish.send(true).unwrap();
    assert_eq!(busy.receive().await.unwrap(), Some(Telemetry::status("answered")));
    assert_eq!(busy.receive().await.unwrap(), None);
    drop((busy, idle));
    assert_eq!(serving.await.unwrap(), Ok("enough"));
}

#[tokio::test]
async fn a_server_that_is_stopped_does_not_wait_for_ever() {
    let (listener, address) = listener().await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let hang = move |_message: Telemetry| {
        begun.send(()).unwrap();
        std::future::pending::<Result<_, String>>()
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let options = FamilyOptions::new().handler_timeout(None).stop_grace(Duration::from_millis(50));
    let serving = tokio::spawn(serve_tcp_until(listener, options, hang, stopped));
    let mut waiting = connect(address).await;
    waiting.send(&Telemetry::Ping {}).await.unwrap();
    begins.recv().await.unwrap();
    drop(stop);
    assert!(serving.await.unwrap().is_err(), "the sender was dropped");
    assert_eq!(waiting.receive().await.unwrap(), None);
}

#[tokio::test]
async fn a_server_can_be_spawned_and_its_futures_sent() {
    fn assert_send<T: Send>(_value: &T) {}

    let (ours, _theirs) = connection::<Telemetry>();
    assert_send(&ours.serve(|message| async move { Ok::<_, String>(Some(message)) }));
    let (socket, _) = super::socket().await;
    assert_send(&socket.serve(|message, _| async move { Ok::<_, String>(Some(message)) }));
    assert_send(&socket.request(&Telemetry::Ping {}));
}
