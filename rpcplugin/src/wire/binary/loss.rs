//! What the end of a connection means for the calls on it.

use super::Violation;
use super::shared::Loss;
use crate::contract::{Code, Lost, Status};
use crate::limits::BINARY_PLACES;

/// The outcome of a call that was under way.
pub(super) fn under_way(loss: Option<Loss>) -> Status {
    const LOST: &str = "the connection to the plugin is lost; a call that was under way may have run: repeat it only if that is safe";
    match loss {
        Some(Loss::Violation(violation)) => of_violation(violation),
        Some(Loss::Broken(error)) => Status::lost(Lost::UnderWay, LOST).with_source(error),
        _ => Status::lost(Lost::UnderWay, LOST),
    }
}

/// The outcome of a call that could not be sent.
pub(super) fn not_sent(loss: Option<Loss>) -> Status {
    const ENDED: &str =
        "the connection to the plugin has ended; the call was not sent: start the plugin anew";
    match loss {
        Some(Loss::Violation(violation)) => Status::lost(Lost::NotSent, ENDED).with_source(violation),
        Some(Loss::Broken(error)) => Status::lost(Lost::NotSent, ENDED).with_source(error),
        _ => Status::lost(Lost::NotSent, ENDED),
    }
}

/// The outcome of a call that the plugin takes no more.
pub(super) fn closing() -> Status {
    Status::lost(
        Lost::Refused,
        "the plugin took no more calls on this connection; this one did not run and may be repeated",
    )
}

/// The outcome of a call for which there is no place beside the answers that have come.
pub(super) fn unread() -> Status {
    Status::resource_exhausted(format!(
        "the call was not sent: this connection has {BINARY_PLACES} answers that nobody has read, and has room for no more; \
         read them, or drop their calls"
    ))
}

/// A rule was broken, or the plugin says why it closed the connection.
fn of_violation(violation: Violation) -> Status {
    let code = match &violation {
        Violation::Accused { reason: 2, .. } => Code::Unimplemented,
        Violation::Accused { reason: 3, .. } => Code::ResourceExhausted,
        _ => Code::Internal,
    };
    let text = format!("the exchange over the binary wire failed: {violation}");
    Status::new(code, text).with_source(violation)
}
