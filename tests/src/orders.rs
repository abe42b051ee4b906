//! Keys that are orders, the same in each plugin of the interop tests: how a plugin fails while it is called.

use std::future::pending;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};

use rpcplugin::Status;

/// The calls that were ordered to hang.
static HANGS: AtomicU64 = AtomicU64::new(0);

/// Does what a key says that is an order, and gives the value that is its answer; `None` where it is a key as others are. The
/// version is the one of the contract that is served.
pub(crate) async fn obey(key: &str, version: u32) -> Option<Result<Vec<u8>, Status>> {
    match key {
        "!panic" => crash(),
        "!exit" => std::process::exit(3),
        "!hang" => {
            HANGS.fetch_add(1, Ordering::SeqCst);
            pending().await
        }
        "!hangs" => Some(Ok(HANGS.load(Ordering::SeqCst).to_string().into_bytes())),
        "!version" => Some(Ok(version.to_string().into_bytes())),
        "!flood" => Some(flood()),
        _ => key.strip_prefix("!log ").map(|mark| {
            log(mark);
            Ok(Vec::new())
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
fn flood() -> Result<Vec<u8>, Status> {
    let mut child = std::process::Command::new("head");
    let done = child.args(["-c", "300000", "/dev/zero"]).stdin(Stdio::null()).status();
    match done {
        Ok(status) if status.success() => Ok(Vec::new()),
        done => Err(Status::internal(format!("the flood: {done:?}"))),
    }
}

/// A record at each level that is not only for who looks for faults.
fn log(mark: &str) {
    tracing::info!(number = 3, word = "three", "info of {mark}");
    tracing::warn!(number = 4, word = "four", "warn of {mark}");
    tracing::error!(number = 5, word = "five", "error of {mark}");
}
