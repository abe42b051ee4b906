use std::path::Path;

use super::pair;
use crate::config::{Config, ConfigFault, ConfigSource};
use crate::wire::Wire;

const TOML: &str = r#"
# Of both sides.
auto_mtls = false
wire = "grpc"
protocol_versions = [1, 0x2]
server_transports = ["tcp", "unix"]
handshake_timeout = 2.5
grpc_keepalive_time_ms = 3_000
stop_ask_timeout = "250ms"
inherit_env = []
"#;

const JSON: &str = r#"{
    "auto_mtls": false, "wire": "grpc", "protocol_versions": [1, 2], "server_transports": ["tcp", "unix"],
    "handshake_timeout": 2.5, "grpc_keepalive_time_ms": 3000, "stop_ask_timeout": "250ms", "inherit_env": []
}"#;

#[test]
fn both_formats_say_the_same_and_both_sides_read_them() {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in
        [("config.toml", TOML), ("config", TOML), ("config.json", JSON), ("config.JSON", JSON)]
    {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        for builder in [Config::for_host(), Config::for_plugin()] {
            let config = builder.file(&path).build().unwrap();
            assert!(!config.auto_mtls());
            assert_eq!((config.wire(), config.protocol_versions()), (Wire::Grpc, vec![1, 2]));
            assert_eq!(config.server_transports(), ["tcp", "unix"]);
            assert_eq!(config.handshake_timeout().as_millis(), 2500);
            assert_eq!(config.grpc_keepalive_time_ms().as_millis(), 3000);
            assert_eq!(config.stop_ask_timeout().as_millis(), 250);
            assert!(config.inherit_env().is_empty());
        }
    }
}

#[test]
fn a_mistake_is_told_with_file_and_line() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("greeter.toml");
    let text = "auto_mtls = 'perhaps'\n\nserver_crt = 'x'\n[tls]\na = 1\n[[wire]]\n";
    std::fs::write(&path, text).unwrap();
    let error = Config::for_host().file(&path).build().unwrap_err();
    let text = error.to_string();
    let at = path.display();
    for line in [
        format!("- {at}:1: `auto_mtls`: `perhaps` is not allowed; allowed is true or false"),
        format!("- {at}:3: `server_crt`: there is no such setting; did you mean `server_cert`?"),
        format!("- {at}:4: `tls`: there is no such setting; `Config::describe` lists what there is"),
        format!("- {at}:6: `wire`: `a list of other things than values` is not allowed"),
    ] {
        assert!(text.contains(&line), "{line}\n{text}");
    }
    assert_eq!(error.mistakes().len(), 4, "{text}");
    // JSON has no lines, but keys.
    let json = r#"{"auto_mtls": 3, "wyre": null, "wire": {"a": 1}, "min_port": [1], "max_port": null, "inherit_env": ["A,B"]}"#;
    let text = Config::for_host().json(json).build().unwrap_err().to_string();
    for line in [
        "- the text of the configuration: `auto_mtls`: `3` is not allowed",
        "`wyre`: there is no such setting; did you mean `wire`?",
        "`wire`: `an object` is not allowed",
        "`min_port`: `[1]` is not allowed",
        "`max_port`: `null` is not allowed",
        "`inherit_env`: `[A,B]` is not allowed",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn what_is_not_written_as_it_must_be_is_told_and_the_rest_is_read() {
    let toml = "wire = \nauto_mtls = perhaps\nmin_port = 0\nmax_port = 99\nmax_port = 98\n";
    let error = Config::for_host().toml(toml).build().unwrap_err();
    let lines: Vec<_> = error
        .mistakes()
        .iter()
        .map(|mistake| match mistake.place() {
            ConfigSource::File { line, .. } => line.unwrap(),
            place => panic!("{place:?}"),
        })
        .collect();
    for line in [1, 2, 3, 5] {
        assert!(lines.contains(&line), "{error}");
    }
    for (json, expected) in [
        ("{", "EOF while parsing"),
        ("[]", "expected an object with settings"),
        (r#"{"wire": "grpc", "wire": "auto"}"#, "`wire`: it is there twice; keep one"),
        ("", "EOF"),
    ] {
        let error = Config::for_host().json(json).build().unwrap_err();
        assert!(error.mistakes().iter().any(|mistake| matches!(mistake.fault(), ConfigFault::Syntax { .. })));
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(Config::for_host().toml("").build().is_ok() && Config::for_host().json("{}").build().is_ok());
    let deep = "[".repeat(100_000);
    assert!(Config::for_host().toml(&format!("wire = {deep}")).build().is_err());
    assert!(Config::for_host().json(&format!("{{\"wire\": {deep}")).build().is_err());
}

#[test]
fn a_file_that_is_not_there_is_a_mistake() {
    let error = Config::for_host().file("/nowhere/greeter.toml").build().unwrap_err();
    assert!(error.to_string().contains("/nowhere/greeter.toml: "), "{error}");
    assert!(error.to_string().contains("No such file"), "{error}");
    let error = Config::for_host().file("/").build().unwrap_err();
    assert!(matches!(error.mistakes()[0].fault(), ConfigFault::Unreadable { .. }), "{error}");
}

#[test]
fn a_path_in_a_file_begins_where_the_file_is_and_keys_of_the_other_side_are_not_opened() {
    let directory = tempfile::tempdir().unwrap();
    let [certificate, key] = pair();
    std::fs::write(directory.path().join("plugin.pem"), certificate).unwrap();
    std::fs::write(directory.path().join("plugin.key"), key).unwrap();
    let path = directory.path().join("greeter.toml");
    let text = "server_cert = 'file://plugin.pem'\nserver_key = 'file://plugin.key'\nclient_cert = 'file://host.pem'\nclient_key = 'file://host.key'\n";
    std::fs::write(&path, text).unwrap();
    let plugin = Config::for_plugin().file(&path).build().unwrap();
    assert!(plugin.tls.plugin.is_some());
    assert!(
        plugin.report().contains(&format!("server_key = (hidden) ({}:2)", path.display())),
        "{}",
        plugin.report()
    );
    let error = Config::for_host().file(&path).build().unwrap_err();
    assert_eq!(error.mistakes().len(), 2, "{error}");
    assert!(
        error.to_string().contains(&Path::join(directory.path(), "host.key").display().to_string()),
        "{error}"
    );
}
