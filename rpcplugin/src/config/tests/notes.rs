use super::pair;
use crate::config::{Config, ConfigBuilder};

/// A setting, the one that it needs, and a value of that.
const NEEDED: [(&str, &str, &str, &str); 8] = [
    ("compression_bytes_min", "77", "compression", "identity"),
    ("concurrency_queue", "5", "concurrency_limit", "9"),
    ("concurrency_queue_timeout", "6", "concurrency_queue", "0"),
    ("rate_limit_burst_capacity", "7", "rate_limit_enabled", "false"),
    ("rate_limit_requests_per_second", "8", "rate_limit_enabled", "true"),
    ("retry_backoff", "0.2", "retry_attempts_max", "1"),
    ("retry_backoff_max", "9", "retry_attempts_max", "4"),
    ("server_name", "greeter.internal", "server_root_certs", "CERTIFICATE"),
];

/// What the log is told of a setting.
fn told(builder: ConfigBuilder, key: &str) -> Vec<String> {
    let config = builder.build().unwrap();
    let notes = config.notes.iter().map(|note| format!("{note:?}"));
    notes.filter(|note| note.contains(&format!("`{key}` (PLUGIN_{})", key.to_ascii_uppercase()))).collect()
}

#[test]
fn a_setting_without_the_one_that_it_needs_is_told_and_one_that_waits_for_it_is_not() {
    let [certificate, _] = pair();
    for (key, value, needed, other) in NEEDED {
        let other = if other == "CERTIFICATE" { &certificate } else { other };
        // Of each setting one side takes notice.
        let sides = [Config::for_host, Config::for_plugin];
        let side = sides.into_iter().find(|side| !told(side().set(key, value), key).is_empty());
        let side = side.unwrap_or_else(|| panic!("nobody is told that {key} has no effect"));
        let alone = told(side().variables([(format!("PLUGIN_{}", key.to_ascii_uppercase()), value)]), key);
        let [alone] = alone.as_slice() else { panic!("{alone:?}") };
        let expected = format!("has no effect without `{needed}` (PLUGIN_{})", needed.to_ascii_uppercase());
        assert!(alone.starts_with("NoEffect") && alone.contains(&expected), "{alone}");
        // Who has said the other one has decided, also that it is off.
        let nothing = Vec::<String>::new();
        assert_eq!(told(side().set(key, value).set(needed, other), key), nothing);
        let by_program = || side().set(needed, other).build().unwrap();
        assert_eq!(told(side().set(key, value).defaults(by_program()), key), nothing);
        // A program that leaves it to others whether there is any need.
        let by_program = side().set(key, value).build().unwrap();
        assert_eq!(told(side().defaults(by_program), key), nothing);
    }
}

#[test]
fn a_patience_below_the_usual_timeout_is_told() {
    let side = Config::for_plugin;
    let [alone] = &*told(side().set("keepalive_patience", "6.9"), "keepalive_patience") else { panic!() };
    let expected = ", 6.9s, has no effect below `grpc_keepalive_timeout_ms` (PLUGIN_GRPC_KEEPALIVE_TIMEOUT_MS), 7s; make that shorter as well";
    assert!(alone.contains(expected), "{alone}");
    let nothing = Vec::<String>::new();
    assert_eq!(told(side().set("keepalive_patience", "7"), "keepalive_patience"), nothing);
    let short = side().set("keepalive_patience", "5").set("grpc_keepalive_timeout_ms", "5s");
    assert_eq!(told(short, "keepalive_patience"), nothing);
}

/// A file may be that of both sides.
#[test]
fn nobody_is_told_what_the_other_side_leaves_out() {
    for (key, value, needed, _) in NEEDED {
        let of = |builder: ConfigBuilder| told(builder.set(key, value), key).len();
        let sides = [of(Config::for_host()), of(Config::for_plugin())];
        let expected = match needed {
            "compression" => [1, 1],
            "retry_attempts_max" | "server_root_certs" => [1, 0],
            _ => [0, 1],
        };
        assert_eq!(sides, expected, "{key}");
    }
}
