//! Every public future is dropped at every point where it can be: nothing is left behind, and the next one works.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};
use rpcplugin::testing::{self, MockService, Pair, Route, cancel_everywhere, poll_then_drop};
use rpcplugin::{Call, Code, Context, Interceptor, Messages, Next, Status, Streaming};

use crate::kit_four::{Alive, Four, FourClient, METHODS, call, endless, four, in_memory, on_each_wire};
use crate::support::kv_plugin;

/// Routes that differ in how often a call waits.
fn routes() -> Vec<Route> {
    let routes = [Route::local(), Route::memory(), Route::memory().mutual_tls(), Route::unix()];
    routes.into_iter().flat_map(on_each_wire).collect()
}

/// A handler that waits a few times, and what it holds while it runs.
fn slow() -> (MockService, Alive) {
    let alive = Alive::default();
    let counted = alive.clone();
    let service = four(move |_context| {
        let held = counted.hold();
        async move {
            let _held = held;
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            Ok(b"answer".to_vec())
        }
    });
    (service, alive)
}

/// Nothing runs, and the next call is as good as the first.
async fn nothing_is_left(pair: &Pair, alive: &Alive, method: &str) {
    pair.idle().await.unwrap();
    assert_eq!(alive.count(), 0);
    assert_eq!(call(&FourClient::new(pair.channel()), method).await.unwrap(), b"answer");
    // An answer may be there before its handler is put away.
    pair.idle().await.unwrap();
}

#[tokio::test]
async fn a_call_of_each_kind_may_be_dropped_anywhere() {
    for route in routes() {
        let (service, alive) = slow();
        let pair = testing::connect(service).route(route).await.unwrap();
        let four = FourClient::new(pair.channel());
        for method in METHODS {
            let check = async |_polls| nothing_is_left(&pair, &alive, method).await;
            let polls = cancel_everywhere(|| call(&four, method), check).await.unwrap();
            assert!(polls > 1, "{method} over {route} waits");
        }
        pair.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_call_whose_requests_are_slow_may_be_dropped_anywhere() {
    for route in in_memory() {
        let (service, alive) = slow();
        let pair = testing::connect(service).route(route).await.unwrap();
        let four = FourClient::new(pair.channel());
        let requests = || {
            Streaming::new(stream::iter(0..3).then(|number| async move {
                tokio::task::yield_now().await;
                Ok(vec![number])
            }))
        };
        let check = async |_polls| nothing_is_left(&pair, &alive, "Take").await;
        cancel_everywhere(|| four.take(requests()), check).await.unwrap();
        let swap = async || four.swap(requests()).await?.collect::<Vec<_>>().await;
        let check = async |_polls| nothing_is_left(&pair, &alive, "Swap").await;
        cancel_everywhere(swap, check).await.unwrap();
        pair.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_message_of_a_stream_is_not_lost_when_the_future_for_it_is_dropped() {
    let mock = MockService::new(FourClient::SPEC);
    let count = |_, _: Vec<u8>| async {
        Ok(Streaming::new(stream::iter(0..20_u8).then(|number| async move {
            tokio::task::yield_now().await;
            Ok(vec![number])
        })))
    };
    mock.always("Many").unwrap().unary_stream(count).unwrap();
    for route in routes() {
        let pair = testing::connect(mock.clone()).route(route).await.unwrap();
        let four = FourClient::new(pair.channel());
        for polls in 1..6 {
            let mut responses = four.many(Vec::new()).await.unwrap();
            let mut received = Vec::new();
            loop {
                match poll_then_drop(responses.message(), polls).await {
                    Some(Ok(Some(message))) => received.extend(message),
                    Some(Ok(None)) => break,
                    Some(Err(status)) => panic!("{status}"),
                    // Who was dropped may not wait for ever in the way of those that have to work.
                    None => tokio::task::yield_now().await,
                }
            }
            assert_eq!(received, (0..20).collect::<Vec<u8>>(), "dropped after every {polls} polls, {route}");
        }
        // What collects them says that it loses them; what it must not lose is the call.
        let collect = async || four.many(Vec::new()).await?.collect::<Vec<_>>().await;
        let check = async |_polls| pair.idle().await.unwrap();
        cancel_everywhere(collect, check).await.unwrap();
        pair.close().await.unwrap();
    }
}

#[tokio::test]
async fn who_stops_waiting_for_the_end_of_a_call_may_wait_again() {
    for route in in_memory() {
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let service = four(move |context: Context| {
            let tell = tell.clone();
            tokio::spawn(async move {
                for polls in [0, 1, 1] {
                    assert_eq!(poll_then_drop(context.cancelled(), polls).await, None);
                }
                let _ = tell.send("waits");
                context.cancelled().await;
                assert_eq!(poll_then_drop(context.cancelled(), 1).await, Some(()), "it stays over");
                let _ = tell.send("over");
            });
            std::future::pending()
        });
        let pair = testing::connect(service).route(route).await.unwrap();
        for method in METHODS {
            let four = FourClient::new(pair.channel());
            let calling = tokio::spawn(async move { call(&four, method).await });
            assert_eq!(told.recv().await, Some("waits"), "{method}");
            calling.abort();
            let over = tokio::time::timeout(std::time::Duration::from_secs(5), told.recv()).await;
            assert_eq!(over.unwrap(), Some("over"), "{method}");
        }
        pair.close().await.unwrap();
    }
}

/// Gives up the rest of the way after so many polls.
#[derive(Clone, Default)]
struct Impatient(Arc<AtomicUsize>);

impl Interceptor for Impatient {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let polls = self.0.load(Ordering::SeqCst);
        let answer = poll_then_drop(next.run(call), polls).await;
        answer.unwrap_or_else(|| Err(Status::aborted("given up")))
    }
}

#[tokio::test]
async fn an_interceptor_may_drop_the_rest_of_the_way_anywhere() {
    for route in routes() {
        for is_client in [true, false] {
            let impatient = Impatient::default();
            let (service, alive) = slow();
            let setup = testing::connect(service).route(route);
            let pair = match is_client {
                true => setup.await.unwrap(),
                false => setup.interceptor(impatient.clone()).await.unwrap(),
            };
            let channel = match is_client {
                true => pair.channel().intercepted(impatient.clone()),
                false => pair.channel(),
            };
            let four = FourClient::new(channel);
            for method in METHODS {
                let mut given_up = 0;
                for polls in 0.. {
                    impatient.0.store(polls, Ordering::SeqCst);
                    let answer = call(&four, method).await;
                    pair.idle().await.unwrap();
                    assert_eq!(alive.count(), 0, "{method} over {route} after {polls} polls");
                    match answer {
                        Ok(answer) => {
                            assert_eq!(answer, b"answer");
                            break;
                        }
                        Err(status) => assert_eq!(status.code(), Code::Aborted, "{status}"),
                    }
                    given_up += 1;
                }
                assert!(given_up > 0, "{method} over {route}");
            }
            pair.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn joining_and_closing_may_be_dropped_anywhere() {
    for route in routes() {
        let join = async || testing::connect(slow().0).route(route).await.unwrap().close().await;
        cancel_everywhere(join, async |_polls| {}).await.unwrap();
        let (service, _alive) = endless();
        let pair = testing::connect(service).route(route).await.unwrap();
        assert!(poll_then_drop(pair.idle(), 1).await.is_some());
        let four = FourClient::new(pair.channel());
        let running = tokio::spawn(async move { call(&four, "Swap").await });
        while pair.running_calls().is_empty() {
            tokio::task::yield_now().await;
        }
        assert!(poll_then_drop(pair.close(), 1).await.is_none());
        if route.carrier().is_some() {
            assert_eq!(running.await.unwrap().unwrap_err().code(), Code::Unavailable, "{route}");
        }
    }
}

/// Runs `dropper`, which has a process of its own: what is counted there is nobody else's.
fn dropper(what: &str) {
    let directory = tempfile::tempdir().unwrap();
    let (key, value) = ("KV_INTEROP_COOKIE", "c0ffee5eed");
    let run = Command::new(env!("CARGO_BIN_EXE_dropper"))
        .arg(what)
        .arg(kv_plugin())
        .env("TMPDIR", directory.path())
        .env(key, value)
        .output()
        .unwrap();
    let (said, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{what}: {}\n{said}\n{errors}", run.status);
    assert!(said.contains("nothing was left"), "{said}");
}

#[test]
fn the_start_of_a_plugin_may_be_dropped_anywhere() {
    dropper("start");
}

#[test]
fn the_stop_of_a_plugin_may_be_dropped_anywhere() {
    dropper("stop");
}

#[test]
fn serving_may_be_dropped_anywhere() {
    dropper("serve");
}

/// The public async functions of a source that do not say what happens when their future is dropped.
fn silent_futures(source: &str) -> Vec<String> {
    let mut page = Vec::new();
    let mut silent = Vec::new();
    for line in source.lines().map(str::trim_start) {
        if let Some(text) = line.strip_prefix("///") {
            page.push(text.trim());
        } else if line.starts_with("pub async fn ") {
            if !page.contains(&"# Cancel safety") {
                silent.push(line.trim_end_matches(" {").to_owned());
            }
            page.clear();
        } else if !line.starts_with("#[") {
            page.clear();
        }
    }
    silent
}

#[test]
fn every_public_future_says_whether_it_may_be_dropped() {
    let said = "/// Waits.\n///\n/// # Cancel safety\n///\n/// Cancel-safe.\n#[must_use]\n";
    assert!(silent_futures(&format!("{said}pub async fn wait() {{")).is_empty());
    assert_eq!(silent_futures(&format!("{said}\npub async fn wait() {{")), ["pub async fn wait()"]);

    let mut faults = Vec::new();
    for path in crate::tidy::sources("rpcplugin/src") {
        let source = std::fs::read_to_string(&path).unwrap();
        let silent = silent_futures(&source).into_iter();
        faults.extend(silent.map(|function| format!("{}: {function}", path.display())));
    }
    assert!(faults.is_empty(), "no word on cancel safety:\n{}", faults.join("\n"));
}
