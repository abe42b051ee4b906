//! Streams that share a connection: who has the turn, and whose stream the next one is.

use std::sync::Mutex;

use super::*;
use crate::broker::knocks::Knocks;
use crate::task::OwnedTask;
use crate::transport::{Connection, End, Mux, waiting_streams};

#[tokio::test]
async fn a_dial_without_a_place_for_its_stream_takes_nobody_elses() {
    let ends = Ends::meet(SHARED).await;
    for (server, dialler) in ends.both_ways() {
        let (first, second) =
            (server.serve(adder()).await.unwrap(), server.serve(ends::another_adder()).await.unwrap());
        let mut channels = Vec::new();
        let error = loop {
            match dialler.dial_within(first.id(), SOON).await {
                Ok(channel) => channels.push(channel),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, BrokerError::NoStream { .. }), "{error}");
        channels.pop();
        let channel = loop {
            match dialler.dial_within(second.id(), SOON).await {
                Err(BrokerError::NoStream { .. }) => tokio::task::yield_now().await,
                // The place of the other side is free a moment later.
                Err(BrokerError::Protocol { .. } | BrokerError::Connect { .. }) => {}
                dialled => break dialled.unwrap(),
            }
        };
        assert_eq!(adds(channel).await, 21);
    }
}

#[tokio::test(start_paused = true)]
async fn a_knock_that_is_not_answered_holds_nobody_up_for_longer_than_a_dial() {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (other, mut unannounced) = waiting_streams();
    let (near, near_driver) = Mux::share(Connection::new(near), End::Client, None);
    let (_far, far_driver) = Mux::share(Connection::new(far), End::Server, Some(other));
    let _drivers = [OwnedTask::spawn(near_driver), OwnedTask::spawn(far_driver)];
    let knocks = Arc::new(Knocks::new(near));
    let knocked = Arc::new(Mutex::new(Vec::new()));
    let vain = tokio::spawn({
        let (knocks, knocked) = (Arc::clone(&knocks), Arc::clone(&knocked));
        async move { knocks.open(1, |knock| knocked.lock().unwrap().push(knock.service_id)).await.map(drop) }
    });
    while knocked.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let opened = knocks.open(2, |knock| knocks.answered(knock.service_id, String::new()));
    let opened = tokio::time::timeout(BROKER_DIAL_TIMEOUT_DEFAULT, opened).await;
    assert!(opened.expect("it has the turn in time").is_ok());
    assert!(unannounced.recv().await.is_some());
    vain.abort();
}
