use std::time::Duration;

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, LitStr, Result};

use super::alias::Aliases;
use super::kind::Kind;
use super::timeout::Timeout;
use super::{max_len, names};
use crate::attributes::{Entry, Errors, Vocabulary, read_helpers};

/// What `#[rpc(..)]` says about a method.
#[derive(Default)]
pub(super) struct RpcAttribute {
    /// The name on the wire, if it is not made from the ident.
    pub(super) name: Option<LitStr>,
    /// Other names or paths that the method answers to.
    pub(super) aliases: Vec<LitStr>,
    pub(super) timeout: Option<Duration>,
    pub(super) idempotent: bool,
    /// The bound of a message, in bytes.
    pub(super) max_len: Option<Expr>,
    /// The kind that the signature must have.
    pub(super) asserted: Option<(Kind, Span)>,
    /// Not part of the contract, and where it says so.
    pub(super) skip: Option<Span>,
    /// The first key that only a call can have.
    of_a_call: Option<(String, Span)>,
}

const WORDS: Vocabulary = Vocabulary {
    allowed: &[
        "name",
        "aliases",
        "timeout",
        "idempotent",
        "max_len",
        "skip",
        "unary_unary",
        "unary_stream",
        "stream_unary",
        "stream_stream",
    ],
    advice: &[
        ("rename", "the name on the wire is given by `name = \"{value}\"`"),
        ("alias", "a method can have several aliases: write `aliases = [\"{value}\"]`"),
        ("deadline", "the time that a call takes at most is given by `timeout = \"5s\"`"),
        ("max_size", "the bound of a message in bytes is given by `max_len = {value}`"),
        ("max_bytes", "the bound of a message in bytes is given by `max_len = {value}`"),
        ("retry", "nothing repeats a call unasked: write `idempotent`, and repeat it in an interceptor"),
        ("unary", "both sides of a call have a word: write `unary_unary` or `stream_unary`"),
        ("stream", "both sides of a call have a word: write `unary_stream` or `stream_stream`"),
        (
            "server_streaming",
            "a stream of responses is in the return type; to assert it, write `unary_stream`",
        ),
        ("client_streaming", "a stream of requests is in the argument; to assert it, write `stream_unary`"),
        ("bidi", "the streams are in the signature; to assert them, write `stream_stream`"),
        ("bidirectional", "the streams are in the signature; to assert them, write `stream_stream`"),
        ("ttl", "the time that a call takes at most is given by `timeout = \"5s\"`"),
        ("limit", "the bound of a message in bytes is given by `max_len = {value}`"),
        ("service", "a contract is one service: write `#[rpc_protocol(service = \"{value}\")]` on it"),
        ("package", "a contract is one service: write `#[rpc_protocol(service = \"{value}.Name\")]` on it"),
        (
            "version",
            "the version is that of the protocol: write `#[rpc_protocol(version = \"{value}\")]` on it",
        ),
        ("id", "methods travel by name: leave the id out"),
    ],
};

impl RpcAttribute {
    pub(super) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        read_helpers(attributes, "rpc", &WORDS, errors, |entry| read.take(entry));
        if let (Some(_), Some((key, span))) = (read.skip, &read.of_a_call) {
            let message =
                format!("a method that is left out of the contract is no call: leave `{key}` or `skip` out");
            errors.push(Error::new(*span, message));
        }
        read
    }

    fn take(&mut self, entry: &Entry<'_>) -> Result<()> {
        let key = entry.name();
        if key == "skip" {
            self.skip = Some(entry.key.span());
            return entry.flag();
        }
        self.of_a_call.get_or_insert_with(|| (key.clone(), entry.key.span()));
        match key.as_str() {
            "name" => {
                let literal: LitStr = entry.value("name = \"GetValue\"")?;
                names::check_method(&literal)?;
                self.name = Some(literal);
            }
            "aliases" => {
                let aliases: Aliases = entry.value("aliases = [\"OldName\"]")?;
                aliases.check()?;
                self.aliases = aliases.0;
            }
            "timeout" => {
                let Timeout(timeout) = entry.value("timeout = \"5s\"")?;
                self.timeout = Some(timeout);
            }
            "max_len" => {
                let bytes = entry.value("max_len = 64 * 1024")?;
                max_len::check(&bytes)?;
                self.max_len = Some(bytes);
            }
            "idempotent" => {
                entry.flag()?;
                self.idempotent = true;
            }
            word => {
                entry.flag()?;
                self.assert_kind(word, entry.key.span())?;
            }
        }
        Ok(())
    }

    fn assert_kind(&mut self, word: &str, span: Span) -> Result<()> {
        // Neither is held against the signature: which of them is meant is not known.
        if self.asserted.take().is_some() {
            return Err(Error::new(span, "a method has one kind: keep one of the two words"));
        }
        self.asserted = Kind::from_word(word).map(|kind| (kind, span));
        Ok(())
    }
}

/// Refuses the attribute where nothing reads it.
pub(super) fn check_none(attributes: &[Attribute], advice: &str) -> Result<()> {
    match attributes.iter().find(|attribute| attribute.path().is_ident("rpc")) {
        Some(misplaced) => Err(Error::new_spanned(misplaced, advice)),
        None => Ok(()),
    }
}

/// Whether there is such an attribute.
pub(super) fn is_on(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("rpc"))
}

/// Whether the method is left out of the contract. What else the attribute says is not judged.
pub(super) fn skips(attributes: &[Attribute]) -> bool {
    RpcAttribute::read(attributes, &mut Errors::new()).skip.is_some()
}
