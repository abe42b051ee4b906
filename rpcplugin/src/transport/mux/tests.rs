use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::task::OwnedTask;

/// Two ends of a shared connection, and what drives them.
struct Pair {
    near: Mux,
    far: Mux,
    /// The streams of the near end that nobody has announced.
    unannounced: mpsc::Receiver<Connection>,
    drivers: [OwnedTask; 2],
}

fn pair() -> Pair {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (other, unannounced) = waiting_streams();
    let (near, near_driver) = Mux::share(Connection::new(near), End::Client, None);
    let (far, far_driver) = Mux::share(Connection::new(far), End::Server, Some(other));
    Pair { near, far, unannounced, drivers: [OwnedTask::spawn(near_driver), OwnedTask::spawn(far_driver)] }
}

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), work).await.expect("it hangs")
}

#[tokio::test]
async fn a_stream_is_there_before_a_byte_is_written_on_it() {
    let mut pair = pair();
    let mut opened = pair.near.open().await.unwrap();
    // Who listens speaks first.
    let mut accepted = in_time(pair.unannounced.recv()).await.unwrap();
    in_time(pair.far.first_stream()).await;
    accepted.write_all(b"hello").await.unwrap();
    let mut text = [0; 5];
    in_time(opened.read_exact(&mut text)).await.unwrap();
    assert_eq!(&text, b"hello");
    opened.write_all(b"good-bye").await.unwrap();
    opened.shutdown().await.unwrap();
    let mut text = Vec::new();
    in_time(accepted.read_to_end(&mut text)).await.unwrap();
    assert_eq!(text, b"good-bye");
}

#[tokio::test]
async fn the_next_stream_goes_where_it_is_expected_and_the_others_where_all_go() {
    let mut pair = pair();
    let ((first_to, mut first), (second_to, mut second)) = (waiting_streams(), waiting_streams());
    assert!(pair.far.expect(first_to));
    assert!(pair.far.expect(second_to));
    for number in 0..3_u8 {
        let mut opened = pair.near.open().await.unwrap();
        opened.write_u8(number).await.unwrap();
        let accepted = match number {
            0 => in_time(first.recv()).await,
            1 => in_time(second.recv()).await,
            _ => in_time(pair.unannounced.recv()).await,
        };
        assert_eq!(in_time(accepted.unwrap().read_u8()).await.unwrap(), number);
    }
}

#[tokio::test]
async fn a_stream_for_somebody_who_has_gone_takes_its_place_all_the_same() {
    let mut pair = pair();
    let (gone_to, mut gone) = waiting_streams();
    assert!(pair.far.expect(gone_to));
    let (opened, open) = oneshot::channel();
    drop(open);
    pair.near.open_for(opened, None);
    let _opened = pair.near.open().await.unwrap();
    // It is closed, and the next one is not taken for it.
    let mut accepted = in_time(gone.recv()).await.unwrap();
    assert_eq!(in_time(accepted.read(&mut [0])).await.unwrap(), 0);
    in_time(pair.unannounced.recv()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_does_not_come_in_time_is_expected_no_more() {
    let mut pair = pair();
    let (late_to, mut late) = waiting_streams();
    assert!(pair.far.expect(late_to));
    tokio::time::sleep(KNOCK_TIMEOUT + Duration::from_secs(1)).await;
    let _opened = pair.near.open().await.unwrap();
    assert!(pair.unannounced.recv().await.is_some());
    assert!(late.recv().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn streams_that_never_come_are_not_expected_without_end() {
    let pair = pair();
    let (to, _streams) = waiting_streams();
    for _ in 0..2 {
        let expected = (0..2 * KNOCKS_MAX).filter(|_| pair.far.expect(to.clone())).count();
        assert_eq!((expected, pair.far.shared.expected().len()), (KNOCKS_MAX, KNOCKS_MAX));
        // They are forgotten when the next one is expected.
        tokio::time::sleep(KNOCK_TIMEOUT + Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn more_streams_than_there_may_be_cost_the_connection_nothing() {
    let mut pair = pair();
    let mut kept = Vec::new();
    for _ in 0..MUX_STREAMS_MAX {
        let opened = in_time(pair.near.open()).await.unwrap();
        kept.push((opened, in_time(pair.unannounced.recv()).await.unwrap()));
    }
    in_time(pair.near.open()).await.unwrap_err();
    kept.pop();
    let mut opened = loop {
        // The place is free as soon as the stream is dropped, and the other side's a moment later.
        let mut opened = in_time(pair.near.open()).await.unwrap();
        let mut byte = [0];
        match in_time(async {
            tokio::select! {
                accepted = pair.unannounced.recv() => { kept.push((opened, accepted.unwrap())); None }
                read = opened.read(&mut byte) => Some(read),
            }
        })
        .await
        {
            None => break kept.pop().unwrap(),
            Some(_closed) => tokio::task::yield_now().await,
        }
    };
    opened.0.write_u8(7).await.unwrap();
    assert_eq!(in_time(opened.1.read_u8()).await.unwrap(), 7);
}

#[tokio::test]
async fn a_stream_without_a_place_takes_its_expectation_with_it() {
    let mut pair = pair();
    let mut kept = Vec::new();
    for _ in 0..MUX_STREAMS_MAX {
        // The near end is done with each at once, and the far end is not.
        drop(in_time(pair.near.open()).await.unwrap());
        kept.push(in_time(pair.unannounced.recv()).await.unwrap());
    }
    let (expected_to, mut expected) = waiting_streams();
    assert!(pair.far.expect(expected_to));
    let mut opened = in_time(pair.near.open()).await.unwrap();
    drop(in_time(opened.read(&mut [0])).await);
    kept.clear();
    let _opened = in_time(pair.near.open()).await.unwrap();
    assert!(in_time(pair.unannounced.recv()).await.is_some());
    assert!(expected.recv().await.is_none());
}

#[tokio::test]
async fn the_connection_goes_with_the_last_of_its_streams_and_sends_what_was_written() {
    let mut pair = pair();
    let mut opened = pair.near.open().await.unwrap();
    let mut accepted = in_time(pair.unannounced.recv()).await.unwrap();
    let Pair { near, far, unannounced: _unannounced, drivers: [mut near_driver, mut far_driver] } = pair;
    drop((near, far));
    let text = vec![7; 200_000];
    let (written, sent) = (text.clone(), async move {
        opened.write_all(&text).await.unwrap();
        opened.shutdown().await.unwrap();
    });
    let sending = OwnedTask::spawn(sent);
    let mut read = Vec::new();
    in_time(accepted.read_to_end(&mut read)).await.unwrap();
    assert!(read == written);
    drop((accepted, sending));
    in_time(near_driver.ended()).await.unwrap();
    in_time(far_driver.ended()).await.unwrap();
}

#[tokio::test]
async fn bytes_that_are_no_frames_end_the_connection_and_nothing_else() {
    for bytes in [
        &b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..],
        &[0; 64],
        &[0xff; 64],
        b"\0\x01\0\x01\0\0\0\x01\xff\xff\xff\xff",
    ] {
        let (near, mut far) = tokio::io::duplex(1024);
        let (mux, driver) = Mux::share(Connection::new(near), End::Server, None);
        let mut driver = OwnedTask::spawn(driver);
        far.write_all(bytes).await.unwrap();
        far.shutdown().await.unwrap();
        in_time(driver.ended()).await.expect("no panic");
        in_time(mux.open()).await.unwrap_err();
    }
}
