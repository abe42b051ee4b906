//! What an error of the connection means for the call that it ended.

use std::error::Error;

use h2::Reason;

use crate::contract::{Code, Status};

/// The outcome of a call for which the connection was gone before it was sent.
pub(super) fn not_sent(error: hyper::Error) -> Status {
    Status::unavailable(
        "the connection to the plugin has ended; the call was not sent: start the plugin anew",
    )
    .with_source(error)
}

/// The outcome of a call whose connection failed, or whose stream was reset.
pub(super) fn status_of(error: hyper::Error) -> Status {
    match reset(&error) {
        Some(reason) => of_reset(reason).with_source(error),
        None if is_not_taken(&error) => Status::unavailable(
            "the plugin took no more calls on this connection; this one did not run and may be repeated",
        )
        .with_source(error),
        None if is_loss(&error) => lost(error),
        None => Status::internal(format!("the exchange over HTTP/2 failed: {error}")).with_source(error),
    }
}

/// The connection is gone, and nobody knows how far the call came.
pub(super) fn lost(error: impl Error + Send + Sync + 'static) -> Status {
    Status::unavailable(
        "the connection to the plugin is lost; a call that was under way may have run: repeat it only if that is safe",
    )
    .with_source(error)
}

/// The outcome of a call whose answer was broken off with a reset that names no error: hyper makes a mere end of it.
pub(super) fn broken_off() -> Status {
    of_reset(Reason::NO_ERROR)
}

/// Every error within an error, from the outside.
fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// Why the stream was reset by the other side, if that is what happened.
fn reset(error: &hyper::Error) -> Option<Reason> {
    let h2 = sources(error).find_map(|error| error.downcast_ref::<h2::Error>())?;
    if h2.is_reset() { h2.reason() } else { None }
}

/// The plugin ended the connection in order, and did not look at this call any more.
fn is_not_taken(error: &hyper::Error) -> bool {
    let h2 = sources(error).find_map(|error| error.downcast_ref::<h2::Error>());
    h2.is_some_and(|h2| h2.is_go_away() && h2.is_remote() && h2.reason() == Some(Reason::NO_ERROR))
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

/// hyper hands on some of h2's errors as they are, some as the I/O error within, and some as its own.
fn is_loss(error: &hyper::Error) -> bool {
    sources(error).any(|error| {
        if let Some(h2) = error.downcast_ref::<h2::Error>() {
            return h2.is_io() || h2.is_go_away();
        }
        if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
            return hyper.is_closed() || hyper.is_canceled() || hyper.is_incomplete_message();
        }
        error.is::<std::io::Error>()
    })
}
