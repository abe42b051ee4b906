//! Which calls an interceptor counts, and which of them together.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use crate::call::{Call, Peer, PeerAddress};

/// Which calls are counted, and with whom.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The paths of the methods whose calls are counted; `None` for all.
    methods: Option<Arc<[Cow<'static, str>]>>,
    pub(super) by_method: bool,
    pub(super) by_peer: bool,
}

/// Those that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Account {
    method: Option<&'static str>,
    peer: Option<PeerKey>,
}

impl Account {
    /// For those of whom there are too many.
    pub(super) const COMMON: Self = Self { method: None, peer: None };

    #[cfg(test)]
    pub(super) const fn of_method(path: &'static str) -> Self {
        Self { method: Some(path), peer: None }
    }
}

/// A peer, by what it cannot choose anew with each connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum PeerKey {
    Certificate([u8; 32]),
    User(u32),
    Address(IpAddr),
    Unknown,
}

impl PeerKey {
    fn of(peer: Option<&Peer>) -> Self {
        let Some(peer) = peer else { return Self::Unknown };
        if let Some(fingerprint) = peer.certificate_fingerprint() {
            return Self::Certificate(fingerprint);
        }
        match (peer.credentials(), peer.address()) {
            (Some(credentials), _) => Self::User(credentials.user_id),
            (None, PeerAddress::Tcp(address)) => Self::Address(address.ip()),
            (None, _) => Self::Unknown,
        }
    }
}

impl Scope {
    /// Counts calls of these methods alone.
    pub(super) fn only(&mut self, paths: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) {
        self.methods = Some(paths.into_iter().map(Into::into).collect());
    }

    /// The account of a call; `None` if it is not counted.
    pub(super) fn account(&self, call: &Call) -> Option<Account> {
        let path = call.method().path;
        if self.methods.as_ref().is_some_and(|methods| !methods.iter().any(|method| method == path)) {
            return None;
        }
        Some(Account {
            method: self.by_method.then_some(path),
            peer: self.by_peer.then(|| PeerKey::of(call.context().peer())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Context, Messages, Metadata, Side, UnixCredentials};
    use crate::contract::{MethodKind, MethodSpec};

    const GET: MethodSpec = MethodSpec::new("test.Kv", "Get", "/test.Kv/Get", MethodKind::UnaryUnary, "", 0);
    const PUT: MethodSpec = MethodSpec::new("test.Kv", "Put", "/test.Kv/Put", MethodKind::UnaryUnary, "", 1);

    fn call(method: &'static MethodSpec, peer: Peer) -> Call {
        let context = Context::received(Metadata::new(), None, Arc::new(peer));
        Call::new(method, Side::Server, context, Messages::One(bytes::Bytes::new()))
    }

    #[test]
    fn a_peer_is_the_same_whatever_connection_it_takes() {
        let by_peer = Scope { by_peer: true, ..Scope::default() };
        let account = |peer: Peer| by_peer.account(&call(&GET, peer)).unwrap();
        let tcp = |address: &str| Peer::tcp(address.parse().unwrap());
        assert_eq!(account(tcp("10.0.0.1:1")), account(tcp("10.0.0.1:2")));
        assert_ne!(account(tcp("10.0.0.1:1")), account(tcp("10.0.0.2:1")));
        assert_ne!(account(tcp("10.0.0.1:1").proven([1; 32])), account(tcp("10.0.0.1:1")));
        assert_eq!(account(tcp("10.0.0.1:1").proven([1; 32])), account(Peer::unix(None).proven([1; 32])));
        let unix = |user, process| Peer::unix(Some(UnixCredentials::new(user, 0, Some(process))));
        assert_eq!(account(unix(1, 1)), account(unix(1, 2)));
        assert_ne!(account(unix(1, 1)), account(unix(2, 1)));
    }

    #[test]
    fn methods_are_counted_together_apart_or_not_at_all() {
        let account = |scope: &Scope, method| scope.account(&call(method, Peer::memory()));
        let all = Scope::default();
        assert_eq!(account(&all, &GET), account(&all, &PUT));
        assert_eq!(account(&all, &GET), Some(Account::COMMON));
        let apart = Scope { by_method: true, ..Scope::default() };
        assert_ne!(account(&apart, &GET), account(&apart, &PUT));
        let mut some = Scope::default();
        some.only(["/test.Kv/Put"]);
        assert_eq!(account(&some, &GET), None);
        assert!(account(&some, &PUT).is_some());
    }
}
