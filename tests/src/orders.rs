//! Keys that are orders, the same in each plugin of the interop tests: how a plugin fails while it is called.

use std::future::pending;
use std::process::Stdio;

use rpcplugin::Status;

/// Does what a key says that is an order; `None` where it is a key as others are.
pub(crate) async fn obey(key: &str) -> Option<Result<(), Status>> {
    match key {
        "!panic" => crash(),
        "!exit" => std::process::exit(3),
        "!hang" => pending().await,
        "!flood" => Some(flood()),
        _ => key.strip_prefix("!log ").map(|mark| {
            log(mark);
            Ok(())
        }),
    }
}

/// A panic as it ends a program that is built with `panic = "abort"`: a handler's own is caught, and the plugin lives on.
#[expect(clippy::panic, reason = "it is what was ordered")]
fn crash() -> ! {
    let panicking = std::thread::spawn(|| panic!("the store is on fire"));
    // It has said on standard error what it had to say.
    drop(panicking.join());
    std::process::abort()
}

/// Has a child write far more than a pipe holds, and no end of a line.
fn flood() -> Result<(), Status> {
    let mut child = std::process::Command::new("head");
    let done = child.args(["-c", "300000", "/dev/zero"]).stdin(Stdio::null()).status();
    match done {
        Ok(status) if status.success() => Ok(()),
        done => Err(Status::internal(format!("the flood: {done:?}"))),
    }
}

/// A record at each level that is not only for who looks for faults.
fn log(mark: &str) {
    tracing::info!(number = 3, word = "three", "info of {mark}");
    tracing::warn!(number = 4, word = "four", "warn of {mark}");
    tracing::error!(number = 5, word = "five", "error of {mark}");
}
