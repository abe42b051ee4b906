//! The host: `kv-host [PLUGIN [ARGUMENTS...]]`. Without a plugin it takes `kv-plugin`, which lies beside it.

mod contract;

use std::error::Error;

use contract::{EmitRequest, Key, Kv, KvClient, Pair, Prefix, cookie};
use rpcplugin::{PluginClient, Status, Streaming};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // What the plugin logs arrives here like any other event of this program.
    tracing_subscriber::fmt().with_target(false).without_time().with_writer(std::io::stderr).init();

    let mut command = std::env::args_os().skip(1);
    let plugin = match command.next() {
        Some(program) => program.into(),
        None => std::env::current_exe()?.with_file_name("kv-plugin"),
    };
    // What the plugin prints is shown, among what this program prints itself.
    let builder = PluginClient::builder(plugin, cookie()?).args(command);
    let plugin = builder.stdout(tokio::io::stdout()).stderr(tokio::io::stderr()).start().await?;
    let security = if plugin.is_mutual_tls() { "mutual TLS" } else { "plaintext" };
    println!("connected, {security}, protocol version {}", plugin.protocol_version());

    converse(&KvClient::new(plugin.channel())).await?;

    let stopped = plugin.stop().await;
    println!("the plugin ended by itself: {}", !stopped.killed);
    Ok(())
}

/// One call of each kind, to a plugin in whichever language.
async fn converse(store: &KvClient) -> Result<(), Status> {
    let put = store.put(pair("colour", "green")).await?;
    println!("put       colour, a new key: {}", put.created);
    let put = store.put(pair("colour", "blue")).await?;
    println!("put       colour, a new key: {}", put.created);

    let more = [pair("city/Rome", "2.8"), pair("city/Oslo", "0.7")];
    let summary = store.put_all(Streaming::from_iter(more)).await?;
    println!("put all   {} pairs, {} bytes", summary.count, summary.bytes);

    println!("get       {}", text(&store.get(key("colour")).await?));
    let mut cities = store.list(Prefix { prefix: "city/".to_owned() }).await?;
    while let Some(pair) = cities.message().await? {
        println!("list      {}", text(&pair));
    }
    let mut values = store.watch(Streaming::from_iter([key("city/Rome"), key("colour")])).await?;
    while let Some(pair) = values.message().await? {
        println!("watch     {}", text(&pair));
    }

    match store.get(key("shape")).await {
        Ok(pair) => println!("get       {}, which nobody has put", text(&pair)),
        Err(status) => println!("get       {status}"),
    }

    let request = EmitRequest {
        log: "a line for the log".to_owned(),
        standard_output: "emit      a line for standard output\n".to_owned(),
        standard_error: "emit      a line for standard error\n".to_owned(),
    };
    store.emit(request).await?;
    Ok(())
}

fn pair(key: &str, value: &str) -> Pair {
    Pair { key: key.to_owned(), value: value.into() }
}

fn key(key: &str) -> Key {
    Key { key: key.to_owned() }
}

fn text(pair: &Pair) -> String {
    format!("{} = {}", pair.key, String::from_utf8_lossy(&pair.value))
}
