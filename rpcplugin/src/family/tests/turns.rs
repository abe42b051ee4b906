//! A peer that never pauses: everybody else on the thread still has a turn.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::AsyncWriteExt;

use super::{connection, frame, socket};
use crate::message::sample::Telemetry;

/// More than a task may do in one turn, fewer than the buffers hold.
const MESSAGES: usize = 200;

/// Whether a task that wants nothing but a turn had one.
fn somebody_else() -> Arc<AtomicBool> {
    let had_a_turn = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&had_a_turn);
    tokio::spawn(async move { mark.store(true, Ordering::Relaxed) });
    had_a_turn
}

#[tokio::test]
async fn datagrams_that_wait_do_not_take_every_turn() {
    let ((client, _), (server, address)) = (socket().await, socket().await);
    for _ in 0..MESSAGES {
        client.send_to(&Telemetry::Ping {}, address).await.unwrap();
    }
    let had_a_turn = somebody_else();
    for _ in 0..MESSAGES {
        server.receive().await.unwrap();
    }
    assert!(had_a_turn.load(Ordering::Relaxed));
}

#[tokio::test]
async fn messages_that_wait_do_not_take_every_turn() {
    let (ours, mut theirs) = connection::<Telemetry>();
    theirs.write_all(&frame(&Telemetry::Ping {}).repeat(MESSAGES)).await.unwrap();
    theirs.shutdown().await.unwrap();
    let had_a_turn = somebody_else();
    let mut in_time = 0;
    let handler = |_| {
        in_time += usize::from(had_a_turn.load(Ordering::Relaxed));
        async { Ok::<_, Infallible>(None) }
    };
    ours.serve(handler).await.unwrap();
    assert!(in_time > 0, "the handler was called {MESSAGES} times in one turn");
}
