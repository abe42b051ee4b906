use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose::STANDARD_NO_PAD};

use super::HandshakeError;
use crate::limits::HANDSHAKE_LINE_BYTES_MAX;
use crate::transport::Address;

/// The version of the handshake itself. It was never anything else.
const CORE_PROTOCOL_VERSION: u32 = 1;

/// A sixth field up to this length is no certificate: plugins of the first years put other data there.
const LEGACY_EXTRA_CHARACTERS_MAX: usize = 50;

/// Go wants no padding, pyvider's plugins and some others write it: we write none and read both.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What calls look like once the connection stands: the fifth field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PluginProtocol {
    /// gRPC over HTTP/2.
    Grpc,
    /// Go's net/rpc. It is recognised, so that the error can say what it is.
    NetRpc,
}

impl PluginProtocol {
    /// Its name in the handshake line.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::NetRpc => "netrpc",
        }
    }
}

/// The line with which a plugin says where it listens: seven fields at most, parted by `|`.
///
/// # Examples
///
/// ```
/// use rpcplugin::HandshakeLine;
///
/// let line: HandshakeLine = "1|4|unix|/tmp/plugin-1/socket|grpc|".parse()?;
/// assert_eq!(line.version, 4);
/// assert!(line.certificate.is_none());
/// assert_eq!(line.to_string(), "1|4|unix|/tmp/plugin-1/socket|grpc|");
/// # Ok::<(), rpcplugin::HandshakeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandshakeLine {
    /// The version of the contract that the plugin chose.
    pub version: u32,
    /// Where the plugin listens.
    pub address: Address,
    /// What it speaks there.
    pub protocol: PluginProtocol,
    /// The plugin's certificate as DER, if it wants mutual TLS.
    pub certificate: Option<Vec<u8>>,
    /// Whether the plugin multiplexes its broker; `None` where it does not know the question.
    pub multiplex: Option<bool>,
}

impl HandshakeLine {
    /// A line for a gRPC plugin.
    #[must_use]
    pub const fn new(version: u32, address: Address, certificate: Option<Vec<u8>>) -> Self {
        Self { version, address, protocol: PluginProtocol::Grpc, certificate, multiplex: None }
    }
}

impl FromStr for HandshakeLine {
    type Err = HandshakeError;

    /// Reads a line in the order in which go-plugin's hosts look at the fields. Of TCP's addresses it takes those of this machine.
    fn from_str(text: &str) -> Result<Self, HandshakeError> {
        Self::read(text.as_bytes(), &|_| false)
    }
}

impl HandshakeLine {
    /// Reads a line. Addresses of other machines it takes only where they are allowed.
    pub(crate) fn read(bytes: &[u8], is_allowed: &dyn Fn(&Address) -> bool) -> Result<Self, HandshakeError> {
        if bytes.len() > HANDSHAKE_LINE_BYTES_MAX {
            return Err(HandshakeError::TooLong { limit: HANDSHAKE_LINE_BYTES_MAX });
        }
        let text = text_of(bytes)?;
        // What editors and shells of other systems put before a text.
        let line = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
        if !line.contains('|') {
            return Err(HandshakeError::Unrecognized { line: line.to_owned() });
        }
        let mut fields = line.split('|');
        check_core(fields.next().unwrap_or_default())?;
        let mut demand = |field| {
            fields.next().ok_or_else(|| HandshakeError::MissingField { field, line: line.to_owned() })
        };
        let version = demand(2)?;
        let version =
            number(version).ok_or_else(|| HandshakeError::VersionNotANumber { found: version.to_owned() })?;
        let network = demand(3)?;
        check_network(network)?;
        let address = any_address(network, demand(4)?)?;
        Ok(Self {
            version,
            address: if is_allowed(&address) { address } else { local(address)? },
            // Four fields are a plugin from before the fifth existed.
            protocol: fields.next().map_or(Ok(PluginProtocol::NetRpc), parse_protocol)?,
            certificate: fields.next().map_or(Ok(None), parse_certificate)?,
            multiplex: fields.next().map(parse_multiplex).transpose()?,
        })
    }
}

impl fmt::Display for HandshakeLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{CORE_PROTOCOL_VERSION}|{}|{}|", self.version, self.address.network())?;
        match &self.address {
            Address::Unix(path) => write!(formatter, "{}", path.display())?,
            Address::Tcp(address) => write!(formatter, "{address}")?,
        }
        let protocol = self.protocol.name();
        let certificate = self.certificate.as_ref().map(|der| STANDARD_NO_PAD.encode(der));
        // The sixth field always, even empty: pyvider's hosts count five bars. The seventh only where it is asked for.
        write!(formatter, "|{protocol}|{}", certificate.unwrap_or_default())?;
        match self.multiplex {
            Some(multiplex) => write!(formatter, "|{multiplex}"),
            None => Ok(()),
        }
    }
}

fn check_core(field: &str) -> Result<(), HandshakeError> {
    match number(field) {
        Some(CORE_PROTOCOL_VERSION) => Ok(()),
        Some(found) => Err(HandshakeError::CoreVersionMismatch { found, expected: CORE_PROTOCOL_VERSION }),
        None => Err(HandshakeError::CoreVersionNotANumber { found: field.to_owned() }),
    }
}

/// Decimal digits and nothing else: `+1` is a number to Rust's parser and to nobody who writes this line.
fn number(field: &str) -> Option<u32> {
    field.bytes().all(|byte| byte.is_ascii_digit()).then(|| field.parse().ok()).flatten()
}

/// Bytes that are no text are a mistake of the field in which they stand.
fn text_of(bytes: &[u8]) -> Result<&str, HandshakeError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let (before, _) = bytes.split_at(error.valid_up_to());
        let field = before.iter().filter(|byte| **byte == b'|').count().saturating_add(1);
        HandshakeError::NotUtf8 { field: u8::try_from(field).unwrap_or(u8::MAX) }
    })
}

fn check_network(network: &str) -> Result<(), HandshakeError> {
    match network {
        "unix" | "tcp" => Ok(()),
        _ => Err(HandshakeError::UnknownNetwork { found: network.to_owned() }),
    }
}

/// An address, if it is one of this machine.
fn local(address: Address) -> Result<Address, HandshakeError> {
    match address {
        Address::Tcp(found) if !is_local(&address) => {
            Err(HandshakeError::ForeignAddress { found: found.to_string() })
        }
        address => Ok(address),
    }
}

/// Whether it is one of this machine.
pub(crate) fn is_local(address: &Address) -> bool {
    match address {
        Address::Unix(_) => true,
        Address::Tcp(address) => address.ip().to_canonical().is_loopback(),
    }
}

/// An address of this machine, as it is said in field 4 of the line.
pub(super) fn parse_address(network: &str, address: &str) -> Result<Address, HandshakeError> {
    local(any_address(network, address)?)
}

/// An address of any machine, as a plugin says it in its line, and both sides in what the broker carries.
pub(crate) fn any_address(network: &str, address: &str) -> Result<Address, HandshakeError> {
    match network {
        "unix" if address.is_empty() || address.contains('\0') => {
            Err(HandshakeError::BadAddress { found: address.to_owned(), expected: "the path of a socket" })
        }
        "unix" => Ok(Address::Unix(PathBuf::from(address))),
        "tcp" => parse_tcp(address),
        _ => Err(HandshakeError::UnknownNetwork { found: network.to_owned() }),
    }
}

/// `127.0.0.1:1234`, `[::1]:1234`, `localhost:1234` and Go's short `:1234`. No other name: looking one up asks a stranger.
fn parse_tcp(text: &str) -> Result<Address, HandshakeError> {
    let local_port = text.strip_prefix("localhost:").or_else(|| text.strip_prefix(':')).and_then(number);
    let parsed = match local_port.map(u16::try_from) {
        Some(Ok(port)) => Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
        Some(Err(_)) => None,
        None => text.parse().ok(),
    };
    match parsed {
        Some(address) if address.port() == 0 => None,
        other => other,
    }
    .ok_or_else(|| HandshakeError::BadAddress {
        found: text.to_owned(),
        expected: "an IP address and a port, such as 127.0.0.1:1234",
    })
    .map(Address::Tcp)
}

fn parse_protocol(field: &str) -> Result<PluginProtocol, HandshakeError> {
    match field {
        "grpc" => Ok(PluginProtocol::Grpc),
        "netrpc" => Ok(PluginProtocol::NetRpc),
        _ => Err(HandshakeError::UnknownProtocol { found: field.to_owned() }),
    }
}

fn parse_certificate(field: &str) -> Result<Option<Vec<u8>>, HandshakeError> {
    if field.len() <= LEGACY_EXTRA_CHARACTERS_MAX {
        return Ok(None);
    }
    TOLERANT
        .decode(field)
        .map(Some)
        .map_err(|error| HandshakeError::BadCertificate { reason: error.to_string() })
}

fn parse_multiplex(field: &str) -> Result<bool, HandshakeError> {
    truth(field).ok_or_else(|| HandshakeError::BadMultiplex { found: field.to_owned() })
}

/// The words that Go's parser of truth values knows.
pub(super) fn truth(word: &str) -> Option<bool> {
    match word {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
