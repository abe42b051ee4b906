//! The types of a contract's methods, for generated code: each is written once, and what is wrong with it is said there.
//!
//! Bounds of the client or of the server would say it again wherever somebody makes a call or registers a handler.

use std::marker::PhantomData;

use crate::contract::MethodSpec;
use crate::message::Message;
use crate::rpc::{Outcome, Streaming};

/// The types of a method with one response.
pub trait Unary {
    /// What it takes: a message, or each message of a stream.
    type Request: Message;
    /// What it answers with.
    type Response: Message;
    /// What it returns.
    type Outcome: Outcome<Self::Response>;
}

/// The types of a method with a stream of responses.
pub trait Streamed {
    /// What it takes: a message, or each message of a stream.
    type Request: Message;
    /// Each message of what it answers with.
    type Response: Message;
    /// What it returns.
    type Outcome: Outcome<Streaming<Self::Response>>;
}

/// A row of a contract's table, with the types of its method.
#[derive(Debug)]
pub struct Row<M> {
    /// The row.
    pub spec: MethodSpec,
    types: PhantomData<fn() -> M>,
}

impl<M: Unary> Row<M> {
    /// The row of a method with one response. What is known of its messages comes from their types.
    #[must_use]
    pub const fn unary(spec: MethodSpec) -> Self {
        Self { spec: spec.messages(M::Request::KNOWN_SCHEMA, M::Response::KNOWN_SCHEMA), types: PhantomData }
    }
}

impl<M: Streamed> Row<M> {
    /// The same of a method with a stream of responses.
    #[must_use]
    pub const fn streamed(spec: MethodSpec) -> Self {
        Self { spec: spec.messages(M::Request::KNOWN_SCHEMA, M::Response::KNOWN_SCHEMA), types: PhantomData }
    }
}
