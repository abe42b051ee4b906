use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};

use super::{ANY_PORT, frame, poll_times, socket};
use crate::family::{FamilyError, FamilyOptions, FamilySocket};
use crate::message::sample::{Polite, Telemetry};

/// Echoes what has an answer.
async fn echo(message: Telemetry) -> Result<Option<Telemetry>, String> {
    match message {
        Telemetry::Status { text, .. } if text == "fail" => Err("told to".to_owned()),
        Telemetry::Status { text, .. } if text == "panic" => panic!("told to"),
        Telemetry::Status { text, .. } if text == "hang" => std::future::pending().await,
        Telemetry::Ping {} => Ok(None),
        message => Ok(Some(message)),
    }
}

/// What a stranger is answered for datagrams of which the last one has an answer.
async fn answers(datagrams: &[&[u8]]) -> Vec<Vec<u8>> {
    let (server, address) = socket().await;
    let stranger = UdpSocket::bind(ANY_PORT).await.unwrap();
    for datagram in datagrams {
        stranger.send_to(datagram, address).await.unwrap();
    }
    let last = frame(&Telemetry::sensor());
    stranger.send_to(&last, address).await.unwrap();
    let collecting = async {
        let mut answers = Vec::new();
        loop {
            let mut room = [0; 100];
            let (length, _) = stranger.recv_from(&mut room).await.unwrap();
            if room[..length] == last {
                return answers;
            }
            answers.push(room[..length].to_vec());
        }
    };
    tokio::select! {
        never = server.serve(|message, _| echo(message)) => match never {},
        answers = collecting => answers,
    }
}

#[tokio::test]
async fn an_unknown_type_is_answered_once_and_nothing_else_that_does_not_decode() {
    let unknown: &[u8] = &[9, 9, 1, 2, 3];
    assert_eq!(answers(&[unknown, unknown]).await, [[0xff, 0xff], [0xff, 0xff]]);
    let status = frame(&Telemetry::status("a"));
    let silent: [&[u8]; 7] = [
        &[0xff, 0xff],
        &[0xff, 0xff, 1],
        &[],
        &[9],
        &[0, 4, 0],
        &[0, 3, 255, 255, 255, 255],
        &status[..status.len() - 1],
    ];
    assert!(answers(&silent).await.is_empty());
    assert!(answers(&[&frame(&Telemetry::Ping {})]).await.is_empty(), "the handler returned nothing");
}

#[tokio::test]
async fn a_handler_that_fails_or_panics_ends_nothing() {
    for text in ["fail", "panic"] {
        assert!(answers(&[&frame(&Telemetry::status(text))]).await.is_empty());
    }
}

#[tokio::test]
async fn a_handler_that_hangs_is_dropped_after_its_time() {
    let options = FamilyOptions::new().handler_timeout(Duration::from_millis(50));
    let server = FamilySocket::bind(ANY_PORT, options).await.unwrap();
    let (client, _) = socket().await;
    client.connect(server.local_addr().unwrap()).await.unwrap();
    client.send(&Telemetry::status("hang")).await.unwrap();
    let question = Telemetry::sensor();
    tokio::select! {
        never = server.serve(|message, _| echo(message)) => match never {},
        answer = client.request(&question) => assert_eq!(answer.unwrap(), question),
    }
}

/// Even where the family has a value for it, and the handler would answer that.
#[tokio::test]
async fn two_servers_that_are_told_not_found_of_each_other_fall_silent() {
    let bind = async || FamilySocket::<Polite>::bind(ANY_PORT, FamilyOptions::new()).await.unwrap();
    let (one, other, client) = (bind().await, bind().await, bind().await);
    let (seen, mut handled) = mpsc::unbounded_channel();
    let answer = |message: Polite, _| {
        seen.send(message.clone()).unwrap();
        async { Ok::<_, std::convert::Infallible>(Some(message)) }
    };
    one.send_not_found_to(other.local_addr().unwrap()).await.unwrap();
    one.send_to(&Polite::Unknown, other.local_addr().unwrap()).await.unwrap();
    let question = Polite::Value { value: 7 };
    let asking = async {
        for server in [&one, &other] {
            client.connect(server.local_addr().unwrap()).await.unwrap();
            assert_eq!(client.request(&question).await.unwrap(), question);
        }
    };
    tokio::select! {
        never = one.serve(answer) => match never {},
        never = other.serve(answer) => match never {},
        () = asking => {}
    }
    for _ in 0..2 {
        assert_eq!(handled.recv().await, Some(question.clone()));
    }
    assert!(handled.try_recv().is_err(), "no handler saw a NOT_FOUND");
    // What a server said to the other would be there by now: both have answered since.
    for server in [&one, &other] {
        assert!(poll_times(server.receive(), 1).is_none());
    }
}

#[tokio::test]
async fn a_server_that_is_stopped_finishes_its_answer_and_leaves_the_rest() {
    let ((server, address), (client, _)) = (socket().await, socket().await);
    client.connect(address).await.unwrap();
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (finish, finished) = oneshot::channel::<()>();
    let mut finished = Some(finished);
    let handler = |message, _| {
        begun.send(()).unwrap();
        let finished = finished.take().unwrap();
        async move { finished.await.map(|()| Some(message)) }
    };
    let (stop, stopped) = oneshot::channel::<&str>();
    let stopping = async {
        client.send(&Telemetry::status("first")).await.unwrap();
        begins.recv().await.unwrap();
        client.send(&Telemetry::status("second")).await.unwrap();
        stop.send("enough").unwrap();
        finish.send(()).unwrap();
    };
    let (ended, ()) = tokio::join!(server.serve_until(handler, stopped), stopping);
    assert_eq!(ended, Ok("enough"));
    assert_eq!(client.receive().await.unwrap().0, Telemetry::status("first"));
    assert_eq!(server.receive().await.unwrap().0, Telemetry::status("second"), "it was left in the socket");
}

#[tokio::test]
async fn a_server_that_is_dropped_after_any_poll_loses_nothing_it_did_not_begin() {
    let ((server, address), (client, _)) = (socket().await, socket().await);
    client.connect(address).await.unwrap();
    for times in 0..4 {
        let mut handled = 0;
        let mut serving = Box::pin(server.serve(|message, _| {
            handled += 1;
            echo(message)
        }));
        for _ in 0..times {
            assert!(poll_times(serving.as_mut(), 1).is_none());
            tokio::task::yield_now().await;
        }
        client.send(&Telemetry::Ping {}).await.unwrap();
        drop(serving);
        assert_eq!(handled, 0);
        assert_eq!(server.receive().await.unwrap().0, Telemetry::Ping {}, "dropped after {times} polls");
    }
}

#[tokio::test]
async fn several_tasks_serve_one_socket() {
    let (server, address) = socket().await;
    let server = Arc::new(server);
    let hanging = [(); 2].map(|()| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.serve(|message, _| echo(message)).await })
    });
    let (client, _) = socket().await;
    client.connect(address).await.unwrap();
    client.send(&Telemetry::status("hang")).await.unwrap();
    assert_eq!(client.request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
    for task in hanging {
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
}

#[tokio::test]
async fn an_answer_that_nobody_takes_does_not_end_a_server() {
    let ((server, address), (client, _)) = (socket().await, socket().await);
    for _ in 0..3 {
        // Gone before it is answered: the operating system tells the server.
        let (gone, _) = socket().await;
        gone.send_to(&Telemetry::sensor(), address).await.unwrap();
    }
    client.connect(address).await.unwrap();
    let question = Telemetry::sensor();
    tokio::select! {
        never = server.serve(|message, _| echo(message)) => match never {},
        answer = client.request(&question) => assert_eq!(answer.unwrap(), question),
    }
    let error = server.send(&question).await.unwrap_err();
    assert!(matches!(error, FamilyError::Io { .. }), "{error}");
}
