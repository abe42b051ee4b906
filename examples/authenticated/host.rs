//! The host: calls without a token, with a wrong one, and with those of two people.

mod contract;

use contract::{SecretRequest, TOKEN_KEY, Vault, VaultClient};
use rpcplugin::interceptors::{Hooks, SendToken};
use rpcplugin::{CallOptions, Metadata, PluginClient};

/// In real life these are random, and stand in no program.
const TOKENS: &str = "kB3vTq0aXw=operator,x0QfL9ruYd=auditor";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What stands around every call, whoever makes it.
    let hooks = Hooks::new()
        .before_request(|call, bytes| async move {
            println!("  -> {} with {} bytes", call.method().name, bytes.len());
            Ok(bytes)
        })
        .after_response(|call, bytes| async move {
            println!("  <- {} with {} bytes", call.method().name, bytes.len());
            Ok(bytes)
        });
    let program = std::env::current_exe()?.with_file_name("authenticated-plugin");
    let plugin = PluginClient::builder(program, contract::cookie()?)
        .env("VAULT_TOKENS", TOKENS)
        .interceptor(hooks)
        .start()
        .await?;

    let channel = plugin.channel();
    show("no token", &VaultClient::new(channel.clone())).await;
    let wrong = channel.clone().intercepted(SendToken::under(TOKEN_KEY, "guessed")?);
    show("a wrong token", &VaultClient::new(wrong)).await;
    let auditor = channel.clone().intercepted(SendToken::under(TOKEN_KEY, "x0QfL9ruYd")?);
    show("the auditor's token", &VaultClient::new(auditor)).await;
    // A token is metadata, and may be written by hand as well: for one call, or for several.
    let mut metadata = Metadata::new();
    metadata.insert(TOKEN_KEY, "kB3vTq0aXw")?;
    let operator = VaultClient::new(channel).with(CallOptions::new().metadata(metadata));
    show("the operator's token", &operator).await;

    plugin.stop().await;
    Ok(())
}

async fn show(who: &str, vault: &VaultClient) {
    println!("{who}");
    match vault.count().await {
        Ok(count) => println!("  secrets: {count}"),
        Err(status) => println!("  {status}"),
    }
    match vault.read(SecretRequest { name: "door".to_owned() }).await {
        Ok(secret) => println!("  the secret: {}", secret.text),
        Err(status) => println!("  {status}"),
    }
}
