use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Digest, SHA256, digest};

use super::token::{AuthenticatedCaller, Carrier, Token, TokenError, check_token};
use crate::call::{Call, Context, Messages};
use crate::contract::Status;
use crate::rpc::{Interceptor, Next};

/// Refuses every call that does not carry an accepted token, with [`Code::Unauthenticated`](crate::Code::Unauthenticated).
///
/// The token is looked for in the metadata, as `authorization: Bearer <token>` unless [`under`](Self::under) names another
/// key. What a caller is told never holds what it sent. A call that is let in has an [`AuthenticatedCaller`] in its context.
///
/// Accepted tokens are kept as their SHA-256, and a caller's is compared with every one of them in a time that says nothing
/// about where they differ. Take tokens that cannot be guessed: 128 random bits or more.
///
/// Between a host and the plugin that it started, mutual TLS says already who calls. A token is for what TLS does not know:
/// which part of the host, on behalf of whom.
///
/// # Examples
///
/// ```
/// use rpcplugin::interceptors::{AuthenticatedCaller, RequireToken, SendToken};
/// use rpcplugin::{Channel, Code, Context, Router, Status, rpc_protocol};
///
/// #[rpc_protocol]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// struct Polite;
/// impl Greeter for Polite {
///     async fn greet(&self, request: String) -> Result<String, Status> {
///         let caller = Context::current().and_then(|context| context.get::<AuthenticatedCaller>());
///         let caller = caller.expect("no call comes here without a token");
///         Ok(format!("good morning, {request}, says {}", caller.name()))
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let tokens = RequireToken::new("operator", "kB3v...")?.or("backup", "x0Qf...")?;
/// let channel = Channel::local(Router::new().interceptor(tokens).service(GreeterServer::new(Polite))?);
///
/// let greeter = GreeterClient::new(channel.clone().intercepted(SendToken::new("x0Qf...")?));
/// assert_eq!(greeter.greet("Ada".to_owned()).await?, "good morning, Ada, says backup");
///
/// let refused = GreeterClient::new(channel).greet("Ada".to_owned()).await.unwrap_err();
/// assert_eq!(refused.code(), Code::Unauthenticated);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct RequireToken {
    carrier: Carrier,
    accepted: Vec<Accepted>,
    /// Asked about what is not accepted.
    validator: Option<Box<Validator>>,
}

type Verdict = Result<Option<AuthenticatedCaller>, Status>;

type Validator = dyn Fn(Token, Context) -> Pin<Box<dyn Future<Output = Verdict> + Send>> + Send + Sync;

/// A token that is let in, by its digest: all are of one length, and none is in memory.
struct Accepted {
    caller: AuthenticatedCaller,
    digest: Digest,
}

impl RequireToken {
    /// Lets in who sends this token. `name` is what handlers call such a caller.
    ///
    /// # Errors
    ///
    /// [`TokenError`] where the token is empty or cannot travel.
    pub fn new(name: impl Into<Arc<str>>, token: &str) -> Result<Self, TokenError> {
        Self { carrier: Carrier::authorization(), accepted: Vec::new(), validator: None }.or(name, token)
    }

    /// Lets in who sends this token as well. A validator is not asked about it.
    ///
    /// # Errors
    ///
    /// [`TokenError`] where the token is empty or cannot travel.
    pub fn or(mut self, name: impl Into<Arc<str>>, token: &str) -> Result<Self, TokenError> {
        check_token(token)?;
        let caller = AuthenticatedCaller::new(name);
        self.accepted.push(Accepted { caller, digest: digest(&SHA256, token.as_bytes()) });
        Ok(self)
    }

    /// Asks an async function about every token: a database, another service, a signature.
    ///
    /// `Some` lets the caller in, `None` refuses it in the same words as a wrong token of [`new`](Self::new), and an error
    /// ends the call with that status: [`Status::unavailable`], for example, when nobody can be asked.
    /// The function gets the call's context as well, to look at the peer or to leave more for the handler.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::interceptors::{AuthenticatedCaller, RequireToken};
    ///
    /// let tokens = RequireToken::with_validator(|token, _context| async move {
    ///     // Here stands the question to a database.
    ///     let name = token.as_str().strip_prefix("user-");
    ///     Ok(name.map(AuthenticatedCaller::new))
    /// });
    /// # let _ = tokens;
    /// ```
    pub fn with_validator<F, R>(validate: F) -> Self
    where
        F: Fn(Token, Context) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Option<AuthenticatedCaller>, Status>> + Send + 'static,
    {
        let validator = move |token, context| -> Pin<Box<dyn Future<Output = Verdict> + Send>> {
            Box::pin(validate(token, context))
        };
        Self { carrier: Carrier::authorization(), accepted: Vec::new(), validator: Some(Box::new(validator)) }
    }

    /// Looks for the token under another key, where it stands alone: `auth-token`, for example.
    ///
    /// # Errors
    ///
    /// [`TokenError::Key`] where the key is none of metadata.
    pub fn under(self, key: &str) -> Result<Self, TokenError> {
        Ok(Self { carrier: Carrier::under(key)?, ..self })
    }

    /// The token of a call. What is there twice is nobody's token.
    fn token(&self, context: &Context) -> Result<Token, Status> {
        let mut values = context.metadata().get_all(&self.carrier.key);
        let value = match (values.next(), values.next()) {
            (Some(value), None) => value,
            (None, _) => return Err(self.refusal("no token")),
            (Some(_), Some(_)) => return Err(self.refusal("more than one token")),
        };
        // The name of the scheme is written as one likes.
        let (scheme, token) = value.split_at_checked(self.carrier.prefix.len()).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case(self.carrier.prefix) || token.is_empty() {
            return Err(self.refusal("no token"));
        }
        Ok(Token::new(token))
    }

    async fn judge(&self, token: Token, context: &Context) -> Result<AuthenticatedCaller, Status> {
        let caller = match (find(&self.accepted, &token), &self.validator) {
            (None, Some(validator)) => validator(token, context.clone()).await?,
            (found, _) => found,
        };
        caller.ok_or_else(|| self.refusal("a token that is not accepted"))
    }

    fn refusal(&self, found: &str) -> Status {
        let Carrier { key, prefix } = &self.carrier;
        Status::unauthenticated(format!(
            "the call carries {found}; send an accepted one as metadata `{key}: {prefix}<token>`"
        ))
    }
}

/// Looks at every accepted token, whichever it is.
fn find(accepted: &[Accepted], token: &Token) -> Option<AuthenticatedCaller> {
    let sent = digest(&SHA256, token.as_str().as_bytes());
    let mut found = None;
    for Accepted { caller, digest } in accepted {
        if verify_slices_are_equal(digest.as_ref(), sent.as_ref()).is_ok() {
            found = Some(caller);
        }
    }
    found.cloned()
}

impl Interceptor for RequireToken {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let token = self.token(call.context())?;
        let caller = self.judge(token, call.context()).await?;
        call.context().insert(caller);
        next.run(call).await
    }
}

impl fmt::Debug for RequireToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let callers: Vec<_> = self.accepted.iter().map(|accepted| accepted.caller.name()).collect();
        formatter
            .debug_struct("RequireToken")
            .field("key", &self.carrier.key)
            .field("callers", &callers)
            .field("has_validator", &self.validator.is_some())
            .finish_non_exhaustive()
    }
}
