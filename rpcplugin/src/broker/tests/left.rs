//! Nothing is left of what has ended.

use futures_util::FutureExt;

use super::ends::eventually;
use super::*;

/// Sockets and their directories, those of the plugin's own listener included.
fn entries(ends: &Ends) -> usize {
    std::fs::read_dir(ends.directory.path()).unwrap().count()
}

/// Everything that either side keeps.
fn kept(ends: &Ends) -> usize {
    ends.host_session().kept() + ends.plugin_session().kept()
}

async fn nothing_is_left(ends: &Ends) {
    eventually("nothing is kept", || kept(ends) == 0).await;
    eventually("no socket is left", || entries(ends) == 1).await;
    eventually("one connection is left", || ends.sessions.len() == 1).await;
    // The two ends of the stream wait for words, and nobody else waits for anything.
    eventually("nobody waits", || ends.host_session().waiting() == 1).await;
    eventually("nobody waits", || ends.plugin_session().waiting() == 1).await;
    let metrics = tokio::runtime::Handle::current().metrics();
    // The plugin's listener, its connection, the stream, the host's connection and its end of the stream; with TLS and over
    // the binary wire some more. Far below the number of rounds.
    eventually("no task is left", || metrics.num_alive_tasks() < 20).await;
}

#[tokio::test]
async fn ten_thousand_that_were_served_dialled_and_dropped_leave_nothing() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        for round in 0..10_000_u32 {
            let [to_plugin, to_host] = ends.both_ways();
            let (server, dialler) = if round % 2 == 0 { to_plugin } else { to_host };
            let served = server.serve(adder()).await.unwrap();
            match round % 10 {
                0 => assert_eq!(adds(dialler.dial_within(served.id(), SOON).await.unwrap()).await, 42),
                1 => drop(dialler.dial_within(served.id(), SOON).await.unwrap()),
                _ => {}
            }
        }
        nothing_is_left(&ends).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_dials_in_vain_leave_nothing() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        for (_, dialler) in ends.both_ways() {
            let dials = (1..=500).map(|id| {
                let dialler = dialler.clone();
                tokio::spawn(async move { dialler.dial(id).await })
            });
            for dial in dials.collect::<Vec<_>>() {
                let error = dial.await.unwrap().unwrap_err();
                assert!(matches!(error, BrokerError::NotServed { .. }), "{error}");
            }
        }
        nothing_is_left(&ends).await;
    }
}

#[tokio::test]
async fn a_dial_that_is_given_up_anywhere_leaves_nothing() {
    for kind in SECURE {
        let ends = Ends::meet(kind).await;
        for (server, dialler) in ends.both_ways() {
            let served = server.serve(adder()).await.unwrap();
            for polls in 0..200 {
                let mut dial = Box::pin(dialler.dial_within(served.id(), SOON));
                for _ in 0..polls {
                    if dial.as_mut().now_or_never().is_some() {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
            }
            assert_eq!(adds(dialler.dial_within(served.id(), SOON).await.unwrap()).await, 42);
            drop(served);
        }
        nothing_is_left(&ends).await;
    }
}

#[tokio::test]
async fn a_host_that_leaves_takes_its_session_with_it() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        for _ in 0..10 {
            let (second, channel) = ends.another_host().await;
            let _served = second.broker().serve(adder()).await.unwrap();
            assert_eq!(ends::through(&channel, _served.id()).await, 42);
        }
        nothing_is_left(&ends).await;
    }
}

#[tokio::test]
async fn each_side_knows_the_other_for_one_of_this_crate() {
    for kind in KINDS {
        let ends = Ends::meet(kind).await;
        for (server, dialler) in ends.both_ways() {
            let served = server.serve(adder()).await.unwrap();
            drop(dialler.dial(served.id()).await.unwrap());
            drop(served);
            eventually(&format!("it is withdrawn {kind:?} {}", kept(&ends)), || kept(&ends) == 0).await;
        }
    }
}
