//! A host and a plugin that are configured from outside, and the page that says by what.

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rpcplugin::{Address, Config, HandshakeError, PluginClient, PluginClientBuilder, Security, StartError};
use rpcplugin_tests::conversation::{converse, eventually};
use rpcplugin_tests::kv::KvClient;
use rpcplugin_tests::voice::{Voice, VoiceClient};

use crate::interop::run_host;
use crate::interop_go::programs;
use crate::own_tls::{Origin, certificates};
use crate::python::python;
use crate::root;
use crate::support::{listen, log};

/// Where the table stands on the page.
const TABLE: [&str; 2] = ["<!-- settings: written by", "<!-- end of settings -->"];

pub(crate) fn configured_plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_configured_plugin"))
}

/// What tells the plugin its cookie.
pub(crate) const COOKIE: [(&str, &str); 2] =
    [("PLUGIN_MAGIC_COOKIE_KEY", "KV_INTEROP_COOKIE"), ("PLUGIN_MAGIC_COOKIE_VALUE", "c0ffee5eed")];

/// Options for the plugin, with this in its environment.
pub(crate) fn by_environment(variables: &[(&str, &str)]) -> PluginClientBuilder {
    let builder = PluginClient::builder(configured_plugin(), rpcplugin_tests::cookie());
    COOKIE.iter().chain(variables).fold(builder, |builder, (name, value)| builder.env(name, value))
}

#[test]
fn the_page_shows_the_settings_that_there_are() {
    let path = root().join("docs/configuration.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(TABLE[0]).unwrap();
    let (mark, rest) = rest.split_once('\n').unwrap();
    let (table, tail) = rest.split_once(TABLE[1]).unwrap();
    let expected = format!("\n{}\n", Config::describe());
    if std::env::var_os("RPCPLUGIN_BLESS").is_some() {
        let page = format!("{head}{}{mark}\n{expected}{}{tail}", TABLE[0], TABLE[1]);
        return std::fs::write(&path, page).unwrap();
    }
    assert_eq!(table, expected, "write it anew by the command that stands above it");
}

#[test]
fn who_comes_from_pyvider_hears_of_each_variable_that_configures_nothing_here() {
    listen();
    let page = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let (_, table) = page.split_once("Variables of pyvider that configure nothing here.").unwrap();
    let cells = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let names: Vec<_> =
        cells.flat_map(|cell| cell.split("`, `")).map(|name| name.trim_end_matches('`')).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        Config::for_plugin().variables([(name, "1")]).build().unwrap();
        let told = format!("docs/configuration.md says what stands for it variable={name}\n");
        assert!(log().contains(&told), "nothing of {name}");
    }
    // So does who says a setting without the one that it needs.
    Config::for_plugin().variables([("PLUGIN_CONCURRENCY_QUEUE", "3")]).build().unwrap();
    let told = "`concurrency_queue` (PLUGIN_CONCURRENCY_QUEUE) has no effect without `concurrency_limit`";
    assert!(log().contains(told), "{}", log());
    // What looks like a slip is one.
    Config::for_plugin().variables([("PLUGIN_AUTO_MTLSS", "1")]).build().unwrap();
    assert!(log().contains("nearest=\"PLUGIN_AUTO_MTLS\""), "{}", log());
}

/// What it says before it has a log is not lost.
#[tokio::test]
async fn a_host_hears_what_has_no_effect_in_the_environment_of_its_plugin() {
    listen();
    let variables = [("PLUGIN_BUFFER_SIZE", "1"), ("PLUGIN_CONCURRENCY_QUEUE_TIMEOUT", "3")];
    let plugin = by_environment(&variables).start().await.unwrap();
    let of_plugin = |text: &str| {
        log().lines().any(|line| line.contains("plugin=\"configured_plugin\"") && line.contains(text))
    };
    for text in ["variable=PLUGIN_BUFFER_SIZE", "(PLUGIN_CONCURRENCY_QUEUE_TIMEOUT) has no effect without"] {
        eventually(text, || of_plugin(text)).await;
    }
    plugin.stop().await;
}

#[tokio::test]
async fn each_name_that_configures_a_program_of_pyvider_is_a_setting_or_stands_on_the_page() {
    let Some(python) = python() else { return };
    listen();
    let output = python.command("configuration_names.py").output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let names = |kind: &str| -> Vec<String> { serde_json::from_value(said[kind].clone()).unwrap() };
    let is_setting = |name: &str| Config::settings().any(|setting| setting.variable() == name);
    let variables = names("variables");
    assert!(variables.len() > 50, "{variables:?}");
    for name in variables.iter().filter(|name| !is_setting(name)) {
        Config::for_plugin().variables([(name, "1")]).build().unwrap();
        let told = format!("docs/configuration.md says what stands for it variable={name}\n");
        assert!(log().contains(&told), "nothing of {name}");
    }
    // What it reads past its configuration, and what only a program says to its server.
    let page = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let [environment, overrides] = ["environment", "overrides"].map(names);
    for (name, found) in [("TEMP_DIR", &environment), ("PLUGIN_EXIT_ON_STOP", &overrides)] {
        assert!(found.iter().any(|found| found == name), "{name} is not in {found:?}");
    }
    for name in variables.iter().chain(&environment).chain(&overrides).filter(|name| !is_setting(name)) {
        assert!(page.contains(&format!("`{name}`")), "the page does not say what stands for {name}");
    }
}

#[tokio::test]
async fn a_plugin_is_configured_by_its_environment_alone() {
    let plugin = by_environment(&[
        ("SUPPORTED_PROTOCOL_VERSIONS", "3,4"),
        ("PLUGIN_SERVER_TRANSPORTS", "tcp"),
        ("PLUGIN_AUTO_MTLS", "false"),
    ])
    .config(
        &Config::for_host()
            .variables([("PLUGIN_PROTOCOL_VERSIONS", "2,3"), ("PLUGIN_AUTO_MTLS", "off")])
            .build()
            .unwrap(),
    )
    .start()
    .await
    .unwrap();
    assert!(matches!(plugin.address(), Address::Tcp(_)), "{:?}", plugin.address());
    assert_eq!((plugin.protocol_version(), plugin.is_mutual_tls()), (3, false));
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn host_and_plugin_are_configured_by_one_file_alone() {
    let directory = certificates(Origin::Signed);
    let file = directory.path().join("greeter.toml");
    let text = "
        magic_cookie_key = 'KV_INTEROP_COOKIE'
        magic_cookie_value = 'c0ffee5eed'
        protocol_versions = [7]
        supported_protocol_versions = [6, 7]
        server_cert = 'file://plugin.pem'
        server_key = 'file://plugin-key.pem'
        client_root_certs = 'file://roots-of-plugin.pem'
        client_cert = 'file://host.pem'
        client_key = 'file://host-key.pem'
        server_root_certs = 'file://roots-of-host.pem'
        log_level = 'warn'
        wire = 'grpc'
    ";
    std::fs::write(&file, text).unwrap();
    let config = Config::for_host().file(&file).build().unwrap();
    let plugin =
        PluginClient::builder(configured_plugin(), config.cookie().unwrap()).arg(&file).config(&config);
    let plugin = plugin.start().await.unwrap();
    assert_eq!(plugin.protocol_version(), 7);
    assert_eq!(
        plugin.peer().certificate_fingerprint(),
        Some(fingerprint(&directory.path().join("plugin.pem")))
    );
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    assert!(plugin.stop().await.is_graceful());
}

#[tokio::test]
async fn a_plugin_logs_at_the_level_that_its_file_names() {
    listen();
    let directory = tempfile::tempdir().unwrap();
    for (level, expected) in [
        ("error", &["ERROR"][..]),
        ("info", &["INFO", "WARN", "ERROR"]),
        ("debug", &["DEBUG", "INFO", "WARN", "ERROR"]),
    ] {
        let file = directory.path().join(format!("{level}.toml"));
        let [(_, key), (_, value)] = COOKIE;
        let text = format!(
            "magic_cookie_key = '{key}'\nmagic_cookie_value = '{value}'\nprotocol_type = 'voice'\nlog_level = '{level}'"
        );
        std::fs::write(&file, text).unwrap();
        // Its host asks for none.
        let plugin = PluginClient::builder(configured_plugin(), rpcplugin_tests::cookie())
            .arg(&file)
            .start()
            .await
            .unwrap();
        let mark = format!("told of {level} by a file");
        VoiceClient::new(plugin.channel()).log(mark.clone()).await.unwrap();
        let lines =
            || log().lines().filter(|line| line.contains(&mark)).map(str::to_owned).collect::<Vec<_>>();
        // The last one that it says.
        eventually(&mark, || lines().iter().any(|line| line.contains("at error"))).await;
        plugin.stop().await;
        let lines = lines();
        let levels: Vec<_> = lines.iter().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(levels, expected, "{lines:?}");
    }
}

#[tokio::test]
async fn a_plugin_with_a_wrong_configuration_tells_its_host_every_mistake() {
    let started =
        by_environment(&[("PLUGIN_CONNECTIONS_MAX", "many"), ("PLUGIN_AUTO_MTLS", "perhaps")]).start();
    let error = started.await.unwrap_err();
    let text = error.to_string();
    for part in ["PLUGIN_CONNECTIONS_MAX: `many`", "PLUGIN_AUTO_MTLS: `perhaps`"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[tokio::test]
async fn a_plugin_serves_the_protocol_that_its_environment_names() {
    let versions = [1, 5];
    for (name, version) in [(None, 1), (Some("grpc"), 1), (Some("versioned"), 5)] {
        let named = name.map(|name| ("PLUGIN_PROTOCOL_TYPE", name));
        let builder = by_environment(named.as_slice()).protocol_versions(versions);
        let plugin = builder.start().await.unwrap();
        assert_eq!(plugin.protocol_version(), version, "{name:?}");
        converse(&KvClient::new(plugin.channel())).await.unwrap();
        assert!(plugin.stop().await.is_graceful());
    }
    let error =
        by_environment(&[("PLUGIN_PROTOCOL_TYPE", "verioned")]).start().await.unwrap_err().to_string();
    let expected = "there is no protocol `verioned`, did you mean `versioned`?; registered: `grpc`, `versioned`, `voice`";
    assert!(error.contains(expected), "{error}");
}

/// The SHA-256 of a certificate in a file.
fn fingerprint(path: &Path) -> [u8; 32] {
    let text = std::fs::read_to_string(path).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with("---")).collect();
    digest(&SHA256, &STANDARD.decode(body).unwrap()).as_ref().try_into().unwrap()
}

/// What comes of a start.
#[derive(Debug, PartialEq)]
enum Outcome {
    Plaintext,
    /// With a certificate that the plugin has made.
    Made,
    /// With this certificate.
    Shown([u8; 32]),
    /// The plugin announces no certificate to a host that wants TLS.
    Refused,
    /// The plugin does not let the host in.
    KeptOut,
    /// The plugin does not start.
    Ended,
}

async fn outcome(builder: PluginClientBuilder, own: [u8; 32]) -> Outcome {
    let plugin = match builder.start_timeout(Duration::from_secs(60)).start().await {
        Ok(plugin) => plugin,
        Err(StartError::Handshake { source: HandshakeError::MissingCertificate, .. }) => {
            return Outcome::Refused;
        }
        Err(StartError::Exited { .. }) => return Outcome::Ended,
        Err(error) => {
            assert!(matches!(error, StartError::Connect { .. } | StartError::Protocol { .. }), "{error:?}");
            return Outcome::KeptOut;
        }
    };
    converse(&KvClient::new(plugin.channel())).await.unwrap();
    let outcome = match plugin.peer().certificate_fingerprint() {
        None => Outcome::Plaintext,
        Some(shown) if shown == own => Outcome::Shown(shown),
        Some(_made) => Outcome::Made,
    };
    drop(plugin.stop().await);
    outcome
}

#[tokio::test]
async fn a_plugin_of_ours_and_one_of_pyvider_take_the_same_variables() {
    let directory = certificates(Origin::Itself);
    let path = |name: &str| directory.path().join(name);
    let file = |name: &str| format!("file://{}", path(name).display());
    let text = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    let own = fingerprint(&path("plugin.pem"));
    let pair = [("PLUGIN_SERVER_CERT", file("plugin.pem")), ("PLUGIN_SERVER_KEY", file("plugin-key.pem"))];
    let inline = [("PLUGIN_SERVER_CERT", text("plugin.pem")), ("PLUGIN_SERVER_KEY", text("plugin-key.pem"))];
    let lost = [("PLUGIN_SERVER_CERT", file("plugin.pem")), ("PLUGIN_SERVER_KEY", file("no-key.pem"))];
    let wrong = [("PLUGIN_SERVER_CERT", text("plugin.pem")), ("PLUGIN_SERVER_KEY", "garbage".to_owned())];
    let off = [("PLUGIN_AUTO_MTLS", "off".to_owned())];
    let roots = [("PLUGIN_CLIENT_ROOT_CERTS", file("roots-of-plugin.pem"))];
    let known =
        Config::for_host().client_cert(text("host.pem")).client_key(text("host-key.pem")).build().unwrap();
    let auto = Config::for_host().build().unwrap();
    let plaintext = Config::for_host().auto_mtls(false).build().unwrap();
    let cases = [
        (vec![], &auto, Outcome::Made),
        (vec![], &plaintext, Outcome::Plaintext),
        (off.to_vec(), &auto, Outcome::Refused),
        (off.to_vec(), &plaintext, Outcome::Plaintext),
        (pair.to_vec(), &auto, Outcome::Shown(own)),
        (inline.to_vec(), &auto, Outcome::Shown(own)),
        ([pair.to_vec(), off.to_vec()].concat(), &auto, Outcome::Shown(own)),
        ([pair.to_vec(), roots.to_vec()].concat(), &known, Outcome::Shown(own)),
        ([pair.to_vec(), roots.to_vec()].concat(), &auto, Outcome::KeptOut),
        (lost.to_vec(), &auto, Outcome::Ended),
        (wrong.to_vec(), &auto, Outcome::Ended),
    ];
    let python = python();
    for (number, (variables, config, expected)) in cases.iter().enumerate() {
        let with = |builder: PluginClientBuilder| {
            let said =
                COOKIE.iter().copied().chain(variables.iter().map(|(name, value)| (*name, value.as_str())));
            said.fold(builder, |builder, (name, value)| builder.env(name, value)).config(config)
        };
        let ours = with(PluginClient::builder(configured_plugin(), rpcplugin_tests::cookie()));
        assert_eq!(outcome(ours, own).await, *expected, "ours, case {number}");
        let Some(python) = &python else { continue };
        let theirs = PluginClient::builder(&python.interpreter, rpcplugin_tests::cookie())
            .env("PYTHONPATH", &python.modules)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(python.program("kv_plugin.py"));
        assert_eq!(outcome(with(theirs), own).await, *expected, "pyvider's, case {number}");
    }
}

/// What a host of another language hands on to the plugin, as its own environment.
fn configured(command: &mut tokio::process::Command, variables: &[(&str, String)]) {
    command.envs(COOKIE).envs(variables.iter().map(|(name, value)| (*name, value)));
}

#[tokio::test]
async fn a_host_of_pyvider_takes_a_plugin_by_the_certificate_that_both_are_told_of() {
    let Some(python) = python() else { return };
    let directory = certificates(Origin::Itself);
    let file = |name: &str| format!("file://{}", directory.path().join(name).display());
    let server = [("PLUGIN_SERVER_CERT", file("plugin.pem")), ("PLUGIN_SERVER_KEY", file("plugin-key.pem"))];
    let client = [
        ("PLUGIN_CLIENT_CERT", file("host.pem")),
        ("PLUGIN_CLIENT_KEY", file("host-key.pem")),
        ("PLUGIN_CLIENT_ROOT_CERTS", file("roots-of-plugin.pem")),
    ];
    for variables in [server.to_vec(), [server.to_vec(), client.to_vec()].concat()] {
        let mut command = python.command("kv_host.py");
        configured(&mut command, &variables);
        command.env("PLUGIN_AUTO_MTLS", "true").arg(configured_plugin());
        run_host(command, &["start", "put", "get", "watch", "close"]).await;
    }
    // A host that the roots do not allow is kept out.
    let mut command = python.command("kv_host.py");
    let stranger = [client[2].clone()];
    configured(&mut command, &[server.to_vec(), stranger.to_vec()].concat());
    // It would try to for a minute.
    command.env("PLUGIN_CLIENT_RETRY_ENABLED", "false").env("PLUGIN_CHANNEL_READY_TIMEOUT", "2");
    command.env("PLUGIN_AUTO_MTLS", "true").arg(configured_plugin()).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(120), command.output()).await.unwrap().unwrap();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("FAILED start"));
}

#[tokio::test]
async fn a_go_host_takes_a_plugin_by_the_certificate_that_the_plugin_is_told_of() {
    let Some(programs) = programs() else { return };
    let directory = certificates(Origin::Itself);
    let file = |name: &str| format!("file://{}", directory.path().join(name).display());
    let mut command = tokio::process::Command::new(programs.join("kv-host"));
    let server = [("PLUGIN_SERVER_CERT", file("plugin.pem")), ("PLUGIN_SERVER_KEY", file("plugin-key.pem"))];
    configured(&mut command, &server);
    command.args(["-auto-mtls", "-expect-network", "unix"]).arg(configured_plugin());
    run_host(command, &["version", "put", "get", "watch", "kill"]).await;
}

#[test]
fn what_is_set_behind_a_configuration_wins_over_it() {
    let config = Config::for_host().auto_mtls(false).build().unwrap();
    let builder = by_environment(&[]).config(&config);
    assert!(format!("{builder:?}").contains("Plaintext"), "{builder:?}");
    let builder = builder.security(Security::AutoMtls);
    assert!(format!("{builder:?}").contains("AutoMtls"), "{builder:?}");
}
