use crate::quote::quote;

/// Why a cookie is no cookie, or not the one that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CookieError {
    /// The key cannot be the name of an environment variable.
    #[error(
        "the cookie's key {} is no name for an environment variable; use letters, digits and `_`",
        quote(key)
    )]
    BadKey {
        /// The key.
        key: String,
    },
    /// The value is empty or holds a zero byte.
    #[error("the value of the cookie `{key}` is empty or holds a zero byte; choose a random text")]
    BadValue {
        /// The key.
        key: String,
    },
    /// The variable is not set: a person started the plugin, or a host that does not know it.
    #[error(
        "the variable `{key}` is not set: this program is a plugin; start the program that uses it instead"
    )]
    Missing {
        /// The key.
        key: String,
    },
    /// The variable has another value: the host expects another plugin.
    #[error(
        "the variable `{key}` has another value: this plugin belongs to another host; give both the same cookie"
    )]
    Different {
        /// The key.
        key: String,
    },
}

/// Why a plugin's handshake line was refused. Each variant is one rule of the line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandshakeError {
    /// The line is no handshake line at all.
    #[error(
        "expected a handshake line `1|VERSION|NETWORK|ADDRESS|PROTOCOL|CERTIFICATE`, found {}; print nothing to standard output before the handshake",
        quote(line)
    )]
    Unrecognized {
        /// The line.
        line: String,
    },
    /// Too much came before a line that could be the handshake line.
    #[error(
        "none of the first {lines} lines is a handshake line, the first is {}; print nothing to standard output before the handshake, or allow more with `stray_lines_max`",
        quote(first)
    )]
    StrayLines {
        /// How many lines came.
        lines: usize,
        /// The first of them.
        first: String,
    },
    /// The line ends before it has the fields that every plugin writes.
    #[error(
        "field {field}, {}, is missing in the handshake line {}; expected `1|VERSION|NETWORK|ADDRESS|PROTOCOL|CERTIFICATE`",
        field_name(*field),
        quote(line)
    )]
    MissingField {
        /// The first that is missing, counted from 1.
        field: u8,
        /// The line.
        line: String,
    },
    /// A field holds bytes that are no text.
    #[error("field {field}, {}, is no UTF-8; rebuild the plugin so that it prints text", field_name(*field))]
    NotUtf8 {
        /// The field, counted from 1.
        field: u8,
    },
    /// The line does not end where a line must.
    #[error(
        "the handshake line is longer than the limit of {limit} bytes; the plugin printed something else first"
    )]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The first field is no number.
    #[error("field 1, the core protocol version, is {}; expected the number 1", quote(found))]
    CoreVersionNotANumber {
        /// The field.
        found: String,
    },
    /// The plugin speaks a handshake of another age.
    #[error(
        "the plugin's core protocol version is {found}, this host's is {expected}; update the older of the two"
    )]
    CoreVersionMismatch {
        /// The plugin's.
        found: u32,
        /// Ours.
        expected: u32,
    },
    /// The second field is no number.
    #[error("field 2, the protocol version, is {}; expected a number", quote(found))]
    VersionNotANumber {
        /// The field.
        found: String,
    },
    /// No version is common to both.
    #[error(
        "the plugin serves protocol version {found}, this host supports {supported:?}; update the older of the two"
    )]
    VersionMismatch {
        /// What the plugin chose.
        found: u32,
        /// What the host offered.
        supported: Vec<u32>,
    },
    /// The third field is no network we know.
    #[error("field 3, the network, is {}; expected `unix` or `tcp`", quote(found))]
    UnknownNetwork {
        /// The field.
        found: String,
    },
    /// The fourth field is no address of the network.
    #[error("field 4, the address, is {}; expected {expected}", quote(found))]
    BadAddress {
        /// The field.
        found: String,
        /// What the network asks for.
        expected: &'static str,
    },
    /// The plugin says that it listens on another machine, or on all networks of this one.
    #[error(
        "field 4, the address, is {found}, which is not a loopback address; make the plugin listen on 127.0.0.1, or allow this address with `allow_address`"
    )]
    ForeignAddress {
        /// The address.
        found: String,
    },
    /// The plugin speaks Go's net/rpc.
    #[error("the plugin speaks net/rpc, which only Go programs understand; rebuild it with a gRPC server")]
    NetRpc,
    /// The fifth field is no protocol we know.
    #[error("field 5, the protocol, is {}; expected `grpc`", quote(found))]
    UnknownProtocol {
        /// The field.
        found: String,
    },
    /// The sixth field is no certificate.
    #[error(
        "field 6, the certificate, is not a certificate in base64: {reason}; rebuild the plugin with a current library"
    )]
    BadCertificate {
        /// What is wrong with it.
        reason: String,
    },
    /// We asked for mutual TLS and the plugin does not take part.
    #[error(
        "this host asked for mutual TLS and the plugin announced no certificate; update the plugin, or allow plaintext with `Security::Plaintext`"
    )]
    MissingCertificate,
    /// The plugin wants TLS that we did not ask for.
    #[error("the plugin announced a certificate and this host did not ask for TLS; use `Security::AutoMtls`")]
    UnexpectedCertificate,
    /// The seventh field is no truth value.
    #[error("field 7, multiplexing, is {}; expected `true` or `false`", quote(found))]
    BadMultiplex {
        /// The field.
        found: String,
    },
    /// We asked for one connection that streams share, and the plugin does not offer it.
    #[error(
        "this host asked for multiplexing and the plugin does not offer it; build the plugin with a library that knows it, or leave `multiplex` off"
    )]
    MultiplexUnsupported,
    /// The plugin multiplexes its broker although nobody asked for it.
    #[error(
        "the plugin multiplexes its connections, which this host did not ask for; unset PLUGIN_MULTIPLEX_GRPC"
    )]
    UnexpectedMultiplex,
}

impl HandshakeError {
    /// The field of the line that is wrong, counted from 1; `None` where it is not one field.
    #[must_use]
    pub const fn field(&self) -> Option<u8> {
        match self {
            Self::Unrecognized { .. } | Self::StrayLines { .. } | Self::TooLong { .. } => None,
            Self::MissingField { field, .. } | Self::NotUtf8 { field } => Some(*field),
            Self::CoreVersionNotANumber { .. } | Self::CoreVersionMismatch { .. } => Some(1),
            Self::VersionNotANumber { .. } | Self::VersionMismatch { .. } => Some(2),
            Self::UnknownNetwork { .. } => Some(3),
            Self::BadAddress { .. } | Self::ForeignAddress { .. } => Some(4),
            Self::NetRpc | Self::UnknownProtocol { .. } => Some(5),
            Self::BadCertificate { .. } | Self::MissingCertificate | Self::UnexpectedCertificate => Some(6),
            Self::BadMultiplex { .. } | Self::UnexpectedMultiplex | Self::MultiplexUnsupported => Some(7),
        }
    }
}

const fn field_name(field: u8) -> &'static str {
    match field {
        1 => "the core protocol version",
        2 => "the protocol version",
        3 => "the network",
        4 => "the address",
        5 => "the protocol",
        6 => "the certificate",
        7 => "multiplexing",
        _ => "which has no meaning",
    }
}

/// Why the host's half of the handshake, in the environment, cannot be used.
#[cfg(feature = "server")]
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfferError {
    /// A port is no number of a port.
    #[error("the variable `{variable}` is {}; expected a port from 0 to 65535", quote(found))]
    BadPort {
        /// The variable.
        variable: &'static str,
        /// Its value.
        found: String,
    },
    /// The range of ports ends before it begins.
    #[error("PLUGIN_MIN_PORT is {min} and PLUGIN_MAX_PORT is {max}; the first must not be larger")]
    EmptyPortRange {
        /// The lower end.
        min: u16,
        /// The upper end.
        max: u16,
    },
    /// The host's certificate is none. Serving without it would let anybody in.
    #[error(
        "the host asked for mutual TLS, but the variable `PLUGIN_CLIENT_CERT` holds no certificate: {source}"
    )]
    BadCertificate {
        /// What is wrong with it.
        source: crate::transport::TransportError,
    },
}
