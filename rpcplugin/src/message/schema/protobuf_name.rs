use std::fmt;

/// The full name that a type has as a message of protobuf, such as `google.protobuf.StringValue` for a `String`.
///
/// A contract knows it of every type that has one: of those that prost itself takes as messages, `()`, `String`, `Vec<u8>`,
/// `bool` and numbers, and of those that prost-build wrote with `Config::enable_type_names`.
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
/// let now = &ClockClient::SPEC.methods[0];
/// assert_eq!(now.request_name.unwrap().to_string(), "google.protobuf.Empty");
/// assert_eq!(now.response_name.unwrap().to_string(), "google.protobuf.UInt64Value");
/// ```
#[derive(Clone, Copy)]
pub struct ProtobufName {
    full: fn() -> String,
}

impl ProtobufName {
    /// The name that a function says, such as `<T as prost::Name>::full_name`: package and name, without a dot before them.
    #[must_use]
    pub const fn new(full: fn() -> String) -> Self {
        Self { full }
    }

    /// The name, package included.
    #[must_use]
    pub fn full_name(&self) -> String {
        (self.full)()
    }
}

impl fmt::Display for ProtobufName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.full_name())
    }
}

impl fmt::Debug for ProtobufName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ProtobufName({})", self.full_name())
    }
}

impl PartialEq for ProtobufName {
    fn eq(&self, other: &Self) -> bool {
        // Two functions may say one name.
        self.full_name() == other.full_name()
    }
}

impl Eq for ProtobufName {}
