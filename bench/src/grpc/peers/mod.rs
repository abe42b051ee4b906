//! Who is measured.

pub(crate) mod layers;
pub(crate) mod ours;
pub(crate) mod raw_h2;

use std::path::Path;

use rpcplugin_bench::calls::{Fault, Peer as Measured, Place, Program, Station, StockTonic, Windows};

use crate::peers::layers::Layer;

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

impl Measured for Peer {
    fn all() -> Vec<Self> {
        Self::WIRES.into_iter().chain(Layer::ALL.map(Self::Intercepted)).collect()
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Intercepted(layer) => layer.name(),
            Self::Tonic => "tonic",
            Self::H2 => "h2",
        }
    }

    async fn serve(self, place: Place, directory: &Path) -> Result<(), Fault> {
        match self {
            Self::Ours | Self::Intercepted(_) => ours::serve(place, self.layer()).await,
            Self::Tonic => TONIC.serve(place, directory).await,
            Self::H2 => raw_h2::serve(place, directory).await,
        }
    }

    async fn start(
        self,
        program: &Program,
        place: Place,
        directory: &Path,
    ) -> Result<Box<dyn Station>, Fault> {
        match self {
            Self::Ours | Self::Intercepted(_) => ours::start(program, place, self.layer()).await,
            Self::Tonic => TONIC.start(program, place, directory).await,
            Self::H2 => raw_h2::start(program, place, directory).await,
        }
    }
}

const TONIC: StockTonic = StockTonic { windows: Windows::Default };

impl Peer {
    /// Who is measured side by side.
    pub(crate) const WIRES: [Self; 3] = [Self::Ours, Self::Tonic, Self::H2];

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
