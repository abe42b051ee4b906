//! TLS with certificates that the user brings, between our sides and with go-plugin's in each role.

use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rpcplugin::{PluginClient, PluginClientBuilder, Security, StartError, TlsConfig, TransportError, Wire};
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::{Key, Kv, KvClient, Pair};
use tempfile::TempDir;

use crate::interop::run_host;
use crate::interop_go::programs;

/// Where certificates come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Origin {
    /// One authority has signed both.
    Signed,
    /// Each is an authority itself, as go-plugin makes them, and the other side's only root.
    Itself,
}

pub(crate) const ORIGINS: [Origin; 2] = [Origin::Signed, Origin::Itself];

/// The files that both sides read.
pub(crate) fn certificates(origin: Origin) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, label: &str, der: &[u8]| {
        let text = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der));
        std::fs::write(directory.path().join(name), text).unwrap();
    };
    let (authority_key, authority) = (KeyPair::generate().unwrap(), parameters("authority", true));
    let root = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::from_params(&authority, &authority_key);
    for (name, other) in [("host", "plugin"), ("plugin", "host")] {
        let key = KeyPair::generate().unwrap();
        write(&format!("{name}-key.pem"), "PRIVATE KEY", &key.serialize_der());
        let shown = match origin {
            Origin::Signed => parameters("localhost", false).signed_by(&key, &issuer).unwrap(),
            Origin::Itself => parameters("localhost", true).self_signed(&key).unwrap(),
        };
        write(&format!("{name}.pem"), "CERTIFICATE", shown.der());
        let trusted = if origin == Origin::Signed { root.der() } else { shown.der() };
        write(&format!("roots-of-{other}.pem"), "CERTIFICATE", trusted);
    }
    directory
}

fn parameters(name: &str, is_authority: bool) -> CertificateParams {
    let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    parameters.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    if is_authority {
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages.push(KeyUsagePurpose::KeyCertSign);
    }
    parameters
}

fn read(directory: &Path, name: &str) -> Vec<u8> {
    std::fs::read(directory.join(name)).unwrap()
}

fn trusting(directory: &Path) -> TlsConfig {
    TlsConfig::new().with_roots(read(directory, "roots-of-host.pem")).unwrap()
}

/// The host's side of the files.
pub(crate) fn of_host(directory: &Path) -> TlsConfig {
    let shown = (read(directory, "host.pem"), read(directory, "host-key.pem"));
    trusting(directory).with_identity(shown.0, shown.1).unwrap()
}

fn builder(directory: &Path) -> PluginClientBuilder {
    let program = env!("CARGO_BIN_EXE_attach_plugin");
    PluginClient::builder(program, rpcplugin_tests::cookie()).arg("--tls").arg(directory)
}

/// The SHA-256 of a certificate of the files.
fn fingerprint(directory: &Path, name: &str) -> Vec<u8> {
    let text = String::from_utf8(read(directory, name)).unwrap();
    let der = STANDARD.decode(text.lines().nth(1).unwrap()).unwrap();
    digest(&SHA256, &der).as_ref().to_vec()
}

#[tokio::test]
async fn our_sides_prove_themselves_by_what_the_user_brings_on_each_wire() {
    for origin in ORIGINS {
        let directory = certificates(origin);
        for (wire, tcp) in [(Wire::Binary, false), (Wire::Grpc, true), (Wire::Auto, true)] {
            let builder = builder(directory.path()).args(tcp.then_some("--tcp"));
            let plugin = builder.tls(of_host(directory.path())).wire(wire).start().await.unwrap();
            let expected = if wire == Wire::Auto { Wire::Binary } else { wire };
            assert_eq!(plugin.wire(), expected);
            assert!(!plugin.is_mutual_tls(), "nothing was made for this run");
            let shown = plugin.peer().certificate_fingerprint().unwrap();
            assert_eq!(shown.to_vec(), fingerprint(directory.path(), "plugin.pem"));
            converse(&KvClient::new(plugin.channel())).await.unwrap();
            assert!(plugin.stop().await.is_graceful());
        }
    }
}

fn is_refused(error: &StartError) -> bool {
    matches!(
        error,
        StartError::Connect { source: TransportError::TlsHandshake { .. }, .. } | StartError::Protocol { .. }
    )
}

#[tokio::test]
async fn who_is_not_trusted_is_refused_by_either_side() {
    for origin in ORIGINS {
        let (own, other) = (certificates(origin), certificates(origin));
        let shown = |from: &TempDir| (read(from.path(), "host.pem"), read(from.path(), "host-key.pem"));
        let with = |from: &TempDir| trusting(own.path()).with_identity(shown(from).0, shown(from).1).unwrap();
        let named = of_host(own.path()).with_server_name("elsewhere.example").unwrap();
        for (who, tls) in [
            ("a plugin of somebody else", of_host(other.path())),
            ("a host of somebody else", with(&other)),
            ("a host without a certificate", trusting(own.path())),
            ("a plugin of another name", named),
        ] {
            for wire in [Wire::Auto, Wire::Grpc] {
                let builder = builder(own.path()).tls(tls.clone()).wire(wire);
                let error = builder.start().await.expect_err(who);
                assert!(is_refused(&error), "{origin:?} {who}: {error}");
            }
        }
        builder(own.path()).tls(with(&own)).start().await.unwrap().stop().await;
    }
}

#[tokio::test]
async fn two_sides_that_want_another_security_do_not_meet() {
    let directory = certificates(Origin::Signed);
    // The plugin does not look at the certificate that this host offers, and announces none.
    let error = builder(directory.path()).start().await.unwrap_err();
    assert!(error.to_string().contains("announced no certificate"), "{error}");
    let error = builder(directory.path()).security(Security::Plaintext).start().await.unwrap_err();
    assert!(matches!(error, StartError::Protocol { .. }), "{error}");
    // Not even at one that is none.
    let ignoring =
        builder(directory.path()).env("PLUGIN_CLIENT_CERT", "garbage").tls(of_host(directory.path()));
    ignoring.start().await.unwrap().stop().await;
    let error = crate::support::builder().tls(of_host(directory.path())).start().await.unwrap_err();
    assert!(is_refused(&error), "{error}");
}

#[tokio::test]
async fn a_side_that_lacks_what_it_needs_says_what_that_is() {
    let directory = certificates(Origin::Signed);
    let error = builder(directory.path()).tls(TlsConfig::new()).start().await.unwrap_err().to_string();
    assert!(error.contains("call `TlsConfig::with_roots`"), "{error}");
    let server = rpcplugin::PluginServer::new(rpcplugin_tests::cookie()).tls(trusting(directory.path()));
    let error = server.listen().await.unwrap_err().to_string();
    assert!(error.contains("call `TlsConfig::with_identity`"), "{error}");
}

#[test]
fn what_is_no_certificate_or_no_key_of_it_is_refused_by_name() {
    let directory = certificates(Origin::Signed);
    let read = |name| read(directory.path(), name);
    let refused = |made: Result<TlsConfig, TransportError>| made.unwrap_err().to_string();
    let shown = |pem: &[u8], key: &[u8]| refused(TlsConfig::new().with_identity(pem, key));
    let (certificate, key, other) = (read("host.pem"), read("host-key.pem"), read("plugin-key.pem"));
    assert!(shown(b"", &key).contains("the identity holds no PEM block `CERTIFICATE`"));
    assert!(shown(&key, &key).contains("the identity holds no PEM block `CERTIFICATE`"));
    assert!(shown(&certificate, b"").contains("no PEM block of a private key"));
    assert!(shown(&certificate, &certificate).contains("no PEM block of a private key"));
    assert!(shown(&certificate, &other).contains("is not that of its certificate"));
    assert!(refused(TlsConfig::new().with_roots("")).contains("the roots hold no PEM block"));
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(refused(TlsConfig::new().with_roots(garbage)).contains("a root is no certificate"));
    assert!(refused(TlsConfig::new().with_server_name("no name")).contains("neither a DNS name"));
    // Nothing of the key is said.
    let config = of_host(directory.path());
    assert_eq!(
        format!("{config:?}"),
        "TlsConfig { has_identity: true, roots: 1, server_name: \"localhost\", .. }"
    );
}

fn go(program: &str) -> Option<PathBuf> {
    programs().map(|programs| programs.join(program))
}

#[tokio::test]
async fn our_host_with_a_go_plugin_whose_tls_is_its_own() {
    let Some(program) = go("reattach-plugin") else { return };
    for origin in ORIGINS {
        let (own, other) = (certificates(origin), certificates(origin));
        let builder = || {
            let builder = PluginClient::builder(&program, rpcplugin_tests::cookie());
            builder.arg("-tls").arg(own.path())
        };
        let plugin = builder().tls(of_host(own.path())).start().await.unwrap();
        assert_eq!(plugin.wire(), Wire::Grpc);
        let store = KvClient::new(plugin.channel());
        let pair = Pair { key: "alpha".to_owned(), value: b"1".to_vec() };
        assert!(store.put(pair.clone()).await.unwrap().created);
        assert_eq!(store.get(Key { key: "alpha".to_owned() }).await.unwrap(), pair);
        assert!(plugin.stop().await.is_graceful());
        let error = builder().tls(of_host(other.path())).start().await.unwrap_err();
        assert!(is_refused(&error), "{error}");
        let error = builder().tls(trusting(own.path())).start().await.unwrap_err();
        assert!(is_refused(&error), "{error}");
    }
}

#[tokio::test]
async fn a_go_host_whose_tls_is_its_own_with_our_plugin() {
    let Some(program) = go("reattach-host") else { return };
    for origin in ORIGINS {
        let directory = certificates(origin);
        let mut command = tokio::process::Command::new(&program);
        command.args(["-stderr", "-tls"]).arg(directory.path()).arg(env!("CARGO_BIN_EXE_attach_plugin"));
        command.arg("--tls").arg(directory.path());
        run_host(command, &["connect", "call", "stderr", "ping", "kill"]).await;
    }
}
