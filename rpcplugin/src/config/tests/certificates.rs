use super::pair;
use crate::config::{Config, ConfigError, ConfigFault};

fn text(built: Result<Config, ConfigError>) -> String {
    built.unwrap_err().to_string()
}

#[test]
fn a_pair_is_taken_inline_or_from_files() {
    let directory = tempfile::tempdir().unwrap();
    let [certificate, key] = pair();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        format!("file://{}", path.display())
    };
    let (certificate_file, key_file) = (write("plugin.pem", &certificate), write("plugin.key", &key));
    for (certificate, key) in
        [(&certificate, &key), (&certificate_file, &key_file), (&certificate_file, &key)]
    {
        let said = [
            ("PLUGIN_SERVER_CERT", certificate),
            ("PLUGIN_SERVER_KEY", key),
            ("PLUGIN_CLIENT_ROOT_CERTS", certificate),
        ];
        let config = Config::for_plugin().variables(said).build().unwrap();
        assert!(config.tls.plugin.is_some() && config.tls.host.is_none());
        let said = [
            ("PLUGIN_CLIENT_CERT", certificate),
            ("PLUGIN_CLIENT_KEY", key),
            ("PLUGIN_SERVER_ROOT_CERTS", certificate),
        ];
        let config = Config::for_host().variables(said).build().unwrap();
        assert!(config.tls.host.is_some() && config.tls.plugin.is_none());
    }
    // From the program as well, and any other value by the same means.
    let config = Config::for_plugin().server_cert(certificate_file).server_key(key_file).build().unwrap();
    assert!(config.tls.plugin.is_some());
    let config = Config::for_host().variables([("PLUGIN_WIRE", write("wire", "grpc\n"))]).build().unwrap();
    assert_eq!(config.wire(), crate::wire::Wire::Grpc);
}

#[test]
fn a_file_that_cannot_be_read_is_told_by_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("empty"), " \n").unwrap();
    std::fs::write(path("bytes"), [0xff, 0xfe]).unwrap();
    let large = std::fs::File::create(path("large")).unwrap();
    large.set_len(1 << 40).unwrap();
    for (name, expected) in [
        ("absent", "No such file"),
        ("empty", "it is empty"),
        ("bytes", "it is no text in UTF-8"),
        ("large", "it is longer than 4194304 bytes"),
        ("", "it is no file with a content"),
    ] {
        let value = format!("file://{}", path(name).display());
        let error = Config::for_plugin().variables([("PLUGIN_SERVER_KEY", &value)]).build().unwrap_err();
        assert!(matches!(error.mistakes()[0].fault(), ConfigFault::Unreadable { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("PLUGIN_SERVER_KEY: ") && text.contains(&path(name).display().to_string()),
            "{text}"
        );
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn one_of_a_pair_is_told_with_the_other_one() {
    let [certificate, key] = pair();
    let alone = text(Config::for_plugin().server_cert(certificate.as_str()).build());
    assert!(
        alone.contains(
            "`server_cert`, set by the program: it is of no use alone; set `server_key` (PLUGIN_SERVER_KEY)"
        ),
        "{alone}"
    );
    let alone = text(Config::for_host().variables([("PLUGIN_CLIENT_KEY", key.as_str())]).build());
    assert!(alone.contains("PLUGIN_CLIENT_KEY: it is of no use alone; set `client_cert`"), "{alone}");
    let alone = text(Config::for_plugin().client_root_certs(certificate.as_str()).build());
    assert!(
        alone.contains("`client_root_certs`, set by the program: it is of no use alone; set `server_cert`"),
        "{alone}"
    );
    // A host need show nothing to a plugin that it knows by a root.
    Config::for_host().server_root_certs(certificate.as_str()).build().unwrap();
}

#[test]
fn what_cannot_be_used_is_told_without_the_key() {
    let ([certificate, key], [_, other_key]) = (pair(), pair());
    let wrong =
        text(Config::for_plugin().server_cert(certificate.as_str()).server_key(other_key.as_str()).build());
    assert!(wrong.contains("`server_cert`, set by the program: "), "{wrong}");
    assert!(wrong.contains("is not that of its certificate"), "{wrong}");
    assert!(!wrong.contains(other_key.lines().nth(1).unwrap()), "{wrong}");
    let cut: String = certificate.lines().take(3).map(|line| format!("{line}\n")).collect();
    let broken = text(Config::for_host().client_cert(cut.as_str()).client_key(key.as_str()).build());
    assert!(broken.contains("`client_cert`, set by the program: "), "{broken}");
    let swapped = text(Config::for_host().client_cert(key.as_str()).client_key(certificate.as_str()).build());
    assert!(swapped.contains("holds no PEM block `CERTIFICATE`"), "{swapped}");
    assert!(!swapped.contains(key.lines().nth(1).unwrap()), "{swapped}");
    let name =
        text(Config::for_host().server_root_certs(certificate.as_str()).server_name("not a name").build());
    assert!(name.contains("`server_name`, set by the program: "), "{name}");
}

#[test]
fn what_stands_in_a_file_is_not_shown_where_it_is_wrong() {
    let directory = tempfile::tempdir().unwrap();
    let [certificate, key] = pair();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        format!("file://{}", path.display())
    };
    let (certificate_file, key_file) = (write("plugin.pem", &certificate), write("plugin.key", &key));
    let secret = key.lines().nth(1).unwrap();
    let is_told = |error: &ConfigError| {
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains("PRIVATE") && !shown.contains(secret), "{shown}");
        }
        assert_eq!(error.mistakes().len(), 1, "{error}");
    };
    for (certificate, key) in [(&certificate, &key), (&certificate_file, &key_file)] {
        let swapped = [("PLUGIN_SERVER_CERT", key), ("PLUGIN_SERVER_KEY", certificate)];
        let error = Config::for_plugin().variables(swapped).build().unwrap_err();
        is_told(&error);
        assert!(matches!(error.mistakes()[0].fault(), ConfigFault::Tls { .. }), "{error}");
    }
    // Where any other value belongs, with and without a file.
    let error = Config::for_host().variables([("PLUGIN_WIRE", &key_file)]).build().unwrap_err();
    is_told(&error);
    assert!(matches!(error.mistakes()[0].fault(), ConfigFault::BadContent { .. }), "{error}");
    assert!(
        error.to_string().contains("plugin.key is not allowed; allowed is auto, binary or grpc"),
        "{error}"
    );
    is_told(&Config::for_host().variables([("PLUGIN_WIRE", &key)]).build().unwrap_err());
}
