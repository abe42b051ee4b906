use super::*;
#[cfg(feature = "client")]
use crate::config::tests::{Arrival, every_setting_arrives};

#[test]
fn a_plugin_can_be_spawned_as_every_future_of_a_task_must_be() {
    fn can_be_spawned<T: Send + 'static>(_future: T) {}
    can_be_spawned(PluginServer::new(Cookie::new("ANY", "any").unwrap()).serve());
}

fn new() -> PluginServer {
    PluginServer::new(Cookie::new("ANY", "any").unwrap())
}

/// What pairs and roots are taken with.
#[cfg(feature = "client")]
fn arrivals_of_security() -> Vec<Arrival<PluginServer>> {
    let tls = |told: &PluginServer| format!("{:?}", told.tls);
    let pair = &[("server_cert", "CERTIFICATE"), ("server_key", "KEY")];
    let roots =
        &[("server_cert", "CERTIFICATE"), ("server_key", "KEY"), ("client_root_certs", "CERTIFICATE")];
    vec![
        Arrival::of("auto_mtls", "false", |told| told.auto_mtls.to_string(), "false"),
        Arrival::of("server_cert", "CERTIFICATE", tls, "has_identity: true").beside(&[("server_key", "KEY")]),
        Arrival::of("server_key", "KEY", tls, "has_identity: true").beside(&[("server_cert", "CERTIFICATE")]),
        Arrival::of("client_root_certs", "CERTIFICATE", tls, "roots: 1").beside(pair),
        Arrival::of("server_name", "host.internal", tls, "host.internal").beside(roots),
        Arrival::of("accept_other_users", "true", |told| told.accept_other_users.to_string(), "true"),
    ]
}

#[cfg(feature = "client")]
fn arrivals_of_limits() -> Vec<Arrival<PluginServer>> {
    let limits = |told: &PluginServer| format!("{:?}", told.limits);
    let calls = |told: &PluginServer| format!("{:?}", told.sets.limits);
    vec![
        Arrival::of("keepalive_enabled", "false", limits, "keep_alive: None"),
        Arrival::of("grpc_keepalive_time_ms", "15s", limits, "interval: 15s, timeout: 7s, patience: 300s"),
        Arrival::of("grpc_keepalive_timeout_ms", "16s", limits, "interval: 3s, timeout: 16s, patience: 300s"),
        Arrival::of("keepalive_patience", "17", limits, "interval: 3s, timeout: 7s, patience: 17s"),
        Arrival::of("connections_max", "3", limits, "connections_max: 3,"),
        Arrival::of("newcomers_max", "4", limits, "newcomers_max: 4,"),
        Arrival::of("tls_handshake_timeout", "18", limits, "tls_handshake_timeout: 18s"),
        Arrival::of("preface_timeout", "19", limits, "preface_timeout: 19s"),
        Arrival::of("rate_limit_enabled", "true", calls, "calls: 100, period: 1s, burst: 200"),
        Arrival::of("rate_limit_requests_per_second", "7", calls, "calls: 7, period: 1s, burst: 200")
            .beside(&[("rate_limit_enabled", "true")]),
        Arrival::of("rate_limit_burst_capacity", "8", calls, "calls: 100, period: 1s, burst: 8")
            .beside(&[("rate_limit_enabled", "true")]),
        Arrival::of("concurrency_limit", "9", calls, "calls_max: 9, waiting_max: 0, wait_max: 1s"),
        Arrival::of("concurrency_queue", "5", calls, "calls_max: 9, waiting_max: 5, wait_max: 1s")
            .beside(&[("concurrency_limit", "9")]),
        Arrival::of("concurrency_queue_timeout", "6", calls, "calls_max: 9, waiting_max: 0, wait_max: 6s")
            .beside(&[("concurrency_limit", "9")]),
    ]
}

#[cfg(feature = "client")]
fn arrivals() -> Vec<Arrival<PluginServer>> {
    vec![
        Arrival::of(
            "supported_protocol_versions",
            "2,3",
            |told| format!("{:?}", told.sets.versions),
            "Some([2, 3])",
        ),
        Arrival::of("server_transports", "tcp,unix", |told| format!("{:?}", told.transport), "Tcp"),
        Arrival::of("grpc_grace_period", "7", |told| format!("{:?}", told.stop_grace), "7s"),
        Arrival::of("end_with_parent", "true", |told| told.ends_with_parent.to_string(), "true"),
        Arrival::of("message_bytes_max", "77", |told| told.messages.bytes_max.to_string(), "77"),
        Arrival::of("capture_stdout", "false", |told| format!("{:?}", told.capture_stdout), "Some(false)"),
    ]
}

#[cfg(feature = "client")]
#[test]
fn every_setting_of_a_plugin_arrives() {
    let elsewhere = [
        // `Config::cookie`.
        "magic_cookie_key",
        "magic_cookie_value",
        // A registry of protocols.
        "protocol_type",
        // `Config::init_logging`.
        "log_level",
        // Below, where anything compresses.
        "compression",
        "compression_accepted",
        "compression_bytes_min",
    ];
    let arrivals: Vec<_> =
        arrivals().into_iter().chain(arrivals_of_security()).chain(arrivals_of_limits()).collect();
    every_setting_arrives(crate::config::ConfigSide::Plugin, &arrivals, &elsewhere, |config| {
        new().config(config)
    });
}

#[cfg(all(feature = "gzip", feature = "zstd"))]
#[test]
fn what_a_configuration_makes_of_compression_arrives() {
    use crate::compression::Encoding;

    let config = rpcplugin::Config::for_plugin()
        .compression(Encoding::Gzip)
        .compression_accepted([Encoding::Zstd])
        .compression_bytes_min(77_usize);
    let expected = Compression::new()
        .accept(Encoding::Zstd)
        .accept(Encoding::Gzip)
        .send(Encoding::Gzip)
        .message_bytes_min(77);
    assert_eq!(new().config(&config.build().unwrap()).messages.compression, expected);
}

#[test]
fn what_a_configuration_does_not_say_stays() {
    let limits = ServerLimits::new().connections_max(3).keep_alive(None);
    let silent = rpcplugin::Config::for_plugin().build().unwrap();
    let kept = new().transport(Transport::Tcp).limits(limits.clone()).config(&silent);
    assert_eq!((kept.transport, kept.auto_mtls), (Transport::Tcp, true));
    assert_eq!(format!("{:?}", kept.limits), format!("{limits:?}"));
}

#[cfg(feature = "gzip")]
#[test]
fn what_protocols_make_of_compression_holds_before_and_behind_what_the_plugin_is_told() {
    use crate::compression::{Compression, Encoding};

    let (sends, reads) = (Compression::new().send(Encoding::Gzip), Compression::new().accept(Encoding::Gzip));
    let cases = [
        new().compression(sends).compression_of_protocol(reads),
        new().compression_of_protocol(reads).compression(sends),
        new().compression(sends).compression_of_protocol(reads).compression(sends),
    ];
    for told in cases {
        assert_eq!(told.message_terms().compression, sends.accept(Encoding::Gzip));
    }
    // What only a protocol sends waits for its calls, and what the plugin was told before is nothing.
    let told = new().compression(sends).compression_of_protocol(sends).compression(Compression::new());
    assert_eq!(told.message_terms().compression, Compression::new().with_protocol(sends));
}
