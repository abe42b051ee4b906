//! What a host learns of a plugin that runs, and calls without having its types.

use futures_util::stream;
use rpcplugin::{PluginClient, PluginDescription};

use crate::{Failure, cookie};

/// Runs `part` with what a plugin says of itself: this program, as a process of its own.
fn with_plugin(
    part: impl AsyncFnOnce(&PluginDescription) -> Result<String, Failure>,
) -> Result<String, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let plugin = PluginClient::builder(std::env::current_exe()?, cookie()?).start().await?;
        let text = part(&plugin.describe().await?).await;
        plugin.stop().await;
        text
    })
}

/// The services of the plugin, as it describes them.
pub fn discovered() -> Result<String, Failure> {
    with_plugin(async |description| {
        let mut text = String::new();
        for service in description.services() {
            if service.is_of_every_plugin {
                text.push_str(&format!("{} (every plugin has it)\n", service.name));
                continue;
            }
            text.push_str(&format!("{}: {}\n", service.name, service.documentation));
            for method in &service.methods {
                let (kind, name) = (method.kind.as_str(), &method.name);
                text.push_str(&format!("  {kind:<14} {name}: {} -> {}\n", method.request, method.response));
            }
        }
        Ok(text)
    })
}

/// Calls with JSON, one of them wrong.
pub fn called() -> Result<String, Failure> {
    with_plugin(async |description| {
        let find = "shipping.v1.Shipments/Find";
        let mut text = format!("{find} 7\n  {}\n", description.call_json(find, "7").await?);
        let follow = "shipping.v1.Shipments/Follow";
        text.push_str(&format!("{follow} 7\n"));
        let mut states = description.stream_json(follow, stream::iter(["7".to_owned()])).await?;
        while let Some(state) = states.message().await? {
            text.push_str(&format!("  {state}\n"));
        }
        for wrong in ["8", "\"seven\"", "-1"] {
            let outcome = description.call_json(find, wrong).await;
            let error = outcome.err().ok_or("a wrong number was found")?;
            text.push_str(&format!("{find} {wrong}\n  {error}\n"));
        }
        Ok(text)
    })
}
