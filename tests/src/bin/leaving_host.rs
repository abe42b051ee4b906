//! A host that leaves: `leaving_host PROGRAM [ARGUMENT]...` starts a plugin twice, lets go of the second, prints what it takes to
//! attach to that, and waits to be killed.

use std::io::Write;

use rpcplugin::PluginClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rpcplugin_tests::end_with_parent()?;
    let command: Vec<String> = std::env::args().skip(1).collect();
    let (program, arguments) = command.split_first().ok_or("which plugin?")?;
    // By which a test finds them.
    let builder = || {
        let builder = PluginClient::builder(program, rpcplugin_tests::cookie()).args(arguments);
        builder.inherit_env("RPCPLUGIN_TEST_MARK")
    };
    let kept = builder().start().await?;
    let detached = builder().start().await?.detach()?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", detached.config.to_json()?)?;
    writeln!(output, "{}end", detached.secret.ok_or("no secret")?.to_pem())?;
    std::future::pending::<()>().await;
    drop(kept);
    Ok(())
}
