//! What does a call cost, whoever makes it? The processes, the loops and the rounds, for a program that says who is measured
//! where.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    reason = "what fails while it is measured has no figures: the run ends there"
)]

mod bench;
mod counted;
mod harness;
mod identities;
mod options;
mod place;
mod plugin;
mod processes;
mod row;
mod sockets;
mod stock_tonic;
mod work;

use std::fmt::Debug;
use std::future::Future;
use std::path::Path;

use bytes::Bytes;

pub use self::bench::Bench;
pub use self::counted::{Case, Counts, count};
pub use self::harness::{Budget, Running, Station, Times, measure_times};
pub use self::identities::{KeyPair, NAME, Side, read as read_identity, write as write_identities};
pub use self::options::{Options, Order};
pub use self::place::{Place, Socket, Threads};
pub use self::plugin::{builder, cookie, server};
pub use self::processes::{Listening, Program, Server};
pub use self::row::{Cell, Figure, Row, noise};
pub use self::sockets::{Handle, Take, accept, connect};
pub use self::stock_tonic::{StockTonic, Windows, generated};
pub use self::work::{Operation, Sample, Work, check_echo, check_stream, payload};

/// Why there is nothing to report.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Who is measured. Each peer is a server in a process of its own, and a client that calls it.
pub trait Peer: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// Everybody.
    fn all() -> Vec<Self>;

    /// What it is called: in a table, and to a process that is to be its server.
    fn name(self) -> &'static str;

    /// The part of the server's process.
    fn serve(self, place: Place, directory: &Path) -> impl Future<Output = Result<(), Fault>>;

    /// Starts the server as this program says, connects to it, and makes sure that it answers as it should.
    fn start(
        self,
        program: &Program,
        place: Place,
        directory: &Path,
    ) -> impl Future<Output = Result<Box<dyn Station>, Fault>>;

    /// The peer with this name.
    #[must_use]
    fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|peer| peer.name() == name)
    }
}

/// The caller's end of a connection to one server.
pub trait EchoCalls: Clone + Send + Sync + 'static {
    /// Sends some bytes, and gives what comes back.
    fn round_trip(&self, payload: Bytes) -> impl Future<Output = Result<Bytes, Fault>> + Send;

    /// Asks for a stream of messages, and gives their number and that of the bytes in them.
    fn stream(
        &self,
        count: u32,
        payload_bytes: u32,
    ) -> impl Future<Output = Result<(u32, usize), Fault>> + Send;
}
