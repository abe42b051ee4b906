//! gRPC's own test service, as every implementation of gRPC has it, and the calls by which its clients are judged.

mod cases;
mod client;
pub mod compressed;
mod handler;
mod messages;
mod observer;
mod soaks;

pub use cases::{CASES, Case};
pub use client::{Fault, Peer, run};
pub use handler::TestServer;
pub use messages::{
    BoolValue, EchoStatus, Empty, Observed, Payload, PayloadType, ResponseParameters, SimpleRequest,
    SimpleResponse, StreamingInputCallRequest, StreamingInputCallResponse, StreamingOutputCallRequest,
    StreamingOutputCallResponse,
};
pub use observer::{CallsObserver, Observer, ObserverClient, ObserverServer};
pub use soaks::Iterations;

use rpcplugin::{Status, Streaming, rpc_protocol};

/// The service that implementations of gRPC test each other with.
///
/// The public service has methods for caches and for things that a server must not have; they are not here.
#[rpc_protocol(service = "grpc.testing.TestService")]
pub trait TestService {
    /// Nothing for nothing.
    async fn empty_call(&self, request: Empty) -> Result<Empty, Status>;

    /// An answer as long as was asked for.
    async fn unary_call(&self, request: SimpleRequest) -> Result<SimpleResponse, Status>;

    /// How many bytes came in all.
    async fn streaming_input_call(
        &self,
        requests: Streaming<StreamingInputCallRequest>,
    ) -> Result<StreamingInputCallResponse, Status>;

    /// The answers that one request asks for.
    async fn streaming_output_call(
        &self,
        request: StreamingOutputCallRequest,
    ) -> Result<Streaming<StreamingOutputCallResponse>, Status>;

    /// The answers that each request asks for, as soon as it is there.
    async fn full_duplex_call(
        &self,
        requests: Streaming<StreamingOutputCallRequest>,
    ) -> Result<Streaming<StreamingOutputCallResponse>, Status>;
}

/// The method of the test service that no server has.
#[rpc_protocol(service = "grpc.testing.TestService")]
pub trait MissingMethod {
    /// Is not there.
    async fn unimplemented_call(&self, request: Empty) -> Result<Empty, Status>;
}

/// The service that no server has.
#[rpc_protocol(service = "grpc.testing.UnimplementedService")]
pub trait MissingService {
    /// Is not there.
    async fn unimplemented_call(&self, request: Empty) -> Result<Empty, Status>;
}
