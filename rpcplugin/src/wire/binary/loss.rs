//! What the end of a connection means for the calls on it.

use super::shared::Loss;
use crate::contract::Status;

/// The outcome of a call that was under way.
pub(super) fn under_way(loss: Option<Loss>) -> Status {
    const LOST: &str = "the connection to the plugin is lost; a call that was under way may have run: repeat it only if that is safe";
    match loss {
        Some(Loss::Violation(violation)) => broken_rule(violation),
        Some(Loss::Broken(error)) => Status::unavailable(LOST).with_source(error),
        _ => Status::unavailable(LOST),
    }
}

/// The outcome of a call that could not be sent.
pub(super) fn not_sent(loss: Option<Loss>) -> Status {
    const ENDED: &str =
        "the connection to the plugin has ended; the call was not sent: start the plugin anew";
    match loss {
        Some(Loss::Violation(violation)) => Status::unavailable(ENDED).with_source(violation),
        Some(Loss::Broken(error)) => Status::unavailable(ENDED).with_source(error),
        _ => Status::unavailable(ENDED),
    }
}

/// The outcome of a call that the plugin takes no more.
pub(super) fn closing() -> Status {
    Status::unavailable(
        "the plugin took no more calls on this connection; this one did not run and may be repeated",
    )
}

fn broken_rule(violation: super::Violation) -> Status {
    let text = format!(
        "the exchange over the binary wire failed: {violation}; host and plugin may be of different versions"
    );
    Status::internal(text).with_source(violation)
}
