//! Who repeats calls, opposite who says when to come back, in two languages.

use std::time::Duration;

use rpcplugin::interceptors::Retry;
use rpcplugin::{Code, PluginClient, Status, Wire};
use rpcplugin_tests::retries::{Retries, RetriesClient};

use crate::interop::run_host;
use crate::interop_go::programs;

/// grpc-go says it in `grpc-retry-pushback-ms` first, and in a `RetryInfo` behind that: whichever is not read has the next try
/// wait for half an hour.
#[tokio::test]
async fn what_a_go_plugin_says_of_the_next_try_is_done() {
    let Some(programs) = programs() else { return };
    let builder = PluginClient::builder(programs.join("retries-plugin"), rpcplugin_tests::cookie());
    let plugin = builder.wire(Wire::Grpc).start().await.unwrap();
    let hour = Duration::from_secs(3600);
    let patient = Retry::new().attempts(3).backoff(hour, hour);
    let patient = RetriesClient::new(plugin.channel().intercepted(patient));
    let answered = tokio::time::timeout(Duration::from_secs(60), patient.soon(3)).await;
    assert_eq!(answered.expect("the plugin says when").unwrap(), 3);
    let soon = Duration::from_millis(1);
    let eager = Retry::new().attempts(3).backoff(soon, soon);
    let eager = RetriesClient::new(plugin.channel().intercepted(eager));
    assert_eq!(calls(eager.never().await), "calls: 1");
    assert_eq!(calls(eager.silent().await), "calls: 3");
    plugin.stop().await;
}

fn calls(answer: Result<u64, Status>) -> String {
    let status = answer.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    status.message().to_owned()
}

/// By its policy of retries, which knows the header alone.
#[tokio::test]
async fn a_go_host_does_what_our_plugin_says_of_the_next_try() {
    let Some(programs) = programs() else { return };
    let mut command = tokio::process::Command::new(programs.join("retries-host"));
    command.arg(env!("CARGO_BIN_EXE_retries_plugin"));
    run_host(command, &["soon", "never", "silent"]).await;
}
