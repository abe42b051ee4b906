use std::error::Error;

use super::body::CutError;
use super::size::refusal;
use crate::contract::{Code, Status};
#[cfg(feature = "server")]
use crate::limits::STATUS_MESSAGE_BYTES_MAX;

/// The outcome of a call as the wire says it.
pub(super) fn from_wire(status: tonic::Status) -> Status {
    if connection_lost(&status) {
        return Status::unavailable(
            "the connection to the plugin is lost; a call that was under way may have run: repeat it only if that is safe",
        )
        .with_source(status);
    }
    if let Some(CutError::Request) = status.source().and_then(|source| source.downcast_ref()) {
        return Status::cancelled(CutError::Request.to_string());
    }
    refusal(status.message())
        .unwrap_or_else(|| Status::new(Code::from_number(i32::from(status.code())), status.message()))
}

/// The outcome of a call for the wire. The source stays here: it may name what the caller must not know.
#[cfg(feature = "server")]
pub(super) fn to_wire(status: &Status) -> tonic::Status {
    match status.code() {
        // An error with this code would cross as a success, and a stream that it ends would look complete.
        Code::Ok => {
            tonic::Status::internal("the handler failed with the code OK; return another code, or a value")
        }
        code => tonic::Status::new(tonic::Code::from_i32(code.number()), cut(status.message())),
    }
}

/// A status is made of an error of the connection where the other side had no chance to say one.
fn connection_lost(status: &tonic::Status) -> bool {
    let mut source = status.source();
    while let Some(error) = source {
        if is_loss(error) {
            return true;
        }
        source = error.source();
    }
    false
}

/// hyper hands on some of h2's errors as they are, some as the I/O error within, and some as its own.
fn is_loss(error: &(dyn Error + 'static)) -> bool {
    if let Some(h2) = error.downcast_ref::<h2::Error>() {
        return h2.is_io() || h2.is_go_away();
    }
    if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
        return hyper.is_closed() || hyper.is_canceled() || hyper.is_incomplete_message();
    }
    error.is::<std::io::Error>() || matches!(error.downcast_ref(), Some(CutError::Response))
}

/// The text travels in a header, and headers have a limit.
#[cfg(feature = "server")]
fn cut(message: &str) -> &str {
    let mut end = message.len().min(STATUS_MESSAGE_BYTES_MAX);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    message.get(..end).unwrap_or_default()
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn a_status_crosses_with_code_and_text() {
        let status = from_wire(to_wire(&Status::not_found("no key `ä`")));
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(status.message(), "no key `ä`");
    }

    #[test]
    fn a_failure_with_the_code_of_a_success_stays_a_failure() {
        let status = from_wire(to_wire(&Status::new(Code::Ok, "done")));
        assert_eq!(status.code(), Code::Internal);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let long = "ä".repeat(STATUS_MESSAGE_BYTES_MAX);
        let message = cut(&long);
        assert_eq!(message.len(), STATUS_MESSAGE_BYTES_MAX);
        let odd = format!("a{long}");
        assert_eq!(cut(&odd).len(), STATUS_MESSAGE_BYTES_MAX - 1);
    }
}
