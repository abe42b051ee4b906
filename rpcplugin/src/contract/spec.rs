use std::fmt;

use super::MethodSpec;

/// Which sides of a call are streams, read from a method's signature.
///
/// # Examples
///
/// ```
/// use rpcplugin::MethodKind;
///
/// assert_eq!(MethodKind::UnaryStream.as_str(), "unary_stream");
/// assert!(MethodKind::UnaryStream.streams_responses());
/// assert!(!MethodKind::UnaryStream.streams_requests());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "two sides, each one message or many: there is no fifth kind")]
pub enum MethodKind {
    /// One request, one response.
    UnaryUnary,
    /// One request, a stream of responses.
    UnaryStream,
    /// A stream of requests, one response.
    StreamUnary,
    /// A stream of requests, a stream of responses.
    StreamStream,
}

impl MethodKind {
    /// The four kinds, in the order in which the documentation names them.
    pub const ALL: [Self; 4] = [Self::UnaryUnary, Self::UnaryStream, Self::StreamUnary, Self::StreamStream];

    /// The name that gRPC's code generators use, such as `unary_stream`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnaryUnary => "unary_unary",
            Self::UnaryStream => "unary_stream",
            Self::StreamUnary => "stream_unary",
            Self::StreamStream => "stream_stream",
        }
    }

    /// Whether the caller sends any number of requests instead of one.
    #[must_use]
    pub const fn streams_requests(self) -> bool {
        matches!(self, Self::StreamUnary | Self::StreamStream)
    }

    /// Whether the handler answers with any number of responses instead of one.
    #[must_use]
    pub const fn streams_responses(self) -> bool {
        matches!(self, Self::UnaryStream | Self::StreamStream)
    }
}

impl fmt::Display for MethodKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A contract as a constant: its names and its methods.
///
/// Routing, registration and the clients read this table; nothing of it is written twice.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Status, rpc_protocol};
///
/// #[rpc_protocol(name = "data-processing", service = "example.DataProcessor", version = "2.1.0")]
/// trait DataProcessor {
///     #[rpc(aliases = ["Process"])]
///     async fn process_data(&self, request: String) -> Result<String, Status>;
/// }
///
/// const SPEC: &rpcplugin::ServiceSpec = DataProcessorClient::SPEC;
/// assert_eq!((SPEC.name, SPEC.protocol, SPEC.version), ("example.DataProcessor", "data-processing", "2.1.0"));
/// assert_eq!(SPEC.method_type("ProcessData"), Some("unary_unary"));
/// assert_eq!(SPEC.method("Process"), SPEC.method("ProcessData"));
/// assert_eq!(SPEC.method_type("Unknown"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceSpec {
    /// The service's full name on the wire, package included, such as `example.DataProcessor`.
    pub name: &'static str,
    /// What people call the protocol, such as `trading-data`. It never reaches the wire.
    pub protocol: &'static str,
    /// The version of the protocol as its author counts it, such as `2.1.0`; empty where there is none.
    /// It never reaches the wire.
    pub version: &'static str,
    /// The methods in the order of the contract. The order never reaches the wire.
    pub methods: &'static [MethodSpec],
    /// The doc comment of the contract, without the comment marks; empty where there is none.
    pub documentation: &'static str,
    /// The files that the prost types of the contract were generated from, as a serialized
    /// `google.protobuf.FileDescriptorSet` with all that they import; empty where there are none. They never reach the wire of
    /// a call.
    pub descriptors: &'static [u8],
}

impl ServiceSpec {
    /// A table of a protocol that is called as its service is. Contracts get theirs from `#[rpc_protocol]`.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{MethodKind, MethodSpec, ServiceSpec};
    ///
    /// const GET: MethodSpec =
    ///     MethodSpec::new("example.Kv", "Get", "/example.Kv/Get", MethodKind::UnaryUnary, "", 0);
    /// const KV: ServiceSpec = ServiceSpec::new("example.Kv", &[GET], "").protocol("key-value").version("1.0");
    ///
    /// assert_eq!(KV.method("Get"), Some(&GET));
    /// assert_eq!(KV.protocol, "key-value");
    /// ```
    #[must_use]
    pub const fn new(
        name: &'static str,
        methods: &'static [MethodSpec],
        documentation: &'static str,
    ) -> Self {
        Self { name, protocol: name, version: "", methods, documentation, descriptors: &[] }
    }

    /// The table with the name that people have for the protocol.
    #[must_use]
    pub const fn protocol(self, protocol: &'static str) -> Self {
        Self { protocol, ..self }
    }

    /// The table with the version of the protocol.
    #[must_use]
    pub const fn version(self, version: &'static str) -> Self {
        Self { version, ..self }
    }

    /// The table with the files that the prost types of the contract were generated from, as a serialized descriptor set.
    #[must_use]
    pub const fn descriptors(self, descriptors: &'static [u8]) -> Self {
        Self { descriptors, ..self }
    }

    /// The row of the method with this name, if the contract has one.
    ///
    /// An alias under the name of the service finds its method too, as it does for a call.
    #[must_use]
    pub fn method(&self, name: &str) -> Option<&'static MethodSpec> {
        self.methods.iter().find(|method| method.is_called(name))
    }

    /// The kind of the method with this name or alias as text, such as `unary_unary`.
    #[must_use]
    pub fn method_type(&self, name: &str) -> Option<&'static str> {
        self.method(name).map(|method| method.kind.as_str())
    }
}

/// Of the descriptors how many bytes they are.
impl fmt::Debug for ServiceSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("ServiceSpec");
        debug.field("name", &self.name).field("protocol", &self.protocol).field("version", &self.version);
        debug.field("methods", &self.methods).field("documentation", &self.documentation);
        debug.field("descriptors", &format_args!("{} bytes", self.descriptors.len())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &[&str] = &["/test.Kv/Read", "/old.Kv/Fetch", "/test.Kv2/Find"];

    const KV: ServiceSpec = ServiceSpec::new(
        "test.Kv",
        &[
            MethodSpec::new("test.Kv", "Get", "/test.Kv/Get", MethodKind::UnaryUnary, "", 0).aliases(OLD),
            MethodSpec::new("test.Kv", "Put", "/test.Kv/Put", MethodKind::StreamUnary, "", 1),
        ],
        "",
    );

    #[test]
    fn a_method_is_found_by_its_name_and_by_the_aliases_of_its_service() {
        let position = |name| KV.method(name).map(|method| method.position);
        assert_eq!(position("Get"), Some(0));
        assert_eq!(position("Read"), Some(0));
        assert_eq!(position("Put"), Some(1));
        for name in ["", "get", "Fetch", "Find", "/test.Kv/Get", "/Read", "test.Kv/Read"] {
            assert_eq!(position(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_not_said_is_not_there() {
        assert_eq!((KV.protocol, KV.version), ("test.Kv", ""));
        let put = KV.method("Put").unwrap();
        assert_eq!((put.aliases, put.timeout, put.idempotent), (&[][..], None, false));
        assert_eq!(put.message_bytes_max, None);
    }
}
