//! Certificates of every other kind, shown by attackers to either side: what counts is one certificate, byte for byte.

use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256, SerialNumber, SignatureAlgorithm,
};
use tokio_rustls::rustls::pki_types::CertificateDer;

use super::forge::{Credentials, NOT_ANNOUNCED, NOT_PROVED, authority, issued, key, parameters, self_signed};
use super::target::KeyHolder;
use super::{host, plugin};

/// A certificate and the key with which its holder signs.
type Forged = (CertificateDer<'static>, KeyPair);

/// Certificates with the names of the rightful ones, each wrong in one way.
fn others() -> Vec<(&'static str, Forged)> {
    let made = |kind: &'static SignatureAlgorithm, parameters: CertificateParams| {
        let key = KeyPair::generate_for(kind).unwrap();
        (self_signed(&parameters, &key), key)
    };
    let with = |change: fn(&mut CertificateParams)| {
        let mut parameters = parameters();
        change(&mut parameters);
        made(&PKCS_ECDSA_P256_SHA256, parameters)
    };
    vec![
        ("a key of RSA", made(&PKCS_RSA_SHA256, parameters())),
        ("a key on P-384", made(&PKCS_ECDSA_P384_SHA384, parameters())),
        ("a key on Ed25519", made(&PKCS_ED25519, parameters())),
        ("an authority", made(&PKCS_ECDSA_P256_SHA256, authority())),
        (
            "not valid yet",
            with(|parameters| {
                parameters.not_before = rcgen::date_time_ymd(2400, 1, 1);
                parameters.not_after = rcgen::date_time_ymd(2401, 1, 1);
            }),
        ),
        (
            "no use in TLS",
            with(|parameters| {
                parameters.key_usages = vec![KeyUsagePurpose::CrlSign];
                parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::TimeStamping];
            }),
        ),
        (
            "a serial number of its own",
            with(|parameters| parameters.serial_number = Some(SerialNumber::from(1))),
        ),
        (
            "the name of somebody else",
            with(|parameters| parameters.distinguished_name.push(DnType::CommonName, "elsewhere.example")),
        ),
    ]
}

/// What differs from a certificate in its last byte, which is one of its signature: names, dates and key are the same.
fn altered(certificate: &CertificateDer<'static>) -> CertificateDer<'static> {
    let mut bytes = certificate.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    bytes.into()
}

#[tokio::test]
async fn a_host_with_a_certificate_of_any_other_kind_is_refused() {
    let holder = KeyHolder::start(parameters()).await;
    for (_kind, (certificate, key)) in others() {
        plugin::refuses(&holder, &Credentials::new([&certificate], &key), NOT_ANNOUNCED).await;
    }
    // The rightful key, and all but one bit of the rightful certificate.
    let shown = Credentials::new([&altered(&holder.certificate)], &holder.key);
    plugin::refuses(&holder, &shown, NOT_ANNOUNCED).await;
}

#[tokio::test]
async fn a_host_with_many_certificates_is_taken_for_the_first_of_them() {
    let holder = KeyHolder::start(parameters()).await;
    let (key, rightful) = (key(), &holder.certificate);
    let own = self_signed(&parameters(), &key);
    plugin::refuses(&holder, &Credentials::new([&own, rightful, rightful], &key), NOT_ANNOUNCED).await;
    // With the rightful key as well: it is not that of the first.
    plugin::refuses(&holder, &Credentials::new([&own, rightful], &holder.key), NOT_ANNOUNCED).await;
    plugin::refuses(&holder, &Credentials::new([rightful, &own, &own, &own], &key), NOT_PROVED).await;
}

#[tokio::test]
async fn a_plugin_with_a_certificate_of_any_other_kind_is_refused() {
    let announced_key = key();
    let announced = self_signed(&parameters(), &announced_key);
    for (_kind, (certificate, key)) in others() {
        host::attack(&announced, &Credentials::new([&certificate], &key), host::ANOTHER, NOT_ANNOUNCED).await;
    }
    let shown = Credentials::new([&altered(&announced)], &announced_key);
    host::attack(&announced, &shown, host::ANOTHER, NOT_ANNOUNCED).await;
}

#[tokio::test]
async fn a_plugin_of_another_authority_is_refused_whatever_follows_its_certificate() {
    let (key, stranger) = (key(), key());
    let announced = self_signed(&authority(), &super::forge::key());
    let leaf = issued(&key, &stranger);
    let root = self_signed(&authority(), &stranger);
    for shown in [
        Credentials::new([&leaf], &key),
        Credentials::new([&leaf, &root], &key),
        Credentials::new([&leaf, &announced], &key),
        Credentials::new([&leaf, &root, &announced, &announced], &key),
    ] {
        host::attack(&announced, &shown, host::ANOTHER, NOT_ANNOUNCED).await;
    }
}
