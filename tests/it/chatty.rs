//! Plugins that say too much, or what they should not: the host's log stays the host's, its memory small, and nobody waits.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::KvClient;
use tempfile::TempDir;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::interop_go::programs;
use crate::support::{kv_plugin, listen, log, say, script};

/// What a plugin may add to the memory of a host at most, in KiB: three streams that wait for the log, with what stands around
/// them.
const GROWN_KIB_MAX: u64 = 12 * 1024;

/// How much more memory a host had at most with a plugin of this script, in KiB, and what it said.
fn measured(text: &str, directory: &TempDir) -> (u64, String) {
    let marker = directory.path().join("marker");
    let text = text.replace("MARKER", &marker.display().to_string());
    let text = text.replace("PLUGIN", &kv_plugin().display().to_string());
    grown(Command::new(env!("CARGO_BIN_EXE_measured_host")).arg(&marker).args(["/bin/sh", "-c", &text]))
}

/// How much more memory this host says that it had, in KiB, and all that it said.
fn grown(host: &mut Command) -> (u64, String) {
    let output = host.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
    let grown = said.lines().last().and_then(|line| line.strip_suffix(" KiB")).unwrap();
    (grown.parse().unwrap(), said)
}

/// How much a plugin prints, in MiB.
fn flood_mib() -> u64 {
    let mib = std::env::var("RPCPLUGIN_FLOOD_MIB");
    mib.map_or(24, |mib| mib.parse().expect("a number in RPCPLUGIN_FLOOD_MIB"))
}

/// Has a plugin print what this shell's command prints, cut off behind a number of MiB: more on demand.
fn flooded(command: &str, to: &str) {
    let directory = tempfile::tempdir().unwrap();
    let mib = flood_mib();
    let clock = Instant::now();
    let text = format!(
        "PLUGIN & sleep 1; {command} | head -c {mib}M {to}; echo > MARKER.new; mv MARKER.new MARKER; wait"
    );
    let (grown, said) = measured(&text, &directory);
    assert!(grown < GROWN_KIB_MAX, "{command}: {grown} KiB: {said}");
    say(&format!(
        "\n{mib} MiB of `{command}` after {:?}; the host has grown by {grown} KiB\n",
        clock.elapsed()
    ));
}

#[test]
fn a_flood_of_lines_takes_no_memory_of_the_host() {
    flooded("yes 'a line of a log that nobody reads'", ">&2");
}

#[test]
fn a_flood_of_one_line_takes_no_memory_of_the_host() {
    flooded("cat /dev/zero", ">&2");
}

#[test]
fn a_flood_of_records_takes_no_memory_of_the_host() {
    flooded(r#"yes '{"@level":"info","@message":"m","a":[1,2,{}]}'"#, ">&2");
}

#[test]
fn a_flood_of_output_takes_no_memory_of_the_host() {
    flooded("yes 'a line of output'", "");
}

#[test]
fn a_flood_of_output_without_lines_takes_no_memory_of_the_host() {
    flooded("cat /dev/zero", "");
}

/// Has this plugin itself print the text over and over, so that it comes over the stdio stream. Says how the last line of it ends in
/// the log.
fn streamed(program: &Path, wire: &str, text: &str) -> String {
    let mib = flood_mib();
    let clock = Instant::now();
    let mut host = Command::new(env!("CARGO_BIN_EXE_measured_host"));
    let (grown, said) = grown(host.args(["--stdio", wire, &mib.to_string(), text]).arg(program));
    let program = program.display();
    assert!(grown < GROWN_KIB_MAX, "{program} over {wire}, {text:?}: {grown} KiB: {said}");
    let took = clock.elapsed();
    say(&format!(
        "\n{mib} MiB of {text:?} over {wire} from {program} after {took:?}; the host has grown by {grown} KiB\n"
    ));
    said
}

/// As long as lines of programs are.
const LINE: &str =
    "a line of output that says at length what has been done, and why, and comes to the end of a line\n";

#[test]
fn a_flood_of_the_stdio_stream_takes_no_memory_of_the_host() {
    for wire in ["grpc", "binary"] {
        let said = streamed(&kv_plugin(), wire, LINE);
        assert!(said.contains("of a line plugin="), "{said}");
        let said = streamed(&kv_plugin(), wire, "x");
        assert!(said.contains("more bytes] plugin="), "{said}");
    }
}

#[test]
fn a_flood_of_the_stdio_stream_of_a_go_plugin_takes_no_memory_of_the_host() {
    let Some(programs) = programs() else { return };
    let plugin = programs.join("kv-plugin");
    let said = streamed(&plugin, "grpc", LINE);
    assert!(said.contains("of a line plugin="), "{said}");
    let said = streamed(&plugin, "grpc", "x");
    // It waits until somebody reads: nothing of it is lost but what it has not sent when it ends.
    let (_, left_out) = said.split_once('[').unwrap();
    let left_out: u64 = left_out.split(' ').next().unwrap().parse().unwrap();
    assert!(left_out > (flood_mib() - 1) << 20, "{said}");
}

#[test]
fn a_flood_before_the_handshake_is_refused_at_the_limit() {
    let directory = tempfile::tempdir().unwrap();
    let (grown, said) = measured("head -c 1G /dev/zero; touch MARKER; exec PLUGIN", &directory);
    assert!(said.contains("longer than the limit of 65536 bytes"), "{said}");
    assert!(grown < GROWN_KIB_MAX, "{grown} KiB");
    // It did not come to an end of it.
    assert!(!directory.path().join("marker").exists());
}

#[tokio::test]
async fn a_plugin_cannot_forge_a_line_of_the_host() {
    listen();
    let words = [
        // Escape sequences, a title, a bell, a backspace, a line that writes over itself, a zero, a line separator.
        r"forged 1 \033[2J\033[31m",
        r"forged 2 \033]0;title\007\b",
        r"forged 3 \rERROR host: all is lost",
        r"forged 4 \000 and \302\205 and \342\200\250 and \342\200\256",
        r#"{"@level":"error","@message":"forged 5 \\nERROR host: all is lost","plugin":"another"}"#,
        r#"{"@level":"info","@message":"forged 6","\\u001b[2J":"\\r\\nERROR host: all is lost"}"#,
        r#"{"@message":1,"@level":"error","forged 7":2}"#,
        r#"{"@level":{"a":[1]},"@message":"forged 8"}"#,
        r"forged 9 \377\376\200",
        r#"{"@message":"forged 10","@module":"\\u001b]52;c;YQ==\\u0007"}"#,
    ];
    let nested = format!("{{\"@message\":\"forged 11\",\"a\":{}", "[".repeat(5000));
    let mut text = words.map(|line| format!("printf '{line}\\n' >&2;")).concat();
    text += &format!(
        "printf '%s\\n' '{nested}' >&2; head -c 3000000 /dev/zero | tr '\\0' x >&2; echo forged 12 >&2; exec {}",
        kv_plugin().display()
    );
    let plugin = script(&text).start().await.unwrap();
    plugin.stop().await;
    // The longest line is cut, and says by how much: the words behind it belong to it.
    let cut = format!("[{} more bytes]", 3_000_000 + "forged 12".len() - 65_536);
    // One thread writes the logs of all plugins, those of the tests beside this one as well.
    eventually("the end of a line that was cut", || log().contains(&cut)).await;
    let log = log();
    for number in 1..=11 {
        let found: Vec<_> = log
            .lines()
            .filter(|line| {
                line.contains(&format!("forged {number} "))
                    || line.contains(&format!("forged {number}\""))
                    || line.contains(&format!("forged {number}:"))
                    || line.contains(&format!("rpcplugin::plugin: forged {number} plugin"))
            })
            .collect();
        assert_eq!(found.len(), 1, "{number}: {found:?}");
        let line = found[0];
        assert!(line.contains("rpcplugin::plugin:") && line.contains(r#"plugin="sh""#), "{line}");
        assert!(
            !line
                .contains(|character: char| character.is_control() || "\u{2028}\u{202e}".contains(character)),
            "{line:?}"
        );
    }
    assert!(!log.lines().any(|line| line.trim_start().starts_with("ERROR host:")), "a line was forged");
}

/// A log that stands still at the first line of a plugin, until it is told to go on.
#[derive(Default)]
struct Still {
    is_open: Mutex<bool>,
    opened: Condvar,
    reports: Mutex<Vec<String>>,
}

impl Still {
    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

impl Subscriber for Still {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("rpcplugin::")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        match event.metadata().target() {
            "rpcplugin::plugin" => {
                let is_open = self.is_open.lock().unwrap();
                drop(self.opened.wait_while(is_open, |is_open| !*is_open).unwrap());
            }
            target if target.ends_with("log_forward") => {
                let mut text = String::new();
                event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
                    text += &format!("{field}={value:?} ");
                });
                self.reports.lock().unwrap().push(text);
            }
            _ => {}
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_log_that_stands_still_stops_neither_the_plugin_nor_its_calls() {
    let directory = tempfile::tempdir().unwrap();
    let marker = directory.path().join("marker");
    let still = Arc::new(Still::default());
    let plugin = {
        let _log = tracing::subscriber::set_default(Arc::clone(&still));
        // On the one thread of this runtime, which is that of the calls as well.
        let text = format!(
            "(yes 'a line' | head -c 8000000 >&2; echo > {}) & exec {}",
            marker.display(),
            kv_plugin().display()
        );
        script(&text).start().await.unwrap()
    };
    let store = KvClient::new(plugin.channel());
    eventually("the end of the flood", || marker.exists()).await;
    let calls = tokio::time::timeout(Duration::from_secs(20), converse(&store));
    calls.await.expect("calls wait for the log").unwrap();
    // The end does not wait for the log either.
    let stopped = tokio::time::timeout(Duration::from_secs(20), plugin.stop()).await;
    assert!(stopped.expect("the end waits for the log").is_graceful());
    still.open();
    eventually("the report", || !still.reports.lock().unwrap().is_empty()).await;
    let report = still.reports.lock().unwrap().join("\n");
    assert!(
        report.contains("lines=") && report.contains("plugin=\"sh\"") && report.contains("left out"),
        "{report}"
    );
}

#[tokio::test]
async fn more_than_a_host_wants_to_log_is_left_out_and_counted() {
    listen();
    let flood = "yes 'a line of too many' | head -n 10000 >&2";
    let text = format!("{flood}; exec {}", kv_plugin().display());
    let plugin = script(&text).log_bytes_per_second(100 * (128 + 18)).start().await.unwrap();
    plugin.stop().await;
    let log = log();
    let lines = log.lines().filter(|line| line.contains("a line of too many")).count();
    assert!((100..5000).contains(&lines), "{lines}");
    assert!(log.lines().any(|line| line.contains("WARN")
        && line.contains("were left out")
        && line.contains(r#"plugin="sh""#)));
}
