//! A host that is going to be killed: `doomed_host PROGRAM [ARGUMENT]...` starts three plugins, says so and waits.

use rpcplugin::PluginClient;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rpcplugin_tests::end_with_parent()?;
    // It ends by every signal there is, and by some of them with a core.
    let cores = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
    setrlimit(Resource::Core, cores)?;
    let command: Vec<String> = std::env::args().skip(1).collect();
    let (program, arguments) = command.split_first().ok_or("which plugin?")?;
    let mut plugins = Vec::new();
    for _ in 0..3 {
        let builder = PluginClient::builder(program, rpcplugin_tests::cookie()).args(arguments);
        // By which a test finds them.
        let builder = builder.inherit_env("RPCPLUGIN_TEST_MARK");
        let builder = builder.inherit_stdin(std::env::var_os("RPCPLUGIN_TEST_STDIN").is_some());
        plugins.push(builder.start().await?);
    }
    println!("started");
    std::future::pending::<()>().await;
    drop(plugins);
    Ok(())
}
