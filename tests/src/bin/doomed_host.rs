//! A host that is going to be killed: `doomed_host PROGRAM [ARGUMENT]...` starts three plugins, says so and waits.
//!
//! `doomed_host --at-work DESK SUPERVISED` starts a plugin of the broker's tests and two of those of supervision, says so and goes
//! on to work: each side calls the other by the broker, a stream is under way, and a supervisor starts again what is killed.

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use rpcplugin::{PluginClient, PluginClientBuilder, RestartPolicy, Streaming, Supervisor, SupervisorState};
use rpcplugin_tests::desk::keep_conversing;
use rpcplugin_tests::supervised::{Supervised, SupervisedClient};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};

type Problem = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Problem> {
    rpcplugin_tests::end_with_parent()?;
    // It ends by every signal there is, and by some of them with a core.
    let cores = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
    setrlimit(Resource::Core, cores)?;
    let command: Vec<String> = std::env::args().skip(1).collect();
    if let [option, desk, supervised] = command.as_slice()
        && option == "--at-work"
    {
        match work(desk, supervised.clone()).await? {}
    }
    let (program, arguments) = command.split_first().ok_or("which plugin?")?;
    let mut plugins = Vec::new();
    for _ in 0..3 {
        let builder = plugin(program).args(arguments);
        let builder = builder.inherit_stdin(std::env::var_os("RPCPLUGIN_TEST_STDIN").is_some());
        plugins.push(builder.start().await?);
    }
    println!("started");
    std::future::pending::<()>().await;
    drop(plugins);
    Ok(())
}

/// A plugin that a test finds by its mark.
fn plugin(program: &str) -> PluginClientBuilder {
    PluginClient::builder(program, rpcplugin_tests::cookie()).inherit_env("RPCPLUGIN_TEST_MARK")
}

/// Works until something fails.
async fn work(desk: &str, supervised: String) -> Result<Infallible, Problem> {
    let brokering = plugin(desk).start().await?;
    let broker = brokering.broker();
    let streaming = plugin(&supervised).start().await?;
    // It starts again at once, as often as it is killed.
    let policy = RestartPolicy::always().backoff(Duration::from_millis(1), Duration::from_millis(10));
    let supervisor = Supervisor::builder(move || plugin(&supervised)).policy(policy.unlimited());
    let supervisor = supervisor.start().await?;
    println!("started");
    let (never, _, _) = tokio::try_join!(
        keep_conversing(&broker, brokering.channel()),
        stream_to_and_fro(&streaming),
        kill_what_is_supervised(&supervisor),
    )?;
    match never {}
}

/// Reads a stream that has no end of its own.
async fn stream_to_and_fro(plugin: &PluginClient) -> Result<Infallible, Problem> {
    let numbers = stream::iter(0..).then(|number| async move {
        // Others have their turn.
        tokio::task::yield_now().await;
        Ok(number)
    });
    let mut echo = SupervisedClient::new(plugin.channel()).echo(Streaming::new(numbers)).await?;
    while echo.message().await?.is_some() {}
    Err("the stream has ended".into())
}

/// Kills the supervised plugin whenever it runs: its supervisor is nearly always in the middle of a start.
async fn kill_what_is_supervised(supervisor: &Supervisor) -> Result<Infallible, Problem> {
    let mut states = supervisor.states();
    let mut killed = None;
    loop {
        let is_next =
            |state: &SupervisorState| matches!(state, SupervisorState::Running { pid, .. } if *pid != killed);
        let Some(SupervisorState::Running { pid: Some(pid), .. }) = states.until(is_next).await else {
            return Err("nobody starts it again".into());
        };
        let process = Pid::from_raw(i32::try_from(pid)?).ok_or("a process has no number")?;
        // It may have ended by itself, which is as good.
        let _gone = kill_process(process, Signal::KILL);
        killed = Some(pid);
    }
}
