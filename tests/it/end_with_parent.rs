//! A plugin of ours under a host of another make that is killed: it ends with it where it was told to, and otherwise lives on.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rpcplugin::{Address, PluginClient, ReattachConfig, Security};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::{Key, Kv, KvClient};
use rpcplugin_tests::processes::runs;
use rustix::process::{Pid, test_kill_process};

use crate::configuration::{COOKIE, configured_plugin};
use crate::interop_go::programs;
use crate::outlive::{MARK, Reaper};
use crate::support::kv_plugin;

/// A plugin whose host was killed, a moment ago.
struct Orphan {
    process: Pid,
    address: Address,
}

impl Orphan {
    /// Of a Go host that starts a plugin of ours with these arguments and variables, calls it, and is killed.
    fn of_a_go_host(programs: &Path, command: &[&str], variables: &[(&str, &str)], mark: &Path) -> Self {
        let mut host = Command::new(programs.join("versus-host"));
        host.args(["-do", "start,call"]).args(command).env(MARK, mark).env("TMPDIR", mark);
        host.envs(variables.iter().copied());
        // It holds everything as it is until this ends.
        let mut host = host.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(host.stdout.take().unwrap()).lines();
        let lines: Vec<serde_json::Value> =
            lines.take(3).map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        assert!(lines.iter().all(|line| line["outcome"] == "done"), "{lines:?}");
        let facts = lines.first().and_then(|started| started.get("facts")).unwrap();
        let process = Pid::from_raw(i32::try_from(facts["process"].as_i64().unwrap()).unwrap()).unwrap();
        test_kill_process(process).expect("it runs under its host");
        let place = facts["address"].as_str().unwrap();
        let address = place.parse::<SocketAddr>().map_or_else(|_| Address::Unix(place.into()), Address::Tcp);
        host.kill().unwrap();
        host.wait().unwrap();
        Self { process, address }
    }

    fn is_there(&self) -> bool {
        runs(self.process.as_raw_nonzero().get().unsigned_abs())
    }
}

#[test]
fn a_plugin_that_ends_with_its_parent_ends_with_a_go_host_that_is_killed() {
    let Some(programs) = programs() else { return };
    let directory = tempfile::tempdir().unwrap();
    let _reaper = Reaper::of(directory.path());
    let (plugin, configured) = (kv_plugin(), configured_plugin());
    let (plugin, configured) = (plugin.to_str().unwrap(), configured.to_str().unwrap());
    let told = [COOKIE[0], COOKIE[1], ("PLUGIN_END_WITH_PARENT", "true")];
    for (command, variables) in [
        (&[plugin, "--end-with-parent"][..], &[][..]),
        (&[plugin, "--end-with-parent", "--tcp"], &[]),
        (&[configured], &told),
    ] {
        let orphan = Orphan::of_a_go_host(&programs, command, variables, directory.path());
        let clock = Instant::now();
        while orphan.is_there() {
            assert!(clock.elapsed() < Duration::from_secs(20), "the plugin lives on");
            std::thread::sleep(Duration::from_millis(5));
        }
        // In order: nothing is left of its socket.
        if let Address::Unix(socket) = &orphan.address {
            assert!(!socket.exists(), "{}", socket.display());
        }
    }
}

#[tokio::test]
async fn a_plugin_that_was_told_nothing_outlives_a_go_host_and_serves_the_next_one() {
    let Some(programs) = programs() else { return };
    let directory = tempfile::tempdir().unwrap();
    let _reaper = Reaper::of(directory.path());
    let orphan = Orphan::of_a_go_host(&programs, &[kv_plugin().to_str().unwrap()], &[], directory.path());
    let config = ReattachConfig::new(orphan.address.clone()).with_protocol_version(1);
    let builder = PluginClient::builder("kv", rpcplugin_tests::cookie()).security(Security::Plaintext);
    let plugin = builder.attach(&config).await.expect("it lives on");
    // It is the same one: it has what its host has stored.
    let stored = KvClient::new(plugin.channel()).get(Key { key: "alpha".to_owned() }).await.unwrap();
    assert_eq!(stored.value, b"1");
    assert!(orphan.is_there());
    plugin.stop().await;
}

#[tokio::test]
async fn a_plugin_that_ends_with_its_parent_is_the_same_under_a_host_of_ours() {
    let builder = crate::support::builder().arg("--end-with-parent");
    let plugin = builder.start().await.unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    assert!(plugin.stop().await.is_graceful());
}
