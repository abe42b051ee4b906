//! The host's half of the handshake: variables in the environment of the child.

use super::wires::WIRES;

/// The host's certificate as PEM. It is there if the host wants mutual TLS.
pub(crate) const CLIENT_CERT: &str = "PLUGIN_CLIENT_CERT";
/// The versions of the contract that the host can speak: decimal numbers, parted by commas.
const PROTOCOL_VERSIONS: &str = "PLUGIN_PROTOCOL_VERSIONS";
/// The first port that a plugin on TCP may take.
const MIN_PORT: &str = "PLUGIN_MIN_PORT";
/// The last port that a plugin on TCP may take.
const MAX_PORT: &str = "PLUGIN_MAX_PORT";
/// Whether streams are to share one connection.
const MULTIPLEX: &str = "PLUGIN_MULTIPLEX_GRPC";
/// Where the plugin's socket goes.
const UNIX_SOCKET_DIR: &str = "PLUGIN_UNIX_SOCKET_DIR";
/// The group that sockets are shared with, by its name or its number.
const UNIX_SOCKET_GROUP: &str = "PLUGIN_UNIX_SOCKET_GROUP";
/// A named pipe that ends with the host. No part of go-plugin's handshake.
pub(crate) const LIFELINE: &str = "RPCPLUGIN_LIFELINE";

/// The lowest level of the plugin's log that the host wants. No part of go-plugin's handshake: pyvider's plugins and ours look at it.
#[cfg(feature = "client")]
pub(crate) const LOG_LEVEL: &str = "PLUGIN_LOG_LEVEL";

/// What a host says to its child.
#[cfg(feature = "client")]
#[derive(Debug)]
pub(crate) struct HostOffer<'a> {
    pub(crate) cookie: &'a super::Cookie,
    pub(crate) versions: &'a [u32],
    pub(crate) certificate_pem: Option<String>,
    pub(crate) ports: std::ops::RangeInclusive<u16>,
    /// A directory that only this user can enter, and the group.
    pub(crate) socket_directory: &'a std::path::Path,
    /// The number of the group that sockets are shared with.
    pub(crate) socket_group: Option<u32>,
    /// Where the plugin may say that it speaks the binary wire; `None` from a host that does not want it.
    pub(crate) wires_file: Option<&'a std::path::Path>,
    /// A named pipe that ends with the host, where there is one.
    pub(crate) lifeline: Option<&'a std::path::Path>,
    /// Whether streams are to share one connection.
    pub(crate) multiplex: bool,
}

#[cfg(feature = "client")]
impl HostOffer<'_> {
    /// The variables for the environment of the child.
    pub(crate) fn variables(&self) -> Vec<(String, std::ffi::OsString)> {
        let versions: Vec<String> = self.versions.iter().map(u32::to_string).collect();
        let mut variables = vec![
            (self.cookie.key().to_owned(), self.cookie.value().into()),
            (PROTOCOL_VERSIONS.to_owned(), versions.join(",").into()),
            (MIN_PORT.to_owned(), self.ports.start().to_string().into()),
            (MAX_PORT.to_owned(), self.ports.end().to_string().into()),
            (UNIX_SOCKET_DIR.to_owned(), self.socket_directory.into()),
        ];
        if let Some(pem) = &self.certificate_pem {
            variables.push((CLIENT_CERT.to_owned(), pem.into()));
        }
        if let Some(file) = self.wires_file {
            variables.push((WIRES.to_owned(), file.into()));
        }
        if let Some(pipe) = self.lifeline {
            variables.push((LIFELINE.to_owned(), pipe.into()));
        }
        if let Some(group) = self.socket_group {
            variables.push((UNIX_SOCKET_GROUP.to_owned(), group.to_string().into()));
        }
        if self.multiplex {
            variables.push((MULTIPLEX.to_owned(), "true".into()));
        }
        variables
    }

    /// Variables that may be in the host's own environment and must not reach the child by accident: a host that is a
    /// plugin itself was given them by its own host.
    pub(crate) const FOREIGN: [&'static str; 5] =
        [CLIENT_CERT, WIRES, LIFELINE, MULTIPLEX, UNIX_SOCKET_GROUP];
}

/// What a plugin was told by its host.
#[cfg(feature = "server")]
#[derive(Debug)]
pub(crate) struct Offer {
    /// The versions that the host can speak; empty where it did not say.
    pub(crate) versions: Vec<u32>,
    /// Items of the version list that are no numbers. They are skipped, as go-plugin does, and logged.
    pub(crate) bad_versions: Vec<String>,
    /// The only certificate that may connect; `None` is plaintext.
    pub(crate) certificate: Option<crate::transport::tls::PeerCertificate>,
    pub(crate) ports: std::ops::RangeInclusive<u16>,
    pub(crate) socket_directory: Option<std::path::PathBuf>,
    /// The name or the number of the group that sockets are shared with.
    pub(crate) socket_group: Option<String>,
    /// Where to say that this side speaks the binary wire, where the host wants to know.
    pub(crate) wires_file: Option<std::path::PathBuf>,
    /// What ends with the host, where it says so.
    pub(crate) lifeline: Option<std::path::PathBuf>,
    /// Whether streams are to share one connection; `None` from a host that does not know the question. What is no truth value
    /// says no, as it does to go-plugin.
    #[cfg_attr(
        not(feature = "broker"),
        allow(dead_code, reason = "streams that share a connection are the broker's")
    )]
    pub(crate) multiplex: Option<bool>,
}

#[cfg(feature = "server")]
impl Offer {
    /// Reads the variables. An empty variable is one that is not set.
    pub(crate) fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, super::OfferError> {
        let lookup = |variable: &str| lookup(variable).filter(|value| !value.is_empty());
        // Anything but an empty value is a wish for TLS: what cannot be read is refused, not taken for none.
        let certificate = lookup(CLIENT_CERT)
            .map(|pem| crate::transport::tls::PeerCertificate::from_pem(&pem))
            .transpose()
            .map_err(|source| super::OfferError::BadCertificate { source })?;
        // A path that depends on where somebody stands is none of our host's.
        let path =
            |variable| lookup(variable).map(std::path::PathBuf::from).filter(|path| path.is_absolute());
        let (versions, bad_versions) = super::versions::parse_list(lookup(PROTOCOL_VERSIONS).as_deref());
        Ok(Self {
            versions,
            bad_versions,
            certificate,
            ports: read_ports(&lookup)?,
            socket_directory: lookup(UNIX_SOCKET_DIR).map(Into::into),
            socket_group: lookup(UNIX_SOCKET_GROUP),
            wires_file: path(WIRES),
            lifeline: path(LIFELINE),
            multiplex: lookup(MULTIPLEX).map(|value| super::line::truth(&value).unwrap_or_default()),
        })
    }
}

#[cfg(feature = "server")]
fn read_ports(
    lookup: &impl Fn(&str) -> Option<String>,
) -> Result<std::ops::RangeInclusive<u16>, super::OfferError> {
    let port = |variable: &'static str| match lookup(variable) {
        None => Ok(0),
        Some(text) => text.trim().parse().map_err(|_| super::OfferError::BadPort { variable, found: text }),
    };
    let (min, max) = (port(MIN_PORT)?, port(MAX_PORT)?);
    if min > max {
        return Err(super::OfferError::EmptyPortRange { min, max });
    }
    Ok(min..=max)
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::handshake::{Cookie, OfferError};
    use crate::transport::tls::{Identity, PeerCertificate};

    fn read(variables: &[(&str, &str)]) -> Result<Offer, OfferError> {
        let map: HashMap<String, String> =
            variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Offer::read(|variable| map.get(variable).cloned())
    }

    #[test]
    fn what_a_host_says_a_plugin_understands() {
        let identity = Identity::generate().unwrap();
        let cookie = Cookie::new("KEY", "value").unwrap();
        let offer = HostOffer {
            cookie: &cookie,
            versions: &[3, 1],
            certificate_pem: Some(identity.certificate_pem()),
            ports: 10_000..=25_000,
            socket_directory: std::path::Path::new("/run/private"),
            socket_group: Some(1234),
            wires_file: Some(std::path::Path::new("/run/private/wires")),
            lifeline: Some(std::path::Path::new("/run/private/lifeline")),
            multiplex: true,
        };
        let text = |(key, value): (String, std::ffi::OsString)| (key, value.into_string().unwrap());
        let variables: HashMap<_, _> = offer.variables().into_iter().map(text).collect();
        assert_eq!(variables["KEY"], "value");
        assert_eq!(variables["PLUGIN_PROTOCOL_VERSIONS"], "3,1");
        let read = Offer::read(|variable| variables.get(variable).cloned()).unwrap();
        assert_eq!(read.versions, [3, 1]);
        assert_eq!(read.ports, 10_000..=25_000);
        assert_eq!(read.socket_directory, Some("/run/private".into()));
        assert_eq!(read.socket_group.as_deref(), Some("1234"));
        assert_eq!(read.wires_file, Some("/run/private/wires".into()));
        assert_eq!(read.lifeline, Some("/run/private/lifeline".into()));
        assert_eq!((variables["PLUGIN_MULTIPLEX_GRPC"].as_str(), read.multiplex), ("true", Some(true)));
        let expected = PeerCertificate::from_der(identity.certificate().to_vec()).unwrap();
        assert_eq!(read.certificate, Some(expected));
    }

    #[test]
    fn a_host_that_says_nothing_gets_plaintext_and_any_port() {
        let offer = read(&[]).unwrap();
        assert!(offer.versions.is_empty() && offer.certificate.is_none());
        assert_eq!(offer.ports, 0..=0);
        assert_eq!((offer.socket_directory, offer.socket_group), (None, None));
        assert_eq!((offer.wires_file, offer.lifeline, offer.multiplex), (None, None, None));
    }

    #[test]
    fn a_wish_to_share_the_connection_is_a_truth_value() {
        for (value, multiplex) in [
            ("true", Some(true)),
            ("1", Some(true)),
            ("false", Some(false)),
            ("yes", Some(false)),
            ("", None),
        ] {
            assert_eq!(read(&[("PLUGIN_MULTIPLEX_GRPC", value)]).unwrap().multiplex, multiplex, "{value}");
        }
    }

    #[test]
    fn a_file_for_the_wires_is_one_that_everybody_finds_at_the_same_place() {
        for path in ["", "wires", "./wires"] {
            assert_eq!(read(&[("RPCPLUGIN_WIRES", path)]).unwrap().wires_file, None);
            assert_eq!(read(&[("RPCPLUGIN_LIFELINE", path)]).unwrap().lifeline, None);
        }
        let file = read(&[("RPCPLUGIN_WIRES", "/tmp/wires")]).unwrap().wires_file;
        assert_eq!(file, Some("/tmp/wires".into()));
    }

    #[test]
    fn bad_versions_are_skipped_and_kept_for_the_log() {
        let offer = read(&[("PLUGIN_PROTOCOL_VERSIONS", "2,x, 5,-1,")]).unwrap();
        assert_eq!(offer.versions, [2, 5]);
        assert_eq!(offer.bad_versions, ["x", "-1", ""]);
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name() {
        let error = read(&[("PLUGIN_MIN_PORT", "many")]).unwrap_err().to_string();
        assert!(error.contains("`PLUGIN_MIN_PORT` is `many`"), "{error}");
        let error = read(&[("PLUGIN_MIN_PORT", "9"), ("PLUGIN_MAX_PORT", "8")]).unwrap_err();
        assert!(matches!(error, OfferError::EmptyPortRange { min: 9, max: 8 }));
        for garbage in ["garbage", " ", "\u{fffd}"] {
            let error = read(&[("PLUGIN_CLIENT_CERT", garbage)]).unwrap_err();
            assert!(matches!(error, OfferError::BadCertificate { .. }));
        }
    }
}
