//! What a plugin says of itself, on the host's side: the records of its log and the reports of its panics.

use std::path::PathBuf;

use rpcplugin::{Code, PluginClient, PluginClientBuilder};
use rpcplugin_tests::conversation::eventually;
use rpcplugin_tests::kv::{EmitRequest, Kv, KvClient};
use rpcplugin_tests::voice::{Voice, VoiceClient};

use crate::support::{kv_plugin, listen, log, script};

pub(crate) fn voice_plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_voice_plugin"))
}

fn builder() -> PluginClientBuilder {
    PluginClient::builder(voice_plugin(), rpcplugin_tests::cookie())
}

/// The lines of the log with this text.
fn lines(text: &str) -> Vec<String> {
    log().lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
}

async fn says(text: &str) {
    eventually(text, || !lines(text).is_empty()).await;
}

#[tokio::test]
async fn records_arrive_with_their_levels_their_fields_in_order_and_the_plugins_name() {
    listen();
    let plugin = builder().env("PLUGIN_LOG_LEVEL", "trace").start().await.unwrap();
    VoiceClient::new(plugin.channel()).log("said once".to_owned()).await.unwrap();
    says("said once at error").await;
    let line = |level: &str| {
        let found = lines(&format!("said once at {}", level.to_lowercase()));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].trim_start().starts_with(level), "{}", found[0]);
        for part in
            ["plugin=\"voice_plugin\"", "stream=\"stderr\"", "logger=\"rpcplugin_tests::voice\"", "request=7"]
        {
            assert!(found[0].contains(part), "{part} is not in {}", found[0]);
        }
        found[0].clone()
    };
    // The log of these tests begins at debug.
    line("DEBUG");
    assert!(line("INFO").contains("request=7 zebra=1 apple=two words ratio=0.5"));
    assert!(line("WARN").contains(r"lines=one\\ntwo") || line("WARN").contains(r"lines=one\ntwo"));
    assert!(line("ERROR").contains("error=the disk is full"));
    plugin.stop().await;
}

#[tokio::test]
async fn a_level_below_the_hosts_is_neither_sent_nor_shown() {
    listen();
    let plugin = builder().log_level(tracing::Level::WARN).start().await.unwrap();
    VoiceClient::new(plugin.channel()).log("said quietly".to_owned()).await.unwrap();
    says("said quietly at error").await;
    plugin.stop().await;
    let levels: Vec<_> =
        lines("said quietly at ").iter().map(|line| line.trim_start()[..5].to_owned()).collect();
    assert_eq!(levels, ["WARN ", "ERROR"]);
}

#[tokio::test]
async fn a_host_that_wants_warnings_shows_no_more_of_a_plugin_that_knows_no_level() {
    listen();
    let text = r#"echo '{"@level":"info","@message":"a level unasked"}' >&2; echo '{"@level":"warn","@message":"a level asked for"}' >&2; exec "#;
    let text = format!("{text}{}", voice_plugin().display());
    let plugin = script(&text).log_level(tracing::Level::WARN).start().await.unwrap();
    says("a level asked for").await;
    plugin.stop().await;
    assert_eq!(lines("a level unasked"), Vec::<String>::new());
}

#[tokio::test]
async fn a_panic_in_a_handler_is_a_record_and_the_plugin_goes_on() {
    listen();
    let plugin = builder().start().await.unwrap();
    let voice = VoiceClient::new(plugin.channel());
    let status = voice.panic("caught\nand on a second line".to_owned()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    says("a handler panicked: caught").await;
    let record = lines("a handler panicked: caught").remove(0);
    assert!(record.trim_start().starts_with("ERROR"), "{record}");
    assert!(record.contains("location=tests/src/voice.rs:"), "{record}");
    // What follows is no part of the report of a crash.
    voice.log("said after the panic".to_owned()).await.unwrap();
    says("said after the panic at info").await;
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn a_crash_begins_as_a_go_host_expects_and_is_all_at_error_level() {
    listen();
    let plugin = builder().start().await.unwrap();
    let status = VoiceClient::new(plugin.channel()).crash("of the crash".to_owned()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    says("panic: of the crash").await;
    says("thread '<unnamed>' at tests/src/voice.rs:").await;
    for text in ["panic: of the crash", "thread '<unnamed>' at tests/src/voice.rs:"] {
        assert!(lines(text)[0].trim_start().starts_with("ERROR"), "{}", lines(text)[0]);
    }
    plugin.stop().await;
}

#[tokio::test]
async fn a_line_is_cut_at_the_bound_of_its_host_wherever_it_comes_from() {
    listen();
    let (process, stream, errors) = ("cut of the process ", "cut of the stream ", "cut of its errors ");
    let line = |text: &str| format!("{text:x<1000}\n");
    let text = format!("echo '{}' >&2; exec {}", line(process).trim_end(), kv_plugin().display());
    let plugin = script(&text).log_line_bytes_max(100).start().await.unwrap();
    let (standard_output, standard_error) = (line(stream), line(errors));
    let said = EmitRequest { log: String::new(), standard_output, standard_error };
    KvClient::new(plugin.channel()).emit(said).await.unwrap();
    plugin.stop().await;
    for text in [process, stream, errors] {
        says(text).await;
        let found = lines(text);
        let cut = format!("{} [900 more bytes]", &line(text)[..100]);
        assert!(found.len() == 1 && found[0].contains(&cut), "{found:?}");
    }
}
