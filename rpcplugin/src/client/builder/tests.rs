use super::*;
#[cfg(feature = "server")]
use crate::config::tests::{Arrival, every_setting_arrives};

fn new() -> PluginClientBuilder {
    PluginClientBuilder::new("any".into(), Cookie::new("ANY", "any").unwrap())
}

#[test]
fn a_start_can_be_spawned_as_every_future_of_a_task_must_be() {
    fn can_be_spawned<T: Send + 'static>(_future: T) {}
    can_be_spawned(new().stdout(tokio::io::sink()).start());
}

/// What pairs and roots are taken with.
#[cfg(feature = "server")]
fn arrivals_of_security() -> Vec<Arrival<PluginClientBuilder>> {
    let tls = |told: &PluginClientBuilder| format!("{:?}", told.tls);
    vec![
        Arrival::of("auto_mtls", "false", |told| format!("{:?}", told.security), "Plaintext"),
        Arrival::of("client_cert", "CERTIFICATE", tls, "has_identity: true").beside(&[("client_key", "KEY")]),
        Arrival::of("client_key", "KEY", tls, "has_identity: true").beside(&[("client_cert", "CERTIFICATE")]),
        Arrival::of("server_root_certs", "CERTIFICATE", tls, "roots: 1"),
        Arrival::of("server_name", "greeter.internal", tls, "greeter.internal")
            .beside(&[("server_root_certs", "CERTIFICATE")]),
    ]
}

#[cfg(feature = "server")]
fn arrivals_of_times() -> Vec<Arrival<PluginClientBuilder>> {
    let stop = |told: &PluginClientBuilder| format!("{:?}", told.stop_times);
    let alive = |told: &PluginClientBuilder| format!("{:?}", told.keep_alive);
    let retry = |told: &PluginClientBuilder| format!("{:?}", told.retry);
    vec![
        Arrival::of("handshake_timeout", "11", |told| format!("{:?}", told.start_timeout), "11s"),
        Arrival::of("stop_ask_timeout", "12", stop, "ask: 12s, terminate: 500ms, kill: 500ms"),
        Arrival::of("stop_terminate_timeout", "13", stop, "ask: 2s, terminate: 13s, kill: 500ms"),
        Arrival::of("stop_kill_timeout", "14", stop, "ask: 2s, terminate: 500ms, kill: 14s"),
        Arrival::of("keepalive_enabled", "false", alive, "None"),
        Arrival::of("grpc_keepalive_time_ms", "15s", alive, "interval: 15s, timeout: 7s, patience: 300s"),
        Arrival::of("grpc_keepalive_timeout_ms", "16s", alive, "interval: 3s, timeout: 16s, patience: 300s"),
        Arrival::of("keepalive_patience", "17", alive, "interval: 3s, timeout: 7s, patience: 17s"),
        Arrival::of("retry_attempts_max", "4", retry, "attempts_max: 4, pause: 100ms, pause_max: 5s"),
        Arrival::of("retry_backoff", "0.7", retry, "attempts_max: 4, pause: 700ms, pause_max: 5s")
            .beside(&[("retry_attempts_max", "4")]),
        Arrival::of("retry_backoff_max", "18", retry, "attempts_max: 4, pause: 100ms, pause_max: 18s")
            .beside(&[("retry_attempts_max", "4")]),
    ]
}

#[cfg(feature = "server")]
fn arrivals() -> Vec<Arrival<PluginClientBuilder>> {
    let sockets = |told: &PluginClientBuilder| format!("{:?}", told.sockets);
    let ports = |told: &PluginClientBuilder| format!("{:?}", told.ports);
    vec![
        Arrival::of("protocol_versions", "2,3", |told| format!("{:?}", told.versions), "[2, 3]"),
        Arrival::of(
            "log_level",
            "debug",
            |told| format!("{:?} {:?}", told.log_level, told.environment),
            r#"Level(Debug) [("PLUGIN_LOG_LEVEL", "debug")]"#,
        ),
        Arrival::of("unix_socket_dir", "/sockets", sockets, r#"group: None, directory: Some("/sockets")"#),
        Arrival::of("unix_socket_group", "plugins", sockets, r#"group: Some("plugins"), directory: None"#),
        Arrival::of("min_port", "11000", ports, "11000..=25000"),
        Arrival::of("max_port", "24000", ports, "10000..=24000"),
        Arrival::of("wire", "grpc", |told| format!("{:?}", told.wire), "Grpc"),
        #[cfg(feature = "broker")]
        Arrival::of("multiplex_grpc", "true", |told| told.multiplex.to_string(), "true"),
        Arrival::of("stray_lines_max", "5", |told| told.stray_lines_max.to_string(), "5"),
        Arrival::of("message_bytes_max", "77", |told| told.message_bytes_max.to_string(), "77"),
        Arrival::of("log_line_bytes_max", "78", |told| told.log_line_bytes_max.to_string(), "78"),
        Arrival::of("log_bytes_per_second", "79", |told| told.log_bytes_per_second.to_string(), "79"),
        Arrival::of("inherit_stdin", "true", |told| told.inherits_stdin.to_string(), "true"),
        Arrival::of(
            "inherit_env",
            "ONE,TWO",
            |told| format!("{:?}", told.also_inherited),
            r#"{"ONE", "TWO"}"#,
        ),
        Arrival::of("working_directory", "/here", |told| format!("{:?}", told.directory), r#"Some("/here")"#),
    ]
}

#[cfg(feature = "server")]
#[test]
fn every_setting_of_a_host_arrives() {
    let elsewhere = [
        // `Config::cookie`.
        "magic_cookie_key",
        "magic_cookie_value",
        // A registry of protocols.
        "protocol_type",
        // The options of a pool.
        "pool_size",
        "pool_strategy",
        // Below, where anything compresses.
        "compression",
        "compression_accepted",
        "compression_bytes_min",
        #[cfg(not(feature = "broker"))]
        "multiplex_grpc",
    ];
    let arrivals: Vec<_> =
        arrivals().into_iter().chain(arrivals_of_security()).chain(arrivals_of_times()).collect();
    every_setting_arrives(crate::config::ConfigSide::Host, &arrivals, &elsewhere, |config| {
        new().config(config)
    });
}

#[cfg(all(feature = "gzip", feature = "zstd"))]
#[test]
fn what_a_configuration_makes_of_compression_arrives() {
    use crate::compression::Encoding;

    let config = rpcplugin::Config::for_host()
        .compression(Encoding::Gzip)
        .compression_accepted([Encoding::Zstd])
        .compression_bytes_min(77_usize);
    let expected = Compression::new()
        .accept(Encoding::Zstd)
        .accept(Encoding::Gzip)
        .send(Encoding::Gzip)
        .message_bytes_min(77);
    assert_eq!(new().config(&config.build().unwrap()).compression, expected);
}

#[test]
fn what_a_configuration_does_not_say_stays() {
    let second = Duration::from_secs(1);
    let silent = rpcplugin::Config::for_host().build().unwrap();
    let kept = new().start_timeout(second).security(Security::Plaintext).config(&silent);
    assert_eq!((kept.start_timeout, kept.security), (second, Security::Plaintext));
    // A level that is none for the host is one for its plugin.
    let mute = rpcplugin::Config::for_host().log_level("off").build().unwrap();
    let told = new().config(&mute);
    assert_eq!((told.log_level, told.environment.len()), (Level::TRACE, 1));
}
