//! What several tests here need: the plugin's program, a log that can be searched, and the loud word for a skipped test.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use rpcplugin::{PluginClient, PluginClientBuilder};
use tracing_subscriber::fmt::MakeWriter;

/// The Rust plugin of the interop tests.
pub(crate) fn kv_plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_kv_plugin"))
}

/// Options for the Rust plugin.
pub(crate) fn builder() -> PluginClientBuilder {
    PluginClient::builder(kv_plugin(), rpcplugin_tests::cookie())
}

/// A plugin made of a shell script: for what no library would say.
pub(crate) fn script(text: &str) -> PluginClientBuilder {
    PluginClient::builder("/bin/sh", rpcplugin_tests::cookie()).arg("-c").arg(text)
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Everything that `tracing` was told in this process, as text. The tests share it: look for text of your own.
pub(crate) fn log() -> String {
    listen();
    String::from_utf8_lossy(&lock()).into_owned()
}

/// Begins to keep what `tracing` is told.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .without_time()
            .with_writer(LogWriter)
            .init();
    });
}

fn lock() -> MutexGuard<'static, Vec<u8>> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

struct LogWriter;

impl io::Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for LogWriter {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

/// Says loudly that a peer is absent, or fails where `RPCPLUGIN_REQUIRE_INTEROP=1` asks for it.
pub(crate) fn absent(what: &str) {
    let required = std::env::var("RPCPLUGIN_REQUIRE_INTEROP").is_ok_and(|value| value == "1");
    assert!(!required, "{what} is absent, and RPCPLUGIN_REQUIRE_INTEROP=1 does not allow to skip");
    skipped(&format!("{what} is absent"));
}

/// Says loudly that a machine does not have or allow what a test needs: a skip that nobody sees is a claim that nobody proved.
pub(crate) fn skipped(why: &str) {
    say(&format!("\n!!! SKIPPED: {why}; this test proves nothing on this machine\n"));
}

/// Prints past the capture of the test runner, and behind what is there where the output is a file.
pub(crate) fn say(text: &str) {
    let output = std::fs::OpenOptions::new().append(true).open("/dev/stderr");
    let _ = output.and_then(|mut output| io::Write::write_all(&mut output, text.as_bytes()));
}
