use std::fmt;
use std::sync::Arc;

use crate::call::{Metadata, MetadataError};

/// The key of the metadata that carries a token, unless another one is chosen.
pub(super) const AUTHORIZATION: &str = "authorization";

/// What stands before a token under [`AUTHORIZATION`].
pub(super) const BEARER: &str = "Bearer ";

/// A token that a caller sent: whoever knows it is let in, so its [`Debug`](fmt::Debug) does not show it.
///
/// # Examples
///
/// See [`RequireToken::with_validator`](super::RequireToken::with_validator).
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Box<str>);

impl Token {
    pub(super) fn new(token: &str) -> Self {
        Self(token.into())
    }

    /// The token itself. Do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

/// Who calls, by the token that was sent: left in the context of a call for its handler.
///
/// # Examples
///
/// ```
/// use rpcplugin::interceptors::AuthenticatedCaller;
/// use rpcplugin::{Context, Status};
///
/// fn only_the_operator() -> Result<(), Status> {
///     let caller = Context::current().and_then(|context| context.get::<AuthenticatedCaller>());
///     match caller.as_ref().map(AuthenticatedCaller::name) {
///         Some("operator") => Ok(()),
///         _ => Err(Status::permission_denied("only the operator may do this")),
///     }
/// }
/// # assert!(only_the_operator().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AuthenticatedCaller {
    name: Arc<str>,
}

impl AuthenticatedCaller {
    /// A caller of this name.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into() }
    }

    /// The name that belongs to the token.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Why a token cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The token is empty. Whoever says nothing would be let in.
    #[error("the token is empty; look whether the variable or the file that it comes from is set")]
    Empty,
    /// The token has a space, a line end, or something else that is not printable ASCII.
    #[error(
        "the token has a character that is no printable ASCII, or a space; take off a line end behind it, or encode it"
    )]
    Character,
    /// The key cannot stand in metadata.
    #[error("a token cannot be sent under this key")]
    Key(#[source] MetadataError),
}

/// A token that can travel: neither empty, nor with a space that a header would lose.
pub(super) fn check_token(token: &str) -> Result<(), TokenError> {
    match token.bytes().all(|byte| byte.is_ascii_graphic()) {
        _ if token.is_empty() => Err(TokenError::Empty),
        true => Ok(()),
        false => Err(TokenError::Character),
    }
}

/// What a token is sent as: a key, and what stands before the token.
#[derive(Clone)]
pub(super) struct Carrier {
    pub(super) key: Arc<str>,
    pub(super) prefix: &'static str,
}

impl Carrier {
    pub(super) fn authorization() -> Self {
        Self { key: AUTHORIZATION.into(), prefix: BEARER }
    }

    /// Under another key the token stands alone, but `authorization` always names its scheme.
    pub(super) fn under(key: &str) -> Result<Self, TokenError> {
        if key == AUTHORIZATION {
            return Ok(Self::authorization());
        }
        Metadata::new().insert(key, "").map_err(TokenError::Key)?;
        Ok(Self { key: key.into(), prefix: "" })
    }
}
