//! The interceptors around handlers in this process, and around the same handlers behind a connection.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

mod facade;
mod figures;
mod held_back;
mod hooks;
mod order;
mod sample;
mod spans;
mod subscriber;
mod tokens;
mod traceparent;
