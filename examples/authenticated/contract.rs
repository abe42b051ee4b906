//! What host and plugin agree on. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, rpc_protocol};

/// The key of the metadata that carries a token.
pub const TOKEN_KEY: &str = "auth-token";

/// Host and plugin know the same cookie. It keeps people from starting the plugin by mistake; who may call, tokens say.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("AUTHENTICATED_PLUGIN", "a-random-text-that-both-know")
}

/// Which secret.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct SecretRequest {
    /// Its name.
    #[binary(id = 1)]
    pub name: String,
}

/// A secret.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Secret {
    /// Its text.
    #[binary(id = 1)]
    pub text: String,
}

/// Keeps secrets.
#[rpc_protocol(service = "authenticated.Vault")]
pub trait Vault {
    /// How many secrets there are: for everybody with a token.
    async fn count(&self) -> Result<u32, Status>;

    /// A secret: for the operator. For others: PERMISSION_DENIED.
    async fn read(&self, request: SecretRequest) -> Result<Secret, Status>;
}
