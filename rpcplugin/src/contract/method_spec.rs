use std::fmt;
use std::time::Duration;

use super::MethodKind;
use crate::message::{MessageSchema, ProtobufName};

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
///
/// The messages, where they have a layout that is known:
///
/// ```
/// use rpcplugin::{BinaryMessage, Status, rpc_protocol};
///
/// #[derive(BinaryMessage)]
/// struct Reading {
///     celsius: f32,
/// }
///
/// #[rpc_protocol(service = "example.Station")]
/// trait Station {
///     async fn read(&self, sensor: String) -> Result<Reading, Status>;
/// }
///
/// let read = &StationClient::SPEC.methods[0];
/// assert!(read.request.is_none(), "a `String` is protobuf, and has nothing that could be compared");
/// let response = read.response.unwrap();
/// assert_eq!((response.name, response.canonical_layout().unwrap()), ("Reading", "{celsius:f32le}".to_owned()));
/// ```
///
/// Two rows are equal if all that they say is. Of a message that is its name and its
/// [canonical layout](MessageSchema::canonical_layout); of one that has no such layout, its name.
#[derive(Clone, Copy)]
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
    /// What is known of the request's layout, or of that of each request: [`Message::KNOWN_SCHEMA`](crate::Message) of its
    /// type.
    pub request: Option<&'static MessageSchema>,
    /// The same of the response, or of each response.
    pub response: Option<&'static MessageSchema>,
    /// The name of the request's type as a message of protobuf, where the type itself has one.
    pub request_name: Option<ProtobufName>,
    /// The same of the response.
    pub response_name: Option<ProtobufName>,
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
            request: None,
            response: None,
            request_name: None,
            response_name: None,
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

    /// The row with what is known of the layouts of its messages. A contract has it from the types of its methods.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{BinaryMessage, Message, MethodKind, MethodSpec};
    ///
    /// #[derive(BinaryMessage)]
    /// struct Reading {
    ///     celsius: f32,
    /// }
    ///
    /// const READ: MethodSpec =
    ///     MethodSpec::new("example.Station", "Read", "/example.Station/Read", MethodKind::UnaryUnary, "", 0)
    ///         .messages(<String as Message>::KNOWN_SCHEMA, <Reading as Message>::KNOWN_SCHEMA);
    ///
    /// assert_eq!(READ.response.unwrap().name, "Reading");
    /// ```
    #[must_use]
    pub const fn messages(
        self,
        request: Option<&'static MessageSchema>,
        response: Option<&'static MessageSchema>,
    ) -> Self {
        Self { request, response, ..self }
    }

    /// The row with the names that the types of its messages have in protobuf. A contract has them from the types of its
    /// methods.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{MethodKind, MethodSpec, ProtobufName};
    ///
    /// const PING: MethodSpec = MethodSpec::new("example.Kv", "Ping", "/example.Kv/Ping", MethodKind::UnaryUnary, "", 0)
    ///     .names(
    ///         Some(ProtobufName::new(|| "google.protobuf.Empty".to_owned())),
    ///         Some(ProtobufName::new(|| "google.protobuf.StringValue".to_owned())),
    ///     );
    ///
    /// assert_eq!(PING.response_name.unwrap().full_name(), "google.protobuf.StringValue");
    /// ```
    #[must_use]
    pub const fn names(
        self,
        request_name: Option<ProtobufName>,
        response_name: Option<ProtobufName>,
    ) -> Self {
        Self { request_name, response_name, ..self }
    }

    /// Whether the method has this name, or had it and still answers to it.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let is_old_name = |path: &&str| {
            let below_service = path.strip_prefix('/').and_then(|path| path.strip_prefix(self.service));
            below_service.and_then(|path| path.strip_prefix('/')) == Some(name)
        };
        self.name == name || self.aliases.iter().any(is_old_name)
    }
}

impl PartialEq for MethodSpec {
    fn eq(&self, other: &Self) -> bool {
        // Taken apart as a whole, so that no field that comes later is forgotten.
        let Self {
            service,
            name,
            path,
            kind,
            documentation,
            position,
            aliases,
            timeout,
            idempotent,
            message_bytes_max,
            request,
            response,
            request_name,
            response_name,
        } = *self;
        (service, name, path) == (other.service, other.name, other.path)
            && (kind, documentation, position) == (other.kind, other.documentation, other.position)
            && (aliases, timeout, idempotent) == (other.aliases, other.timeout, other.idempotent)
            && message_bytes_max == other.message_bytes_max
            && is_same(request, other.request)
            && is_same(response, other.response)
            && (request_name, response_name) == (other.request_name, other.response_name)
    }
}

impl Eq for MethodSpec {}

/// Whether two descriptions are of one type, as far as a peer could see.
fn is_same(one: Option<&'static MessageSchema>, other: Option<&'static MessageSchema>) -> bool {
    match (one, other) {
        // Asked first: to write a layout out takes memory.
        (Some(one), Some(other)) if std::ptr::eq(one, other) => true,
        (Some(one), Some(other)) => {
            (one.name, one.layout) == (other.name, other.layout)
                && one.canonical_layout() == other.canonical_layout()
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Of the messages their names: a description is as long as the type.
impl fmt::Debug for MethodSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("MethodSpec");
        debug.field("service", &self.service).field("name", &self.name).field("path", &self.path);
        debug.field("kind", &self.kind).field("documentation", &self.documentation);
        debug.field("position", &self.position).field("aliases", &self.aliases);
        debug.field("timeout", &self.timeout).field("idempotent", &self.idempotent);
        debug.field("message_bytes_max", &self.message_bytes_max);
        debug.field("request", &self.request.map(|schema| schema.name));
        debug.field("response", &self.response.map(|schema| schema.name));
        debug.field("request_name", &self.request_name).field("response_name", &self.response_name).finish()
    }
}

#[cfg(test)]
mod tests {
    use rpcplugin::BinaryMessage;

    use super::*;
    use crate::message::Message;

    const ROW: MethodSpec = MethodSpec::new("test.T", "M", "/test.T/M", MethodKind::UnaryUnary, "", 0);

    /// The description of a type that is called `Sample`.
    macro_rules! sample {
        ($($field:tt)*) => {{
            #[derive(BinaryMessage)]
            struct Sample {
                $($field)*
            }
            Sample::KNOWN_SCHEMA
        }};
    }

    #[test]
    fn rows_are_equal_if_their_messages_are() {
        let (byte, long) = (sample!(value: u8), sample!(value: u16));
        let same = sample!(
            /// What is said about a field never reaches the wire.
            value: u8
        );
        assert!(!std::ptr::eq(byte.unwrap(), same.unwrap()), "two descriptions");
        assert_eq!(ROW.messages(byte, None), ROW.messages(same, None));
        assert_ne!(ROW.messages(byte, None), ROW.messages(long, None));
        assert_ne!(ROW.messages(None, byte), ROW.messages(None, long));
        assert_ne!(ROW.messages(byte, None), ROW.messages(None, byte));
        assert_ne!(ROW.messages(byte, None), ROW);
        // The bytes are the same, and the type is another one.
        #[derive(BinaryMessage)]
        struct Other {
            value: u8,
        }
        assert_ne!(ROW.messages(byte, None), ROW.messages(Other::KNOWN_SCHEMA, None));
    }

    #[test]
    fn a_tagged_message_is_known_by_its_name() {
        let (one, two) = (sample!(#[binary(id = 1)] value: u32), sample!(#[binary(id = 2)] other: String));
        assert_eq!(ROW.messages(one, None), ROW.messages(two, None));
        assert_ne!(ROW.messages(one, None), ROW.messages(sample!(value: u8), None));
    }

    #[test]
    fn rows_differ_by_each_field() {
        let others = [
            MethodSpec { service: "a", ..ROW },
            MethodSpec { name: "a", ..ROW },
            MethodSpec { path: "a", ..ROW },
            MethodSpec { kind: MethodKind::UnaryStream, ..ROW },
            MethodSpec { documentation: "a", ..ROW },
            MethodSpec { position: 1, ..ROW },
            ROW.aliases(&["a"]),
            ROW.timeout(Duration::ZERO),
            ROW.idempotent(),
            ROW.message_bytes_max(1),
        ];
        for other in others {
            assert_ne!(ROW, other);
        }
    }

    #[test]
    fn a_row_is_shown_with_the_names_of_its_messages() {
        let shown = format!("{:?}", ROW.messages(None, sample!(value: u8)));
        assert!(
            shown.ends_with(
                "request: None, response: Some(\"Sample\"), request_name: None, response_name: None }"
            ),
            "{shown}"
        );
    }
}
