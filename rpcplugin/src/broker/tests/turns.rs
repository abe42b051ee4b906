//! Streams that share a connection: who has the turn, and whose stream the next one is.

use super::*;

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
