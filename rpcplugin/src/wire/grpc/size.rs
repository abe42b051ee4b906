use bytes::Bytes;
use futures_util::StreamExt;

use crate::contract::Status;
use crate::wire::MessageStream;

/// Passes a message on that is within the limit, and refuses one that is not before a byte of it is sent.
pub(super) fn within(bytes: Bytes, limit: usize) -> Result<Bytes, Status> {
    if bytes.len() <= limit { Ok(bytes) } else { Err(too_large(bytes.len(), limit)) }
}

/// The same for each message of a stream.
pub(super) fn bounded(messages: MessageStream, limit: usize) -> MessageStream {
    Box::pin(messages.map(move |item| within(item?, limit)))
}

/// The words with which tonic refuses a message that is announced to be larger than the limit.
const REFUSED_BY_TONIC: &str = "Error, decoded message length too large: found ";

/// Turns tonic's refusal into ours: another code (gRPC's documents want RESOURCE_EXHAUSTED), and what to do.
pub(super) fn refusal(message: &str) -> Option<Status> {
    let (found, rest) = message.strip_prefix(REFUSED_BY_TONIC)?.split_once(' ')?;
    let limit = rest.rsplit_once("limit is: ")?.1.split(' ').next()?;
    Some(too_large(found.parse().ok()?, limit.parse().ok()?))
}

fn too_large(length: usize, limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "a message of {length} bytes is over the limit of {limit}; send it in pieces, or raise `message_bytes_max` on both sides"
    ))
}
