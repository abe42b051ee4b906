use super::pair;
use crate::config::settings::SETTINGS;
use crate::config::{Config, ConfigBuilder, ConfigSetting, ConfigSide, ConfigSource};

/// Three values of each setting that are not its default, as they are shown; none for certificates, which have tests of their own.
const SAMPLES: &[(&str, [&str; 3])] = &[
    ("magic_cookie_key", ["ONE", "TWO", "THREE"]),
    ("magic_cookie_value", ["one", "two", "three"]),
    ("protocol_versions", ["2", "3,4", "5,6,7"]),
    ("supported_protocol_versions", ["2", "3,4", "5,6,7"]),
    ("protocol_type", ["one", "two", "three"]),
    ("log_level", ["trace", "off", "info,mine=debug"]),
    ("server_transports", ["tcp", "tcp,unix", "unix,tcp"]),
    ("unix_socket_dir", ["/one", "/two", "/three"]),
    ("unix_socket_group", ["one", "2", "three"]),
    ("min_port", ["1", "9999", "10001"]),
    ("max_port", ["25001", "65535", "24999"]),
    ("wire", ["grpc", "binary", "grpc"]),
    ("multiplex_grpc", ["true", "false", "true"]),
    ("auto_mtls", ["false", "true", "false"]),
    ("server_name", ["one.internal", "127.0.0.1", "three.internal"]),
    ("accept_other_users", ["true", "false", "true"]),
    ("handshake_timeout", ["1", "0.25", "90"]),
    ("stray_lines_max", ["0", "1", "2"]),
    ("grpc_grace_period", ["0", "2", "0.5"]),
    ("end_with_parent", ["true", "false", "true"]),
    ("stop_ask_timeout", ["0", "3", "0.75"]),
    ("stop_terminate_timeout", ["0", "3", "0.75"]),
    ("stop_kill_timeout", ["0", "3", "0.75"]),
    ("keepalive_enabled", ["false", "true", "false"]),
    ("grpc_keepalive_time_ms", ["10", "100", "30000"]),
    ("grpc_keepalive_timeout_ms", ["10", "100", "5000"]),
    ("keepalive_patience", ["1", "0.5", "600"]),
    ("message_bytes_max", ["1", "4096", "1048576"]),
    ("connections_max", ["1", "2", "3"]),
    ("newcomers_max", ["1", "2", "3"]),
    ("tls_handshake_timeout", ["1", "2", "3"]),
    ("preface_timeout", ["1", "2", "3"]),
    ("log_line_bytes_max", ["1", "2", "3"]),
    ("log_bytes_per_second", ["1", "2", "3"]),
    #[cfg(all(feature = "gzip", feature = "zstd"))]
    ("compression", ["gzip", "zstd", "gzip"]),
    #[cfg(not(all(feature = "gzip", feature = "zstd")))]
    ("compression", ["identity", "identity", "identity"]),
    #[cfg(all(feature = "gzip", feature = "zstd"))]
    ("compression_accepted", ["gzip", "zstd", "gzip,zstd"]),
    #[cfg(not(all(feature = "gzip", feature = "zstd")))]
    ("compression_accepted", ["identity", "identity,identity", "identity"]),
    ("compression_bytes_min", ["1", "2", "3"]),
    ("rate_limit_enabled", ["true", "false", "true"]),
    ("rate_limit_requests_per_second", ["1", "0.5", "1000.25"]),
    ("rate_limit_burst_capacity", ["1", "2", "3"]),
    ("concurrency_limit", ["1", "2", "3"]),
    ("concurrency_queue", ["1", "2", "3"]),
    ("concurrency_queue_timeout", ["0.5", "2", "3"]),
    ("retry_attempts_max", ["1", "2", "100"]),
    ("retry_backoff", ["0.5", "2", "3"]),
    ("retry_backoff_max", ["0.5", "2", "3"]),
    ("pool_size", ["1", "2", "256"]),
    ("pool_strategy", ["least_loaded", "round_robin", "least_loaded"]),
    ("capture_stdout", ["false", "true", "false"]),
    ("inherit_stdin", ["true", "false", "true"]),
    ("inherit_env", ["ONE", "TWO,THREE", "FOUR"]),
    ("working_directory", ["/one", "/two", "/three"]),
];

/// The settings of which two must be there together.
const CERTIFICATES: [&str; 6] =
    ["server_cert", "server_key", "client_root_certs", "client_cert", "client_key", "server_root_certs"];

/// For a side that looks at the setting.
fn builder(setting: &ConfigSetting) -> ConfigBuilder {
    match setting.side() {
        ConfigSide::Plugin => Config::for_plugin(),
        _ => Config::for_host(),
    }
}

/// The value of a setting, as it is shown, and where it came from.
fn found(config: &Config, setting: &ConfigSetting) -> Option<(String, ConfigSource)> {
    (setting.shown)(&config.values).map(|(shown, source)| (shown, source.clone()))
}

/// What a value looks like where values are shown.
fn shown(setting: &ConfigSetting, value: &str) -> String {
    if setting.is_secret() { "(hidden)".to_owned() } else { value.to_owned() }
}

fn each(test: impl Fn(&'static ConfigSetting, [&'static str; 3])) {
    for (key, values) in SAMPLES {
        test(ConfigSetting::of_key(key).unwrap_or_else(|| panic!("no setting {key}")), *values);
    }
}

#[test]
fn every_setting_is_tried_here() {
    let mut tried: Vec<_> = SAMPLES.iter().map(|(key, _)| *key).chain(CERTIFICATES).collect();
    let mut settings: Vec<_> = Config::settings().map(ConfigSetting::key).collect();
    tried.sort_unstable();
    settings.sort_unstable();
    assert_eq!(tried, settings);
}

#[test]
fn a_key_is_the_variable_without_the_word_that_all_of_them_begin_with() {
    for setting in SETTINGS {
        let key = setting.variable().strip_prefix("PLUGIN_").unwrap_or(setting.variable());
        assert_eq!(setting.key(), key.to_ascii_lowercase());
        assert!(setting.meaning().ends_with('.'), "{}", setting.key());
        assert!(!setting.allowed().contains('|') && !setting.meaning().contains('|'), "{}", setting.key());
    }
}

#[test]
fn without_a_word_every_setting_has_its_default_and_the_default_is_allowed() {
    let config = Config::for_host().build().unwrap();
    for setting in SETTINGS {
        assert_eq!(found(&config, setting), None, "{}", setting.key());
        if let Some(default) = setting.default_value().filter(|default| !default.is_empty()) {
            let said = builder(setting).set(setting.key(), &default).build().unwrap();
            assert_eq!(found(&said, setting), Some((default, ConfigSource::Code)), "{}", setting.key());
        }
    }
    let usual = crate::transport::KeepAlive::default();
    assert_eq!(config.grpc_keepalive_time_ms(), usual.interval());
    assert_eq!(config.grpc_keepalive_timeout_ms(), usual.timeout());
    assert_eq!(config.keepalive_patience(), usual.patience());
    assert_eq!(config.min_port()..=config.max_port(), crate::limits::PLUGIN_PORTS_DEFAULT);
    assert_eq!(config.report(), "");
}

#[test]
fn every_setting_is_read_from_its_variable() {
    each(|setting, values| {
        for value in values {
            // Shells leave spaces, and what is empty is not set.
            let said = [(setting.variable(), format!(" {value} ")), ("PLUGIN_WIRE", String::new())];
            let config = builder(setting).variables(said).build().unwrap();
            let expected = (shown(setting, value), ConfigSource::Variable);
            assert_eq!(found(&config, setting), Some(expected), "{}", setting.key());
        }
    });
}

#[test]
fn every_setting_is_set_by_the_program() {
    each(|setting, values| {
        for value in values {
            let config = builder(setting).set(setting.key(), value).build().unwrap();
            let expected = (shown(setting, value), ConfigSource::Code);
            assert_eq!(found(&config, setting), Some(expected), "{}", setting.key());
        }
    });
    let config = Config::for_host()
        .auto_mtls(false)
        .wire(crate::wire::Wire::Grpc)
        .protocol_versions([1, 2])
        .handshake_timeout(std::time::Duration::from_millis(1500))
        .working_directory("/tmp")
        .build()
        .unwrap();
    assert!(!config.auto_mtls());
    let report = "protocol_versions = 1,2 (set by the program)\n\
        wire = grpc (set by the program)\n\
        auto_mtls = false (set by the program)\n\
        handshake_timeout = 1.5 (set by the program)\n\
        working_directory = /tmp (set by the program)\n";
    assert_eq!(config.report(), report);
}

#[cfg(feature = "config-file")]
#[test]
fn code_wins_over_a_variable_a_variable_over_a_file_and_a_file_over_a_default() {
    each(|setting, [in_file, in_variable, in_code]| {
        let below = builder(setting).set(setting.key(), in_code).build().unwrap();
        let file = |builder: ConfigBuilder| builder.toml(&format!("{} = '{in_file}'", setting.key()));
        let variable = |builder: ConfigBuilder| builder.variables([(setting.variable(), in_variable)]);
        let code = |builder: ConfigBuilder| builder.set(setting.key(), in_code);
        // Whatever comes first in the program.
        let all = code(variable(file(builder(setting).defaults(below.clone())))).build().unwrap();
        let turned = file(variable(code(builder(setting)))).defaults(below.clone()).build().unwrap();
        for config in [all, turned] {
            assert_eq!(found(&config, setting), Some((shown(setting, in_code), ConfigSource::Code)));
        }
        let without_code = file(variable(builder(setting))).defaults(below.clone()).build().unwrap();
        assert_eq!(
            found(&without_code, setting),
            Some((shown(setting, in_variable), ConfigSource::Variable))
        );
        let only_file = file(builder(setting)).defaults(below).build().unwrap();
        let place = ConfigSource::File { path: None, line: Some(1) };
        assert_eq!(found(&only_file, setting), Some((shown(setting, in_file), place)), "{}", setting.key());
    });
}

/// The host of a plugin says to it what it would say to its own.
#[test]
fn a_plugin_does_not_take_what_its_host_says_to_it_for_its_configuration() {
    let [certificate, key] = pair();
    let said = [
        ("PLUGIN_CLIENT_CERT", certificate.as_str()),
        ("PLUGIN_PROTOCOL_VERSIONS", "1,x"),
        ("PLUGIN_MIN_PORT", "none"),
        ("PLUGIN_MULTIPLEX_GRPC", "perhaps"),
    ];
    let config = Config::for_plugin().variables(said).build().unwrap();
    assert_eq!(config.report(), "");
    let error = Config::for_host().variables(said).build().unwrap_err();
    assert_eq!(error.mistakes().len(), 4, "{error}");
    let host = Config::for_host().variables([("PLUGIN_SERVER_KEY", key)]).build().unwrap();
    assert_eq!(host.report(), "");
}

#[test]
fn the_same_value_may_be_written_in_many_ways() {
    let read = |key: &str, text: &str| {
        let setting = ConfigSetting::of_key(key).unwrap();
        found(&builder(setting).set(key, text).build().unwrap(), setting).unwrap().0
    };
    for yes in ["true", "TRUE", "1", "Yes", "on"] {
        assert_eq!(read("inherit_stdin", yes), "true");
    }
    for no in ["false", "0", "NO", "Off"] {
        assert_eq!(read("auto_mtls", no), "false");
    }
    for time in ["1.5", "1500ms", "1.5s", "0.025min", "1.5e0", "1500 ms"] {
        assert_eq!(read("handshake_timeout", time), "1.5", "{time}");
    }
    for time in ["2000", "2s", "2000.0"] {
        assert_eq!(read("grpc_keepalive_time_ms", time), "2000", "{time}");
    }
    for size in ["65536", "64KiB", "64 KiB"] {
        assert_eq!(read("message_bytes_max", size), "65536", "{size}");
    }
    assert_eq!(read("server_transports", " TCP , unix"), "tcp,unix");
    assert_eq!(read("wire", "Binary"), "binary");
}
