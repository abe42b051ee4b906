//! What host and plugin agree on: two versions of a contract. In a real project this is a crate of its own that both use, and
//! each side takes it in the release that it was built with.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use std::collections::BTreeMap;

use rpcplugin::{
    BinaryMessage, ContractVersion, Cookie, CookieError, Status, VersionError, VersionedProtocol,
    rpc_protocol,
};

/// Host and plugin know the same cookie.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("VERSIONED_API_PLUGIN", "a-random-text-that-both-know")
}

/// What the first version processes.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct ProcessRequestV1 {
    /// The data.
    #[binary(id = 1)]
    pub data: String,
}

/// What the first version answers.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct ProcessResponseV1 {
    /// The data, processed.
    #[binary(id = 1)]
    pub result: String,
}

/// What the second version processes.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct ProcessRequestV2 {
    /// The data.
    #[binary(id = 1)]
    pub data: String,
    /// How it is processed: `uppercase` is known.
    #[binary(id = 2)]
    pub options: BTreeMap<String, String>,
    /// What is put before the result.
    #[binary(id = 3)]
    pub tags: Vec<String>,
}

/// What the second version answers.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct ProcessResponseV2 {
    /// The data, processed.
    #[binary(id = 1)]
    pub result: String,
    /// How long it took, in seconds.
    #[binary(id = 2)]
    pub processing_time: f64,
}

/// Several requests in one call.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct BatchProcessRequest {
    /// The requests.
    #[binary(id = 1)]
    pub requests: Vec<ProcessRequestV2>,
}

/// The answers to several requests.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct BatchProcessResponse {
    /// The answers, in the order of their requests.
    #[binary(id = 1)]
    pub responses: Vec<ProcessResponseV2>,
}

/// The first version.
#[rpc_protocol(service = "example.DataProcessorV1")]
pub trait DataProcessorV1 {
    /// Processes data.
    async fn process(&self, request: ProcessRequestV1) -> Result<ProcessResponseV1, Status>;
}

/// The second version.
#[rpc_protocol(service = "example.DataProcessorV2")]
pub trait DataProcessorV2 {
    /// Processes data with options.
    async fn process(&self, request: ProcessRequestV2) -> Result<ProcessResponseV2, Status>;

    /// Processes several at once. There since 2.1.
    async fn batch_process(&self, request: BatchProcessRequest) -> Result<BatchProcessResponse, Status>;
}

/// A version of the contract, as a side knows it.
pub fn known(versions: impl IntoIterator<Item = (u32, u32)>) -> Result<VersionedProtocol, VersionError> {
    let versions = versions.into_iter().map(|(major, minor)| ContractVersion::new(major, minor));
    VersionedProtocol::new("example.DataProcessor", versions)
}
