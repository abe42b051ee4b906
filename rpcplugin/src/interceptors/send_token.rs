use std::fmt;

use super::token::{Carrier, TokenError, check_token};
use crate::call::{Call, Messages, Metadata};
use crate::contract::Status;
use crate::rpc::{Interceptor, Next};

/// Sends a token with each call, for [`RequireToken`](super::RequireToken) or what other languages have for it.
///
/// It is sent as `authorization: Bearer <token>`. A call that already carries metadata under that key keeps its own.
/// Whoever can read the connection can read the token: send it over mutual TLS, which is the default between host and plugin.
///
/// # Examples
///
/// ```
/// use rpcplugin::interceptors::{SendToken, TokenError};
///
/// let bearer = SendToken::new("a-long-random-text")?;
/// let other = SendToken::under("auth-token", "a-long-random-text")?;
/// assert_eq!(SendToken::new("").unwrap_err(), TokenError::Empty);
/// # let _ = (bearer, other);
/// # Ok::<(), TokenError>(())
/// ```
#[derive(Clone)]
pub struct SendToken {
    carrier: Carrier,
    /// Exactly what is sent, so that a call without metadata of its own copies nothing.
    metadata: Metadata,
}

impl SendToken {
    /// Sends the token as `authorization: Bearer <token>`.
    ///
    /// # Errors
    ///
    /// [`TokenError`] where the token is empty or cannot travel.
    pub fn new(token: &str) -> Result<Self, TokenError> {
        Self::with_carrier(Carrier::authorization(), token)
    }

    /// Sends the token under a key of its own, with nothing before it.
    ///
    /// # Errors
    ///
    /// [`TokenError`] where the token is empty or cannot travel, or the key is none.
    pub fn under(key: &str, token: &str) -> Result<Self, TokenError> {
        Self::with_carrier(Carrier::under(key)?, token)
    }

    fn with_carrier(carrier: Carrier, token: &str) -> Result<Self, TokenError> {
        check_token(token)?;
        let mut metadata = Metadata::new();
        let value = format!("{}{token}", carrier.prefix);
        metadata.insert(&carrier.key, &value).map_err(TokenError::Key)?;
        Ok(Self { carrier, metadata })
    }
}

impl Interceptor for SendToken {
    async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
        if call.context().metadata().get(&self.carrier.key).is_none() {
            call.metadata_mut().extend(&self.metadata)?;
        }
        next.run(call).await
    }
}

impl fmt::Debug for SendToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SendToken").field("key", &self.carrier.key).finish_non_exhaustive()
    }
}
