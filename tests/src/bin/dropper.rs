//! Drops a future at every point where it can be dropped, and looks each time at what is left of it in this process: child
//! processes, open files, and sockets below `TMPDIR`. `dropper start|stop|serve <kv_plugin>`; the cookie is in the environment.
//! `dropper attach <name>` attaches to the plugin of this name in `TF_REATTACH_PROVIDERS`, which goes on.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a failure ends the program, and the test that runs it"
)]

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use rpcplugin::testing::poll_then_drop;
use rpcplugin::{
    PluginClient, PluginClientBuilder, PluginServer, ReattachConfig, ReattachProviders, Security,
};
use rpcplugin_tests::kv::{KvServer, MemoryStore};
use rpcplugin_tests::left::Left;

/// More than a future here is ever polled.
const POLLS_MAX: usize = 500;

/// A server never gets ready. After so many polls it waits for a connection that does not come.
const SERVE_POLLS: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().expect("what to drop");
    let plugin = PathBuf::from(arguments.next().expect("the plugin's program"));
    let builder = || PluginClient::builder(&plugin, rpcplugin_tests::cookie());
    let attached = || -> Result<ReattachConfig, Box<dyn Error>> {
        let providers: ReattachProviders = std::env::var(ReattachProviders::VARIABLE)?.parse()?;
        Ok(providers.get(&plugin.to_string_lossy()).expect("it is among them").clone())
    };
    // The first time opens what the process keeps.
    match what.as_str() {
        "serve" => drop(tokio::time::timeout(Duration::from_millis(50), serve()).await),
        "attach" => drop(attach(builder(), &attached()?).await?),
        _ => drop(builder().start().await?.stop().await),
    }
    // What it had ends a moment behind it, as with all that follow.
    let before = Left::at_rest().await?;
    let polls = match what.as_str() {
        "start" => drop_start(builder, &before).await?,
        "stop" => drop_stop(builder, &before).await?,
        "serve" => drop_serve(&before).await?,
        "attach" => drop_attach(builder, &attached()?, &before).await?,
        other => panic!("nobody can drop {other}"),
    };
    println!("nothing was left of {what} after each of {polls} polls");
    Ok(())
}

async fn drop_start(
    builder: impl Fn() -> PluginClientBuilder,
    before: &Left,
) -> Result<usize, Box<dyn Error>> {
    for polls in 0..POLLS_MAX {
        let started = poll_then_drop(builder().start(), polls).await.transpose()?;
        let is_done = started.is_some();
        drop(started);
        before.settle(&format!("after {polls} polls")).await?;
        if is_done {
            return Ok(polls);
        }
    }
    panic!("a start takes more than {POLLS_MAX} polls");
}

async fn drop_stop(
    builder: impl Fn() -> PluginClientBuilder,
    before: &Left,
) -> Result<usize, Box<dyn Error>> {
    for polls in 0..POLLS_MAX {
        let plugin = builder().start().await?;
        let stopped = poll_then_drop(plugin.stop(), polls).await;
        if polls > 0 {
            // Whoever has begun to end it has ended it.
            tokio::time::timeout(Duration::from_secs(60), plugin.exit_watch().ended()).await?;
        }
        drop(plugin);
        before.settle(&format!("after {polls} polls")).await?;
        if stopped.is_some() {
            return Ok(polls);
        }
    }
    panic!("a stop takes more than {POLLS_MAX} polls");
}

async fn attach(
    builder: PluginClientBuilder,
    config: &ReattachConfig,
) -> Result<PluginClient, rpcplugin::AttachError> {
    builder.security(Security::Plaintext).attach(config).await
}

/// The plugin is there before and afterwards, whether its process is known or not.
async fn drop_attach(
    builder: impl Fn() -> PluginClientBuilder,
    config: &ReattachConfig,
    before: &Left,
) -> Result<usize, Box<dyn Error>> {
    for polls in 0..POLLS_MAX {
        let attached = poll_then_drop(attach(builder(), config), polls).await.transpose()?;
        let is_done = attached.is_some();
        drop(attached);
        before.settle(&format!("after {polls} polls")).await?;
        if !is_done {
            continue;
        }
        // In test mode a number that is not the plugin's is no fault, and nobody's then.
        let unknown = config.clone().with_test(true).with_process_id(std::process::id());
        for (config, is_known) in [(config, true), (&unknown, false)] {
            for stops in [false, true] {
                let attached = attach(builder(), config).await?;
                assert_eq!(attached.id().is_some(), is_known);
                if stops {
                    // It lets go of a plugin in test mode.
                    attached.stop().await;
                }
                drop(attached);
                before.settle(&format!("known: {is_known}, stopped: {stops}")).await?;
            }
        }
        return Ok(polls);
    }
    panic!("an attachment takes more than {POLLS_MAX} polls");
}

async fn drop_serve(before: &Left) -> Result<usize, Box<dyn Error>> {
    for polls in 0..SERVE_POLLS {
        // Once it listens nothing wakes it any more.
        let served = tokio::time::timeout(Duration::from_millis(50), poll_then_drop(serve(), polls));
        match served.await {
            Ok(None) | Err(_) => drop(before.settle(&format!("after {polls} polls")).await?),
            Ok(Some(served)) => served?,
        }
    }
    Ok(SERVE_POLLS)
}

async fn serve() -> Result<(), rpcplugin::ServeError> {
    let server = PluginServer::new(rpcplugin_tests::cookie()).capture_stdout(false);
    server.service(KvServer::new(MemoryStore::new(None))).serve().await
}
