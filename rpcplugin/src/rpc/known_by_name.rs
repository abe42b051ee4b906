//! What `#[rpc_protocol]` knows by its name alone, because a macro sees no types.
//!
//! As bounds of what it writes these say once, and at the type as it is written, what would otherwise be mismatches in
//! bodies that nobody wrote.

use crate::call::Context;
use crate::contract::Status;

/// What a method of a contract returns: `Result<T, Status>`, under whatever name.
#[diagnostic::on_unimplemented(
    message = "a call fails with a `Status`, and not with something else",
    label = "this is `{Self}`",
    note = "write `Result<{T}, rpcplugin::Status>`"
)]
pub trait Outcome<T>: Sized {
    /// What a client hands on.
    fn from_result(result: Result<T, Status>) -> Self;

    /// What a handler answered.
    ///
    /// # Errors
    ///
    /// The handler's own.
    fn into_result(self) -> Result<T, Status>;
}

impl<T> Outcome<T> for Result<T, Status> {
    fn from_result(result: Self) -> Self {
        result
    }

    fn into_result(self) -> Self {
        self
    }
}

/// The argument of a method that is called `Context`.
#[diagnostic::on_unimplemented(
    message = "a type that is called `Context` is the context of a call, and this is another one",
    label = "this is `{Self}`",
    note = "write `rpcplugin::Context`, or give a message of your own another name"
)]
pub trait CallContext: Sized {
    /// What a handler is given.
    fn from_context(context: Context) -> Self;

    /// What a client was given.
    fn as_context(&self) -> &Context;
}

impl CallContext for Context {
    fn from_context(context: Context) -> Self {
        context
    }

    fn as_context(&self) -> &Context {
        self
    }
}
