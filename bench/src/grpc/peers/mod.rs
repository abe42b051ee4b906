//! Who is measured. Each peer is a server in a process of its own and a client that calls it.

pub(crate) mod layers;
pub(crate) mod ours;
pub(crate) mod raw_h2;
pub(crate) mod stock_tonic;

/// What tonic's generator makes of `echo.proto`.
#[allow(
    clippy::allow_attributes_without_reason,
    clippy::as_conversions,
    clippy::too_many_lines,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "written by a generator, for every program at once"
)]
pub(crate) mod generated {
    include!("../generated/bench.rs");
}

use std::future::Future;

use crate::Fault;
use crate::peers::layers::Layer;
use crate::place::Place;

/// The caller's end of a connection to one server.
pub(crate) trait EchoCalls: Clone + Send + Sync + 'static {
    /// Sends some bytes, and gives what comes back.
    fn round_trip(&self, payload: Vec<u8>) -> impl Future<Output = Result<Vec<u8>, Fault>> + Send;

    /// Asks for a stream of messages, and gives their number and that of the bytes in them.
    fn stream(
        &self,
        count: u32,
        payload_bytes: u32,
    ) -> impl Future<Output = Result<(u32, usize), Fault>> + Send;
}

/// Who answers and calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// This crate, by its public interface.
    Ours,
    /// The same with an interceptor on both sides.
    Intercepted(Layer),
    /// tonic with its own transport and its defaults.
    Tonic,
    /// The HTTP/2 that both stand on, with the headers and prefixes of gRPC written by hand: the floor, and no peer.
    H2,
}

impl Peer {
    /// Who is measured side by side.
    pub(crate) const WIRES: [Self; 3] = [Self::Ours, Self::Tonic, Self::H2];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Intercepted(layer) => layer.name(),
            Self::Tonic => "tonic",
            Self::H2 => "h2",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::WIRES.into_iter().chain(Self::intercepted()).find(|peer| peer.name() == name)
    }

    /// Who is measured there: the floor has no TLS of its own.
    pub(crate) fn wires_at(place: Place) -> Vec<Self> {
        Self::WIRES.into_iter().filter(|peer| *peer != Self::H2 || !place.tls).collect()
    }

    /// Ours, without an interceptor and with each of them.
    pub(crate) fn intercepted() -> Vec<Self> {
        [Self::Ours].into_iter().chain(Layer::ALL.map(Self::Intercepted)).collect()
    }

    /// What stands around each call.
    pub(crate) const fn layer(self) -> Option<Layer> {
        match self {
            Self::Intercepted(layer) => Some(layer),
            Self::Ours | Self::Tonic | Self::H2 => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// `RPCPLUGIN_BLESS=1` writes it anew.
    #[test]
    fn the_generated_code_is_fresh() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/grpc");
        let files = protox::compile([directory.join("echo.proto")], [&directory]).unwrap();
        let fresh = tempfile::tempdir().unwrap();
        tonic_prost_build::configure().out_dir(fresh.path()).compile_fds(files).unwrap();
        let expected = std::fs::read_to_string(fresh.path().join("bench.rs")).unwrap();

        let checked_in = directory.join("generated/bench.rs");
        if std::env::var_os("RPCPLUGIN_BLESS").is_some() {
            std::fs::write(checked_in, expected).unwrap();
            return;
        }
        let found = std::fs::read_to_string(checked_in).unwrap();
        assert!(found == expected, "it is not what `echo.proto` gives; run the test with RPCPLUGIN_BLESS=1");
    }
}
