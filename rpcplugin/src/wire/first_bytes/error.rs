use super::{Foreign, HTTP2_PREFACE};
use crate::quote::quote;
use crate::wire::Protocol;

/// Why the first bytes of a connection are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ForeignError {
    /// A peer of a plugin.
    #[error("the peer speaks {found}: it begins with {}; {}", begins(first), advice_to_plugin(*found, *secure))]
    Peer {
        /// What it speaks.
        found: Foreign,
        /// What came.
        first: Vec<u8>,
        /// Whether TLS is around it.
        secure: bool,
    },
    /// A peer of a plugin that agreed to another wire when it opened TLS.
    #[error(
        "the peer agreed to speak {} within TLS and speaks {}; its library must name what it speaks (ALPN)",
        word(*agreed),
        word(*found)
    )]
    Disagreement {
        /// What it agreed to.
        agreed: Protocol,
        /// What it speaks.
        found: Protocol,
    },
    /// The socket of a plugin.
    #[error("the plugin's socket answers in {found}: it begins with {}; {}", begins(first), advice_to_host(*found))]
    Plugin {
        /// What it speaks.
        found: Foreign,
        /// What came.
        first: Vec<u8>,
    },
    /// The socket of a plugin that speaks the other wire.
    #[error("the plugin's socket answers in {} where {} was asked for; set the host's `Wire` to `Auto`", word(*found), word(*asked))]
    OtherWire {
        /// What was asked for.
        asked: Protocol,
        /// What it speaks.
        found: Protocol,
    },
}

const fn word(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Binary => "the binary wire",
        Protocol::Grpc => "HTTP/2",
    }
}

const fn advice_to_plugin(found: Foreign, secure: bool) -> &'static str {
    match (found, secure) {
        (Foreign::Tls, false) => {
            "this plugin was started without TLS; let its host start it with `Security::AutoMtls`"
        }
        (Foreign::Tls, true) => "there is TLS already; let one of the two layers go",
        (Foreign::Http1, _) => {
            "this is the socket of a plugin, which speaks gRPC over HTTP/2 without an upgrade"
        }
        (Foreign::NewerBinary, _) => "update this plugin, or have its host speak gRPC (`Wire::Grpc`)",
        (Foreign::MangledBinary | Foreign::MangledHttp2, _) => {
            "whatever carries the connection must leave its bytes as they are"
        }
        (Foreign::Ssh | Foreign::Text | Foreign::Bytes, _) => {
            "this is the socket of a plugin; only its host should connect"
        }
    }
}

const fn advice_to_host(found: Foreign) -> &'static str {
    match found {
        Foreign::Tls => "start it with `Security::AutoMtls`, so that it announces its certificate",
        Foreign::NewerBinary => "update this host, or set its `Wire` to `Grpc`",
        Foreign::MangledBinary | Foreign::MangledHttp2 => {
            "whatever carries the connection must leave its bytes as they are"
        }
        Foreign::Http1 | Foreign::Ssh | Foreign::Text | Foreign::Bytes => {
            "another program may have taken its address; let the plugin listen on a unix socket"
        }
    }
}

/// The first bytes, fit to stand in a message.
fn begins(first: &[u8]) -> String {
    let first = first.get(..first.len().min(HTTP2_PREFACE.len())).unwrap_or_default();
    quote(&first.escape_ascii().to_string())
}
