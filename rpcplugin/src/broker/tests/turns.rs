//! Streams that share a connection: who has the turn, and whose stream the next one is.

use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, Weak};

use super::*;
use crate::accept::ServerLimits;
use crate::broker::knocks::Knocks;
use crate::broker::session::Session;
use crate::broker::state::State;
use crate::broker::{Credentials, Ground, ListenAt, Straight};
use crate::limits::MESSAGE_BYTES_DEFAULT;
use crate::services::plugin::ConnInfo;
use crate::services::plugin::conn_info::Knock;
use crate::task::OwnedTask;
use crate::transport::{Connection, End, Mux, waiting_streams};
use crate::wire::Protocol;

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

/// A peer of another library on a shared connection: it says no to as many knocks of the session, and then yes. Afterwards it
/// says how many there were.
async fn answers(session: Arc<Session>, refusals: usize) -> usize {
    let mut changes = session.changes();
    let mut knocked = 0;
    while let Some(said) = session.next_outgoing(&mut changes).await {
        let error = if knocked < refusals { "no listener for id 7" } else { "" };
        let knock = Some(Knock { knock: true, ack: true, error: error.to_owned() });
        session.hear(ConnInfo { knock, ..said });
        knocked += 1;
        if error.is_empty() {
            break;
        }
    }
    knocked
}

/// The session of a dialler with a peer of another library.
fn with_another_library(mux: Mux) -> Arc<Session> {
    let ground = Ground {
        credentials: Credentials::Absent,
        listen_at: ListenAt::Unix(None),
        limits: ServerLimits::new(),
        accept_other_users: false,
        group: None,
        messages: MESSAGE_BYTES_DEFAULT.into(),
        ways: Arc::new(Straight),
    };
    let session =
        Session::new(Arc::new(ground), Protocol::Grpc, Arc::new(AtomicU32::new(1)), Some(mux), Weak::new());
    session.change(State::open);
    session
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_hears_a_knock_before_it_serves_is_asked_again() {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (other, mut unannounced) = waiting_streams();
    let (near, near_driver) = Mux::share(Connection::new(near), End::Client, None);
    let (_far, far_driver) = Mux::share(Connection::new(far), End::Server, Some(other));
    let _drivers = [OwnedTask::spawn(near_driver), OwnedTask::spawn(far_driver)];
    let session = with_another_library(near);
    let answered = tokio::spawn(answers(Arc::clone(&session), 3));
    let dial = tokio::spawn(async move { session.dial(7, BROKER_DIAL_TIMEOUT_DEFAULT).await.map(drop) });
    let knocked = tokio::time::timeout(SOON, answered).await.expect("it knocks again");
    assert_eq!(knocked.unwrap(), 4);
    assert!(unannounced.recv().await.is_some());
    dial.abort();
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_says_no_for_as_long_as_a_dial_takes_has_said_so() {
    let (near, _far) = tokio::io::duplex(64 * 1024);
    let (near, driver) = Mux::share(Connection::new(near), End::Client, None);
    let _driver = OwnedTask::spawn(driver);
    let session = with_another_library(near);
    let answered = tokio::spawn(answers(Arc::clone(&session), usize::MAX));
    let error = session.dial(7, Duration::from_secs(1)).await.unwrap_err();
    assert!(
        matches!(&error, BrokerError::Refused { id: 7, reason } if reason == "no listener for id 7"),
        "{error}"
    );
    session.end();
    let knocked = answered.await.unwrap();
    assert!((10..=60).contains(&knocked), "{knocked}");
}
