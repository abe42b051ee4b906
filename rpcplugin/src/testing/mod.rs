//! How does a user test a contract, a handler, a client?
//!
//! Client and handler joined in this process ([`connect`]), over every way that a call can be carried
//! ([`for_each_route`]) and over connections that fail at a chosen byte ([`Faults`]); a handler that is a script
//! ([`MockService`]); a fixture that tears down in order ([`ProtocolTestCase`]); a contract beside the `.proto` that somebody wrote for it ([`proto_differences`]); and calls that are given up at every point
//! ([`cancel_everywhere`]).

mod cancel;
mod error;
mod fault;
mod join;
mod mock;
mod pair;
mod proto;
mod route;
mod routes;
mod running;
mod setup;
mod test_case;

pub use cancel::{cancel_everywhere, poll_then_drop};
pub use error::TestingError;
pub use fault::{Faults, FaultyStream, Lane};
pub use mock::{Expectation, MockService, RecordedCall};
pub use pair::{Fingerprints, Pair};
pub use proto::{assert_same_as_proto, proto_differences};
pub use route::{Carrier, Route};
pub use routes::for_each_route;
pub use setup::{Setup, connect};
pub use test_case::{ProtocolTestCase, TestClient};
