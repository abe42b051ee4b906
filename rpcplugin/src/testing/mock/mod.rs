//! What does a handler answer that is a script?
//!
//! [`MockService`] is a service made from the table of a contract: no trait to implement, and no method that a test does not
//! need.

mod expectation;
mod recorded;
mod script;
mod service;

pub use expectation::Expectation;
pub use recorded::RecordedCall;
pub use service::MockService;
