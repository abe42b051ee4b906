//! A family brings no encryption of its own: it crosses a stream that does.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rpcplugin::{FamilyConnection, FamilyOptions};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::messages::{Counter, TwoBytes};

/// One who has a certificate, and one who trusts it.
fn ends() -> (TlsAcceptor, TlsConnector) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let server = server.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der()).into();
    let server = server.with_single_cert(vec![cert.der().clone()], key).unwrap();
    let client = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let client = client.with_root_certificates(roots).with_no_client_auth();
    (Arc::new(server).into(), Arc::new(client).into())
}

#[tokio::test]
async fn a_family_crosses_a_stream_of_tls() {
    let (acceptor, connector) = ends();
    let (near, far) = tokio::io::duplex(1024);
    let serving = async {
        let stream = acceptor.accept(far).await.unwrap();
        let connection = FamilyConnection::<TwoBytes, _>::new(stream, FamilyOptions::new());
        connection.serve(async |message| Ok::<_, String>(Some(message))).await.unwrap();
    };
    let asking = async {
        let name = ServerName::try_from("localhost").unwrap();
        let stream = connector.connect(name, near).await.unwrap();
        let mut connection = FamilyConnection::<TwoBytes, _>::new(stream, FamilyOptions::new());
        for value in 0..100 {
            let message = TwoBytes::from(Counter { value });
            assert_eq!(connection.request(&message).await.unwrap(), message);
        }
        connection.shutdown().await.unwrap();
    };
    let both = async { tokio::join!(serving, asking) };
    tokio::time::timeout(Duration::from_secs(60), both).await.expect("what is sent leaves the stream");
}
