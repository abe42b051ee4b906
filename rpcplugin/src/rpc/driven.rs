//! A call that goes on while nobody looks at it.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tracing::Instrument;

use super::within::Within;
use crate::call::{Context, ResponseFuture};
use crate::contract::Status;
use crate::task::OwnedTask;

/// A call that tokio drives until its answer, where tokio is there. Dropping the future gives it up all the same.
pub(super) fn driven(call: ResponseFuture) -> ResponseFuture {
    if Handle::try_current().is_err() {
        return call;
    }
    // A call is made where its caller is, and so is what its interceptors do and say.
    let call = AssertUnwindSafe(Within::new(call, Context::current())).catch_unwind();
    let mut task = OwnedTask::spawn(call.in_current_span());
    Box::pin(async move {
        match task.ended().await {
            Some(Ok(answer)) => answer,
            // It was the caller's own code, and would have panicked here.
            Some(Err(panic)) => resume_unwind(panic),
            None => {
                Err(Status::cancelled("the runtime that made the call has ended; end it after its calls"))
            }
        }
    })
}
