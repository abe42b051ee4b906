use crate::contract::ServiceSpec;
use crate::wire::{Payload, ResponseFuture};

/// A contract with a handler behind it, ready to be registered: what `#[rpc_protocol]` writes as `FooServer`.
///
/// The router finds a method by its name in [`spec`](Service::spec) and calls it by its position there.
pub trait Service: Send + Sync + 'static {
    /// The table of the contract's methods.
    fn spec(&self) -> &'static ServiceSpec;

    /// Runs the method at this position of the table. For the router; its types are not for people.
    #[doc(hidden)]
    fn call(&self, method: usize, request: Payload) -> ResponseFuture;
}
