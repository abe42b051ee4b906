//! Who is measured.

mod floor;
pub(crate) mod ours;
mod tarpc;

use std::path::Path;

use rpcplugin_bench::calls::{
    Fault, Operation, Peer as Measured, Place, Program, Station, StockTonic, Windows, Work,
};

/// Who answers and calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// This crate, by its public interface.
    Ours,
    /// The same bytes to and fro, and nothing else.
    Floor,
    /// tonic with its own transport and its defaults.
    Tonic,
    /// tonic with larger windows and frames.
    WideTonic,
    /// tarpc with its bincode transport.
    Tarpc,
}

impl Measured for Peer {
    fn all() -> Vec<Self> {
        vec![Self::Ours, Self::Floor, Self::Tonic, Self::WideTonic, Self::Tarpc]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Floor => "floor",
            Self::Tonic => "tonic",
            Self::WideTonic => "wide-tonic",
            Self::Tarpc => "tarpc",
        }
    }

    async fn serve(self, place: Place, directory: &Path) -> Result<(), Fault> {
        match self {
            Self::Ours => ours::serve(place).await,
            Self::Floor => floor::serve(place, directory).await,
            Self::Tonic => TONIC.serve(place, directory).await,
            Self::WideTonic => WIDE_TONIC.serve(place, directory).await,
            Self::Tarpc => tarpc::serve(place, directory).await,
        }
    }

    async fn start(
        self,
        program: &Program,
        place: Place,
        directory: &Path,
    ) -> Result<Box<dyn Station>, Fault> {
        match self {
            Self::Ours => ours::start(program, place).await,
            Self::Floor => floor::start(program, place, directory).await,
            Self::Tonic => TONIC.start(program, place, directory).await,
            Self::WideTonic => WIDE_TONIC.start(program, place, directory).await,
            Self::Tarpc => tarpc::start(program, place, directory).await,
        }
    }
}

pub(crate) const TONIC: StockTonic = StockTonic { windows: Windows::Default };
const WIDE_TONIC: StockTonic = StockTonic { windows: Windows::Wide };

impl Peer {
    /// Who can do this work. tonic may use either setting where it has much to send; the better one counts.
    pub(crate) fn who_can(work: Work) -> Vec<Self> {
        match work.operation {
            Operation::Unary => vec![Self::Ours, Self::Floor, Self::Tonic, Self::Tarpc],
            Operation::InFlight(_) => vec![Self::Ours, Self::Tonic, Self::WideTonic, Self::Tarpc],
            Operation::Stream => vec![Self::Ours, Self::Floor, Self::Tonic, Self::WideTonic],
        }
    }
}
