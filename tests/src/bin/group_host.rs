//! A host whose sockets are shared with a group, in a process of its own: with another mask, or as another user.
//!
//! `group_host start GROUP DIRECTORY PLUGIN...` has the desk of a plugin and serves it something, then prints what is below the
//! directory: kind, mode, group. `group_host attach SOCKET [GROUP]` calls a store that runs, whoever listens there unless there is a
//! group.

use std::error::Error;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use rpcplugin::{Address, PluginClient, PluginClientBuilder, ReattachConfig, Security};
use rpcplugin_tests::desk::{Desk, DeskClient, Number, adder, converse};
use rpcplugin_tests::kv::{Kv, KvClient, Prefix};

type Done = Result<(), Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["start", group, directory, plugin, rest @ ..] => {
            start(group, Path::new(directory), plugin, rest).await
        }
        ["attach", socket] => attach(Path::new(socket), |builder| builder.allow_address(|_| true)).await,
        ["attach", socket, group] => attach(Path::new(socket), |builder| builder.socket_group(*group)).await,
        _ => Err("group_host start GROUP DIRECTORY PLUGIN... | attach SOCKET [GROUP]".into()),
    }
}

async fn start(group: &str, directory: &Path, plugin: &str, arguments: &[&str]) -> Done {
    let builder = PluginClient::builder(plugin, rpcplugin_tests::cookie()).args(arguments);
    let plugin = builder.socket_group(group).socket_directory(directory).start().await?;
    let broker = plugin.broker();
    converse(&broker, plugin.channel()).await?;
    // A socket of each side, beside the plugin's own.
    let served = broker.serve(adder(1)?).await?;
    let place = DeskClient::new(plugin.channel()).open(Number { value: 2 }).await?;
    broker.dial(place.id).await?;
    list(directory)?;
    drop(served);
    let stopped = plugin.stop().await;
    println!("graceful {} left {}", stopped.is_graceful(), std::fs::read_dir(directory)?.count());
    Ok(())
}

async fn attach(socket: &Path, options: impl FnOnce(PluginClientBuilder) -> PluginClientBuilder) -> Done {
    let builder = PluginClient::builder("any", rpcplugin_tests::cookie()).security(Security::Plaintext);
    let mut config = ReattachConfig::new(Address::Unix(socket.to_owned()));
    config.test = true;
    let plugin = options(builder).attach(&config).await?;
    KvClient::new(plugin.channel()).list(Prefix { prefix: String::new() }).await?;
    println!("served");
    Ok(())
}

fn list(directory: &Path) -> Done {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let found = std::fs::symlink_metadata(&path)?;
        let kind = match found.file_type() {
            kind if kind.is_dir() => "directory",
            kind if kind.is_socket() => "socket",
            kind if kind.is_fifo() => "pipe",
            _ => "file",
        };
        println!("{kind} {:o} {}", found.mode() & 0o7777, found.gid());
        if found.is_dir() {
            list(&path)?;
        }
    }
    Ok(())
}
