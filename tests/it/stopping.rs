//! The end that a host wants: it always comes, whoever asks for it and whatever the plugin does against it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rpcplugin::{ExitReason, PluginClient, PluginExit, Stopped, Streaming, Wire};
use rpcplugin_tests::conversation::eventually;
use rpcplugin_tests::kv::{Kv, KvClient};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::support::{builder, kv_plugin, say, script};

/// Sends a signal to a process, and to nobody else of its group.
fn signal(process: impl std::fmt::Display, name: &str) {
    let process = process.to_string();
    assert!(Command::new("kill").args(["-s", name, &process]).status().unwrap().success());
}

/// Stops a plugin, with the time that it took. Whoever hangs, hangs for longer.
async fn stop(plugin: &PluginClient) -> (Stopped, Duration) {
    let clock = Instant::now();
    let stopped = tokio::time::timeout(Duration::from_secs(60), plugin.stop()).await.expect("it ends");
    (stopped, clock.elapsed())
}

#[tokio::test]
async fn a_hundred_tasks_that_stop_a_plugin_see_one_end() {
    let plugin = Arc::new(builder().start().await.unwrap());
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let plugin = Arc::clone(&plugin);
            tokio::spawn(async move { plugin.stop().await })
        })
        .collect();
    let first = plugin.stop().await;
    assert!(first.is_graceful(), "{first:?}");
    for task in tasks {
        let stopped = task.await.unwrap();
        assert!(stopped.is_graceful(), "{stopped:?}");
        assert!(Arc::ptr_eq(&stopped.exit.unwrap(), first.exit.as_ref().unwrap()));
    }
}

#[tokio::test]
async fn a_stop_that_is_dropped_kills_the_plugin() {
    let plugin = builder().start().await.unwrap();
    signal(plugin.id().unwrap(), "STOP");
    assert!(futures_util::FutureExt::now_or_never(plugin.stop()).is_none());
    let ended = tokio::time::timeout(Duration::from_secs(60), plugin.exit_watch().ended()).await;
    assert_eq!(ended.expect("it ends").reason(), ExitReason::Signal(9));
}

#[tokio::test]
async fn whoever_waits_is_told_although_the_one_who_began_the_stop_is_gone() {
    let plugin = Arc::new(builder().start().await.unwrap());
    // It answers nothing from now on, so the stop is under way until it is dropped.
    signal(plugin.id().unwrap(), "STOP");
    let mut began = Box::pin(plugin.stop());
    assert!(futures_util::FutureExt::now_or_never(&mut began).is_none());
    let waits = {
        let plugin = Arc::clone(&plugin);
        tokio::spawn(async move { plugin.stop().await })
    };
    tokio::task::yield_now().await;
    drop(began);
    let stopped = tokio::time::timeout(Duration::from_secs(60), waits).await.unwrap().unwrap();
    assert!(stopped.killed, "{stopped:?}");
    let exit = stopped.exit.unwrap();
    assert_eq!((exit.reason(), exit.is_asked()), (ExitReason::Signal(9), true));
}

#[tokio::test]
async fn a_plugin_that_was_stopped_in_a_debugger_is_killed_in_time() {
    let plugin = builder().start().await.unwrap();
    let process = plugin.id().unwrap();
    signal(process, "STOP");
    let (stopped, time) = stop(&plugin).await;
    assert!(stopped.killed && stopped.exit.is_some(), "{stopped:?}");
    assert!(!Path::new(&format!("/proc/{process}")).exists());
    // Three seconds are its time: the rest is for a machine that does much else.
    assert!(time < Duration::from_secs(20), "{time:?}");
    say(&format!("\na stopped plugin was ended after {time:?}\n"));
}

#[tokio::test]
async fn a_plugin_that_ignores_sigterm_is_killed_with_its_group() {
    let child = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "trap '' TERM; {} & sh -c 'trap \"\" TERM; echo $$ > {}; while :; do sleep 0.1; done' & while :; do sleep 0.1; done",
        kv_plugin().display(),
        child.path().display()
    );
    let plugin = script(&text).stop_grace(Duration::from_millis(400)).start().await.unwrap();
    eventually("the child", || std::fs::read(child.path()).unwrap().ends_with(b"\n")).await;
    let (stopped, _) = stop(&plugin).await;
    assert!(stopped.killed, "{stopped:?}");
    let child = std::fs::read_to_string(child.path()).unwrap();
    let state = format!("/proc/{}/environ", child.trim());
    eventually("the end of the child", || std::fs::read(&state).unwrap_or_default().is_empty()).await;
}

#[tokio::test]
async fn a_plugin_that_ends_on_sigterm_has_its_last_words_heard() {
    let text = format!(
        "trap 'echo the last words >&2; exit 0' TERM; {} & wait $!; while :; do sleep 0.1; done",
        kv_plugin().display()
    );
    let plugin = script(&text).start().await.unwrap();
    let (stopped, _) = stop(&plugin).await;
    assert!(stopped.is_graceful(), "{stopped:?}");
    let exit = stopped.exit.unwrap();
    assert!(exit.stderr().ends_with("the last words\n"), "{}", exit.stderr());
}

#[test]
fn an_interrupt_at_the_terminal_ends_no_plugin_before_its_host_wants_it() {
    // The second knows nothing of signals, and would die of this one.
    let plugin = kv_plugin().display().to_string();
    for command in [vec![plugin.as_str()], vec!["/bin/sh", "-c", r#""$0"; exit $?"#, &plugin]] {
        let mut host = Command::new(env!("CARGO_BIN_EXE_interrupted_host"));
        host.args(&command).stdin(Stdio::null()).stdout(Stdio::piped());
        // A terminal sends it to the whole group of the program in its foreground.
        let mut host = host.process_group(0).spawn().unwrap();
        let mut output = BufReader::new(host.stdout.take().unwrap());
        let mut said = String::new();
        output.read_line(&mut said).unwrap();
        assert_eq!(said, "started\n");
        let group = Pid::from_raw(i32::try_from(host.id()).unwrap()).unwrap();
        kill_process_group(group, Signal::INT).unwrap();
        output.read_to_string(&mut said).unwrap();
        assert!(host.wait().unwrap().success(), "{command:?}");
        assert_eq!(said, "started\nserved, graceful true\n", "{command:?}");
    }
}

#[tokio::test]
async fn a_plugin_that_has_ended_is_stopped_at_once_as_what_it_was() {
    let plugin = builder().start().await.unwrap();
    signal(plugin.id().unwrap(), "KILL");
    plugin.exit_watch().ended().await;
    let (stopped, _) = stop(&plugin).await;
    assert!(!stopped.killed && !stopped.is_graceful(), "{stopped:?}");
    assert!(!stopped.exit.unwrap().is_asked());
}

#[tokio::test]
async fn a_connection_ends_with_its_plugin_although_somebody_else_holds_it() {
    for wire in [Wire::Binary, Wire::Grpc] {
        // What serves has left for a session of its own, so the kill of the group does not reach it.
        let away = tempfile::NamedTempFile::new().unwrap();
        let text = format!("setsid {} & echo $! > {}; wait", kv_plugin().display(), away.path().display());
        let plugin = script(&text).wire(wire).keep_alive(None).start().await.unwrap();
        let store = KvClient::new(plugin.channel());
        let mut answers = store.watch(Streaming::new(futures_util::stream::pending())).await.unwrap();
        signal(plugin.id().unwrap(), "KILL");
        let ended = tokio::time::timeout(Duration::from_secs(60), answers.message()).await;
        signal(std::fs::read_to_string(away.path()).unwrap().trim(), "KILL");
        let status = ended.expect("the call ends").unwrap_err();
        let exit = PluginExit::of(&status).unwrap_or_else(|| panic!("{status}"));
        assert_eq!(exit.reason(), ExitReason::Signal(9));
    }
}
