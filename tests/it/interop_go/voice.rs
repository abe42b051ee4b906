//! What a Go host makes of a plugin's log and of its panics.

use serde_json::Value;

use super::programs;
use crate::plugin_logs::voice_plugin;

/// What the logger of a Go host has written by the end of these calls.
fn records(methods: &[&str], level: Option<&str>) -> Option<Vec<Value>> {
    let host = programs()?.join("voice-host");
    let mut command = std::process::Command::new(host);
    command.arg(voice_plugin()).args(methods).envs(level.map(|level| ("PLUGIN_LOG_LEVEL", level)));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let records = String::from_utf8(output.stdout).unwrap();
    Some(records.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The one record with this message, from the plugin's logger.
fn record<'a>(records: &'a [Value], message: &str) -> &'a Value {
    let mut found = records.iter().filter(|record| record["@message"] == message);
    let record = found.next().unwrap_or_else(|| panic!("no `{message}` in {records:#?}"));
    assert_eq!(found.next(), None, "`{message}` comes twice");
    record
}

#[test]
fn a_go_host_reads_the_records_of_our_plugins_with_level_time_and_fields() {
    let Some(records) = records(&["Log"], Some("trace")) else { return };
    for level in ["trace", "debug", "info", "warn", "error"] {
        let record = record(&records, &format!("said by Log at {level}"));
        assert_eq!(record["@level"], level);
        assert_eq!(record["request"], 7);
        // The time is the plugin's own: a host that could not read it would have taken the line for a text.
        let time = record["timestamp"].as_str().unwrap_or_else(|| panic!("no time in {record}"));
        assert!(time.starts_with("20"), "{record}");
    }
    let info = record(&records, "said by Log at info");
    assert_eq!(
        (&info["zebra"], &info["apple"], &info["ratio"]),
        (&1.into(), &"two words".into(), &0.5.into())
    );
    assert_eq!(record(&records, "said by Log at warn")["lines"], "one\ntwo");
    assert_eq!(record(&records, "said by Log at error")["error"], "the disk is full");
}

#[test]
fn a_go_host_sees_a_panic_in_a_handler_as_an_error_and_the_plugin_go_on() {
    let Some(records) = records(&["Panic", "Log"], None) else { return };
    let panic = record(&records, "a handler panicked: said by Panic");
    assert_eq!(panic["@level"], "error");
    assert_eq!(record(&records, "said by Log at info")["@level"], "info");
}

#[test]
fn a_go_host_takes_the_panic_of_our_plugin_for_one() {
    let Some(records) = records(&["Crash"], None) else { return };
    let begin = record(&records, "panic: said by Crash");
    assert_eq!(begin["@level"], "error");
    let place = records.iter().find(|record| {
        record["@message"].as_str().is_some_and(|message| message.starts_with("thread '<unnamed>' at "))
    });
    assert_eq!(place.unwrap_or_else(|| panic!("no place in {records:#?}"))["@level"], "error");
}
