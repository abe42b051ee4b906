//! Services and clients that tonic's generator wrote, carried as the calls of a plugin.
//!
//! For a plugin that has such services already, and for a host that has such clients. A contract, by `#[rpc_protocol]`, needs
//! none of this.
//!
//! - [`TonicService`] makes a service of the plugin out of a generated `FooServer`. It is registered, and called, as every
//!   other: over either wire, within the limits and the time of the plugin, and behind the interceptors of the router, the
//!   plugin and [`Service::intercepted`]. An interceptor sees the call with its row, metadata
//!   and messages, before tonic does. Layers that stand around the generated server stay where they are, further in.
//! - [`TonicChannel`] is what a generated `FooClient` sends its calls through, over the channel of a plugin: with its options,
//!   and behind the interceptors of the host.
//!
//! Both need the table of the service, a [`ServiceSpec`], for a generated server does not say which methods it has. A
//! contract's `SPEC` is one; where there is no contract, [`service_spec`] reads it of the descriptor set that tonic's
//! generator writes (`file_descriptor_set_path`).
//!
//! Not carried is what belongs to a connection of tonic's own: compression (`send_compressed` of a service stays without effect,
//! and the calls of a client that has it on end with [`Code::Unimplemented`](crate::Code::Unimplemented):
//! [`PluginClientBuilder`](crate::PluginClientBuilder) compresses instead), and the extensions by which it tells a service of
//! its connection. A handler finds the [`Context`](crate::Context) of its call among the extensions of the request instead.
//!
//! No type of tonic stands here: what is asked of a service is `tower_service::Service` for requests of `http`, which
//! generated code implements in every version of tonic since 0.12.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http_body::Body;
use prost::Message as _;

use crate::call::{Call, CallOptions, ResponseFuture, ResponseMetadata};
use crate::contract::{MethodKind, MethodSpec, ServiceSpec, Status};
use crate::message::SchemaError;
use crate::message::descriptor::{FileDescriptorProto, FileDescriptorSet};
use crate::rpc::{Channel, Service};
use crate::wire::grpc::http as wire;

pub use crate::wire::grpc::http::GrpcBody;

/// A server that tonic generated, as a service of a plugin.
///
/// # Examples
///
/// ```ignore
/// use rpcplugin::PluginServer;
/// use rpcplugin::tonic::{TonicService, service_spec};
///
/// // `KvServer` is tonic's.
/// let spec = service_spec("kvtest.KV", FILE_DESCRIPTOR_SET)?;
/// PluginServer::new(cookie).service(TonicService::new(spec, KvServer::new(Store::default()))).serve().await?;
/// ```
#[derive(Clone)]
pub struct TonicService<S> {
    spec: &'static ServiceSpec,
    service: S,
}

impl<S> TonicService<S> {
    /// The server of the service with this table.
    ///
    /// A method that is in the table and not in the server is answered as the server does it, with UNIMPLEMENTED.
    #[must_use]
    pub const fn new(spec: &'static ServiceSpec, server: S) -> Self {
        Self { spec, service: server }
    }
}

impl<S> fmt::Debug for TonicService<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("TonicService").field(&self.spec.name).finish()
    }
}

impl<S, B> Service for TonicService<S>
where
    S: tower_service::Service<http::Request<GrpcBody>, Response = http::Response<B>>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn spec(&self) -> &'static ServiceSpec {
        self.spec
    }

    fn call(&self, call: Call) -> ResponseFuture {
        let mut service = self.service.clone();
        let method = call.method();
        let (context, messages) = call.into_parts();
        Box::pin(async move {
            let request = wire::request(method.path, context.clone(), messages)?;
            poll_fn(|task| service.poll_ready(task)).await.map_err(wire::failed)?;
            let response = service.call(request).await.map_err(wire::failed)?;
            wire::answer(response, context, method.kind.streams_responses()).await
        })
    }
}

/// What a client that tonic generated sends its calls through.
///
/// # Examples
///
/// ```ignore
/// use rpcplugin::tonic::{TonicChannel, service_spec};
///
/// // `KvClient` is tonic's.
/// let spec = service_spec("kvtest.KV", FILE_DESCRIPTOR_SET)?;
/// let mut store = KvClient::new(TonicChannel::new(spec, plugin.channel()));
/// store.get(Key { key: "a".into() }).await?;
/// ```
#[derive(Clone, Debug)]
pub struct TonicChannel {
    spec: &'static ServiceSpec,
    channel: Channel,
}

impl TonicChannel {
    /// Sends the calls of the service with this table through a channel.
    #[must_use]
    pub const fn new(spec: &'static ServiceSpec, channel: Channel) -> Self {
        Self { spec, channel }
    }
}

impl<B> tower_service::Service<http::Request<B>> for TonicChannel
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = http::Response<GrpcBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let Self { spec, channel } = self.clone();
        Box::pin(async move {
            let metadata = ResponseMetadata::new();
            let answer = carry(spec, &channel, request, &metadata).await;
            Ok(wire::response(answer, metadata))
        })
    }
}

async fn carry<B>(
    spec: &'static ServiceSpec,
    channel: &Channel,
    request: http::Request<B>,
    metadata: &ResponseMetadata,
) -> Result<crate::call::Messages, Status>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let path = request.uri().path();
    let method = spec.methods.iter().find(|method| method.path == path);
    let method = method.ok_or_else(|| {
        Status::unimplemented(format!(
            "`{}` has no method at this path; is the table that of the client?",
            spec.name
        ))
    })?;
    let asked = wire::asked(request, method.kind.streams_requests()).await?;
    let options = CallOptions::new().metadata(asked.metadata).response(metadata);
    let options = match asked.timeout {
        Some(timeout) => options.timeout(timeout),
        None => options,
    };
    channel.with(options).call(method, asked.messages).await
}

/// The table of a service, of the descriptor set of its files.
///
/// It is made for as long as the program runs, and so is not made again for each plugin: keep it.
///
/// # Errors
///
/// [`SchemaError`] if the bytes are no descriptor set, or have no such service.
pub fn service_spec(name: &str, descriptor_set: &'static [u8]) -> Result<&'static ServiceSpec, SchemaError> {
    let refused = |error: prost::DecodeError| SchemaError::Descriptors { reason: error.to_string() };
    let mut services = BTreeMap::new();
    for bytes in FileDescriptorSet::decode(descriptor_set).map_err(refused)?.file {
        let file = FileDescriptorProto::decode(bytes.as_slice()).map_err(refused)?;
        for service in &file.service {
            let full = match file.package() {
                "" => service.name().to_owned(),
                package => format!("{package}.{}", service.name()),
            };
            services.insert(full, service.clone());
        }
    }
    let Some(service) = services.get(name) else {
        let known: Vec<_> = services.keys().map(|name| format!("`{name}`")).collect();
        let reason = format!("they have no service `{name}`, only {}", known.join(", "));
        return Err(SchemaError::Descriptors { reason });
    };
    let name: &'static str = name.to_owned().leak();
    let rows = service.method.iter().enumerate().map(|(position, method)| {
        let kind = match (method.client_streaming(), method.server_streaming()) {
            (false, false) => MethodKind::UnaryUnary,
            (false, true) => MethodKind::UnaryStream,
            (true, false) => MethodKind::StreamUnary,
            (true, true) => MethodKind::StreamStream,
        };
        let path = format!("/{name}/{}", method.name()).leak();
        let row = MethodSpec::new(name, method.name().to_owned().leak(), path, kind, "", position);
        let idempotency = method.options.as_ref().map_or(0, |options| options.idempotency_level());
        if idempotency == 0 { row } else { row.idempotent() }
    });
    let rows: Vec<MethodSpec> = rows.collect();
    let spec = ServiceSpec::new(name, rows.leak(), "").descriptors(descriptor_set);
    Ok(Box::leak(Box::new(spec)))
}
