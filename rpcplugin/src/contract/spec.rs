use std::fmt;
use std::time::Duration;

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
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use rpcplugin::{Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Store")]
/// trait Store {
///     #[rpc(aliases = ["Read"], timeout = "2s", idempotent, max_len = 4096)]
///     async fn get(&self, key: String) -> Result<String, Status>;
/// }
///
/// let get = &StoreClient::SPEC.methods[0];
/// assert_eq!(get.path, "/example.Store/Get");
/// assert_eq!(get.aliases, ["/example.Store/Read"]);
/// assert_eq!(get.timeout, Some(Duration::from_secs(2)));
/// assert!(get.idempotent);
/// assert_eq!(get.message_bytes_max, Some(4096));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MethodSpec {
    /// The full name of the service that the method belongs to, such as `example.DataProcessor`.
    pub service: &'static str,
    /// The method's name on the wire, such as `ProcessData`.
    pub name: &'static str,
    /// The path of the method on the gRPC wire, such as `/example.DataProcessor/ProcessData`.
    pub path: &'static str,
    /// Which sides of the call are streams.
    pub kind: MethodKind,
    /// The doc comment of the method, without the comment marks; empty where there is none.
    pub documentation: &'static str,
    /// Where the method stands in the source of the contract: how generated code finds its arm.
    ///
    /// It never reaches the wire, and it is no index: a method that `#[cfg]` takes out leaves a gap.
    #[doc(hidden)]
    pub position: usize,
    /// Other paths that the method answers to, such as the one that it had in an older version. Callers use `path`.
    pub aliases: &'static [&'static str],
    /// The time that a client gives a call whose caller gives it none; `None` for as long as it takes.
    pub timeout: Option<Duration>,
    /// Whether a call that is made twice does what it does once. Nothing repeats a call because of it: it is for
    /// interceptors that do.
    pub idempotent: bool,
    /// The bound of one message of this method, request or response, in bytes, where it is below that of the connection.
    pub message_bytes_max: Option<usize>,
}

impl MethodSpec {
    /// A row of the table without anything that a method may do without. Contracts get theirs from `#[rpc_protocol]`.
    ///
    /// `path` is `/{service}/{name}`, and `position` is the place of the method in the source of the contract.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use rpcplugin::{MethodKind, MethodSpec};
    ///
    /// const GET: MethodSpec =
    ///     MethodSpec::new("example.Kv", "Get", "/example.Kv/Get", MethodKind::UnaryUnary, "Reads a value.", 0)
    ///         .aliases(&["/example.Kv/Read"])
    ///         .timeout(Duration::from_secs(2))
    ///         .idempotent()
    ///         .message_bytes_max(4096);
    ///
    /// assert_eq!(GET.service, "example.Kv");
    /// assert_eq!(GET.timeout, Some(Duration::from_secs(2)));
    /// ```
    #[must_use]
    pub const fn new(
        service: &'static str,
        name: &'static str,
        path: &'static str,
        kind: MethodKind,
        documentation: &'static str,
        position: usize,
    ) -> Self {
        Self {
            service,
            name,
            path,
            kind,
            documentation,
            position,
            aliases: &[],
            timeout: None,
            idempotent: false,
            message_bytes_max: None,
        }
    }

    /// The row with other paths that the method answers to, each of the form `/{service}/{name}`.
    #[must_use]
    pub const fn aliases(self, paths: &'static [&'static str]) -> Self {
        Self { aliases: paths, ..self }
    }

    /// The row with the time of a call whose caller gives it none.
    #[must_use]
    pub const fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// The row of a method that does nothing more when it is called twice.
    #[must_use]
    pub const fn idempotent(self) -> Self {
        Self { idempotent: true, ..self }
    }

    /// The row with a bound of one message, in bytes.
    #[must_use]
    pub const fn message_bytes_max(self, bytes: usize) -> Self {
        Self { message_bytes_max: Some(bytes), ..self }
    }

    /// Whether the method has this name, or had it and still answers to it.
    fn is_called(&self, name: &str) -> bool {
        let is_old_name = |path: &&str| {
            let below_service = path.strip_prefix('/').and_then(|path| path.strip_prefix(self.service));
            below_service.and_then(|path| path.strip_prefix('/')) == Some(name)
        };
        self.name == name || self.aliases.iter().any(is_old_name)
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        Self { name, protocol: name, version: "", methods, documentation }
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
