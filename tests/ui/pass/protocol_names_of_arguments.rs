//! Arguments and messages may be called whatever generated code calls its own things.

#![deny(warnings)]

use rpcplugin::{BinaryMessage, Context, Status, Streaming, rpc_protocol};

#[derive(BinaryMessage)]
pub struct T {
    number: u32,
}

#[derive(BinaryMessage)]
pub struct Call {
    number: u32,
}

#[derive(BinaryMessage)]
pub struct KvRequest {
    number: u32,
}

#[rpc_protocol]
pub trait Kv {
    async fn one(&self, handler: T) -> Result<T, Status>;

    async fn two(&self, call: Call) -> Result<Call, Status>;

    async fn three(&self, status: KvRequest, channel: Context) -> Result<KvRequest, Status>;

    async fn four(&self, context: u32, request: Context) -> Result<u32, Status>;

    async fn five(&self, requests: Context, _: Streaming<u32>) -> Result<u32, Status>;

    async fn six(&self, context: u32, _context: Context) -> Result<u32, Status> {
        Ok(context)
    }

    async fn channel(&self, r#type: u32) -> Result<u32, Status>;

    async fn handler(&self, output: u32) -> Result<u32, Status> {
        Ok(output)
    }

    /// A function of the client's type, but not of its values.
    async fn new(&self) -> Result<u32, Status>;
}

/// A constant of the name would stand in a pattern of generated code.
mod constants {
    #![allow(non_upper_case_globals, dead_code)]

    use super::{Context, Status, rpc_protocol};

    const request: u32 = 1;
    const context: u32 = 2;
    const call: u32 = 3;
    const requests: u32 = 4;
    const answer: u32 = 5;
    const response: u32 = 6;
    const outcome: u32 = 7;

    #[rpc_protocol]
    trait Numbers {
        async fn next(&self, number: u32, at: Context) -> Result<u32, Status>;
    }
}

pub struct Point;

#[derive(BinaryMessage)]
pub struct Pair {
    left: u32,
    right: u32,
}

#[rpc_protocol]
impl Point {
    pub async fn add(&self, Pair { left, right }: Pair) -> Result<u32, Status> {
        Ok(left + right)
    }

    pub async fn keep(&self, mut options: u32) -> Result<u32, Status> {
        options += 1;
        Ok(options)
    }
}

fn call_new(client: &KvClient) {
    drop(client.new());
}

fn main() {
    let _call = call_new;
    assert_eq!(KvClient::SPEC.methods.len(), 9);
    assert_eq!(PointClient::SPEC.methods.len(), 2);
}
