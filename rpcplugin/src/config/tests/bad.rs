use proptest::prelude::*;

use super::pair;
use crate::config::settings::SETTINGS;
use crate::config::{Config, ConfigBuilder, ConfigFault, ConfigSide, ConfigSource};

/// Values that a setting does not take.
const BAD: &[(&str, &[&str])] = &[
    ("magic_cookie_key", &["A=B", "A,B", "A\0"]),
    ("magic_cookie_value", &["\0"]),
    ("protocol_versions", &["x", "1,", "-1", "1;2", "4294967296", "1.0"]),
    ("supported_protocol_versions", &["v1", ",", "1 2"]),
    ("protocol_type", &["a\0"]),
    ("log_level", &["loud", "3", "mine=loud", "=info", "info,", ","]),
    ("server_transports", &["udp", "unix,", "unix tcp"]),
    ("unix_socket_dir", &["/a\0b"]),
    ("unix_socket_group", &["\0"]),
    ("min_port", &["0", "65536", "-1", "many"]),
    ("max_port", &["0", "65536", "1e3"]),
    ("wire", &["cable", "auto,grpc", "gRPC2"]),
    ("multiplex_grpc", &["perhaps", "2", "tru"]),
    ("auto_mtls", &["perhaps", "-1"]),
    ("server_cert", &["garbage", "MIIB"]),
    ("server_key", &["garbage"]),
    ("client_root_certs", &["garbage"]),
    ("client_cert", &["garbage"]),
    ("client_key", &["garbage"]),
    ("server_root_certs", &["garbage"]),
    ("server_name", &["\0"]),
    ("accept_other_users", &["root"]),
    ("handshake_timeout", &["0", "-1", "NaN", "inf", "1h", "10 parsecs", "1e300", "600000min", "ms"]),
    ("stray_lines_max", &["-1", "1.5", "all"]),
    ("grpc_grace_period", &["-0.5", "soon"]),
    ("end_with_parent", &["perhaps"]),
    ("stop_ask_timeout", &["-1", "1d"]),
    ("stop_terminate_timeout", &["-1", "1d"]),
    ("stop_kill_timeout", &["-1", "1d"]),
    ("keepalive_enabled", &["sometimes"]),
    ("grpc_keepalive_time_ms", &["0", "9", "-1", "x", "1e30"]),
    ("grpc_keepalive_timeout_ms", &["0", "9ms", "inf"]),
    ("keepalive_patience", &["0", "-1"]),
    ("message_bytes_max", &["0", "-1", "1.5MiB", "4GB", "99999999999999GiB", "MiB"]),
    ("connections_max", &["0", "-1", "many"]),
    ("newcomers_max", &["0", "-1"]),
    ("tls_handshake_timeout", &["0"]),
    ("preface_timeout", &["0"]),
    ("log_line_bytes_max", &["0"]),
    ("log_bytes_per_second", &["0"]),
    ("compression", &["brotli", "gzip,zstd", "0"]),
    ("compression_accepted", &["brotli", "gzip,", "gzip zstd"]),
    ("compression_bytes_min", &["0", "-1", "1KB"]),
    ("rate_limit_enabled", &["often"]),
    ("rate_limit_requests_per_second", &["0", "-1", "NaN", "inf", "1e-9", "1e10", "10/s"]),
    ("rate_limit_burst_capacity", &["0", "-1", "1.5", "4294967296"]),
    ("concurrency_limit", &["0", "-1", "all"]),
    ("concurrency_queue", &["-1", "1.5"]),
    ("concurrency_queue_timeout", &["0", "-1"]),
    ("retry_attempts_max", &["0", "101", "-1", "twice"]),
    ("retry_backoff", &["0", "-1", "1h"]),
    ("retry_backoff_max", &["0", "-1", "1h"]),
    ("pool_size", &["0", "257", "-1"]),
    ("pool_strategy", &["random", "round-robin"]),
    ("capture_stdout", &["maybe"]),
    ("inherit_stdin", &["maybe"]),
    ("inherit_env", &["A=B", "A,,B", ","]),
    ("working_directory", &["/a\0b"]),
];

fn for_side(side: ConfigSide) -> ConfigBuilder {
    match side {
        ConfigSide::Plugin => Config::for_plugin(),
        _ => Config::for_host(),
    }
}

#[test]
fn every_bad_value_is_told_with_its_place_and_what_is_allowed() {
    for setting in SETTINGS {
        let values = BAD.iter().find(|(key, _)| *key == setting.key());
        let (_, values) = values.unwrap_or_else(|| panic!("no bad value of {}", setting.key()));
        for value in *values {
            let said = for_side(setting.side()).variables([(setting.variable(), value)]).build();
            let Err(error) = said else { panic!("{} takes {value:?}", setting.key()) };
            let [mistake] = error.mistakes() else { panic!("{error}") };
            assert_eq!((mistake.key(), mistake.place()), (setting.key(), &ConfigSource::Variable));
            assert!(matches!(mistake.fault(), ConfigFault::BadValue { .. }), "{error}");
            let text = error.to_string();
            assert!(text.contains(&format!("{}: ", setting.variable())), "{text}");
            assert!(text.ends_with(&format!("allowed is {}", setting.allowed())), "{text}");
            let shows = text.contains(&crate::quote::quote(value));
            assert_eq!(shows, !setting.is_secret(), "{text}");
            assert!(!text.contains('\0'), "{text}");
        }
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let every: Vec<_> = SETTINGS
        .iter()
        .filter(|setting| setting.side() != ConfigSide::Plugin)
        .map(|setting| (setting.variable(), "\0"))
        .collect();
    // Also what another value wins over.
    let error =
        Config::for_host().variables(every.clone()).wire(crate::wire::Wire::Grpc).build().unwrap_err();
    assert_eq!(error.mistakes().len(), every.len());
    let text = error.to_string();
    assert_eq!(text.lines().count(), every.len() + 1, "{text}");
    assert!(every.iter().all(|(variable, _)| text.contains(&format!("\n- {variable}: "))), "{text}");
}

#[test]
fn what_the_program_sets_is_looked_at_as_well() {
    let error = Config::for_plugin()
        .handshake_timeout(std::time::Duration::ZERO)
        .protocol_versions([])
        .server_transports(["udp".to_owned()])
        .set("wrie", "grpc")
        .set("wire", "cable")
        .server_key("my-secret")
        .build()
        .unwrap_err();
    let text = error.to_string();
    for line in [
        "- `handshake_timeout`, set by the program: `0` is not allowed; allowed is a number of seconds above 0",
        "- `protocol_versions`, set by the program: `` is not allowed",
        "- `server_transports`, set by the program: `udp` is not allowed",
        "- `wrie`, set by the program: there is no such setting; did you mean `wire`?",
        "- `wire`, set by the program: `cable` is not allowed; allowed is auto, binary or grpc",
        "- `server_key`, set by the program: the value, which is not shown here, is not allowed",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("my-secret"), "{text}");
}

#[test]
fn settings_that_contradict_each_other_are_told_with_both() {
    let error = Config::for_host().variables([("PLUGIN_MIN_PORT", "30000")]).build().unwrap_err();
    let text = error.to_string();
    let expected = "PLUGIN_MIN_PORT: it is 30000, which is above `max_port` (PLUGIN_MAX_PORT), 25000; change one of them";
    assert!(text.ends_with(expected), "{text}");
    Config::for_host().min_port(30_000_u16).max_port(30_000_u16).build().unwrap();
    let error = Config::for_host().max_port(1_u16).build().unwrap_err();
    assert!(
        matches!(error.mistakes()[0].fault(), ConfigFault::Above { value, .. } if value == "10000"),
        "{error}"
    );
}

#[test]
fn a_pause_or_a_timeout_above_the_longest_is_told_with_both() {
    let told = |said: &[(&str, &str)]| {
        let built = Config::for_host().variables(said.iter().copied()).build();
        built.map_or_else(|error| error.to_string(), |_| "fine".to_owned())
    };
    let backoff = "PLUGIN_RETRY_BACKOFF";
    let max = "PLUGIN_RETRY_BACKOFF_MAX";
    let expected = "PLUGIN_RETRY_BACKOFF: it is 6s, which is above `retry_backoff_max` (PLUGIN_RETRY_BACKOFF_MAX), 5s; change one of them";
    assert!(told(&[(backoff, "6")]).ends_with(expected));
    assert!(told(&[(max, "0.05")]).contains("it is 100ms, which is above"));
    assert!(told(&[(backoff, "2"), (max, "1")]).contains("it is 2s, which is above"));
    assert_eq!(told(&[(backoff, "6"), (max, "6")]), "fine");
    let timeout = "PLUGIN_GRPC_KEEPALIVE_TIMEOUT_MS";
    let patience = "PLUGIN_KEEPALIVE_PATIENCE";
    let expected = "PLUGIN_GRPC_KEEPALIVE_TIMEOUT_MS: it is 2s, which is above `keepalive_patience` (PLUGIN_KEEPALIVE_PATIENCE), 1s; change one of them";
    assert!(told(&[(timeout, "2000"), (patience, "1")]).ends_with(expected));
    // A long timeout alone is one of pyvider's deployments, and is the patience as well.
    assert_eq!(told(&[(timeout, "600000")]), "fine");
    assert_eq!(told(&[(timeout, "1000"), (patience, "1")]), "fine");
    // A deployment knows nothing of what the program would have said.
    let program = Config::for_host().keepalive_patience(std::time::Duration::from_secs(60)).build().unwrap();
    Config::for_host().defaults(program).variables([(timeout, "120000")]).build().unwrap();
    // What a host makes of its calls is not looked at by a plugin.
    Config::for_plugin().variables([(backoff, "6")]).build().unwrap();
}

#[test]
fn a_cookie_needs_a_value() {
    let error = Config::for_plugin().build().unwrap().cookie().unwrap_err().to_string();
    assert!(error.contains("`magic_cookie_value` (PLUGIN_MAGIC_COOKIE_VALUE): it is not set"), "{error}");
    let config = Config::for_plugin().magic_cookie_value("5d1a").build().unwrap();
    assert_eq!(
        config.cookie().unwrap(),
        crate::handshake::Cookie::new("PLUGIN_MAGIC_COOKIE", "5d1a").unwrap()
    );
}

#[test]
fn secrets_are_in_no_text() {
    let [certificate, key] = pair();
    let config = Config::for_plugin()
        .magic_cookie_value("not-for-a-log")
        .server_cert(certificate.as_str())
        .server_key(key.as_str())
        .build()
        .unwrap();
    let secret = key.lines().nth(1).unwrap();
    for text in [
        format!("{config:?}"),
        config.report(),
        format!("{:#?}", Config::for_plugin().server_key(key.as_str())),
    ] {
        assert!(!text.contains(secret) && !text.contains("not-for-a-log"), "{text}");
    }
    assert!(config.report().contains("server_key = (hidden) (set by the program)"), "{}", config.report());
    // A certificate is none, but its text is too long for a line.
    assert!(config.report().contains("bytes of text)"), "{}", config.report());
}

#[test]
fn a_near_miss_of_a_variable_is_no_mistake() {
    let said = [
        ("PLUGIN_AUTO_TLS", "x"),
        ("PLUGIN_SOMETHING", "x"),
        ("PLUGIN_MAGIC_COOKIE", "x"),
        ("AUTO_MTLS", "x"),
    ];
    Config::for_plugin().variables(said).build().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each text is read or told, and nothing else happens.
    #[test]
    fn no_text_panics(at in 0..SETTINGS.len(), text in "\\PC{0,40}|[0-9.eE+-]{1,30}(ms|s|min|KiB|GiB)?|[a-z,= ]{0,20}") {
        let setting = &SETTINGS[at];
        let built = for_side(setting.side()).set(setting.key(), &text).build();
        if let Err(error) = built {
            prop_assert!(error.to_string().contains(setting.key()));
        }
    }

    /// What is shown is what would be read again.
    #[test]
    fn what_is_shown_is_read_as_the_same(at in 0..SETTINGS.len(), text in "[0-9]{1,9}(\\.[0-9]{1,6})?|[a-z]{1,5}(,[a-z]{1,5})?|[0-9]{1,3}(,[0-9]{1,3})*") {
        let setting = &SETTINGS[at];
        let show = |text: &str| {
            let config = for_side(setting.side()).set(setting.key(), text).build().ok()?;
            (setting.shown)(&config.values).map(|(shown, _)| shown)
        };
        if let Some(shown) = show(&text).filter(|_| !setting.is_secret()) {
            prop_assert_eq!(show(&shown), Some(shown));
        }
    }

    #[cfg(feature = "config-file")]
    #[test]
    fn no_file_panics(text in "([a-z_]{1,12} ?= ?(\"[^\"]{0,10}\"|[0-9.]{1,8}|\\[[0-9, ]{0,8}\\])\n?){0,4}|\\PC{0,60}|[\\[\\]{}=\"'\n,:a-z0-9]{0,60}") {
        for built in [Config::for_host().toml(&text).build(), Config::for_plugin().json(&text).build()] {
            if let Err(error) = built {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_a_mistake_where_it_is_looked_at() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let said = |name: &str| [(OsString::from(name), OsString::from_vec(b"a\xffb".to_vec()))];
    // Any text is allowed there.
    let error = Config::for_host().variables_of_system(said("PLUGIN_PROTOCOL_TYPE")).build().unwrap_err();
    let [mistake] = error.mistakes() else { panic!("{error}") };
    assert_eq!((mistake.key(), mistake.place()), ("protocol_type", &ConfigSource::Variable));
    assert!(matches!(mistake.fault(), ConfigFault::BadValue { .. }), "{error}");
    for name in ["PLUGIN_SERVER_CERT", "HOME"] {
        Config::for_host().variables_of_system(said(name)).build().unwrap();
    }
}
