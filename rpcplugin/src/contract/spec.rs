use std::fmt;

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

/// One method of a contract: a row of the table that `#[rpc_protocol]` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MethodSpec {
    /// The method's name on the wire, such as `ProcessData`.
    pub name: &'static str,
    /// The path of the method on the gRPC wire, such as `/example.DataProcessor/ProcessData`.
    pub path: &'static str,
    /// Which sides of the call are streams.
    pub kind: MethodKind,
    /// The doc comment of the method, without the comment marks; empty where there is none.
    pub documentation: &'static str,
}

impl MethodSpec {
    /// A row of the table. Contracts get theirs from `#[rpc_protocol]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        path: &'static str,
        kind: MethodKind,
        documentation: &'static str,
    ) -> Self {
        Self { name, path, kind, documentation }
    }
}

/// A contract as a constant: its name and its methods.
///
/// Routing, registration and the clients read this table; nothing of it is written twice.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.DataProcessor")]
/// trait DataProcessor {
///     async fn process_data(&self, request: String) -> Result<String, Status>;
/// }
///
/// assert_eq!(DataProcessorClient::SPEC.name, "example.DataProcessor");
/// assert_eq!(DataProcessorClient::SPEC.method_type("ProcessData"), Some("unary_unary"));
/// assert_eq!(DataProcessorClient::SPEC.method_type("Unknown"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceSpec {
    /// The service's full name on the wire, package included, such as `example.DataProcessor`.
    pub name: &'static str,
    /// The methods in the order of the contract. The order never reaches the wire.
    pub methods: &'static [MethodSpec],
    /// The doc comment of the contract, without the comment marks; empty where there is none.
    pub documentation: &'static str,
}

impl ServiceSpec {
    /// A table. Contracts get theirs from `#[rpc_protocol]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        methods: &'static [MethodSpec],
        documentation: &'static str,
    ) -> Self {
        Self { name, methods, documentation }
    }

    /// The row of the method with this name, if the contract has one.
    #[must_use]
    pub fn method(&self, name: &str) -> Option<&'static MethodSpec> {
        self.methods.iter().find(|method| method.name == name)
    }

    /// The kind of the method with this name as text, such as `unary_unary`.
    #[must_use]
    pub fn method_type(&self, name: &str) -> Option<&'static str> {
        self.method(name).map(|method| method.kind.as_str())
    }
}
