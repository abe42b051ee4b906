//! Who speaks? The first bytes of a connection tell, and what is no wire of ours is called by its name.
//!
//! Pure: the bytes that have come so far go in. The verdict is that of the shortest beginning that allows one, so it is
//! there as early as can be, and does not depend on the pieces in which the bytes came.

#![cfg_attr(
    not(all(feature = "client", feature = "server")),
    allow(dead_code, reason = "a host hears plugins, and a plugin hosts")
)]

mod error;

use std::fmt;

pub(crate) use error::ForeignError;

use super::Protocol;
use super::binary::MAGIC;

/// The text with which a client opens HTTP/2.
pub(crate) const HTTP2_PREFACE: [u8; 24] = *b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The bytes of the magic that no translation of line ends touches.
const MAGIC_HEAD: &[u8] = b"\x89rpcb";
/// Those that a later version will have as well; a letter follows.
const MAGIC_FAMILY: &[u8] = b"\x89rpc";
/// What a connection makes of the magic that drops the eighth bit, or takes the bytes for text and writes them anew.
const MAGIC_AS_TEXT: [&[u8]; 4] = [b"\trpcb", b"\xc2\x89rpcb", b"\xef\xbf\xbdrpcb", b"?rpcb"];
/// What tells HTTP/2 from HTTP/1, whose requests may begin with the same letters.
const HTTP2_HEAD: &[u8] = b"PRI * HTTP/2";
const HTTP1_METHODS: [&[u8]; 9] =
    [b"GET ", b"POST ", b"PUT ", b"HEAD ", b"DELETE ", b"OPTIONS ", b"CONNECT ", b"PATCH ", b"TRACE "];
const HTTP1_ANSWER: &[u8] = b"HTTP/1.";
const SSH: &[u8] = b"SSH-";
/// Types of records of TLS, each with the one byte that all versions have in common behind it.
const TLS_HANDSHAKE: &[u8] = b"\x16\x03";
const TLS_ALERT: &[u8] = b"\x15\x03";
/// An HTTP/2 frame up to its kind, and the kinds with which a server may begin.
const FRAME_HEADER_BYTES: usize = 9;
const FRAME_SETTINGS: u8 = 4;
const FRAME_GOAWAY: u8 = 7;

/// What is spoken on a connection, as its first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    /// A wire of ours.
    Known(Protocol),
    /// None of them.
    Foreign(Foreign),
}

/// What is no wire of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Foreign {
    Http1,
    Tls,
    Ssh,
    /// The binary wire of a version to come.
    NewerBinary,
    /// The binary wire, through something that takes it for text.
    MangledBinary,
    /// HTTP/2, through something that takes it for text.
    MangledHttp2,
    Text,
    Bytes,
}

/// What a host's first bytes say; `None` while there are too few.
pub(crate) fn of_host(bytes: &[u8]) -> Option<Speech> {
    shortest(bytes, host_speaks)
}

/// What a plugin's first bytes say, which answer whatever a host began with; `None` while there are too few.
pub(crate) fn of_plugin(bytes: &[u8]) -> Option<Speech> {
    shortest(bytes, plugin_speaks)
}

/// What the shortest beginning says that says anything.
fn shortest(bytes: &[u8], judge: impl Fn(&[u8]) -> Option<Speech>) -> Option<Speech> {
    // No verdict takes more than the longest text that is known here.
    let longest = bytes.len().min(HTTP2_PREFACE.len());
    (1..=longest).find_map(|length| judge(bytes.get(..length)?))
}

fn host_speaks(bytes: &[u8]) -> Option<Speech> {
    let foreign = |foreign| Some(Speech::Foreign(foreign));
    match bytes {
        _ if *bytes == MAGIC => Some(Speech::Known(Protocol::Binary)),
        _ if *bytes == HTTP2_PREFACE => Some(Speech::Known(Protocol::Grpc)),
        _ if HTTP1_METHODS.contains(&bytes) => foreign(Foreign::Http1),
        _ if begins_any(bytes, &HTTP1_METHODS) => None,
        _ if HTTP2_PREFACE.starts_with(bytes) => None,
        _ if bytes.starts_with(HTTP2_HEAD) => foreign(Foreign::MangledHttp2),
        _ => of_either(bytes),
    }
}

fn plugin_speaks(bytes: &[u8]) -> Option<Speech> {
    match bytes {
        _ if *bytes == MAGIC => Some(Speech::Known(Protocol::Binary)),
        _ if bytes == HTTP1_ANSWER => Some(Speech::Foreign(Foreign::Http1)),
        _ if HTTP1_ANSWER.starts_with(bytes) => None,
        // No length of a first frame has a bit in its first byte.
        [0, _, _, FRAME_SETTINGS | FRAME_GOAWAY, _, 0, 0, 0, 0] => Some(Speech::Known(Protocol::Grpc)),
        [0] | [0, _] | [0, _, _] => None,
        [0, _, _, FRAME_SETTINGS | FRAME_GOAWAY, rest @ ..] if rest.len() + 4 < FRAME_HEADER_BYTES => None,
        _ => of_either(bytes),
    }
}

/// What no side of a wire of ours says.
fn of_either(bytes: &[u8]) -> Option<Speech> {
    let whole = [(SSH, Foreign::Ssh), (TLS_HANDSHAKE, Foreign::Tls), (TLS_ALERT, Foreign::Tls)];
    let whole = whole.into_iter().chain(MAGIC_AS_TEXT.map(|text| (text, Foreign::MangledBinary)));
    let mut is_open = MAGIC.starts_with(bytes);
    for (text, foreign) in whole {
        if bytes == text {
            return Some(Speech::Foreign(foreign));
        }
        is_open |= text.starts_with(bytes);
    }
    if is_open {
        return None;
    }
    let foreign = match bytes {
        _ if bytes.starts_with(MAGIC_HEAD) => Foreign::MangledBinary,
        [head @ .., letter] if head == MAGIC_FAMILY && letter.is_ascii_alphanumeric() => Foreign::NewerBinary,
        _ if bytes.iter().all(|byte| byte.is_ascii_graphic() || b" \t\r\n".contains(byte)) => Foreign::Text,
        _ => Foreign::Bytes,
    };
    Some(Speech::Foreign(foreign))
}

fn begins_any(bytes: &[u8], texts: &[&[u8]]) -> bool {
    texts.iter().any(|text| text.starts_with(bytes))
}

impl fmt::Display for Foreign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Http1 => "HTTP/1",
            Self::Tls => "TLS",
            Self::Ssh => "SSH",
            Self::NewerBinary => "a newer version of the binary wire",
            Self::MangledBinary => "the binary wire with first bytes that were changed on their way",
            Self::MangledHttp2 => "HTTP/2 with first bytes that were changed on their way",
            Self::Text => "text that is no wire's",
            Self::Bytes => "bytes that are no wire's",
        })
    }
}

#[cfg(test)]
mod tests;
