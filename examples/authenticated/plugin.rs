//! The plugin: lets in who has a token, and asks in a handler who that is.

mod contract;

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::{Secret, SecretRequest, TOKEN_KEY, Vault, VaultServer};
use rpcplugin::interceptors::{AuthenticatedCaller, RequireToken, Token};
use rpcplugin::{Context, PluginServer, Status};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider = Arc::new(AuthProvider::from_text(&std::env::var("VAULT_TOKENS")?));
    let tokens = RequireToken::with_validator(move |token, _context| {
        let provider = Arc::clone(&provider);
        async move { provider.validate_token(&token).await }
    });
    PluginServer::new(contract::cookie()?)
        .interceptor(tokens.under(TOKEN_KEY)?)
        .service(VaultServer::new(Secrets))
        .serve()
        .await?;
    Ok(())
}

/// Knows whose token it is. In real life it asks a database, or looks at a signature. For tokens that are known beforehand
/// `RequireToken::new` is enough: it keeps their digests alone, and compares in a time that tells nothing about them.
struct AuthProvider {
    callers: BTreeMap<String, AuthenticatedCaller>,
}

impl AuthProvider {
    /// Of a text of the form `token=name,token=name`.
    fn from_text(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        Self {
            callers: pairs.map(|(token, name)| (token.to_owned(), AuthenticatedCaller::new(name))).collect(),
        }
    }

    async fn validate_token(&self, token: &Token) -> Result<Option<AuthenticatedCaller>, Status> {
        Ok(self.callers.get(token.as_str()).cloned())
    }
}

struct Secrets;

impl Vault for Secrets {
    async fn count(&self) -> Result<u32, Status> {
        Ok(1)
    }

    async fn read(&self, request: SecretRequest) -> Result<Secret, Status> {
        let caller = Context::current().and_then(|context| context.get::<AuthenticatedCaller>());
        match caller.as_ref().map_or("nobody", AuthenticatedCaller::name) {
            "operator" if request.name == "door" => Ok(Secret { text: "open sesame".to_owned() }),
            "operator" => Err(Status::not_found(format!("no secret `{}`", request.name))),
            other => {
                Err(Status::permission_denied(format!("{other} may not read secrets; the operator may")))
            }
        }
    }
}
