//! A plugin that says things: records of its log, and panics of each kind.

use rpcplugin::{Status, rpc_protocol};

/// Says something.
#[rpc_protocol(service = "voice.Voice")]
pub trait Voice {
    /// Writes a record at each level, with fields.
    async fn log(&self, message: String) -> Result<String, Status>;

    /// Panics in the handler.
    async fn panic(&self, message: String) -> Result<String, Status>;

    /// Panics where nobody catches it, and ends the process as Rust does where panics abort.
    async fn crash(&self, message: String) -> Result<String, Status>;
}

/// A handler of it.
#[derive(Clone, Copy, Debug)]
pub struct Speaker;

impl Voice for Speaker {
    async fn log(&self, message: String) -> Result<String, Status> {
        let _request = tracing::info_span!("request", request = 7).entered();
        tracing::trace!("{message} at trace");
        tracing::debug!("{message} at debug");
        tracing::info!(zebra = 1, apple = "two words", ratio = 0.5, "{message} at info");
        tracing::warn!(lines = "one\ntwo", "{message} at warn");
        let error: &dyn std::error::Error = &std::io::Error::other("the disk is full");
        tracing::error!(error, "{message} at error");
        Ok(message)
    }

    #[expect(clippy::panic, reason = "it is what is asked for")]
    async fn panic(&self, message: String) -> Result<String, Status> {
        panic!("{message}")
    }

    #[expect(clippy::panic, reason = "it is what is asked for")]
    async fn crash(&self, message: String) -> Result<String, Status> {
        let crashed = std::thread::spawn(move || panic!("{message}")).join();
        drop(crashed);
        std::process::abort()
    }
}
