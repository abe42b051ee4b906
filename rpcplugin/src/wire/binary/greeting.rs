//! What both sides say before the first call: what they take, and which methods there are.

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::frame::{Flags, Frame, Header, Kind};
use super::machine::Bounds;
#[cfg(feature = "server")]
use super::machine::Goodbye;
#[cfg(feature = "server")]
use super::opening::Announcement;
use super::opening::Settings;
#[cfg(feature = "client")]
use super::opening::Table;
use super::{MAGIC, OpenError, Violation};
use crate::compression::MessageTerms;
use crate::limits::{
    BINARY_CONNECTION_WINDOW_BYTES, BINARY_FRAME_BYTES_MAX, BINARY_WINDOW_BYTES, HEADER_LIST_BYTES_MAX,
    STREAMS_MAX,
};
use crate::transport::Connection;
#[cfg(feature = "client")]
use crate::wire::Protocol;
#[cfg(feature = "client")]
use crate::wire::first_bytes::{ForeignError, Speech, of_plugin};

/// The version of the wire that this side speaks.
const VERSION: u16 = 1;

/// What a side says: both the same, though nobody calls a host.
pub(super) fn settings(terms: impl Into<MessageTerms>) -> Settings {
    let MessageTerms { bytes_max, compression } = terms.into();
    Settings {
        version: VERSION,
        frame_bytes_max: BINARY_FRAME_BYTES_MAX,
        window_bytes: BINARY_WINDOW_BYTES,
        connection_window_bytes: BINARY_CONNECTION_WINDOW_BYTES,
        calls_max: STREAMS_MAX,
        message_bytes_max: u32::try_from(bytes_max).unwrap_or(u32::MAX),
        metadata_bytes_max: HEADER_LIST_BYTES_MAX,
        encodings: compression.accepted().bits(),
    }
}

/// What of the settings decides how frames are cut and counted.
pub(super) fn bounds(settings: &Settings) -> Bounds {
    Bounds {
        frame_bytes_max: settings.frame_bytes_max,
        window_bytes: settings.window_bytes,
        connection_window_bytes: settings.connection_window_bytes,
        calls_max: settings.calls_max,
    }
}

fn put(kind: Kind, flags: u8, payload: &[u8], to: &mut BytesMut) {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    to.extend_from_slice(&Header { length, kind, flags: Flags(flags), call: 0 }.bytes());
    to.extend_from_slice(payload);
}

fn hello(settings: &Settings) -> BytesMut {
    let mut payload = BytesMut::new();
    settings.encode(&mut payload);
    let mut bytes = BytesMut::from(&MAGIC[..]);
    put(Kind::Hello, 0, &payload, &mut bytes);
    bytes
}

/// The host's half: says what it takes, and reads what the plugin does. What comes behind that is left in `buffer`.
#[cfg(feature = "client")]
pub(super) async fn ask(
    connection: &mut Connection,
    own: &Settings,
    buffer: &mut BytesMut,
) -> Result<(Settings, Table), OpenError> {
    connection.write_all(&hello(own)).await?;
    connection.flush().await?;
    hear(connection, buffer).await?;
    let peer = read_hello(connection, buffer).await?;
    let mut table = Table::default();
    loop {
        let frame = next(connection, buffer).await?;
        match frame.kind {
            Kind::Methods => table.add(&frame.payload)?,
            Kind::Extension => continue,
            _ => return Err(refused(&frame, "the plugin's table comes before it").into()),
        }
        if !frame.flags.has(Flags::MORE) {
            return Ok((peer, table));
        }
    }
}

/// The plugin's half. What comes behind that is left in `buffer`, which may hold the
/// beginning already.
#[cfg(feature = "server")]
pub(super) async fn answer(
    connection: &mut Connection,
    own: &Settings,
    announcement: &Announcement,
    buffer: &mut BytesMut,
) -> Result<Settings, OpenError> {
    let peer = read_hello(connection, buffer).await?;
    let mut bytes = hello(own);
    let table = announcement.payloads(peer.frame_bytes_max);
    let last = table.len().saturating_sub(1);
    for (number, payload) in table.iter().enumerate() {
        put(Kind::Methods, if number < last { Flags::MORE } else { 0 }, payload, &mut bytes);
    }
    connection.write_all(&bytes).await?;
    connection.flush().await?;
    Ok(peer)
}

/// Tells a peer why it is not served. Best effort: the connection is closed behind it.
#[cfg(feature = "server")]
pub(super) async fn say_goodbye(
    connection: &mut Connection,
    own: &Settings,
    reason: Goodbye,
    why: &impl std::fmt::Display,
) {
    let mut bytes = hello(own);
    put(Kind::Goodbye, 0, &reason.payload(&why.to_string()), &mut bytes);
    if connection.write_all(&bytes).await.is_ok() {
        let _closed = connection.shutdown().await;
    }
}

/// Reads until it is clear that the plugin speaks this wire.
#[cfg(feature = "client")]
async fn hear(connection: &mut Connection, buffer: &mut BytesMut) -> Result<(), OpenError> {
    let asked = Protocol::Binary;
    loop {
        match of_plugin(buffer) {
            None => read(connection, buffer).await?,
            Some(Speech::Known(found)) if found == asked => return Ok(()),
            Some(Speech::Known(found)) => return Err(ForeignError::OtherWire { asked, found }.into()),
            Some(Speech::Foreign(found)) => {
                return Err(ForeignError::Plugin { found, first: buffer.to_vec() }.into());
            }
        }
    }
}

async fn read_hello(connection: &mut Connection, buffer: &mut BytesMut) -> Result<Settings, OpenError> {
    while buffer.len() < MAGIC.len() {
        read(connection, buffer).await?;
    }
    let found = buffer.first_chunk().copied().unwrap_or_default();
    if found != MAGIC {
        return Err(Violation::Magic { found }.into());
    }
    buffer.advance(MAGIC.len());
    let frame = next(connection, buffer).await?;
    if frame.kind != Kind::Hello {
        return Err(refused(&frame, "HELLO is the first frame").into());
    }
    Ok(Settings::decode(&frame.payload)?)
}

/// A frame where another one was expected. One that says why the other side ends says it.
fn refused(frame: &Frame, why: &'static str) -> Violation {
    match frame.kind {
        Kind::Goodbye => {
            let (reason, text) = frame.payload.split_first().unwrap_or((&0, &[]));
            Violation::accused(*reason, text)
        }
        _ => frame.out_of_place(why),
    }
}

async fn next(connection: &mut Connection, buffer: &mut BytesMut) -> Result<Frame, OpenError> {
    loop {
        if let Some(frame) = Frame::next(buffer, BINARY_FRAME_BYTES_MAX)? {
            return Ok(frame);
        }
        read(connection, buffer).await?;
    }
}

async fn read(connection: &mut Connection, buffer: &mut BytesMut) -> Result<(), OpenError> {
    match connection.read_buf(buffer).await? {
        0 => Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into()),
        _ => Ok(()),
    }
}
