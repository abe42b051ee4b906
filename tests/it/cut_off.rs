//! What the calls are told that are under way when their plugin dies, and those that come after.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use rpcplugin::{
    Call, CallOptions, Code, ExitReason, Interceptor, Messages, Next, PluginClient, PluginClientBuilder,
    PluginExit, Status, Streaming, Wire,
};
use rpcplugin_tests::mortal::{Mortal, MortalClient};
use tokio::sync::mpsc;

use crate::support::say;

const WIRES: [Wire; 2] = [Wire::Binary, Wire::Grpc];

/// A plugin that dies.
fn mortal() -> PluginClientBuilder {
    PluginClient::builder(env!("CARGO_BIN_EXE_mortal_plugin"), rpcplugin_tests::cookie())
}

fn kill(plugin: &PluginClient) {
    let id = plugin.id().expect("it runs").to_string();
    assert!(std::process::Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
}

/// Numbers to send, and then nothing.
fn numbers(number: u64) -> Streaming<u64> {
    Streaming::new(stream::iter((0..number).map(Ok)).chain(stream::pending()))
}

/// Waits until the plugin has begun so many calls.
async fn begun(plugin: &MortalClient, number: u64) {
    for _ in 0..2000 {
        if plugin.begun(0).await.unwrap() >= number {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{number} calls did not begin");
}

/// The status is that of a call whose plugin was killed.
fn is_killed(status: &Status, call: &str) {
    assert_eq!(status.code(), Code::Unavailable, "{call}: {status}");
    let exit = PluginExit::of(status).unwrap_or_else(|| panic!("{call}: {status}"));
    assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Signal(9), false), "{call}");
    assert!(
        status.message().starts_with("the plugin `mortal_plugin` ended (signal: 9 (SIGKILL))"),
        "{status}"
    );
}

/// The last error of a stream, with what came before it.
async fn rest(messages: &mut Streaming<u64>) -> (Vec<u64>, Status) {
    let mut found = Vec::new();
    loop {
        match messages.message().await {
            Ok(Some(number)) => found.push(number),
            Ok(None) => panic!("a stream that was cut off looks complete behind {found:?}"),
            Err(status) => return (found, status),
        }
    }
}

#[tokio::test]
async fn calls_of_every_kind_are_told_how_their_plugin_ended() {
    for wire in WIRES {
        let plugin = mortal().wire(wire).start().await.unwrap();
        let client = MortalClient::new(plugin.channel());
        let (waiting, summing) = (client.clone(), client.clone());
        let waiting = tokio::spawn(async move { (waiting.wait(0).await, Instant::now()) });
        let summing = tokio::spawn(async move { (summing.sum(numbers(3)).await, Instant::now()) });
        let mut counted = client.count(3).await.unwrap();
        assert_eq!(counted.message().await.unwrap(), Some(0));
        let mut followed = client.follow(numbers(1)).await.unwrap();
        assert_eq!(followed.message().await.unwrap(), Some(1));
        // Behind it, whatever was to come has come.
        begun(&client, 4).await;

        let killed = Instant::now();
        kill(&plugin);
        let (counted, status) = rest(&mut counted).await;
        is_killed(&status, "count");
        assert_eq!(counted, [1, 2], "what had come is not lost");
        let (followed, status) = rest(&mut followed).await;
        is_killed(&status, "follow");
        assert!(followed.is_empty(), "{followed:?}");
        let (waited, summed) = (waiting.await.unwrap(), summing.await.unwrap());
        is_killed(&waited.0.unwrap_err(), "wait");
        let status = summed.0.unwrap_err();
        is_killed(&status, "sum");
        assert!(status.message().ends_with("may have run: repeat it only if that is safe"), "{status}");
        let last = waited.1.max(summed.1).duration_since(killed);
        say(&format!("\n{wire:?}: the last call heard of the kill after {last:?}\n"));

        // Those that come too late.
        let status = client.next(1).await.unwrap_err();
        is_killed(&status, "next");
        assert!(status.message().ends_with("the call was not sent"), "{status}");
        is_killed(&client.count(1).await.unwrap_err(), "a late count");
        is_killed(&client.sum(numbers(1)).await.unwrap_err(), "a late sum");
        is_killed(&client.follow(numbers(1)).await.unwrap_err(), "a late follow");
        plugin.stop().await;
        is_killed(&client.next(1).await.unwrap_err(), "next behind the stop");
    }
}

#[tokio::test]
async fn a_panic_is_in_the_words_of_the_calls_that_it_cuts_off() {
    for wire in WIRES {
        let plugin = mortal().wire(wire).start().await.unwrap();
        let client = MortalClient::new(plugin.channel());
        let status = client.crash(7).await.unwrap_err();
        let exit = PluginExit::of(&status).unwrap_or_else(|| panic!("{status}"));
        assert_eq!(exit.reason(), ExitReason::Code(7));
        let panic = exit.panic().unwrap_or_else(|| panic!("{}", exit.stderr()));
        assert!(panic.starts_with("thread 'doomed'") && panic.ends_with(": no table 7"), "{panic}");
        assert!(status.message().contains(panic), "{status}");
    }
}

#[tokio::test]
async fn a_channel_that_is_kept_is_told_that_its_plugin_was_stopped() {
    for wire in WIRES {
        let plugin = mortal().wire(wire).start().await.unwrap();
        let client = MortalClient::new(plugin.channel());
        assert_eq!(client.next(1).await.unwrap(), 2);
        assert!(plugin.stop().await.is_graceful());
        let status = client.next(1).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable);
        let exit = PluginExit::of(&status).unwrap_or_else(|| panic!("{status}"));
        assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Code(0), true));
        assert!(status.message().contains("as this host asked"), "{status}");
    }
}

/// Tells whoever listens how each call ended.
struct Overhear(mpsc::UnboundedSender<Status>);

impl Interceptor for Overhear {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let heard = |status: &Status| drop(self.0.send(status.clone()));
        match next.run(call).await.inspect_err(heard)? {
            Messages::One(bytes) => Ok(Messages::One(bytes)),
            Messages::Many(messages) => {
                let sender = self.0.clone();
                let messages = messages.inspect(move |message| {
                    if let Err(status) = message {
                        drop(sender.send(status.clone()));
                    }
                });
                Ok(Messages::Many(rpcplugin::MessageStream::new(messages)))
            }
        }
    }
}

#[tokio::test]
async fn interceptors_are_told_as_well_and_so_are_calls_with_a_deadline() {
    for wire in WIRES {
        let (sender, mut heard) = mpsc::unbounded_channel();
        let plugin = mortal().wire(wire).interceptor(Overhear(sender)).start().await.unwrap();
        let long = CallOptions::new().timeout(Duration::from_secs(600));
        let client = MortalClient::new(plugin.channel().with(long));
        let waiting = client.clone();
        let waiting = tokio::spawn(async move { waiting.wait(0).await });
        let mut counted = client.count(1).await.unwrap();
        begun(&client, 1).await;
        kill(&plugin);
        is_killed(&rest(&mut counted).await.1, "count");
        is_killed(&waiting.await.unwrap().unwrap_err(), "wait");
        for _ in 0..2 {
            is_killed(&heard.recv().await.unwrap(), "what an interceptor hears");
        }
    }
}
