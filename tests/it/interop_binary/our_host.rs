//! What our host says to the plugin in Python, and what it must hear.

use std::time::Duration;

use futures_util::future::join;
use rpcplugin::{CallOptions, Channel, Code, Metadata, ResponseMetadata, Status, Streaming};
use rpcplugin_tests::probe::{Blob, DETAIL, FAILING, Probe, ProbeClient, Range, Reading, Total};
use tokio::sync::mpsc;

/// Many times what a window holds, and what the plugin cuts into parts.
const LARGE_BYTES: usize = 5 * 1024 * 1024;

fn reading(number: u32) -> Reading {
    Reading { number, label: format!("number {number}") }
}

fn total(count: u64, sum: u64) -> Total {
    Total { count, sum }
}

/// All of it, one after the other.
pub(super) async fn converse(channel: &Channel) {
    let probe = ProbeClient::new(channel.clone());
    one_request(&probe).await;
    streams(&probe).await;
    large_beside_small(&probe).await;
    words(channel).await;
    ends(channel, &probe).await;
    other_contracts(&probe).await;
}

async fn one_request(probe: &ProbeClient) {
    assert_eq!(probe.first(Range { from: 7, count: 1 }).await.unwrap(), reading(7));
    let status = probe.first(Range { from: 7, count: 0 }).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange);
    // More at once than the plugin takes: the rest waits.
    let calls = (0..100).map(|from| probe.first(Range { from, count: 1 }));
    let answers = futures_util::future::join_all(calls).await;
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, (0..100).map(reading).collect::<Vec<_>>());
}

async fn streams(probe: &ProbeClient) {
    let readings = probe.readings(Range { from: 0, count: 5000 }).await.unwrap();
    let readings: Vec<_> = readings.collect().await.unwrap();
    assert_eq!(readings, (0..5000).map(reading).collect::<Vec<_>>());

    let label = "a long label, so that windows are used up".repeat(20);
    let readings = (0..5000).map(move |number| Reading { number, label: label.clone() });
    assert_eq!(probe.sum(Streaming::from_iter(readings)).await.unwrap(), total(5000, 4999 * 2500));

    let (ask, asked) = mpsc::channel::<Total>(1);
    let requests = futures_util::stream::unfold(asked, |mut asked| async move {
        let request = asked.recv().await?;
        Some((Ok(request), asked))
    });
    let mut answers = probe.running(Streaming::new(requests)).await.unwrap();
    let mut sum = 0;
    for number in 1..20 {
        assert!(ask.send(total(number, number)).await.is_ok());
        sum += number;
        assert_eq!(answers.message().await.unwrap(), Some(total(number, sum)));
    }
    drop(ask);
    assert_eq!(answers.message().await.unwrap(), None);

    // Messages without a byte cost something too.
    let nothing = Streaming::from_iter((0..3000).map(|_| total(0, 0)));
    let answers: Vec<_> = probe.running(nothing).await.unwrap().collect().await.unwrap();
    assert_eq!(answers, vec![total(0, 0); 3000]);
}

async fn large_beside_small(probe: &ProbeClient) {
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(LARGE_BYTES).collect();
    let large = async {
        let answer = probe.echo(Blob { bytes: bytes.clone() }).await.unwrap();
        assert!(answer.bytes == bytes, "other bytes came back");
    };
    let mut large = std::pin::pin!(large);
    let mut small = 0_u32;
    loop {
        tokio::select! {
            () = &mut large => break,
            answer = probe.first(Range { from: small, count: 1 }) => assert_eq!(answer.unwrap(), reading(small)),
        }
        small += 1;
    }
    assert!(small > 0, "no small call came through beside the large message");
}

async fn words(channel: &Channel) {
    let mut metadata = Metadata::new();
    metadata.append("tenant", "blue").unwrap();
    metadata.append_bin("proof-bin", (0..=u8::MAX).collect::<Vec<_>>()).unwrap();
    metadata.append("tenant", "").unwrap();
    metadata.append_bin("empty-bin", Vec::new()).unwrap();
    let mut behind = metadata.clone();
    behind.append("place", "behind").unwrap();
    for count in [1, FAILING] {
        let response = ResponseMetadata::new();
        let options = CallOptions::new().metadata(metadata.clone()).response(&response);
        let answer = ProbeClient::new(channel.with(options)).words(total(count, 0)).await;
        assert_eq!(response.initial(), metadata);
        assert_eq!(response.trailing(), behind);
        match count {
            FAILING => assert_failed(&answer.unwrap_err()),
            _ => assert_eq!(answer.unwrap(), total(4, 0)),
        }
    }
}

fn assert_failed(status: &Status) {
    assert_eq!((status.code(), status.message()), (Code::Aborted, "\u{e9}: not done"));
    assert_eq!(status.detail::<Total>(DETAIL).unwrap().unwrap(), total(FAILING, 1));
}

/// So many handlers of `wait` are at work. They hear of an end a moment later.
async fn waiting(probe: &ProbeClient, expected: u64) {
    for _ in 0..200 {
        if probe.waiting(total(0, 0)).await.unwrap().count == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(probe.waiting(total(0, 0)).await.unwrap().count, expected);
}

async fn ends(channel: &Channel, probe: &ProbeClient) {
    // Given up by whoever made the call.
    let waits = tokio::spawn({
        let probe = probe.clone();
        async move { probe.wait(total(0, 0)).await }
    });
    waiting(probe, 1).await;
    waits.abort();
    waiting(probe, 0).await;

    // A stream that is given up in its middle, and one that nobody reads while others go on.
    let mut readings = probe.readings(Range { from: 0, count: 60_000 }).await.unwrap();
    assert_eq!(readings.message().await.unwrap(), Some(reading(0)));
    one_request(probe).await;
    drop(readings);

    // Out of time on this side, and on both.
    let hurried = ProbeClient::new(channel.with(CallOptions::new().timeout(Duration::from_millis(100))));
    let (status, other) = join(hurried.wait(total(0, 0)), hurried.wait(total(0, 0))).await;
    assert_eq!(status.unwrap_err().code(), Code::DeadlineExceeded);
    assert_eq!(other.unwrap_err().code(), Code::DeadlineExceeded);
    waiting(probe, 0).await;

    // A handler that does not take its requests.
    let stalled = hurried.stall(Streaming::from_iter((0..100_000).map(|number| total(number, 1)))).await;
    assert_eq!(stalled.unwrap_err().code(), Code::DeadlineExceeded);
    waiting(probe, 0).await;
    one_request(probe).await;
}

/// The plugin in Python has one method less, and another layout for one.
async fn other_contracts(probe: &ProbeClient) {
    let status = probe.newer(total(0, 0)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().contains("/wiretest.Probe/Newer"), "{status}");
    let status = probe.changed(reading(7)).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    for layout in ["{number:u32le,label:text(u32le)}", "{number:u64le,label:text(u32le)}"] {
        assert!(status.message().contains(layout), "{status}");
    }
}
