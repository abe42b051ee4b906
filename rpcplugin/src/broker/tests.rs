//! Two ends of a broker: the parts of a host and of a plugin, without their processes.

mod ends;
mod left;
mod secured;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use self::ends::{Adder, AdderClient, Ends, KINDS, PLAIN, SECURE, SHARED, adder};
use super::state::Stream;
use super::*;
use crate::contract::Code;
use crate::limits::{BROKER_DIAL_TIMEOUT_DEFAULT, MUX_CONNECTIONS_MAX, MUX_FIRST_STREAM_TIMEOUT};
use crate::rpc::{Channel, Router};

/// For what must happen at some time, on a machine that does other things as well.
const SOON: Duration = Duration::from_secs(60);
/// For what must not happen.
const MOMENT: Duration = Duration::from_millis(100);

async fn adds(channel: Channel) -> u64 {
    AdderClient::new(channel).add(20).await.unwrap()
}

#[tokio::test]
async fn each_side_calls_what_the_other_serves() {
    for kind in KINDS {
        let ends = Ends::meet(kind).await;
        for (server, dialler) in ends.both_ways() {
            let served = server.serve(adder()).await.unwrap();
            let dialled = dialler.dial_within(served.id(), SOON).await;
            assert_eq!(adds(dialled.unwrap()).await, 42, "{kind:?}");
            // As often as it is served.
            assert_eq!(adds(dialler.dial_within(served.id(), SOON).await.unwrap()).await, 42);
        }
    }
}

#[tokio::test]
async fn numbers_of_the_two_sides_have_nothing_to_do_with_each_other() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        let host = ends.host.serve_on(1, adder()).await.unwrap();
        let plugin = ends.plugin.serve_on(1, adder()).await.unwrap();
        assert_eq!((host.id(), plugin.id()), (1, 1));
        for (_, dialler) in ends.both_ways() {
            assert_eq!(adds(dialler.dial(1).await.unwrap()).await, 42);
        }
    }
}

#[tokio::test]
async fn who_dials_first_waits_until_it_is_served() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        for (server, dialler) in ends.both_ways() {
            let id = server.next_id();
            let dialled = tokio::spawn(async move { dialler.dial_within(id, SOON).await });
            // It waits, whatever else comes.
            let _other = server.serve(adder()).await.unwrap();
            tokio::time::sleep(MOMENT).await;
            assert!(!dialled.is_finished());
            let _served = server.serve_on(id, adder()).await.unwrap();
            assert_eq!(adds(dialled.await.unwrap().unwrap()).await, 42);
        }
    }
}

#[tokio::test]
async fn a_number_that_nobody_serves_is_an_error_that_names_it() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        for (server, dialler) in ends.both_ways() {
            let error = dialler.dial_within(77, MOMENT).await.unwrap_err();
            assert!(matches!(error, BrokerError::NotServed { id: 77, limit: MOMENT }), "{error}");
            let _served = server.serve_on(77, adder()).await.unwrap();
            let error = server.serve_on(77, adder()).await.unwrap_err();
            assert!(matches!(error, BrokerError::IdInUse { id: 77 }), "{error}");
        }
    }
}

#[tokio::test]
async fn a_hundred_dials_at_once_do_not_wait_for_each_other() {
    for kind in SECURE {
        let ends = Ends::meet(kind).await;
        for (server, dialler) in ends.both_ways() {
            // One that waits in vain holds up nobody.
            let vain = dialler.clone();
            let vain = tokio::spawn(async move { vain.dial_within(u32::MAX, SOON).await });
            let mut served = Vec::new();
            let mut dialled = Vec::new();
            for _ in 0..100 {
                let id = server.next_id();
                let dialler = dialler.clone();
                dialled.push(tokio::spawn(async move {
                    adds(dialler.dial_within(id, SOON).await.unwrap()).await
                }));
                served.push(server.serve_on(id, adder()).await.unwrap());
            }
            for dialled in dialled {
                assert_eq!(dialled.await.unwrap(), 42);
            }
            assert!(!vain.is_finished());
            vain.abort();
        }
    }
}

#[tokio::test]
async fn what_is_served_ends_with_its_value_and_may_be_served_anew() {
    for kind in KINDS {
        let ends = Ends::meet(kind).await;
        for (server, dialler) in ends.both_ways() {
            let served = server.serve(adder()).await.unwrap();
            let id = served.id();
            let channel = dialler.dial(id).await.unwrap();
            assert_eq!(adds(channel.clone()).await, 42);
            drop(served);
            ends::eventually("the channel is lost", || !channel.is_connected()).await;
            assert_eq!(AdderClient::new(channel).add(1).await.unwrap_err().code(), Code::Unavailable);
            let error = dialler.dial_within(id, MOMENT).await.unwrap_err();
            assert!(matches!(error, BrokerError::NotServed { .. } | BrokerError::Connect { .. }), "{error}");
            let _served = server.serve_on(id, adder()).await.unwrap();
            assert_eq!(adds(dialler.dial_within(id, SOON).await.unwrap()).await, 42);
        }
    }
}

#[tokio::test]
async fn a_stop_lets_calls_run_that_are_under_way() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        let (router, begun, go_on) = ends::waiting();
        let served = ends.host.serve(router).await.unwrap();
        let client = AdderClient::new(ends.plugin.dial(served.id()).await.unwrap());
        let call = tokio::spawn(async move { client.add(3).await });
        begun.await.unwrap();
        let stopped = tokio::spawn(served.stop());
        tokio::time::sleep(MOMENT).await;
        assert!(!stopped.is_finished() && !call.is_finished());
        go_on.send(()).unwrap();
        assert_eq!(call.await.unwrap().unwrap(), 3);
        tokio::time::timeout(SOON, stopped).await.expect("it ends").unwrap();
    }
}

#[tokio::test]
async fn what_is_stopped_is_called_by_nobody_any_more_and_may_be_served_anew() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        let (router, begun, go_on) = ends::waiting();
        let served = ends.host.serve(router).await.unwrap();
        let id = served.id();
        let client = AdderClient::new(ends.plugin.dial(id).await.unwrap());
        let call = tokio::spawn(async move { client.add(3).await });
        begun.await.unwrap();
        let stopped = tokio::spawn(served.stop());
        tokio::time::sleep(MOMENT).await;
        let error = ends.plugin.dial_within(id, MOMENT).await.unwrap_err();
        assert!(matches!(error, BrokerError::NotServed { .. }), "{error}");
        let _anew = ends.host.serve_on(id, adder()).await.unwrap();
        assert_eq!(adds(ends.plugin.dial_within(id, SOON).await.unwrap()).await, 42);
        go_on.send(()).unwrap();
        assert_eq!(call.await.unwrap().unwrap(), 3);
        tokio::time::timeout(SOON, stopped).await.expect("it ends").unwrap();
        // The end of the first one takes the number from nobody.
        assert_eq!(adds(ends.plugin.dial_within(id, SOON).await.unwrap()).await, 42);
    }
}

#[tokio::test]
async fn all_that_was_brokered_ends_with_the_connection() {
    for kind in KINDS {
        let ends = Ends::meet(kind).await;
        let (host, plugin) = (ends.host.clone(), ends.plugin.clone());
        let by_host = host.serve(adder()).await.unwrap();
        let by_plugin = plugin.serve(adder()).await.unwrap();
        let channels = [plugin.dial(by_host.id()).await.unwrap(), host.dial(by_plugin.id()).await.unwrap()];
        for channel in &channels {
            assert_eq!(adds(channel.clone()).await, 42);
        }
        let waits = tokio::spawn({
            let host = host.clone();
            async move { host.dial_within(99, SOON).await }
        });
        ends.part().await;
        ends::eventually("the channels are lost", || channels.iter().all(|channel| !channel.is_connected()))
            .await;
        let error = tokio::time::timeout(SOON, waits).await.expect("nobody waits on").unwrap().unwrap_err();
        assert!(matches!(error, BrokerError::Closed), "{error}");
        for broker in [host, plugin] {
            let error = broker.dial_within(1, SOON).await.unwrap_err();
            assert!(matches!(error, BrokerError::Closed), "{error}");
            assert!(matches!(broker.serve(adder()).await, Err(BrokerError::Closed)));
        }
    }
}

#[tokio::test]
async fn a_message_over_the_limit_fails_its_call_on_a_brokered_connection_as_well() {
    let ends = Ends::with_limit(PLAIN, 1000).await;
    for (server, dialler) in ends.both_ways() {
        let served = server.serve(adder()).await.unwrap();
        let client = AdderClient::new(dialler.dial(served.id()).await.unwrap());
        let status = client.size(vec![0; 2000]).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert_eq!(client.size(vec![0; 900]).await.unwrap(), 900);
    }
}

#[tokio::test]
async fn a_second_host_has_a_broker_of_its_own_and_another_after_it() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        for _ in 0..3 {
            let (second, channel) = ends.another_host().await;
            let served = second.broker().serve(adder()).await.unwrap();
            let mine = ends.host.serve_on(served.id(), ends::another_adder()).await.unwrap();
            // The plugin's handlers dial whoever calls them.
            assert_eq!(ends::through(&channel, served.id()).await, 42);
            assert_eq!(ends::through(&ends.channel, mine.id()).await, 21);
        }
    }
}

#[tokio::test]
async fn a_handler_of_what_a_plugin_serves_finds_the_host_that_calls_it() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        // A second host is the newest, and not meant.
        let (_second, _channel) = ends.another_host().await;
        let by_host = ends.host.serve_on(500, adder()).await.unwrap();
        let by_plugin = ends.plugin.serve(ends.desk()).await.unwrap();
        let desk = ends.host.dial(by_plugin.id()).await.unwrap();
        assert_eq!(ends::through(&desk, by_host.id()).await, 42);
    }
}

#[tokio::test]
async fn a_plugin_without_the_service_is_an_error_that_says_so() {
    let ends = Ends::without_broker(PLAIN).await;
    ends::eventually("the refusal is known", || ends.host_session().stream() == Stream::Unsupported).await;
    let error = ends.host.dial_within(1, SOON).await.unwrap_err();
    assert!(matches!(error, BrokerError::Unsupported), "{error}");
    assert!(matches!(ends.host.serve(adder()).await, Err(BrokerError::Unsupported)));
}

#[tokio::test]
async fn a_plugin_that_no_host_has_called_has_nobody_to_broker_with() {
    let sessions = Arc::new(Sessions::default());
    let broker = Broker::of_plugin(sessions);
    assert!(matches!(broker.dial(1).await, Err(BrokerError::NotConnected)));
    assert!(matches!(broker.serve(Router::new()).await, Err(BrokerError::NotConnected)));
}

#[tokio::test]
async fn strangers_on_the_socket_that_streams_share_keep_no_host_out() {
    let ends = Ends::meet(SHARED).await;
    let mut strangers = ends.strangers(2 * MUX_CONNECTIONS_MAX).await;
    strangers.last_mut().unwrap().write_all(&[0xff; 100]).await.unwrap();
    let (second, channel) = ends.another_host().await;
    let served = second.broker().serve(adder()).await.unwrap();
    assert_eq!(ends::through(&channel, served.id()).await, 42);
    // The first host was there before them, and is used.
    let served = ends.host.serve(adder()).await.unwrap();
    assert_eq!(ends::through(&ends.channel, served.id()).await, 42);
}

#[tokio::test]
async fn strangers_who_open_a_stream_and_say_nothing_on_it_keep_no_host_out() {
    let ends = Ends::meet(SHARED).await;
    let mut strangers = ends.strangers(2 * MUX_CONNECTIONS_MAX).await;
    for stranger in &mut strangers {
        // An empty data frame of the stream 1, with SYN. It is taken, unless the stranger had to leave.
        let _ = stranger.write_all(&[0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]).await;
        let _ = tokio::time::timeout(SOON, stranger.read(&mut [0])).await.expect("it is taken, or closed");
    }
    let another = tokio::time::timeout(SOON, ends.another_host()).await;
    let (second, channel) = another.expect("it is let in");
    let served = second.broker().serve(adder()).await.unwrap();
    assert_eq!(ends::through(&channel, served.id()).await, 42);
    // The first host was there before them, and has called.
    let served = ends.host.serve(adder()).await.unwrap();
    assert_eq!(ends::through(&ends.channel, served.id()).await, 42);
}

#[tokio::test]
async fn a_shared_connection_on_which_no_stream_comes_is_closed() {
    let ends = Ends::meet(SHARED).await;
    let mut stranger = ends.strangers(1).await.remove(0);
    // It is asked for a sign of life before.
    let mut said = Vec::new();
    drop(tokio::time::timeout(SOON, stranger.read_to_end(&mut said)).await.expect("it is closed"));
}

#[tokio::test]
async fn a_stranger_who_opens_no_stream_holds_up_no_stop() {
    let ends = Ends::meet(SHARED).await;
    let _strangers = ends.strangers(1).await;
    tokio::time::sleep(MOMENT).await;
    ends.stop();
    let ended = ends::eventually("the plugin has ended", || ends.has_ended());
    tokio::time::timeout(MUX_FIRST_STREAM_TIMEOUT / 2, ended)
        .await
        .expect("it does not wait for the stranger");
}

#[tokio::test]
async fn the_socket_goes_with_a_plugin_that_ends_and_calls_end_in_order() {
    for kind in [PLAIN, SHARED] {
        let ends = Ends::meet(kind).await;
        ends.stop();
        ends::eventually("the socket is gone", || !ends.socket().exists()).await;
        ends::eventually("the plugin has ended", || ends.has_ended()).await;
    }
}

#[tokio::test]
async fn a_dial_that_is_given_up_takes_nobody_elses_stream() {
    let ends = Ends::meet(SHARED).await;
    for (server, dialler) in ends.both_ways() {
        let (first, second) =
            (server.serve(adder()).await.unwrap(), server.serve(ends::another_adder()).await.unwrap());
        for polls in 0..100 {
            let mut dial = Box::pin(dialler.dial_within(first.id(), SOON));
            for _ in 0..polls {
                if dial.as_mut().now_or_never().is_some() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(dial);
            let channel = dialler.dial_within(second.id(), SOON).await.unwrap();
            assert_eq!(adds(channel).await, 21, "{polls}");
        }
    }
}
