//! Plugins in processes of their own: the go-plugin handshake, mutual TLS and typed calls, over gRPC or a faster wire.
//!
//! A host starts a program, learns from one line on its standard output where it listens, and calls it over a connection
//! on which each side accepts exactly one certificate.
//! The other side may be written in Rust with this crate, in Go with HashiCorp's go-plugin, or in Python with
//! pyvider-rpcplugin.
//!
//! # A contract, a plugin, a host
//!
//! ```no_run
//! use rpcplugin::{BinaryMessage, Cookie, PluginClient, PluginServer, Status, rpc_protocol};
//!
//! // What both sides agree on: in a real project a crate of its own.
//! #[derive(BinaryMessage)]
//! pub struct Greeting {
//!     #[binary(id = 1)]
//!     pub text: String,
//! }
//!
//! #[rpc_protocol(service = "example.Greeter")]
//! pub trait Greeter {
//!     async fn greet(&self, name: String) -> Result<Greeting, Status>;
//! }
//!
//! // The plugin: a handler, and a line that serves it.
//! struct Polite;
//! impl Greeter for Polite {
//!     async fn greet(&self, name: String) -> Result<Greeting, Status> {
//!         Ok(Greeting { text: format!("good morning, {name}") })
//!     }
//! }
//!
//! async fn plugin(cookie: Cookie) -> Result<(), Box<dyn std::error::Error>> {
//!     PluginServer::new(cookie).service(GreeterServer::new(Polite)).serve().await?;
//!     Ok(())
//! }
//!
//! // The host: starts the plugin, calls it, ends it.
//! async fn host(cookie: Cookie) -> Result<(), Box<dyn std::error::Error>> {
//!     let plugin = PluginClient::builder("target/debug/greeter", cookie).start().await?;
//!     let greeter = GreeterClient::new(plugin.channel());
//!     println!("{}", greeter.greet("Ada".to_owned()).await?.text);
//!     plugin.stop().await;
//!     Ok(())
//! }
//! ```
//!
//! # How the parts fit
//!
//! - Messages: [`BinaryMessage`] derives the bytes of a struct, packed or as protobuf; a prost message is one as it is.
//! - Contracts: [`rpc_protocol`] makes a client, a server and a constant table ([`ServiceSpec`]) of a trait.
//! - Calls: a client sends on a [`Channel`]; a call ends in a value or a [`Status`]; [`Streaming`] is a stream of messages.
//! - The host: [`PluginClient`] is a running plugin, [`StartError`] says why one did not start. [`Wire`] is what carries its
//!   calls: gRPC, or the binary wire where both sides are made with this crate.
//! - Supervision: a [`Supervisor`] starts a plugin again that ended, and its channel leads to whichever process runs.
//! - Versions: [`PluginServer::version`] and [`VersionedClients`] have another contract for each number that host and plugin may
//!   agree on, a [`VersionedProtocol`] says how much of one contract both sides know.
//! - Pools: a [`PluginPool`] has several processes of a plugin behind one channel.
//! - Message families: a protocol of many messages as one enum, see [`Family`]; [`FamilyConnection`] carries it over a
//!   stream, [`FamilySocket`] over UDP, and [`serve_tcp`] answers it.
//! - Callbacks: a [`Broker`] serves further services on either side, and calls those of the other.
//! - Discovery: a plugin that answers [reflection](PluginServer::reflection) says what it has ([`PluginDescription`]), and its
//!   methods are called without their types, with bytes ([`Channel::call_bytes`]) or with JSON.
//! - Around calls: an [`Interceptor`] of your own, or one of `interceptors`: traces, figures, tokens, hooks.
//! - The plugin: [`PluginServer`] serves until its host ends it, [`ServeError`] says why it could not.
//! - Configuration: a [`Config`] tells a host or a plugin what variables, a file and the program say.
//! - Protocols by name: a [`Protocol`] is services under a name, with what stands around them, and a [`ProtocolRegistry`]
//!   makes the one that is configured.
//! - Tests: the module `testing` joins client and handler in one process, over any route and with faults, and scripts
//!   handlers that are not there.
//!
//! # Cancel safety
//!
//! An async function is *cancel-safe* if dropping its future before it is ready loses nothing: it can be used in a
//! `select!` and called again.
//! Dropping the future of a call, or the stream of its responses, cancels the call, and the handler is dropped.
//!
//! # Features
//!
//! `client` is the host side, `server` the plugin side, `broker` what both of them can do for each other beside that,
//! `family` the connections of message families, and `logging` a plugin's log and panics as hosts read them; all five are on
//! unless turned off. `broker` needs both sides, and turns them on.
//! `config-file` reads a [`Config`] from a file, TOML or JSON.
//! `json` calls the methods of a [`PluginDescription`] with JSON for messages of protobuf.
//! `crc32` adds `checksum::crc32` for message families, `half` adds `half::f16` in packed messages, `metrics` gives the
//! figures of `interceptors::Metrics` to the `metrics` crate, `testing` adds the module `testing`, for the tests of whoever
//! uses the crate, `tonic` the module `tonic`, for services and clients that tonic generates, and `gzip` and `zstd` compress
//! messages; all nine are off unless turned on.
//! With none of them, a crate that holds only contracts and messages needs no TLS, no socket and no C compiler.

extern crate self as rpcplugin;

mod limits;
mod quote;
mod task;

mod message;

mod contract;

mod call;

#[cfg(all(feature = "_connected", any(feature = "gzip", feature = "zstd")))]
pub mod compression;
#[cfg(all(feature = "_connected", not(any(feature = "gzip", feature = "zstd"))))]
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "nothing is compressed, and the wires need not know"
)]
mod compression;
#[cfg(feature = "logging")]
pub mod logging;
#[cfg(feature = "_connected")]
mod transport;

mod wire;

#[cfg(feature = "family")]
mod family;

#[cfg(feature = "server")]
mod accept;
#[cfg(feature = "_connected")]
mod handshake;
mod rpc;

#[cfg(feature = "_connected")]
pub mod interceptors;
#[cfg(feature = "_connected")]
mod services;
#[cfg(feature = "tonic")]
pub mod tonic;

#[cfg(feature = "broker")]
mod broker;
#[cfg(feature = "client")]
mod discovery;

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "server")]
mod server;

#[cfg(feature = "_connected")]
mod config;
#[cfg(feature = "_connected")]
mod protocols;

// Our own tests use it as well, whichever features they are built with.
#[cfg(any(feature = "testing", all(test, feature = "client", feature = "server")))]
pub mod testing;

#[cfg(feature = "server")]
pub use accept::{ConnectionCounts, Connections, ServerLimits};
#[cfg(feature = "broker")]
pub use broker::{Broker, BrokerError, Served};
pub use call::{
    Call, CallOptions, Context, MessageStream, Messages, Metadata, MetadataError, MetadataIter,
    MetadataValue, Peer, PeerAddress, ResponseFuture, ResponseMetadata, Side, UnixCredentials,
};
#[cfg(feature = "client")]
pub use client::{
    AttachError, AttachedRunner, Checksum, ChecksumError, DetachError, Detached, Diagnosis, DiscoverError,
    DownReason, DuringRestart, EarlyEnd, Environment, ExitReason, ExitWatch, HealthCheck, NegotiateError,
    NoClient, NoMember, NoMemberReason, NotRunning, OnStart, PluginClient, PluginClientBuilder, PluginExit,
    PluginPool, PluginPoolBuilder, PoolMember, PoolStartError, PoolStopped, PoolStrategy, PooledPlugin,
    RestartPolicy, Runner, RunnerCommand, Security, SpawnCause, StartError, StartedRunner, StopTimes,
    Stopped, Supervisor, SupervisorBuilder, SupervisorState, SupervisorStates, Unhealthy, VersionedClients,
    discover,
};
#[cfg(feature = "_connected")]
pub use config::{
    Config, ConfigBuilder, ConfigError, ConfigFault, ConfigMistake, ConfigSetting, ConfigSide, ConfigSource,
};
pub use contract::{
    Code, ContractVersion, Detail, MethodKind, MethodSpec, ServiceSpec, Status, VersionError,
    VersionedProtocol, descriptor_set,
};
#[cfg(feature = "client")]
pub use discovery::{
    DescribeError, MessageDescription, MethodDescription, PluginDescription, ServiceDescription,
};
#[cfg(feature = "json")]
pub use discovery::{JsonCallError, JsonFault};
#[cfg(feature = "family")]
pub use family::{
    FamilyConnection, FamilyError, FamilyOptions, FamilyReceiver, FamilySender, FamilySocket, serve_tcp,
    serve_tcp_until,
};
#[cfg(feature = "server")]
pub use handshake::OfferError;
#[cfg(feature = "_connected")]
pub use handshake::{
    Cookie, CookieError, HandshakeError, HandshakeLine, PluginProtocol, ReattachConfig, ReattachError,
    ReattachIter, ReattachProviders,
};
pub use message::{
    BinaryMessage, DecodeError, DecodeErrorKind, DecodeFrom, EncodeError, EncodeErrorKind, EnumSchema,
    Family, FamilySchema, FieldPlace, FieldSchema, FixedMessage, FrameExtent, FrameReader, Items, ItemsIter,
    Layout, LengthPrefix, Message, MessageSchema, NumberEncoding, Payload, ProtoFile, ProtobufName,
    SchemaError, ShapeSchema, TypeSchema, VariantSchema, Views, ViewsIter, frame_extent,
};
#[cfg(feature = "_connected")]
pub use protocols::{Protocol, ProtocolError, ProtocolRegistry};
pub use rpc::{Channel, Intercepted, Interceptor, Next, Router, RouterError, Service, Streaming};
#[doc = include_str!("docs/binary_message.md")]
pub use rpcplugin_macros::BinaryMessage;
#[doc = include_str!("docs/rpc_protocol.md")]
pub use rpcplugin_macros::rpc_protocol;
#[cfg(feature = "server")]
pub use server::{HealthReporter, ListeningPlugin, PluginServer, ServeError, StdioWriter, Transport};
#[cfg(feature = "client")]
pub use transport::ReattachSecret;
#[cfg(feature = "_connected")]
pub use transport::{Address, KeepAlive, SocketFault, TlsConfig, TransportError};
#[cfg(feature = "_connected")]
pub use wire::Wire;

/// Checksums for the frames of message families: functions of the form `fn(&[u8]) -> [u8; N]`.
#[cfg(feature = "crc32")]
pub mod checksum {
    pub use crate::message::crc32;
}

/// The README's examples compile.
#[cfg(all(doctest, feature = "client", feature = "server"))]
#[doc = include_str!("../../README.md")]
mod readme {}

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
