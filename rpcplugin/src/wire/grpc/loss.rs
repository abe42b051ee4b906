//! What an error of the connection means for the call that it ended.

use std::time::Duration;

use h2::Reason;

use crate::call::{Context, out_of_time};
use crate::contract::{Code, Lost, Status};
use crate::limits::HEADER_LIST_BYTES_MAX;

/// The outcome of a call for which the connection was gone before it was sent.
pub(super) fn not_sent(error: h2::Error) -> Status {
    Status::lost(
        Lost::NotSent,
        "the connection to the plugin has ended; the call was not sent: start the plugin anew",
    )
    .with_source(error)
}

/// The outcome of a call that HTTP/2 did not take for sending.
pub(super) fn refused(error: h2::Error) -> Status {
    if error.is_io() || error.is_go_away() { not_sent(error) } else { status_of(error) }
}

/// The outcome of a call whose connection failed, or whose stream was reset.
pub(super) fn status_of(error: h2::Error) -> Status {
    match error.reason() {
        Some(reason) if error.is_reset() && error.is_library() => Status::internal(format!(
            "the answer breaks a rule of HTTP/2 (code {}: {}), or its headers are over the limit of {HEADER_LIST_BYTES_MAX} bytes; \
             the plugin must send less metadata",
            u32::from(reason),
            reason.description()
        ))
        .with_source(error),
        Some(reason) if error.is_reset() => of_reset(reason).with_source(error),
        Some(Reason::NO_ERROR) if error.is_go_away() && error.is_remote() => Status::lost(
            Lost::Refused,
            "the plugin took no more calls on this connection; this one did not run and may be repeated",
        )
        .with_source(error),
        _ if error.is_io() || error.is_go_away() => lost(error),
        _ => Status::internal(format!("the exchange over HTTP/2 failed: {error}")).with_source(error),
    }
}

/// The outcome of a call that was under way. A plugin whose clock rings first gives a call up whose time is over: that says no more
/// than that its time is over.
pub(super) fn of_call(error: h2::Error, context: &Context) -> Status {
    let is_given_up = error.is_reset() && error.is_remote() && error.reason() == Some(Reason::CANCEL);
    if is_given_up && context.time_left() == Some(Duration::ZERO) {
        return out_of_time().with_source(error);
    }
    status_of(error)
}

/// The connection is gone, and nobody knows how far the call came.
fn lost(error: h2::Error) -> Status {
    Status::lost(
        Lost::UnderWay,
        "the connection to the plugin is lost; a call that was under way may have run: repeat it only if that is safe",
    )
    .with_source(error)
}

/// The outcome of a call whose answer was broken off without a word.
pub(super) fn broken_off() -> Status {
    of_reset(Reason::NO_ERROR)
}

/// The meanings that gRPC gives to the codes of HTTP/2.
fn of_reset(reason: Reason) -> Status {
    let (code, text) = match reason {
        Reason::REFUSED_STREAM => (
            Code::Unavailable,
            "the plugin refused the call before it looked at it; it did not run and may be repeated",
        ),
        Reason::CANCEL => (Code::Cancelled, "the plugin gave the call up"),
        Reason::ENHANCE_YOUR_CALM => (
            Code::ResourceExhausted,
            "the plugin says that it is called too much; call less often, or raise its limits",
        ),
        Reason::INADEQUATE_SECURITY => {
            (Code::PermissionDenied, "the plugin says that the connection is not secure enough")
        }
        _ => (Code::Internal, "the plugin ended the call without saying how"),
    };
    Status::new(code, format!("{text} (HTTP/2 code {}: {})", u32::from(reason), reason.description()))
}
