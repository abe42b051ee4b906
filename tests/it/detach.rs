//! Plugins that their host lets go of.

use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rpcplugin::{
    Address, AttachError, DetachError, ExitReason, PluginClient, ReattachConfig, ReattachSecret, Security,
    Wire,
};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::{EmitRequest, Kv, KvClient};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::interop_go::programs;
use crate::outlive::{MARK, Reaper};
use crate::support::{builder, kv_plugin};

/// What a host has left behind that was killed.
struct Left {
    config: ReattachConfig,
    secret: ReattachSecret,
    /// Where it and its plugins have put all that they made.
    directory: TempDir,
    _reaper: Reaper,
}

impl Left {
    fn by_a_host_of(program: &Path) -> Self {
        let directory = tempfile::Builder::new().prefix("of a host").tempdir().unwrap();
        let mut host = Command::new(env!("CARGO_BIN_EXE_leaving_host"));
        host.arg(program).env("TMPDIR", directory.path()).env(MARK, directory.path());
        let reaper = Reaper::of(directory.path());
        let mut host = host.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(host.stdout.take().unwrap()).lines().map(Result::unwrap);
        let config: ReattachConfig = lines.next().expect("the host detaches").parse().unwrap();
        let secret: String = lines.take_while(|line| line != "end").map(|line| line + "\n").collect();
        host.kill().unwrap();
        host.wait().unwrap();
        Self { config, secret: ReattachSecret::from_pem(&secret).unwrap(), directory, _reaper: reaper }
    }

    /// The directories in which plugins have their sockets.
    fn sockets(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.directory.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// How many processes its plugins are, and those who take care of them.
    fn processes(&self) -> usize {
        let mark = self.directory.path().as_os_str().as_bytes();
        let has_mark = |file: &str, process: &Path| {
            let text = std::fs::read(process.join(file)).unwrap_or_default();
            text.windows(mark.len()).any(|window| window == mark)
        };
        let entries = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|process| has_mark("environ", process) || has_mark("cmdline", process)).count()
    }

    fn host(&self) -> rpcplugin::PluginClientBuilder {
        builder().secret(self.secret.clone())
    }
}

/// More than the pipe of the process holds, on which the log goes, and some for the stdio stream.
fn flood() -> EmitRequest {
    let line = "what nobody reads any more ";
    EmitRequest {
        log: line.repeat(10_000),
        standard_output: line.to_owned(),
        standard_error: line.to_owned(),
    }
}

async fn a_plugin_outlives_its_host(program: &Path) {
    let left = Left::by_a_host_of(program);
    // The guard removes the directory of the plugin that the host has kept, as the last it does.
    eventually("the end of the other plugin", || left.sockets().len() == 1).await;
    let Address::Unix(socket) = &left.config.address else { panic!("no unix socket") };
    assert!(left.sockets().iter().all(|directory| socket.starts_with(directory)));
    assert!(!left.config.test);

    let error = builder().attach(&left.config).await.unwrap_err();
    assert!(matches!(error, AttachError::NoSecret), "{error}");
    let other = builder().env(MARK, left.directory.path()).start().await.unwrap().detach().unwrap();
    let stranger = builder().secret(other.secret.clone().unwrap());
    let error = stranger.attach(&left.config).await.unwrap_err();
    assert!(matches!(error, AttachError::Connect(_) | AttachError::Protocol { .. }), "{error}");
    let plaintext = builder().security(Security::Plaintext).attach(&left.config).await.unwrap_err();
    assert!(matches!(plaintext, AttachError::Protocol { .. }), "{plaintext}");
    builder().secret(other.secret.unwrap()).attach(&other.config).await.unwrap().stop().await;

    for is_last in [false, true] {
        let plugin = left.host().attach(&left.config).await.unwrap();
        assert!(plugin.is_mutual_tls());
        assert_eq!(plugin.id(), left.config.process_id);
        let store = KvClient::new(plugin.channel());
        if is_last {
            assert!(
                !store
                    .put(rpcplugin_tests::kv::Pair { key: "alpha".to_owned(), value: Vec::new() })
                    .await
                    .unwrap()
                    .created
            );
            let stopped = plugin.stop().await;
            assert!(!stopped.killed && stopped.exit.is_some(), "{stopped:?}");
        } else {
            converse(&store).await.unwrap();
            let emitted = tokio::time::timeout(Duration::from_secs(60), store.emit(flood())).await;
            emitted.expect("somebody reads its log").unwrap();
            // Dropped: it goes on.
        }
    }
    eventually("the removal of its directory", || left.sockets().is_empty()).await;
    eventually("the end of whoever took care of it", || left.processes() == 0).await;
}

#[tokio::test]
async fn our_plugin_that_is_let_go_of_outlives_its_host_and_is_attached_to_by_its_secret() {
    a_plugin_outlives_its_host(&kv_plugin()).await;
}

#[tokio::test]
async fn a_go_plugin_that_is_let_go_of_outlives_its_host_and_is_attached_to_by_its_secret() {
    let Some(programs) = programs() else { return };
    a_plugin_outlives_its_host(&programs.join("kv-plugin")).await;
}

#[tokio::test]
async fn a_host_that_has_let_go_of_a_plugin_may_attach_to_it_itself() {
    for (security, wire) in [(Security::AutoMtls, Wire::Binary), (Security::Plaintext, Wire::Grpc)] {
        let mark = tempfile::tempdir().unwrap();
        let _reaper = Reaper::of(mark.path());
        let builder = || builder().env(MARK, mark.path());
        let plugin = builder().security(security).start().await.unwrap();
        let id = plugin.id();
        let watch = plugin.exit_watch();
        let calls = KvClient::new(plugin.channel());
        let detached = plugin.detach().unwrap();
        assert_eq!(detached.config.process_id, id);
        assert_eq!(detached.secret.is_some(), security == Security::AutoMtls);
        // Who has a handle of the old connection keeps it.
        converse(&calls).await.unwrap();
        drop(calls);
        let mut builder = builder().security(security);
        if let Some(secret) = detached.secret {
            builder = builder.secret(secret);
        }
        let again = builder.attach(&detached.config).await.unwrap();
        assert_eq!(again.wire(), wire, "plaintext does not say what is spoken");
        assert!(watch.now().is_none());
        let stopped = again.stop().await;
        assert!(!stopped.killed, "{stopped:?}");
        // The first one is still its parent.
        let exit = tokio::time::timeout(Duration::from_secs(20), watch.ended()).await.expect("it is noticed");
        assert_eq!(exit.reason(), ExitReason::Code(0));
    }
}

#[test]
fn a_plugin_is_let_go_of_outside_a_runtime_as_long_as_there_is_one() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mark = tempfile::tempdir().unwrap();
    let _reaper = Reaper::of(mark.path());
    let host = runtime();
    let plugin = host.block_on(builder().env(MARK, mark.path()).start()).unwrap();
    let detached = plugin.detach().unwrap();
    let again = builder().secret(detached.secret.unwrap());
    host.block_on(async { again.attach(&detached.config).await.unwrap().stop().await });

    let gone = runtime();
    let plugin = gone.block_on(builder().start()).unwrap();
    drop(gone);
    let error = plugin.detach().unwrap_err();
    assert!(matches!(error, DetachError::Ended(_)), "{error}");
}

#[tokio::test]
async fn there_is_nothing_to_let_go_of_where_the_plugin_has_ended() {
    let plugin = builder().start().await.unwrap();
    let process = Pid::from_raw(i32::try_from(plugin.id().unwrap()).unwrap()).unwrap();
    kill_process(process, Signal::KILL).unwrap();
    plugin.exit_watch().ended().await;
    let error = plugin.detach().unwrap_err();
    assert!(matches!(error, DetachError::Ended(_)), "{error}");
    let plugin: PluginClient = builder().start().await.unwrap();
    plugin.stop().await;
    let error = plugin.detach().unwrap_err();
    assert!(matches!(error, DetachError::Ended(_)), "{error}");
}
