//! Real processes: how a plugin starts, how it does not, and how it ends.

use std::time::Duration;

use rpcplugin::{Address, Code, ExitReason, HandshakeError, PluginClient, Security, StartError};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::{EmitRequest, Key, Kv, KvClient};

use crate::interop::expect;
use crate::support::{builder, kv_plugin, listen, log, script};

/// Whether a process with this id exists, reaped or not.
fn exists(id: u32) -> bool {
    std::path::Path::new(&format!("/proc/{id}")).exists()
}

#[tokio::test]
async fn all_four_kinds_over_mutual_tls() {
    let plugin = builder().start().await.unwrap();
    assert!(plugin.is_mutual_tls());
    assert_eq!(plugin.protocol_version(), 1);
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn all_four_kinds_in_plaintext_and_over_tcp() {
    for (tcp, security) in
        [(false, Security::Plaintext), (true, Security::Plaintext), (true, Security::AutoMtls)]
    {
        let builder = builder().security(security).args(tcp.then_some("--tcp"));
        let plugin = builder.start().await.unwrap();
        assert_eq!(plugin.is_mutual_tls(), security == Security::AutoMtls);
        assert_eq!(matches!(plugin.address(), Address::Tcp(_)), tcp);
        converse(&KvClient::new(plugin.channel())).await.unwrap();
        assert!(plugin.stop().await.is_graceful());
    }
}

#[tokio::test]
async fn a_tcp_port_comes_from_the_range_of_the_host() {
    let plugin = builder().arg("--tcp").ports(20_500..=20_999).start().await.unwrap();
    let Address::Tcp(address) = plugin.address() else { panic!("not tcp: {}", plugin.address()) };
    assert!((20_500..=20_999).contains(&address.port()), "{address}");
    plugin.stop().await;
}

#[tokio::test]
async fn the_socket_is_private_and_goes_with_the_plugin() {
    use std::os::unix::fs::PermissionsExt;

    let plugin = builder().start().await.unwrap();
    let Address::Unix(path) = plugin.address().clone() else { panic!("not unix") };
    let directory = path.parent().unwrap().to_owned();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&directory), mode(&path)), (0o700, 0o600));
    plugin.stop().await;
    assert!(!directory.exists());
}

#[tokio::test]
async fn what_the_plugin_says_arrives_where_the_host_wants_it() {
    listen();
    let (stdout, mut from_stdout) = tokio::io::duplex(1024);
    let (stderr, mut from_stderr) = tokio::io::duplex(1024);
    let plugin = builder().stdout(stdout).stderr(stderr).start().await.unwrap();
    let store = KvClient::new(plugin.channel());
    let request = EmitRequest {
        log: "a line for the log of processes".to_owned(),
        standard_output: "to standard output\n".to_owned(),
        standard_error: "to standard error\n".to_owned(),
    };
    store.emit(request).await.unwrap();
    expect(&mut from_stdout, "to standard output\n").await;
    expect(&mut from_stderr, "to standard error\n").await;
    eventually("the log line", || {
        log().lines().any(|line| {
            line.contains("INFO")
                && line.contains("a line for the log of processes")
                && line.contains("source=emit")
        })
    })
    .await;
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn output_without_a_writer_goes_to_the_log() {
    listen();
    let plugin = builder().start().await.unwrap();
    let request = EmitRequest {
        log: String::new(),
        standard_output: "printed without a writer\n".to_owned(),
        standard_error: String::new(),
    };
    KvClient::new(plugin.channel()).emit(request).await.unwrap();
    plugin.stop().await;
    assert!(log().lines().any(|line| line.contains("DEBUG") && line.contains("printed without a writer")));
}

#[tokio::test]
async fn endless_output_after_the_handshake_stops_nobody() {
    // A pipe holds 64 KiB: a host that does not read, or wants lines, would leave `head` hanging.
    let marker = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "{} & plugin=$!; {}; wait $plugin",
        // The plugin's own lines come first, then the flood beside it.
        kv_plugin().display(),
        format_args!(
            "sleep 1; head -c 20000000 /dev/zero; head -c 20000000 /dev/zero >&2; echo done > {}",
            marker.path().display()
        )
    );
    let plugin = script(&text).start().await.unwrap();
    let store = KvClient::new(plugin.channel());
    eventually("the end of the flood", || std::fs::read(marker.path()).unwrap() == b"done\n").await;
    converse(&store).await.unwrap();
    plugin.stop().await;
}

#[tokio::test]
async fn dropping_the_client_kills_the_process_and_what_it_started() {
    let child = tempfile::NamedTempFile::new().unwrap();
    let text = format!("sleep 600 & echo $! > {}; exec {}", child.path().display(), kv_plugin().display());
    let plugin = script(&text).start().await.unwrap();
    let id = plugin.id().unwrap();
    let grandchild: u32 = std::fs::read_to_string(child.path()).unwrap().trim().parse().unwrap();
    assert!(exists(id) && exists(grandchild));
    drop(plugin);
    eventually("the end of the plugin", || !exists(id)).await;
    eventually("the end of its child", || !running(grandchild)).await;
}

/// Whether a process runs: one that waits for a parent that is not ours to reap it does not.
fn running(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

#[tokio::test]
async fn a_plugin_that_ignores_the_request_to_end_is_killed_after_its_grace() {
    // A stopped process answers nothing and cannot end by itself.
    let plugin = builder().stop_grace(Duration::from_millis(300)).start().await.unwrap();
    let id = plugin.id().unwrap();
    let stopped = std::process::Command::new("kill").args(["-STOP", &id.to_string()]).status().unwrap();
    assert!(stopped.success());
    let stopped = plugin.stop().await;
    assert!(stopped.killed, "{stopped:?}");
    assert!(!stopped.is_graceful());
    assert!(!exists(id));
}

#[tokio::test]
async fn stopping_ends_although_a_grandchild_holds_the_pipes() {
    // A group of its own, so that not even the kill of the plugin's group reaches it.
    let child = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "setsid sh -c 'echo $$ > {}; exec sleep 600' & exec {}",
        child.path().display(),
        kv_plugin().display()
    );
    let plugin = script(&text).start().await.unwrap();
    // A guard against hanging: whoever waits for the grandchild waits ten minutes.
    let stopped = tokio::time::timeout(Duration::from_secs(120), plugin.stop()).await;
    let grandchild = std::fs::read_to_string(child.path()).unwrap();
    std::process::Command::new("kill").args(["-KILL", grandchild.trim()]).status().unwrap();
    assert!(stopped.expect("it waited for the grandchild").is_graceful());
}

#[tokio::test]
async fn calls_in_flight_end_in_an_error_when_the_plugin_dies() {
    let plugin = builder().start().await.unwrap();
    let store = KvClient::new(plugin.channel());
    // A stream that the plugin keeps open.
    let requests = rpcplugin::Streaming::new(futures_util::stream::pending());
    let mut answers = store.watch(requests).await.unwrap();
    let id = plugin.id().unwrap();
    std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status().unwrap();
    let status = answers.message().await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    let status = store.get(Key { key: "alpha".to_owned() }).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    eventually("the exit status", || plugin.exited().is_some()).await;
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let error =
        PluginClient::builder("/no/such/program", rpcplugin_tests::cookie()).start().await.unwrap_err();
    assert!(matches!(error, StartError::Spawn { .. }));
    assert!(error.to_string().contains("/no/such/program"), "{error}");
}

#[tokio::test]
async fn a_program_that_ends_at_once_is_reported_with_what_it_said() {
    let error = script("echo the disk is full >&2; exit 7").start().await.unwrap_err();
    let StartError::Exited { status, diagnosis, .. } = &error else { panic!("{error}") };
    assert_eq!(status.and_then(|status| status.code()), Some(7));
    assert_eq!(diagnosis.stderr_tail(), ["the disk is full"]);
    assert!(error.to_string().contains("the disk is full"), "{error}");
}

#[tokio::test]
async fn what_a_program_printed_instead_of_a_line_is_quoted() {
    let error = script("printf 'usage: kv FILE'; exit 3").start().await.unwrap_err().to_string();
    assert!(error.contains("exit status: 3") && error.contains("printed `usage: kv FILE`"), "{error}");
}

#[tokio::test]
async fn a_program_that_ends_is_noticed_although_its_child_holds_its_output() {
    // Whoever waits for the child runs into the start timeout instead.
    let error =
        script("sleep 600 & exit 7").start_timeout(Duration::from_secs(30)).start().await.unwrap_err();
    let StartError::Exited { status, .. } = &error else { panic!("{error}") };
    assert_eq!(status.and_then(|status| status.code()), Some(7));
}

#[tokio::test]
async fn what_a_plugin_left_behind_is_killed_after_an_end_in_order() {
    let child = tempfile::NamedTempFile::new().unwrap();
    let text = format!("sleep 600 & echo $! > {}; exec {}", child.path().display(), kv_plugin().display());
    let plugin = script(&text).start().await.unwrap();
    let grandchild: u32 = std::fs::read_to_string(child.path()).unwrap().trim().parse().unwrap();
    assert!(plugin.stop().await.is_graceful());
    eventually("the end of the child", || !running(grandchild)).await;
}

#[tokio::test]
async fn a_plugin_that_does_not_answer_is_asked_by_a_signal_before_it_is_killed() {
    // The connection goes to a plugin that is not the process which the host started.
    let text =
        format!("trap 'exit 0' TERM; {} & wait $!; while :; do sleep 0.1; done", kv_plugin().display());
    let plugin = script(&text).start().await.unwrap();
    let stopped = plugin.stop().await;
    assert!(!stopped.killed, "{stopped:?}");
    assert!(stopped.is_graceful(), "{stopped:?}");
}

#[tokio::test]
async fn an_address_that_would_move_the_cursor_is_escaped() {
    let error = script("printf '1|1|unix|/tmp/\\033[31mEVIL\\rforged|grpc|\\n'; exec sleep 600");
    let error = error.security(Security::Plaintext).start().await.unwrap_err().to_string();
    assert!(error.contains("EVIL"), "{error}");
    assert!(!error.contains(['\u{1b}', '\r']), "{error:?}");
}

#[tokio::test]
async fn a_program_that_closes_its_output_is_not_said_to_have_ended() {
    let error = script("exec >&-; exec sleep 600").start().await.unwrap_err();
    assert!(matches!(error, StartError::Exited { status: None, .. }), "{error}");
    assert!(error.to_string().contains("closed its standard output before the handshake"), "{error}");
}

#[tokio::test]
async fn a_killed_plugin_leaves_no_socket_behind() {
    let plugin = builder().start().await.unwrap();
    let Address::Unix(path) = plugin.address().clone() else { panic!("not unix") };
    // The host's directory, in which the plugin made its own.
    let directory = path.parent().and_then(std::path::Path::parent).unwrap().to_owned();
    assert!(directory.file_name().is_some_and(|name| name.to_string_lossy().starts_with("plugin-")));
    std::process::Command::new("kill").args(["-KILL", &plugin.id().unwrap().to_string()]).status().unwrap();
    plugin.stop().await;
    assert!(!directory.exists());
}

#[tokio::test]
async fn a_plugin_with_a_call_under_way_still_ends_in_order() {
    let plugin = builder().start().await.unwrap();
    let store = KvClient::new(plugin.channel());
    let mut answers = store.watch(rpcplugin::Streaming::new(futures_util::stream::pending())).await.unwrap();
    let stopped = plugin.stop().await;
    assert!(stopped.is_graceful(), "{stopped:?}");
    assert_eq!(answers.message().await.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test]
async fn a_silent_program_is_killed_after_the_start_timeout() {
    let child = tempfile::NamedTempFile::new().unwrap();
    let text = format!("echo $$ > {}; exec sleep 600", child.path().display());
    let error = script(&text).start_timeout(Duration::from_millis(300)).start().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let id: u32 = std::fs::read_to_string(child.path()).unwrap().trim().parse().unwrap();
    assert!(!exists(id));
}

#[tokio::test]
async fn every_bad_line_is_refused_with_its_own_error() {
    let cases = [
        ("echo hello", "expected a handshake line"),
        ("echo '2|1|unix|/a|grpc|'", "core protocol version is 2"),
        ("echo '1|9|unix|/a|grpc|'", "serves protocol version 9, this host supports [1]"),
        ("echo '1|1|udp|/a|grpc|'", "field 3, the network, is `udp`"),
        ("echo '1|1|tcp|192.0.2.7:80|grpc|'", "not a loopback address"),
        ("echo '1|1|unix|/a'", "net/rpc"),
        ("echo '1|1|unix|/a|thrift|'", "field 5, the protocol, is `thrift`"),
        ("head -c 100000 /dev/zero", "longer than the limit of 65536 bytes"),
        ("echo '1|1|unix|/no/such/socket|grpc|'", "failed to connect to unix /no/such/socket"),
    ];
    for (text, expected) in cases {
        let text = format!("{text}; exec sleep 600");
        let builder = script(&text).security(Security::Plaintext).stray_lines_max(0);
        let error = builder.start().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_line_in_single_bytes_is_read() {
    // A plugin whose line comes as a slow one writes it, and a longer line in writes of a byte that may come together.
    for (security, pause) in [(Security::Plaintext, "sleep 0.01"), (Security::AutoMtls, ":")] {
        let text = format!(
            r#"{} | {{
                IFS= read -r line
                while [ -n "$line" ]; do rest=${{line#?}}; printf %s "${{line%"$rest"}}"; line=$rest; {pause}; done
                echo; exec cat
            }}"#,
            kv_plugin().display()
        );
        let plugin = script(&text).security(security).start().await.unwrap();
        converse(&KvClient::new(plugin.channel())).await.unwrap();
        assert!(plugin.stop().await.is_graceful());
    }
}

#[tokio::test]
async fn a_host_that_wants_tls_never_talks_to_a_plugin_without() {
    let error = script("echo '1|1|unix|/a|grpc|'; exec sleep 600").start().await.unwrap_err();
    assert!(
        matches!(error, StartError::Handshake { source: HandshakeError::MissingCertificate, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn no_common_version_is_an_error_that_names_both() {
    let error = builder().protocol_versions([7, 8]).start().await.unwrap_err();
    assert!(
        matches!(
            error,
            StartError::Handshake { source: HandshakeError::VersionMismatch { found: 1, .. }, .. }
        ),
        "{error}"
    );
    assert!(matches!(builder().protocol_versions([]).start().await, Err(StartError::NoVersion)));
}

#[test]
fn a_plugin_that_is_run_by_hand_says_so_and_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(kv_plugin()).env("TMPDIR", directory.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("this program is a plugin"), "{text}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_wrong_cookie_reaches_the_host_as_the_plugins_own_words() {
    let cookie = rpcplugin::Cookie::new("KV_INTEROP_COOKIE", "another").unwrap();
    let error = PluginClient::builder(kv_plugin(), cookie).start().await.unwrap_err();
    assert!(error.to_string().contains("this plugin belongs to another host"), "{error}");
}

#[test]
fn a_directory_for_the_socket_that_is_too_deep_is_named() {
    // A host that wants it there is told; nobody looks for another one.
    let deep = tempfile::Builder::new().prefix(&"x".repeat(100)).tempdir().unwrap();
    let mut plugin = std::process::Command::new(kv_plugin());
    plugin.env("PLUGIN_UNIX_SOCKET_DIR", deep.path()).env("KV_INTEROP_COOKIE", "c0ffee5eed");
    let output = plugin.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("`socket_directory` of the host, to a shorter directory"), "{text}");
}

#[tokio::test]
async fn an_end_is_in_order_every_time() {
    // The request to end, the end of the connection and the end of the process race each other; none may win wrongly.
    let ends = (0..40).map(|_| async {
        let plugin = builder().security(Security::Plaintext).start().await.unwrap();
        let stopped = plugin.stop().await;
        assert!(stopped.is_graceful(), "{stopped:?}");
    });
    futures_util::StreamExt::for_each_concurrent(futures_util::stream::iter(ends), 8, |end| end).await;
}

#[tokio::test]
async fn sigterm_ends_a_plugin_in_order() {
    let plugin = builder().start().await.unwrap();
    let Address::Unix(path) = plugin.address().clone() else { panic!("not unix") };
    let id = plugin.id().unwrap().to_string();
    // SIGINT is the host's: at a terminal both get it.
    std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap();
    eventually("the end of the plugin", || plugin.exited().is_some()).await;
    assert!(plugin.exited().is_some_and(|exit| exit.reason() == ExitReason::Code(0)));
    assert!(!path.exists());
}
