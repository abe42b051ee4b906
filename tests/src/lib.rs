//! What the tests of several processes share: a contract with a Go and a Python twin, its handler, and the conversation
//! that every host has with every plugin.

pub mod conformance;
pub mod conversation;
pub mod desk;
pub mod kv;
pub mod ledger;
pub mod left;
pub mod mortal;
pub mod of_tonic;
mod orders;
pub mod pause;
pub mod probe;
pub mod processes;
pub mod proto_first;
pub mod retries;
pub mod soak;
pub mod station;
pub mod supervised;
pub mod times;
pub mod versions;
pub mod voice;

use rpcplugin::Cookie;

/// The cookie of the interop programs, in all three languages.
#[must_use]
#[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "both texts are constants")]
pub fn cookie() -> Cookie {
    Cookie::new("KV_INTEROP_COOKIE", "c0ffee5eed").expect("a constant")
}

/// Has the system kill this process when whoever started it is gone: a host that a test has started, with the test.
///
/// # Errors
///
/// The system's reason.
pub fn end_with_parent() -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    Ok(())
}
