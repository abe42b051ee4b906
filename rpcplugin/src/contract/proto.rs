use std::borrow::Cow;

use super::{MethodSpec, ServiceSpec};
#[cfg(feature = "server")]
use crate::message::describe_each;
use crate::message::{
    MessageSchema, MethodParts, ProtoFile, ProtobufName, SchemaError, ServiceParts, SideParts, describe_all,
};

impl ServiceSpec {
    /// The contract as a `.proto` file: the service, its methods and their messages, with their documentation, so that
    /// clients and plugins in other languages are generated from it.
    ///
    /// - The package is that of the service's name.
    /// - Messages whose fields have ids are printed, with all that they hold.
    /// - `()` is `google.protobuf.Empty`, and so is a method without an argument; `String`, `Vec<u8>`, `bool` and numbers are
    ///   protobuf's wrappers, `google.protobuf.StringValue` and so on. That is what they are on the wire.
    /// - Prost types are imported from the files that [`descriptors`](Self::descriptors) describes.
    /// - An alias of a method is not in the file: a new client needs none.
    ///
    /// [`ProtoFile::service`] has more than one service in a file, and options.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] where a message is packed, has a codec of its own, or holds what protobuf does not have; where two things
    /// have one name; or where the service stands in the descriptors of the contract, and so in a file that somebody wrote.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{BinaryMessage, Status, Streaming, rpc_protocol};
    ///
    /// /// A value and its key.
    /// #[derive(BinaryMessage)]
    /// pub struct Pair {
    ///     #[binary(id = 1)]
    ///     key: String,
    ///     /// At most a mebibyte.
    ///     #[binary(id = 2)]
    ///     value: Vec<u8>,
    /// }
    ///
    /// /// Keeps values under keys.
    /// #[rpc_protocol(service = "example.v1.Kv")]
    /// pub trait Kv {
    ///     /// Stores a pair.
    ///     #[rpc(idempotent)]
    ///     async fn put(&self, pair: Pair) -> Result<(), Status>;
    ///
    ///     /// The pairs whose key begins so.
    ///     async fn list(&self, prefix: String) -> Result<Streaming<Pair>, Status>;
    /// }
    ///
    /// assert_eq!(KvClient::SPEC.to_proto()?, r#"syntax = "proto3";
    ///
    /// package example.v1;
    ///
    /// import "google/protobuf/empty.proto";
    /// import "google/protobuf/wrappers.proto";
    ///
    /// // Keeps values under keys.
    /// service Kv {
    ///   // Stores a pair.
    ///   rpc Put(Pair) returns (google.protobuf.Empty) {
    ///     option idempotency_level = IDEMPOTENT;
    ///   }
    ///
    ///   // The pairs whose key begins so.
    ///   rpc List(google.protobuf.StringValue) returns (stream Pair);
    /// }
    ///
    /// // A value and its key.
    /// message Pair {
    ///   string key = 1;
    ///   // At most a mebibyte.
    ///   bytes value = 2;
    /// }
    /// "#);
    /// # Ok::<(), rpcplugin::SchemaError>(())
    /// ```
    pub fn to_proto(&self) -> Result<String, SchemaError> {
        ProtoFile::new(self.package()).service(self).to_proto()
    }

    /// The contract as a serialized `google.protobuf.FileDescriptorSet`, with all that it imports: what a compiler makes of a
    /// file, for tools that take no text. A contract whose service stands in its [`descriptors`](Self::descriptors) is that
    /// file.
    ///
    /// # Errors
    ///
    /// As [`to_proto`](Self::to_proto).
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Status, rpc_protocol};
    ///
    /// #[rpc_protocol(service = "example.Clock")]
    /// trait Clock {
    ///     async fn now(&self) -> Result<u64, Status>;
    /// }
    ///
    /// let set = ClockClient::SPEC.to_descriptor_set()?;
    /// std::fs::write(std::env::temp_dir().join("clock.binpb"), set)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_descriptor_set(&self) -> Result<Vec<u8>, SchemaError> {
        descriptor_set(&[self])
    }

    /// What stands before the last dot of the name: `example` of `example.Kv`; empty where there is no dot.
    #[must_use]
    pub fn package(&self) -> &'static str {
        self.name.rsplit_once('.').map_or("", |(package, _)| package)
    }

    fn parts(&self) -> ServiceParts {
        let methods = self.methods.iter().map(MethodSpec::parts).collect();
        ServiceParts { name: self.name, docs: self.documentation, methods }
    }
}

impl MethodSpec {
    fn parts(&self) -> MethodParts {
        let (requests, responses) = (self.kind.streams_requests(), self.kind.streams_responses());
        MethodParts {
            name: self.name,
            docs: self.documentation,
            idempotent: self.idempotent,
            request: side(requests, self.request, self.request_name),
            response: side(responses, self.response, self.response_name),
        }
    }
}

fn side(streams: bool, schema: Option<&'static MessageSchema>, name: Option<ProtobufName>) -> SideParts {
    SideParts { streams, schema, name: name.map(|name| name.full_name()) }
}

impl ProtoFile {
    /// Adds the service of a contract, with the messages of its methods, and what its [`descriptors`](ServiceSpec::descriptors)
    /// describe. Its package must be that of the file. What the text is made of is said at [`ServiceSpec::to_proto`].
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{ProtoFile, Status, rpc_protocol};
    ///
    /// #[rpc_protocol(service = "example.Clock")]
    /// trait Clock {
    ///     async fn now(&self) -> Result<u64, Status>;
    /// }
    ///
    /// let file = ProtoFile::new("example").go_package("example.com/clockpb").service(ClockClient::SPEC).to_proto()?;
    /// assert!(file.contains("  rpc Now(google.protobuf.Empty) returns (google.protobuf.UInt64Value);\n"), "{file}");
    /// assert!(file.contains("option go_package = \"example.com/clockpb\";\n"), "{file}");
    /// # Ok::<(), rpcplugin::SchemaError>(())
    /// ```
    pub fn service(self, spec: &ServiceSpec) -> Self {
        self.descriptors(spec.descriptors).service_parts(spec.parts())
    }
}

/// The files in which contracts are described, a serialized `google.protobuf.FileDescriptorProto` each, as far as they can be;
/// and what could not be said as it is. `sets` describe further files.
#[cfg(feature = "server")]
pub(crate) fn described_files(
    specs: &[&ServiceSpec],
    sets: &[&'static [u8]],
) -> (Vec<Vec<u8>>, Vec<SchemaError>) {
    let given = specs.iter().map(|spec| spec.descriptors).chain(sets.iter().copied());
    let given: Vec<_> = given.filter(|set| !set.is_empty()).map(Cow::Borrowed).collect();
    describe_each(specs.iter().map(|spec| spec.parts()).collect(), &given)
}

/// The contracts as one serialized `google.protobuf.FileDescriptorSet`, with all that they import: one file for each package,
/// and beside them the files that their [`descriptors`](ServiceSpec::descriptors) have.
///
/// # Errors
///
/// As [`ServiceSpec::to_proto`].
///
/// # Examples
///
/// ```
/// use rpcplugin::{Status, descriptor_set, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Clock")]
/// trait Clock {
///     async fn now(&self) -> Result<u64, Status>;
/// }
///
/// #[rpc_protocol(service = "example.Alarm")]
/// trait Alarm {
///     async fn ring(&self) -> Result<(), Status>;
/// }
///
/// let set = descriptor_set(&[ClockClient::SPEC, AlarmClient::SPEC])?;
/// assert!(set.windows(5).any(|bytes| bytes == b"Alarm"));
/// # Ok::<(), rpcplugin::SchemaError>(())
/// ```
pub fn descriptor_set(specs: &[&ServiceSpec]) -> Result<Vec<u8>, SchemaError> {
    let given = specs.iter().map(|spec| spec.descriptors).filter(|set| !set.is_empty()).map(Cow::Borrowed);
    describe_all(specs.iter().map(|spec| spec.parts()).collect(), given.collect())
}
