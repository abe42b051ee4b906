//! How a plugin ended, as its host learns it.

use std::sync::Arc;
use std::time::Duration;

use rpcplugin::{ExitReason, ExitWatch, PluginClient, PluginExit};
use rpcplugin_tests::conversation::eventually;

use crate::support::{builder, kv_plugin, script};

/// Sends a signal to the plugin's process, and to nobody else of its group.
fn signal(plugin: &PluginClient, name: &str) {
    let id = plugin.id().expect("it runs").to_string();
    assert!(std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

/// The end, or a failure where nobody notices it.
async fn ended(watch: &ExitWatch) -> Arc<PluginExit> {
    tokio::time::timeout(Duration::from_secs(60), watch.ended()).await.expect("the end was noticed")
}

/// A plugin that says something and ends when it gets SIGUSR1.
fn that_ends_by(text: &str) -> String {
    // The shell waits for the process that serves, and is waited for by the host.
    format!("trap '{text}' USR1; {} & wait $!", kv_plugin().display())
}

#[tokio::test]
async fn a_kill_is_known_to_everybody_who_watches() {
    let plugin = builder().start().await.unwrap();
    let watches = [plugin.exit_watch(), plugin.exit_watch().clone()];
    assert!(plugin.exited().is_none() && watches[0].now().is_none());
    let waiting = {
        let watch = plugin.exit_watch();
        tokio::spawn(async move { ended(&watch).await })
    };
    signal(&plugin, "KILL");
    let exit = ended(&watches[0]).await;
    assert_eq!(exit.reason(), ExitReason::Signal(9));
    assert_eq!((exit.plugin(), exit.panic(), exit.is_asked()), ("kv_plugin", None, false));
    assert!(exit.uptime() > Duration::ZERO);
    assert!(Arc::ptr_eq(&exit, &watches[1].now().unwrap()));
    assert!(Arc::ptr_eq(&exit, &waiting.await.unwrap()));
    assert!(Arc::ptr_eq(&exit, &plugin.exited().unwrap()));
    assert_eq!(plugin.id(), None);
    drop(plugin);
    assert_eq!(ended(&watches[0]).await.reason(), ExitReason::Signal(9), "it stays known");
}

#[tokio::test]
async fn a_plugin_that_ended_is_reaped_although_nobody_asks() {
    let plugin = builder().start().await.unwrap();
    let process = format!("/proc/{}", plugin.id().unwrap());
    signal(&plugin, "KILL");
    eventually("the end of the process", || !std::path::Path::new(&process).exists()).await;
}

#[tokio::test]
async fn a_crash_is_told_with_its_panic_and_what_was_written_last() {
    // More than is kept, so that the beginning must go.
    let text = r#"head -c 200000 /dev/zero | tr "\0" x >&2; echo >&2; echo "panic: no table" >&2; echo "main.go:3" >&2; exit 2"#;
    let plugin = script(&that_ends_by(text)).start().await.unwrap();
    signal(&plugin, "USR1");
    let exit = ended(&plugin.exit_watch()).await;
    assert_eq!(exit.reason(), ExitReason::Code(2));
    assert_eq!(exit.panic(), Some("panic: no table"));
    assert_eq!(exit.stderr().len(), 64 * 1024);
    assert!(exit.stderr().ends_with("xx\npanic: no table\nmain.go:3\n"));
    let expected = "the plugin `sh` ended (exit status: 2) after ";
    assert!(exit.to_string().starts_with(expected), "{exit}");
}

#[tokio::test]
async fn an_end_is_told_although_somebody_holds_the_pipes() {
    let child = tempfile::NamedTempFile::new().unwrap();
    let text = that_ends_by("echo the end >&2; exit 3");
    let text = format!("setsid sh -c 'echo $$ > {}; exec sleep 600' & {text}", child.path().display());
    let plugin = script(&text).start().await.unwrap();
    signal(&plugin, "USR1");
    let exit = ended(&plugin.exit_watch()).await;
    let grandchild = std::fs::read_to_string(child.path()).unwrap();
    std::process::Command::new("kill").args(["-KILL", grandchild.trim()]).status().unwrap();
    assert_eq!(exit.reason(), ExitReason::Code(3));
    assert!(exit.stderr().ends_with("the end\n"), "{}", exit.stderr());
}

#[tokio::test]
async fn an_end_that_the_host_wants_is_told_as_one() {
    let plugin = builder().start().await.unwrap();
    let stopped = plugin.stop().await;
    let exit = stopped.exit.clone().unwrap();
    assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Code(0), true));
    assert!(exit.to_string().contains("as this host asked"), "{exit}");

    let plugin = builder().start().await.unwrap();
    let watch = plugin.exit_watch();
    drop(plugin);
    let exit = ended(&watch).await;
    assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Signal(9), true));
}

#[test]
fn a_host_without_a_runtime_leaves_no_process_and_nobody_waiting() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let plugin = first.block_on(builder().start()).unwrap();
    let (watch, process) = (plugin.exit_watch(), format!("/proc/{}/exe", plugin.id().unwrap()));
    drop(first);
    // Who would have told has gone with it.
    let exit = runtime().block_on(ended(&watch));
    assert_eq!(exit.reason(), ExitReason::Unknown);
    drop(plugin);
    runtime().block_on(eventually("the end of the process", || std::fs::read_link(&process).is_err()));
}
